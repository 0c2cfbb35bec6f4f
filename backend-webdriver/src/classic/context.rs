//! The only context of a driver session: opened, taken over, and given pages.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Adjustment, Capability, CapabilitySet, ContextKey, ContextOptions, EventSink, Interception, Loaded, Navigation,
    NewPage, Page, Storage, Target,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;
use tokio::time::timeout;

use super::browser::Classic;
use super::command::Command;
use super::desk::Turn;
use super::error::Native;
use super::hub::{Context, Hub};
use super::page::{ClassicPage, Handle};
use crate::browser::Dialect;
use crate::options;

/// How long the driver may be silent about something that no page can delay.
const SILENCE: Duration = Duration::from_secs(10);

/// The context's key: there is only one.
const DEFAULT: &str = "default";

fn gone(key: &ContextKey) -> Error {
    Error::new(Kind::BrowserLost, format!("the context `{}` is gone", key.0))
}

#[async_trait]
impl Dialect for Classic {
    fn capabilities(&self) -> CapabilitySet {
        self.capabilities
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        self.require(options)?;
        if let Some(reason) = self.hub.wire.lost_reason() {
            return Err(Native::Lost(reason).into_error("open a context"));
        }
        if self.hub.lock().context.is_some() {
            return Err(Error::unsupported(Capability::Contexts));
        }
        // Nobody is told that it cannot be used before it is asked for a page.
        call.bound("the driver", async {
            let answer = self.hub.wire.send(Command::windows()).await;
            answer.map_err(|native| native.into_error("open a context"))
        })
        .await?;
        let key = ContextKey(DEFAULT.to_owned());
        self.serve(&key, options, sink);
        if !self.hub.known.owned {
            self.hub
                .look_for_windows()
                .await
                .map_err(|native| native.into_error("open a context"))?;
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
        if key.0 != DEFAULT {
            return Err(gone(key));
        }
        self.serve(key, options, sink);
        let found = call
            .bound("the pages of the context", async {
                let found = self.hub.look_for_windows().await;
                found.map_err(|native| native.into_error("adopt a context"))
            })
            .await;
        if found.is_err() {
            self.hub.lock().context = None;
        }
        found
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        self.known_context(key)?;
        let pages: Vec<_> = self.hub.lock().pages.values().cloned().collect();
        if self.hub.known.owned {
            for page in pages {
                match Handle(page).close(call).await {
                    Err(error) if error.kind() != Kind::PageGone => return Err(error),
                    _ => {}
                }
            }
        } else {
            let mut router = self.hub.lock();
            for (_, page) in router.pages.drain() {
                page.facts.send_modify(|facts| facts.closed = true);
            }
        }
        self.hub.lock().context = None;
        Ok(())
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        self.known_context(context)?;
        let page = call
            .bound("the new page", async {
                let page = self.hub.open_page().await;
                let page = page.map_err(|native| native.into_error("open a page"))?;
                let size = self
                    .hub
                    .lock()
                    .context
                    .as_ref()
                    .and_then(|context| context.options.viewport);
                if let Some(size) = size.filter(|_| self.hub.known.owned) {
                    page.resize(size).await?;
                }
                Ok(page)
            })
            .await?;
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

    async fn adjust(&self, _: &ContextKey, adjustment: &Adjustment, _: &Call) -> Result<()> {
        Err(Error::unsupported(adjustment.needs()))
    }

    /// The driver tells the cookies of the current page's site only.
    fn storage(&self) -> Result<&dyn Storage> {
        Err(Error::unsupported(Capability::Storage))
    }

    fn interception(&self) -> Result<&dyn Interception> {
        Err(Error::unsupported(Capability::RequestInterception))
    }

    fn let_go(&self) {
        self.hub.wire.lose("it was let go of");
    }
}

impl Classic {
    /// Answers `Unsupported` for the first option that this browser cannot keep. Of an attached browser, none is applied.
    fn require(&self, options: &ContextOptions) -> Result<()> {
        let (has, known) = (self.capabilities(), &self.hub.known);
        if options.proxy.is_some() && options.proxy != known.proxy {
            return Err(Error::unsupported(Capability::Proxy));
        }
        if !known.owned {
            return Ok(());
        }
        if options.ignore_https_errors && !known.accepts_insecure {
            return Err(Error::unsupported(Capability::IgnoreHttpsErrors));
        }
        options::require(options, has)
    }

    fn serve(&self, key: &ContextKey, options: &ContextOptions, sink: Arc<dyn EventSink>) {
        self.hub.lock().context = Some(Context {
            key: key.clone(),
            options: options.clone(),
            sink,
        });
    }

    fn known_context(&self, key: &ContextKey) -> Result<()> {
        if let Some(reason) = self.hub.wire.lost_reason() {
            return Err(Native::Lost(reason).into_error("use the context"));
        }
        let router = self.hub.lock();
        match &router.context {
            Some(context) if context.key == *key => Ok(()),
            _ => Err(gone(key)),
        }
    }
}

impl Hub {
    /// A new page, blank.
    async fn open_page(self: &Arc<Self>) -> Result<Arc<ClassicPage>, Native> {
        let mut turn = self.turn().await;
        let hub = Arc::clone(self);
        // Begun, it is brought to its end: the window is told, whoever still waits for it.
        let opening = tokio::spawn(async move {
            let window = hub.new_window(&mut turn).await?;
            let page = ClassicPage::new(&hub, &window);
            hub.opened(&page, "about:blank", None);
            Ok(page)
        });
        opening.await.map_err(|error| Native::Malformed(error.to_string()))?
    }

    /// Opens a window. The driver must have a current one for it, and keeps that.
    pub(crate) async fn new_window(&self, turn: &mut Turn) -> Result<String, Native> {
        if turn.window.is_none() {
            let windows = self.windows().await?;
            let keeper = self.known.keeper.iter().find(|keeper| windows.contains(keeper));
            let window = keeper.or(windows.first()).cloned();
            let window = window.ok_or_else(|| Native::Malformed(String::from("there is no window")))?;
            self.wire.send(Command::switch(&window)).await?;
            turn.forget();
            turn.window = Some(window);
        }
        let mut answer = self.wire.send(Command::open()).await;
        if answer.as_ref().is_err_and(|native| native.is("unexpected alert open")) {
            self.dismiss().await;
            answer = self.wire.send(Command::open()).await;
        }
        let answer = answer?;
        let window = answer.get("handle").and_then(Value::as_str);
        window
            .map(str::to_owned)
            .ok_or_else(|| Native::Malformed(format!("a new window is {answer}")))
    }

    /// All windows, pages or not.
    pub(crate) async fn windows(&self) -> Result<Vec<String>, Native> {
        let lose = |reason: &str| {
            self.wire.lose(reason);
            Native::Lost(self.wire.lost_reason().unwrap_or_default())
        };
        let answer = match timeout(SILENCE, self.wire.send(Command::windows())).await {
            // WebKit's driver is silent for some seconds when the process of a page has died that was not the current one.
            Ok(Err(native)) if native.is("unknown error") => return Err(lose("the driver has no browser any more")),
            Ok(answer) => answer?,
            Err(_) => return Err(lose("the driver answers nothing any more")),
        };
        serde_json::from_value(answer).map_err(|error| Native::Malformed(error.to_string()))
    }

    /// Closes the window of a page. The session needs one: it gets another one before its last is closed.
    pub(crate) async fn close_window(&self, mut turn: Turn, page: &Arc<ClassicPage>) -> Result<(), Native> {
        self.arrive(&mut turn, page).await?;
        if self.known.keeper.is_none() && self.windows().await?.len() < 2 {
            let keeper = self.new_window(&mut turn).await?;
            self.lock().others.insert(keeper);
        }
        self.wire.send(Command::close()).await?;
        turn.forget();
        self.closed(&page.page_key().0);
        Ok(())
    }
}
