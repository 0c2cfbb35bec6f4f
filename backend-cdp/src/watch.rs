//! What a person does: told by the context's watcher through a binding that only our world has, and, of the browser's own
//! controls, by what the browser says of navigations that nobody else began.

use std::cmp::Ordering;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chromiumoxide::cdp::browser_protocol::page::{AddScriptToEvaluateOnNewDocumentParams, GetNavigationHistoryParams};
use chromiumoxide::cdp::js_protocol::runtime::{
    AddBindingParams, EvaluateParams, ExecutionContextId, RemoveBindingParams,
};
use greenroom_session_core::backend::{Event, FrameKey, Steered, Target, Told, Watcher};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use crate::connection::{SessionId, read};
use crate::facts::{Steering, Unplaced, Way};
use crate::hub::Router;
use crate::navigate::History;
use crate::page::CdpPage;
use crate::setup::WORLD;

#[cfg(test)]
mod tests;

/// How often a page's place in its history is asked for again.
const ASKS: usize = 8;

/// How long it is waited until it is asked again, doubled each time, where nothing more is told of the page: of a place in the
/// same document, nothing is.
const ASKS_AFTER: Duration = Duration::from_millis(20);

/// What comes after a document, when the browser will have counted it in.
const ASKS_AGAIN: [&str; 4] = [
    "Page.lifecycleEvent",
    "Page.domContentEventFired",
    "Page.loadEventFired",
    "Page.frameStoppedLoading",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    name: String,
    payload: String,
    execution_context_id: i64,
}

/// A name for the binding that no other connection has: what an earlier one left in documents tells nobody any more.
pub(crate) fn channel() -> String {
    format!("greenroom{:016x}", RandomState::new().build_hasher().finish())
}

/// The binding, in our world of every document.
fn binding(name: &str) -> AddBindingParams {
    let mut binding = AddBindingParams::new(name);
    binding.execution_context_name = Some(WORLD.to_owned());
    binding
}

/// The watcher, called with what tells; it is for our world only, where the binding is.
fn source(name: &str, watcher: &str) -> String {
    format!("(() => {{ const tell = globalThis.{name}; ({watcher})(text => tell(text)); }})()")
}

/// Makes our world in each document, with the watcher in it.
pub(crate) fn send(router: &mut Router, session: &SessionId, watcher: Option<&Watcher>) {
    let mut script = AddScriptToEvaluateOnNewDocumentParams {
        source: String::new(),
        world_name: Some(WORLD.to_owned()),
        include_command_line_api: None,
        run_immediately: Some(true),
    };
    if let Some(Watcher(watcher)) = watcher {
        let name = router.channel.clone();
        script.source = source(&name, watcher);
        router.step(session, binding(&name));
    }
    router.step(session, script);
}

impl Router {
    /// Takes `Runtime.bindingCalled`.
    pub(crate) fn told(&mut self, id: &SessionId, params: Value) {
        let Ok(called) = read::<Called>(params) else { return };
        let Some(session) = self.sessions.get(id).filter(|_| called.name == self.channel) else {
            return;
        };
        let (Some(page), Some(context)) = (&session.page, self.contexts.get(&session.context)) else {
            return;
        };
        let frame = session.documents.get(&called.execution_context_id);
        let frames = frame.map_or_else(Vec::new, |frame| {
            let way = page.facts.borrow().frames.way_to(frame, &page.page_key().0);
            way.into_iter().map(FrameKey).collect()
        });
        context.sink.event(Event::Told(Box::new(Told {
            page: page.page_key().clone(),
            frames,
            text: called.payload,
        })));
    }

    /// A script has opened a document to write to it, which takes all listeners away: it is watched anew.
    pub(crate) fn document_opened(&self, id: &SessionId, params: &Value) {
        if let Some(frame) = params["frame"]["id"].as_str() {
            self.watch_again(id, frame);
        }
    }

    /// Watches the document of a frame anew.
    pub(crate) fn watch_again(&self, id: &SessionId, frame: &str) {
        let Some(session) = self.sessions.get(id) else { return };
        let setup = self.contexts.get(&session.context).map(|context| &context.setup);
        let Some(Watcher(watcher)) = setup.and_then(|setup| setup.options.watcher.as_ref()) else {
            return;
        };
        // A popup that its opener has written to has lost that, too; it is only given again what was taken back.
        self.wire.post(Some(id), RemoveBindingParams::new(self.channel.clone()));
        self.wire.post(Some(id), binding(&self.channel));
        for (world, _) in session.documents.iter().filter(|(_, of)| *of == frame) {
            let mut ask = EvaluateParams::new(source(&self.channel, watcher));
            ask.context_id = Some(ExecutionContextId::new(*world));
            self.wire.post(Some(id), ask);
        }
    }

