//! Looks for what nobody tells: windows that come and go, pages that go elsewhere by themselves, a driver that is gone.
//!
//! Soon after each command and then ever more seldom, down to once in a second. Of pages, only the one in the current
//! window is looked at: another one would have to become the current one for it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::command::Command;
use super::desk::Turn;
use super::error::Native;
use super::hub::Hub;
use super::page::ClassicPage;
use super::state;

/// How long after a command it is looked at first, and how long at most between two looks.
const SOON: Duration = Duration::from_millis(20);
const SELDOM: Duration = Duration::from_secs(1);

/// How long an answer is waited for that only a page that hangs does not give.
const MOMENT: Duration = Duration::from_millis(250);

/// Begins to look; ends with the session or with whoever is connected to it.
pub(crate) fn start(hub: &Arc<Hub>) {
    let (watched, lost) = (Arc::downgrade(hub), Arc::downgrade(hub));
    let wire = Arc::clone(&hub.wire);
    tokio::spawn(async move {
        let reason = wire.lost().await;
        if let Some(hub) = lost.upgrade() {
            hub.lost(&reason);
        }
    });
    tokio::spawn(watch(watched));
}

async fn watch(watched: Weak<Hub>) {
    let mut pause = SOON;
    loop {
        let Some(hub) = watched.upgrade().filter(|hub| hub.wire.lost_reason().is_none()) else {
            return;
        };
        tokio::select! {
            biased;
            () = hub.bell.notified() => {
                pause = SOON;
                continue;
            }
            _ = hub.wire.lost() => return,
            () = tokio::time::sleep(pause) => {}
        }
        // Who has the desk rings the bell.
        let Ok(turn) = Arc::clone(&hub.desk).try_lock_owned() else {
            continue;
        };
        if let Err(native) = hub.look_around(turn, pause < SELDOM).await {
            tracing::debug!(?native, "nothing was seen of the browser");
        }
        pause = (pause * 2).min(SELDOM);
    }
}

impl Hub {
    async fn look_around(self: &Arc<Self>, mut turn: Turn, closely: bool) -> Result<(), Native> {
        self.meet(&mut turn).await?;
        let page = turn.window.as_deref().and_then(|window| self.page(window));
        let Some(page) = page.filter(|page| turn.is_at(&page.page_key().0)) else {
            return Ok(());
        };
        let url = self.wire.send(Command::url()).await?;
        let (is_told, hangs) = {
            let facts = page.facts.borrow();
            (url.as_str() == Some(facts.told.url.as_str()), facts.hangs)
        };
        if hangs || (is_told && !closely) || self.enter(&mut turn, &[]).await.is_err() {
            return Ok(());
        }
        let wire = Arc::clone(&self.wire);
        let asked = async move { wire.send(Command::execute(state::ASK.to_owned())).await };
        if let Ok(Ok(answer)) = timeout(MOMENT, asked).await
            && let Ok(state) = state::read(answer)
        {
            page.saw(&state);
        }
        Ok(())
    }

    /// Looks at all windows, and tells those that were not known.
    pub(crate) async fn look_for_windows(self: &Arc<Self>) -> Result<(), Native> {
        let mut turn = self.turn().await;
        self.meet(&mut turn).await
    }

    /// Compares the windows with those that are known.
    async fn meet(self: &Arc<Self>, turn: &mut Turn) -> Result<(), Native> {
        let windows = self.windows().await?;
        let (gone, new) = {
            let router = self.lock();
            let known = router.pages.keys().chain(&router.others);
            let gone: Vec<_> = known.filter(|known| !windows.contains(known)).cloned().collect();
            let is_new = |window: &&String| !router.pages.contains_key(*window) && !router.others.contains(*window);
            let new: Vec<_> = windows.iter().filter(is_new).cloned().collect();
            (gone, if router.context.is_some() { new } else { Vec::new() })
        };
        for window in gone {
            if turn.is_at(&window) {
                turn.forget();
            }
            self.closed(&window);
        }
        for window in new {
            self.introduce(turn, &window).await?;
        }
        Ok(())
    }

    /// A window that was not opened by us is a page.
    async fn introduce(self: &Arc<Self>, turn: &mut Turn, window: &str) -> Result<(), Native> {
        let page = ClassicPage::new(self, window);
        let url = match self.arrive(turn, &page).await {
            Ok(()) => self.wire.send(Command::url()).await?,
            Err(Native::Gone) => return Ok(()),
            // It is told all the same: it can be closed when it answers.
            Err(Native::Hangs) => Value::from("about:blank"),
            Err(native) => return Err(native),
        };
        self.opened(&page, url.as_str().unwrap_or_default(), None);
        Ok(())
    }
}
