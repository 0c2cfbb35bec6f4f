//! Navigations: what was asked, what the browser did, and what the document has reached.
//!
//! Each is sent without waiting for its end: what comes of it is told by events, which know the navigation's id.

use std::time::Duration;

use greenroom_session_core::backend::{Loaded, Navigation, Target, WaitUntil};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use tokio::time::timeout;

use super::error::{self, Native};
use super::facts::{Document, Facts};
use super::page::BidiPage;
use super::protocol::browsing_context::{Navigate, Navigated, Reload, TraverseHistory, Wait};

/// How soon after an aborted navigation the download is told that it was.
const DOWNLOAD_COMES: Duration = Duration::from_millis(250);

/// How soon the event of a document that is back must come, before it is looked for.
const EVENT_COMES: Duration = Duration::from_millis(300);

/// A navigation that is stopped when it is given up, also by a caller who goes away.
struct Pending<'a> {
    page: Option<&'a BidiPage>,
    to: &'a Target,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(page) = self.page {
            page.stop(match self.to {
                Target::Url(url) => url,
                _ => "",
            });
        }
    }
}

/// What a page was like before a navigation.
#[derive(Clone, Debug)]
struct Before {
    url: String,
    documents: u64,
    moves: u64,
    crashes: u64,
    downloads: u64,
}

impl BidiPage {
    /// Navigates, and waits as asked.
    pub(crate) async fn go(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        let what = match &to.target {
            Target::Url(url) => format!("`{url}`"),
            Target::Back => String::from("the page before"),
            Target::Forward => String::from("the next page"),
            Target::Reload => String::from("the page"),
        };
        if self.facts.borrow().closed {
            let gone = Native::Gone.into_error(&format!("load {what}"));
            return Err(gone.with_applied(Applied::No));
        }
        let work = async {
            self.stopped().await;
            self.unhang(None).await;
            let loaded = match &to.target {
                Target::Url(url) => self.go_to(url, to.until).await,
                Target::Reload => self.reload(to.until).await,
                Target::Back => self.travel(-1, to.until).await,
                Target::Forward => self.travel(1, to.until).await,
            }?;
            if to.until == WaitUntil::NetworkIdle {
                self.idle().await;
            }
            Ok(loaded)
        };
        let mut pending = Pending {
            page: Some(self),
            to: &to.target,
        };
        match call.bound("the page", work).await {
            Err(error) if error.kind() == Kind::Timeout => {
                self.wire.suspect();
                Err(self.expired(&what, to.until))
            }
            Err(error) if error.kind() == Kind::Cancelled => Err(error),
            other => {
                pending.page = None;
                other
            }
        }
    }

    async fn go_to(&self, url: &str, until: WaitUntil) -> Result<Loaded> {
        let doing = format!("load `{url}`");
        loop {
            let mut gave_up = None;
            self.facts.send_if_modified(|facts| {
                gave_up = facts.gave_up.take();
                false
            });
            let before = self.before();
            let ask = Navigate {
                context: &self.page_key().0,
                url,
                wait: Wait::None,
            };
            return match self.unless_over(&before, self.wire.ask(ask)).await {
                Ok(navigated) => {
                    let loaded = self.went(&navigated, url, &before, until, &doing).await;
                    let is_another = |other: String| other != url && self.is_overtaken(&navigated, &other, &before);
                    if gave_up.is_some_and(is_another) {
                        continue;
                    }
                    loaded
                }
                Err(Native::Refused { code, message })
                    if code == "unknown error" || code == "unsupported operation" =>
                {
                    self.refused(&message, url, &before, until, &doing).await
                }
                Err(native) => Err(native.into_error(&doing)),
            };
        }
    }

    /// Whether the document of the navigation to `other`, that was given up just before, came all the same: Firefox tells it
    /// as that of the navigation which was sent after it, and ends or delays that one.
    fn is_overtaken(&self, navigated: &Navigated, other: &str, before: &Before) -> bool {
        let Some(id) = navigated.navigation.as_deref() else {
            return false;
        };
        let facts = self.facts.borrow();
        let is_aborted = facts
            .failure(id)
            .is_some_and(|why| why.is_empty() || error::is_aborted(why));
        let is_other = facts.of_navigation(id).is_some_and(|document| document.url == other);
        (is_aborted || is_other) && facts.downloads == before.downloads && !facts.is_over_since(before.crashes)
    }

    async fn reload(&self, until: WaitUntil) -> Result<Loaded> {
        let before = self.before();
        let doing = "reload the page";
        let ask = Reload {
            context: &self.page_key().0,
            wait: Wait::None,
        };
        match self.unless_over(&before, self.wire.ask(ask)).await {
            Ok(navigated) => self.went(&navigated, &before.url, &before, until, doing).await,
            Err(Native::Refused { code, message }) if code == "unknown error" => {
                self.refused(&message, &before.url, &before, until, doing).await
            }
            Err(native) => Err(native.into_error(doing)),
        }
    }

