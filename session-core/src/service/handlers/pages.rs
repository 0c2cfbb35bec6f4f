//! The pages of a session.

use std::time::Duration;

use async_trait::async_trait;

use super::{title, visit, web_address};
use crate::backend::NewPage;
use crate::error::{Error, Kind, Result};
use crate::op::{PageInfo, PageList, Pages, TabClose, TabClosed, TabNew, TabSelect, Visit};
use crate::service::dispatch::{Run, Stage};

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
        let pages = session.lock().book.infos();
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
    let (page, loaded) = browser.open_page(&context, &new, &stage.call).await?;
    let id = {
        let mut inner = session.lock();
        let known = inner.book.by_key(page.key()).map(|entry| entry.id.clone());
        let id = known.ok_or_else(|| Error::new(Kind::PageGone, "the page was closed while it was opened"))?;
        inner.book.used(&id);
        id
    };
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
