//! The gate: the one place where the policy is asked.

use greenroom_policy::{AccessMode, Caller, Decision, Effect, decide};
use serde_json::Value;

use crate::error::{Error, Kind, Result};
use crate::op::OpSpec;
use crate::store::SessionName;

/// What an operation does. Waiting only looks, but for code of the caller's own, which is looked for by its name alone.
pub fn effect(spec: &OpSpec, args: &Value) -> Effect {
    let runs_code = spec.name == "wait" && args.get("fn").is_some_and(|code| !code.is_null());
    if runs_code { Effect::Script } else { spec.effect }
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
