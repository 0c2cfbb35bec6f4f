//! A tab or popup as the seam knows it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chromiumoxide::cdp::browser_protocol::page::CrashParams;
use chromiumoxide::cdp::browser_protocol::target::{CloseTargetParams, GetTargetInfoParams};
use chromiumoxide::cdp::js_protocol::runtime::{EvaluateParams, TerminateExecutionParams};
use greenroom_session_core::backend::{
    DialogAnswer, FrameKey, Frames, Image, Input, Loaded, Navigation, Page, PageKey, Script, Shot, Size, Target,
    WaitUntil,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use crate::connection::{SessionId, Wire};
use crate::error;
use crate::facts::{Facts, FactsCell};
use crate::hub::Router;
use crate::setup;
use crate::target::TargetInfo;

/// How long a renderer may take to answer before it is taken to hang.
const HANGS: Duration = Duration::from_secs(1);

/// A page of a context of ours.
#[derive(Debug)]
pub(crate) struct CdpPage {
    key: PageKey,
    pub(crate) session: SessionId,
    pub(crate) wire: Wire,
    pub(crate) facts: FactsCell,
    /// Of a browser that we started.
    pub(crate) owned: bool,
    /// Nobody sees its window.
    pub(crate) headless: bool,
    /// Held while an image is made: Chromium changes the page for it and puts it back.
    pub(crate) camera: tokio::sync::Mutex<()>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TargetInfoResult {
    target_info: TargetInfo,
}

/// A result of which nothing is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

impl CdpPage {
    pub(crate) fn new(router: &Router, session: &SessionId) -> Arc<Self> {
        let target = router
            .sessions
            .get(session)
            .map(|session| session.target.clone())
            .unwrap_or_default();
        Arc::new(Self {
            key: PageKey(target),
            session: Arc::clone(session),
            wire: router.wire.clone(),
            facts: FactsCell::new(Facts::default()),
            owned: router.owned,
            headless: router.headless,
            camera: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn page_key(&self) -> &PageKey {
        &self.key
    }

    /// An error if nothing can be asked of the page's renderer now.
    pub(crate) fn usable(&self, doing: &str) -> Result<()> {
        let facts = self.facts.borrow();
        if facts.closed {
            return Err(error::Native::Gone
                .into_error(doing)
                .with_applied(greenroom_session_core::Applied::No));
        }
        if facts.crashed {
            return Err(error::crashed(doing));
        }
        Ok(())
    }

    /// Why nothing more comes of a page that is over.
    pub(crate) fn over(&self, doing: &str) -> Error {
        let over = self.facts.borrow().over();
        over.unwrap_or(error::Native::Crashed).into_error(doing)
    }

    /// Whether the renderer of the page or of a frame answers.
    async fn answers(&self, session: &SessionId) -> bool {
        let ping = self.wire.ask(Some(session), EvaluateParams::new("0"));
        timeout(HANGS, ping).await.is_ok()
    }

    /// Makes a renderer that hangs answer again, or crashes it. Without `by_force`, only running scripts are ended.
    pub(crate) async fn unhang(&self, by_force: bool) {
        if self.facts.borrow().is_over() || self.answers(&self.session).await {
            return;
        }
        tracing::info!(page = %self.key.0, "the page's renderer hangs: its running script is ended");
        self.wire.post(Some(&self.session), TerminateExecutionParams::default());
        if self.answers(&self.session).await || !(by_force || self.owned) {
            return;
        }
        tracing::info!(page = %self.key.0, "the page's renderer still hangs: it is crashed");
        self.wire.post(Some(&self.session), CrashParams::default());
        let mut facts = self.facts.subscribe();
        let _ = timeout(HANGS * 3, facts.wait_for(Facts::is_over)).await;
    }

    /// After a script was given up: ends it if the renderer hangs in it. Of an attached browser, scripts are left alone.
    pub(crate) fn unhang_later(self: &Arc<Self>, session: SessionId) {
        if self.owned {
            let page = Arc::clone(self);
            tokio::spawn(async move { page.unhang_script(&session).await });
        }
    }

    async fn unhang_script(&self, session: &SessionId) {
        if !self.facts.borrow().is_over() && !self.answers(session).await {
            self.wire.post(Some(session), TerminateExecutionParams::default());
        }
    }
}

/// A page as callers have it.
#[derive(Debug)]
pub(crate) struct Handle(pub(crate) Arc<CdpPage>);

#[async_trait]
impl Page for Handle {
    fn key(&self) -> &PageKey {
        &self.0.key
    }

    async fn url(&self, call: &Call) -> Result<String> {
        let page = &self.0;
        let ask = GetTargetInfoParams {
            target_id: Some(page.key.0.clone().into()),
        };
        let found: TargetInfoResult = page.wire.call(None, ask, "tell the page's URL", call).await?;
        // Chromium tells no address for a moment after a document has replaced another.
        Ok(match found.target_info.url {
            url if url.is_empty() => page.facts.borrow().url.clone(),
            url => url,
        })
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        self.0.go(to, call).await
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        self.0.run(None, script, call).await
    }

    async fn evaluate_on(
        &self,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        let work = self.0.run_on(frame, elements, script);
        self.0.within(frame, call, work).await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        Ok(self)
    }

    fn input(&self) -> Result<&dyn Input> {
        Ok(self)
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        self.0.usable("make the image")?;
        self.0.shoot(shot, call).await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        let doing = "set the viewport";
        self.0.usable(doing)?;
        let turn = async { Ok(self.0.camera.lock().await) };
        let _turn = call.bound("the image before", turn).await?;
        let _: Nothing = self
            .0
            .wire
            .call(Some(&self.0.session), setup::metrics(size), doing, call)
            .await?;
        Ok(())
    }

    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        self.0.answer_dialog(answer, call).await
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        self.0.unhang(true).await;
        let url = self.0.facts.borrow().url.clone();
        let target = Target::Url(if url.is_empty() {
            String::from("about:blank")
        } else {
            url
        });
        self.0
            .go(
                &Navigation {
                    target,
                    until: WaitUntil::Load,
                },
                call,
            )
            .await?;
        Ok(())
    }

    async fn close(&self, call: &Call) -> Result<()> {
        let page = &self.0;
        let ask = CloseTargetParams::new(page.key.0.clone());
        let answer = page.wire.call::<Nothing, _>(None, ask, "close the page", call).await;
        match answer {
            Err(error) if error.kind() == Kind::PageGone => return Ok(()),
            other => other?,
        };
        let mut facts = page.facts.subscribe();
        call.bound("the page to close", async {
            let _ = facts.wait_for(|facts| facts.closed || facts.lost).await;
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl Frames for Handle {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.0.find(parent, script, call).await
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        self.0.run(Some(frame), script, call).await
    }
}
