//! The guard around a backend: capabilities and deadlines hold for every call, whatever the backend makes of them.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::backend::{
    Adjustment, Area, Browser, BrowserBackend, BrowserIdentity, Capability, CapabilitySet, ConnectOptions, ContextKey,
    ContextOptions, Diagnosis, DialogAnswer, DialogOpened, Endpoint, Event, EventSink, FileChooserOpened, FrameKey,
    Frames, Gesture, Image, ImageFormat, Input, Interception, LaunchOptions, Loaded, Navigation, NewPage, Page,
    PageKey, PageOpened, Script, Shot, Size, Storage, has_taps,
};
use crate::call::Call;
use crate::error::Result;

#[cfg(test)]
mod tests;

/// Wraps a backend, and with it everything that it hands out.
pub fn backend(inner: Arc<dyn BrowserBackend>) -> Arc<dyn BrowserBackend> {
    Arc::new(GuardedBackend { inner })
}

#[derive(Debug)]
struct GuardedBackend {
    inner: Arc<dyn BrowserBackend>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl BrowserBackend for GuardedBackend {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn browsers(&self) -> &[&str] {
        self.inner.browsers()
    }

    fn has_drivers(&self) -> bool {
        self.inner.has_drivers()
    }

    fn capabilities(&self, browser: Option<&str>) -> CapabilitySet {
        self.inner.capabilities(browser)
    }

    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        call.bound("the browser to start", self.inner.launch(options, call))
            .await
            .map(browser)
    }

    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        call.bound("the browser to answer", self.inner.connect(options, call))
            .await
            .map(browser)
    }

    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>> {
        self.inner.capabilities(None).require(Capability::Adoption)?;
        call.bound("the browser to answer", self.inner.adopt(endpoint, call))
            .await
            .map(browser)
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        self.inner.diagnose().await
    }
}

fn browser(inner: Arc<dyn Browser>) -> Arc<dyn Browser> {
    Arc::new(GuardedBrowser { inner })
}

#[derive(Debug)]
struct GuardedBrowser {
    inner: Arc<dyn Browser>,
}

impl GuardedBrowser {
    /// What the options ask for beyond what every browser has.
    fn require(&self, options: &ContextOptions) -> Result<()> {
        let has = self.inner.capabilities();
        let emulation = options.locale.is_some() || options.timezone.is_some() || options.user_agent.is_some();
        for (asked, capability) in [
            (options.viewport.is_some(), Capability::Viewport),
            (emulation, Capability::Emulation),
            (!options.headers.is_empty(), Capability::ExtraHeaders),
            (options.proxy.is_some(), Capability::Proxy),
            (options.ignore_https_errors, Capability::IgnoreHttpsErrors),
            (options.touch, Capability::Touch),
            (options.downloads.is_some(), Capability::Downloads),
            (options.watcher.is_some(), Capability::UserActions),
        ] {
            if asked {
                has.require(capability)?;
            }
        }
        Ok(())
    }

    fn page(&self, inner: Arc<dyn Page>) -> Arc<dyn Page> {
        Arc::new(GuardedPage {
            inner,
            browser: Arc::clone(&self.inner),
        })
    }