    async fn travel(&self, delta: i32, until: WaitUntil) -> Result<Loaded> {
        let doing = if delta < 0 { "go back" } else { "go forward" };
        let before = self.before();
        let ask = TraverseHistory {
            context: &self.page_key().0,
            delta,
        };
        match self.unless_over(&before, self.wire.ask(ask)).await {
            Ok(_) => {}
            Err(native) if native.is("no such history entry") => {
                return Ok(Loaded {
                    url: before.url,
                    moved: false,
                    ..Loaded::default()
                });
            }
            Err(native) => return Err(native.into_error(doing)),
        }
        loop {
            match timeout(EVENT_COMES, self.next_document(&before, until, doing)).await {
                Ok(loaded) => return loaded,
                Err(_) if self.facts.borrow().count == before.documents => self.look_for_restored(&before.url).await,
                Err(_) => {}
            }
        }
    }

    /// What came of a navigation that the driver has begun.
    async fn went(
        &self,
        navigated: &Navigated,
        url: &str,
        before: &Before,
        until: WaitUntil,
        doing: &str,
    ) -> Result<Loaded> {
        let Some(navigation) = navigated.navigation.as_deref() else {
            return self.next_document(before, until, doing).await;
        };
        let shown = |facts: &Facts| {
            let number = facts.number_before(navigation)?;
            facts.reached_after(number, until).cloned()
        };
        let failed = |facts: &Facts| {
            let has_shown = facts.number_before(navigation).is_some();
            !has_shown && (facts.failure(navigation).is_some() || facts.downloads > before.downloads)
        };
        let is_done = |facts: &Facts| {
            facts.is_over_since(before.crashes)
                || facts.is_within(navigation)
                || shown(facts).is_some()
                || failed(facts)
        };
        let mut facts = self.facts.subscribe();
        let (found, is_within, is_download) = match facts.wait_for(|facts| is_done(facts)).await {
            Ok(facts) => (
                shown(&facts),
                facts.is_within(navigation),
                facts.downloads > before.downloads,
            ),
            Err(_) => (None, false, false),
        };
        match found {
            Some(document) => self.loaded(document).await,
            None if is_within => Ok(within_document(&navigated.url)),
            None if is_download => Err(error::download(url)),
            None => Err(self.failure_of(navigation, url, before, doing)),
        }
    }

    /// What a navigation came to that the driver has refused or given up.
    async fn refused(&self, text: &str, url: &str, before: &Before, until: WaitUntil, doing: &str) -> Result<Loaded> {
        // An answer of 4xx or 5xx without a body: Chromium shows a page of its own for it, but it is an answer.
        if text.contains("ERR_HTTP_RESPONSE_CODE_FAILURE") {
            return self.next_document(before, until, doing).await;
        }
        if error::is_aborted(text) {
            let mut facts = self.facts.subscribe();
            let begins = facts.wait_for(|facts| facts.downloads > before.downloads || facts.is_over());
            let _ = timeout(DOWNLOAD_COMES, begins).await;
            if self.facts.borrow().downloads > before.downloads {
                return Err(error::download(url));
            }
        }
        let over = self.facts.borrow().is_over_since(before.crashes);
        Err(if over {
            self.over(doing)
        } else {
            error::navigation(url, text)
        })
    }

    fn failure_of(&self, navigation: &str, url: &str, before: &Before, doing: &str) -> Error {
        let facts = self.facts.borrow();
        match facts.failure(navigation) {
            Some(why) if !facts.is_over_since(before.crashes) => {
                error::navigation(url, if why.is_empty() { "ABORTED" } else { why })
            }
            _ => facts.over().unwrap_or(Native::Crashed).into_error(doing),
        }
    }

    /// What the page is like before a navigation.
    fn before(&self) -> Before {
        let facts = self.facts.borrow();
        Before {
            url: facts.url.clone(),
            documents: facts.count,
            moves: facts.moves,
            crashes: facts.crashes,
            downloads: facts.downloads,
        }
    }

    /// The answer to a command, unless the page is over before.
    async fn unless_over<T>(&self, before: &Before, ask: impl Future<Output = Result<T, Native>>) -> Result<T, Native> {
        let mut facts = self.facts.subscribe();
        tokio::select! {
            biased;
            answer = ask => answer,
            over = facts.wait_for(|facts| facts.is_over_since(before.crashes)) => {
                Err(over.ok().and_then(|facts| facts.over()).unwrap_or(Native::Crashed))
            }
        }
    }

    /// Waits for another document, or for another address of the same one.
    async fn next_document(&self, before: &Before, until: WaitUntil, doing: &str) -> Result<Loaded> {
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
        match found {
            Some(document) => self.loaded(document).await,
            None => Err(self.over(doing)),
        }
    }

    async fn loaded(&self, document: Document) -> Result<Loaded> {
        if document.is_error && document.status.is_none() {
            let facts = self.facts.borrow();
            let text = facts.failure(&document.navigation).filter(|text| !text.is_empty());
            return Err(error::navigation(
                &document.url,
                text.unwrap_or("the browser shows an error page"),
            ));
        }
        self.settled().await;
        Ok(Loaded {
            url: document.url,
            status: document.status,
            same_document: false,
            moved: true,
        })
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
