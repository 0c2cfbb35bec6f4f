//! Requests that are held for the scripts of the session: told, decided by them, and let go of when nobody decides.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::live::Session;
use super::taps::request;
use crate::backend::{Changes, HeldRequest, Verdict};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::script::Happening;

/// How long the browser may take to let go of what no script decides.
const LETS_GO: Duration = Duration::from_secs(5);

/// The requests that scripts hold.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    inner: Mutex<Inner>,
    /// Held while the browser is told whether to hold requests, so that what is told last is what is wanted.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Told to a script, and not decided yet.
    held: Vec<String>,
    /// A script wants requests to be held.
    wanted: bool,
    /// The browser holds them.
    is_on: bool,
}

impl Routes {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one out that was told.
    fn take(&self, hold: &str) -> bool {
        let held = &mut self.lock().held;
        let place = held.iter().position(|other| other == hold);
        place.map(|place| held.swap_remove(place)).is_some()
    }
}

impl Session {
    /// Has the browser hold requests for a script, or no more.
    pub(crate) async fn hold_requests(&self, on: bool, call: &Call) -> Result<()> {
        self.routes.lock().wanted = on;
        self.settle_routes(call).await
    }

    async fn settle_routes(&self, call: &Call) -> Result<()> {
        let _turn = self.routes.turn.lock().await;
        let wanted = {
            let mut inner = self.routes.lock();
            if inner.wanted == inner.is_on {
                return Ok(());
            }
            // A call that is given up may have been heard.
            inner.is_on = true;
            inner.wanted
        };
        let (browser, context) = self.browser()?;
        browser.interception()?.intercept(&context, wanted, call).await?;
        self.routes.lock().is_on = wanted;
        Ok(())
    }

    /// Decides about a request that a script was told of.
    ///
    /// # Errors
    /// [`Kind::Usage`] for one that is decided, and for what no request can be changed to; [`Kind::Unsupported`] for what the
    /// browser cannot change: such a request is held still.
    pub(crate) async fn release_request(&self, hold: &str, verdict: &Verdict, call: &Call) -> Result<()> {
        if !self.routes.take(hold) {
            return Err(Error::new(Kind::Usage, "Route is already handled!"));
        }
        let (browser, context) = self.browser()?;
        let released = browser.interception()?.release(&context, hold, verdict, call).await;
        let is_held_still = |error: &Error| matches!(error.kind(), Kind::Usage | Kind::Unsupported);
        if released.as_ref().is_err_and(is_held_still) {
            self.routes.lock().held.push(hold.to_owned());
        }
        released
    }

    /// A request is held: a script is told of it, or it goes on. What a redirect leads to goes on.
    pub(super) fn is_routed(self: &Arc<Self>, held: &HeldRequest) {
        let tap = self.taps.wanting(&[Happening::Route]).into_iter().next();
        let Some(tap) = tap.filter(|_| !held.is_redirect) else {
            self.lets_go(&held.hold);
            return;
        };
        let id = self.lock().id_of(held.request.page.as_ref());
        let detail = json!({
            "hold": held.hold,
            "isPreflight": held.is_preflight(),
            "request": request(&held.request),
        });
        self.routes.lock().held.push(held.hold.clone());
        if !tap.tell("request-held", id.as_deref(), &detail) && self.routes.take(&held.hold) {
            self.lets_go(&held.hold);
        }
    }

    /// No script decides any more.
    pub(super) fn ends_routes(self: &Arc<Self>) {
        let held = {
            let mut inner = self.routes.lock();
            inner.wanted = false;
            if !inner.is_on && inner.held.is_empty() {
                return;
            }
            std::mem::take(&mut inner.held)
        };
        let session = Arc::clone(self);
        tokio::spawn(async move {
            let call = Call::within(LETS_GO);
            if let Err(error) = session.settle_routes(&call).await {
                tracing::debug!(%error, "requests are held still");
            }
            session.go_on(&held, &call).await;
        });
    }

    fn lets_go(self: &Arc<Self>, hold: &str) {
        let (session, held) = (Arc::clone(self), [hold.to_owned()]);
        tokio::spawn(async move { session.go_on(&held, &Call::within(LETS_GO)).await });
    }

    /// Requests go on as they are.
    async fn go_on(&self, held: &[String], call: &Call) {
        let Ok((browser, context)) = self.browser() else { return };
        let Ok(interception) = browser.interception() else {
            return;
        };
        let verdict = Verdict::Continue(Changes::default());
        for hold in held {
            // It may have gone, or gone on with all others.
            let _ = interception.release(&context, hold, &verdict, call).await;
        }
    }
}
