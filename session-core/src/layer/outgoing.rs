//! What requests that no page makes leave in network.jsonl: one line each, redirects and denied ones included.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::backend::NetworkRecord;
use crate::journal::Origin;
use crate::session::Session;

/// Writes the lines of a request and its redirects. What is under way when this is dropped was cancelled.
#[derive(Debug)]
pub(crate) struct Outgoing {
    session: Arc<Session>,
    op: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    under_way: Option<(NetworkRecord, Instant)>,
    /// The address that redirected.
    from: Option<String>,
}

impl Outgoing {
    pub(crate) fn new(session: &Arc<Session>, op: &str) -> Self {
        Self {
            session: Arc::clone(session),
            op: op.to_owned(),
            state: Mutex::default(),
        }
    }

    fn change(&self, work: impl FnOnce(&mut State)) {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A request begins, after the redirect that ended before.
    pub(crate) fn begins(&self, url: &str, method: &str, headers: Vec<(String, String)>) {
        self.change(|state| {
            let record = NetworkRecord {
                id: String::new(),
                page: None,
                started: SystemTime::now(),
                method: method.to_owned(),
                url: url.to_owned(),
                status: None,
                content_type: None,
                request_headers: joined(headers),
                response_headers: BTreeMap::new(),
                post_data: None,
                response_body: None,
                body_omitted: None,
                body_size: None,
                resource_type: "fetch".to_owned(),
                duration_ms: 0.0,
                timing: Value::Null,
                from_cache: false,
                redirect_of: state.from.take(),
                initiator: json!({ "type": "greenroom" }),
                error: None,
            };
            state.under_way = Some((record, Instant::now()));
        });
    }

    /// It was answered.
    pub(crate) fn answered(&self, status: u16, headers: Vec<(String, String)>) {
        self.change(|state| {
            if let Some((record, _)) = &mut state.under_way {
                record.status = Some(status);
                record.response_headers = joined(headers);
                let of = record.response_headers.get("content-type");
                record.content_type = of.map(|of| of.split(';').next().unwrap_or_default().trim().to_owned());
            }
        });
    }

    /// It is over, with so many bytes of a body, or failed. Bodies are the script's own, and no matter of the log.
    pub(crate) fn ends(&self, bytes: Option<usize>, error: Option<&str>) {
        self.change(|state| {
            let Some((mut record, began)) = state.under_way.take() else {
                return;
            };
            record.body_size = bytes.and_then(|bytes| u64::try_from(bytes).ok());
            let why = match (error, bytes) {
                (Some(_), _) => "failed",
                (None, Some(_)) => "asked by a script",
                (None, None) => "redirect",
            };
            record.body_omitted = Some(why.to_owned());
            record.error = error.map(str::to_owned);
            record.duration_ms = began.elapsed().as_secs_f64() * 1000.0;
            let origin = Origin {
                op: Some(&self.op),
                page_id: None,
            };
            self.session.journal().network(&record, &origin);
            state.from = Some(record.url);
        });
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.ends(None, Some("cancelled: the caller went away"));
    }
}

/// Headers as the log has them: several of one name are joined by a newline.
fn joined(headers: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        all.entry(name)
            .and_modify(|known| {
                known.push('\n');
                known.push_str(&value);
            })
            .or_insert(value);
    }
    all
}
