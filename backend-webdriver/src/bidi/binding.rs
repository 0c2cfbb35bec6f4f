//! How watchers tell in Chromium: by a binding of DevTools. Its driver hands preload scripts in worlds of their own no channel.
//!
//! A binding comes to a document a moment after the document has begun; until then the watcher keeps what it has to tell.

use std::collections::HashMap;

use greenroom_session_core::backend::Watcher;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::connection::read;
use super::error::Native;
use super::facts::SANDBOX;
use super::hub::Router;
use super::protocol::goog::{CdpEvent, EnsureWorld, InWorld, SendCommand, World};
use super::protocol::script::{CallFunction, Ownership, Target};
use super::protocol::session::Subscribe;

/// The frame of each of our worlds, by its DevTools session and its number there.
pub(crate) type Worlds = HashMap<(String, i64), String>;

/// What is asked for where somebody watches.
pub(crate) fn events() -> Subscribe {
    Subscribe {
        events: vec![
            "goog:cdp.Runtime.bindingCalled",
            "goog:cdp.Runtime.executionContextCreated",
            "goog:cdp.Runtime.executionContextDestroyed",
            "goog:cdp.Runtime.executionContextsCleared",
        ],
    }
}

/// The watcher, called with what tells by the binding of that name as soon as it is there.
pub(super) fn function(watcher: &Watcher, name: &str) -> String {
    format!(
        "() => {{ const kept = []; \
         const tell = text => {{ kept.push(text); if (typeof {name} === 'function') while (kept.length) {name}(kept.shift()); }}; \
         globalThis.{name}_there = () => {{ while (kept.length) {name}(kept.shift()); }}; ({})(tell); }}",
        watcher.0
    )
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    name: String,
    payload: String,
    execution_context_id: i64,
}

#[derive(Debug, Deserialize)]
struct Created {
    context: Described,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    aux_data: Aux,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Aux {
    frame_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destroyed {
    execution_context_id: i64,
}

impl Router {
    /// A DevTools session shows a page, or a frame of it: watchers there can tell.
    pub(crate) fn bind(&self, context: &str, session: &str) {
        if !self.is_watched(context) {
            return;
        }
        let send = |method, params| SendCommand {
            method,
            params,
            session: Some(session.to_owned()),
        };
        let is_popup = self.is_popup(context);
        if is_popup {
            // One that its opener writes to loses what it had, and is only given again what was taken back.
            self.wire
                .post(&send("Runtime.removeBinding", json!({ "name": self.channel })));
        }
        let params = json!({ "name": self.channel, "executionContextName": SANDBOX });
        let (of, session) = (context.to_owned(), session.to_owned());
        self.wire.then(&send("Runtime.addBinding", params), move |router, _| {
            if is_popup {
                router.watch_by_devtools(&of, &session);
            } else {
                router.let_tell(&of);
            }
        });
    }

    /// Watches the document of a popup by DevTools: the driver may have lost track of its world.
    fn watch_by_devtools(&self, context: &str, session: &str) {
        let Some(watcher) = self.watcher_of(context) else {
            return;
        };
        let name = &self.channel;
        let expression = format!("globalThis.{name}_there?.(), ({})()", function(watcher, name));
        let (of, session) = (context.to_owned(), session.to_owned());
        let ask = EnsureWorld {
            method: "Page.createIsolatedWorld",
            params: json!({ "frameId": context, "worldName": SANDBOX }),
            session: session.clone(),
        };
        self.wire.then(&ask, move |router, answer| {
            let Ok(InWorld { result: World { id } }) = answer else {
                return;
            };
            router.worlds.insert((session.clone(), id), of);
            router.wire.post(&SendCommand {
                method: "Runtime.evaluate",
                params: json!({ "expression": expression, "contextId": id }),
                session: Some(session),
            });
        });
    }

    /// What was kept until there was a binding is told.
    fn let_tell(&self, context: &str) {
        self.wire.post(&CallFunction {
            function_declaration: format!("() => globalThis.{}_there?.()", self.channel),
            await_promise: false,
            target: Target::Context {
                context,
                sandbox: Some(SANDBOX),
            },
            arguments: Vec::new(),
            result_ownership: Ownership::None,
            serialization_options: None,
            user_activation: false,
        });
    }

    /// A `Runtime.` event of DevTools.
    pub(crate) fn runtime_event(&mut self, name: &str, params: &RawValue) -> Result<(), Native> {
        match name {
            "bindingCalled" => {
                let event: CdpEvent<Called> = read(params)?;
                let (session, called) = (event.session.unwrap_or_default(), event.params);
                if called.name == self.channel {
                    let frame = self.worlds.get(&(session.clone(), called.execution_context_id));
                    if let Some(id) = frame.or_else(|| self.sessions.get(&session)) {
                        self.told(id, &called.payload);
                    }
                }
            }
            "executionContextCreated" => {
                let event: CdpEvent<Created> = read(params)?;
                let context = event.params.context;
                if context.name == SANDBOX {
                    let session = event.session.unwrap_or_default();
                    self.worlds.insert((session, context.id), context.aux_data.frame_id);
                }
            }
            "executionContextDestroyed" => {
                let event: CdpEvent<Destroyed> = read(params)?;
                let session = event.session.unwrap_or_default();
                self.worlds.remove(&(session, event.params.execution_context_id));
            }
            _ => {
                let event: CdpEvent<serde_json::Value> = read(params)?;
                let session = event.session.unwrap_or_default();
                self.worlds.retain(|(of, _), _| *of != session);
            }
        }
        Ok(())
    }
}
