//! The session as the daemon holds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use greenroom_policy::AccessMode;
use tokio_util::sync::CancellationToken;

use super::book::PageBook;
use super::deadline::{self, Due};
use super::dialogs::OpenDialogs;
use super::machine::{Input, step};
use super::notes::Notes;
use super::person::Person;
use super::pool::{Lease, Pool};
use super::refs::RefBook;
use super::routes::Routes;
use super::scripts::Scripts;
use super::taps::Taps;
use super::timeline::Timeline;
use super::uploads::Uploads;
use crate::backend::{Browser, BrowserBackend, ContextKey, Page, PageKey, StorageState};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::ipc::{EventNote, Restored};
use crate::journal::{Journal, LogEntry};
use crate::script::ScriptEngine;
use crate::store::{SessionName, StateRecord, Store, Timestamp, atomic};

/// How long after its last command a session is parked.
const QUIET: Duration = Duration::from_millis(400);

/// What all sessions of a daemon have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The workspace's files.
    pub store: Store,
    /// The backends by name, each behind its guard.
    pub backends: Vec<Arc<dyn BrowserBackend>>,
    /// What runs scripts.
    pub scripts: Option<Arc<dyn ScriptEngine>>,
    /// The browser processes.
    pub pool: Arc<Pool>,
    /// Where browsers keep what must not outlive them.
    pub scratch: std::path::PathBuf,
    /// Told whenever a session begins, ends, or lets go of its browser.
    pub changed: tokio::sync::Notify,
    /// Told whenever a session is parked: it has another deadline now.
    pub parked: tokio::sync::Notify,
}

/// A session that has not ended.
#[derive(Debug)]
pub(crate) struct Session {
    pub(super) shared: Arc<Shared>,
    name: SessionName,
    pub(super) journal: Journal,
    pub(super) inner: Mutex<Inner>,
    /// What a person does. Locked after `inner` where both are.
    pub(super) person: Mutex<Person>,
    /// Commands run one after another, in the order of arrival.
    pub(crate) queue: tokio::sync::Mutex<()>,
    /// Held while the browser is brought back, so that this happens once.
    pub(super) waking: tokio::sync::Mutex<()>,
    /// Cancelled when the session ends: so is every command that runs in it.
    pub(super) ended: CancellationToken,
    /// Told when a command has ended.
    pub(super) used: tokio::sync::Notify,
    /// The dialogs that are left open.
    pub(crate) dialogs: OpenDialogs,
    /// Files for the next chooser.
    pub(crate) uploads: Uploads,
    /// Told when a page shows another address.
    pub(super) moved: tokio::sync::watch::Sender<()>,
    /// The scripts that are told what happens.
    pub(crate) taps: Taps,
    /// The requests that scripts hold.
    pub(super) routes: Routes,
    /// What its scripts left.
    pub(crate) scripts: Scripts,
    /// Held while state.json is written, so that what is written last is the newest.
    saving: Mutex<()>,
}

/// The session's changing parts.
#[derive(Debug)]
pub(crate) struct Inner {
    /// What state.json says, but for the pages.
    pub record: StateRecord,
    /// The pages by id.
    pub book: PageBook,
    /// The refs.
    pub refs: RefBook,
    /// The pages by key.
    pub handles: HashMap<PageKey, Arc<dyn Page>>,
    /// The browser, while it is held.
    pub hold: Option<Hold>,
    /// Why the browser was lost.
    pub lost: Option<String>,
    /// How the session was brought back, until that is told.
    pub restored: Option<(Restored, Vec<String>)>,
    pub(super) notes: Notes,
    pub(super) timeline: Timeline,
    running: usize,
}

/// A browser in use.
#[derive(Debug)]
pub(crate) struct Hold {
    /// The browser.
    pub browser: Arc<dyn Browser>,
    /// The session's context in it.
    pub context: ContextKey,
    /// The share of the process; `None` when it is somebody else's.
    pub lease: Option<Lease>,
}

impl Session {
    /// The session of that record, without a browser yet.
    pub(crate) fn new(shared: Arc<Shared>, record: StateRecord, journal: Journal) -> Arc<Self> {
        let session = Arc::new(Self {
            shared,
            name: record.session.clone(),
            journal,
            inner: Mutex::new(Inner {
                book: PageBook::of(&record.pages, record.next_page),
                refs: RefBook::from(record.next_ref),
                record,
                handles: HashMap::new(),
                hold: None,
                lost: None,
                restored: None,
                notes: Notes::default(),
                timeline: Timeline::default(),
                running: 0,
            }),
            person: Mutex::default(),
            queue: tokio::sync::Mutex::new(()),
            waking: tokio::sync::Mutex::new(()),
            ended: CancellationToken::new(),
            used: tokio::sync::Notify::new(),
            dialogs: OpenDialogs::default(),
            uploads: Uploads::default(),
            moved: tokio::sync::watch::Sender::new(()),
            taps: Taps::default(),
            routes: Routes::default(),
            scripts: Scripts::default(),
            saving: Mutex::default(),
        });
        tokio::spawn(Arc::clone(&session).park_when_quiet());
        session
    }

