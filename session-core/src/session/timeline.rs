//! Which command ran when: so that network and console lines carry the id of the command that caused them.

use std::collections::VecDeque;
use std::time::SystemTime;

/// How many commands are remembered.
const LIMIT: usize = 32;

/// The commands of late, by time.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    spans: VecDeque<(String, SystemTime, Option<SystemTime>)>,
}

impl Timeline {
    /// A command begins.
    pub(super) fn begin(&mut self, op: &str, at: SystemTime) {
        if self.spans.len() == LIMIT {
            self.spans.pop_front();
        }
        self.spans.push_back((op.to_owned(), at, None));
    }

    /// A command ends.
    pub(super) fn end(&mut self, op: &str, at: SystemTime) {
        if let Some((_, _, end)) = self.spans.iter_mut().rev().find(|(id, _, _)| id == op) {
            *end = Some(at);
        }
    }

    /// The command that ran at that moment, the latest where there are several.
    pub(super) fn at(&self, moment: SystemTime) -> Option<&str> {
        let ran = |(_, start, end): &&(String, SystemTime, Option<SystemTime>)| {
            *start <= moment && end.is_none_or(|end| moment <= end)
        };
        self.spans.iter().rev().find(ran).map(|(op, _, _)| op.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_belongs_to_the_command_that_ran() {
        let start = SystemTime::UNIX_EPOCH;
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut timeline = Timeline::default();
        timeline.begin("one", at(10));
        timeline.end("one", at(20));
        timeline.begin("two", at(30));
        assert_eq!(timeline.at(at(5)), None);
        assert_eq!(timeline.at(at(15)), Some("one"));
        assert_eq!(timeline.at(at(25)), None);
        assert_eq!(timeline.at(at(99)), Some("two"));
    }
}
