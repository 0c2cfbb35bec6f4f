//! Loading documents, in tasks of their own: who waits may go away, the browser goes on.

use std::sync::Arc;

use url::Url;

use super::engine::{BLANK, Engine, blank};
use super::navigate::Step;
use super::site::{FakeFetch, FakePage, Loading};
use super::state::{Document, Failure, Renderer, Stage, State};
use crate::backend::{ConsoleRecord, Event, PageKey, WaitUntil};

/// One load.
pub(super) struct Task {
    pub(super) engine: Arc<Engine>,
    pub(super) page: PageKey,
    pub(super) number: u64,
    pub(super) step: Step,
}

/// A load that was stopped, or whose page or browser is gone.
struct Stopped;

impl Task {
    pub(super) async fn run(self, url: String) {
        let mut death = self.engine.death();
        let Some(mut load) = self
            .engine
            .state()
            .pages
            .get(&self.page)
            .map(|tab| tab.load.subscribe())
        else {
            return;
        };
        tokio::select! {
            biased;
            _ = death.wait_for(Option::is_some) => {}
            _ = load.wait_for(|load| load.number != self.number) => {}
            _ = self.steps(url) => {}
        }
    }

    async fn steps(&self, url: String) -> Result<(), Stopped> {
        let (url, answer) = if url == BLANK {
            (url, None)
        } else {
            match self.fetch_document(url).await? {
                Ok((url, answer)) => (url, Some(answer)),
                Err(message) => return self.reach(Stage::Failed(Failure { message }), None),
            }
        };
        if let Some(download) = answer.as_ref().and_then(|answer| answer.download.clone()) {
            self.engine.save(&self.page, &url, &download);
            let message = format!("`{url}` is a download, not a document");
            return self.reach(Stage::Failed(Failure { message }), None);
        }
        self.commit(&url, answer.as_ref())?;
        let answer = answer.unwrap_or_default();
        self.parse(&answer)?;
        self.reach(Stage::DomContentLoaded, None)?;
        self.finish(&answer).await
    }

    /// Moves the load on, unless it was stopped.
    fn reach(&self, stage: Stage, status: Option<u16>) -> Result<(), Stopped> {
        let until = match stage {
            Stage::DomContentLoaded => Some(WaitUntil::DomContentLoaded),
            Stage::Loaded => Some(WaitUntil::Load),
            _ => None,
        };
        let mut state = self.engine.state();
        let tab = state.pages.get(&self.page).ok_or(Stopped)?;
        let moved = tab.load.send_if_modified(|load| {
            let current = load.number == self.number;
            if current {
                load.stage = stage;
                load.status = status.or(load.status);
            }
            current
        });
        if let (true, Some(until)) = (moved, until) {
            let page = self.page.clone();
            self.engine
                .happen(&mut state, &self.page, Event::PageReached { page, until });
            drop(state);
            self.engine.tell();
        }
        if moved { Ok(()) } else { Err(Stopped) }
    }

    fn is_current(&self) -> bool {
        let state = self.engine.state();
        state
            .pages
            .get(&self.page)
            .is_some_and(|tab| tab.load.borrow().number == self.number)
    }

    /// Requests the document, through redirects; `Err` says why there is none.
    async fn fetch_document(&self, mut url: String) -> Result<Result<(String, FakePage), String>, Stopped> {
        let mut redirect_of: Option<String> = None;
        for _ in 0..=20 {
            let fetch = FakeFetch::get(url.clone(), "document");
            let exchange = self.engine.request(&self.page, &fetch, redirect_of.take()).await;
            if !self.is_current() {
                return Err(Stopped);
            }
            let answer = match exchange {
                Ok(answer) => answer,
                Err(reason) => return Ok(Err(format!("`{url}` could not be loaded: {reason}"))),
            };
            let target = answer
                .redirect
                .as_deref()
                .and_then(|to| Url::parse(&url).ok()?.join(to).ok());
            match target {
                Some(target) => redirect_of = Some(std::mem::replace(&mut url, target.into())),
                None => return Ok(Ok((url, answer))),
            }
        }
        Ok(Err(format!("`{url}` could not be loaded: net::ERR_TOO_MANY_REDIRECTS")))
    }

    /// The new document replaces the old one.
    fn commit(&self, url: &str, answer: Option<&FakePage>) -> Result<(), Stopped> {
        let mut locked = self.engine.state();
        let state = &mut *locked;
        let tab = state.pages.get_mut(&self.page).ok_or(Stopped)?;
        if tab.load.borrow().number != self.number {
            return Err(Stopped);
        }
        let mut next = || State::count(&mut state.counter);
        tab.document = match answer {
            None => blank(next()),
            Some(answer) => Document::new(url, answer.clone(), next),
        };
        let id = tab.document.id;
        tab.step(url, id, self.step);
        let status = answer.filter(|_| url.starts_with("http")).map(|answer| answer.status);
        tab.load.send_modify(|load| {
            load.stage = Stage::Committed;
            url.clone_into(&mut load.url);
            load.status = status;
        });
        let event = Event::PageNavigated {
            page: self.page.clone(),
            url: url.to_owned(),
            same_document: false,
        };
        self.engine.happen(state, &self.page, event);
        drop(locked);
        self.engine.tell();
        Ok(())
    }

    /// The document's own scripts run.
    fn parse(&self, answer: &FakePage) -> Result<(), Stopped> {
        for console in &answer.console {
            let record = ConsoleRecord {
                page: Some(self.page.clone()),
                at: std::time::SystemTime::now(),
                level: console.level.clone(),
                text: console.text.clone(),
                args: console.args.clone(),
                location: None,
                stack: None,
            };
            self.engine.say(&self.page, Event::Console(Box::new(record)));
        }
        for dialog in &answer.dialogs {
            self.engine.ask(&self.page, dialog);
        }
        for popup in &answer.popups {
            self.engine.open_popup(&self.page, popup);
        }
        if answer.closes {
            self.engine.close_page(&self.page);
        }
        if self.is_current() { Ok(()) } else { Err(Stopped) }
    }

    /// What the document needs comes in, or never does.
    async fn finish(&self, answer: &FakePage) -> Result<(), Stopped> {
        if answer.loading == Loading::Loops {
            self.engine.set_renderer(&self.page, Renderer::Looping);
            std::future::pending::<()>().await;
        }
        for fetch in &answer.fetches {
            // What a document needs may fail: it is loaded all the same.
            let _ = self.engine.request(&self.page, fetch, None).await;
        }
        self.engine.load_frames(&self.page, None).await;
        self.engine.shared.clock.sleep(answer.load_delay).await;
        if answer.loading == Loading::NeverLoads {
            std::future::pending::<()>().await;
        }
        self.reach(Stage::Loaded, None)
    }
}
