//! What the figures mean: each goal with what was reached.

use std::{fmt::Write as _, time::Duration};

use super::cases::{
    ACT, BARE_FILLS, BARE_PROCESS, BY_HAND, DRIVER_TITLE, DRIVER_TRIP, GET_TITLE, OBSERVE, OPEN, ROUND_TRIP, SNAPSHOT,
    SNAPSHOT_20,
};
use super::scripts::{BARE_LOOP, EXEC, FIRST_EXEC, LOOP};

/// `get title` may take so much longer than a bare process and a bare round trip together.
const TITLE_GOAL_MS: f64 = 1.5;

/// The same through a driver, beside the driver's own round trip.
const DRIVER_GOAL_MS: f64 = 2.0;

/// A cold `open` may take so many times as long as by hand.
const OPEN_GOAL: f64 = 1.25;

/// Commands with a plain limit, in milliseconds.
const LIMITS_MS: [(&str, f64); 3] = [(SNAPSHOT, 60.0), (OBSERVE, 80.0), (FIRST_EXEC, 15.0)];

/// A script may take so much longer than `get title`.
const EXEC_GOAL_MS: f64 = 1.0;

/// What makes many round trips may take so many times as long as these by hand, with a bare process.
const TRIPS_GOALS: [(&str, &str, f64); 2] = [(ACT, BARE_FILLS, 1.2), (LOOP, BARE_LOOP, 1.3)];

/// What a session's realm may take in the daemon's memory.
const REALM_GOAL_MB: f64 = 3.0;

/// A page of four times the elements may take so many times as long. The work is linear (80,000 elements take 3.9 times as
/// long as 20,000), but 5,000 fit into caches.
const LINEAR_GOAL: f64 = 5.0;

/// The daemon's memory after large snapshots.
const LARGE_MEMORY_GOAL_MB: f64 = 20.0;

/// The daemon's memory after its commands.
const MEMORY_GOAL_MB: f64 = 15.0;

/// The lines about the cases that were run; `median` knows the medians by the cases' names.
pub(super) fn times(median: impl Fn(&str) -> Option<Duration>) -> String {
    let mut lines = String::new();
    for (what, title, trip, goal) in [
        ("CDP", GET_TITLE, ROUND_TRIP, TITLE_GOAL_MS),
        ("BiDi", DRIVER_TITLE, DRIVER_TRIP, DRIVER_GOAL_MS),
    ] {
        let (Some(took), Some(process), Some(trip)) = (median(title), median(BARE_PROCESS), median(trip)) else {
            continue;
        };
        let (took, process, trip) = (ms(took), ms(process), ms(trip));
        let ours = took - process - trip;
        // Writing into a string does not fail.
        let _ = writeln!(
            lines,
            "{title}: {took:.2} ms = bare process {process:.2} + {what} round trip {trip:.2} + {ours:.2} ms (goal: at most {goal}): {}",
            word(ours <= goal)
        );
    }
    if let (Some(open), Some(by_hand)) = (median(OPEN), median(BY_HAND)) {
        let factor = open.as_secs_f64() / by_hand.as_secs_f64();
        let _ = writeln!(
            lines,
            "cold open: {:.0} ms = {factor:.2} x by hand (goal: at most {OPEN_GOAL}): {}",
            ms(open),
            word(factor <= OPEN_GOAL)
        );
    }
    if let (Some(exec), Some(title)) = (median(EXEC), median(GET_TITLE)) {
        let more = ms(exec) - ms(title);
        let _ = writeln!(
            lines,
            "{EXEC}: {:.2} ms = get title and {more:.2} ms (goal: at most {EXEC_GOAL_MS}): {}",
            ms(exec),
            word(more <= EXEC_GOAL_MS)
        );
    }
    for (name, by_hand, goal) in TRIPS_GOALS {
        if let (Some(took), Some(trips), Some(process)) = (median(name), median(by_hand), median(BARE_PROCESS)) {
            let factor = (ms(took) - ms(process)) / ms(trips);
            let _ = writeln!(
                lines,
                "{name}: {:.1} ms = {factor:.2} x its round trips by hand (goal: at most {goal}): {}",
                ms(took),
                word(factor <= goal)
            );
        }
    }
    for (name, limit) in LIMITS_MS {
        if let Some(median) = median(name) {
            let _ = writeln!(
                lines,
                "{name}: {:.0} ms (goal: at most {limit:.0}): {}",
                ms(median),
                word(ms(median) <= limit)
            );
        }
    }
    if let (Some(small), Some(large)) = (median(SNAPSHOT), median(SNAPSHOT_20)) {
        let factor = large.as_secs_f64() / small.as_secs_f64();
        let _ = writeln!(
            lines,
            "{SNAPSHOT_20}: {factor:.1} x 5,000 nodes (goal: at most {LINEAR_GOAL}): {}",
            word(factor <= LINEAR_GOAL)
        );
    }
    lines
}

