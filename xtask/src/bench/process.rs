//! What the kernel knows about processes: the time of a whole one, its memory, how often it woke up.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// The time from before a process is made until after it has been reaped; its output goes nowhere.
pub(super) fn time(command: &mut Command) -> Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("failed to start {command:?}"))?;
    let duration = start.elapsed();
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(duration)
}

/// The memory of a process in kB, shared pages counted by their share.
pub(super) fn pss(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{path}`"))?;
    field(&text, "Pss:").with_context(|| format!("`{path}` tells no PSS"))
}

/// How often each thread of a process has woken up from waiting until some moment.
#[derive(Debug)]
pub(super) struct Wakeups(BTreeMap<OsString, u64>);

impl Wakeups {
    /// Until now.
    pub(super) fn of(pid: u32) -> Result<Self> {
        let path = format!("/proc/{pid}/task");
        let mut threads = BTreeMap::new();
        for thread in fs::read_dir(&path).with_context(|| format!("failed to list `{path}`"))? {
            let thread = thread?;
            // A thread that ends while it is read is one that has ended.
            let text = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            threads.extend(field(&text, "voluntary_ctxt_switches:").map(|count| (thread.file_name(), count)));
        }
        Ok(Self(threads))
    }

    /// How many there were since an earlier moment. A thread that has ended has woken up to do so.
    pub(super) fn since(&self, earlier: &Self) -> u64 {
        let before = |thread| earlier.0.get(thread).copied().unwrap_or(0);
        let more = self
            .0
            .iter()
            .map(|(thread, count)| count.saturating_sub(before(thread)));
        let ended = earlier.0.keys().filter(|thread| !self.0.contains_key(*thread));
        more.sum::<u64>() + ended.map(|_| 1).sum::<u64>()
    }
}

/// The number in the line that starts with `name`.
fn field(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_files_are_read() {
        let text = "00400000-7fff [rollup]\nRss:  2000 kB\nPss:                 1234 kB\nPss_Dirty:  10 kB\n";
        assert_eq!(field(text, "Pss:"), Some(1234));
        assert_eq!(
            field(
                "voluntary_ctxt_switches:\t42\nnonvoluntary_ctxt_switches:\t7\n",
                "voluntary_ctxt_switches:"
            ),
            Some(42)
        );
        assert_eq!(field(text, "Swap:"), None);
        assert!(pss(std::process::id()).unwrap() > 100);
        assert!(pss(0).is_err() && Wakeups::of(0).is_err());
    }

    #[test]
    fn a_process_that_waits_is_seen_to_wake_up() {
        let before = Wakeups::of(std::process::id()).unwrap();
        assert!(time(Command::new("sleep").arg("0.02")).unwrap() >= Duration::from_millis(20));
        assert!(Wakeups::of(std::process::id()).unwrap().since(&before) > 0);
        assert!(time(&mut Command::new("false")).is_err());
    }

    #[test]
    fn threads_that_start_and_end_count() {
        let threads =
            |counts: &[(&str, u64)]| Wakeups(counts.iter().map(|(id, count)| ((*id).into(), *count)).collect());
        let before = threads(&[("1", 10), ("2", 500)]);
        assert_eq!(threads(&[("1", 12), ("3", 4)]).since(&before), 2 + 4 + 1);
        assert_eq!(threads(&[("1", 10), ("2", 500)]).since(&before), 0);
    }
}
