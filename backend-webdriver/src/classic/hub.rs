//! What is known of a driver session: its context, its pages, and where events go. Behind one lock, held for moments.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use greenroom_session_core::backend::{ContextKey, ContextOptions, Event, EventSink, PageKey, PageOpened};
use tokio::sync::Notify;

use super::browser::Known;
use super::desk::Desk;
use super::page::{ClassicPage, Handle};
use super::state::State;
use super::wire::Wire;

/// The shared state of a driver session.
pub(crate) struct Hub {
    pub(crate) wire: Arc<Wire>,
    pub(crate) known: Known,
    /// Whoever holds it may send commands to the current window.
    pub(crate) desk: Arc<tokio::sync::Mutex<Desk>>,
    /// Rung behind each command: something may have happened.
    pub(crate) bell: Notify,
    router: Mutex<Router>,
}

/// The context and the pages.
#[derive(Default)]
pub(crate) struct Router {
    pub(crate) context: Option<Context>,
    pub(crate) pages: HashMap<String, Arc<ClassicPage>>,
    /// The windows that are not told as pages: the keeper, and those that were given up.
    pub(crate) others: HashSet<String>,
    pub(crate) is_lost: bool,
}

/// The only context.
pub(crate) struct Context {
    pub(crate) key: ContextKey,
    pub(crate) options: ContextOptions,
    pub(crate) sink: Arc<dyn EventSink>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}

impl Hub {
    pub(crate) fn new(known: Known) -> Arc<Self> {
        let router = Router {
            others: known.keeper.iter().cloned().collect(),
            ..Router::default()
        };
        Arc::new(Self {
            wire: Wire::new(known.driver.clone(), known.session.clone()),
            known,
            desk: Arc::default(),
            bell: Notify::new(),
            router: Mutex::new(router),
        })
    }

    /// Locks, whatever happened to a sink that panicked: the state is whole between statements.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Router> {
        self.router.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page of a window; `None`: it is none.
    pub(crate) fn page(&self, window: &str) -> Option<Arc<ClassicPage>> {
        self.lock().pages.get(window).cloned()
    }

    /// A window is a page from now on; it is told with its address.
    pub(crate) fn opened(&self, page: &Arc<ClassicPage>, url: &str, replaces: Option<PageKey>) {
        page.facts.send_modify(|facts| facts.told = State::at(url));
        let mut router = self.lock();
        router.pages.insert(page.page_key().0.clone(), Arc::clone(page));
        router.tell(Event::PageOpened(PageOpened {
            page: Arc::new(Handle(Arc::clone(page))),
            url: url.to_owned(),
            opener: None,
            replaces,
        }));
    }

    /// A window is gone.
    pub(crate) fn closed(&self, window: &str) {
        let mut router = self.lock();
        router.others.remove(window);
        let Some(page) = router.pages.remove(window) else {
            return;
        };
        page.facts.send_modify(|facts| facts.closed = true);
        router.tell(Event::PageClosed {
            page: page.page_key().clone(),
        });
    }

    /// A window is left to itself: its page is gone for everybody.
    pub(crate) fn give_up(&self, window: &str, is_told: bool) {
        let mut router = self.lock();
        router.others.insert(window.to_owned());
        if let Some(page) = router.pages.remove(window) {
            page.facts.send_modify(|facts| facts.closed = true);
            if is_told {
                router.tell(Event::PageClosed {
                    page: page.page_key().clone(),
                });
            }
        }
    }

    /// A page shows another document or address.
    pub(crate) fn navigated(&self, page: &ClassicPage, url: &str, same_document: bool) {
        self.lock().tell(Event::PageNavigated {
            page: page.page_key().clone(),
            url: url.to_owned(),
            same_document,
        });
    }

    /// The session is gone: the last that is told.
    pub(crate) fn lost(&self, reason: &str) {
        let mut router = self.lock();
        if router.is_lost {
            return;
        }
        router.tell(Event::Lost {
            reason: reason.to_owned(),
        });
        router.is_lost = true;
        for page in router.pages.values() {
            page.facts.send_modify(|facts| facts.lost = true);
        }
    }
}

impl Router {
    fn tell(&mut self, event: Event) {
        if let Some(context) = self.context.as_ref().filter(|_| !self.is_lost) {
            context.sink.event(event);
        }
    }
}
