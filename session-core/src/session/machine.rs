//! The lifecycle as a pure function: which phase follows from which input (lifecycle).

use crate::store::{Outcome, Phase};

/// What happens to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A command began.
    Used,
    /// Its browser was brought back.
    Restored,
    /// No command has run for a moment.
    Quiet,
    /// Its browser was closed and what can be kept was kept.
    Shelved,
    /// Its owner asked for its end.
    Closed,
    /// Its browser is gone and cannot be brought back.
    Failed,
    /// A time limit passed.
    Expired,
}

/// The phase that follows, and the outcome where it is the end; `None`: the input changes nothing.
pub fn step(phase: Phase, input: Input) -> Option<(Phase, Option<Outcome>)> {
    let on = |next: Phase| (phase != next).then_some((next, None));
    match (phase, input) {
        // The end is final; and a hibernated session is live again when its browser is, not when somebody asks for it.
        (Phase::Ended, _) | (Phase::Hibernated, Input::Used | Input::Quiet) => None,
        (_, Input::Closed) => Some((Phase::Ended, Some(Outcome::Closed))),
        (_, Input::Failed) => Some((Phase::Ended, Some(Outcome::Error))),
        (_, Input::Expired) => Some((Phase::Ended, Some(Outcome::TimedOut))),
        (_, Input::Used | Input::Restored) => on(Phase::Live),
        (_, Input::Shelved) => on(Phase::Hibernated),
        (_, Input::Quiet) => on(Phase::Parked),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INPUTS: [Input; 7] = [
        Input::Used,
        Input::Restored,
        Input::Quiet,
        Input::Shelved,
        Input::Closed,
        Input::Failed,
        Input::Expired,
    ];

    proptest! {
        #[test]
        fn an_end_is_final_and_told_once(inputs in prop::collection::vec(prop::sample::select(INPUTS.to_vec()), 0..20)) {
            let mut phase = Phase::Live;
            let mut ends = 0;
            for input in inputs {
                let Some((next, outcome)) = step(phase, input) else { continue };
                prop_assert_ne!(phase, Phase::Ended);
                prop_assert_ne!(next, phase);
                prop_assert_eq!(outcome.is_some(), next == Phase::Ended);
                ends += usize::from(outcome.is_some());
                phase = next;
            }
            prop_assert!(ends <= 1);
        }
    }

    #[test]
    fn a_hibernated_session_is_live_when_its_browser_is() {
        assert_eq!(step(Phase::Hibernated, Input::Quiet), None);
        assert_eq!(step(Phase::Hibernated, Input::Used), None);
        assert_eq!(step(Phase::Hibernated, Input::Restored), Some((Phase::Live, None)));
    }
}
