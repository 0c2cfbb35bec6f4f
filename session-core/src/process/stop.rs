//! Ends a process with everything in its group, and says what that needed.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::{Instant, sleep, timeout};

use super::ProcessId;

/// Between two looks at a group, whose members are not all children of ours and cannot be waited for.
const LOOK: Duration = Duration::from_millis(5);

/// How long the kernel may take to carry out a SIGKILL.
const KILLED: Duration = Duration::from_secs(5);

/// What the end of a process needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// It was not there any more.
    AlreadyGone,
    /// It ended by itself within the grace.
    ByItself,
    /// It ended on SIGTERM.
    Terminated,
    /// It had to be killed.
    Killed,
}

/// Ends `process` with its group: leaves it `grace` to end by itself, sends SIGTERM and leaves it `grace` again, then
/// SIGKILL; with `force`, SIGKILL at once. Answers when nothing of the group is left.
///
/// A process that only has the same pid is not touched.
pub async fn stop(process: ProcessId, grace: Duration, force: bool) -> Ended {
    if !process.is_alive() && members(process).is_empty() {
        return Ended::AlreadyGone;
    }
    if !force {
        if is_empty_within(process, grace).await {
            return Ended::ByItself;
        }
        signal(process, Signal::TERM);
        if is_empty_within(process, grace).await {
            return Ended::Terminated;
        }
    }
    // A member may have been forked between the look and the signal, therefore again until there is none.
    let deadline = Instant::now() + KILLED;
    loop {
        signal(process, Signal::KILL);
        if is_empty_within(process, LOOK * 20).await {
            return Ended::Killed;
        }
        if Instant::now() > deadline {
            tracing::error!(pid = process.pid, "a killed process group has not ended");
            return Ended::Killed;
        }
    }
}

/// Sends SIGTERM to a process and its group, and does not wait for what becomes of it.
pub fn ask_to_end(process: ProcessId) {
    signal(process, Signal::TERM);
}

/// Sends SIGKILL to a process and its group at once. Whoever can wait calls [`stop`], which looks that nothing is left.
pub(super) fn kill(process: ProcessId) {
    signal(process, Signal::KILL);
}

/// Ends a process with its group as [`stop`] does, and then each of `others`, wherever it is; answers the hardest means
/// that one of them needed.
pub async fn stop_all(leader: Option<ProcessId>, others: &[ProcessId], grace: Duration, force: bool) -> Ended {
    let mut ended = match leader {
        Some(leader) => stop(leader, grace, force).await,
        None => Ended::ByItself,
    };
    for other in others {
        if other.is_alive() {
            ended = ended.max(stop(*other, grace, force).await);
        }
    }
    ended
}

/// Waits until the leader and everything in its group is gone; false: `limit` passed.
async fn is_empty_within(process: ProcessId, limit: Duration) -> bool {
    timeout(limit, async {
        while process.is_alive() {
            sleep(LOOK).await;
        }
        while !members(process).is_empty() {
            sleep(LOOK).await;
        }
    })
    .await
    .is_ok()
}

/// Signals the group, unless its number belongs to somebody else by now; a process that leads none by itself.
fn signal(process: ProcessId, signal: Signal) {
    if members(process).is_empty() {
        if let Some(pid) = pid_of(process).filter(|_| process.is_alive()) {
            // An error means that it has ended in between.
            let _ = kill_process(pid, signal);
        }
        return;
    }
    if let Some(group) = pid_of(process)
        && let Err(error) = kill_process_group(group, signal)
    {
        tracing::debug!(pid = process.pid, %error, "the process group took no signal");
    }
}

/// The pids that still run in the group that `process` led.
///
/// The kernel gives no new process the number of a group that has members; a leader of another start time therefore
/// means that our group is gone.
pub fn members(process: ProcessId) -> Vec<u32> {
    if ProcessId::of(process.pid).is_some_and(|leader| leader != process) {
        return Vec::new();
    }
    let Ok(folders) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    folders
        .filter_map(|folder| folder.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| group_of(*pid) == Some(process.pid))
        .collect()
}

/// The group of a process that still runs.
fn group_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(group)
}

fn pid_of(process: ProcessId) -> Option<Pid> {
    // 0 would be our own group, 1 is init's.
    i32::try_from(process.pid)
        .ok()
        .filter(|pid| *pid > 1)
        .and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::process::{Spawn, Spawned, spawn};

    const SHORT: Duration = Duration::from_millis(60);

    /// Runs a shell script that says `ready` when the signals are set up.
    async fn shell(script: &str) -> (Spawned, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let args = ["-c".to_owned(), script.to_owned()];
        let spawned = spawn(&Spawn {
            program: Path::new("/bin/sh"),
            args: &args,
            env: &[],
            output: &output,
        })
        .unwrap();
        while !spawned.last_words(5).contains("ready") {
            tokio::task::yield_now().await;
        }
        (spawned, folder)
    }

    #[tokio::test]
    async fn others_end_too_though_they_lead_no_group() {
        let (leader, _folder) = shell("trap '' TERM; echo ready; sleep 100 & wait").await;
        let leader_id = leader.id();
        let mut other = std::process::Command::new("sleep").arg("100").spawn().unwrap();
        let other_id = ProcessId::of(other.id()).unwrap();
        assert_eq!(stop_all(Some(leader_id), &[other_id], SHORT, true).await, Ended::Killed);
        assert!(!leader_id.is_alive() && !other_id.is_alive());
        other.wait().unwrap();
    }

    #[tokio::test]
    async fn it_says_what_was_needed() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        let (polite, _kept) = shell(&format!("echo ready; read word < '{}'", pipe.display())).await;
        // It is told to end once it is being stopped.
        let told = async { std::fs::write(&pipe, "end\n") };
        let (ended, told) = tokio::join!(biased; stop(polite.id(), Duration::from_secs(20), false), told);
        told.unwrap();
        assert_eq!(ended, Ended::ByItself);
        assert_eq!(stop(polite.id(), SHORT, false).await, Ended::AlreadyGone);
        let (slow, _kept) = shell("echo ready; sleep 1000").await;
        // The grace passes in full once, and then must be enough for the signal on a busy machine.
        assert_eq!(stop(slow.id(), Duration::from_secs(2), false).await, Ended::Terminated);
        let (stubborn, _kept) = shell("trap '' TERM; echo ready; while :; do sleep 1000; done").await;
        assert_eq!(stop(stubborn.id(), SHORT, false).await, Ended::Killed);
        assert!(!stubborn.id().is_alive());
    }

    #[tokio::test]
    async fn a_group_whose_leader_has_died_is_ended_too() {
        let (leader, _kept) = shell("sleep 1000 & echo ready").await;
        leader.ended().await;
        assert_eq!(members(leader.id()).len(), 1);
        assert_eq!(stop(leader.id(), SHORT, true).await, Ended::Killed);
        assert!(members(leader.id()).is_empty());
    }

    #[tokio::test]
    async fn somebody_else_with_the_same_pid_is_not_touched() {
        let (other, _kept) = shell("echo ready; sleep 1000").await;
        let former = ProcessId {
            started_at: other.id().started_at - 1,
            ..other.id()
        };
        assert_eq!(stop(former, SHORT, true).await, Ended::AlreadyGone);
        assert!(other.id().is_alive());
        stop(other.id(), SHORT, true).await;
    }
}