    /// Its name.
    pub(crate) fn name(&self) -> &SessionName {
        &self.name
    }

    /// Its changing parts. The lock is never held over an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its access mode.
    pub(crate) fn access_mode(&self) -> AccessMode {
        self.lock().record.access_mode
    }

    /// Its state as state.json has it.
    pub(crate) fn record(&self) -> StateRecord {
        self.lock().snapshot()
    }

    /// Its next deadline, and what that does. As long as a command runs in it, it is in use.
    pub(crate) fn deadline(&self) -> Option<(Timestamp, Due)> {
        let inner = self.lock();
        let mut record = inner.record.clone();
        if inner.running > 0 {
            record.last_used_at = Timestamp::now();
        }
        deadline::next(&record)
    }

    /// Its logs.
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Whether the daemon must stay for it.
    pub(crate) fn is_held(&self) -> bool {
        let inner = self.lock();
        inner.running > 0 || inner.hold.is_some()
    }

    /// The backend that it was opened with.
    pub(crate) fn backend(&self) -> Result<Arc<dyn BrowserBackend>> {
        self.shared.backend(&self.lock().record.backend)
    }

    /// Cancelled when the session ends.
    pub(crate) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    /// A command begins: the session is in use until the guard goes.
    pub(crate) fn begin(self: &Arc<Self>, op: &str) -> InUse {
        let mut inner = self.lock();
        inner.running += 1;
        inner.timeline.begin(op, SystemTime::now());
        inner.advance(Input::Used);
        drop(inner);
        InUse {
            session: Arc::clone(self),
            op: op.to_owned(),
        }
    }

    /// What is to be told with the next result: events, and how the session was brought back.
    pub(crate) fn tell(&self) -> (Vec<EventNote>, Option<(Restored, Vec<String>)>) {
        let mut inner = self.lock();
        (inner.notes.take(), inner.restored.take())
    }

    /// The page of that id, or the default one.
    ///
    /// # Errors
    /// [`Kind::PageGone`] with the nearest id; [`Kind::PageCrashed`] is the page's own answer.
    pub(crate) fn page(&self, id: Option<&str>) -> Result<(String, Arc<dyn Page>)> {
        let mut inner = self.lock();
        let entry = match id {
            Some(id) => inner.book.by_id(id).ok_or_else(|| inner.no_page(id, &self.name))?,
            None => inner.book.default_page().ok_or_else(|| {
                Error::new(Kind::PageGone, "the session has no page")
                    .with_hint(format!("greenroom tab new --session {}", self.name))
            })?,
        };
        let (id, key) = (entry.id.clone(), entry.key.clone());
        let page = inner.handles.get(&key).cloned();
        inner.book.used(&id);
        let page = page.ok_or_else(|| Error::new(Kind::PageGone, format!("the page `{id}` is gone")))?;
        Ok((id, page))
    }

    /// Told when a page shows another address.
    pub(crate) fn moved(&self) -> tokio::sync::watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// The default page's id and address.
    pub(crate) fn place(&self) -> (Option<String>, Option<String>) {
        let inner = self.lock();
        inner
            .book
            .default_page()
            .map(|page| (page.id.clone(), page.url.clone()))
            .unzip()
    }

    /// The browser in use.
    pub(crate) fn browser(&self) -> Result<(Arc<dyn Browser>, ContextKey)> {
        let inner = self.lock();
        match &inner.hold {
            Some(hold) => Ok((Arc::clone(&hold.browser), hold.context.clone())),
            None => Err(inner.lost_error(&self.name)),
        }
    }

    /// Writes state.json now. A failure is logged: the session goes on.
    pub(crate) async fn save(self: &Arc<Self>) {
        if let Err(error) = self.save_or_fail().await {
            tracing::warn!(session = %self.name, %error, "failed to write the session's state");
            self.log(
                "error",
                "failed to write the session's state",
                serde_json::json!({ "error": error.message() }),
            );
        }
    }

    /// Writes state.json now.
    pub(crate) async fn save_or_fail(self: &Arc<Self>) -> Result<()> {
        let session = Arc::clone(self);
        on_disk(move || {
            let _saving = session.saving.lock().unwrap_or_else(PoisonError::into_inner);
            let record = session.record();
            session.shared.store.write(&record)?;
            session.lock().refs.is_written(record.next_ref);
            Ok(())
        })
        .await
    }

    /// Adds a line to the session's own log.
    pub(crate) fn log(&self, level: &str, message: &str, fields: serde_json::Value) {
        self.journal.log(&LogEntry {
            level: level.to_owned(),
            target: "session".to_owned(),
            message: message.to_owned(),
            fields,
            op: None,
        });
    }

