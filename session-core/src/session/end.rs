//! Ending a session, and shelving it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::live::{Hold, Session};
use super::machine::Input;
use super::pool::stop_and_remove;
use crate::backend::Endpoint;
use crate::call::Call;
use crate::error::{Error, Kind};
use crate::process::{Ended, ProcessId};
use crate::store::{Listed, Outcome, Ownership, Phase, StateRecord};

/// How long a browser may take to close a session's context.
const CONTEXT_GRACE: Duration = Duration::from_secs(3);

/// What became of the browser of a session that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrowserEnd {
    /// It ended, and this was needed.
    Ended(Ended),
    /// Others still use it.
    Shared,
    /// It is somebody else's, and was let go.
    Detached,
    /// There was none.
    None,
}

impl BrowserEnd {
    /// The word for it in results.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ended(Ended::ByItself) => "asked",
            Self::Ended(Ended::Terminated) => "terminated",
            Self::Ended(Ended::Killed) => "killed",
            Self::Ended(Ended::AlreadyGone) | Self::None => "gone",
            Self::Shared => "shared",
            Self::Detached => "detached",
        }
    }
}

impl Session {
    /// Ends the session for good. Its commands are cancelled, its browser is let go of, its logs stay. Idempotent.
    ///
    /// `force` kills a browser of ours at once instead of asking.
    pub(crate) async fn finish(self: &Arc<Self>, input: Input, reason: &str, force: bool) -> BrowserEnd {
        // A browser that a former daemon left running is taken over first, so that it can be ended in good order; of one
        // that is dead, the folder goes.
        if self.orphan().is_some()
            && let Err(error) = self.adopt_running(&Call::within(CONTEXT_GRACE)).await
        {
            tracing::debug!(session = %self.name(), %error, "the browser could not be adopted to be closed");
        }
        let hold = {
            let mut inner = self.lock();
            if !inner.advance(input) {
                return BrowserEnd::None;
            }
            inner.record.reason = Some(reason.to_owned());
            inner.handles.clear();
            inner.hold.take()
        };
        self.ended.cancel();
        self.write_person();
        let end = self.release(hold, force).await;
        self.log(
            "info",
            "the session has ended",
            json!({ "reason": reason, "browser": end.word() }),
        );
        self.save().await;
        self.shared.changed.notify_one();
        end
    }

    /// The error of a command in whose middle the session ended.
    pub(crate) fn end_error(&self) -> Error {
        let record = self.record();
        let reason = record.reason.unwrap_or_default();
        let kind = match record.outcome {
            Some(Outcome::Error) => Kind::BrowserLost,
            _ => Kind::SessionEnded,
        };
        Error::new(
            kind,
            format!("session `{}` ended while the command ran: {reason}", self.name()),
        )
        .with_retry(false)
        .with_hint(format!("greenroom open URL --session {}", self.name()))
    }

    /// Closes the browser and keeps what the session can be restored from.
    pub(crate) async fn shelve(self: &Arc<Self>) -> bool {
        self.keep_storage().await;
        let hold = {
            let mut inner = self.lock();
            let attached = inner.hold.as_ref().is_some_and(|hold| hold.lease.is_none());
            // Of an attached browser only our connection goes: a new daemon makes it again.
            if !attached && !inner.advance(Input::Shelved) {
                return false;
            }
            inner.refs.rest();
            inner.hold.take()
        };
        // The record is written first: pages that close with the browser are not the user's doing.
        self.save().await;
        self.write_person();
        self.release(hold, false).await;
        self.log("info", "the session was hibernated", json!(null));
        self.shared.changed.notify_one();
        true
    }

    /// The browser of ours that is not held; it may have died since.
    fn orphan(&self) -> Option<Endpoint> {
        let inner = self.lock();
        let loose = inner.hold.is_none() && inner.lost.is_none() && inner.record.phase != Phase::Hibernated;
        let endpoint = inner.record.endpoint.as_ref();
        endpoint
            .filter(|_| loose && inner.record.ownership == Ownership::Owned)
            .cloned()
    }

    /// Ends a browser of ours that could not be adopted, unless another session uses it too; of a dead one, removes what
    /// is left.
    async fn end_orphan(&self, force: bool) -> BrowserEnd {
        let Some(endpoint) = self.orphan().filter(|endpoint| endpoint.process.is_some()) else {
            return BrowserEnd::None;
        };
        let leader = endpoint.process.filter(|process| process.is_alive());
        if leader.is_some_and(|leader| self.is_used_by_others(leader)) {
            return BrowserEnd::Shared;
        }
        let ended = stop_and_remove(leader, &endpoint, CONTEXT_GRACE, force).await;
        leader.map_or(BrowserEnd::None, |_| BrowserEnd::Ended(ended))
    }

    /// Whether another session that has not ended has its context in that browser.
    fn is_used_by_others(&self, process: ProcessId) -> bool {
        let uses = |other: &StateRecord| {
            let endpoint = other.endpoint.as_ref();
            other.session != *self.name()
                && !other.is_ended()
                && endpoint.is_some_and(|used| used.process == Some(process))
        };
        let listed = self.shared.store.list().unwrap_or_default();
        listed
            .iter()
            .any(|listed| matches!(listed, Listed::Session(other) if uses(other)))
    }

    async fn release(&self, hold: Option<Hold>, force: bool) -> BrowserEnd {
        let Some(Hold {
            browser,
            context,
            lease,
        }) = hold
        else {
            return self.end_orphan(force).await;
        };
        let call = Call::within(CONTEXT_GRACE);
        match lease {
            None => {
                let _ = browser.close_context(&context, &call).await;
                let _ = browser.close(&call).await;
                BrowserEnd::Detached
            }
            Some(lease) => {
                if lease.users() > 1
                    && let Err(error) = browser.close_context(&context, &call).await
                {
                    tracing::debug!(session = %self.name(), %error, "the context did not close");
                }
                match lease.release(force).await {
                    Some(ended) => BrowserEnd::Ended(ended),
                    None => BrowserEnd::Shared,
                }
            }
        }
    }
}
