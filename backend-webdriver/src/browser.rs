//! A browser behind a driver, whichever way it is spoken to.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Adjustment, Browser, BrowserIdentity, CapabilitySet, ContextKey, ContextOptions, Endpoint, EventSink, Interception,
    Loaded, NewPage, Page, Storage,
};
use greenroom_session_core::{Call, Result, process};

use crate::kept::Kept;

/// How long a driver may take to end a session: with a page that hangs it takes longer than anybody wants to wait.
const ENDS: Duration = Duration::from_secs(2);

/// How a driver session is spoken to: by WebDriver BiDi, or by the classic commands alone. The methods are those of
/// [`Browser`].
#[async_trait]
pub(crate) trait Dialect: Debug + Send + Sync {
    /// What is in effect.
    fn capabilities(&self) -> CapabilitySet;

    /// Makes a context.
    async fn open_context(&self, options: &ContextOptions, sink: Arc<dyn EventSink>, call: &Call)
    -> Result<ContextKey>;

    /// Takes one over.
    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()>;

    /// Ends one.
    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()>;

    /// Opens a page.
    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)>;

    /// Changes how one is set up.
    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()>;

    /// Cookies.
    fn storage(&self) -> Result<&dyn Storage>;

    /// Requests held.
    fn interception(&self) -> Result<&dyn Interception>;

    /// Lets go of the connection; the driver session goes on.
    fn let_go(&self);
}

/// A driver session that is spoken to.
#[derive(Debug)]
pub(crate) struct WebDriverBrowser {
    pub(crate) kept: Kept,
    pub(crate) endpoint: Endpoint,
    pub(crate) dialect: Arc<dyn Dialect>,
}

#[async_trait]
impl Browser for WebDriverBrowser {
    fn identity(&self) -> &BrowserIdentity {
        &self.kept.identity
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn capabilities(&self) -> CapabilitySet {
        self.dialect.capabilities()
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        self.dialect.open_context(options, sink, call).await
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        self.dialect.adopt_context(key, options, sink, call).await
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        self.dialect.close_context(key, call).await
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        self.dialect.open_page(context, new, call).await
    }

    /// Ends the session, then the driver: it would wait for the next one.
    async fn close(&self, call: &Call) -> Result<()> {
        self.dialect.let_go();
        if !self.kept.owned {
            return Ok(());
        }
        let ended = self.kept.session(&self.endpoint).end(&call.at_most(ENDS)).await;
        for process in self.endpoint.process.iter().chain(&self.endpoint.others) {
            process::ask_to_end(*process);
        }
        ended
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.dialect.capabilities().require(adjustment.needs())?;
        self.dialect.adjust(context, adjustment, call).await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        self.dialect.storage()
    }

    fn interception(&self) -> Result<&dyn Interception> {
        self.dialect.interception()
    }
}