    /// A navigation of a page's main frame has begun.
    pub(crate) fn starts_navigating(&self, id: &SessionId, params: &Value) {
        let text = |key: &str| params[key].as_str().unwrap_or_default();
        let (way, is_within) = match text("navigationType") {
            "reload" | "reloadBypassingCache" => (Way::Reload, false),
            "historyDifferentDocument" => (Way::History, false),
            "historySameDocument" => (Way::History, true),
            "differentDocument" => (Way::Url, false),
            "sameDocument" => (Way::Url, true),
            _ => return,
        };
        let main = self.page_of_main(id);
        let Some((page, context)) = main.filter(|(page, _)| page.page_key().0 == text("frameId")) else {
            return;
        };
        if context.setup.options.watcher.is_some() {
            if way == Way::History && page.facts.borrow().place.is_none() {
                self.finds_place(id, Unplaced::default());
            }
            let steering = Steering {
                way,
                url: text("url").to_owned(),
                at: SystemTime::now(),
                is_within,
            };
            page.facts.send_modify(|facts| facts.steers(steering));
        }
    }

    /// A document has come, or another place in it: by a navigation that neither the page nor we began, or by another.
    pub(crate) fn arrived(&self, id: &SessionId, steering: Option<Steering>) {
        let Some((page, context)) = self.page_of_main(id) else {
            return;
        };
        if context.setup.options.watcher.is_none() {
            return;
        }
        let to = match &steering {
            Some(Steering { way: Way::Url, url, .. }) => Some(Target::Url(url.clone())),
            Some(Steering { way: Way::Reload, .. }) => Some(Target::Reload),
            _ => None,
        };
        if let (Some(to), Some(steering)) = (to, &steering) {
            let (page, at) = (page.page_key().clone(), steering.at);
            context.sink.event(Event::Steered(Steered { page, at, to }));
        }
        let travels = steering.filter(|steering| steering.way == Way::History);
        let at = travels.map(|steering| steering.at);
        page.facts.send_modify(|facts| facts.unplaced = None);
        self.finds_place(id, Unplaced { at, asked: 0 });
    }

    /// More is told of a page: what could not be told of its place in the history is asked again.
    pub(crate) fn asks_again(&self, id: &SessionId, method: &str) {
        let Some((page, _)) = self.page_of_main(id).filter(|_| ASKS_AGAIN.contains(&method)) else {
            return;
        };
        if let Some(unplaced) = unplaced(page) {
            self.finds_place(id, unplaced);
        }
    }

    /// Time has passed: the same for all pages.
    pub(crate) fn ask_all_again(&self) {
        for page in self.pages.values() {
            if let Some(unplaced) = unplaced(page) {
                self.finds_place(&page.session, unplaced);
            }
        }
    }

    /// Asks where in its history a page is, and tells which way it has gone there, if somebody began that.
    fn finds_place(&self, id: &SessionId, unplaced: Unplaced) {
        let of = Arc::clone(id);
        self.wire.then(
            Some(id),
            GetNavigationHistoryParams::default(),
            move |router, answer| {
                let Unplaced { at, asked } = unplaced;
                let due = Instant::now() + ASKS_AFTER * (1 << asked.min(ASKS));
                let Some((page, context)) = router.page_of_main(&of) else {
                    return;
                };
                // A document tells that it is there before the browser has counted it in: then the browser tells of the one
                // before, or refuses.
                let is_it = |history: &History| asked >= ASKS || history.is_at(&page.facts.borrow().url);
                let Some(history) = answer.and_then(read::<History>).ok().filter(is_it) else {
                    if asked < ASKS {
                        let again = Unplaced { at, asked: asked + 1 };
                        page.facts.send_modify(|facts| facts.unplaced = Some(again));
                        router.asks = Some(router.asks.map_or(due, |asks| asks.min(due)));
                    }
                    return;
                };
                let mut before = None;
                page.facts
                    .send_modify(|facts| before = facts.place.replace(history.place()));
                let to = match before.map(|known| history.current_index.cmp(&history.before(known))) {
                    Some(Ordering::Less) => Target::Back,
                    Some(Ordering::Greater) => Target::Forward,
                    _ => return,
                };
                if let Some(at) = at {
                    let page = page.page_key().clone();
                    context.sink.event(Event::Steered(Steered { page, at, to }));
                }
            },
        );
    }
}

/// What is still to be asked about the place of a page.
fn unplaced(page: &CdpPage) -> Option<Unplaced> {
    let mut unplaced = None;
    page.facts.send_if_modified(|facts| {
        unplaced = facts.unplaced.take();
        false
    });
    unplaced
}
