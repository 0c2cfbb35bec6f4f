//! Which of a session's deadlines is next, and what it does. Pure.

use crate::store::{OnDormant, Phase, StateRecord, Status, Timestamp};

/// What a deadline does to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Its browser is closed, and what can be kept is kept.
    Hibernate,
    /// It ends.
    Expire(&'static str),
}

/// The next deadline of a session, and what it does.
pub fn next(record: &StateRecord) -> Option<(Timestamp, Due)> {
    if record.phase == Phase::Ended {
        return None;
    }
    let timeouts = &record.timeouts;
    let oldest = timeouts.max_duration.map(|span| {
        (
            record.started_at.after(span),
            Due::Expire("its longest duration passed"),
        )
    });
    let idle = timeouts.idle_timeout.map(|span| {
        (
            record.last_used_at.after(span),
            Due::Expire("it was not used for too long"),
        )
    });
    [oldest, idle, dormant(record)]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
}

/// The dormant time of a parked session; one whose workflow is paused does not hibernate.
fn dormant(record: &StateRecord) -> Option<(Timestamp, Due)> {
    if record.phase != Phase::Parked || record.status == Status::Paused {
        return None;
    }
    let due = match record.timeouts.on_dormant {
        OnDormant::Hibernate => Due::Hibernate,
        OnDormant::Destroy => Due::Expire("its dormant time passed"),
    };
    Some((record.last_used_at.after(record.timeouts.dormant_ttl), due))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::{Ownership, StorageMode};

    fn record() -> StateRecord {
        let mut record = StateRecord::new("a".parse().unwrap(), "fake", Ownership::Owned, StorageMode::Incognito);
        record.started_at = Timestamp::from_millis(0);
        record.last_used_at = Timestamp::from_millis(1_000);
        record.phase = Phase::Parked;
        record.timeouts.dormant_ttl = Duration::from_secs(10);
        record
    }

    #[test]
    fn a_parked_session_hibernates_after_its_dormant_time() {
        assert_eq!(next(&record()), Some((Timestamp::from_millis(11_000), Due::Hibernate)));
    }

    #[test]
    fn live_and_paused_sessions_do_not_hibernate() {
        assert_eq!(
            next(&StateRecord {
                phase: Phase::Live,
                ..record()
            }),
            None
        );
        assert_eq!(
            next(&StateRecord {
                status: Status::Paused,
                ..record()
            }),
            None
        );
    }

    #[test]
    fn the_earliest_deadline_counts() {
        let mut record = record();
        record.timeouts.idle_timeout = Some(Duration::from_mins(1));
        record.timeouts.max_duration = Some(Duration::from_secs(5));
        let (at, due) = next(&record).unwrap();
        assert_eq!(at, Timestamp::from_millis(5_000));
        assert!(matches!(due, Due::Expire(why) if why.contains("longest")));
        record.phase = Phase::Hibernated;
        record.timeouts.max_duration = None;
        assert_eq!(next(&record).unwrap().0, Timestamp::from_millis(61_000));
    }

    #[test]
    fn an_ended_session_has_none() {
        assert_eq!(
            next(&StateRecord {
                phase: Phase::Ended,
                ..record()
            }),
            None
        );
    }
}
