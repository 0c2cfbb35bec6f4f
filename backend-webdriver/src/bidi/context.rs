//! The contexts of a browser: made, listened to, and given pages.

use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Adjustment, Capability, CapabilitySet, ContextKey, ContextOptions, EventSink, Interception, Loaded, Navigation,
    NewPage, Page, Storage, Target,
};
use greenroom_session_core::{Call, Error, Kind, Result};

use super::browser::Bidi;
use super::facts::Facts;
use super::hub::{Context, DEFAULT, Hub};
use super::page::{BidiPage, Handle};
use super::protocol::browser::{GetUserContexts, RemoveUserContext};
use super::protocol::browsing_context::{Create, CreateType};
use super::{Family, download, setup, watch};
use crate::browser::Dialect;
use crate::options;

/// What a context's key holds: the user context, and the collector of its bodies, so that a new daemon reads from the
/// same one.
struct Parts<'a> {
    user_context: &'a str,
    collector: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(key: &'a ContextKey) -> Self {
        match key.0.split_once('/') {
            Some((user_context, collector)) => Self {
                user_context,
                collector: Some(collector),
            },
            None => Self {
                user_context: &key.0,
                collector: None,
            },
        }
    }

    fn key(&self) -> ContextKey {
        ContextKey(match self.collector {
            Some(collector) => format!("{}/{collector}", self.user_context),
            None => self.user_context.to_owned(),
        })
    }
}

/// The user context of a context's key.
pub(super) fn user_context(key: &ContextKey) -> &str {
    Parts::of(key).user_context
}

fn gone(key: &ContextKey) -> Error {
    let name = Parts::of(key).user_context;
    Error::new(Kind::BrowserLost, format!("the context `{name}` is gone"))
}

#[async_trait]
impl Dialect for Bidi {
    fn capabilities(&self) -> CapabilitySet {
        self.capabilities
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        if options.proxy.is_some() && options.proxy != self.known.proxy {
            self.capabilities().require(Capability::Proxy)?;
        }
        if self.known.owned {
            options::require(options, self.capabilities())?;
        }
        if self.known.isolates {
            return self.make_context(options, sink, call).await;
        }
        if self.hub.lock().contexts.contains_key(DEFAULT) {
            return Err(Error::unsupported(Capability::Contexts));
        }
        let key = self.set_up(DEFAULT, options, call).await?;
        self.serve(&key, options, sink);
        Ok(key)
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        let known = self.wire.call(GetUserContexts {}, "adopt a context", call).await?;
        let wanted = Parts::of(key).user_context;
        if !known.user_contexts.iter().any(|known| known.user_context == wanted) {
            return Err(gone(key));
        }
        self.watch(wanted, options, call).await?;
        self.serve(key, options, sink);
        Ok(())
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        let user_context = Parts::of(key).user_context;
        self.hub.known_context(key)?;
        if self.known.isolates {
            let pages = self.hub.lock().pages_in(user_context);
            if self.known.family == Family::Firefox {
                // It answers when the windows are gone, but not when they go with the user context.
                let closing = pages.iter().map(|page| page.close_now(call));
                futures::future::try_join_all(closing).await?;
            }
            let ask = RemoveUserContext {
                user_context: user_context.to_owned(),
            };
            self.wire.call(ask, "close the context", call).await?;
            call.bound("the pages of the context to close", async {
                for page in pages {
                    let mut facts = page.facts.subscribe();
                    let _ = facts.wait_for(Facts::is_over).await;
                }
                Ok(())
            })
            .await?;
        }
        self.hub.lock().leave(user_context);
        Ok(())
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        self.hub.known_context(context)?;
        let user_context = Parts::of(context).user_context;
        let opening = self.hub.opening(context)?;
        let page = {
            let _turn = call
                .bound("another page to open", async { Ok(opening.lock().await) })
                .await?;
            self.hub.blank_page(user_context, call).await?
        };
        let loaded = match &new.url {
            None => Ok(Loaded {
                url: String::from("about:blank"),
                moved: true,
                ..Loaded::default()
            }),
            Some(url) => {
                let to = Navigation {
                    target: Target::Url(url.clone()),
                    until: new.until,
                };
                page.go(&to, call).await
            }
        };
        Ok((Arc::new(Handle(page)), loaded))
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.hub.known_context(context)?;
        setup::adjust(&self.wire, Parts::of(context).user_context, adjustment, call).await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        Ok(self)
    }

