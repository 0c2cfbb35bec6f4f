//! The state that events change and calls read: contexts, sessions, pages. Behind one lock, held for moments.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use greenroom_session_core::backend::{ContextKey, Event, EventSink};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::adjust::Adjusted;
use crate::connection::{Incoming, SessionId, Wire};
use crate::download::Download;
use crate::network::Collector;
use crate::page::CdpPage;
use crate::setup::Setup;
use crate::target::Session;
use crate::watch as watching;

#[cfg(test)]
mod tests;

/// The key of the browser's own context.
pub(crate) const DEFAULT: &str = "default";

/// How long a target may keep messages that have been told.
const FORGETS: Duration = Duration::from_millis(500);

/// The shared state of a browser.
pub(crate) struct Hub {
    router: Mutex<Router>,
    changes: watch::Receiver<u64>,
}

impl Hub {
    pub(crate) fn new(wire: Wire, owned: bool, headless: bool) -> Arc<Self> {
        let (touched, changes) = watch::channel(0);
        let router = Router {
            wire,
            owned,
            headless,
            channel: watching::channel(),
            user_agent: String::new(),
            default_context: None,
            created: HashSet::new(),
            contexts: HashMap::new(),
            sessions: HashMap::new(),
            targets: HashMap::new(),
            pages: HashMap::new(),
            downloads: HashMap::new(),
            forgets: None,
            asks: None,
            is_lost: false,
            touched,
        };
        Arc::new(Self {
            router: Mutex::new(router),
            changes,
        })
    }

