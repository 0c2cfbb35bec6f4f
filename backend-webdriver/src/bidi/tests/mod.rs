//! The client against a driver that is played: what is sent, what is told, and what becomes of those who wait.

mod driver;
mod input;
mod lost;
mod network;
mod pages;
mod scripts;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use greenroom_session_core::Call;
use greenroom_session_core::backend::{
    ContextKey, ContextOptions, DialogAnswer, DialogOpened, Event, EventSink, FileChooserOpened, NewPage, Page,
    WaitUntil,
};
use tokio::sync::watch;

use self::driver::Driver;
use super::{Bidi, Family, Known};
use crate::browser::Dialect;

fn call() -> Call {
    Call::within(Duration::from_secs(10))
}

fn known(driver: &Driver, family: Family) -> Known {
    Known {
        url: driver.url(),
        family,
        owned: true,
        headless: true,
        isolates: true,
        keeper: Some(String::from("keeper")),
        proxy: None,
        ignores_prompts: true,
        accepts_insecure: false,
        adopted: false,
    }
}

/// Keeps what is told, in short words.
#[derive(Debug)]
struct Heard {
    events: Mutex<Vec<Event>>,
    count: watch::Sender<usize>,
}

impl Heard {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            events: Mutex::default(),
            count: watch::Sender::new(0),
        })
    }

    fn words(&self) -> Vec<String> {
        self.events.lock().unwrap().iter().map(word).collect()
    }

    /// Waits until something is found among what was told.
    async fn find<T>(&self, find: impl Fn(&Event) -> Option<T>) -> T {
        let mut count = self.count.subscribe();
        loop {
            if let Some(found) = self.events.lock().unwrap().iter().find_map(&find) {
                return found;
            }
            let waited = tokio::time::timeout(Duration::from_secs(10), count.changed()).await;
            assert!(waited.is_ok(), "it was not told; told were {:?}", self.words());
        }
    }

    /// Waits until this was told.
    async fn told(&self, wanted: &str) {
        self.find(|event| (word(event) == wanted).then_some(())).await;
    }
}

impl EventSink for Heard {
    fn event(&self, event: Event) {
        self.events.lock().unwrap().push(event);
        self.count.send_modify(|count| *count += 1);
    }

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        Some(DialogAnswer::Accept(None))
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// An event in a few words.
fn word(event: &Event) -> String {
    match event {
        Event::PageOpened(opened) => {
            let opener = opened
                .opener
                .as_ref()
                .map_or(String::new(), |opener| format!(" by {}", opener.0));
            let replaces = opened
                .replaces
                .as_ref()
                .map_or(String::new(), |old| format!(" for {}", old.0));
            format!("opened {}{opener}{replaces}", opened.page.key().0)
        }
        Event::PageNavigated {
            page,
            url,
            same_document,
        } => format!("{} shows {url}{}", page.0, if *same_document { " within" } else { "" }),
        Event::PageClosed { page } => format!("closed {}", page.0),
        Event::PageCrashed { page } => format!("crashed {}", page.0),
        Event::Network(record) => format!("{} {:?}", record.url, record.status),
        Event::Console(record) => format!("{}: {}", record.level, record.text),
        Event::DialogClosed(dialog, _) => format!("dialog {}", dialog.message),
        Event::FileChooserClosed(_, count) => format!("chooser {count}"),
        Event::Download(record) => format!("download {} {}", record.suggested_name, record.state),
        Event::Lost { .. } => String::from("lost"),
        other => format!("{other:?}"),
    }
}

/// A connected browser with a context.
struct Setup {
    driver: Driver,
    bidi: Arc<Bidi>,
    key: ContextKey,
    heard: Arc<Heard>,
}

impl Setup {
    async fn new(family: Family) -> Self {
        Self::with(Driver::start().await, family, ContextOptions::default()).await
    }

    async fn with(driver: Driver, family: Family, options: ContextOptions) -> Self {
        let bidi = Bidi::connect(known(&driver, family), &call()).await.unwrap();
        let heard = Heard::new();
        let sink = Arc::clone(&heard) as Arc<dyn EventSink>;
        let key = bidi.open_context(&options, sink, &call()).await.unwrap();
        Self {
            driver,
            bidi,
            key,
            heard,
        }
    }

    async fn page(&self) -> Arc<dyn Page> {
        let new = NewPage {
            url: None,
            until: WaitUntil::Load,
        };
        self.bidi.open_page(&self.key, &new, &call()).await.unwrap().0
    }
}
