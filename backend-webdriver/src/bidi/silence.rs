//! A connection that stands though nobody is at its other end any more: a Grid keeps it open when the session was ended by
//! somebody else, or when its node has died. Whoever waits would wait until its deadline.
//!
//! So while an answer is waited for and nothing is heard, the browser is asked what no page can delay.

use std::time::Duration;

use tokio::time::Instant;

/// How long nothing may be heard before the browser is asked whether it is there. Scripts may take their time.
const QUIET: Duration = Duration::from_secs(2);

/// How long it may be silent after that, and its driver say nothing of the session: an answer of many megabytes keeps a browser busy for
/// long.
const SILENT: Duration = Duration::from_secs(30);

/// What is to be done about a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Ask the browser something that no page can delay.
    Ask,
    /// Nobody is there any more.
    GiveUp,
}

/// Since when nothing was heard while somebody waited.
#[derive(Debug)]
pub(super) struct Silence {
    since: Instant,
    asked: bool,
}

impl Silence {
    /// It begins anew: something was heard, or somebody begins to wait.
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            asked: false,
        }
    }

    /// When [`Silence::due`] is to be called, if nothing is heard until then.
    pub(super) fn ends(&self) -> Instant {
        let waited = if self.asked { QUIET + SILENT } else { QUIET };
        self.since + waited
    }

    /// What is to be done now.
    pub(super) fn due(&mut self) -> Due {
        if std::mem::replace(&mut self.asked, true) {
            Due::GiveUp
        } else {
            Due::Ask
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_once_and_then_given_up() {
        let mut silence = Silence::new();
        let begin = silence.since;
        assert_eq!(silence.ends(), begin + QUIET);
        assert_eq!(silence.due(), Due::Ask);
        assert_eq!(silence.ends(), begin + QUIET + SILENT);
        assert_eq!(silence.due(), Due::GiveUp);
    }
}