    /// Locks, whatever happened to a sink that panicked: the state is whole between statements.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Router> {
        self.router.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `find` finds something; looks again at each page that comes or goes.
    pub(crate) async fn find<T>(&self, find: impl Fn(&Router) -> Option<T>) -> Option<T> {
        let mut changes = self.changes.clone();
        loop {
            changes.mark_unchanged();
            {
                let router = self.lock();
                if let Some(found) = find(&router) {
                    return Some(found);
                }
                if router.is_lost {
                    return None;
                }
            }
            if changes.changed().await.is_err() {
                return None;
            }
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}

/// What is known of the browser, and where its events go.
pub(crate) struct Router {
    pub(crate) wire: Wire,
    /// We started it.
    pub(crate) owned: bool,
    /// We started it, and nobody sees its windows.
    pub(crate) headless: bool,
    /// The name of the binding by which watchers tell.
    pub(crate) channel: String,
    /// What it says it is to servers.
    pub(crate) user_agent: String,
    /// The id of the browser's own context, where it tells.
    pub(crate) default_context: Option<String>,
    /// The ids of the contexts that were made beside it.
    pub(crate) created: HashSet<String>,
    pub(crate) contexts: HashMap<ContextKey, Context>,
    pub(crate) sessions: HashMap<SessionId, Session>,
    /// The session of each target.
    pub(crate) targets: HashMap<String, SessionId>,
    pub(crate) pages: HashMap<String, Arc<CdpPage>>,
    pub(crate) downloads: HashMap<String, Download>,
    /// When told messages are let forgotten.
    forgets: Option<Instant>,
    /// When pages are asked again whose place in their history could not be told.
    pub(crate) asks: Option<Instant>,
    pub(crate) is_lost: bool,
    touched: watch::Sender<u64>,
}

/// A context of ours.
pub(crate) struct Context {
    pub(crate) setup: Arc<Setup>,
    pub(crate) sink: Arc<dyn EventSink>,
    pub(crate) network: Collector,
    /// What was changed of it since it was opened.
    pub(crate) adjusted: Adjusted,
    /// Since when it is served.
    pub(crate) since: SystemTime,
}

impl Context {
    pub(crate) fn new(setup: Setup, sink: Arc<dyn EventSink>) -> Self {
        let network = Collector::new(setup.options.max_body);
        Self {
            setup: Arc::new(setup),
            sink,
            network,
            adjusted: Adjusted::default(),
            since: SystemTime::now(),
        }
    }
}

impl Router {
    /// The key of a context by the browser's id.
    pub(crate) fn context_key(&self, id: &str) -> ContextKey {
        let is_default = match &self.default_context {
            Some(default) => default == id,
            None => !self.created.contains(id),
        };
        ContextKey(if is_default { DEFAULT } else { id }.to_owned())
    }

    /// Hands an event to whom it concerns. Unknown ones are nobody's.
    pub(crate) fn event(&mut self, event: Incoming) {
        let session = event.session.as_deref().map(SessionId::from);
        match (event.method.as_str(), &session) {
            ("Target.attachedToTarget", parent) => self.attached(parent.as_ref(), event.params),
            ("Target.detachedFromTarget", parent) => self.detached(parent.as_ref(), event.params),
            ("Browser.downloadWillBegin", None) => self.download_begins(event.params),
            ("Browser.downloadProgress", None) => self.download_progress(event.params),
            (method, Some(id)) => self.session_event(id, method, event.params),
            (_, None) => {}
        }
    }

    fn session_event(&mut self, id: &SessionId, method: &str, params: serde_json::Value) {
        match method {
            "Inspector.targetCrashed" => self.crashed(id),
            "Input.dragIntercepted" => self.drag_begins(id, params),
            "Runtime.bindingCalled" => self.told(id, params),
            "Fetch.requestPaused" => self.paused(id, params),
            _ if method.starts_with("Network.") => self.network_event(id, method, params),
            _ if method.starts_with("Page.") => self.page_event(id, method, params),
            "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" => {
                self.console_event(id, method, params);
                self.forgets.get_or_insert_with(|| Instant::now() + FORGETS);
            }
            _ if method.starts_with("Runtime.executionContext") => self.world_event(id, method, params),
            _ => {}
        }
    }

    /// A page's drag was handed over.
    fn drag_begins(&self, id: &SessionId, mut params: serde_json::Value) {
        if let Some((page, _)) = self.page_of_main(id) {
            page.facts
                .send_modify(|facts| facts.dragged = Some(params["data"].take()));
        }
    }

    /// When [`Router::tick`] is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        let network = self.contexts.values().filter_map(|context| context.network.due());
        network.chain(self.forgets).chain(self.asks).min()
    }

    /// Does what has waited long enough.
    pub(crate) fn tick(&mut self) {
        self.network_overdue();
        if self.forgets.take_if(|due| *due <= Instant::now()).is_some() {
            self.forget_all_messages();
        }
        if self.asks.take_if(|due| *due <= Instant::now()).is_some() {
            self.ask_all_again();
        }
    }

    /// Starts to serve a context, with the targets that it has already.
    pub(crate) fn serve(&mut self, key: &ContextKey, context: Context) {
        self.contexts.insert(key.clone(), context);
        let sessions: Vec<SessionId> = self
            .sessions
            .values()
            .filter(|session| session.context == *key)
            .map(|session| Arc::clone(&session.id))
            .collect();
        for session in sessions {
            self.activate(&session);
        }
    }

    /// Stops serving a context.
    pub(crate) fn leave(&mut self, key: &ContextKey) {
        self.contexts.remove(key);
        self.created.remove(&key.0);
    }

    /// Wakes whoever waits for pages.
    pub(crate) fn touch(&self) {
        self.touched.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The connection is gone: tells everybody, once.
    pub(crate) fn lost(&mut self, reason: &str) {
        self.is_lost = true;
        for page in self.pages.values() {
            page.facts.send_modify(|facts| facts.lost = true);
        }
        self.network_lost();
        for context in self.contexts.values() {
            context.sink.event(Event::Lost {
                reason: reason.to_owned(),
            });
        }
        // Sinks hold sessions that hold us.
        self.contexts.clear();
        self.touch();
    }
}
