//! Navigations: where they go, who is asked, and how far one waits.

use std::sync::Arc;

use url::Url;

use super::control::Method;
use super::engine::{BLANK, Engine};
use super::guard::{self, Needs, guarded};
use super::load::Task;
use super::site::FakeDialog;
use super::state::{Entry, Load, Renderer, Stage, Tab};
use crate::backend::{Capability, DialogAnswer, DialogKind, Event, Loaded, Navigation, PageKey, Target, WaitUntil};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// What a load does to the history.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Push,
    Move(usize),
}

/// A load that has begun.
#[derive(Debug)]
enum Begun {
    Load(u64),
    Done(Loaded),
}

impl Engine {
    /// Carries out a navigation as the seam defines it.
    pub(super) async fn navigate(self: &Arc<Self>, page: &PageKey, to: &Navigation, call: &Call) -> Result<Loaded> {
        // A navigation gets a new renderer where the old one is of no use.
        let unusable = |tab: &Tab| matches!(*tab.renderer.borrow(), Renderer::Crashed | Renderer::Looping);
        let unusable = self.state().pages.get(page).is_some_and(unusable);
        if unusable {
            self.set_renderer(page, Renderer::Well);
        }
        let work = async {
            match self.begin(page, &to.target)? {
                Begun::Done(loaded) => Ok(loaded),
                Begun::Load(number) => self.arrive(page, number, to.until).await,
            }
        };
        let result = guarded(self, Needs::Renderer(page), Method::Navigate, call, work).await;
        if matches!(&result, Err(error) if error.kind() == Kind::Timeout) {
            self.stop(page);
        }
        result
    }

    fn begin(self: &Arc<Self>, page: &PageKey, target: &Target) -> Result<Begun> {
        if let Target::Url(url) = target {
            return self.go(page, url);
        }
        let (url, step) = {
            let state = self.state();
            let tab = state.pages.get(page).ok_or_else(guard::gone)?;
            let entry = match target {
                Target::Back => tab.index.checked_sub(1),
                Target::Forward => Some(tab.index + 1).filter(|index| *index < tab.history.len()),
                Target::Reload | Target::Url(_) => Some(tab.index),
            };
            let Some(index) = entry else {
                let url = tab.document.url.clone();
                return Ok(Begun::Done(Loaded {
                    url,
                    ..Loaded::default()
                }));
            };
            let entry = &tab.history[index];
            if entry.document == tab.document.id && *target != Target::Reload {
                let url = entry.url.clone();
                drop(state);
                return Ok(Begun::Done(self.show(page, &url, Step::Move(index))));
            }
            (entry.url.clone(), Step::Move(index))
        };
        self.leave(page)?;
        Ok(Begun::Load(self.load(page, url, step)))
    }

    fn go(self: &Arc<Self>, page: &PageKey, url: &str) -> Result<Begun> {
        let parsed = Url::parse(url).map_err(|_| Error::new(Kind::Navigation, format!("`{url}` is no address")))?;
        let here = self.url_of(page).ok_or_else(guard::gone)?;
        if parsed.fragment().is_some() && same_but_fragment(&here, &parsed) {
            return Ok(Begun::Done(self.show(page, parsed.as_str(), Step::Push)));
        }
        self.leave(page)?;
        Ok(Begun::Load(self.load(page, parsed.into(), Step::Push)))
    }

