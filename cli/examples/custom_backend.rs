//! A backend of one's own, with the whole command line: `cargo run --example custom_backend -- open note:hello`.
//!
//! Its "browser" shows notes: a page at `note:TEXT` has TEXT as its title. It lives in memory, and so ends with the daemon.
//! It declares no capability, and answers `Unsupported` to what it does not declare: that is all that the rest of greenroom
//! needs to work with it. `greenroom-conformance` proves that a backend keeps the rules.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use greenroom::CliRunner;
use greenroom_session_core::backend::{
    Adjustment, Browser, BrowserBackend, BrowserIdentity, Capability, CapabilitySet, ConnectOptions, ContextKey,
    ContextOptions, Diagnosis, DialogAnswer, Endpoint, Event, EventSink, Finding, Frames, Image, Input, Interception,
    LaunchOptions, Loaded, Navigation, NewPage, Page, PageKey, PageOpened, Script, Shot, Size, Storage, Target,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;

fn main() -> ExitCode {
    CliRunner::without_built_in().register_backend(Notes).run()
}

/// Makes browsers.
#[derive(Debug)]
struct Notes;

#[async_trait]
impl BrowserBackend for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn browsers(&self) -> &[&str] {
        &["notes"]
    }

    fn has_drivers(&self) -> bool {
        false
    }

    fn capabilities(&self, _: Option<&str>) -> CapabilitySet {
        CapabilitySet::EMPTY
    }

    async fn launch(&self, _: &LaunchOptions, _: &Call) -> Result<Arc<dyn Browser>> {
        let identity = BrowserIdentity {
            name: "notes".to_owned(),
            version: "1".to_owned(),
            executable: None,
        };
        Ok(Arc::new(NotesBrowser {
            identity,
            endpoint: Endpoint::default(),
            sink: Mutex::default(),
            opened: AtomicUsize::new(0),
        }))
    }

    async fn connect(&self, options: &ConnectOptions, _: &Call) -> Result<Arc<dyn Browser>> {
        Err(Error::new(
            Kind::BrowserLost,
            format!("no notes are kept at `{}`", options.endpoint),
        ))
    }

    async fn adopt(&self, _: &Endpoint, _: &Call) -> Result<Arc<dyn Browser>> {
        Err(Error::new(Kind::BrowserLost, "notes end with the daemon"))
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        vec![Diagnosis {
            subject: "notes".to_owned(),
            finding: Finding::Ok,
            detail: "in memory; needs nothing".to_owned(),
            fix: None,
        }]
    }
}

/// A browser with one context, its own.
#[derive(Debug)]
struct NotesBrowser {
    identity: BrowserIdentity,
    endpoint: Endpoint,
    sink: Mutex<Option<Arc<dyn EventSink>>>,
    opened: AtomicUsize,
}

#[async_trait]
impl Browser for NotesBrowser {
    fn identity(&self) -> &BrowserIdentity {
        &self.identity
    }

    fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn capabilities(&self) -> CapabilitySet {
        CapabilitySet::EMPTY
    }

    async fn open_context(&self, _: &ContextOptions, sink: Arc<dyn EventSink>, _: &Call) -> Result<ContextKey> {
        *lock(&self.sink) = Some(sink);
        Ok(ContextKey("own".to_owned()))
    }

    async fn adopt_context(&self, _: &ContextKey, _: &ContextOptions, _: Arc<dyn EventSink>, _: &Call) -> Result<()> {
        Err(Error::unsupported(Capability::Adoption))
    }

    async fn close_context(&self, _: &ContextKey, _: &Call) -> Result<()> {
        *lock(&self.sink) = None;
        Ok(())
    }

