//! What the session tells the scripts that run in it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_policy::DialogRuling;
use serde_json::{Value, json};

use super::live::Session;
use crate::backend::{
    Capability, ConsoleRecord, DialogAnswer, DialogKind, DialogOpened, DownloadRecord, Event, NetworkRecord, PageKey,
    RequestSent, ResponseStarted, WaitUntil,
};
use crate::call::Call;
use crate::script::{Happening, Tap};

/// How long the answer may take that a dialog gets whose script has ended.
const ANSWER: Duration = Duration::from_secs(5);

/// The scripts that are told, and the dialogs that are left to them.
#[derive(Debug, Default)]
pub(crate) struct Taps(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    taps: Vec<Arc<Tap>>,
    held: Vec<DialogOpened>,
}

impl Taps {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a script is told anything at all.
    pub(super) fn is_used(&self) -> bool {
        let inner = self.lock();
        inner
            .taps
            .iter()
            .any(|tap| Happening::ALL.iter().any(|kind| tap.wants(*kind)))
    }

    pub(super) fn wanting(&self, kinds: &[Happening]) -> Vec<Arc<Tap>> {
        let inner = self.lock();
        let wants = |tap: &&Arc<Tap>| kinds.iter().any(|kind| tap.wants(*kind));
        inner.taps.iter().filter(wants).cloned().collect()
    }

    /// The dialog of a page that is left to a script.
    pub(crate) fn held(&self, page: &PageKey) -> Option<DialogOpened> {
        self.lock().held.iter().find(|dialog| dialog.page == *page).cloned()
    }

    /// A page has no dialog any more.
    pub(super) fn closed(&self, page: &PageKey) {
        self.lock().held.retain(|dialog| dialog.page != *page);
    }

    /// No page has one any more.
    pub(super) fn clear(&self) {
        self.lock().held.clear();
    }
}

/// A script is told what happens, until this goes.
#[derive(Debug)]
pub(crate) struct Listening {
    session: Arc<Session>,
    tap: Arc<Tap>,
}

impl Drop for Listening {
    /// What it left open is answered as the session's policy has it.
    fn drop(&mut self) {
        let (left, is_last) = {
            let mut inner = self.session.taps.lock();
            inner.taps.retain(|tap| !Arc::ptr_eq(tap, &self.tap));
            let is_last = inner.taps.is_empty();
            let left = if is_last {
                std::mem::take(&mut inner.held)
            } else {
                Vec::new()
            };
            (left, is_last)
        };
        for dialog in left {
            self.session.rule_late(&dialog);
        }
        if is_last {
            self.session.ends_routes();
        }
    }
}

impl Session {
    /// A script that runs is told what it listens for.
    pub(crate) fn listening(self: &Arc<Self>, tap: Arc<Tap>) -> Listening {
        self.taps.lock().taps.push(Arc::clone(&tap));
        Listening {
            session: Arc::clone(self),
            tap,
        }
    }

    /// How the policy answers a dialog; `None`: it is left open.
    pub(super) fn ruling(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        let mode = self.lock().record.dialogs.clone();
        match mode.rule(dialog.kind == DialogKind::BeforeUnload) {
            DialogRuling::Accept(text) => Some(DialogAnswer::Accept(text)),
            DialogRuling::Dismiss => Some(DialogAnswer::Dismiss),
            DialogRuling::Ask => None,
        }
    }

    /// A dialog whose script has ended without an answer.
    fn rule_late(self: &Arc<Self>, dialog: &DialogOpened) {
        let Some(answer) = self.ruling(dialog) else {
            self.is_asked(dialog);
            return;
        };
        let page = self.lock().handles.get(&dialog.page).cloned();
        if let Some(page) = page {
            tokio::spawn(async move {
                // It may have been answered by somebody else meanwhile.
                let _ = page.answer_dialog(&answer, &Call::within(ANSWER)).await;
            });
        }
    }

    /// A dialog has opened. Answers whether a script takes it upon itself; then it is held for that.
    pub(super) fn is_scripts(&self, dialog: &DialogOpened) -> bool {
        let taps = self.taps.wanting(&[Happening::Dialog]);
        if taps.is_empty() {
            return false;
        }
        let (id, can_hold) = {
            let inner = self.lock();
            let hold = inner.hold.as_ref();
            let can = hold.is_some_and(|hold| hold.browser.capabilities().has(Capability::DialogsHeld));
            (inner.id_of(Some(&dialog.page)), can)
        };
        let detail = json!({
            "type": dialog.kind.name(),
            "message": dialog.message,
            "default": dialog.default,
            "url": dialog.url,
        });
        let mut held = false;
        for tap in taps {
            let holds = can_hold && id.as_deref().is_some_and(|id| tap.holds_dialogs_of(id));
            if holds {
                self.taps.lock().held.push(dialog.clone());
            }
            let told = tap.tell(Happening::Dialog.name(), id.as_deref(), &detail);
            if holds && !told {
                self.taps.closed(&dialog.page);
            }
            held |= holds && told;
        }
        held
    }

