//! What the browser tells, taken in: the page book, the logs, and the notes for the next result.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use greenroom_policy::DialogMode;
use serde_json::json;

use super::live::{Inner, Session};
use super::notes;
use crate::backend::{DialogAnswer, DialogOpened, Event, EventSink, FileChooserOpened, PageKey};
use crate::ipc::EventNote;
use crate::journal::Origin;

/// A session's end of the seam. Holds the session weakly: a browser does not keep a session alive.
#[derive(Debug)]
pub(super) struct Sink(Weak<Session>);

impl Sink {
    pub(super) fn of(session: &Arc<Session>) -> Arc<dyn EventSink> {
        Arc::new(Self(Arc::downgrade(session)))
    }
}

impl EventSink for Sink {
    fn event(&self, event: Event) {
        if let Some(session) = self.0.upgrade() {
            let told = session.taps.is_used().then(|| event.clone());
            // Of a page that goes, while it has its id still; of all else, when it is known of.
            let is_end = matches!(told, Some(Event::PageClosed { .. }));
            if let (true, Some(event)) = (is_end, &told) {
                session.tell_scripts(event);
            }
            session.take_in(event);
            if let (false, Some(event)) = (is_end, &told) {
                session.tell_scripts(event);
            }
        }
    }

    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        let Some(session) = self.0.upgrade() else {
            return Some(DialogAnswer::Dismiss);
        };
        if session.is_scripts(dialog) {
            return None;
        }
        let answer = session.ruling(dialog);
        if answer.is_none() {
            session.is_asked(dialog);
        }
        answer
    }

    fn file_chooser(&self, chooser: &FileChooserOpened) -> Vec<PathBuf> {
        let session = self.0.upgrade();
        session.map(|session| session.uploads.take(chooser)).unwrap_or_default()
    }
}

impl Session {
    /// A dialog is left open.
    pub(super) fn is_asked(&self, dialog: &DialogOpened) {
        self.notes_down(Some(&dialog.page), |page| notes::open_dialog(page, dialog));
        self.dialogs.opened(dialog.clone());
    }

    /// Something happened in a page, of which `note` says what to tell: with the next result, and in the log.
    fn notes_down(&self, page: Option<&PageKey>, note: impl FnOnce(Option<&str>) -> EventNote) {
        let mut inner = self.lock();
        let note = note(inner.id_of(page).as_deref());
        inner.notes.add(note.clone());
        drop(inner);
        self.log("info", &note.message, note.detail);
    }

    fn take_in(self: &Arc<Self>, event: Event) {
        match event {
            Event::Network(record) => {
                let (op, page) = self.origin(record.started, record.page.as_ref());
                self.journal.network(
                    &record,
                    &Origin {
                        op: op.as_deref(),
                        page_id: page.as_deref(),
                    },
                );
            }
            Event::Frame(record) => {
                let (op, page) = self.origin(record.at, record.page.as_ref());
                self.journal.frame(
                    &record,
                    &Origin {
                        op: op.as_deref(),
                        page_id: page.as_deref(),
                    },
                );
            }
            Event::Console(record) => {
                let (op, page) = self.origin(record.at, record.page.as_ref());
                self.journal.console(
                    &record,
                    &Origin {
                        op: op.as_deref(),
                        page_id: page.as_deref(),
                    },
                );
            }
            Event::FileChooserClosed(chooser, 0) => {
                self.notes_down(Some(&chooser.page), |page| notes::file_chooser(page, &chooser));
            }
            Event::FileChooserClosed(chooser, _) => self.uploads.done(&chooser.page),
            Event::DialogClosed(dialog, answer) => {
                self.dialogs.closed(&dialog.page);
                self.taps.closed(&dialog.page);
                self.notes_down(Some(&dialog.page), |page| notes::dialog(page, &dialog, &answer));
            }
            Event::Download(download) => {
                self.notes_down(download.page.as_ref(), |page| notes::download(page, &download));
            }
            Event::CapabilitiesChanged(capabilities) => {
                let mut inner = self.lock();
                let names = capabilities.names();
                inner.record.capabilities.clone_from(&names);
                inner.notes.add(notes::note(
                    "capabilities",
                    None,
                    "the browser can do less than before: see `greenroom status`".to_owned(),
                    json!({ "capabilities": names }),
                ));
            }
            Event::RequestHeld(held) => self.is_routed(&held),
            Event::Told(told) => self.told(*told),
            Event::Steered(steered) => self.steered(steered),
            Event::Lost { reason } => self.lose(&reason),
            event => self.take_in_page(event),
        }
    }

