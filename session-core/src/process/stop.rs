//! Ending a process group for certain.

use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::ProcessId;

/// What ending a process needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It had ended before anybody asked.
    AlreadyGone,
    /// It ended by itself, within the grace: it had been asked in its own language.
    ByItself,
    /// SIGTERM to its group.
    Terminated,
    /// SIGKILL to its group.
    Killed,
}

/// Ends a process that leads a group of its own, and its group with it; when this returns, none of them runs.
///
/// It waits `grace` for it to end by itself, terminates it, waits `grace` again, and kills it; `force` kills at once. A
/// process that is not the one of `process` any more, because its pid was used again, is never touched.
pub async fn stop(process: ProcessId, grace: Duration, force: bool) -> Ended {
    let alive = process.is_alive();
    let ended = match alive {
        false => Ended::AlreadyGone,
        true if force => kill(process).await,
        true if gone_within(process, grace).await => Ended::ByItself,
        true => {
            signal(process, Signal::TERM);
            if gone_within(process, grace).await { Ended::Terminated } else { kill(process).await }
        }
    };
    end_rest(process).await;
    ended
}

async fn kill(process: ProcessId) -> Ended {
    signal(process, Signal::KILL);
    // Nothing survives SIGKILL; what waits in the kernel (a stuck disk) is waited for only so long.
    gone_within(process, Duration::from_secs(10)).await;
    Ended::Killed
}

/// Sends a signal to the group, if its leader is still the process that we mean.
fn signal(process: ProcessId, signal: Signal) {
    if let Some(pid) = group_of(process).filter(|_| process.is_alive()) {
        // An error means that it has ended in between.
        let _ = kill_process_group(pid, signal);
    }
}

/// Kills what is left of a group whose leader has ended, and waits until it is gone.
async fn end_rest(process: ProcessId) {
    for _ in 0..500 {
        let rest = members(process);
        if rest.is_empty() {
            return;
        }
        for member in &rest {
            if let Some(pid) = group_of(*member).filter(|_| member.is_alive()) {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
        for member in rest {
            gone_within(member, Duration::from_millis(20)).await;
        }
    }
}

/// The living processes of the group that `leader` led; none where its id belongs to somebody else by now.
fn members(leader: ProcessId) -> Vec<ProcessId> {
    if ProcessId::of(leader.pid).is_some_and(|now| now != leader) {
        return Vec::new();
    }
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| group_id(*pid) == Some(leader.pid))
        .filter_map(ProcessId::of)
        .filter(|member| member.started_at >= leader.started_at)
        .collect()
}

fn group_id(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(2)?.parse().ok()
}

fn group_of(process: ProcessId) -> Option<Pid> {
    i32::try_from(process.pid).ok().and_then(Pid::from_raw)
}

/// Waits until a process has ended, by its pidfd; false when it still runs after `limit`.
async fn gone_within(process: ProcessId, limit: Duration) -> bool {
    let waited = tokio::task::spawn_blocking(move || {
        let Some(pidfd) = group_of(process).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else { return };
        // Only now is it certain whose the descriptor is.
        if process.is_alive()
            && let Ok(limit) = Timespec::try_from(limit)
        {
            let _ = poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&limit));
        }
    });
    let _ = waited.await;
    !process.is_alive()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A shell in a group of its own that has said that it is ready.
    fn shell(script: &str) -> (Child, ProcessId) {
        let mut child = Command::new("sh").args(["-c", script]).process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = [0];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
        let id = ProcessId::of(child.id()).unwrap();
        (child, id)
    }

    #[tokio::test]
    async fn what_listens_is_terminated() {
        let (mut child, id) = shell("echo; exec sleep 100");
        assert_eq!(stop(id, Duration::from_millis(30), false).await, Ended::Terminated);
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn what_does_not_listen_is_killed() {
        let (mut child, id) = shell("trap '' TERM; echo; while :; do sleep 100; done");
        assert_eq!(stop(id, Duration::from_millis(30), false).await, Ended::Killed);
        assert!(members(id).is_empty());
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn the_rest_of_a_group_goes_with_its_leader() {
        let (mut child, id) = shell("sleep 100 & echo; exec sleep 100");
        assert_eq!(members(id).len(), 2);
        rustix::process::kill_process(group_of(id).unwrap(), Signal::KILL).unwrap();
        child.wait().unwrap();
        assert_eq!(stop(id, Duration::from_secs(1), false).await, Ended::AlreadyGone);
        assert!(members(id).is_empty());
    }

    #[tokio::test]
    async fn a_pid_that_is_somebody_elses_now_is_not_touched() {
        let (mut child, id) = shell("echo; exec sleep 100");
        let before = ProcessId { started_at: id.started_at - 1, ..id };
        assert_eq!(stop(before, Duration::ZERO, true).await, Ended::AlreadyGone);
        assert!(id.is_alive());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
