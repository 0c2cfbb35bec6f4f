//! Loading documents, in tasks of their own: who waits may go away, the browser goes on.

use std::sync::Arc;

use url::Url;

use super::control::Method;
use super::engine::{BLANK, Engine, blank};
use super::guard::{self, Needs, guarded};
use super::site::{FakeDialog, FakeDownload, FakeFetch, FakePage, Loading};
use super::state::{Document, Entry, Failure, Load, Renderer, Stage, Tab};
use crate::backend::{
    Capability, ConsoleRecord, DialogAnswer, DialogKind, DownloadRecord, Event, Loaded, Navigation, PageKey, Target,
    WaitUntil,
};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// What a load does to the history.
#[derive(Clone, Copy, Debug)]
enum Step {
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
}

impl Tab {
    fn step(&mut self, url: &str, document: u64, step: Step) {
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

/// One load.
struct Task {
    engine: Arc<Engine>,
    page: PageKey,
    number: u64,
    step: Step,
}

/// A load that was stopped, or whose page or browser is gone.
struct Stopped;

impl Task {
    async fn run(self, url: String) {
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
            self.save(&url, &download);
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
        let state = self.engine.state();
        let tab = state.pages.get(&self.page).ok_or(Stopped)?;
        let moved = tab.load.send_if_modified(|load| {
            let current = load.number == self.number;
            if current {
                load.stage = stage;
                load.status = status.or(load.status);
            }
            current
        });
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
        let mut state = self.engine.state();
        let id = state.next();
        let tab = state.pages.get_mut(&self.page).ok_or(Stopped)?;
        if tab.load.borrow().number != self.number {
            return Err(Stopped);
        }
        tab.document = match answer {
            None => blank(id),
            Some(answer) => Document {
                id,
                url: url.to_owned(),
                title: answer.title.clone(),
                main: answer.globals.clone().into_iter().collect(),
                page: answer.clone(),
                ..Document::default()
            },
        };
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
        self.engine.happen(&mut state, &self.page, event);
        drop(state);
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
        self.engine.shared.clock.sleep(answer.load_delay).await;
        if answer.loading == Loading::NeverLoads {
            std::future::pending::<()>().await;
        }
        self.reach(Stage::Loaded, None)
    }

    fn save(&self, url: &str, download: &FakeDownload) {
        let folder = {
            let state = self.engine.state();
            state
                .context_of(&self.page)
                .and_then(|context| context.options.downloads.clone())
        };
        let tell = |state: &'static str, path| {
            let record = DownloadRecord {
                page: Some(self.page.clone()),
                url: url.to_owned(),
                suggested_name: file_name(&download.name),
                state,
                path,
            };
            self.engine.say(&self.page, Event::Download(record));
        };
        let Some(folder) = folder else {
            return tell("refused", None);
        };
        tell("started", None);
        let saved = std::fs::create_dir_all(&folder).and_then(|()| {
            let path = free_path(&folder, &file_name(&download.name));
            std::fs::write(&path, &download.bytes).map(|()| path)
        });
        match saved {
            Ok(path) => tell("completed", Some(path)),
            Err(_) => tell("cancelled", None),
        }
    }
}

impl Engine {
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

fn same_but_fragment(here: &str, there: &Url) -> bool {
    Url::parse(here).is_ok_and(|here| super::world::without_fragment(&here) == super::world::without_fragment(there))
}

/// A path that nothing has yet, by that name or a numbered one.
fn free_path(folder: &std::path::Path, name: &str) -> std::path::PathBuf {
    let numbered = (1..).map(|number: u32| folder.join(format!("{number}-{name}")));
    let mut paths = std::iter::once(folder.join(name)).chain(numbered);
    paths.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

/// A name that cannot lead out of its folder.
fn file_name(suggested: &str) -> String {
    let name: String = suggested
        .chars()
        .map(|c| {
            if c == '/' || c == '\\' || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    if name.trim_matches('.').is_empty() {
        "download".to_owned()
    } else {
        name
    }
}
