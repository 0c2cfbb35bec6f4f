//! What the kernel knows about processes: the time of a whole one, its memory, how often it woke up.

use std::{
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

/// How often the threads of a process have woken up from waiting until now.
pub(super) fn wakeups(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/task");
    let mut sum = 0;
    for thread in fs::read_dir(&path).with_context(|| format!("failed to list `{path}`"))? {
        // A thread that ends while it is read has no more wakeups to tell.
        let text = fs::read_to_string(thread?.path().join("status")).unwrap_or_default();
        sum += field(&text, "voluntary_ctxt_switches:").unwrap_or(0);
    }
    Ok(sum)
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
        assert!(pss(0).is_err() && wakeups(0).is_err());
    }

    #[test]
    fn a_process_that_waits_is_seen_to_wake_up() {
        let before = wakeups(std::process::id()).unwrap();
        assert!(time(Command::new("sleep").arg("0.02")).unwrap() >= Duration::from_millis(20));
        assert!(wakeups(std::process::id()).unwrap() > before);
        assert!(time(&mut Command::new("false")).is_err());
    }
}
