//! A sink that keeps everything, so that cases can wait for what they expect.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_session_core::backend::{
    ConsoleRecord, DialogAnswer, DialogOpened, DownloadRecord, Event, EventSink, FileChooserOpened, NetworkRecord,
    PageKey, PageOpened,
};
use tokio::sync::watch;

use crate::check::{Checked, Failure};

/// How long a case waits for an event.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps a context's events in order, and answers its dialogs.
#[derive(Debug)]
pub struct Recorder {
    events: Mutex<Vec<Event>>,
    asked: Mutex<Vec<DialogOpened>>,
    /// `None`: they are left open.
    answer: Mutex<Option<DialogAnswer>>,
    files: Mutex<Vec<PathBuf>>,
    count: watch::Sender<usize>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            events: Mutex::default(),
            asked: Mutex::default(),
            answer: Mutex::new(Some(DialogAnswer::Dismiss)),
            files: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EventSink for Recorder {
    fn event(&self, event: Event) {
        lock(&self.events).push(event);
        self.count.send_modify(|count| *count += 1);
    }

    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        lock(&self.asked).push(dialog.clone());
        self.count.send_modify(|_| ());
        lock(&self.answer).clone()
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        std::mem::take(&mut *lock(&self.files))
    }
}

impl Recorder {
    /// How dialogs are answered from now on; until then they are dismissed.
    pub fn answer_dialogs(&self, answer: DialogAnswer) {
        *lock(&self.answer) = Some(answer);
    }

    /// Dialogs are left open from now on.
    pub fn hold_dialogs(&self) {
        *lock(&self.answer) = None;
    }

    /// The files that the next chooser gets.
    pub fn give_files(&self, files: Vec<PathBuf>) {
        *lock(&self.files) = files;
    }

    /// The dialogs that were asked about.
    pub fn asked(&self) -> Vec<DialogOpened> {
        lock(&self.asked).clone()
    }

    /// Everything until now.
    pub fn events(&self) -> Vec<Event> {
        lock(&self.events).clone()
    }

    /// Forgets everything until now, the pages included: they would keep their browser's connection open.
    pub fn clear(&self) {
        let events = std::mem::take(&mut *lock(&self.events));
        // Dropped after the lock: the last handle of a page may end a connection.
        drop(events);
    }

    /// Waits until `find` finds something; `what` names it when it never comes.
    ///
    /// # Errors
    /// Nothing was found in ten seconds; the failure lists what came instead.
    pub async fn wait<T>(&self, what: &str, find: impl Fn(&Event) -> Option<T>) -> Result<T, Failure> {
        self.until(what, |this| lock(&this.events).iter().find_map(&find)).await
    }

    /// The same for anything that is told.
    pub(crate) async fn until<T>(&self, what: &str, find: impl Fn(&Self) -> Option<T>) -> Checked<T> {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.mark_unchanged();
                if let Some(found) = find(self) {
                    return found;
                }
                // The sender lives in `self`: this cannot fail.
                let _ = count.changed().await;
            }
        };
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(found) => Ok(found),
            Err(_) => Err(Failure(format!("{what} was not told; told were: {}", self.summary()))),
        }
    }

    /// Waits for a network record.
    pub(crate) async fn request(&self, what: &str, wanted: impl Fn(&NetworkRecord) -> bool) -> Checked<NetworkRecord> {
        let find = |event: &Event| match event {
            Event::Network(record) if wanted(record) => Some((**record).clone()),
            _ => None,
        };
        self.wait(what, find).await
    }

    /// Waits for a console record.
    pub(crate) async fn console(&self, what: &str, wanted: impl Fn(&ConsoleRecord) -> bool) -> Checked<ConsoleRecord> {
        let find = |event: &Event| match event {
            Event::Console(record) if wanted(record) => Some((**record).clone()),
            _ => None,
        };
        self.wait(what, find).await
    }

    /// Waits for the opening of a page.
    pub(crate) async fn opened(&self, what: &str, wanted: impl Fn(&PageOpened) -> bool) -> Checked<PageOpened> {
        let find = |event: &Event| match event {
            Event::PageOpened(opened) if wanted(opened) => Some(opened.clone()),
            _ => None,
        };
        self.wait(what, find).await
    }

    /// Waits for a download in that state.
    pub(crate) async fn download(&self, state: &str) -> Checked<DownloadRecord> {
        let find = |event: &Event| match event {
            Event::Download(record) if record.state == state => Some(record.clone()),
            _ => None,
        };
        self.wait(&format!("a download that {state}"), find).await
    }

    /// Waits until a page shows an address.
    pub(crate) async fn navigated(&self, wanted: &PageKey, address: &str) -> Checked<bool> {
        let find = |event: &Event| match event {
            Event::PageNavigated {
                page,
                url,
                same_document,
            } if page == wanted && url == address => Some(*same_document),
            _ => None,
        };
        self.wait(&format!("the navigation of {wanted:?} to {address}"), find)
            .await
    }

    /// The position of the first event of a page, and whether it tells its opening.
    pub(crate) fn begins_with_opening(&self, page: &PageKey) -> bool {
        let events = lock(&self.events);
        let first = events.iter().find(|event| page_of(event) == Some(page));
        matches!(first, Some(Event::PageOpened(_)))
    }

    /// How many events `wanted` accepts until now.
    pub(crate) fn count(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        lock(&self.events).iter().filter(|event| wanted(event)).count()
    }

    fn summary(&self) -> String {
        let events = lock(&self.events);
        let shown: Vec<String> = events.iter().rev().take(20).rev().map(short).collect();
        if shown.is_empty() {
            "nothing".to_owned()
        } else {
            shown.join(" · ")
        }
    }
}

/// The page that an event is about.
pub(crate) fn page_of(event: &Event) -> Option<&PageKey> {
    match event {
        Event::PageOpened(opened) => Some(opened.page.key()),
        Event::PageNavigated { page, .. }
        | Event::PageReached { page, .. }
        | Event::PageClosed { page }
        | Event::PageCrashed { page } => Some(page),
        Event::RequestSent(sent) => sent.page.as_ref(),
        Event::ResponseStarted(started) => started.page.as_ref(),
        Event::Network(record) => record.page.as_ref(),
        Event::Frame(record) => record.page.as_ref(),
        Event::Console(record) => record.page.as_ref(),
        Event::DialogClosed(dialog, _) => Some(&dialog.page),
        Event::FileChooserClosed(chooser, _) => Some(&chooser.page),
        Event::Download(record) => record.page.as_ref(),
        _ => None,
    }
}

fn short(event: &Event) -> String {
    match event {
        Event::PageOpened(opened) => format!("opened {:?} at {}", opened.page.key(), opened.url),
        Event::Network(record) => format!(
            "{} {} {:?} {:?}",
            record.method, record.url, record.status, record.error
        ),
        Event::Console(record) => format!("console {} {:?}", record.level, record.text),
        other => {
            let text = format!("{other:?}");
            text.chars().take(160).collect()
        }
    }
}
