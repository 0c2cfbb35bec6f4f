//! What every call carries: its deadline, its cancellation and the id of the command that caused it.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::{Applied, Error, Kind, Result};

/// The context of one call; handed to every backend method. Clones share the cancellation.
#[derive(Clone, Debug)]
pub struct Call {
    op: String,
    deadline: Option<Instant>,
    cancel: CancellationToken,
}

impl Call {
    /// A call for the command with the id `op`, that ends at `deadline` and when `cancel` is cancelled.
    pub fn new(op: impl Into<String>, deadline: Option<Instant>, cancel: CancellationToken) -> Self {
        Self {
            op: op.into(),
            deadline,
            cancel,
        }
    }

    /// A call that has `limit` from now on and that nobody cancels: for greenroom's own work and for tests.
    pub fn within(limit: Duration) -> Self {
        Self::new("", Some(Instant::now() + limit), CancellationToken::new())
    }

    /// The id of the command that caused it; empty for greenroom's own work.
    pub fn op(&self) -> &str {
        &self.op
    }

    /// When the call ends; `None`: never.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What is left until the deadline; `None`: no deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the caller went away.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The token that is cancelled when the caller goes away.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancel
    }

    /// The same call with at most `limit` left.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        let limit = Instant::now() + limit;
        Self {
            deadline: Some(self.deadline.map_or(limit, |deadline| deadline.min(limit))),
            ..self.clone()
        }
    }

    /// Runs `work` until it is done, the deadline passes or the caller goes away; `what` names it in the error.
    ///
    /// # Errors
    /// [`Kind::Timeout`] and [`Kind::Cancelled`], with `applied: unknown`; else what `work` answers.
    pub async fn bound<T>(&self, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        let expired = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            result = work => result,
            () = self.cancel.cancelled() => Err(Self::cancelled(what)),
            () = expired => Err(Self::expired(what)),
        }
    }

    /// The error of a call that ended at its deadline.
    pub fn expired(what: &str) -> Error {
        Error::new(Kind::Timeout, format!("deadline passed while waiting for {what}")).with_applied(Applied::Unknown)
    }

    fn cancelled(what: &str) -> Error {
        Error::new(Kind::Cancelled, format!("cancelled while waiting for {what}")).with_applied(Applied::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_names_what_it_waited_for() {
        let call = Call::within(Duration::from_secs(3));
        let error = call
            .bound("the load event", std::future::pending::<Result<()>>())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Timeout);
        assert!(error.message().contains("the load event"));
    }

    #[tokio::test]
    async fn cancelling_ends_the_call() {
        let cancel = CancellationToken::new();
        let call = Call::new("op-1", None, cancel.clone());
        cancel.cancel();
        let error = call
            .bound("it", std::future::pending::<Result<()>>())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Cancelled);
    }

    #[tokio::test]
    async fn at_most_never_lengthens() {
        let call = Call::within(Duration::from_secs(1));
        assert!(call.at_most(Duration::from_mins(1)).remaining().unwrap() <= Duration::from_secs(1));
    }
}
