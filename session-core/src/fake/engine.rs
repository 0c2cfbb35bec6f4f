//! A running fake browser: its life, its pages, and the order in which it tells what happens.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Map, json};
use tokio::sync::watch;

use super::lock;
use super::page::FakeTab;
use super::site::FakeDialog;
use super::state::{Context, DEFAULT_VIEWPORT, Document, Entry, Load, Renderer, State, Tab};
use super::world::Shared;
use crate::backend::{
    BrowserIdentity, Capability, CapabilitySet, DialogAnswer, DialogOpened, Endpoint, Event, PageKey, PageOpened,
};
use crate::error::{Error, Kind, Result};

/// The context that a browser has from its start.
pub(super) const DEFAULT_CONTEXT: &str = "default";

#[derive(Debug)]
pub(super) struct Engine {
    pub(super) shared: Arc<Shared>,
    pub(super) identity: BrowserIdentity,
    pub(super) endpoint: Endpoint,
    /// One cookie jar for all: a profile that stays, or somebody else's browser.
    pub(super) one_jar: bool,
    capabilities: Mutex<CapabilitySet>,
    /// `Some`: it is dead, and why.
    death: watch::Sender<Option<String>>,
    state: Mutex<State>,
    /// Held while events are told, so that they stay in order.
    telling: Mutex<()>,
    id: u64,
}

/// How a browser is started.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) temporary_profile: Option<PathBuf>,
    pub(super) one_jar: bool,
    pub(super) capabilities: CapabilitySet,
}

