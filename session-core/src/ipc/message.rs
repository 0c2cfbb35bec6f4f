//! What goes over the socket.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, WireError};

/// The version of the protocol; both ends must have the same.
pub const PROTOCOL: u32 = 1;

/// One operation asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// [`PROTOCOL`] of the client.
    pub protocol: u32,
    /// The operation's name in the table.
    pub op: String,
    /// The session, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The page's id, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The deadline of the whole command in milliseconds; `None`: the operation's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// The parameters.
    #[serde(default)]
    pub args: Value,
    /// What the caller's environment offers a session that is opened: see [`Surroundings`].
    #[serde(default, skip_serializing_if = "Surroundings::is_empty")]
    pub surroundings: Surroundings,
}

/// What of the caller's environment decides defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Surroundings {
    /// Whether the caller has a display; a session is then opened headed by default.
    pub display: bool,
    /// Whether it is one of production: workflows that are run do not pause.
    pub production: bool,
}

impl Surroundings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The answer: what `--json` prints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Whether it was done.
    pub ok: bool,
    /// The session that it was about.
    pub session: Option<String>,
    /// The operation's result; beside an error where some of it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// What failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WireError>,
    /// What happened in the browser since the last result, told once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventNote>,
    /// The session was brought back for this command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// Remarks for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Response {
    /// The answer to a request that failed.
    pub fn failed(session: Option<String>, error: &Error) -> Self {
        Self {
            ok: false,
            session,
            error: Some(error.to_wire()),
            ..Self::default()
        }
    }
}

/// An event of the browser that a result reports (policy: events).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventNote {
    /// `dialog`, `download`, `popup`, `page-crashed`, `capabilities`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// The page's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_id: Option<String>,
    /// When it happened.
    pub ts: crate::store::Timestamp,
    /// What happened, in one line.
    pub message: String,
    /// Its parts, for programs.
    pub detail: Value,
}

/// How a session was brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Restored {
    /// Its browser ran on; a new daemon took it over as it was.
    Adopted,
    /// Its browser had died; a new one was made from what was kept.
    Crashed,
    /// Its browser had been closed to free memory; a new one was made from what was kept.
    Hibernated,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn a_result_is_one_object_without_empty_parts() {
        let response = Response {
            ok: true,
            session: Some("a".into()),
            result: Some(1.into()),
            ..Response::default()
        };
        assert_eq!(
            serde_json::to_string(&response).unwrap(),
            r#"{"ok":true,"session":"a","result":1}"#
        );
    }

    #[test]
    fn an_error_says_four_things() {
        let error = Error::new(Kind::NoSession, "no session `a`").with_hint("greenroom open --session a");
        let response = Response::failed(None, &error);
        assert_eq!(
            serde_json::to_string(&response).unwrap(),
            r#"{"ok":false,"session":null,"error":{"kind":"no-session","message":"no session `a`","hint":"greenroom open --session a","retry":false,"applied":"no"}}"#
        );
    }

    #[test]
    fn an_unknown_key_in_a_request_is_refused() {
        assert!(serde_json::from_str::<Request>(r#"{"protocol":1,"op":"list","sesion":"a"}"#).is_err());
    }
}
