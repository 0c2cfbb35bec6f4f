//! The time of scripted delays: real, or moved by hand.

use std::time::Duration;

use tokio::sync::watch;

/// A clock that runs by itself until somebody takes it over.
#[derive(Debug)]
pub(super) struct Clock {
    /// `Some`: moved by hand, and this late.
    now: watch::Sender<Option<Duration>>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            now: watch::Sender::new(None),
        }
    }

    /// From now on time passes only by [`Clock::advance`].
    pub(super) fn take_over(&self) {
        self.now.send_modify(|now| {
            now.get_or_insert(Duration::ZERO);
        });
    }

    pub(super) fn advance(&self, by: Duration) {
        self.now.send_modify(|now| *now = Some(now.unwrap_or_default() + by));
    }

    /// Waits until `time` has passed.
    pub(super) async fn sleep(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        let mut now = self.now.subscribe();
        let start = *now.borrow();
        match start {
            None => tokio::time::sleep(time).await,
            Some(start) => {
                let due = start + time;
                // The sender lives as long as `self`: the wait cannot fail.
                let _ = now.wait_for(|now| now.is_none_or(|now| now >= due)).await;
            }
        }
    }
}
