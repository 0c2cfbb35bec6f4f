//! Pages whose renderer hangs: WebKit loads nothing in such a window any more, so another one takes its place.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{Navigation, Target, WaitUntil};
use greenroom_session_core::{Call, Result};

use super::command::Command;
use super::desk::Turn;
use super::error::Native;
use super::hub::Hub;
use super::page::ClassicPage;

const DOING: &str = "revive the page";

/// How long its address may take to be told.
const TELLS: Duration = Duration::from_secs(2);

impl ClassicPage {
    /// As [`Page::revive`](greenroom_session_core::backend::Page::revive).
    pub(crate) async fn revive(self: &Arc<Self>, call: &Call) -> Result<()> {
        let (page, url) = call
            .bound("the page to be revived", async {
                let url = match tokio::time::timeout(TELLS, self.address()).await {
                    Ok(url) => url.map_err(|native| native.into_error(DOING))?,
                    Err(_) => self.facts.borrow().told.url.clone(),
                };
                let page = self.usable().await.map_err(|native| native.into_error(DOING))?;
                Ok((page, url))
            })
            .await?;
        let to = Navigation {
            target: Target::Url(url),
            until: WaitUntil::Load,
        };
        page.go(&to, call).await.map(drop)
    }

    /// This page when it answers, else another one in its place.
    async fn usable(self: &Arc<Self>) -> Result<Arc<Self>, Native> {
        let hub = self.hub()?;
        let turn = hub.turn().await;
        let page = Arc::clone(self);
        // Begun, it is brought to its end.
        let work = tokio::spawn(async move { hub.usable(turn, page).await });
        work.await.map_err(|error| Native::Malformed(error.to_string()))?
    }
}

impl Hub {
    async fn usable(self: Arc<Self>, mut turn: Turn, page: Arc<ClassicPage>) -> Result<Arc<ClassicPage>, Native> {
        let window = &page.page_key().0;
        let answers = if page.facts.borrow().hangs {
            false
        } else {
            match self.arrive(&mut turn, &page).await {
                Ok(()) => self.answers(&mut turn, &page).await,
                Err(Native::Hangs) => false,
                Err(native) => return Err(native),
            }
        };
        if answers {
            return Ok(page);
        }
        tracing::info!(%window, "the page's renderer hangs: another window takes its place");
        let is_here = turn.is_at(window);
        let handle = self.new_window(&mut turn).await?;
        self.give_up(window, false);
        let new = ClassicPage::new(&self, &handle);
        self.opened(&new, "about:blank", Some(page.page_key().clone()));
        if is_here {
            self.wire.send(Command::close()).await?;
            turn.forget();
            self.closed(window);
        } else {
            self.close_later(&page);
        }
        Ok(new)
    }

    /// Closes a window that cannot be reached as soon as it can.
    pub(crate) fn close_later(self: &Arc<Self>, page: &Arc<ClassicPage>) {
        let (hub, page) = (Arc::downgrade(self), Arc::clone(page));
        tokio::spawn(async move {
            let mut facts = page.facts.subscribe();
            // It is there as long as the page.
            let _ = facts.wait_for(|facts| !facts.hangs || facts.lost).await;
            if let Some(hub) = hub.upgrade() {
                hub.close_stray(&page.page_key().0).await;
            }
        });
    }

    async fn close_stray(&self, window: &str) {
        let mut turn = self.turn().await;
        turn.forget();
        if self.wire.send(Command::switch(window)).await.is_ok() {
            // It is nobody's any more: whatever comes of it.
            let _ = self.wire.send(Command::close()).await;
        }
        self.closed(window);
    }
}
