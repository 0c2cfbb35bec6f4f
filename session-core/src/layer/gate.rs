//! The gate: the one place where the policy is asked.

use greenroom_policy::{AccessMode, Decision, decide};

use crate::error::{Error, Kind, Result};
use crate::op::OpSpec;
use crate::store::SessionName;

/// Answers [`Kind::Denied`] unless the policy allows the operation in a session of this mode.
///
/// It is asked before any parameter or file is looked at.
pub fn pass(spec: &OpSpec, session: &SessionName, mode: AccessMode) -> Result<()> {
    match decide(spec.name, spec.effect, mode) {
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
        "daemon.status",
        "daemon.stop",
    ];

    #[test]
    fn read_only_allows_what_the_contract_lists_and_nothing_else() {
        let session = "a".parse().unwrap();
        for spec in TABLE {
            let passed = pass(spec, &session, AccessMode::ReadOnly);
            assert_eq!(passed.is_ok(), ALLOWED.contains(&spec.name), "{}", spec.name);
            if let Err(error) = passed {
                assert_eq!(error.kind(), Kind::Denied);
                assert!(error.message().contains(spec.name));
                assert!(error.hint().unwrap().contains("session-mode write-access --session a"));
            }
            assert!(pass(spec, &session, AccessMode::WriteAccess).is_ok());
        }
    }
}
