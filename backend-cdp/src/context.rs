//! The contexts of a browser: made, listened to, and given pages.

use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use greenroom_session_core::backend::{ContextKey, ContextOptions, EventSink, Size};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use tokio::time::timeout;

use crate::browser::CdpBrowser;
use crate::download;
use crate::hub::{Context, DEFAULT};
use crate::page::CdpPage;
use crate::setup::Setup;

/// How long the pages of an adopted context are waited for; one that hangs must not hold up the others.
const ADOPTS: Duration = Duration::from_millis(1500);

/// What a window of a headless Chromium has above its viewport, in pixels.
const FRAME: i64 = 87;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextCreated {
    browser_context_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TargetCreated {
    target_id: String,
}

impl CdpBrowser {
    fn setup(&self, options: &ContextOptions) -> Setup {
        Setup {
            options: options.clone(),
            emulates: self.is_owned(),
        }
    }

    /// Listens to a context from now on, and to the pages that it has.
    pub(crate) fn serve(&self, key: &ContextKey, options: &ContextOptions, sink: Arc<dyn EventSink>) {
        let context = Context::new(self.setup(options), sink);
        if self.is_owned() {
            self.wire.post(None, download::behaviour(key, &context.setup));
        }
        self.hub.lock().serve(key, context);
    }

    pub(crate) async fn make_context(&self, options: &ContextOptions, call: &Call) -> Result<ContextKey> {
        let ask = CreateBrowserContextParams {
            dispose_on_detach: Some(false),
            proxy_server: options.proxy.clone(),
            // Without it, what is on this machine would not go through the proxy.
            proxy_bypass_list: options.proxy.as_ref().map(|_| String::from("<-loopback>")),
            origins_with_universal_network_access: None,
        };
        let made: ContextCreated = self.wire.call(None, ask, "open a context", call).await?;
        self.hub.lock().created.insert(made.browser_context_id.clone());
        Ok(ContextKey(made.browser_context_id))
    }

    /// The pages of a context.
    pub(crate) fn pages(&self, key: &ContextKey) -> Vec<Arc<CdpPage>> {
        let router = self.hub.lock();
        let of_it = router
            .sessions
            .values()
            .filter(|session| session.context == *key && session.kind.is_page());
        of_it.filter_map(|session| session.page.clone()).collect()
    }

    /// Waits a while until the pages of a context are set up.
    pub(crate) async fn pages_ready(&self, key: &ContextKey) {
        let ready = async {
            for page in self.pages(key) {
                let mut facts = page.facts.subscribe();
                let _ = facts.wait_for(|facts| facts.ready || facts.is_over()).await;
            }
        };
        if timeout(ADOPTS, ready).await.is_err() {
            tracing::warn!("a page does not answer and is left as it is: it hangs, or a dialog was open before");
        }
    }

    pub(crate) fn known_context(&self, key: &ContextKey) -> Result<()> {
        let router = self.hub.lock();
        if router.is_lost {
            return Err(Error::new(Kind::BrowserLost, "the browser is lost"));
        }
        if router.contexts.contains_key(key) {
            return Ok(());
        }
        Err(Error::new(
            Kind::BrowserLost,
            format!("the context `{}` is gone", key.0),
        ))
    }

    /// The size of the viewport that a new page's own window is to have; `None`: windows are left to the browser.
    ///
    /// A daemon that dies takes the emulated viewport with it. The window's own viewport is then the same, and the page
    /// sees nothing of it until a new daemon emulates it again.
    fn window(&self, context: &ContextKey) -> Option<Size> {
        let router = self.hub.lock();
        let viewport = router.contexts.get(context)?.setup.options.viewport;
        viewport.filter(|_| router.headless)
    }

    /// A new page, set up and blank.
    pub(crate) async fn blank_page(&self, context: &ContextKey, call: &Call) -> Result<Arc<CdpPage>> {
        let mut ask = CreateTargetParams::new("about:blank");
        if let Some(size) = self.window(context) {
            ask.new_window = Some(true);
            ask.width = Some(i64::from(size.width));
            ask.height = Some(i64::from(size.height) + FRAME);
        }
        ask.browser_context_id = (context.0 != DEFAULT).then(|| context.0.clone().into());
        let made: TargetCreated = self.wire.call(None, ask, "open a page", call).await?;
        let page = call
            .bound("the new page", async {
                let page = self.hub.find(|router| router.pages.get(&made.target_id).cloned()).await;
                let Some(page) = page else {
                    return Err(Error::new(
                        Kind::BrowserLost,
                        "failed to open a page: the browser is lost",
                    ));
                };
                let mut facts = page.facts.subscribe();
                let is_over = facts
                    .wait_for(|facts| facts.ready || facts.is_over())
                    .await
                    .is_ok_and(|facts| facts.is_over());
                if is_over {
                    Err(page.over("open a page"))
                } else {
                    Ok(page)
                }
            })
            .await?;
        Ok(page)
    }
}