    /// Tells scripts what they listen for of an event. Of a page that is gone, while it has its id still.
    pub(super) fn tell_scripts(&self, event: &Event) {
        let (kinds, page): (&[Happening], _) = match event {
            Event::PageOpened(opened) => (&[Happening::PageOpened], Some(opened.page.key())),
            Event::PageClosed { page } => (&[Happening::PageClosed], Some(page)),
            Event::PageCrashed { page } => (&[Happening::PageCrashed], Some(page)),
            Event::PageNavigated { page, .. } => (&[Happening::PageNavigated], Some(page)),
            Event::PageReached { page, .. } => (&[Happening::PageReached], Some(page)),
            Event::Console(record) => (&[Happening::Console], record.page.as_ref()),
            Event::RequestSent(sent) => (requests(&sent.resource_type), sent.page.as_ref()),
            Event::ResponseStarted(started) => (requests(&started.resource_type), started.page.as_ref()),
            Event::Network(record) if record.id.is_empty() => return,
            Event::Network(record) => (requests(&record.resource_type), record.page.as_ref()),
            Event::Download(record) => (&[Happening::Download], record.page.as_ref()),
            _ => return,
        };
        let taps = self.taps.wanting(kinds);
        if taps.is_empty() {
            return;
        }
        let (id, opener) = {
            let inner = self.lock();
            let opener = match event {
                Event::PageOpened(opened) => inner.id_of(opened.opener.as_ref()),
                _ => None,
            };
            (inner.id_of(page), opener)
        };
        let (name, detail) = detail(event, opener.as_deref());
        for tap in taps {
            tap.tell(name, id.as_deref(), &detail);
        }
    }
}

/// What listens for a request of that type.
fn requests(resource_type: &str) -> &'static [Happening] {
    if resource_type == "document" {
        &[Happening::Request, Happening::DocumentRequest]
    } else {
        &[Happening::Request]
    }
}

/// The name of an event as scripts are told it, and what is told of it.
fn detail(event: &Event, opener: Option<&str>) -> (&'static str, Value) {
    match event {
        Event::PageOpened(opened) => (
            Happening::PageOpened.name(),
            json!({ "url": opened.url, "opener": opener }),
        ),
        Event::PageClosed { .. } => (Happening::PageClosed.name(), Value::Null),
        Event::PageCrashed { .. } => (Happening::PageCrashed.name(), Value::Null),
        Event::PageNavigated { url, same_document, .. } => (
            Happening::PageNavigated.name(),
            json!({ "url": url, "sameDocument": same_document }),
        ),
        Event::PageReached { until, .. } => {
            let load = *until == WaitUntil::Load;
            let state = if load { "load" } else { "domcontentloaded" };
            (Happening::PageReached.name(), json!({ "state": state }))
        }
        Event::Console(record) => (Happening::Console.name(), console(record)),
        Event::RequestSent(sent) => ("request-sent", request(sent)),
        Event::ResponseStarted(started) => ("response-started", response(started)),
        Event::Network(record) => ("request-ended", ended(record)),
        Event::Download(record) => (Happening::Download.name(), download(record)),
        _ => ("", Value::Null),
    }
}

fn console(record: &ConsoleRecord) -> Value {
    json!({
        "level": record.level,
        "text": record.text,
        "args": record.args,
        "location": record.location,
        "stack": record.stack,
    })
}

pub(super) fn request(sent: &RequestSent) -> Value {
    json!({
        "id": sent.id,
        "isNavigation": sent.is_navigation,
        "isMain": sent.is_main,
        "method": sent.method,
        "url": sent.url,
        "headers": sent.headers,
        "postData": sent.post_data,
        "resourceType": sent.resource_type,
        "redirectedFrom": sent.redirected_from,
    })
}

fn response(started: &ResponseStarted) -> Value {
    json!({
        "id": started.id,
        "status": started.status,
        "statusText": started.status_text,
        "headers": started.headers,
    })
}

fn ended(record: &NetworkRecord) -> Value {
    json!({
        "id": record.id,
        "status": record.status,
        "requestHeaders": record.request_headers,
        "responseHeaders": record.response_headers,
        "postData": record.post_data,
        "body": record.response_body,
        "bodyOmitted": record.body_omitted,
        "bodySize": record.body_size,
        "durationMs": record.duration_ms,
        "fromCache": record.from_cache,
        "error": record.error,
    })
}

fn download(record: &DownloadRecord) -> Value {
    json!({
        "url": record.url,
        "suggestedName": record.suggested_name,
        "state": record.state,
        "path": record.path,
    })
}
