//! What the daemon does, without a word about sockets: requests in, responses out.
//!
//! The same service stands behind the socket, behind other servers, and in programs that embed the sessions.

mod catalog;
mod dispatch;
mod handlers;
mod open;
mod plan;
mod settings;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

pub use settings::{Config, Defaults, Limits, TimeoutSettings, WebDriverSettings};

use crate::backend::{BrowserBackend, Diagnosis};
use crate::call::Call;
use crate::error::Result;
use crate::ipc::{Handler, Request, Response};
use crate::layer::guard;
use crate::op::Operation;
use crate::script::ScriptEngine;
use crate::session::deadline::Due;
use crate::session::machine::Input;
use crate::session::{Session, Shared};
use crate::store::{Layout, SessionName, Store, Timestamp};

/// How long the daemon stays when it holds nothing.
const LINGER: Duration = Duration::from_millis(1500);

/// How long bringing a browser back at the daemon's start may take.
const ADOPTION: Duration = Duration::from_secs(20);

/// What a service needs to know.
#[derive(Debug)]
pub struct ServiceOptions {
    /// The workspace's folder, absolute.
    pub workspace: PathBuf,
    /// A folder of this user's alone, for what must not outlive a browser.
    pub scratch: PathBuf,
    /// The backends, the default first.
    pub backends: Vec<Arc<dyn BrowserBackend>>,
    /// What runs scripts; `None`: they are `Unsupported`.
    pub scripts: Option<Arc<dyn ScriptEngine>>,
    /// What holds where neither the caller nor config.json says anything.
    pub defaults: Defaults,
}

/// The sessions of one workspace.
#[derive(Debug)]
pub struct Service {
    shared: Arc<Shared>,
    sessions: Mutex<BTreeMap<SessionName, Arc<Session>>>,
    defaults: Defaults,
    started_at: Timestamp,
    /// Set once the deadlines that passed while no daemon ran have been applied.
    first_look: tokio::sync::OnceCell<()>,
    requests: AtomicUsize,
    op_ids: AtomicUsize,
    stop: CancellationToken,
}

/// What a typed operation came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<T> {
    /// The session that it was about.
    pub session: Option<String>,
    /// The result.
    pub result: T,
    /// The response as other surfaces see it, without the result.
    pub response: Response,
}

impl Service {
    /// Takes up the workspace: its sessions that have not ended are known, none is touched yet.
    pub fn new(options: ServiceOptions) -> Arc<Self> {
        let ServiceOptions {
            workspace,
            scratch,
            backends,
            scripts,
            defaults,
        } = options;
        let shared = Arc::new(Shared {
            store: Store::new(Layout::new(workspace)),
            backends: backends.into_iter().map(guard::backend).collect(),
            scripts,
            pool: Arc::default(),
            scratch,
            changed: tokio::sync::Notify::new(),
            parked: tokio::sync::Notify::new(),
        });
        let service = Arc::new(Self {
            shared,
            sessions: Mutex::default(),
            defaults,
            started_at: Timestamp::now(),
            first_look: tokio::sync::OnceCell::new(),
            requests: AtomicUsize::new(0),
            op_ids: AtomicUsize::new(0),
            stop: CancellationToken::new(),
        });
        service.take_up();
        service
    }

    /// Adopts, in the background, the browsers that a former daemon left running.
    pub fn adopt_all(self: &Arc<Self>) {
        for session in self.live() {
            tokio::spawn(async move {
                if let Err(error) = session.adopt_running(&Call::within(ADOPTION)).await {
                    tracing::warn!(session = %session.name(), %error, "failed to adopt the session's browser");
                }
            });
        }
    }

