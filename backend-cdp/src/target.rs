//! Targets: attached before their first moment, set up, and let run.

use std::collections::HashMap;
use std::sync::Arc;

use chromiumoxide::Command;
use chromiumoxide::cdp::js_protocol::runtime::RunIfWaitingForDebuggerParams;
use greenroom_session_core::backend::{ContextKey, Event, PageKey, PageOpened};
use serde::Deserialize;

use crate::adjust;
use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::hub::Router;
use crate::page::{CdpPage, Handle};
use crate::setup;

/// The kinds of targets that matter; others (`browser_ui`, `tab`, `webview`, …) are let run and forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// A tab or popup.
    Page,
    /// A frame of another site, in a process of its own.
    Frame,
    /// A dedicated worker.
    Worker,
    /// A worker of several pages.
    SharedWorker,
    /// A worker of an origin.
    ServiceWorker,
}

impl TargetKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Page,
        Self::Frame,
        Self::Worker,
        Self::SharedWorker,
        Self::ServiceWorker,
    ];

    /// The protocol's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Frame => "iframe",
            Self::Worker => "worker",
            Self::SharedWorker => "shared_worker",
            Self::ServiceWorker => "service_worker",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn is_page(self) -> bool {
        self == Self::Page
    }

    /// Whether it has documents.
    pub(crate) fn is_frame(self) -> bool {
        matches!(self, Self::Page | Self::Frame)
    }
}

/// A target that is attached.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) kind: TargetKind,
    pub(crate) target: String,
    pub(crate) context: ContextKey,
    /// The page that it is or belongs to.
    pub(crate) page: Option<Arc<CdpPage>>,
    /// Its context is one of ours, and it has been set up.
    active: bool,
    /// It waits to be let run.
    waiting: bool,
    /// A script has opened it, and may have written to it before it was set up.
    is_popup: bool,
    /// Set-up commands without an answer.
    steps: usize,
    /// The frame of the document that each of our worlds is in, by the world's number.
    pub(crate) documents: HashMap<i64, String>,
    /// Messages that have been told and that it keeps.
    pub(crate) messages: usize,
    url: String,
    opener: Option<PageKey>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attached {
    session_id: String,
    target_info: TargetInfo,
    #[serde(default)]
    waiting_for_debugger: bool,
}

/// What is told of a target.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetInfo {
    pub(crate) target_id: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    pub(crate) url: String,
    opener_id: Option<String>,
    browser_context_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detached {
    session_id: String,
}

