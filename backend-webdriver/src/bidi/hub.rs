//! The state that events change and calls read: contexts, pages, frames. Behind one lock, held for moments.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use greenroom_session_core::backend::{ContextKey, ContextOptions, Event, EventSink, PageKey};
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::binding::{self, Worlds};
use super::connection::Wire;
use super::download::Download;
use super::network::Collector;
use super::page::BidiPage;
use super::tree::Node;
use super::watch::channel as watch_channel;
use super::{Family, Known, subscribe};

/// The key of the browser's own user context, in the protocol's words.
pub(crate) const DEFAULT: &str = "default";

/// The shared state of a browser.
pub(crate) struct Hub {
    router: Mutex<Router>,
    changes: watch::Receiver<u64>,
}

impl Hub {
    pub(crate) fn new(wire: Wire, known: Arc<Known>) -> Arc<Self> {
        let (touched, changes) = watch::channel(0);
        Arc::new_cyclic(|hub| {
            let router = Router {
                wire,
                hub: Weak::clone(hub),
                said: if known.adopted {
                    SystemTime::now()
                } else {
                    SystemTime::UNIX_EPOCH
                },
                known,
                contexts: HashMap::new(),
                channel: watch_channel(),
                worlds: Worlds::default(),
                nodes: HashMap::new(),
                pages: HashMap::new(),
                sessions: HashMap::new(),
                moved_out: HashMap::new(),
                downloads: HashMap::new(),
                is_lost: false,
                touched,
            };
            Self {
                router: Mutex::new(router),
                changes,
            }
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
    pub(crate) hub: Weak<Hub>,
    pub(crate) known: Arc<Known>,
    /// The contexts of ours, by the ids of their user contexts.
    pub(crate) contexts: HashMap<String, Context>,
    /// The name of the channel or the binding by which watchers tell.
    pub(crate) channel: String,
    /// Where watchers are that tell by a binding.
    pub(crate) worlds: Worlds,
    /// All pages and frames, whosever they are.
    pub(crate) nodes: HashMap<String, Node>,
    /// The pages of our contexts.
    pub(crate) pages: HashMap<String, Arc<BidiPage>>,
    /// The pages of DevTools sessions.
    pub(crate) sessions: HashMap<String, String>,
    /// The frames that have been in a process of their own since their page shows its document, with their pages.
    pub(crate) moved_out: HashMap<String, String>,
    pub(crate) downloads: HashMap<String, Download>,
    /// The console was told until then; what is older comes a second time.
    pub(crate) said: SystemTime,
    pub(crate) is_lost: bool,
    touched: watch::Sender<u64>,
}

/// A context of ours.
pub(crate) struct Context {
    pub(crate) key: ContextKey,
    pub(crate) options: ContextOptions,
    pub(crate) sink: Arc<dyn EventSink>,
    pub(crate) network: Collector,
    /// One page is opened at a time, so that it is known whose place it takes.
    pub(crate) opening: Arc<tokio::sync::Mutex<()>>,
    /// The page whose place the next new one takes.
    pub(crate) replaces: Option<PageKey>,
    /// Its requests are held.
    pub(crate) holds_requests: bool,
}

impl Context {
    pub(crate) fn new(
        key: &ContextKey,
        options: &ContextOptions,
        collector: Option<&str>,
        sink: Arc<dyn EventSink>,
    ) -> Self {
        Self {
            key: key.clone(),
            options: options.clone(),
            sink,
            network: Collector::new(collector.map(str::to_owned), options.max_body),
            opening: Arc::default(),
            replaces: None,
            holds_requests: false,
        }
    }
}

impl Router {
    /// Hands an event to whom it concerns. Unknown ones are nobody's.
    pub(crate) fn event(&mut self, method: &str, params: &RawValue) {
        let handled = match method.split_once('.') {
            Some(("browsingContext", name)) => self.browsing_context_event(name, params),
            Some(("input", "fileDialogOpened")) => {
                super::connection::read(params).map(|opened| self.chooser_opened(opened))
            }
            Some(("network", name)) => self.network_event(name, params),
            Some(("log", "entryAdded")) => self.console_event(params),
            Some(("script", "message")) => self.script_message(params),
            Some(("script", "realmCreated")) => self.realm_created(params),
            Some(("script", "realmDestroyed")) => self.realm_destroyed(params),
            Some(("goog:cdp", "Inspector.targetCrashed")) => self.crashed(params),
            Some(("goog:cdp", "Target.attachedToTarget")) => self.attached(params),
            Some(("goog:cdp", name)) if name.starts_with("Runtime.") => {
                self.runtime_event(name.trim_start_matches("Runtime."), params)
            }
            Some(("goog:cdp", name)) => self.leaving_event(name, params),
            _ => Ok(()),
        };
        if let Err(error) = handled {
            tracing::debug!(method, ?error, "an event makes no sense");
        }
    }

    /// When [`Router::tick`] is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.contexts.values().filter_map(|context| context.network.due()).min()
    }

    /// Does what has waited long enough.
    pub(crate) fn tick(&mut self) {
        self.network_overdue();
    }

    /// Starts to serve a context, with the pages that it has already.
    pub(crate) fn serve(&mut self, user_context: &str, context: Context) {
        self.contexts.insert(user_context.to_owned(), context);
        let mut pages: Vec<String> = self
            .nodes
            .iter()
            .filter(|(_, node)| node.parent.is_none() && node.user_context == user_context)
            .map(|(id, _)| id.clone())
            .collect();
        pages.sort();
        for page in pages {
            self.announce(&page);
        }
    }

    /// Stops serving a context.
    pub(crate) fn leave(&mut self, user_context: &str) {
        self.contexts.remove(user_context);
        self.pages.retain(|_, page| page.user_context != user_context);
    }

    /// The pages of a context.
    pub(crate) fn pages_in(&self, user_context: &str) -> Vec<Arc<BidiPage>> {
        let pages = self.pages.values();
        pages
            .filter(|page| page.user_context == user_context)
            .cloned()
            .collect()
    }

    /// The context of a page of ours.
    pub(crate) fn context_of(&self, page: &BidiPage) -> Option<&Context> {
        self.contexts.get(&page.user_context)
    }

    /// Wakes whoever waits for pages.
    pub(crate) fn touch(&self) {
        self.touched.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The connection was made anew: events are asked for again, and what happened in between is looked for.
    pub(crate) fn reconnected(&mut self) {
        for group in subscribe::groups(self.known.family) {
            self.wire.post(&group.command());
        }
        let is_watched = self.contexts.values().any(|context| context.options.watcher.is_some());
        if is_watched && self.known.family == Family::Chromium {
            self.wire.post(&binding::events());
        }
        self.network_lost();
        self.look_again();
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