    /// Parks the session whenever no command has run for a moment; ends with the session.
    async fn park_when_quiet(self: Arc<Self>) {
        let ended = self.ended.clone();
        let session = Arc::downgrade(&self);
        drop(self);
        loop {
            let Some(this) = session.upgrade() else { return };
            tokio::select! {
                () = this.used.notified() => {}
                () = ended.cancelled() => return,
            }
            // Each further command starts the moment anew.
            while tokio::time::timeout(QUIET, this.used.notified()).await.is_ok() {}
            if !ended.is_cancelled() && this.park() {
                this.keep_storage().await;
                this.save().await;
                this.shared.parked.notify_one();
            }
        }
    }

    fn park(&self) -> bool {
        let mut inner = self.lock();
        inner.running == 0 && inner.advance(Input::Quiet)
    }

    /// Writes the storage snapshot from which the session could be restored. It never fails the session.
    pub(super) async fn keep_storage(&self) {
        let Ok((browser, context)) = self.browser() else { return };
        let call = Call::within(Duration::from_secs(5));
        let cookies = match browser.storage() {
            Ok(storage) => storage.cookies(&context, &call).await,
            Err(error) => Err(error),
        };
        let file = self.shared.store.layout().storage_file(&self.name);
        let written = match cookies {
            Ok(cookies) => on_disk(move || atomic::write_json(&file, &StorageState { cookies })).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::debug!(session = %self.name, %error, "no storage snapshot");
        }
    }
}

impl Inner {
    /// Moves on in the lifecycle; answers whether that changed anything.
    pub(super) fn advance(&mut self, input: Input) -> bool {
        let now = Timestamp::now();
        if input == Input::Used {
            self.record.last_used_at = now;
        }
        let Some((phase, outcome)) = step(self.record.phase, input) else {
            return false;
        };
        self.record.phase = phase;
        if let Some(outcome) = outcome {
            self.record.outcome = Some(outcome);
            self.record.status = crate::store::Status::Exited;
            self.record.ended_at = Some(now);
        }
        true
    }

    /// The record with the pages as they are now.
    pub(crate) fn snapshot(&self) -> StateRecord {
        StateRecord {
            pages: self.book.records(),
            next_page: self.book.next(),
            next_ref: self.refs.bound(),
            ..self.record.clone()
        }
    }

    /// The browser was adopted: pages that are not there any more leave the book.
    pub(super) fn adopted(&mut self) {
        let found: Vec<_> = self.handles.keys().cloned().collect();
        self.book.keep_only(&found);
        self.restored = Some((Restored::Adopted, Vec::new()));
    }

    /// The session was made anew in another browser.
    pub(super) fn restored(&mut self, how: Restored, default: Option<&str>, notes: Vec<String>) {
        self.advance(Input::Restored);
        if let Some(default) = default {
            self.book.used(default);
        }
        self.lost = None;
        self.restored = Some((how, notes));
    }

    fn no_page(&self, id: &str, session: &SessionName) -> Error {
        let ids = self.book.pages().iter().map(|page| page.id.as_str());
        let message = match crate::text::nearest(id, ids) {
            Some(near) => format!("no page `{id}` in session `{session}`; did you mean `{near}`?"),
            None => format!("no page `{id}` in session `{session}`"),
        };
        Error::new(Kind::PageGone, message).with_hint(format!("greenroom pages --session {session}"))
    }

    fn lost_error(&self, session: &SessionName) -> Error {
        let reason = self.lost.as_deref().unwrap_or("it is not running");
        Error::new(
            Kind::BrowserLost,
            format!("the browser of session `{session}` is gone: {reason}"),
        )
        .with_hint(format!(
            "greenroom get url --session {session}    # any command brings it back"
        ))
    }
}

impl Shared {
    /// The backend of that name.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the nearest name.
    pub(crate) fn backend(&self, name: &str) -> Result<Arc<dyn BrowserBackend>> {
        let found = self.backends.iter().find(|backend| backend.name() == name);
        found.cloned().ok_or_else(|| {
            let names: Vec<_> = self.backends.iter().map(|backend| backend.name()).collect();
            let near = crate::text::nearest(name, names.iter().copied());
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Error::new(Kind::Usage, format!("no backend `{name}`{near}"))
                .with_hint(format!("there are: {}", names.join(", ")))
        })
    }
}

/// Reads or writes files on another thread: this one serves commands, and a disk may take its time.
pub(crate) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::new(Kind::Internal, "failed to reach a session's file").with_source(error))?
}

/// A command that runs in a session.
#[derive(Debug)]
pub(crate) struct InUse {
    session: Arc<Session>,
    op: String,
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut inner = self.session.lock();
        inner.running -= 1;
        inner.record.last_used_at = Timestamp::now();
        inner.timeline.end(&self.op, SystemTime::now());
        drop(inner);
        self.session.used.notify_one();
    }
}
