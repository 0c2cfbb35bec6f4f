//! Ends and finds browsers that are processes, for harnesses.

use std::path::Path;
use std::time::Duration;

use greenroom_session_core::backend::Endpoint;
use greenroom_session_core::process::{Ended, ProcessId, stop_all};

use crate::check::{Checked, Failure, check, fail};

/// How long a browser may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// Kills the process group that an owned browser leads, as `kill -9` does: a [`Harness::kill`](crate::Harness::kill).
///
/// # Errors
/// A browser without a process of ours that runs.
pub async fn kill_process(endpoint: &Endpoint) -> Checked {
    if !endpoint.process.is_some_and(ProcessId::is_alive) {
        return fail(format!("{:?} does not run", endpoint.process));
    }
    stop_all(endpoint.process, &endpoint.others, Duration::ZERO, true).await;
    Ok(())
}

/// Waits until a browser has ended that was closed or killed, and removes its temporary profile: a
/// [`Harness::ended`](crate::Harness::ended).
///
/// # Errors
/// It did not end by itself; then it has been ended.
pub async fn process_ended(endpoint: &Endpoint) -> Checked {
    let ended = stop_all(endpoint.process, &endpoint.others, GRACE, false).await;
    match &endpoint.temporary_profile {
        Some(folder) if folder.exists() => std::fs::remove_dir_all(folder)
            .map_err(|error| Failure(format!("failed to remove `{}`: {error}", folder.display())))?,
        _ => {}
    }
    check(ended <= Ended::ByItself, || {
        format!("the browser did not end by itself: {ended:?}")
    })
}

/// The processes whose command line or environment names something below `folder`, one line each: a
/// [`Harness::running`](crate::Harness::running).
pub fn running_below(folder: &Path) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let needle = folder.to_string_lossy();
    let pids = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let line = |pid: u32| {
        let read = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        let (command, environment) = (read("cmdline"), read("environ"));
        let [command, environment] =
            [command, environment].map(|text| String::from_utf8_lossy(&text).replace('\0', " "));
        let alive = ProcessId::of(pid).is_some() && pid != std::process::id();
        let is_its = command.contains(&*needle) || environment.contains(&*needle);
        (alive && is_its).then(|| format!("{pid} {command}"))
    };
    pids.filter_map(line).collect()
}