    async fn open_page(&self, _: &ContextKey, new: &NewPage, call: &Call) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        let Some(sink) = lock(&self.sink).clone() else {
            return Err(Error::new(Kind::BrowserLost, "the context is closed"));
        };
        let key = PageKey(format!("note-{}", self.opened.fetch_add(1, Ordering::Relaxed)));
        let page = Arc::new(Note {
            key,
            history: Mutex::new(History::default()),
            sink: Arc::clone(&sink),
        });
        sink.event(Event::PageOpened(PageOpened {
            replaces: None,
            page: page.clone(),
            url: "about:blank".to_owned(),
            opener: None,
        }));
        let loaded = match &new.url {
            Some(url) => {
                page.navigate(
                    &Navigation {
                        target: Target::Url(url.clone()),
                        until: new.until,
                    },
                    call,
                )
                .await
            }
            None => Ok(Loaded {
                url: "about:blank".to_owned(),
                moved: true,
                ..Loaded::default()
            }),
        };
        Ok((page, loaded))
    }

    async fn close(&self, _: &Call) -> Result<()> {
        Ok(())
    }

    async fn adjust(&self, _: &ContextKey, adjustment: &Adjustment, _: &Call) -> Result<()> {
        Err(Error::unsupported(adjustment.needs()))
    }

    fn storage(&self) -> Result<&dyn Storage> {
        Err(Error::unsupported(Capability::Storage))
    }

    fn interception(&self) -> Result<&dyn Interception> {
        Err(Error::unsupported(Capability::RequestInterception))
    }
}

/// The addresses that a page has shown, and which of them it shows.
#[derive(Debug, Default)]
struct History {
    urls: Vec<String>,
    at: usize,
}

impl History {
    fn url(&self) -> String {
        self.urls
            .get(self.at)
            .cloned()
            .unwrap_or_else(|| "about:blank".to_owned())
    }

    /// Goes there; whether there was somewhere to go.
    fn go(&mut self, target: &Target) -> bool {
        match target {
            Target::Url(url) => {
                self.urls.truncate(self.at + 1);
                self.urls.push(url.clone());
                self.at = self.urls.len() - 1;
            }
            Target::Back if self.at > 0 => self.at -= 1,
            Target::Forward if self.at + 1 < self.urls.len() => self.at += 1,
            Target::Reload => {}
            Target::Back | Target::Forward => return false,
        }
        true
    }
}

/// A page.
#[derive(Debug)]
struct Note {
    key: PageKey,
    history: Mutex<History>,
    sink: Arc<dyn EventSink>,
}

#[async_trait]
impl Page for Note {
    fn key(&self) -> &PageKey {
        &self.key
    }

    async fn url(&self, _: &Call) -> Result<String> {
        Ok(lock(&self.history).url())
    }

    async fn navigate(&self, to: &Navigation, _: &Call) -> Result<Loaded> {
        if let Target::Url(url) = &to.target
            && !url.starts_with("note:")
        {
            return Err(
                Error::new(Kind::Navigation, format!("`{url}` is no note")).with_hint("greenroom goto note:TEXT")
            );
        }
        let (moved, url) = {
            let mut history = lock(&self.history);
            (history.go(&to.target), history.url())
        };
        if moved {
            self.sink.event(Event::PageNavigated {
                page: self.key.clone(),
                url: url.clone(),
                same_document: false,
            });
        }
        Ok(Loaded {
            url,
            moved,
            ..Loaded::default()
        })
    }

    async fn evaluate(&self, script: &Script, _: &Call) -> Result<Value> {
        let url = lock(&self.history).url();
        let note = url.strip_prefix("note:").unwrap_or_default();
        match script.function.as_str() {
            "() => document.title" => Ok(note.into()),
            _ => Err(Error::new(Kind::Script, "a note runs no scripts")),
        }
    }

    fn frames(&self) -> Result<&dyn Frames> {
        Err(Error::unsupported(Capability::FramesCrossOrigin))
    }

    fn input(&self) -> Result<&dyn Input> {
        Err(Error::unsupported(Capability::TrustedInput))
    }

    async fn screenshot(&self, _: &Shot, _: &Call) -> Result<Image> {
        Err(Error::unsupported(Capability::Screenshot))
    }

    async fn set_viewport(&self, _: Size, _: &Call) -> Result<()> {
        Err(Error::unsupported(Capability::Viewport))
    }

    async fn answer_dialog(&self, _: &DialogAnswer, _: &Call) -> Result<()> {
        Err(Error::unsupported(Capability::DialogsHeld))
    }

    async fn revive(&self, _: &Call) -> Result<()> {
        Ok(())
    }

    async fn close(&self, _: &Call) -> Result<()> {
        self.sink.event(Event::PageClosed { page: self.key.clone() });
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
