//! Pages and frames: who is whose, what comes and goes, and what is told of it.

use std::sync::Arc;

use greenroom_session_core::backend::{Event, PageKey, PageOpened};
use serde_json::json;
use serde_json::value::RawValue;

use super::Family;
use super::connection::read;
use super::error::Native;
use super::hub::Router;
use super::leaving::Leaving;
use super::page::{BidiPage, Handle};
use super::protocol::Nothing;
use super::protocol::browsing_context::{GetTree, Info, Tree};
use super::protocol::goog::{Attached, CdpEvent, GetSession, SendCommand};

/// How deep frames are looked for above one.
const DEEPEST: usize = 100;

/// A page or a frame, whosever it is.
#[derive(Debug)]
pub(crate) struct Node {
    /// The document that it is in; `None`: a page.
    pub(crate) parent: Option<String>,
    pub(crate) user_context: String,
    opener: Option<String>,
    url: String,
}

impl Router {
    /// Takes a `browsingContext.` event.
    pub(crate) fn browsing_context_event(&mut self, name: &str, params: &RawValue) -> Result<(), Native> {
        match name {
            "contextCreated" => self.created(read(params)?),
            "contextDestroyed" => self.destroyed(&read::<Info>(params)?),
            "userPromptOpened" => self.prompt_opened(read(params)?),
            "userPromptClosed" => self.prompt_closed(read(params)?),
            "downloadWillBegin" => self.download_begins(&read(params)?),
            "downloadEnd" => self.download_ends(read(params)?),
            _ => self.navigation_event(name, &read(params)?),
        }
        Ok(())
    }

    fn created(&mut self, info: Info) {
        let parent = info.parent.clone();
        self.learn(info, parent);
    }

    /// A page or frame is there, with the frames in it; what is known already does not change.
    fn learn(&mut self, info: Info, parent: Option<String>) {
        let id = info.context;
        let user_context = match parent.as_ref().and_then(|parent| self.nodes.get(parent)) {
            Some(parent) => parent.user_context.clone(),
            None => info.user_context,
        };
        let is_page = parent.is_none();
        let node = Node {
            parent,
            user_context,
            opener: info.original_opener,
            url: info.url,
        };
        self.nodes.entry(id.clone()).or_insert(node);
        if is_page {
            self.announce(&id);
        } else if let Some(page) = self.page_of(&id) {
            page.facts.send_modify(|facts| {
                facts.frames.insert(id.clone());
            });
        }
        for child in info.children.unwrap_or_default() {
            self.learn(child, Some(id.clone()));
        }
    }

    /// Tells of a page, once, if it is in a context of ours.
    pub(crate) fn announce(&mut self, id: &str) {
        let Some(node) = self.nodes.get(id) else { return };
        if self.pages.contains_key(id) || self.known.keeper.as_deref() == Some(id) {
            return;
        }
        let Some(context) = self.contexts.get_mut(&node.user_context) else {
            return;
        };
        let replaces = context.replaces.take_if(|_| node.opener.is_none());
        let sink = Arc::clone(&context.sink);
        let page = BidiPage::new(self, id, &node.user_context);
        page.facts.send_modify(|facts| facts.url.clone_from(&node.url));
        let opened = PageOpened {
            page: Arc::new(Handle(Arc::clone(&page))),
            url: node.url.clone(),
            opener: node.opener.clone().map(PageKey),
            replaces,
        };
        self.pages.insert(id.to_owned(), page);
        sink.event(Event::PageOpened(opened));
        if self.is_popup(id) && self.known.family != Family::Chromium {
            // Its first document is told of later than it begins.
            self.watch_now(id);
        }
        self.ask_session(id);
        self.touch();
    }

    /// Asks for the DevTools session of a page, by which a script that hangs is ended and a crash is told.
    fn ask_session(&self, id: &str) {
        if self.known.family != Family::Chromium {
            return;
        }
        let of = id.to_owned();
        self.wire.then(&GetSession { context: id }, move |router, answer| {
            let session = answer.ok().and_then(|answer| answer.session);
            if let (Some(session), Some(page)) = (session, router.pages.get(&of)) {
                // It is the same as long as the page is there.
                let _ = page.session.set(session.clone());
                router.bind(&of, &session);
                router.sessions.insert(session, of);
            }
        });
    }

    /// `goog:cdp.Inspector.targetCrashed`.
    pub(crate) fn crashed(&mut self, params: &RawValue) -> Result<(), Native> {
        let session = read::<CdpEvent<Nothing>>(params)?.session.unwrap_or_default();
        let page = self.sessions.get(&session).and_then(|id| self.pages.get(id));
        if let Some(page) = page {
            page.facts.send_modify(super::facts::Facts::crash);
            if let Some(context) = self.context_of(page) {
                let page = page.page_key().clone();
                context.sink.event(Event::PageCrashed { page });
            }
        }
        Ok(())
    }

