//! daemon.json: who the running daemon is (spec: files).

use std::path::PathBuf;

use greenroom_session_core::Result;
use greenroom_session_core::process::ProcessId;
use greenroom_session_core::store::{Layout, Timestamp, atomic};
use serde::{Deserialize, Serialize};

/// What daemon.json holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "greenroom daemon.json")]
pub(crate) struct DaemonRecord {
    /// The daemon's process id.
    pub pid: u32,
    /// When that process started, in the kernel's clock ticks since boot: a pid alone proves nothing.
    pub pid_started_at: u64,
    /// Where it listens.
    pub socket: PathBuf,
    /// greenroom's version.
    pub version: String,
    /// When it was started.
    pub started_at: Timestamp,
}

impl DaemonRecord {
    /// The record of this process.
    pub(crate) fn of_this_process(socket: PathBuf) -> Self {
        Self {
            pid: std::process::id(),
            pid_started_at: ProcessId::current().map_or(0, |process| process.started_at),
            socket,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: Timestamp::now(),
        }
    }

    /// Writes it.
    pub(crate) fn write(&self, layout: &Layout) -> Result<()> {
        atomic::write_json(&layout.daemon_file(), self)
    }

    /// The record of the daemon that runs now; one that is left of a daemon that died, or damaged, is none.
    pub(crate) fn of_running(layout: &Layout) -> Option<Self> {
        let record: Self = atomic::read_json(&layout.daemon_file()).ok().flatten()?;
        record.process().is_alive().then_some(record)
    }

    /// The daemon's process.
    pub(crate) fn process(&self) -> ProcessId {
        ProcessId {
            pid: self.pid,
            started_at: self.pid_started_at,
        }
    }
}