    fn sink(&self, inner: Arc<dyn EventSink>) -> Arc<dyn EventSink> {
        Arc::new(GuardedSink {
            inner,
            browser: Arc::clone(&self.inner),
        })
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Browser for GuardedBrowser {
    fn identity(&self) -> &BrowserIdentity {
        self.inner.identity()
    }

    fn endpoint(&self) -> &Endpoint {
        self.inner.endpoint()
    }

    fn capabilities(&self) -> CapabilitySet {
        self.inner.capabilities()
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        self.require(options)?;
        call.bound(
            "a context of the browser",
            self.inner.open_context(options, self.sink(sink), call),
        )
        .await
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        self.require(options)?;
        call.bound(
            "the browser's pages",
            self.inner.adopt_context(key, options, self.sink(sink), call),
        )
        .await
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        call.bound("the context to close", self.inner.close_context(key, call))
            .await
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        // The load has its own deadline inside, so that a page that never loads is still handed out.
        let (page, loaded) = self.inner.open_page(context, new, call).await?;
        Ok((self.page(page), loaded))
    }

    async fn close(&self, call: &Call) -> Result<()> {
        call.bound("the browser to close", self.inner.close(call)).await
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.inner.capabilities().require(adjustment.needs())?;
        call.bound("the pages to change", self.inner.adjust(context, adjustment, call))
            .await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        self.inner.capabilities().require(Capability::Storage)?;
        self.inner.storage()
    }

    fn interception(&self) -> Result<&dyn Interception> {
        self.inner.capabilities().require(Capability::RequestInterception)?;
        self.inner.interception()
    }
}

/// Wraps the pages that are told as events.
#[derive(Debug)]
struct GuardedSink {
    inner: Arc<dyn EventSink>,
    browser: Arc<dyn Browser>,
}

#[deny(clippy::missing_trait_methods)]
impl EventSink for GuardedSink {
    fn event(&self, event: Event) {
        self.inner.event(match event {
            Event::PageOpened(opened) => {
                let page = Arc::new(GuardedPage {
                    inner: opened.page,
                    browser: Arc::clone(&self.browser),
                });
                Event::PageOpened(PageOpened { page, ..opened })
            }
            event => event,
        });
    }

    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        let answer = self.inner.dialog(dialog);
        // What cannot be answered later is not left open.
        answer.or_else(|| (!self.browser.capabilities().has(Capability::DialogsHeld)).then_some(DialogAnswer::Dismiss))
    }

    fn file_chooser(&self, chooser: &FileChooserOpened) -> Vec<PathBuf> {
        self.inner.file_chooser(chooser)
    }
}

#[derive(Debug)]
struct GuardedPage {
    inner: Arc<dyn Page>,
    browser: Arc<dyn Browser>,
}

impl GuardedPage {
    fn require(&self, shot: &Shot) -> Result<()> {
        let has = self.browser.capabilities();
        has.require(Capability::Screenshot)?;
        if shot.area == Area::FullPage {
            has.require(Capability::FullPageScreenshot)?;
        }
        if shot.format != ImageFormat::Png {
            has.require(Capability::ScreenshotFormats)?;
        }
        Ok(())
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Page for GuardedPage {
    fn key(&self) -> &PageKey {
        self.inner.key()
    }

    async fn url(&self, call: &Call) -> Result<String> {
        call.bound("the page's address", self.inner.url(call)).await
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        // The deadline is the backend's here: it knows what was last seen, and stops the load.
        self.inner.navigate(to, call).await
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        call.bound("the page to answer", self.inner.evaluate(script, call))
            .await
    }

    async fn evaluate_on(
        &self,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        let work = self.inner.evaluate_on(frame, elements, script, call);
        call.bound("the page to answer", work).await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        self.browser.capabilities().require(Capability::FramesCrossOrigin)?;
        self.inner.frames().map(|_| self as &dyn Frames)
    }

    fn input(&self) -> Result<&dyn Input> {
        self.browser.capabilities().require(Capability::TrustedInput)?;
        self.inner.input().map(|_| self as &dyn Input)
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        self.require(shot)?;
        call.bound("the image of the page", self.inner.screenshot(shot, call))
            .await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        self.browser.capabilities().require(Capability::Viewport)?;
        call.bound("the viewport to change", self.inner.set_viewport(size, call))
            .await
    }

    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        self.browser.capabilities().require(Capability::DialogsHeld)?;
        call.bound("the dialog to close", self.inner.answer_dialog(answer, call))
            .await
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        call.bound("the page to come back", self.inner.revive(call)).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        call.bound("the page to close", self.inner.close(call)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Frames for GuardedPage {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        call.bound("the page to answer", self.inner.frames()?.find(parent, script, call))
            .await
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        call.bound(
            "the frame to answer",
            self.inner.frames()?.evaluate(frame, script, call),
        )
        .await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Input for GuardedPage {
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()> {
        if has_taps(gestures) {
            self.browser.capabilities().require(Capability::Touch)?;
        }
        call.bound(
            "the page to take the input",
            self.inner.input()?.perform(gestures, call),
        )
        .await
    }

    async fn settle(&self, call: &Call) -> Result<()> {
        call.bound("the page's navigation", self.inner.input()?.settle(call))
            .await
    }

    async fn set_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf], call: &Call) -> Result<()> {
        self.browser.capabilities().require(Capability::FileUpload)?;
        let work = self.inner.input()?.set_files(frame, script, files, call);
        call.bound("the page to take the files", work).await
    }
}
