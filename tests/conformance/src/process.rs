//! Facts about browsers that are processes, for harnesses.

use std::path::Path;
use std::time::Duration;

use greenroom_session_core::backend::Endpoint;
use greenroom_session_core::process::ProcessId;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::check::{Failure, fail};

/// Kills the process group that an owned browser leads.
///
/// # Errors
/// A browser without a process of ours.
pub fn kill_group(endpoint: &Endpoint) -> Result<(), Failure> {
    let process = endpoint.process.filter(|process| process.is_alive());
    let leader = process.and_then(|process| Pid::from_raw(i32::try_from(process.pid).ok()?));
    match leader {
        Some(leader) => {
            kill_process_group(leader, Signal::KILL).map_err(|error| Failure(format!("failed to kill: {error}")))
        }
        None => fail("the browser has no process that runs"),
    }
}

/// Waits until a process has ended.
///
/// # Errors
/// It has not after `limit`.
pub async fn wait_until_gone(process: ProcessId, limit: Duration) -> Result<(), Failure> {
    let gone = async {
        // A process that is not a child cannot be waited for without polling.
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while process.is_alive() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(limit, gone)
        .await
        .map_err(|_| Failure(format!("process {} still runs after {limit:?}", process.pid)))
}

/// The processes whose command line names something below `folder`, one line each.
pub fn running_below(folder: &Path) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let needle = folder.to_string_lossy();
    let pids = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let line = |pid: u32| {
        let command = String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/cmdline")).ok()?).replace('\0', " ");
        let alive = ProcessId::of(pid).is_some() && pid != std::process::id();
        (alive && command.contains(&*needle)).then(|| format!("{pid} {command}"))
    };
    pids.filter_map(line).collect()
}