    fn take_in_page(self: &Arc<Self>, event: Event) {
        let mut inner = self.lock();
        match event {
            Event::PageOpened(opened) => {
                let key = opened.page.key().clone();
                let popup = opened.opener.is_some();
                if let Some(old) = &opened.replaces {
                    inner.handles.remove(old);
                    inner.book.replaced(old, &key);
                }
                let (id, new) = inner.book.opened(&key, &opened.url, popup);
                let page = if inner.record.dialogs == DialogMode::Ask {
                    self.dialogs.around(opened.page)
                } else {
                    opened.page
                };
                inner.handles.insert(key, page);
                if popup && new {
                    let detail = json!({ "url": opened.url, "opener": inner.id_of(opened.opener.as_ref()) });
                    inner.notes.add(notes::note(
                        "popup",
                        Some(&id),
                        format!("a popup opened as {id}"),
                        detail,
                    ));
                }
                drop(inner);
                if new {
                    self.save_soon();
                }
            }
            Event::PageNavigated {
                page,
                url,
                same_document,
            } => {
                inner.book.moved(&page, &url);
                drop(inner);
                if !same_document {
                    self.person_left(&page);
                }
                self.moved.send_replace(());
            }
            // Pages that go with a browser that was let go of are still the session's.
            Event::PageClosed { .. } if inner.hold.is_none() => {}
            Event::PageClosed { page } => {
                self.dialogs.closed(&page);
                self.taps.closed(&page);
                inner.handles.remove(&page);
                drop(inner);
                // While the page has its id still.
                self.person_left(&page);
                let closed = self.lock().book.closed(&page);
                if closed.is_some() {
                    self.save_soon();
                }
            }
            Event::PageCrashed { page } => {
                self.dialogs.closed(&page);
                self.taps.closed(&page);
                inner.book.crashed(&page);
                let id = inner.id_of(Some(&page));
                let note = notes::note(
                    "page-crashed",
                    id.as_deref(),
                    "the page's renderer crashed".to_owned(),
                    json!(null),
                );
                inner.notes.add(note.clone());
                drop(inner);
                self.log("warn", &note.message, json!({ "pageId": note.page_id }));
            }
            _ => {}
        }
    }

    /// The browser is gone: its pages are no longer reachable, and its process is forgotten.
    pub(super) fn lose(self: &Arc<Self>, reason: &str) {
        let mut inner = self.lock();
        let Some(hold) = inner.hold.take() else { return };
        inner.handles.clear();
        self.dialogs.clear();
        self.taps.clear();
        inner.lost = Some(reason.to_owned());
        drop(inner);
        self.write_person();
        self.log("error", "the browser is gone", json!({ "reason": reason }));
        tracing::warn!(session = %self.name(), reason, "the browser is gone");
        if let Some(lease) = hold.lease {
            self.shared.pool.lost(&lease);
            // What is left of its process group and its folder goes too.
            tokio::spawn(async move { lease.release(true).await });
        }
        self.shared.changed.notify_one();
    }

    /// Writes state.json in the background: page ids must never be used again, even if this process is killed.
    fn save_soon(self: &Arc<Self>) {
        if self.lock().hold.is_some() {
            let session = Arc::clone(self);
            tokio::spawn(async move { session.save().await });
        }
    }

    fn origin(&self, moment: SystemTime, page: Option<&PageKey>) -> (Option<String>, Option<String>) {
        let inner = self.lock();
        (inner.timeline.at(moment).map(str::to_owned), inner.id_of(page))
    }
}

impl Inner {
    pub(super) fn id_of(&self, page: Option<&PageKey>) -> Option<String> {
        page.and_then(|page| self.book.by_key(page))
            .map(|entry| entry.id.clone())
    }
}
