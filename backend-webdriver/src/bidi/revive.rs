//! Pages that hang: how that is seen, and what can be done about it.
//!
//! BiDi has no command that ends a running script, nor one that stops a navigation. Chromium's driver lets DevTools
//! commands through, which do both. Elsewhere a navigation is stopped by a script, and a page that runs one for ever
//! can only be closed: another takes its place.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, WaitUntil};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::json;
use tokio::time::timeout;

use super::error::Native;
use super::facts::SANDBOX;
use super::hub::Router;
use super::page::BidiPage;
use super::protocol::browsing_context::{Close, GetTree};
use super::protocol::goog::{GetSession, SendCommand};
use super::protocol::script::{CallFunction, Ownership, Target};

/// How long a renderer may take to answer before it is taken to hang.
const HANGS: Duration = Duration::from_secs(1);

/// How long the browser may take to close a page that hangs.
const CLOSES: Duration = Duration::from_secs(10);

/// How soon after its pages Firefox ends.
const ENDS: Duration = Duration::from_secs(1);

/// What Firefox says of pages that it shows by itself, instead of a document whose process has crashed.
const SHOWN_BY_ITSELF: &str = "parent process browsing contexts";

/// A function without arguments, called out of the page's sight.
fn function<'a>(context: &'a str, text: &str) -> CallFunction<'a> {
    CallFunction {
        function_declaration: text.to_owned(),
        await_promise: false,
        target: Target::Context {
            context,
            sandbox: Some(SANDBOX),
        },
        arguments: Vec::new(),
        result_ownership: Ownership::None,
        serialization_options: None,
        user_activation: false,
    }
}

impl BidiPage {
    /// Stops a navigation to `url` that was given up. Chromium would hold back scripts until it ends.
    pub(crate) fn stop(&self, url: &str) {
        self.facts.send_modify(|facts| {
            facts.stopping = true;
            facts.gave_up = Some(url.to_owned());
        });
        let id = self.page_key().0.clone();
        let stopped = move |router: &mut Router| {
            if let Some(page) = router.pages.get(&id) {
                page.facts.send_modify(|facts| facts.stopping = false);
            }
        };
        if let Some(session) = self.session.get() {
            let ask = SendCommand {
                method: "Page.stopLoading",
                params: json!({}),
                session: Some(session.clone()),
            };
            self.wire.then(&ask, move |router, _| stopped(router));
        } else {
            let ask = function(&self.page_key().0, "() => window.stop()");
            self.wire.then(&ask, move |router, _| stopped(router));
        }
    }

    /// Whether the renderer of the page or of a frame answers.
    pub(crate) async fn answers(&self, frame: Option<&FrameKey>) -> bool {
        let context = frame.map_or(&self.page_key().0, |frame| &frame.0);
        let ping = self.wire.ask(function(context, "() => {}"));
        timeout(HANGS, ping).await.is_ok()
    }

    /// Ends a script that hangs, where the driver can.
    pub(crate) async fn unhang(&self, frame: Option<&FrameKey>) {
        if !self.is_chromium() || self.facts.borrow().is_over() || self.answers(frame).await {
            return;
        }
        let context = frame.map_or(&self.page_key().0, |frame| &frame.0);
        let known = timeout(HANGS, self.wire.ask(GetSession { context })).await;
        let Some(session) = known.ok().and_then(Result::ok).and_then(|known| known.session) else {
            return;
        };
        tracing::info!(context, "a renderer hangs: its running script is ended");
        let end = SendCommand {
            method: "Runtime.terminateExecution",
            params: json!({}),
            session: Some(session),
        };
        // It is answered when the script has ended.
        let _ = timeout(HANGS, self.wire.ask(end)).await;
    }

    /// After a script was given up: ends it if the renderer hangs in it. Of an attached browser, scripts are left alone.
    pub(crate) fn unhang_later(self: &Arc<Self>, frame: Option<&FrameKey>) {
        if self.known.owned && self.is_chromium() {
            let (page, frame) = (Arc::clone(self), frame.cloned());
            tokio::spawn(async move { page.unhang(frame.as_ref()).await });
        }
    }

    /// Closes the page, whatever it does, and opens another one in its place.
    pub(crate) async fn replace(&self, call: &Call) -> Result<Arc<Self>> {
        let doing = "replace the page";
        let lost = || Error::new(Kind::BrowserLost, format!("failed to {doing}: the browser is lost"));
        let hub = self.hub.upgrade().ok_or_else(lost)?;
        let opening = {
            let router = hub.lock();
            let context = router.context_of(self).ok_or_else(lost)?;
            Arc::clone(&context.opening)
        };
        let turn = call
            .bound("another page to open", async { Ok(opening.lock().await) })
            .await?;
        {
            let mut router = hub.lock();
            router.pages.remove(&self.page_key().0);
            if let Some(context) = router.contexts.get_mut(&self.user_context) {
                context.replaces = Some(self.page_key().clone());
            }
        }
        self.facts.send_modify(|facts| facts.closed = true);
        let new = hub.blank_page(&self.user_context, call).await;
        drop(turn);
        // Its answer may take as long as the renderer takes to be killed.
        let close = Close {
            context: &self.page_key().0,
        };
        self.wire.call(close, doing, &call.at_most(CLOSES)).await?;
        new
    }

    /// After going through the history: Firefox is silent about a document that it kept as it was.
    pub(crate) async fn look_for_restored(&self, before: &str) {
        let context = &self.page_key().0;
        let ask = GetTree {
            root: Some(context),
            max_depth: Some(0),
        };
        let loaded = function(context, "() => document.readyState === 'complete'");
        let (Ok(tree), Ok(loaded)) = futures::join!(self.wire.ask(ask), self.wire.ask(loaded)) else {
            return;
        };
        let url = tree.contexts.first().map(|info| info.url.as_str()).unwrap_or_default();
        let Some(hub) = self
            .hub
            .upgrade()
            .filter(|_| url != before && loaded.result.value == true)
        else {
            return;
        };
        let mut router = hub.lock();
        if let Some(page) = router.pages.get(context).cloned() {
            router.shows(&page, "", url, WaitUntil::Load, false);
        }
    }
}

impl BidiPage {
    /// Whether the browser is lost soon after this page, whose document went without another one: where its process has
    /// crashed, Firefox closes all pages, and only then ends.
    pub(crate) async fn went_with_its_browser(&self, native: &Native) -> bool {
        let Some(hub) = self.hub.upgrade().filter(|_| *native == Native::Gone) else {
            return false;
        };
        let is_suspected = self.facts.borrow().suspected;
        is_suspected && timeout(ENDS, hub.find(|_| None::<()>)).await.is_ok()
    }
}

impl Router {
    /// The document of a page of Firefox is gone, and no other one is on its way: if its process has crashed, Firefox shows
    /// a page of its own, closes all pages and ends, as its driver wants it. The pages are not to be told as closed: the
    /// browser is lost.
    pub(crate) fn ask_for_document(&self, page: &BidiPage) {
        let id = page.page_key().0.clone();
        let count = page.facts.borrow().count;
        let ask = function(&page.page_key().0, "() => {}");
        self.wire.then(&ask, move |router, answer| {
            let crashed = matches!(answer, Err(Native::Refused { message, .. }) if message.contains(SHOWN_BY_ITSELF));
            let Some(page) = router.pages.get(&id) else { return };
            if crashed && page.facts.borrow().count == count {
                router
                    .wire
                    .close("a page's process has crashed, and Firefox ends with it");
            } else {
                page.facts.send_modify(|facts| facts.suspected = false);
            }
        });
    }
}
