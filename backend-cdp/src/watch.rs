//! What a person does: told by the context's watcher through a binding that only our world has, and, of the browser's own
//! controls, by what the browser says of navigations that nobody else began.

use std::cmp::Ordering;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::SystemTime;

use chromiumoxide::cdp::browser_protocol::page::{
    AddScriptToEvaluateOnNewDocumentParams, GetNavigationHistoryParams,
};
use chromiumoxide::cdp::js_protocol::runtime::{AddBindingParams, EvaluateParams, ExecutionContextId};
use greenroom_session_core::backend::{Event, FrameKey, Steered, Target, Told, Watcher};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::facts::{Steering, Way};
use crate::hub::Router;
use crate::navigate::History;
use crate::setup::WORLD;

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
        let mut binding = AddBindingParams::new(name);
        binding.execution_context_name = Some(WORLD.to_owned());
        router.step(session, binding);
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
        let Some(session) = self.sessions.get(id) else { return };
        let setup = self.contexts.get(&session.context).map(|context| &context.setup);
        let Some(Watcher(watcher)) = setup.and_then(|setup| setup.options.watcher.as_ref()) else {
            return;
        };
        let frame = params["frame"]["id"].as_str();
        for (world, of) in &session.documents {
            if Some(of.as_str()) == frame {
                let mut ask = EvaluateParams::new(source(&self.channel, watcher));
                ask.context_id = Some(ExecutionContextId::new(*world));
                self.wire.post(Some(id), ask);
            }
        }
    }

    /// A navigation of a page's main frame has begun.
    pub(crate) fn starts_navigating(&self, id: &SessionId, params: &Value) {
        let text = |key: &str| params[key].as_str().unwrap_or_default();
        let way = match text("navigationType") {
            "reload" | "reloadBypassingCache" => Way::Reload,
            "historyDifferentDocument" => Way::History,
            "differentDocument" => Way::Url,
            _ => return,
        };
        let main = self.page_of_main(id);
        let Some((page, context)) = main.filter(|(page, _)| page.page_key().0 == text("frameId")) else {
            return;
        };
        if context.setup.options.watcher.is_some() {
            if way == Way::History {
                self.remember_place(id);
            }
            let steering = Steering {
                way,
                url: text("url").to_owned(),
                at: SystemTime::now(),
            };
            page.facts.send_modify(|facts| facts.steers(steering));
        }
    }

    /// A document has come by a navigation that neither the page nor we began.
    pub(crate) fn steered(&self, id: &SessionId, steering: Steering) {
        let Some((page, context)) = self.page_of_main(id) else { return };
        let (page, at) = (page.page_key().clone(), steering.at);
        let to = match steering.way {
            Way::Url => Target::Url(steering.url),
            Way::Reload => Target::Reload,
            Way::History => return self.travelled(id, steering.at),
        };
        context.sink.event(Event::Steered(Steered { page, at, to }));
    }

    /// Asks where in the history a page is, before it goes elsewhere in it.
    fn remember_place(&self, id: &SessionId) {
        let of = Arc::clone(id);
        self.wire
            .then(Some(id), GetNavigationHistoryParams::default(), move |router, answer| {
                if let (Ok(history), Some((page, _))) = (answer.and_then(read::<History>), router.page_of_main(&of)) {
                    page.facts.send_modify(|facts| facts.place = Some(history.current_index));
                }
            });
    }

    /// Asks which way in the history a page has gone, and tells.
    fn travelled(&self, id: &SessionId, at: SystemTime) {
        let of = Arc::clone(id);
        self.wire
            .then(Some(id), GetNavigationHistoryParams::default(), move |router, answer| {
                let (Ok(history), Some((page, context))) =
                    (answer.and_then(read::<History>), router.page_of_main(&of))
                else {
                    return;
                };
                let before = page.facts.borrow().place;
                let to = match before.map(|before| history.current_index.cmp(&before)) {
                    Some(Ordering::Less) => Target::Back,
                    Some(Ordering::Greater) => Target::Forward,
                    _ => return,
                };
                let page = page.page_key().clone();
                context.sink.event(Event::Steered(Steered { page, at, to }));
            });
    }
}
