//! Ending a daemon that cannot be asked: one of another version, or one that answers nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use greenroom_session_core::ipc::Response;
use greenroom_session_core::process::ProcessId;
use greenroom_session_core::store::Layout;
use greenroom_session_core::{Error, Kind, Result};
use rustix::process::{Pid, Signal, kill_process};

use super::record::DaemonRecord;

/// How long a daemon has to hibernate its sessions once it is told to end.
const GRACE: Duration = Duration::from_secs(15);

/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Ends the daemon that daemon.json names, by SIGTERM, which it obeys by hibernating its sessions, else by SIGKILL, after
/// which the next daemon takes its browsers over. `None`: there is none.
///
/// # Errors
/// [`Kind::DaemonLost`] when it cannot be ended.
pub(crate) fn by_signal(workspace: &Path) -> Result<Option<Response>> {
    let Some(record) = DaemonRecord::of_running(&Layout::new(workspace.to_owned())) else {
        return Ok(None);
    };
    for signal in [Signal::TERM, Signal::KILL] {
        send(&record, signal)?;
        if has_ended(record.process()) {
            let note = format!(
                "the daemon {} could not be asked and was ended by {signal:?}",
                record.pid
            );
            return Ok(Some(Response {
                ok: true,
                result: Some(serde_json::json!({ "hibernated": [] })),
                notes: vec![note],
                ..Response::default()
            }));
        }
    }
    Err(cannot_end(&record, "it does not end"))
}

fn send(record: &DaemonRecord, signal: Signal) -> Result<()> {
    let pid = i32::try_from(record.pid).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| cannot_end(record, "its pid is none"))?;
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(cannot_end(record, &error.to_string())),
    }
}

fn has_ended(process: ProcessId) -> bool {
    let end = Instant::now() + GRACE;
    while process.is_alive() {
        if Instant::now() >= end {
            return false;
        }
        std::thread::sleep(LOOK);
    }
    true
}

fn cannot_end(record: &DaemonRecord, why: &str) -> Error {
    Error::new(
        Kind::DaemonLost,
        format!("failed to end the daemon with the pid {}: {why}", record.pid),
    )
    .with_hint(format!("kill {}", record.pid))
}