    fn interception(&self) -> Result<&dyn Interception> {
        self.capabilities.require(Capability::RequestInterception)?;
        Ok(self)
    }

    fn let_go(&self) {
        self.wire.close("it was let go of");
    }
}

impl Bidi {
    async fn make_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        let made = self
            .wire
            .call(setup::user_context(options)?, "open a context", call)
            .await?;
        let mut unfinished = Unfinished(Some((self, made.user_context.clone())));
        let key = self.set_up(&made.user_context, options, call).await?;
        self.serve(&key, options, sink);
        unfinished.0 = None;
        Ok(key)
    }

    /// Sets a user context up, where that is ours to do.
    async fn set_up(&self, user_context: &str, options: &ContextOptions, call: &Call) -> Result<ContextKey> {
        let mut collector = None;
        if self.known.owned {
            setup::apply(&self.wire, user_context, options, self.capabilities(), call).await?;
        }
        self.watch(user_context, options, call).await?;
        if self.known.family == Family::Chromium {
            setup::world(&self.wire, user_context, call).await?;
            let unique = download::unique(user_context, options).filter(|_| self.known.owned);
            setup::set(&self.wire, unique, call).await?;
        }
        if self.capabilities().has(Capability::ResponseBodies) {
            collector = Some(setup::collector(&self.wire, user_context, options, call).await?);
        }
        let parts = Parts {
            user_context,
            collector: collector.as_deref(),
        };
        Ok(parts.key())
    }

    fn serve(&self, key: &ContextKey, options: &ContextOptions, sink: Arc<dyn EventSink>) {
        let parts = Parts::of(key);
        let context = Context::new(key, options, parts.collector, sink);
        let mut router = self.hub.lock();
        router.serve(parts.user_context, context);
        router.watch_what_is_there(parts.user_context);
    }

    /// Has new documents of a context watched, if that was asked for.
    async fn watch(&self, user_context: &str, options: &ContextOptions, call: &Call) -> Result<()> {
        let Some(watcher) = &options.watcher else { return Ok(()) };
        self.capabilities().require(Capability::UserActions)?;
        let channel = self.hub.lock().channel.clone();
        watch::add(&self.wire, self.known.family, user_context, &channel, watcher, call).await
    }
}

impl Hub {
    pub(crate) fn known_context(&self, key: &ContextKey) -> Result<()> {
        self.opening(key).map(drop)
    }

    /// What lets one page of a context open at a time.
    fn opening(&self, key: &ContextKey) -> Result<Arc<tokio::sync::Mutex<()>>> {
        let router = self.lock();
        if router.is_lost {
            return Err(Error::new(Kind::BrowserLost, "the browser is lost"));
        }
        let context = router.contexts.get(Parts::of(key).user_context);
        let context = context.filter(|context| context.key == *key).ok_or_else(|| gone(key))?;
        Ok(Arc::clone(&context.opening))
    }

    /// A new page, blank.
    pub(crate) async fn blank_page(&self, user_context: &str, call: &Call) -> Result<Arc<BidiPage>> {
        let (wire, headless) = {
            let router = self.lock();
            (router.wire.clone(), router.known.headless)
        };
        let ask = Create {
            // In a window of its own, a page is never hidden behind another.
            r#type: if headless { CreateType::Window } else { CreateType::Tab },
            user_context,
        };
        let made = wire.call(ask, "open a page", call).await?;
        call.bound("the new page", async {
            let page = self.find(|router| router.pages.get(&made.context).cloned()).await;
            page.ok_or_else(|| Error::new(Kind::BrowserLost, "failed to open a page: the browser is lost"))
        })
        .await
    }
}

/// A user context that is removed unless it is taken into use.
struct Unfinished<'a>(Option<(&'a Bidi, String)>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some((bidi, user_context)) = self.0.take() {
            bidi.wire.post(&RemoveUserContext { user_context });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_the_bodies_are() {
        let key = ContextKey("default/c-1".into());
        let parts = Parts::of(&key);
        assert_eq!((parts.user_context, parts.collector), (DEFAULT, Some("c-1")));
        assert_eq!(parts.key(), key);
        let plain = ContextKey("u".into());
        assert_eq!(Parts::of(&plain).collector, None);
        assert_eq!(Parts::of(&plain).key(), plain);
    }
}
