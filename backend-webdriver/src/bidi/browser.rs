//! A driver session that is connected to.

use std::sync::Arc;

use greenroom_session_core::backend::{Capability, CapabilitySet};
use greenroom_session_core::{Call, Result};

use super::connection::{self, Wire};
use super::hub::Hub;
use super::intercept::Intercept;
use super::protocol::browsing_context::GetTree;
use super::{Family, socket, subscribe};
use crate::browser::Dialect;

/// What BiDi can do at best.
pub(crate) const BEST: CapabilitySet = CapabilitySet::of(&[
    Capability::Screenshot,
    Capability::FullPageScreenshot,
    Capability::ScreenshotFormats,
    Capability::NetworkEvents,
    Capability::RequestInterception,
    Capability::RequestRewriting,
    Capability::ResponseBodies,
    Capability::ConsoleEvents,
    Capability::Dialogs,
    Capability::DialogsHeld,
    Capability::Downloads,
    Capability::IsolatedWorld,
    Capability::InitScripts,
    Capability::FramesCrossOrigin,
    Capability::Popups,
    Capability::Contexts,
    Capability::Storage,
    Capability::Viewport,
    Capability::Emulation,
    Capability::ExtraHeaders,
    Capability::Proxy,
    Capability::IgnoreHttpsErrors,
    Capability::Adoption,
    Capability::NavigationStatus,
    Capability::TrustedInput,
    Capability::Touch,
    Capability::FileUpload,
    Capability::FileChoosers,
    Capability::UserActions,
]);

/// What is known of a driver session before it is connected to.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The capability `webSocketUrl`.
    pub(crate) url: String,
    /// By the capability `browserName`.
    pub(crate) family: Family,
    /// We started it: its pages are set up. Of somebody else's, nothing is touched.
    pub(crate) owned: bool,
    /// We started it, and nobody sees its windows.
    pub(crate) headless: bool,
    /// Contexts are made in it; else there is only its own.
    pub(crate) isolates: bool,
    /// The page that the driver session needs: it is never told and never closed.
    pub(crate) keeper: Option<String>,
    /// The proxy that the session was started with.
    pub(crate) proxy: Option<String>,
    /// The capability `unhandledPromptBehavior` is `ignore`: dialogs are left to us.
    pub(crate) ignores_prompts: bool,
    /// The capability `acceptInsecureCerts`.
    pub(crate) accepts_insecure: bool,
    /// A former daemon has served it.
    pub(crate) adopted: bool,
}

impl Known {
    /// What such a session can do at best: a browser of one context takes what is set at the start, and an attached
    /// one's pages stay as they are.
    fn capabilities(&self) -> CapabilitySet {
        let mut all = BEST;
        if !self.isolates {
            all = all.without(Capability::Contexts);
        }
        if !self.isolates && self.proxy.is_none() {
            all = all.without(Capability::Proxy);
        }
        if !self.isolates && !self.accepts_insecure {
            all = all.without(Capability::IgnoreHttpsErrors);
        }
        if !self.ignores_prompts {
            all = all.without(Capability::Dialogs).without(Capability::DialogsHeld);
        }
        if self.family == Family::Firefox {
            // A fetch whose request is sent elsewhere is aborted, and one with another body is not answered.
            all = all.without(Capability::RequestRewriting);
        }
        if !self.owned {
            for emulated in [
                Capability::Emulation,
                Capability::Touch,
                Capability::ExtraHeaders,
                Capability::IgnoreHttpsErrors,
                Capability::Proxy,
                Capability::InitScripts,
                Capability::RequestInterception,
                Capability::RequestRewriting,
                Capability::Downloads,
                Capability::FileChoosers,
            ] {
                all = all.without(emulated);
            }
        }
        all
    }
}

/// A driver session that is connected to. Dropped, it lets go of the connection, and the session goes on.
#[derive(Debug)]
pub(crate) struct Bidi {
    pub(crate) wire: Wire,
    pub(crate) hub: Arc<Hub>,
    pub(crate) known: Arc<Known>,
    pub(super) capabilities: CapabilitySet,
    pub(super) intercept: Intercept,
}

impl Bidi {
    /// Connects, asks for events, and looks at what is there.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`](greenroom_session_core::Kind::BrowserLost) when nobody answers there.
    pub(crate) async fn connect(known: Known, call: &Call) -> Result<Arc<Self>> {
        let socket = socket::connect(&known.url, call).await?;
        let (wire, orders) = Wire::new();
        let known = Arc::new(known);
        let hub = Hub::new(wire.clone(), Arc::clone(&known));
        tokio::spawn(connection::run(known.url.clone(), socket, orders, Arc::clone(&hub)));
        let mut bidi = Self {
            wire,
            hub,
            capabilities: known.capabilities(),
            known,
            intercept: Intercept::default(),
        };
        let lacks = subscribe::subscribe(&bidi.wire, bidi.known.family, call).await?;
        for missing in lacks.iter() {
            bidi.capabilities = bidi.capabilities.without(missing);
        }
        let tree = bidi
            .wire
            .call(GetTree::default(), "look at the browser's pages", call)
            .await?;
        bidi.hub.lock().resync(tree);
        Ok(Arc::new(bidi))
    }
}

impl Drop for Bidi {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn known() -> Known {
        Known {
            url: String::new(),
            family: Family::Firefox,
            owned: true,
            headless: true,
            isolates: true,
            keeper: None,
            proxy: None,
            ignores_prompts: true,
            accepts_insecure: false,
            adopted: false,
        }
    }

    #[test]
    fn what_is_in_effect_depends_on_whose_browser_it_is() {
        assert_eq!(known().capabilities(), BEST.without(Capability::RequestRewriting));
        let chromium = Known {
            family: Family::Chromium,
            ..known()
        };
        assert_eq!(chromium.capabilities(), BEST);
        let persistent = Known {
            isolates: false,
            proxy: Some("http://127.0.0.1:3128".into()),
            ..known()
        };
        assert!(!persistent.capabilities().has(Capability::Contexts));
        assert!(
            persistent.capabilities().has(Capability::Proxy) && persistent.capabilities().has(Capability::Emulation)
        );
        let attached = Known {
            owned: false,
            ignores_prompts: false,
            ..persistent
        };
        for missing in [
            Capability::Dialogs,
            Capability::Emulation,
            Capability::Downloads,
            Capability::Proxy,
        ] {
            assert!(!attached.capabilities().has(missing), "{missing}");
        }
        assert!(attached.capabilities().has(Capability::Screenshot));
    }
}
