//! The pages of a session.

use std::time::Duration;

use async_trait::async_trait;
use greenroom_policy::DialogMode;

use super::{title, visit, web_address};
use crate::backend::{Navigation, NewPage, Target};
use crate::error::{Error, Kind, Result};
use crate::op::{PageInfo, PageList, Pages, TabClose, TabClosed, TabNew, TabSelect, Visit};
use crate::service::dispatch::{Run, Stage};
use crate::session::notes;

/// How long the pages may take to tell their titles; of one that hangs, the last known one is shown.
const TITLES: Duration = Duration::from_millis(300);

#[async_trait]
impl Run for Pages {
    async fn run(self, stage: &mut Stage) -> Result<PageList> {
        let session = stage.session()?.clone();
        let pages: Vec<_> = session.lock().handles.values().cloned().collect();
        let call = stage.call.at_most(TITLES);
        let mut titles = tokio::task::JoinSet::new();
        for page in pages {
            let call = call.clone();
            titles.spawn(async move { (page.key().clone(), title(&*page, &call).await) });
        }
        while let Some(told) = titles.join_next().await {
            if let Ok((key, Ok(title))) = told {
                session.lock().book.titled(&key, &title);
            }
        }
        let mut pages = session.lock().book.infos();
        for dialog in session.dialogs.all() {
            let id = session.lock().book.by_key(&dialog.page).map(|entry| entry.id.clone());
            if let Some(page) = pages.iter_mut().find(|page| Some(&page.id) == id.as_ref()) {
                page.dialog = Some(notes::called(&dialog));
            }
        }
        Ok(PageList { pages })
    }
}

#[async_trait]
impl Run for TabNew {
    async fn run(self, stage: &mut Stage) -> Result<Visit> {
        let url = self.url.as_deref().map(web_address).transpose()?;
        open_page(
            stage,
            NewPage {
                url,
                until: self.wait_until.unwrap_or_default(),
            },
        )
        .await
    }
}

/// Opens a page, makes it the default and answers what it shows.
pub(in crate::service) async fn open_page(stage: &mut Stage, new: NewPage) -> Result<Visit> {
    let session = stage.session()?.clone();
    let (browser, context) = session.browser()?;
    // A page that may wait in a dialog while it loads is reached before that.
    let asks = session.lock().record.dialogs == DialogMode::Ask;
    let first = NewPage {
        url: new.url.clone().filter(|_| !asks),
        until: new.until,
    };
    let (page, loaded) = browser.open_page(&context, &first, &stage.call).await?;
    let id = {
        let mut inner = session.lock();
        let known = inner.book.by_key(page.key()).map(|entry| entry.id.clone());
        let id = known.ok_or_else(|| Error::new(Kind::PageGone, "the page was closed while it was opened"))?;
        inner.book.used(&id);
        id
    };
    if let (true, Some(url)) = (asks, new.url) {
        let (id, page) = session.page(Some(&id))?;
        let to = Navigation {
            target: Target::Url(url),
            until: new.until,
        };
        let loaded = page.navigate(&to, &stage.call).await?;
        return visit(stage, id, &*page, loaded).await;
    }
    visit(stage, id, &*page, loaded?).await
}

#[async_trait]
impl Run for TabSelect {
    async fn run(self, stage: &mut Stage) -> Result<PageInfo> {
        let session = stage.session()?;
        let (id, _) = session.page(Some(&self.id))?;
        let infos = session.lock().book.infos();
        infos
            .into_iter()
            .find(|page| page.id == id)
            .ok_or_else(|| Error::new(Kind::PageGone, format!("the page `{id}` is gone")))
    }
}

#[async_trait]
impl Run for TabClose {
    async fn run(self, stage: &mut Stage) -> Result<TabClosed> {
        let session = stage.session()?.clone();
        let (closed, page) = session.page(self.id.as_deref().or(stage.page.as_deref()))?;
        if session.lock().book.pages().len() == 1 {
            open_page(
                stage,
                NewPage {
                    url: None,
                    until: crate::backend::WaitUntil::Commit,
                },
            )
            .await?;
        }
        page.close(&stage.call).await?;
        let mut inner = session.lock();
        inner.handles.remove(page.key());
        inner.book.closed(page.key());
        Ok(TabClosed {
            closed,
            active: inner.book.default_page().map(|page| page.id.clone()),
        })
    }
}
