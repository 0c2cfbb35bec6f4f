//! Contexts of a fake browser: opened, handed over and closed.

use std::sync::Arc;

use super::engine::{DEFAULT_CONTEXT, Engine};
use super::state::{Context, Listener, Renderer, Tab};
use crate::backend::{Capability, ContextOptions, Event, PageKey};
use crate::error::{Error, Kind, Result};

impl Engine {
    pub(super) fn open_context(&self, options: &ContextOptions, listener: Listener) -> Result<String> {
        let mut state = self.state();
        let taken = state.contexts.values().any(|context| context.listener.is_some());
        let alone = self.one_jar || !self.has(Capability::Contexts);
        let key = match (alone, taken) {
            (true, false) => DEFAULT_CONTEXT.to_owned(),
            (true, true) if !self.has(Capability::Contexts) => return Err(Error::unsupported(Capability::Contexts)),
            _ => format!("context-{}", state.next()),
        };
        // Contexts of one profile have windows of their own and share what is stored.
        let jar = if alone { DEFAULT_CONTEXT.to_owned() } else { key.clone() };
        let context = Context {
            options: options.clone(),
            listener: Some(listener),
            jar,
        };
        state.contexts.insert(key.clone(), context);
        Ok(key)
    }

    pub(super) fn close_context(&self, key: &str) -> Result<()> {
        let mut state = self.state();
        let Some(context) = state.contexts.remove(key) else {
            return Err(Error::new(Kind::Usage, format!("this browser has no context `{key}`")));
        };
        let mine = |tab: &Tab| tab.context == key;
        let closed: Vec<PageKey> = state
            .pages
            .iter()
            .filter(|(_, tab)| mine(tab))
            .map(|(key, _)| key.clone())
            .collect();
        for page in closed {
            if let Some(tab) = state.pages.remove(&page) {
                tab.renderer.send_replace(Renderer::Closed);
            }
            if let Some(listener) = &context.listener {
                let sink = Arc::clone(&listener.sink);
                state.outbox.push_back((sink, Event::PageClosed { page }));
            }
        }
        if self.one_jar && key == DEFAULT_CONTEXT {
            // The browser's own context outlives whoever listened to it.
            let jar = context.jar.clone();
            state.contexts.insert(
                key.to_owned(),
                Context {
                    jar,
                    ..Context::default()
                },
            );
        } else if context.jar == key {
            state.jars.remove(key);
        }
        drop(state);
        self.tell();
        Ok(())
    }

    /// Gives a context to a new listener, and tells it the pages that are there.
    pub(super) fn adopt_context(
        self: &Arc<Self>,
        key: &str,
        options: Option<&ContextOptions>,
        listener: Listener,
    ) -> Result<()> {
        let mut state = self.state();
        let Some(context) = state.contexts.get_mut(key) else {
            return Err(Error::new(Kind::BrowserLost, format!("the context `{key}` is gone")));
        };
        let former = context.listener.replace(listener);
        if let Some(options) = options {
            context.options = options.clone();
        }
        let pages: Vec<PageKey> = state
            .pages
            .iter()
            .filter(|(_, tab)| tab.context == key)
            .map(|(page, _)| page.clone())
            .collect();
        for page in &pages {
            self.announce(&mut state, page);
        }
        drop(state);
        drop(former);
        self.tell();
        Ok(())
    }
}
