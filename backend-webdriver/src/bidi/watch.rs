//! What a person does: told by the context's watcher, a preload script in our world of each document, through a channel that
//! is handed to it there and that no page has.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use greenroom_session_core::backend::{Event, FrameKey, Told, Watcher};
use greenroom_session_core::{Call, Result};

use super::connection::Wire;
use super::facts::SANDBOX;
use super::hub::Router;
use super::protocol::script::{AddPreloadScript, Argument, CallFunction, Message, Ownership, Target};

/// A name for the channel that no other connection has: what an earlier one left in documents tells nobody any more.
pub(crate) fn channel() -> String {
    format!("greenroom-told-{:016x}", RandomState::new().build_hasher().finish())
}

/// The watcher, called with what tells.
fn function(watcher: &Watcher) -> String {
    format!("channel => {{ ({})(text => channel(text)); }}", watcher.0)
}

/// Has each new document of a context watched.
pub(crate) async fn add(wire: &Wire, user_context: &str, channel: &str, watcher: &Watcher, call: &Call) -> Result<()> {
    let ask = AddPreloadScript {
        function_declaration: function(watcher),
        arguments: vec![Argument::channel(channel.to_owned())],
        sandbox: SANDBOX,
        user_contexts: vec![user_context.to_owned()],
    };
    wire.call(ask, "watch what a person does", call).await.map(drop)
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
        let context = self.page_of(id).and_then(|page| self.context_of(page));
        let Some(watcher) = context.and_then(|context| context.options.watcher.as_ref()) else {
            return;
        };
        self.wire.post(&CallFunction {
            function_declaration: function(watcher),
            await_promise: false,
            target: Target::Context {
                context: id,
                sandbox: Some(SANDBOX),
            },
            arguments: vec![Argument::channel(self.channel.clone())],
            result_ownership: Ownership::None,
            serialization_options: None,
            user_activation: false,
        });
    }

    /// Takes what a watcher tells.
    pub(crate) fn told(&self, message: &Message) {
        let (Some(id), Some(text)) = (message.source.context.as_deref(), message.data.value.as_str()) else {
            return;
        };
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
