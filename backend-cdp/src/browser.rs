//! A browser that is connected: its contexts and pages.

use std::sync::Arc;

use async_trait::async_trait;
use chromiumoxide::cdp::browser_protocol::browser::{CloseParams, GetVersionParams};
use chromiumoxide::cdp::browser_protocol::target::{DisposeBrowserContextParams, GetBrowserContextsParams};
use greenroom_session_core::backend::{
    Adjustment, Browser, BrowserIdentity, Capability, CapabilitySet, ContextKey, ContextOptions, Endpoint, EventSink,
    Interception, Loaded, Navigation, NewPage, Page, Storage, Target,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;

use crate::connection::{self, Wire};
use crate::facts::Facts;
use crate::hub::{DEFAULT, Hub};
use crate::page::{Handle, Nothing};
use crate::setup;

/// What every CDP browser can do.
pub(crate) const CAPABILITIES: CapabilitySet = CapabilitySet::of(&[
    Capability::Screenshot,
    Capability::FullPageScreenshot,
    Capability::ScreenshotFormats,
    Capability::NetworkEvents,
    Capability::RequestInterception,
    Capability::RequestRewriting,
    Capability::ResponseBodies,
    Capability::ConsoleEvents,
    Capability::Dialogs,
    Capability::DialogsHeld,
    Capability::Downloads,
    Capability::IsolatedWorld,
    Capability::InitScripts,
    Capability::FramesCrossOrigin,
    Capability::Storage,
    Capability::Popups,
    Capability::Contexts,
    Capability::Viewport,
    Capability::Emulation,
    Capability::ExtraHeaders,
    Capability::Offline,
    Capability::Geolocation,
    Capability::Permissions,
    Capability::Proxy,
    Capability::IgnoreHttpsErrors,
    Capability::Adoption,
    Capability::NavigationStatus,
    Capability::TrustedInput,
    Capability::Touch,
    Capability::FileUpload,
    Capability::FileChoosers,
    Capability::UserActions,
]);

/// A connected browser.
#[derive(Debug)]
pub(crate) struct CdpBrowser {
    pub(crate) wire: Wire,
    pub(crate) hub: Arc<Hub>,
    identity: BrowserIdentity,
    endpoint: Endpoint,
    capabilities: CapabilitySet,
    /// Contexts are made in it; else there is only its own.
    isolates: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Version {
    product: String,
    user_agent: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contexts {
    browser_context_ids: Vec<String>,
    default_browser_context_id: Option<String>,
}

/// What is known of a browser before it is connected to.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: Option<String>,
    pub(crate) executable: Option<std::path::PathBuf>,
    pub(crate) endpoint: Endpoint,
    /// Contexts are made in it.
    pub(crate) isolates: bool,
}

impl CdpBrowser {
    /// Connects to the endpoint, and attaches to what is there.
    pub(crate) async fn connect(known: Known, call: &Call) -> Result<Arc<Self>> {
        let connection = connection::connect(&known.endpoint.url, call).await?;
        let (wire, orders) = Wire::new();
        let owned = known.endpoint.process.is_some();
        let headless = owned && known.endpoint.extra["headless"] == true;
        let hub = Hub::new(wire.clone(), owned, headless);
        tokio::spawn(connection::run(connection, orders, Arc::clone(&hub)));
        let mut browser = Self {
            wire,
            hub,
            identity: BrowserIdentity {
                name: String::new(),
                version: String::new(),
                executable: known.executable,
            },
            endpoint: known.endpoint,
            capabilities: capabilities(owned, known.isolates),
            isolates: known.isolates,
        };
        browser.greet(known.name, call).await?;
        Ok(Arc::new(browser))
    }

    /// Asks who it is, then attaches to its targets: their contexts must be known by then.
    async fn greet(&mut self, name: Option<String>, call: &Call) -> Result<()> {
        let doing = "greet the browser";
        let (version, contexts) = tokio::join!(
            self.wire
                .call::<Version, _>(None, GetVersionParams::default(), doing, call),
            self.wire
                .call::<Contexts, _>(None, GetBrowserContextsParams::default(), doing, call),
        );
        let (version, contexts) = (version?, contexts?);
        let (product, number) = version.product.split_once('/').unwrap_or((&version.product, ""));
        self.identity.name = name.unwrap_or_else(|| name_of(product, &version.user_agent).to_owned());
        number.clone_into(&mut self.identity.version);
        {
            let mut router = self.hub.lock();
            router.user_agent = version.user_agent;
            router.default_context = contexts.default_browser_context_id;
            router.created = contexts.browser_context_ids.into_iter().collect();
        }
        let _: Nothing = self.wire.call(None, setup::auto_attach(), doing, call).await?;
        Ok(())
    }

    pub(crate) fn is_owned(&self) -> bool {
        self.endpoint.process.is_some()
    }
}

#[async_trait]
impl Browser for CdpBrowser {
    fn identity(&self) -> &BrowserIdentity {
        &self.identity
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn capabilities(&self) -> CapabilitySet {
        self.capabilities
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        if options.proxy.is_some() && options.proxy.as_deref() != self.endpoint.extra["proxy"].as_str() {
            self.capabilities.require(Capability::Proxy)?;
        }
        if !self.isolates && self.hub.lock().contexts.contains_key(&ContextKey(DEFAULT.to_owned())) {
            return Err(Error::unsupported(Capability::Contexts));
        }
        let key = if self.isolates {
            self.make_context(options, call).await?
        } else {
            ContextKey(DEFAULT.to_owned())
        };
        self.serve(&key, options, sink);
        if !self.isolates {
            self.pages_ready(&key).await;
        }
        Ok(key)
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        {
            let router = self.hub.lock();
            if key.0 != DEFAULT && !router.created.contains(&key.0) {
                return Err(Error::new(
                    Kind::BrowserLost,
                    format!("the context `{}` is gone", key.0),
                ));
            }
        }
        self.serve(key, options, sink);
        call.bound("the pages of the context", async {
            self.pages_ready(key).await;
            Ok(())
        })
        .await
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        self.known_context(key)?;
        if self.isolates {
            let ask = DisposeBrowserContextParams::new(key.0.clone());
            let _: Nothing = self.wire.call(None, ask, "close the context", call).await?;
            let pages = self.pages(key);
            call.bound("the pages of the context to close", async {
                for page in pages {
                    let mut facts = page.facts.subscribe();
                    let _ = facts.wait_for(Facts::is_over).await;
                }
                Ok(())
            })
            .await?;
        }
        self.hub.lock().leave(key);
        Ok(())
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        self.known_context(context)?;
        let page = self.blank_page(context, call).await?;
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

    async fn close(&self, call: &Call) -> Result<()> {
        if self.is_owned() {
            let closed: Result<Nothing> = self
                .wire
                .call(None, CloseParams::default(), "close the browser", call)
                .await;
            match closed {
                // It may be gone before it has answered.
                Err(error) if error.kind() != Kind::BrowserLost => return Err(error),
                _ => {}
            }
        }
        self.wire.close();
        Ok(())
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.capabilities.require(adjustment.needs())?;
        self.adjust_context(context, adjustment, call).await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        Ok(self)
    }

    fn interception(&self) -> Result<&dyn Interception> {
        self.capabilities.require(Capability::RequestInterception)?;
        Ok(self)
    }
}

impl Drop for CdpBrowser {
    fn drop(&mut self) {
        self.wire.close();
    }
}

/// What is in effect: an attached browser's pages stay as they are, and only a browser of ours has contexts.
fn capabilities(owned: bool, isolates: bool) -> CapabilitySet {
    let mut all = CAPABILITIES;
    if !isolates {
        all = all.without(Capability::Contexts).without(Capability::Proxy);
    }
    if !owned {
        for emulated in [
            Capability::Emulation,
            Capability::Touch,
            Capability::InitScripts,
            Capability::ExtraHeaders,
            Capability::Offline,
            Capability::RequestInterception,
            Capability::RequestRewriting,
            Capability::Geolocation,
            Capability::Permissions,
            Capability::IgnoreHttpsErrors,
            Capability::Downloads,
            Capability::FileChoosers,
        ] {
            all = all.without(emulated);
        }
    }
    all
}

/// The browser's name by what it says of itself.
fn name_of(product: &str, user_agent: &str) -> &'static str {
    if user_agent.contains("Edg/") || product.contains("Edg") {
        "edge"
    } else if user_agent.contains("Electron/") {
        "electron"
    } else {
        "chromium"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_effect_depends_on_whose_browser_it_is() {
        assert!(capabilities(true, true).has(Capability::Contexts));
        let attached = capabilities(false, false);
        assert!(!attached.has(Capability::Contexts) && !attached.has(Capability::Emulation));
        assert!(attached.has(Capability::Screenshot));
    }

    #[test]
    fn a_browser_is_known_by_its_words() {
        assert_eq!(name_of("Chrome/156.0", "Mozilla/5.0 Chrome/156.0 Edg/156.0"), "edge");
        assert_eq!(name_of("Chrome/120.0", "Mozilla/5.0 App/1 Electron/28"), "electron");
        assert_eq!(name_of("HeadlessChrome/156.0", ""), "chromium");
    }
}