    /// Performs an operation, as a typed call: through the same gate, queue and logs as any other.
    ///
    /// # Errors
    /// What the operation answers.
    pub async fn perform<O: Operation>(
        self: &Arc<Self>,
        session: Option<&str>,
        page: Option<&str>,
        operation: &O,
        timeout: Option<Duration>,
    ) -> Result<Outcome<O::Output>> {
        let internal =
            |error: serde_json::Error| crate::Error::new(crate::Kind::Internal, format!("failed to convert: {error}"));
        let request = Request {
            protocol: crate::ipc::PROTOCOL,
            op: O::SPEC.name.to_owned(),
            session: session.map(str::to_owned),
            page: page.map(str::to_owned),
            timeout_ms: timeout.and_then(|timeout| u64::try_from(timeout.as_millis()).ok()),
            args: serde_json::to_value(operation).map_err(internal)?,
            ..Request::default()
        };
        let mut response = self.handle(request, CancellationToken::new()).await;
        match response.error.take() {
            Some(error) => Err(error.into()),
            None => Ok(Outcome {
                session: response.session.clone(),
                result: serde_json::from_value(response.result.take().unwrap_or_default()).map_err(internal)?,
                response,
            }),
        }
    }

    /// What each backend's needs are and which are met.
    pub async fn diagnose(&self) -> Vec<(String, Vec<Diagnosis>)> {
        let mut found = Vec::new();
        for backend in &self.shared.backends {
            found.push((backend.name().to_owned(), backend.diagnose().await));
        }
        found
    }

    /// Cancelled when the service is to stop; see [`Service::wait_until_idle`].
    pub fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Waits until nothing has been held, and nobody has asked for anything, for a moment.
    pub async fn wait_until_idle(&self) {
        loop {
            if self.is_idle() {
                tokio::select! {
                    () = tokio::time::sleep(LINGER) => if self.is_idle() { return },
                    () = self.shared.changed.notified() => {}
                }
            } else {
                self.shared.changed.notified().await;
            }
        }
    }

    /// Applies the sessions' deadlines as they pass, for as long as it is polled.
    pub async fn keep_deadlines(&self) {
        loop {
            let next = self
                .live()
                .iter()
                .filter_map(|session| session.deadline())
                .map(|(at, _)| at)
                .min();
            let passed = async {
                match next {
                    Some(at) => tokio::time::sleep(at.since(Timestamp::now())).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = passed => self.apply_deadlines().await,
                () = self.shared.parked.notified() => {}
            }
        }
    }

    /// Applies the deadlines that have passed.
    pub async fn apply_deadlines(&self) {
        let now = Timestamp::now();
        for session in self.live() {
            match session.deadline() {
                Some((at, due)) if at <= now => match due {
                    Due::Hibernate => drop(session.shelve().await),
                    Due::Expire(why) => drop(session.finish(Input::Expired, why, false).await),
                },
                _ => {}
            }
        }
    }

    /// Hibernates every session that holds a browser, and answers their names. For the daemon's end.
    pub async fn shelve_all(&self) -> Vec<String> {
        let mut shelved = Vec::new();
        for session in self.live() {
            session.lose_workflow("the daemon was stopped");
            if session.shelve().await {
                shelved.push(session.name().to_string());
            }
        }
        shelved
    }

    fn is_idle(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0 && !self.live().iter().any(|session| session.is_held())
    }

    /// The sessions that have not ended; those that have are forgotten here.
    fn sessions(&self) -> MutexGuard<'_, BTreeMap<SessionName, Arc<Session>>> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| !session.ended().is_cancelled());
        sessions
    }

    fn live(&self) -> Vec<Arc<Session>> {
        self.sessions().values().cloned().collect()
    }

    /// An id for a command, unique in the workspace's logs.
    fn next_op(&self) -> String {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        format!(
            "op-{:x}-{}",
            since.as_millis(),
            self.op_ids.fetch_add(1, Ordering::Relaxed)
        )
    }
}

/// Counts a request while it runs.
struct Counted<'a>(&'a Service);

impl<'a> Counted<'a> {
    fn new(service: &'a Service) -> Self {
        service.requests.fetch_add(1, Ordering::Relaxed);
        Self(service)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.shared.changed.notify_one();
    }
}

/// The daemon's end of the socket.
#[derive(Debug)]
pub struct Front(pub Arc<Service>);

#[async_trait]
impl Handler for Front {
    async fn handle(&self, request: Request, cancel: CancellationToken) -> Response {
        self.0.handle(request, cancel).await
    }
}

#[cfg(test)]
mod tests;
