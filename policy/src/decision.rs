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

/// Decides on one operation, by its name and effect, in a session of this mode.
///
/// Read-only allows what observes and what the owner does to the session itself; everything else can change the page,
/// the browser or the server's state.
pub fn decide(operation: &str, effect: Effect, mode: AccessMode) -> Decision {
    match (mode, effect) {
        (AccessMode::WriteAccess, _) | (AccessMode::ReadOnly, Effect::Observe | Effect::Lifecycle) => Decision::Allow,
        (AccessMode::ReadOnly, effect) => Decision::Deny(Denial {
            reason: format!(
                "`{operation}` is denied: the session is read-only, and it can change things (effect `{}`)",
                effect.name()
            ),
            remedy: "session-mode write-access",
        }),
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
            prop_assert_eq!(decide(&name, effect, AccessMode::WriteAccess), Decision::Allow);
        }

        #[test]
        fn read_only_allows_only_what_observes_or_is_the_owners(effect in effects(), name in "[a-z.-]{1,12}") {
            let allowed = matches!(effect, Effect::Observe | Effect::Lifecycle);
            let decision = decide(&name, effect, AccessMode::ReadOnly);
            prop_assert_eq!(decision == Decision::Allow, allowed);
            if let Decision::Deny(denial) = decision {
                prop_assert!(denial.reason.contains(&name) && denial.reason.contains("read-only"));
                prop_assert!(denial.remedy.contains("write-access"));
            }
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
