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

/// An action that is about to be tried.
#[derive(Debug)]
pub(crate) struct Action {
    name: &'static str,
    value: Option<String>,
}

impl Action {
    /// The action that an operation is; `None`: it only looks, or works on the session itself.
    pub(crate) fn of(spec: &OpSpec, args: &Value) -> Option<Self> {
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
        let value = args
            .get("url")
            .or_else(|| args.get("id"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        Some(Self { name, value })
    }

    /// Writes its line.
    pub(crate) fn write(self, session: &Arc<Session>, op: &str, began: (SystemTime, Instant), error: Option<&Error>) {
        let (page_id, url) = session.place();
        session.journal().action(&ActionEntry {
            ts: Some(began.0.into()),
            op: Some(op.to_owned()),
            page_id,
            source: "agent".to_owned(),
            action: self.name.to_owned(),
            value: self.value,
            url,
            duration: Some(began.1.elapsed().as_secs_f64() * 1000.0),
            success: error.is_none(),
            error: error.map(|error| error.message().to_owned()),
            ..ActionEntry::default()
        });
    }
}
