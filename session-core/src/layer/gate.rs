//! The gate: the one place where the policy is asked.

use std::net::IpAddr;

use greenroom_policy::{AccessMode, Caller, Decision, Effect, Reserved, decide};
use serde_json::Value;
use url::Url;

use crate::error::{Error, Kind, Result};
use crate::op::OpSpec;
use crate::store::SessionName;

/// What an operation does. Waiting only looks, but for code of the caller's own, which is looked for by its name alone;
/// and a request of a server does, where it is one that only reads.
pub fn effect(spec: &OpSpec, args: &Value) -> Effect {
    let has = |key| args.get(key).is_some_and(|value| !value.is_null());
    match spec.name {
        "wait" if has("fn") => Effect::Script,
        "script.fetch" if only_reads(args) => Effect::Observe,
        _ => spec.effect,
    }
}

/// Whether a request can change nothing, as far as methods mean what they say: GET or HEAD, without a body, without a
/// header that says another method, and nothing of the answer is kept in the session.
fn only_reads(args: &Value) -> bool {
    let is_reading = match args.get("method") {
        None | Some(Value::Null) => true,
        Some(Value::String(method)) => method.eq_ignore_ascii_case("GET") || method.eq_ignore_ascii_case("HEAD"),
        Some(_) => false,
    };
    let says_method = |line: &Value| {
        let name = line.as_str().and_then(|line| line.split(':').next());
        // What is no text is refused later; here it is no reading.
        name.is_none_or(|name| {
            let name = name.to_ascii_lowercase().replace('_', "-");
            name.contains("method-override") || name.contains("http-method")
        })
    };
    let is_plain = match args.get("header") {
        None | Some(Value::Null) => true,
        Some(Value::Array(lines)) => !lines.iter().any(says_method),
        Some(_) => false,
    };
    let is = |key| !matches!(args.get(key), None | Some(Value::Null | Value::Bool(false)));
    is_reading && is_plain && !is("data") && !is("keepCookies")
}

fn denied(decision: Decision) -> Result<()> {
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny(denial) => Err(Error::new(Kind::Denied, denial.reason)),
    }
}

/// Answers [`Kind::Denied`] unless this address may be asked without a page. It is asked again at each redirect.
pub fn address(url: &Url, reserved: &Reserved) -> Result<()> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    denied(greenroom_policy::may_ask(url.scheme(), host, port, reserved))
}

/// Answers [`Kind::Denied`] unless this place may be connected to.
pub fn place(at: IpAddr, port: u16, reserved: &Reserved) -> Result<()> {
    denied(greenroom_policy::may_connect(at, port, reserved))
}

/// Answers [`Kind::Denied`] unless the policy allows the operation in a session of this mode.
///
/// It is asked before any parameter or file is looked at.
pub fn pass(spec: &OpSpec, effect: Effect, session: &SessionName, mode: AccessMode, caller: Caller) -> Result<()> {
    match decide(spec.name, effect, mode, caller) {
        Decision::Allow => Ok(()),
        Decision::Deny(denial) => Err(Error::new(Kind::Denied, denial.reason).with_hint(format!(
            "greenroom {} --session {session}    # if it is yours to allow",
            denial.remedy
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::TABLE;

    /// What the contract lists as allowed in a read-only session (policy: access modes), of the operations that are there.
    const ALLOWED: &[&str] = &[
        "open",
        "connect",
        "list",
        "status",
        "session-mode",
        "close",
        "prune",
        "pages",
        "tab.select",
        "get",
        "snapshot",
        "observe",
        "extract",
        "screenshot",
        "wait",
        "readonly-exec",
        // What their workflow does is asked about by itself.
        "run",
        "resume",
        "script.log",
        "script.scroll-by",
        "script.cookies",
        "daemon.status",
        "daemon.stop",
    ];

    #[test]
    fn code_of_the_callers_own_is_a_script() {
        let wait = crate::op::find("wait").unwrap();
        for (args, effect) in [
            (serde_json::json!({ "fn": "1" }), Effect::Script),
            (serde_json::json!({ "fn": null }), Effect::Observe),
            (serde_json::json!({ "text": "a" }), Effect::Observe),
        ] {
            assert_eq!(super::effect(wait, &args), effect, "{args}");
        }
    }

    #[test]
    fn a_request_reads_only_when_nothing_of_it_says_otherwise() {
        let fetch = crate::op::find("script.fetch").unwrap();
        for (args, effect) in [
            (serde_json::json!({}), Effect::Observe),
            (
                serde_json::json!({ "method": "head", "header": ["Accept: a"], "data": null }),
                Effect::Observe,
            ),
            (serde_json::json!({ "keepCookies": false }), Effect::Observe),
            (serde_json::json!({ "keepCookies": true }), Effect::Network),
            (serde_json::json!({ "method": "POST" }), Effect::Network),
            (serde_json::json!({ "method": "OPTIONS" }), Effect::Network),
            (serde_json::json!({ "method": "GET " }), Effect::Network),
            (serde_json::json!({ "method": ["GET"] }), Effect::Network),
            (serde_json::json!({ "data": "" }), Effect::Network),
            (
                serde_json::json!({ "header": ["X-HTTP-Method-Override: DELETE"] }),
                Effect::Network,
            ),
            (serde_json::json!({ "header": ["x_http_method: PUT"] }), Effect::Network),
            (serde_json::json!({ "header": [{}] }), Effect::Network),
            (serde_json::json!({ "header": "a: b" }), Effect::Network),
        ] {
            assert_eq!(super::effect(fetch, &args), effect, "{args}");
        }
    }

    #[test]
    fn read_only_allows_what_the_contract_lists_and_nothing_else() {
        let session = "a".parse().unwrap();
        for spec in TABLE {
            let passed = pass(spec, spec.effect, &session, AccessMode::ReadOnly, Caller::Owner);
            assert_eq!(passed.is_ok(), ALLOWED.contains(&spec.name), "{}", spec.name);
            if let Err(error) = passed {
                assert_eq!(error.kind(), Kind::Denied);
                assert!(error.message().contains(spec.name));
                assert!(error.hint().unwrap().contains("session-mode write-access --session a"));
            }
            assert!(pass(spec, spec.effect, &session, AccessMode::WriteAccess, Caller::Owner).is_ok());
        }
    }
}
