//! Which browser processes there are, and which sessions use them.
//!
//! Sessions with equal launch options share a process. It is started once however many ask at the same time, and ended
//! when its last session lets go of it; who asks in that moment waits for the end and gets a new one.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, watch};

use crate::backend::{Browser, Endpoint, LaunchOptions, Profile};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::process::{self, Ended, ProcessId};
use crate::store::SessionName;

/// How long a browser may take to end by itself, and again to end when it is terminated.
const GRACE: Duration = Duration::from_secs(3);

/// What two sessions must have in common to share a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PoolKey {
    /// The backend's name.
    pub backend: String,
    /// How the browser is started.
    pub options: LaunchOptions,
    /// The session that wants a process of its own.
    pub alone: Option<SessionName>,
}

/// The browser processes of a daemon.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    slots: Mutex<HashMap<PoolKey, Arc<Slot>>>,
}

#[derive(Debug)]
struct Slot {
    browser: OnceCell<Arc<dyn Browser>>,
    users: Mutex<usize>,
    /// Becomes true when the process has ended and the slot has left the pool.
    gone: watch::Sender<bool>,
}

/// A session's share of a browser; it must be given back by [`Lease::release`].
#[derive(Debug)]
pub(crate) struct Lease {
    pool: Arc<Pool>,
    key: PoolKey,
    slot: Arc<Slot>,
}

impl Pool {
    /// The browser of that key; made by `make` where there is none yet.
    pub(crate) async fn acquire<F>(
        self: &Arc<Self>,
        key: PoolKey,
        call: &Call,
        make: impl FnOnce() -> F,
    ) -> Result<(Arc<dyn Browser>, Lease)>
    where
        F: Future<Output = Result<Arc<dyn Browser>>>,
    {
        let lease = self.join(key, call).await?;
        let made = call
            .bound("the browser to start", lease.slot.browser.get_or_try_init(make))
            .await;
        match made.cloned() {
            Ok(browser) => Ok((browser, lease)),
            Err(error) => {
                lease.release(false).await;
                Err(error)
            }
        }
    }

    /// Becomes a user of the key's slot; waits while the former process is ending.
    async fn join(self: &Arc<Self>, key: PoolKey, call: &Call) -> Result<Lease> {
        loop {
            let slot = {
                let mut slots = self.lock();
                refuse_second_use(&slots, &key)?;
                let slot = Arc::clone(slots.entry(key.clone()).or_default());
                let mut users = slot.users.lock().unwrap_or_else(PoisonError::into_inner);
                if *users > 0 || slot.browser.get().is_none() {
                    *users += 1;
                    drop(users);
                    return Ok(Lease {
                        pool: Arc::clone(self),
                        key,
                        slot,
                    });
                }
                drop(users);
                slot
            };
            let mut gone = slot.gone.subscribe();
            call.bound("the former browser to end", async {
                // An error means that the slot was dropped, which is as good.
                let _ = gone.wait_for(|gone| *gone).await;
                Ok(())
            })
            .await?;
        }
    }

    /// How many processes there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Forgets a browser that is lost, so that the next session gets a new one. Its users still give their share back.
    pub(crate) fn lost(&self, lease: &Lease) {
        let mut slots = self.lock();
        if slots.get(&lease.key).is_some_and(|slot| Arc::ptr_eq(slot, &lease.slot)) {
            slots.remove(&lease.key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PoolKey, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            browser: OnceCell::new(),
            users: Mutex::new(0),
            gone: watch::Sender::new(false),
        }
    }
}

impl Lease {
    /// How many sessions use the browser.
    pub(crate) fn users(&self) -> usize {
        *self.slot.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the share back. The last one ends the browser, and answers what that needed; `None`: others still use it.
    pub(crate) async fn release(self, force: bool) -> Option<Ended> {
        let browser = self.leave()?;
        let ended = end(&*browser, force).await;
        self.pool.lost(&self);
        self.slot.gone.send_replace(true);
        Some(ended)
    }

    /// Stops being a user; answers the browser where it was the last.
    fn leave(&self) -> Option<Arc<dyn Browser>> {
        let mut slots = self.pool.lock();
        let mut users = self.slot.users.lock().unwrap_or_else(PoisonError::into_inner);
        *users -= 1;
        if *users > 0 {
            return None;
        }
        let browser = self.slot.browser.get().cloned();
        if browser.is_none() && slots.get(&self.key).is_some_and(|slot| Arc::ptr_eq(slot, &self.slot)) {
            slots.remove(&self.key);
        }
        browser
    }
}

/// A profile folder cannot be used by two processes: they would destroy it.
fn refuse_second_use(slots: &HashMap<PoolKey, Arc<Slot>>, key: &PoolKey) -> Result<()> {
    let Profile::Folder(folder) = &key.options.profile else {
        return Ok(());
    };
    let other = slots
        .keys()
        .any(|used| used.options.profile == key.options.profile && used != key);
    if !other {
        return Ok(());
    }
    Err(Error::new(
        Kind::NameInUse,
        format!(
            "the browser profile `{}` is in use by a browser with other options",
            folder.display()
        ),
    )
    .with_hint("greenroom list    # use the same options as the session that has it, or close that one"))
}

/// Ends a browser of ours for certain: asks it, terminates its process group, kills it; then removes its folder.
async fn end(browser: &dyn Browser, force: bool) -> Ended {
    let endpoint = browser.endpoint();
    let mut was_asked = false;
    if !force {
        match browser.close(&Call::within(GRACE)).await {
            Ok(()) => was_asked = true,
            Err(error) => tracing::debug!(%error, "the browser did not take the request to close"),
        }
    }
    match stop_and_remove(endpoint.process, endpoint, GRACE, force).await {
        // It did as it was asked before anybody looked.
        Ended::AlreadyGone if was_asked => Ended::ByItself,
        ended => ended,
    }
}

/// Ends the processes of a browser of ours and removes its folder.
///
/// `leader` is its process, where that was just held or is alive: the group of one that died long ago may have become
/// somebody else's.
pub(super) async fn stop_and_remove(
    leader: Option<ProcessId>,
    endpoint: &Endpoint,
    grace: Duration,
    force: bool,
) -> Ended {
    let ended = process::stop_all(leader, &endpoint.others, grace, force).await;
    for lock in &endpoint.locks {
        process::remove_stale(lock);
    }
    if let Some(folder) = &endpoint.temporary_profile {
        process::remove_folder(folder).await;
    }
    ended
}
