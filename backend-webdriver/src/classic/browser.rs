//! A driver session that is connected to.

use std::sync::Arc;

use greenroom_session_core::backend::{Capability, CapabilitySet};
use greenroom_session_core::{Call, Result};
use url::Url;

use super::command::Command;
use super::hub::Hub;
use super::watch;
use crate::browser::Dialect;

/// What classic WebDriver can do at best, on WebKit.
pub(crate) const BEST: CapabilitySet = CapabilitySet::of(&[
    Capability::Screenshot,
    Capability::FramesCrossOrigin,
    Capability::Viewport,
    Capability::Proxy,
    Capability::IgnoreHttpsErrors,
    Capability::Adoption,
    Capability::TrustedInput,
    Capability::FileUpload,
]);

/// What is known of a driver session before it is connected to.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Where the driver listens.
    pub(crate) driver: Url,
    /// The driver session's id.
    pub(crate) session: String,
    /// We started it: its pages are set up. Of somebody else's, nothing is touched.
    pub(crate) owned: bool,
    /// The window that the driver session needs: it is never told and never closed.
    pub(crate) keeper: Option<String>,
    /// The proxy that the session was started with.
    pub(crate) proxy: Option<String>,
    /// The capability `acceptInsecureCerts`.
    pub(crate) accepts_insecure: bool,
}

impl Known {
    /// What such a session can do. Proxy and certificates are set when a browser of ours is started for its only context.
    fn capabilities(&self) -> CapabilitySet {
        if self.owned {
            return BEST;
        }
        BEST.without(Capability::Proxy).without(Capability::IgnoreHttpsErrors)
    }
}

/// A driver session that is connected to. Dropped, it lets go, and the session goes on.
#[derive(Debug)]
pub(crate) struct Classic {
    pub(crate) hub: Arc<Hub>,
    pub(super) capabilities: CapabilitySet,
}

impl Classic {
    /// Looks whether the session is there.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`](greenroom_session_core::Kind::BrowserLost) when it is not.
    pub(crate) async fn connect(known: Known, call: &Call) -> Result<Arc<Self>> {
        let capabilities = known.capabilities();
        let hub = Hub::new(known);
        call.bound("the driver", async {
            let windows = hub.wire.send(Command::windows()).await;
            windows.map_err(|native| native.into_error("connect to the driver session"))
        })
        .await?;
        watch::start(&hub);
        Ok(Arc::new(Self { hub, capabilities }))
    }
}

impl Drop for Classic {
    fn drop(&mut self) {
        self.let_go();
    }
}
