//! The client's side of starting a daemon: however many first commands there are at once, one daemon comes of it.

use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use greenroom_session_core::ipc::{Address, Client, ConnectError};
use greenroom_session_core::process::GIVES_MEMORY_BACK;
use greenroom_session_core::store::{Layout, Lock, Store};
use greenroom_session_core::{Error, Kind, Result, WireError};

use crate::CliRunner;

/// The line by which a daemon says that it listens.
pub(crate) const READY: &str = "ready";

/// How long a daemon may take until it listens: its predecessor may still be ending.
const START_TIME: Duration = Duration::from_secs(20);

/// Starts the workspace's daemon, or finds the one that another command has just started, and connects to it.
///
/// # Errors
/// [`Kind::DaemonLost`] with its last words when it does not start.
pub(crate) fn start(_runner: &CliRunner, workspace: &Path, address: &Address) -> Result<Client> {
    address.prepare()?;
    let _only_one = Lock::acquire(&address.start_lock(), START_TIME)?;
    if let Some(client) = connect(address)? {
        return Ok(client);
    }
    let layout = Layout::new(workspace.to_owned());
    Store::new(layout.clone()).prepare()?;
    tracing::debug!(workspace = %workspace.display(), "starting the daemon");
    let mut child = spawn(workspace, &layout)?;
    let pipe = child
        .stdout
        .take()
        .ok_or_else(|| not_started("its output is not connected", &layout))?;
    let line = first_line(pipe).map_err(|error| not_started(&error.to_string(), &layout))?;
    if line.trim_end() == READY {
        return connect(address)?.ok_or_else(|| not_started("it ended at once", &layout));
    }
    // Its end is near; a zombie is left to nobody.
    let status = child.wait().map(|status| status.to_string()).unwrap_or_default();
    match serde_json::from_str::<WireError>(&line) {
        Ok(error) => Err(error.into()),
        Err(_) => Err(not_started(&status, &layout)),
    }
}

fn connect(address: &Address) -> Result<Option<Client>> {
    match Client::connect(address) {
        Ok(client) => Ok(Some(client)),
        Err(ConnectError::NoDaemon) => Ok(None),
        Err(ConnectError::Failed(error)) => Err(error),
    }
}

fn spawn(workspace: &Path, layout: &Layout) -> Result<std::process::Child> {
    let log = layout.daemon_log();
    let stderr = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&log)
        .map_err(|error| Error::io("open", &log, error))?;
    let program = program();
    Command::new(&program)
        .arg0("greenroom")
        .arg("--workspace")
        .arg(workspace)
        .args(["daemon", "run", "--detached"])
        .current_dir(workspace)
        .envs(GIVES_MEMORY_BACK)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .map_err(|error| Error::io("start the daemon by", &program, error))
}

/// This program; also when its file was replaced since it started.
fn program() -> PathBuf {
    std::env::current_exe()
        .ok()
        .filter(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from("/proc/self/exe"))
}

/// The first line that comes out of the pipe; what came until its end, where there is no line.
fn first_line(mut pipe: impl Read + AsFd) -> std::io::Result<String> {
    let end = Instant::now() + START_TIME;
    let mut line = Vec::new();
    let mut chunk = [0; 4096];
    while !line.contains(&b'\n') {
        let left = end.saturating_duration_since(Instant::now());
        let left = rustix::event::Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut ready = [rustix::event::PollFd::new(&pipe, rustix::event::PollFlags::IN)];
        match rustix::event::poll(&mut ready, Some(&left)) {
            Ok(0) => {
                return Err(std::io::Error::new(
                    std::io::ErrorKind::TimedOut,
                    "it did not get ready in time",
                ));
            }
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        match pipe.read(&mut chunk)? {
            0 => break,
            read => line.extend_from_slice(&chunk[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn not_started(why: &str, layout: &Layout) -> Error {
    let log = layout.daemon_log();
    let last = std::fs::read_to_string(&log).unwrap_or_default();
    let last = last
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .map(|line| format!("; its last words: {line}"))
        .unwrap_or_default();
    Error::new(Kind::DaemonLost, format!("failed to start the daemon: {why}{last}"))
        .with_hint(format!("cat '{}'", log.display()))
}
