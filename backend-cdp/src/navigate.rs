//! Navigations: what was asked, what the browser did, and what the document has reached.

use chromiumoxide::cdp::browser_protocol::page::{
    GetNavigationHistoryParams, NavigateParams, NavigateToHistoryEntryParams, ReloadParams, StopLoadingParams,
};
use greenroom_session_core::backend::{Loaded, Navigation, Target, WaitUntil};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;
use tokio::time::{Duration, timeout};

use crate::connection::read;
use crate::error;
use crate::facts::{Document, Facts, rank};
use crate::page::{CdpPage, Nothing};

/// How long records of requests that have ended are waited for after the document is loaded.
const SETTLES: Duration = Duration::from_millis(250);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Navigated {
    loader_id: Option<String>,
    error_text: Option<String>,
    #[serde(default)]
    is_download: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct History {
    pub(crate) current_index: usize,
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: i64,
    url: String,
}

impl History {
    /// Whether the page is at an entry of that address.
    pub(crate) fn is_at(&self, url: &str) -> bool {
        self.entries
            .get(self.current_index)
            .is_some_and(|entry| entry.url == url)
    }

    /// Which place the page is at.
    pub(crate) fn place(&self) -> Place {
        Place {
            index: self.current_index,
            newest: self.entries.iter().map(|entry| entry.id).max().unwrap_or_default(),
        }
    }

    /// Where the page was before it went here by its history. An entry newer than what was known then was made after that: it
    /// was there.
    pub(crate) fn before(&self, known: Place) -> usize {
        let made = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.id > known.newest);
        made.max_by_key(|(_, entry)| entry.id)
            .map_or(known.index, |(index, _)| index)
    }
}

/// A page's place in its history, as it was last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Of the entry.
    index: usize,
    /// The id of the newest entry; a later one has a greater id.
    newest: i64,
}

/// A navigation that is stopped when it is given up, also by a caller who goes away: while one is under way, Chromium
/// holds back what is sent to the page, and the next command would take it for one that hangs.
struct Pending<'a>(Option<&'a CdpPage>);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(page) = self.0 {
            page.wire.post(Some(&page.session), StopLoadingParams::default());
        }
    }
}

/// A navigation of ours: what the browser tells of it meanwhile is no person's doing.
struct Ours<'a>(&'a CdpPage);

impl<'a> Ours<'a> {
    fn new(page: &'a CdpPage) -> Self {
        page.facts.send_modify(|facts| facts.ours += 1);
        Self(page)
    }
}

impl Drop for Ours<'_> {
    fn drop(&mut self) {
        self.0.facts.send_modify(|facts| facts.ours -= 1);
    }
}

/// What a page was like before a navigation.
#[derive(Clone, Copy, Debug)]
struct Before {
    documents: u64,
    moves: u64,
    crashes: u64,
}

impl CdpPage {
    /// Navigates, and waits as asked.
    pub(crate) async fn go(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        let what = match &to.target {
            Target::Url(url) => format!("`{url}`"),
            Target::Back => String::from("the page before"),
            Target::Forward => String::from("the next page"),
            Target::Reload => String::from("the page"),
        };
        if self.facts.borrow().closed {
            return Err(error::Native::Gone
                .into_error(&format!("load {what}"))
                .with_applied(Applied::No));
        }
        let work = async {
            self.unhang(false).await;
            match &to.target {
                Target::Url(url) => self.go_to(url, to.until).await,
                Target::Reload => self.reload(to.until).await,
                Target::Back => self.travel(-1, to.until).await,
                Target::Forward => self.travel(1, to.until).await,
            }
        };
        let _ours = Ours::new(self);
        let mut pending = Pending(Some(self));
        match call.bound("the page", work).await {
            Err(error) if error.kind() == Kind::Timeout => {
                self.wire.suspect();
                Err(self.expired(&what, to.until))
            }
            Err(error) if error.kind() == Kind::Cancelled => Err(error),
            other => {
                pending.0 = None;
                other
            }
        }
    }

    async fn go_to(&self, url: &str, until: WaitUntil) -> Result<Loaded> {
        let crashes = self.facts.borrow().crashes;
        let doing = format!("load `{url}`");
        let asked = self.wire.ask(Some(&self.session), NavigateParams::new(url)).await;
        let navigated: Navigated = asked.and_then(read).map_err(|native| native.into_error(&doing))?;
        if navigated.is_download {
            return Err(error::download(url));
        }
        match (navigated.error_text, navigated.loader_id) {
            // An answer of 4xx or 5xx without a body: Chromium shows a page of its own for it, but it is an answer.
            (Some(text), Some(loader)) if text.contains("ERR_HTTP_RESPONSE_CODE_FAILURE") => {
                self.shown(&loader, crashes, until, &doing).await
            }
            (Some(text), _) => Err(error::navigation(url, &text)),
            (None, Some(loader)) => self.shown(&loader, crashes, until, &doing).await,
            (None, None) => Ok(within_document(url)),
        }
    }