/// The line about the daemon's memory after large snapshots.
#[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52 kB")]
pub(super) fn memory_after_snapshots(pss_kilobytes: u64) -> String {
    let mega = pss_kilobytes as f64 / 1024.0;
    format!(
        "daemon after snapshots of 20,000 nodes: {mega:.1} MB PSS (goal: under {LARGE_MEMORY_GOAL_MB}): {}",
        word(mega < LARGE_MEMORY_GOAL_MB)
    )
}

/// The line about the memory of a session's realm.
#[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52 kB")]
pub(super) fn realm(pss_kilobytes: u64) -> String {
    let mega = pss_kilobytes as f64 / 1024.0;
    format!(
        "daemon, for each session with a realm: {mega:.2} MB PSS (goal: under {REALM_GOAL_MB}): {}",
        word(mega < REALM_GOAL_MB)
    )
}

/// The line about the daemon's memory.
#[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52 kB")]
pub(super) fn memory(commands: usize, pss_kilobytes: u64) -> String {
    let mega = pss_kilobytes as f64 / 1024.0;
    format!(
        "daemon after {commands} commands: {mega:.1} MB PSS (goal: under {MEMORY_GOAL_MB}): {}",
        word(mega < MEMORY_GOAL_MB)
    )
}

/// The line about the daemon's silence.
pub(super) fn silence(idle: Duration, wakeups: u64) -> String {
    format!(
        "daemon idle for {idle:?}: {wakeups} wakeups (goal: none): {}",
        word(wakeups == 0)
    )
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn word(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(medians: &[(&str, u64)]) -> String {
        let find = |name: &str| medians.iter().find(|(of, _)| *of == name);
        times(|name| find(name).map(|(_, micros)| Duration::from_micros(*micros)))
    }

    #[test]
    fn goals_are_compared_with_what_was_reached() {
        let floor = [(BARE_PROCESS, 1000), (ROUND_TRIP, 500)];
        let good = told(&[&floor[..], &[(GET_TITLE, 2900), (OPEN, 500_000), (BY_HAND, 400_000)]].concat());
        assert_eq!(
            good,
            "get title, warm: 2.90 ms = bare process 1.00 + CDP round trip 0.50 + 1.40 ms (goal: at most 1.5): reached\n\
             cold open: 500 ms = 1.25 x by hand (goal: at most 1.25): reached\n"
        );
        let bad = told(&[&floor[..], &[(GET_TITLE, 3100), (OPEN, 501_000), (BY_HAND, 400_000)]].concat());
        assert_eq!(bad.matches("MISSED").count(), 2, "{bad}");
        assert!(memory(100, 15 * 1024).ends_with("MISSED") && memory(100, 15 * 1024 - 1).ends_with("reached"));
        assert!(silence(Duration::from_secs(5), 1).ends_with("MISSED"));
    }

    #[test]
    fn round_trips_and_scripts_are_compared_with_their_floors() {
        let times = told(&[
            (BARE_PROCESS, 1000),
            (GET_TITLE, 2000),
            (EXEC, 3100),
            (FIRST_EXEC, 14_000),
            (ACT, 13_000),
            (BARE_FILLS, 10_000),
            (LOOP, 132_000),
            (BARE_LOOP, 100_000),
        ]);
        let words = [
            "(goal: at most 1): MISSED",
            "1.20 x its",
            "1.31 x its",
            "14 ms (goal: at most 15): reached",
        ];
        assert!(words.iter().all(|word| times.contains(word)), "{times}");
        assert_eq!(times.matches("MISSED").count(), 2, "{times}");
        assert!(realm(3 * 1024).ends_with("MISSED"));
    }

    #[test]
    fn what_was_not_run_is_not_judged() {
        assert_eq!(told(&[(GET_TITLE, 2900), (BARE_PROCESS, 1000), (OPEN, 5)]), "");
    }
}
