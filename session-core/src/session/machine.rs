//! The lifecycle as a pure function: which phase follows from which input (lifecycle).

use crate::store::{Outcome, Phase};

/// What happens to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A command began, or its browser was brought back for one.
    Used,
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
    match (phase, input) {
        (Phase::Ended, _) => None,
        (_, Input::Closed) => Some((Phase::Ended, Some(Outcome::Closed))),
        (_, Input::Failed) => Some((Phase::Ended, Some(Outcome::Error))),
        (_, Input::Expired) => Some((Phase::Ended, Some(Outcome::TimedOut))),
        (Phase::Parked | Phase::Hibernated, Input::Used) => Some((Phase::Live, None)),
        (Phase::Live, Input::Quiet) => Some((Phase::Parked, None)),
        (Phase::Live | Phase::Parked, Input::Shelved) => Some((Phase::Hibernated, None)),
        (Phase::Live, Input::Used) | (Phase::Parked | Phase::Hibernated, Input::Quiet) | (Phase::Hibernated, Input::Shelved) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INPUTS: [Input; 6] = [Input::Used, Input::Quiet, Input::Shelved, Input::Closed, Input::Failed, Input::Expired];

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
    fn only_a_command_brings_a_hibernated_session_back() {
        assert_eq!(step(Phase::Hibernated, Input::Quiet), None);
        assert_eq!(step(Phase::Hibernated, Input::Used), Some((Phase::Live, None)));
    }
}
