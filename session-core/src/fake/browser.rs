//! The fake browser as the seam sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use super::control::Method;
use super::engine::{DEFAULT_CONTEXT, Engine};
use super::guard::{Needs, guarded};
use super::page::FakeTab;
use super::state::Listener;
use crate::backend::{
    Adjustment, Browser, BrowserIdentity, Capability, CapabilitySet, ContextKey, ContextOptions, Endpoint, EventSink,
    Interception, Loaded, Navigation, NewPage, Page, Storage, Target,
};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// A connection to a fake browser. When it is dropped the browser lives on, and tells nobody.
#[derive(Debug)]
pub(super) struct FakeBrowser {
    pub(super) engine: Arc<Engine>,
    endpoint: Endpoint,
    /// Somebody else's: never ended, resized or set up.
    attached: bool,
    connection: u64,
}

impl FakeBrowser {
    pub(super) fn new(engine: Arc<Engine>, attached: bool) -> Self {
        let mut endpoint = engine.endpoint.clone();
        endpoint.extra["attached"] = attached.into();
        Self {
            engine,
            endpoint,
            attached,
            connection: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
        }
    }

    fn listener(&self, sink: Arc<dyn EventSink>) -> Listener {
        Listener {
            connection: self.connection,
            sink,
        }
    }
}

impl Drop for FakeBrowser {
    fn drop(&mut self) {
        self.engine.forget_sinks(Some(self.connection));
    }
}

#[async_trait]
impl Browser for FakeBrowser {
    fn identity(&self) -> &BrowserIdentity {
        &self.engine.identity
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn capabilities(&self) -> CapabilitySet {
        self.engine.capabilities()
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        let work = async {
            let listener = self.listener(sink);
            if self.attached {
                self.engine.adopt_context(DEFAULT_CONTEXT, None, listener)?;
                return Ok(ContextKey(DEFAULT_CONTEXT.to_owned()));
            }
            check(self.capabilities(), options)?;
            self.engine.open_context(options, listener).map(ContextKey)
        };
        guarded(&self.engine, Needs::Browser, Method::OpenContext, call, work).await
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        let work = async {
            self.capabilities().require(Capability::Adoption)?;
            let options = (!self.attached).then_some(options);
            self.engine.adopt_context(&key.0, options, self.listener(sink))
        };
        guarded(&self.engine, Needs::Browser, Method::AdoptContext, call, work).await
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        let work = async {
            if self.attached {
                self.engine.forget_sinks(Some(self.connection));
                return Ok(());
            }
            self.engine.close_context(&key.0)
        };
        guarded(&self.engine, Needs::Browser, Method::CloseContext, call, work).await
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        let work = async {
            let key = self.engine.open_page(&context.0, None)?;
            let page = Arc::new(FakeTab::new(Arc::clone(&self.engine), key));
            let Some(url) = &new.url else {
                let url = super::engine::BLANK.to_owned();
                let loaded = Loaded {
                    url,
                    moved: true,
                    ..Loaded::default()
                };
                return Ok((page as Arc<dyn Page>, Ok(loaded)));
            };
            let to = Navigation {
                target: Target::Url(url.clone()),
                until: new.until,
            };
            let loaded = Box::pin(page.navigate(&to, call)).await;
            match loaded {
                Err(error) if error.kind() == Kind::BrowserLost => Err(error),
                loaded => Ok((page as Arc<dyn Page>, loaded)),
            }
        };
        guarded(&self.engine, Needs::Browser, Method::OpenPage, call, work).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        let work = async {
            if self.attached {
                self.engine.forget_sinks(Some(self.connection));
            } else {
                return Ok(true);
            }
            Ok(false)
        };
        if guarded(&self.engine, Needs::Browser, Method::CloseBrowser, call, work).await? {
            self.engine.die("it was closed");
        }
        Ok(())
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.capabilities().require(adjustment.needs())?;
        let work = async {
            let Adjustment::Headers(headers) = adjustment else {
                return Err(Error::unsupported(adjustment.needs()));
            };
            let mut state = self.engine.state();
            let known = state.contexts.get_mut(&context.0);
            let known = known.ok_or_else(|| Error::new(Kind::BrowserLost, "the context is gone"))?;
            known.options.headers.clone_from(headers);
            Ok(())
        };
        guarded(&self.engine, Needs::Browser, Method::Adjust, call, work).await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        self.capabilities().require(Capability::Storage)?;
        Ok(self)
    }

    fn interception(&self) -> Result<&dyn Interception> {
        Err(Error::unsupported(Capability::RequestInterception))
    }
}

/// Refuses options that the browser cannot keep.
fn check(capabilities: CapabilitySet, options: &ContextOptions) -> Result<()> {
    let emulation = options.locale.is_some() || options.timezone.is_some() || options.user_agent.is_some();
    let asked = [
        (options.viewport.is_some(), Capability::Viewport),
        (emulation, Capability::Emulation),
        (!options.headers.is_empty(), Capability::ExtraHeaders),
        (options.proxy.is_some(), Capability::Proxy),
        (options.ignore_https_errors, Capability::IgnoreHttpsErrors),
        (options.touch, Capability::Touch),
        (options.downloads.is_some(), Capability::Downloads),
        (options.watcher.is_some(), Capability::UserActions),
    ];
    asked
        .into_iter()
        .filter(|(asked, _)| *asked)
        .try_for_each(|(_, capability)| capabilities.require(capability))
}
