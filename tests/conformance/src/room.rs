//! A context and its pages, with short forms of what cases do all the time.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{
    Browser, ContextKey, ContextOptions, Event, FrameKey, Loaded, Navigation, NewPage, Page, PageKey, Script, Target,
    WaitUntil, World,
};
use greenroom_session_core::{Call, Result as Answer};
use serde_json::{Value, json};

use crate::check::{Checked, Failure, same};
use crate::harness::SiteUrls;
use crate::recorder::Recorder;
use crate::scripts;

/// How long a call may take that is expected to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// A context, and what it has told.
pub struct Room {
    /// The browser that it is in.
    pub browser: Arc<dyn Browser>,
    /// The context.
    pub key: ContextKey,
    /// What it has told.
    pub sink: Arc<Recorder>,
    /// How it was set up.
    pub options: ContextOptions,
}

impl Room {
    /// Opens a page and waits for its load event.
    ///
    /// # Errors
    /// The page cannot be opened or loaded.
    pub async fn open(&self, url: &str) -> Checked<Tab> {
        let (page, loaded) = self.try_open(Some(url)).await?;
        loaded?;
        Ok(page)
    }

    /// Opens an empty page.
    ///
    /// # Errors
    /// The page cannot be opened.
    pub async fn open_blank(&self) -> Checked<Tab> {
        let (page, loaded) = self.try_open(None).await?;
        loaded?;
        Ok(page)
    }

    /// Opens a page whose loading may fail.
    ///
    /// # Errors
    /// The page cannot be opened.
    pub async fn try_open(&self, url: Option<&str>) -> Answer<(Tab, Answer<Loaded>)> {
        let new = NewPage {
            url: url.map(str::to_owned),
            until: WaitUntil::Load,
        };
        let (page, loaded) = self.browser.open_page(&self.key, &new, &Call::within(PATIENCE)).await?;
        Ok((Tab(page), loaded))
    }
}

impl Room {
    /// Revives a page; answers the page that is there then, which may be another one in its place.
    pub(crate) async fn revive(&self, page: &Tab, call: &Call) -> Checked<Tab> {
        page.0.revive(call).await?;
        let mut told = self.sink.events().into_iter().filter_map(|event| match event {
            Event::PageOpened(opened) if opened.replaces.as_ref() == Some(page.key()) => Some(opened.page),
            _ => None,
        });
        Ok(told.next().map_or_else(|| page.clone(), Tab))
    }
}

/// A page, with short forms of what cases do all the time.
#[derive(Clone, Debug)]
pub struct Tab(pub Arc<dyn Page>);

impl Tab {
    /// Its key.
    pub fn key(&self) -> &PageKey {
        self.0.key()
    }

    /// Its address.
    ///
    /// # Errors
    /// As [`Page::url`].
    pub async fn url(&self) -> Answer<String> {
        self.0.url(&Call::within(PATIENCE)).await
    }

    /// Goes to an address and waits for its load event.
    ///
    /// # Errors
    /// As [`Page::navigate`].
    pub async fn goto(&self, url: &str) -> Answer<Loaded> {
        self.go(Target::Url(url.to_owned()), WaitUntil::Load).await
    }

    /// Navigates.
    ///
    /// # Errors
    /// As [`Page::navigate`].
    pub async fn go(&self, target: Target, until: WaitUntil) -> Answer<Loaded> {
        self.0
            .navigate(&Navigation { target, until }, &Call::within(PATIENCE))
            .await
    }

    /// Calls a function among the page's own scripts.
    ///
    /// # Errors
    /// As [`Page::evaluate`].
    pub async fn eval(&self, function: &str, args: Value) -> Answer<Value> {
        self.eval_in(World::Main, function, args, &Call::within(PATIENCE)).await
    }

    /// Calls a function; `args` is an array.
    ///
    /// # Errors
    /// As [`Page::evaluate`].
    pub async fn eval_in(&self, world: World, function: &str, args: Value, call: &Call) -> Answer<Value> {
        self.0.evaluate(&script(world, function, args), call).await
    }

    /// Calls a function in a frame, among its page's own scripts.
    ///
    /// # Errors
    /// As [`Frames::evaluate`](greenroom_session_core::backend::Frames::evaluate).
    pub async fn eval_frame(&self, frame: &FrameKey, function: &str, args: Value) -> Answer<Value> {
        self.eval_frame_in(frame, World::Main, function, args, &Call::within(PATIENCE))
            .await
    }

    /// Calls a function in a frame; `args` is an array.
    ///
    /// # Errors
    /// As [`Frames::evaluate`](greenroom_session_core::backend::Frames::evaluate).
    pub async fn eval_frame_in(
        &self,
        frame: &FrameKey,
        world: World,
        function: &str,
        args: Value,
        call: &Call,
    ) -> Answer<Value> {
        let script = script(world, function, args);
        self.0.frames()?.evaluate(frame, &script, call).await
    }

    /// The frames of the elements that a function finds in a frame; `None`: in the main frame.
    ///
    /// # Errors
    /// As [`Frames::find`](greenroom_session_core::backend::Frames::find).
    pub async fn find(&self, parent: Option<&FrameKey>, function: &str, args: Value) -> Answer<Vec<Option<FrameKey>>> {
        let script = script(World::Isolated, function, args);
        self.0.frames()?.find(parent, &script, &Call::within(PATIENCE)).await
    }

    /// Fails unless the page answers, and can be sent elsewhere.
    pub(crate) async fn is_usable(&self, site: &SiteUrls) -> Checked {
        let url = site.url("/title/Usable");
        let loaded = self
            .goto(&url)
            .await
            .map_err(|error| Failure(format!("not usable after it: {error:?}")))?;
        same("the address of a page that is still usable", loaded.url, url)?;
        same(
            "its title",
            self.eval(scripts::TITLE, json!([])).await?,
            json!("Usable"),
        )
    }
}

/// A function to call; `args` is an array, or the only argument.
fn script(world: World, function: &str, args: Value) -> Script {
    Script {
        function: function.to_owned(),
        args: match args {
            Value::Array(args) => args,
            other => vec![other],
        },
        world,
    }
}
