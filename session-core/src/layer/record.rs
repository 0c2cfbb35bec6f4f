//! What an operation leaves in actions.jsonl: one line each, also when it was denied or failed.

use std::sync::Arc;
use std::time::SystemTime;

use greenroom_policy::Effect;
use serde_json::Value;
use tokio::time::Instant;

use crate::error::Error;
use crate::journal::ActionEntry;
use crate::op::OpSpec;
use crate::session::Session;

/// An action that is being tried. It writes its line when it is over, or when it is dropped because its caller went away.
#[derive(Debug)]
pub(crate) struct Action {
    session: Arc<Session>,
    op: String,
    name: &'static str,
    value: Option<String>,
    at: SystemTime,
    began: Instant,
    written: bool,
}

impl Action {
    /// The action that an operation is; `None`: it only looks, or works on the session itself.
    pub(crate) fn begin(spec: &OpSpec, args: &Value, session: &Arc<Session>, op: &str) -> Option<Self> {
        if matches!(spec.effect, Effect::Observe | Effect::Lifecycle) {
            return None;
        }
        let name = match spec.name {
            "back" => "goBack",
            "forward" => "goForward",
            "tab.new" => "newPage",
            "tab.close" => "closePage",
            name => name,
        };
        let value = args.get("url").or_else(|| args.get("id")).and_then(Value::as_str);
        Some(Self {
            session: Arc::clone(session),
            op: op.to_owned(),
            name,
            value: value.map(str::to_owned),
            at: SystemTime::now(),
            began: Instant::now(),
            written: false,
        })
    }

    /// It is over: done, or failed so.
    pub(crate) fn end(mut self, error: Option<&Error>) {
        self.write(error.map(Error::message));
    }

    fn write(&mut self, error: Option<&str>) {
        self.written = true;
        let (page_id, url) = self.session.place();
        self.session.journal().action(&ActionEntry {
            ts: Some(self.at.into()),
            op: Some(self.op.clone()),
            page_id,
            source: "agent".to_owned(),
            action: self.name.to_owned(),
            value: self.value.take(),
            url,
            duration: Some(self.began.elapsed().as_secs_f64() * 1000.0),
            success: error.is_none(),
            error: error.map(str::to_owned),
            ..ActionEntry::default()
        });
    }
}

impl Drop for Action {
    fn drop(&mut self) {
        if !self.written {
            self.write(Some("cancelled: the caller went away"));
        }
    }
}
