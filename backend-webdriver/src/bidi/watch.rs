//! What a person does: told by the context's watcher, a preload script in our world of each document, through a channel that
//! is handed to it there and that no page has.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use greenroom_session_core::backend::{Event, FrameKey, Told, Watcher};
use greenroom_session_core::{Call, Result};

use super::connection::Wire;
use super::facts::SANDBOX;
use super::hub::Router;
use super::protocol::script::{AddPreloadScript, Argument, CallFunction, Ownership, Target};
use super::{Family, binding};

/// A name for the channel that no other connection has: what an earlier one left in documents tells nobody any more.
pub(crate) fn channel() -> String {
    format!("greenroom_told_{:016x}", RandomState::new().build_hasher().finish())
}

/// What a watcher is called by, and with what.
fn called(family: Family, watcher: &Watcher, channel: &str) -> (String, Vec<Argument>) {
    if family == Family::Chromium {
        return (binding::function(watcher, channel), Vec::new());
    }
    let function = format!("channel => {{ ({})(text => channel(text)); }}", watcher.0);
    (function, vec![Argument::channel(channel.to_owned())])
}

/// Has each new document of a context watched.
pub(crate) async fn add(
    wire: &Wire,
    family: Family,
    user_context: &str,
    channel: &str,
    watcher: &Watcher,
    call: &Call,
) -> Result<()> {
    let doing = "watch what a person does";
    if family == Family::Chromium {
        wire.call(binding::events(), doing, call).await?;
    }
    let (function_declaration, arguments) = called(family, watcher, channel);
    let ask = AddPreloadScript {
        function_declaration,
        arguments,
        sandbox: SANDBOX,
        user_contexts: vec![user_context.to_owned()],
    };
    wire.call(ask, doing, call).await.map(drop)
}

impl Router {
    /// Watches the documents of a context that are there already.
    pub(crate) fn watch_what_is_there(&self, user_context: &str) {
        for (id, node) in &self.nodes {
            if node.user_context == user_context {
                self.watch_now(id);
            }
        }
    }

    /// Watches the document that a page or frame shows now. Whoever is watched already is not told twice.
    pub(crate) fn watch_now(&self, id: &str) {
        let Some(watcher) = self.watcher_of(id) else { return };
        let (function_declaration, arguments) = called(self.known.family, watcher, &self.channel);
        self.wire.post(&CallFunction {
            function_declaration,
            await_promise: false,
            target: Target::Context {
                context: id,
                sandbox: Some(SANDBOX),
            },
            arguments,
            result_ownership: Ownership::None,
            serialization_options: None,
            user_activation: false,
        });
    }

    pub(super) fn watcher_of(&self, id: &str) -> Option<&Watcher> {
        let context = self.context_of(self.page_of(id)?)?;
        context.options.watcher.as_ref()
    }

    /// Whether somebody watches what a person does in a page or frame.
    pub(super) fn is_watched(&self, id: &str) -> bool {
        self.watcher_of(id).is_some()
    }

    /// Takes what a watcher tells.
    pub(crate) fn told(&self, id: &str, text: &str) {
        let Some((page, context)) = self.page_of(id).and_then(|page| Some((page, self.context_of(page)?))) else {
            return;
        };
        context.sink.event(Event::Told(Box::new(Told {
            page: page.page_key().clone(),
            frames: self.way_to(id).into_iter().map(FrameKey).collect(),
            text: text.to_owned(),
        })));
    }

    /// The frames from the outermost to that one; none for a page.
    fn way_to(&self, id: &str) -> Vec<String> {
        let mut way = Vec::new();
        let mut here = id;
        while let Some(parent) = self.nodes.get(here).and_then(|node| node.parent.as_deref()) {
            way.push(here.to_owned());
            here = parent;
        }
        way.reverse();
        way
    }
}
