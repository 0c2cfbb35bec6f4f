//! Whether an operation may run, and the words for it when it may not.

use crate::{AccessMode, Effect};

/// The answer of the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The operation may run.
    Allow,
    /// The operation must not run, and must change nothing.
    Deny(Denial),
}

/// Why an operation was denied, and what would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// What was denied and why, in one line.
    pub reason: String,
    /// What the owner can do to allow it, as a command without its session.
    pub remedy: &'static str,
}

/// Who asks for an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Caller {
    /// The owner of the session, by a command.
    #[default]
    Owner,
    /// A script.
    Script,
    /// A script that was started to look only.
    ReadOnlyScript,
}

/// The operations that a script which only looks may ask for.
pub const READ_ONLY_SCRIPT: &[&str] = &["get", "wait", "script.fetch", "script.scroll-by"];

/// Decides on one operation, by its name and effect, in a session of this mode.
///
/// Read-only allows what observes and what the owner does to the session itself; everything else can change the page,
/// the browser or the server's state. A script is never the owner; one that only looks may do so in the ways of
/// [`READ_ONLY_SCRIPT`], whatever the session allows.
pub fn decide(operation: &str, effect: Effect, mode: AccessMode, caller: Caller) -> Decision {
    let deny = |reason: String, remedy| Decision::Deny(Denial { reason, remedy });
    match (caller, effect) {
        (Caller::Script | Caller::ReadOnlyScript, Effect::Lifecycle) => {
            let reason = format!("`{operation}` is denied: it is the owner's, and not a script's");
            return deny(reason, "session-mode");
        }
        (Caller::ReadOnlyScript, effect) if effect != Effect::Observe || !READ_ONLY_SCRIPT.contains(&operation) => {
            let name = effect.name();
            let reason = format!("`{operation}` is denied: the script may only look (effect `{name}`)");
            return deny(reason, "exec");
        }
        _ => {}
    }
    match (mode, effect) {
        (AccessMode::WriteAccess, _) | (AccessMode::ReadOnly, Effect::Observe | Effect::Lifecycle) => Decision::Allow,
        (AccessMode::ReadOnly, effect) => deny(
            format!(
                "`{operation}` is denied: the session is read-only, and it can change things (effect `{}`)",
                effect.name()
            ),
            "session-mode write-access",
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn effects() -> impl Strategy<Value = Effect> {
        prop::sample::select(Effect::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn write_access_allows_everything(effect in effects(), name in "[a-z.-]{1,12}") {
            prop_assert_eq!(decide(&name, effect, AccessMode::WriteAccess, Caller::Owner), Decision::Allow);
        }

        #[test]
        fn read_only_allows_only_what_observes_or_is_the_owners(effect in effects(), name in "[a-z.-]{1,12}") {
            let allowed = matches!(effect, Effect::Observe | Effect::Lifecycle);
            let decision = decide(&name, effect, AccessMode::ReadOnly, Caller::Owner);
            prop_assert_eq!(decision == Decision::Allow, allowed);
            if let Decision::Deny(denial) = decision {
                prop_assert!(denial.reason.contains(&name) && denial.reason.contains("read-only"));
                prop_assert!(denial.remedy.contains("write-access"));
            }
        }
    }

    proptest! {
        #[test]
        fn a_script_is_never_the_owner(name in "[a-z.-]{1,12}", mode in prop::sample::select(AccessMode::ALL.to_vec())) {
            for caller in [Caller::Script, Caller::ReadOnlyScript] {
                prop_assert_ne!(decide(&name, Effect::Lifecycle, mode, caller), Decision::Allow);
            }
        }

        #[test]
        fn a_script_that_looks_has_its_list(effect in effects(), name in "[a-z.-]{1,12}|get|wait|script.fetch|script.scroll-by", mode in prop::sample::select(AccessMode::ALL.to_vec())) {
            let allowed = effect == Effect::Observe && READ_ONLY_SCRIPT.contains(&name.as_str());
            prop_assert_eq!(decide(&name, effect, mode, Caller::ReadOnlyScript) == Decision::Allow, allowed);
        }

        #[test]
        fn a_script_may_what_its_session_may(effect in effects(), name in "[a-z.-]{1,12}", mode in prop::sample::select(AccessMode::ALL.to_vec())) {
            prop_assume!(effect != Effect::Lifecycle);
            prop_assert_eq!(decide(&name, effect, mode, Caller::Script), decide(&name, effect, mode, Caller::Owner));
        }
    }

    #[test]
    fn a_mode_is_read_as_it_is_written() {
        for mode in AccessMode::ALL {
            assert_eq!(mode.name().parse(), Ok(mode));
        }
        assert!("readonly".parse::<AccessMode>().unwrap_err().contains("read-only"));
    }
}