impl Engine {
    pub(super) fn start(id: u64, shared: Arc<Shared>, start: Start) -> Arc<Self> {
        let Start {
            temporary_profile,
            one_jar,
            capabilities,
        } = start;
        let mut state = State::default();
        if one_jar {
            let jar = DEFAULT_CONTEXT.to_owned();
            state.contexts.insert(
                DEFAULT_CONTEXT.to_owned(),
                Context {
                    jar,
                    ..Context::default()
                },
            );
        }
        Arc::new(Self {
            shared,
            identity: BrowserIdentity {
                name: "fake".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                executable: None,
            },
            endpoint: Endpoint {
                others: Vec::new(),
                url: format!("fake://browser/{id}"),
                temporary_profile,
                extra: json!({ "browser": id }),
                ..Endpoint::default()
            },
            one_jar,
            capabilities: Mutex::new(capabilities),
            death: watch::Sender::new(None),
            state: Mutex::new(state),
            telling: Mutex::new(()),
            id,
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn capabilities(&self) -> CapabilitySet {
        *lock(&self.capabilities)
    }

    /// It can do less from now on, and says so.
    pub(super) fn lose(&self, capability: Capability) {
        let left = self.capabilities().without(capability);
        *lock(&self.capabilities) = left;
        let mut state = self.state();
        let state = &mut *state;
        for listener in state.contexts.values().filter_map(|context| context.listener.as_ref()) {
            state
                .outbox
                .push_back((Arc::clone(&listener.sink), Event::CapabilitiesChanged(left)));
        }
    }

    pub(super) fn has(&self, capability: Capability) -> bool {
        self.capabilities().has(capability)
    }

    // Life

    pub(super) fn is_dead(&self) -> bool {
        self.death.borrow().is_some()
    }

    pub(super) fn death(&self) -> watch::Receiver<Option<String>> {
        self.death.subscribe()
    }

    /// The error of everything that a dead browser is asked.
    pub(super) fn lost(&self) -> Error {
        let reason = self.death.borrow().clone().unwrap_or_default();
        Error::new(Kind::BrowserLost, format!("the browser is gone: {reason}"))
    }

    /// It is gone: whatever waits for it fails, and each context hears it as its last event.
    pub(super) fn die(&self, reason: &str) {
        let first = self.death.send_if_modified(|death| {
            let first = death.is_none();
            death.get_or_insert_with(|| reason.to_owned());
            first
        });
        if first {
            let mut state = self.state();
            let state = &mut *state;
            for listener in state
                .contexts
                .values_mut()
                .filter_map(|context| context.listener.take())
            {
                let reason = reason.to_owned();
                state.outbox.push_back((listener.sink, Event::Lost { reason }));
            }
        }
        self.tell();
    }

    /// Drops the sinks of a connection that is gone; `None`: of all.
    pub(super) fn forget_sinks(&self, connection: Option<u64>) {
        let mut state = self.state();
        let mut dropped = Vec::new();
        for context in state.contexts.values_mut() {
            let ours = context
                .listener
                .as_ref()
                .is_some_and(|l| connection.is_none_or(|c| c == l.connection));
            if ours {
                dropped.extend(context.listener.take());
            }
        }
        // A sink may hold pages, whose end takes this lock again: it is dropped after the lock.
        drop(state);
        drop(dropped);
    }

    // Events

    /// Puts an event of a page in the line; [`Engine::tell`] tells it.
    pub(super) fn happen(&self, state: &mut State, page: &PageKey, event: Event) {
        let first = matches!(event, Event::PageOpened(_));
        let known = state.pages.get(page).is_some_and(|tab| tab.announced);
        if !self.is_dead() && self.is_told(&event) && (first || known) {
            if let Some(tab) = state.pages.get_mut(page) {
                tab.announced = true;
            }
            if let Some(sink) = state
                .context_of(page)
                .and_then(|c| c.listener.as_ref())
                .map(|l| Arc::clone(&l.sink))
            {
                state.outbox.push_back((sink, event));
            }
        }
    }

    fn is_told(&self, event: &Event) -> bool {
        match event {
            Event::Network(_) | Event::RequestSent(_) | Event::ResponseStarted(_) => {
                self.has(Capability::NetworkEvents)
            }
            Event::PageReached { .. } => self.has(Capability::NavigationStatus),
            Event::Console(_) => self.has(Capability::ConsoleEvents),
            Event::DialogClosed(..) => self.has(Capability::Dialogs),
            Event::Download(_) => self.has(Capability::Downloads),
            Event::PageOpened(opened) => opened.opener.is_none() || self.has(Capability::Popups),
            _ => true,
        }
    }

    /// Tells what has happened, in order. Not to be called while the state is locked.
    pub(super) fn tell(&self) {
        let _telling = lock(&self.telling);
        loop {
            let next = self.state().outbox.pop_front();
            let Some((sink, event)) = next else { return };
            sink.event(event);
        }
    }

    /// Puts one event of a page in the line and tells it.
    pub(super) fn say(&self, page: &PageKey, event: Event) {
        self.happen(&mut self.state(), page, event);
        self.tell();
    }

    /// Opens a dialog, has it answered, and tells that.
    pub(super) fn ask(&self, page: &PageKey, dialog: &FakeDialog) -> DialogAnswer {
        self.tell();
        let (sink, url) = {
            let state = self.state();
            let sink = state
                .context_of(page)
                .and_then(|c| c.listener.as_ref())
                .map(|l| Arc::clone(&l.sink));
            (
                sink,
                state
                    .pages
                    .get(page)
                    .map(|tab| tab.document.url.clone())
                    .unwrap_or_default(),
            )
        };
        let opened = DialogOpened {
            page: page.clone(),
            kind: dialog.kind,
            message: dialog.message.clone(),
            default: dialog.default.clone(),
            url,
        };
        let answer = match sink {
            Some(sink) if self.has(Capability::Dialogs) => sink.dialog(&opened).unwrap_or(DialogAnswer::Dismiss),
            // What browsers under a driver do by themselves, so that nothing hangs.
            _ => DialogAnswer::Dismiss,
        };
        self.say(page, Event::DialogClosed(opened, answer.clone()));
        answer
    }

    // Pages

    pub(super) fn page_keys(&self) -> Vec<PageKey> {
        self.state().pages.keys().cloned().collect()
    }

    pub(super) fn has_page(&self, page: &PageKey) -> bool {
        self.state().pages.contains_key(page)
    }

    /// Makes a blank page and tells it.
    pub(super) fn open_page(self: &Arc<Self>, context: &str, opener: Option<&PageKey>) -> Result<PageKey> {
        self.open_page_instead(context, opener, None)
    }

    /// The same in the place of another page.
    fn open_page_instead(
        self: &Arc<Self>,
        context: &str,
        opener: Option<&PageKey>,
        replaces: Option<&PageKey>,
    ) -> Result<PageKey> {
        let mut state = self.state();
        let Some(options) = state.contexts.get(context).map(|context| context.options.clone()) else {
            return Err(Error::new(
                Kind::Usage,
                format!("this browser has no context `{context}`"),
            ));
        };
        let number = state.next();
        let key = PageKey(format!("fake-{}-{number}", self.id));
        let tab = Tab {
            context: context.to_owned(),
            opener: opener.cloned(),
            replaces: replaces.cloned(),
            announced: false,
            viewport: options.viewport.unwrap_or(DEFAULT_VIEWPORT),
            document: blank(number),
            history: vec![Entry {
                url: BLANK.to_owned(),
                document: number,
            }],
            index: 0,
            renderer: watch::Sender::default(),
            load: watch::Sender::new(Load::default()),
        };
        state.pages.insert(key.clone(), tab);
        self.announce(&mut state, &key);
        drop(state);
        self.tell();
        Ok(key)
    }

    /// Puts the opening of a page in the line: the first that is told of it.
    pub(super) fn announce(self: &Arc<Self>, state: &mut State, key: &PageKey) {
        let Some(tab) = state.pages.get(key) else { return };
        let opened = PageOpened {
            replaces: tab.replaces.clone(),
            page: Arc::new(FakeTab::new(Arc::clone(self), key.clone())),
            url: tab.document.url.clone(),
            opener: tab.opener.clone(),
        };
        self.happen(state, key, Event::PageOpened(opened));
    }

    /// Puts a blank page in the place of another, whose end is not told.
    pub(super) fn replace(self: &Arc<Self>, page: &PageKey) -> Result<PageKey> {
        let Some(old) = self.state().pages.remove(page) else {
            return Err(super::guard::gone());
        };
        let new = self.open_page_instead(&old.context, old.opener.as_ref(), Some(page))?;
        old.renderer.send_replace(Renderer::Closed);
        Ok(new)
    }

    pub(super) fn open_foreign(self: &Arc<Self>, url: &str) {
        if let Ok(page) = self.open_page(DEFAULT_CONTEXT, None) {
            let mut state = self.state();
            let state = &mut *state;
            if let Some(tab) = state.pages.get_mut(&page) {
                let request = super::site::FakeRequest {
                    method: "GET".to_owned(),
                    url: url.to_owned(),
                    ..Default::default()
                };
                let answer = self.shared.answer(&request);
                tab.document = Document {
                    id: tab.document.id,
                    ..Document::new(url, answer, || State::count(&mut state.counter))
                };
                url.clone_into(&mut tab.history[0].url);
            }
        }
    }

    pub(super) fn close_page(self: &Arc<Self>, page: &PageKey) {
        let mut state = self.state();
        if state.pages.contains_key(page) {
            self.happen(&mut state, page, Event::PageClosed { page: page.clone() });
            if let Some(tab) = state.pages.remove(page) {
                tab.renderer.send_replace(Renderer::Closed);
            }
        }
        drop(state);
        self.tell();
    }

    pub(super) fn set_renderer(self: &Arc<Self>, page: &PageKey, renderer: Renderer) {
        if let Some(tab) = self.state().pages.get(page) {
            tab.renderer.send_replace(renderer);
        }
    }

    pub(super) fn crash(self: &Arc<Self>, page: &PageKey) {
        self.set_renderer(page, Renderer::Crashed);
        self.say(page, Event::PageCrashed { page: page.clone() });
    }
}

/// The address of an empty page.
pub(super) const BLANK: &str = "about:blank";

pub(super) fn blank(id: u64) -> Document {
    Document {
        id,
        url: BLANK.to_owned(),
        main: Map::new(),
        ..Document::default()
    }
}