    /// Asks the document whether it may be left.
    fn leave(self: &Arc<Self>, page: &PageKey) -> Result<()> {
        let question = self
            .state()
            .pages
            .get(page)
            .and_then(|tab| tab.document.page.before_unload.clone());
        let Some(message) = question else { return Ok(()) };
        let dialog = FakeDialog {
            kind: DialogKind::BeforeUnload,
            message,
            default: None,
        };
        match self.ask(page, &dialog) {
            DialogAnswer::Dismiss if self.has(Capability::Dialogs) => Err(Error::new(
                Kind::Navigation,
                "the page asked to stay, and the dialog was dismissed",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn url_of(&self, page: &PageKey) -> Option<String> {
        self.state().pages.get(page).map(|tab| tab.document.url.clone())
    }

    /// Shows another address of the same document.
    fn show(&self, page: &PageKey, url: &str, step: Step) -> Loaded {
        let mut state = self.state();
        if let Some(tab) = state.pages.get_mut(page) {
            url.clone_into(&mut tab.document.url);
            tab.step(url, tab.document.id, step);
        }
        let event = Event::PageNavigated {
            page: page.clone(),
            url: url.to_owned(),
            same_document: true,
        };
        self.happen(&mut state, page, event);
        drop(state);
        self.tell();
        Loaded {
            url: url.to_owned(),
            status: None,
            same_document: true,
            moved: true,
        }
    }

    /// `history.pushState` and `location.hash = …`.
    pub(super) fn push_state(&self, page: &PageKey, url: &str) {
        let resolved = self
            .url_of(page)
            .and_then(|here| Url::parse(&here).ok()?.join(url).ok());
        if let Some(url) = resolved {
            self.show(page, url.as_str(), Step::Push);
        }
    }

    /// `location.href = …` and the loads of popups: nobody waits for them.
    pub(super) fn send_to(self: &Arc<Self>, page: &PageKey, url: &str) {
        self.load(page, url.to_owned(), Step::Push);
    }

    /// Begins to load in a task of its own; ends the load before it.
    fn load(self: &Arc<Self>, page: &PageKey, url: String, step: Step) -> u64 {
        let number = {
            let mut state = self.state();
            let number = state.next();
            if let Some(tab) = state.pages.get(page) {
                tab.load.send_replace(Load {
                    number,
                    url: url.clone(),
                    ..Load::default()
                });
            }
            number
        };
        let task = Task {
            engine: Arc::clone(self),
            page: page.clone(),
            number,
            step,
        };
        tokio::spawn(task.run(url));
        number
    }

    fn stop(&self, page: &PageKey) {
        let mut state = self.state();
        let number = state.next();
        if let Some(tab) = state.pages.get(page) {
            tab.load.send_modify(|load| load.number = number);
        }
    }

    /// Waits until a load has come as far as asked.
    async fn arrive(&self, page: &PageKey, number: u64, until: WaitUntil) -> Result<Loaded> {
        let wanted = match until {
            WaitUntil::Commit => Stage::Committed,
            WaitUntil::DomContentLoaded => Stage::DomContentLoaded,
            WaitUntil::Load | WaitUntil::NetworkIdle => Stage::Loaded,
        };
        let mut load = self
            .state()
            .pages
            .get(page)
            .map(|tab| tab.load.subscribe())
            .ok_or_else(guard::gone)?;
        let arrived = load
            .wait_for(|load| load.number != number || load.stage >= wanted)
            .await;
        let load = arrived.map_err(|_| guard::gone())?.clone();
        if load.number != number {
            return Err(Error::new(Kind::Navigation, "another navigation took over"));
        }
        if let Stage::Failed(failure) = &load.stage {
            return Err(failure.error());
        }
        Ok(Loaded {
            url: load.url,
            status: load.status.filter(|_| self.has(Capability::NavigationStatus)),
            same_document: false,
            moved: true,
        })
    }

    /// Opens a popup of a page; its document loads on its own.
    pub(super) fn open_popup(self: &Arc<Self>, opener: &PageKey, url: &str) -> Option<PageKey> {
        let (context, here) = {
            let state = self.state();
            let tab = state.pages.get(opener)?;
            (tab.context.clone(), tab.document.url.clone())
        };
        let popup = self.open_page(&context, Some(opener)).ok()?;
        let resolved = Url::parse(&here)
            .and_then(|here| here.join(url))
            .map_or_else(|_| url.to_owned(), String::from);
        if resolved != BLANK {
            self.send_to(&popup, &resolved);
        }
        Some(popup)
    }
}

impl Tab {
    pub(super) fn step(&mut self, url: &str, document: u64, step: Step) {
        match step {
            Step::Push => {
                self.history.truncate(self.index + 1);
                self.index = self.history.len();
                let url = url.to_owned();
                self.history.push(Entry { url, document });
            }
            Step::Move(index) => {
                self.index = index;
                let entry = &mut self.history[index];
                url.clone_into(&mut entry.url);
                entry.document = document;
            }
        }
    }
}

fn same_but_fragment(here: &str, there: &Url) -> bool {
    Url::parse(here).is_ok_and(|here| super::world::without_fragment(&here) == super::world::without_fragment(there))
}