impl Router {
    /// `Target.attachedToTarget`; `parent` is the session that it came from.
    pub(crate) fn attached(&mut self, parent: Option<&SessionId>, params: serde_json::Value) {
        let Ok(Attached {
            session_id,
            target_info,
            waiting_for_debugger,
        }) = read(params)
        else {
            return;
        };
        let id: SessionId = session_id.into();
        let kind = TargetKind::from_name(&target_info.r#type);
        let Some(kind) = kind.filter(|_| !self.targets.contains_key(&target_info.target_id)) else {
            // Not of ours, or attached a second time through another parent.
            self.wire.post(Some(&id), RunIfWaitingForDebuggerParams::default());
            return;
        };
        let parent = parent.and_then(|parent| self.sessions.get(parent));
        let page = parent
            .and_then(|parent| parent.page.clone())
            .filter(|_| !kind.is_page());
        let context = match &target_info.browser_context_id {
            Some(context) => self.context_key(context),
            None => parent.map_or_else(
                || ContextKey(String::from(crate::hub::DEFAULT)),
                |parent| parent.context.clone(),
            ),
        };
        let session = Session {
            id: Arc::clone(&id),
            kind,
            target: target_info.target_id.clone(),
            context: context.clone(),
            page,
            active: false,
            waiting: waiting_for_debugger,
            is_popup: target_info.opener_id.is_some(),
            steps: 0,
            documents: HashMap::new(),
            messages: 0,
            url: target_info.url,
            opener: target_info.opener_id.map(PageKey),
        };
        if let (TargetKind::Frame, Some(page)) = (kind, &session.page) {
            page.facts.send_modify(|facts| facts.frames.moved(&session.target, &id));
        }
        self.targets.insert(target_info.target_id, Arc::clone(&id));
        self.sessions.insert(Arc::clone(&id), session);
        if self.contexts.contains_key(&context) {
            self.activate(&id);
        } else {
            self.resume(&id);
        }
    }

    /// `Target.detachedFromTarget`; `parent` is the session that it came from.
    pub(crate) fn detached(&mut self, parent: Option<&SessionId>, params: serde_json::Value) {
        let Ok(Detached { session_id }) = read(params) else {
            return;
        };
        let id: SessionId = session_id.into();
        let Some(session) = self.sessions.remove(&id) else {
            return;
        };
        self.targets.remove(&session.target);
        self.wire.fail(&id, Native::Gone);
        if !session.kind.is_page() {
            if let (TargetKind::Frame, Some(page)) = (session.kind, &session.page) {
                let above = parent.filter(|parent| self.sessions.contains_key(*parent));
                page.facts
                    .send_modify(|facts| facts.frames.ended(&id, &session.target, above));
            }
            self.network_session_gone(&session.context, &id, session.kind.is_frame());
            return;
        }
        let Some(page) = session.page else { return };
        self.pages.remove(&session.target);
        self.network_page_gone(&session.context, &session.target);
        if let Some(context) = self.contexts.get(&session.context) {
            context.sink.event(Event::PageClosed {
                page: page.page_key().clone(),
            });
        }
        page.facts.send_modify(|facts| facts.closed = true);
        self.touch();
    }

    /// Sets up a target of a context of ours, and tells of it where it is a page.
    pub(crate) fn activate(&mut self, id: &SessionId) {
        let Some(session) = self.sessions.get_mut(id).filter(|session| !session.active) else {
            return;
        };
        session.active = true;
        let (kind, key) = (session.kind, session.context.clone());
        let Some(context) = self.contexts.get(&key) else { return };
        let setup = Arc::clone(&context.setup);
        let adjusted = context.adjusted.clone();
        if kind.is_page() {
            let sink = Arc::clone(&context.sink);
            let page = CdpPage::new(self, id);
            self.announce(id, page, &*sink);
        }
        setup::send(self, id, kind, &setup);
        adjust::send(self, id, kind, &adjusted);
    }

    fn announce(&mut self, id: &SessionId, page: Arc<CdpPage>, sink: &dyn greenroom_session_core::backend::EventSink) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let (url, opener) = (session.url.clone(), session.opener.take());
        page.facts.send_modify(|facts| facts.url.clone_from(&url));
        session.page = Some(Arc::clone(&page));
        self.pages.insert(session.target.clone(), Arc::clone(&page));
        let page = Arc::new(Handle(page));
        sink.event(Event::PageOpened(PageOpened {
            page,
            url,
            opener,
            replaces: None,
        }));
        self.touch();
    }

    /// Sends a command that must be answered before the target is let run.
    pub(crate) fn step<C: Command>(&mut self, id: &SessionId, command: C) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        session.steps += 1;
        let name = command.identifier();
        let of = Arc::clone(id);
        self.wire.then(Some(id), command, move |router, answer| {
            if let Err(error) = answer {
                tracing::debug!(command = %name, ?error, "a target was not set up as wanted");
            }
            router.step_done(&of);
        });
    }

    fn step_done(&mut self, id: &SessionId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        session.steps -= 1;
        if session.steps == 0 {
            self.resume(id);
        }
    }

    /// Lets a target run.
    fn resume(&mut self, id: &SessionId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        if std::mem::take(&mut session.waiting) {
            let of = Arc::clone(id);
            self.wire
                .then(Some(id), RunIfWaitingForDebuggerParams::default(), move |router, _| {
                    router.runs(&of);
                });
        } else {
            if session.active && session.kind.is_page() {
                // It may stand still since a connection was lost in the middle of an image.
                self.wire.post(Some(id), RunIfWaitingForDebuggerParams::default());
            }
            self.runs(&Arc::clone(id));
        }
    }

    fn runs(&mut self, id: &SessionId) {
        let page = self
            .sessions
            .get(id)
            .filter(|session| session.active && session.steps == 0 && session.kind.is_page());
        if let Some(page) = page.and_then(|session| session.page.as_ref()) {
            page.facts.send_modify(|facts| facts.ready = true);
        }
        let popup = self.sessions.get(id).filter(|session| session.is_popup);
        if let Some(popup) = popup {
            self.watch_again(id, &popup.target);
        }
    }
}