    /// `goog:cdp.Target.attachedToTarget`: a frame goes on in a process of its own. The second time that it does, after it
    /// was in that of the document around, the driver forgets to let it run, and with it the page would load for ever.
    pub(crate) fn attached(&mut self, params: &RawValue) -> Result<(), Native> {
        let attached = read::<CdpEvent<Attached>>(params)?.params;
        let frame = attached.target_info;
        if frame.r#type != "iframe" {
            return Ok(());
        }
        let id = frame.target_id;
        let Some(page) = self.page_of(&id).cloned() else {
            return Ok(());
        };
        self.bind(&id, &attached.session_id);
        if self.moved_out.insert(id.clone(), page.page_key().0.clone()).is_some() {
            self.wire.post(&SendCommand {
                method: "Runtime.runIfWaitingForDebugger",
                params: json!({}),
                session: Some(attached.session_id),
            });
            page.facts.send_if_modified(|facts| facts.forgotten.insert(id));
        }
        Ok(())
    }

    fn destroyed(&mut self, info: &Info) {
        let id = info.context.as_str();
        let page = self.page_of(id).cloned();
        let gone = self.forget(id);
        self.worlds.retain(|_, frame| !gone.contains(frame));
        let Some(page) = page else { return };
        if page.page_key().0 == id {
            self.page_gone(&page);
        } else {
            page.facts
                .send_modify(|facts| facts.frames.retain(|frame| !gone.contains(frame)));
        }
    }

    /// Forgets a page or frame with all below it.
    fn forget(&mut self, id: &str) -> Vec<String> {
        let mut gone = vec![id.to_owned()];
        let mut next = 0;
        while let Some(parent) = gone.get(next).cloned() {
            let is_child = |node: &Node| node.parent.as_ref() == Some(&parent);
            gone.extend(
                self.nodes
                    .iter()
                    .filter(|(_, node)| is_child(node))
                    .map(|(id, _)| id.clone()),
            );
            next += 1;
        }
        for id in &gone {
            self.nodes.remove(id);
        }
        gone
    }

    fn page_gone(&mut self, page: &Arc<BidiPage>) {
        let key = page.page_key();
        self.sessions.retain(|_, of| *of != key.0);
        self.moved_out.retain(|_, of| *of != key.0);
        // One that was replaced is told by what took its place.
        if self.pages.remove(&key.0).is_some() {
            self.network_page_gone(&page.user_context, &key.0);
            if let Some(context) = self.context_of(page) {
                context.sink.event(Event::PageClosed { page: key.clone() });
            }
        }
        page.facts.send_modify(|facts| facts.closed = true);
        self.touch();
    }

    /// The page of ours that a page or frame is, or is in.
    pub(crate) fn page_of(&self, id: &str) -> Option<&Arc<BidiPage>> {
        let mut id = id;
        for _ in 0..DEEPEST {
            match self.nodes.get(id)?.parent.as_deref() {
                Some(parent) => id = parent,
                None => break,
            }
        }
        self.pages.get(id)
    }

    /// Whether a script has opened a page.
    pub(crate) fn is_popup(&self, id: &str) -> bool {
        self.nodes.get(id).is_some_and(|node| node.opener.is_some())
    }

    /// Looks at what is there, and tells what has come and gone.
    pub(crate) fn look_again(&mut self) {
        self.wire.then(&GetTree::default(), |router, answer| match answer {
            Ok(tree) => router.resync(tree),
            Err(error) => tracing::warn!(?error, "the browser does not tell what pages it has"),
        });
    }

    /// Takes over what is there.
    pub(crate) fn resync(&mut self, tree: Tree) {
        let is_there = |id: &str| tree.contexts.iter().any(|info| info.context == id);
        let pages = self.nodes.iter().filter(|(_, node)| node.parent.is_none());
        let gone: Vec<String> = pages.map(|(id, _)| id.clone()).filter(|id| !is_there(id)).collect();
        for context in gone {
            self.destroyed(&Info {
                context,
                ..Info::default()
            });
        }
        for info in tree.contexts {
            if let Some(page) = self.pages.get(&info.context).cloned() {
                self.catch_up(&page, &info.url);
            }
            self.forget(&info.context);
            self.learn(info, None);
        }
    }

    /// What has become of a page while nobody listened.
    fn catch_up(&self, page: &BidiPage, url: &str) {
        let mut is_elsewhere = false;
        page.facts.send_modify(|facts| {
            is_elsewhere = facts.url != url;
            facts.frames.clear();
            facts.forget_realms();
            facts.leaving = Leaving::No;
            if is_elsewhere {
                facts.moved(None, url);
            }
        });
        if let Some(context) = self.context_of(page).filter(|_| is_elsewhere) {
            context.sink.event(Event::PageNavigated {
                page: page.page_key().clone(),
                url: url.to_owned(),
                same_document: false,
            });
        }
    }
}
