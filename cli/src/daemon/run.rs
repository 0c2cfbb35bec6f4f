//! The daemon's own life: one for a workspace, from its lock to its last answer.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::ipc::{Address, Client, serve};
use greenroom_session_core::service::{Front, Service};
use greenroom_session_core::store::{Layout, Lock, Store};
use greenroom_session_core::{Error, Kind, Result};
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::record::DaemonRecord;
use super::start::READY;
use super::{log, nearby};
use crate::CliRunner;
use crate::env::Environment;

/// How long a daemon waits for its predecessor to end.
const PREDECESSOR: Duration = Duration::from_secs(10);

/// How the daemon is run.
pub(crate) struct Plan<'a> {
    /// The program.
    pub runner: &'a CliRunner,
    /// The workspace.
    pub workspace: &'a Path,
    /// Its runtime folder.
    pub address: Address,
    /// The process's surroundings.
    pub env: &'a Environment,
    /// Whether it is on its own: no terminal, and its starter waits for the line [`READY`] on stdout.
    pub detached: bool,
}

/// Runs the daemon until it is told to stop or holds nothing.
///
/// # Errors
/// Why it did not start; a starter that waits has been told so on stdout.
pub(crate) fn run(plan: &Plan) -> Result<()> {
    if plan.detached {
        // It fails in a process that leads its group already, which is then as much on its own.
        let _ = rustix::process::setsid();
    }
    let held = Held::take(plan);
    if let (Err(error), true) = (&held, plan.detached) {
        say(&serde_json::to_string(&error.to_wire()).unwrap_or_default());
    }
    let held = held?;
    let runtime = nearby::runtime()?;
    let result = runtime.block_on(live(plan, &held));
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop(held);
    result
}

/// What only one daemon of a workspace holds. Let go in the order: record, locks.
struct Held {
    layout: Layout,
    _address: Lock,
    _workspace: Lock,
}

impl Held {
    fn take(plan: &Plan) -> Result<Self> {
        let layout = Layout::new(plan.workspace.to_owned());
        Store::new(layout.clone()).prepare()?;
        plan.address.prepare()?;
        if Client::connect(&plan.address).is_ok() {
            return Err(runs_already(&layout));
        }
        let address = lock(&plan.address.daemon_lock(), &layout)?;
        // The runtime folder depends on the environment; the workspace's own lock does not.
        let workspace = lock(&layout.daemon_lock(), &layout)?;
        Ok(Self {
            layout,
            _address: address,
            _workspace: workspace,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.layout.daemon_file());
    }
}

fn lock(path: &Path, layout: &Layout) -> Result<Lock> {
    Lock::acquire(path, PREDECESSOR).map_err(|error| match error.kind() {
        Kind::Timeout => runs_already(layout),
        _ => error,
    })
}

fn runs_already(layout: &Layout) -> Error {
    let who = DaemonRecord::of_running(layout).map(|record| format!(", with the pid {}", record.pid));
    let message = format!("a daemon of this workspace runs already{}", who.unwrap_or_default());
    Error::new(Kind::DaemonLost, message).with_hint("greenroom daemon stop")
}

async fn live(plan: &Plan<'_>, held: &Held) -> Result<()> {
    let listener = told(plan, listen(&plan.address))?;
    let signals = told(plan, Signals::new())?;
    told(
        plan,
        DaemonRecord::of_this_process(plan.address.socket()).write(&held.layout),
    )?;
    log::to_file(&held.layout.daemon_log(), plan.env.log.as_deref());
    let service = Service::new(nearby::options(plan.runner, plan.env, plan.workspace, &plan.address));
    service.adopt_all();
    tracing::info!(pid = std::process::id(), workspace = %plan.workspace.display(), "listening");
    ready(plan);
    let stop = service.stopping().clone();
    let ending = tokio::spawn(until_the_end(Arc::clone(&service), signals, plan.detached));
    let deadlines = Arc::clone(&service);
    let deadlines = tokio::spawn(async move { deadlines.keep_deadlines().await });
    let socket = plan.address.socket();
    serve(listener, Arc::new(Front(service)), stop, || {
        let _ = std::fs::remove_file(&socket);
    })
    .await;
    ending.abort();
    deadlines.abort();
    tracing::info!("ended");
    Ok(())
}

/// Passes a failure on to the starter that waits.
fn told<T>(plan: &Plan, result: Result<T>) -> Result<T> {
    if let (Err(error), true) = (&result, plan.detached) {
        say(&serde_json::to_string(&error.to_wire()).unwrap_or_default());
    }
    result
}

/// Listens on the socket; what stands there is left of a daemon that died, since the lock is ours.
fn listen(address: &Address) -> Result<UnixListener> {
    let socket = address.socket();
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io("remove the stale socket", &socket, error));
        }
        _ => {}
    }
    let mask = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o177));
    let listener = UnixListener::bind(&socket);
    rustix::process::umask(mask);
    listener.map_err(|error| Error::io("listen on", &socket, error))
}

fn ready(plan: &Plan) {
    say(READY);
    if plan.detached
        && let Ok(null) = File::options().write(true).open("/dev/null")
    {
        // The starter's pipe must not stay open in the browsers.
        let _ = rustix::stdio::dup2_stdout(null);
    }
}

fn say(line: &str) {
    // A starter that has gone does not hear it.
    let _ = writeln!(std::io::stdout(), "{line}");
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        let listen = |kind| {
            signal(kind).map_err(|error| Error::new(Kind::Internal, "failed to listen for signals").with_source(error))
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }
}

/// Stops the service when it holds nothing, and hibernates what it holds on SIGTERM. In the foreground Ctrl-C does the same.
async fn until_the_end(service: Arc<Service>, mut signals: Signals, detached: bool) {
    loop {
        tokio::select! {
            () = service.wait_until_idle() => {
                tracing::info!("nothing is held any more");
                break;
            }
            _ = signals.terminate.recv() => {
                shelve(&service).await;
                break;
            }
            _ = signals.interrupt.recv() => if !detached {
                shelve(&service).await;
                break;
            },
            _ = signals.hangup.recv() => {}
        }
    }
    service.stopping().cancel();
}

async fn shelve(service: &Service) {
    let shelved = service.shelve_all().await;
    tracing::info!(?shelved, "hibernated the sessions to end");
}
