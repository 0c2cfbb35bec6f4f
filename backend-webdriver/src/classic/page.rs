//! A window as the seam knows it.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Capability, DialogAnswer, FrameKey, Frames, Image, Input, Loaded, Navigation, Page, PageKey, Script, Shot, Size,
};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::Value;
use tokio::sync::{Mutex, watch};

use super::command::Command;
use super::error::Native;
use super::hub::Hub;
use super::input::Clicked;
use super::state::State;

/// How long a window that cannot be reached is waited for before it is left to itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of a page.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) closed: bool,
    pub(crate) lost: bool,
    /// Its renderer answers nothing, and its window cannot become the current one.
    pub(crate) hangs: bool,
    /// The state that was told last.
    pub(crate) told: State,
    /// Its address when its window was left.
    pub(crate) last_url: Option<String>,
}

impl Facts {
    /// Whether nothing more comes of it.
    pub(crate) fn is_over(&self) -> bool {
        self.closed || self.lost
    }
}

/// A page.
#[derive(Debug)]
pub(crate) struct ClassicPage {
    key: PageKey,
    hub: Weak<Hub>,
    pub(crate) facts: watch::Sender<Facts>,
    /// How many of its scripts have not been answered for longer than a moment.
    pub(crate) waiting: AtomicUsize,
    /// The last click that was made in it.
    pub(crate) clicked: Mutex<Option<Clicked>>,
}

impl ClassicPage {
    pub(crate) fn new(hub: &Arc<Hub>, window: &str) -> Arc<Self> {
        Arc::new(Self {
            key: PageKey(window.to_owned()),
            hub: Arc::downgrade(hub),
            facts: watch::Sender::new(Facts::default()),
            waiting: AtomicUsize::new(0),
            clicked: Mutex::default(),
        })
    }

    pub(crate) fn page_key(&self) -> &PageKey {
        &self.key
    }

    pub(crate) fn hub(&self) -> Result<Arc<Hub>, Native> {
        self.hub
            .upgrade()
            .ok_or_else(|| Native::Lost(String::from("it was let go of")))
    }

    /// Sends a command to the page; scripts of our own are short.
    pub(crate) async fn ask(self: &Arc<Self>, command: Command) -> Result<Value, Native> {
        self.ask_in(&[], command, Some(Duration::ZERO)).await
    }

    /// Sends a command to the page or a frame of it; scripts may run for so long (`None`: for ever).
    pub(crate) async fn ask_in(
        self: &Arc<Self>,
        frame: &[String],
        command: Command,
        limit: Option<Duration>,
    ) -> Result<Value, Native> {
        let hub = self.hub()?;
        let over = {
            let facts = self.facts.borrow();
            (facts.lost, facts.closed)
        };
        match over {
            (true, _) => Err(Native::Lost(hub.wire.lost_reason().unwrap_or_default())),
            (_, true) => Err(Native::Gone),
            _ => hub.ask(self, frame, command, limit).await,
        }
    }

    /// The address of its document, or the one under way. Of a page that hangs, it is answered all the same.
    pub(crate) async fn address(self: &Arc<Self>) -> Result<String, Native> {
        let hub = self.hub()?;
        let left = {
            let facts = self.facts.borrow();
            (facts.hangs && !facts.is_over()).then(|| facts.last_url.clone().unwrap_or(facts.told.url.clone()))
        };
        if let Some(url) = left {
            let turn = hub.turn().await;
            if !turn.is_at(&self.key.0) {
                return Ok(url);
            }
        }
        let answer = self.ask(Command::url()).await?;
        let url = answer.as_str().map(str::to_owned);
        url.ok_or_else(|| Native::Malformed(format!("the address is {answer}")))
    }

    async fn close_now(self: &Arc<Self>) -> Result<(), Native> {
        let hub = self.hub()?;
        loop {
            if self.facts.borrow().closed {
                return Ok(());
            }
            let turn = hub.turn().await;
            let is_here = turn.is_at(&self.key.0);
            if self.facts.borrow().hangs && !is_here {
                drop(turn);
                let mut facts = self.facts.subscribe();
                let comes = facts.wait_for(|facts| !facts.hangs || facts.is_over());
                if tokio::time::timeout(PATIENCE, comes).await.is_err() {
                    tracing::info!(window = %self.key.0, "a window hangs and cannot be closed: it is left to itself");
                    hub.give_up(&self.key.0, true);
                    hub.close_later(self);
                    return Ok(());
                }
                continue;
            }
            let (hub, page) = (Arc::clone(&hub), Arc::clone(self));
            let closing = tokio::spawn(async move { hub.close_window(turn, &page).await });
            match closing.await {
                Ok(Err(Native::Hangs)) => {}
                Ok(Err(Native::Gone)) => return Ok(()),
                Ok(closed) => return closed,
                Err(error) => return Err(Native::Malformed(error.to_string())),
            }
        }
    }
}

/// A page as callers have it.
#[derive(Debug)]
pub(crate) struct Handle(pub(crate) Arc<ClassicPage>);

#[async_trait]
impl Page for Handle {
    fn key(&self) -> &PageKey {
        &self.0.key
    }

    async fn url(&self, call: &Call) -> Result<String> {
        let doing = "tell the page's URL";
        call.bound("the page's URL", async {
            self.0.address().await.map_err(|native| native.into_error(doing))
        })
        .await
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        self.0.go(to, call).await
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        self.0.evaluate(None, script, call).await
    }

    async fn evaluate_on(
        &self,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        self.0.evaluate_on(frame, elements, script, call).await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        Ok(self)
    }

    fn input(&self) -> Result<&dyn Input> {
        Ok(self)
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        self.0.shoot(shot, call).await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        call.bound("the viewport to have its size", self.0.resize(size)).await
    }

    async fn answer_dialog(&self, _: &DialogAnswer, _: &Call) -> Result<()> {
        Err(Error::unsupported(Capability::DialogsHeld))
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        self.0.revive(call).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        if self.0.facts.borrow().is_over() {
            return Err(self.0.over().into_error("close the page").with_applied(Applied::No));
        }
        call.bound("the page to close", async {
            let closed = self.0.close_now().await;
            closed.map_err(|native| native.into_error("close the page"))
        })
        .await
    }
}

impl ClassicPage {
    /// Why nothing more comes of a page that is over.
    pub(crate) fn over(&self) -> Native {
        let hub = self.hub();
        let lost = self.facts.borrow().lost;
        match hub {
            Ok(hub) if lost => Native::Lost(hub.wire.lost_reason().unwrap_or_default()),
            _ => Native::Gone,
        }
    }
}

#[async_trait]
impl Frames for Handle {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.0.find(parent, script, call).await
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        self.0.evaluate(Some(frame), script, call).await
    }
}

/// The error of a call that must not be made of a page like this.
pub(crate) fn usage(message: String) -> Error {
    Error::new(Kind::Usage, message).with_applied(Applied::No)
}