    async fn reload(&self, until: WaitUntil) -> Result<Loaded> {
        let before = Before {
            moves: u64::MAX,
            ..self.before()
        };
        let asked = self.wire.ask(Some(&self.session), ReloadParams::default()).await;
        asked
            .and_then(read::<Nothing>)
            .map_err(|native| native.into_error("reload the page"))?;
        self.next_document(before, until, "reload the page").await
    }

    async fn travel(&self, step: isize, until: WaitUntil) -> Result<Loaded> {
        let doing = if step < 0 { "go back" } else { "go forward" };
        let asked = self
            .wire
            .ask(Some(&self.session), GetNavigationHistoryParams::default())
            .await;
        let history: History = asked.and_then(read).map_err(|native| native.into_error(doing))?;
        let entry = history
            .current_index
            .checked_add_signed(step)
            .and_then(|index| history.entries.get(index));
        let Some(entry) = entry else {
            let url = self.facts.borrow().url.clone();
            return Ok(Loaded {
                url,
                moved: false,
                ..Loaded::default()
            });
        };
        let before = self.before();
        let asked = self
            .wire
            .ask(Some(&self.session), NavigateToHistoryEntryParams::new(entry.id))
            .await;
        asked
            .and_then(read::<Nothing>)
            .map_err(|native| native.into_error(doing))?;
        tracing::debug!(url = entry.url, "travelling in the history");
        self.next_document(before, until, doing).await
    }

    /// Waits for the document of `loader`, or one that has replaced it since.
    async fn shown(&self, loader: &str, crashes: u64, until: WaitUntil, doing: &str) -> Result<Loaded> {
        let mut facts = self.facts.subscribe();
        let found = facts
            .wait_for(|facts| {
                facts.is_over_since(crashes)
                    || facts
                        .number_before(loader)
                        .is_some_and(|before| facts.reached_after(before, until).is_some())
            })
            .await
            .ok()
            .and_then(|facts| {
                facts
                    .number_before(loader)
                    .and_then(|before| facts.reached_after(before, until).cloned())
            });
        self.loaded(found, doing).await
    }

    /// What the page is like before a navigation.
    fn before(&self) -> Before {
        let facts = self.facts.borrow();
        Before {
            documents: facts.count,
            moves: facts.moves,
            crashes: facts.crashes,
        }
    }

    /// Waits for another document, or for another address of the same one.
    async fn next_document(&self, before: Before, until: WaitUntil, doing: &str) -> Result<Loaded> {
        let mut facts = self.facts.subscribe();
        let is_done = |facts: &Facts| {
            facts.is_over_since(before.crashes)
                || facts.moves > before.moves
                || facts.reached_after(before.documents, until).is_some()
        };
        let found = match facts.wait_for(|facts| is_done(facts)).await {
            Ok(facts) if facts.moves > before.moves && facts.count == before.documents => {
                return Ok(within_document(&facts.url));
            }
            Ok(facts) => facts.reached_after(before.documents, until).cloned(),
            Err(_) => None,
        };
        self.loaded(found, doing).await
    }

    async fn loaded(&self, found: Option<Document>, doing: &str) -> Result<Loaded> {
        let Some(document) = found else {
            return Err(self.over(doing));
        };
        if document.is_error && document.status.is_none() {
            let facts = self.facts.borrow();
            let text = facts
                .failure(&document.loader)
                .unwrap_or("the browser shows an error page");
            return Err(error::navigation(&document.url, text));
        }
        self.settled().await;
        Ok(Loaded {
            url: document.url,
            status: document.status,
            same_document: false,
            moved: true,
        })
    }

    /// Waits a moment for the records of requests that have ended.
    async fn settled(&self) {
        let mut facts = self.facts.subscribe();
        let _ = timeout(SETTLES, facts.wait_for(|facts| facts.settling == 0 || facts.is_over())).await;
    }

    /// The error at the deadline: what was waited for, and what was last seen.
    fn expired(&self, what: &str, until: WaitUntil) -> Error {
        let facts = self.facts.borrow();
        let message = format!(
            "deadline passed while waiting for {} of {what} ({})",
            name(until),
            last_seen(&facts, until)
        );
        Error::new(Kind::Timeout, message).with_applied(Applied::Unknown)
    }
}

fn within_document(url: &str) -> Loaded {
    Loaded {
        url: url.to_owned(),
        status: None,
        same_document: true,
        moved: true,
    }
}

fn name(until: WaitUntil) -> &'static str {
    match until {
        WaitUntil::Commit => "the answer",
        WaitUntil::DomContentLoaded => "the DOMContentLoaded event",
        WaitUntil::Load => "the load event",
        WaitUntil::NetworkIdle => "an idle network",
    }
}

fn last_seen(facts: &Facts, until: WaitUntil) -> String {
    let open = match facts.open {
        0 => String::from("no request is open"),
        1 => String::from("1 request is open"),
        many => format!("{many} requests are open"),
    };
    let state = match facts.current().and_then(|document| document.reached) {
        Some(reached) if rank(reached) >= rank(until) => "the former document still shows",
        Some(WaitUntil::Commit) => "it is not parsed yet",
        Some(WaitUntil::DomContentLoaded) => "it is parsed",
        Some(_) => "it is loaded",
        None => "it has not answered",
    };
    format!("{state}, {open}")
}
