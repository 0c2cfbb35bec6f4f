//! A tab or popup as the seam knows it.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use greenroom_session_core::backend::{
    DialogAnswer, FrameKey, Frames, Image, Input, Loaded, Navigation, Page, PageKey, Script, Shot, Size, Target,
    WaitUntil,
};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::Value;

use super::connection::Wire;
use super::document::failed_address;
use super::error::{self, Native};
use super::facts::{Facts, FactsCell};
use super::hub::{Hub, Router};
use super::protocol::browsing_context::{Close, GetTree, SetViewport, Viewport};
use super::{Family, Known};

/// A page of a context of ours.
#[derive(Debug)]
pub(crate) struct BidiPage {
    key: PageKey,
    pub(crate) user_context: String,
    pub(crate) wire: Wire,
    pub(crate) facts: FactsCell,
    pub(crate) known: Arc<Known>,
    /// Its DevTools session, where the driver has such.
    pub(crate) session: OnceLock<String>,
    pub(crate) hub: Weak<Hub>,
}

impl BidiPage {
    pub(crate) fn new(router: &Router, id: &str, user_context: &str) -> Arc<Self> {
        Arc::new(Self {
            key: PageKey(id.to_owned()),
            user_context: user_context.to_owned(),
            wire: router.wire.clone(),
            facts: FactsCell::new(Facts::default()),
            known: Arc::clone(&router.known),
            session: OnceLock::new(),
            hub: Weak::clone(&router.hub),
        })
    }

    pub(crate) fn page_key(&self) -> &PageKey {
        &self.key
    }

    pub(crate) fn is_chromium(&self) -> bool {
        self.known.family == Family::Chromium
    }

    /// An error if nothing can be asked of the page's renderer now.
    pub(crate) fn usable(&self, doing: &str) -> Result<()> {
        let facts = self.facts.borrow();
        if facts.closed {
            return Err(Native::Gone.into_error(doing).with_applied(Applied::No));
        }
        if facts.crashed {
            return Err(error::crashed(doing));
        }
        Ok(())
    }

    /// Why nothing more comes of a page that is over.
    pub(crate) fn over(&self, doing: &str) -> Error {
        let over = self.facts.borrow().over();
        over.unwrap_or(Native::Crashed).into_error(doing)
    }

    /// The address of its document, from the browser.
    pub(crate) async fn address(&self, call: &Call) -> Result<String> {
        let ask = GetTree {
            root: Some(&self.key.0),
            max_depth: Some(0),
        };
        let tree = self.wire.call(ask, "tell the page's URL", call).await?;
        let url = tree
            .contexts
            .into_iter()
            .next()
            .map(|info| info.url)
            .unwrap_or_default();
        Ok(match failed_address(&url) {
            Some(failed) => failed,
            None if url.is_empty() => self.facts.borrow().url.clone(),
            None => url,
        })
    }

    /// Closes it, and waits until it is gone.
    pub(crate) async fn close_now(&self, call: &Call) -> Result<()> {
        let ask = Close { context: &self.key.0 };
        match self.wire.call(ask, "close the page", call).await {
            Err(error) if error.kind() == Kind::PageGone => return Ok(()),
            other => other?,
        };
        let mut facts = self.facts.subscribe();
        call.bound("the page to close", async {
            let _ = facts.wait_for(|facts| facts.closed || facts.lost).await;
            Ok(())
        })
        .await
    }
}

/// A page as callers have it.
#[derive(Debug)]
pub(crate) struct Handle(pub(crate) Arc<BidiPage>);

#[async_trait]
impl Page for Handle {
    fn key(&self) -> &PageKey {
        &self.0.key
    }

    async fn url(&self, call: &Call) -> Result<String> {
        self.0.address(call).await
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
        let ask = SetViewport {
            context: Some(self.0.key.0.clone()),
            user_contexts: None,
            viewport: viewport(size),
        };
        self.0.wire.call(ask, doing, call).await.map(drop)
    }

    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        self.0.answer_dialog(answer, call).await
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        let page = &self.0;
        page.unhang(None).await;
        let url = page.facts.borrow().url.clone();
        let target = Target::Url(if url.is_empty() {
            String::from("about:blank")
        } else {
            url
        });
        let to = Navigation {
            target,
            until: WaitUntil::Load,
        };
        let is_crashed = page.facts.borrow().crashed;
        if is_crashed || page.answers(None).await {
            return page.go(&to, call).await.map(drop);
        }
        tracing::info!(page = %page.key.0, "the page's renderer hangs: another page takes its place");
        let new = page.replace(call).await?;
        new.go(&to, call).await.map(drop)
    }

    async fn close(&self, call: &Call) -> Result<()> {
        self.0.close_now(call).await
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

/// A size in the protocol's words.
pub(crate) fn viewport(size: Size) -> Viewport {
    Viewport {
        width: size.width,
        height: size.height,
    }
}
