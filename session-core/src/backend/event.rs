//! What a browser tells without being asked.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CapabilitySet, FrameKey, HeldRequest, Page, PageKey, Target, WaitUntil};

/// Takes a context's events. Called in order from the backend's own task: it must be quick and must not call back.
pub trait EventSink: Debug + Send + Sync {
    /// Something happened.
    fn event(&self, event: Event);

    /// A dialog has opened and blocks the page; the backend gives this answer at once. `None`: it stays open until
    /// [`Page::answer_dialog`], or until somebody else answers it; said only where the browser has
    /// [`Capability::DialogsHeld`](super::Capability::DialogsHeld).
    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer>;

    /// A file chooser has opened, and is not shown; the backend gives it these files at once. Empty: it is cancelled.
    /// Asked only where the browser has [`Capability::FileChoosers`](super::Capability::FileChoosers).
    fn file_chooser(&self, chooser: &FileChooserOpened) -> Vec<PathBuf>;
}

/// Something that happened in a context.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A page is there: opened by us, by a page, by a person, or found when adopting.
    PageOpened(PageOpened),
    /// A page shows another document or another address of the same one.
    PageNavigated {
        /// Which page.
        page: PageKey,
        /// Its address now.
        url: String,
        /// Only the fragment or the history entry changed.
        same_document: bool,
    },
    /// A page is gone.
    PageClosed {
        /// Which page.
        page: PageKey,
    },
    /// A page's renderer crashed; [`Page::revive`] brings it back. A browser whose crash takes more tells `Lost` instead.
    PageCrashed {
        /// Which page.
        page: PageKey,
    },
    /// A document of a page's main frame has come so far: to `DomContentLoaded`, then to `Load`. Told by browsers with
    /// [`Capability::NavigationStatus`](super::Capability::NavigationStatus).
    PageReached {
        /// Which page.
        page: PageKey,
        /// How far.
        until: WaitUntil,
    },
    /// A request is sent; each that a redirect leads to is one of its own. Like the next two, with
    /// [`Capability::NetworkEvents`](super::Capability::NetworkEvents).
    RequestSent(Box<RequestSent>),
    /// A request is held: see [`Interception`](super::Interception).
    RequestHeld(Box<HeldRequest>),
    /// The head of an answer has arrived.
    ResponseStarted(Box<ResponseStarted>),
    /// A request ended or failed, or was redirected.
    Network(Box<NetworkRecord>),
    /// A message of a WebSocket or an EventSource.
    Frame(Box<FrameRecord>),
    /// The page wrote to its console, or did not catch an error.
    Console(Box<ConsoleRecord>),
    /// A dialog was answered.
    DialogClosed(DialogOpened, DialogAnswer),
    /// A file chooser was given so many files, or was cancelled with none.
    FileChooserClosed(FileChooserOpened, usize),
    /// A download began, ended or was refused.
    Download(DownloadRecord),
    /// The context's [`Watcher`](super::Watcher) has told something.
    Told(Box<Told>),
    /// A person sent a page elsewhere by the browser's own controls.
    Steered(Steered),
    /// The browser can do less than before (a channel that could not be opened again).
    CapabilitiesChanged(CapabilitySet),
    /// The browser or its connection is gone; nothing follows.
    Lost {
        /// What was seen of it.
        reason: String,
    },
}

/// A page that is there.
#[derive(Clone, Debug)]
pub struct PageOpened {
    /// The page.
    pub page: Arc<dyn Page>,
    /// Its address at that moment.
    pub url: String,
    /// The page that opened it.
    pub opener: Option<PageKey>,
    /// The page whose place it takes, where [`Page::revive`] had to open another; that one is gone without a `PageClosed`.
    pub replaces: Option<PageKey>,
}

/// A request that is sent.
#[derive(Clone, Debug)]
pub struct RequestSent {
    /// Its id, by which [`ResponseStarted`] and [`NetworkRecord`] name it.
    pub id: String,
    /// The page that it belongs to, as in [`NetworkRecord`].
    pub page: Option<PageKey>,
    /// Whether it asks for the document of a page or frame.
    pub is_navigation: bool,
    /// Whether that is the page's own.
    pub is_main: bool,
    /// `GET`, `POST`, …
    pub method: String,
    /// The address asked for.
    pub url: String,
    /// Its headers as far as they are known by now.
    pub headers: BTreeMap<String, String>,
    /// Its body, if it is text and told by now.
    pub post_data: Option<String>,
    /// As in [`NetworkRecord`].
    pub resource_type: String,
    /// The request whose answer led to this one.
    pub redirected_from: Option<String>,
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub struct ResponseStarted {
    /// The request's id.
    pub id: String,
    /// The page that it belongs to.
    pub page: Option<PageKey>,
    /// The HTTP status.
    pub status: u16,
    /// The words beside it; empty where there are none.
    pub status_text: String,
    /// Its headers as far as they are known by now; several of one name are joined by a newline.
    pub headers: BTreeMap<String, String>,
    /// As in [`NetworkRecord`].
    pub resource_type: String,
}

/// One request, told when it ends (files: network.jsonl).
#[derive(Clone, Debug)]
pub struct NetworkRecord {
    /// The id by which [`RequestSent`] told it; empty for what was not told so, as the handshake of a WebSocket.
    pub id: String,
    /// The page that it belongs to, by itself or through a frame or worker; `None`: a shared or service worker's.
    pub page: Option<PageKey>,
    /// When it was started, by the wall clock.
    pub started: SystemTime,
    /// `GET`, `POST`, …
    pub method: String,
    /// The address asked for.
    pub url: String,
    /// The HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The answer's media type.
    pub content_type: Option<String>,
    /// The request's headers as sent, as far as they are known.
    pub request_headers: BTreeMap<String, String>,
    /// The answer's headers; several of one name are joined by a newline.
    pub response_headers: BTreeMap<String, String>,
    /// The request's body, if it is text.
    pub post_data: Option<String>,
    /// The answer's body, if it is text and short enough.
    pub response_body: Option<String>,
    /// Why there is no body here, for example `binary`, `too large`, `redirect`.
    pub body_omitted: Option<String>,
    /// The bytes of the answer's body, decoded.
    pub body_size: Option<u64>,
    /// `document`, `stylesheet`, `image`, `script`, `fetch`, `xhr`, `websocket`, …
    pub resource_type: String,
    /// Milliseconds from its start to its end.
    pub duration_ms: f64,
    /// Milliseconds of its parts, by the names of Resource Timing; `null` where unknown.
    pub timing: Value,
    /// Answered without the network.
    pub from_cache: bool,
    /// The address that was redirected to this one.
    pub redirect_of: Option<String>,
    /// What caused it: `parser`, `script`, `user`, …, with an address where there is one.
    pub initiator: Value,
    /// Why it failed, for example `net::ERR_CONNECTION_REFUSED`.
    pub error: Option<String>,
}

/// A message of a WebSocket or an EventSource.
#[derive(Clone, Debug)]
pub struct FrameRecord {
    /// The page that it belongs to.
    pub page: Option<PageKey>,
    /// When it was seen, by the wall clock.
    pub at: SystemTime,
    /// `websocket-sent`, `websocket-received`, `websocket-error`, `eventsource-message`.
    pub kind: &'static str,
    /// The address of the connection.
    pub url: String,
    /// The payload as text; binary in base64.
    pub data: String,
    /// Whether `data` is base64.
    pub binary: bool,
}

/// One console call or uncaught error (files: console.jsonl).
#[derive(Clone, Debug)]
pub struct ConsoleRecord {
    /// The page that it belongs to.
    pub page: Option<PageKey>,
    /// When it was made, by the wall clock.
    pub at: SystemTime,
    /// `log`, `warning`, `error`, …, or `pageerror`.
    pub level: String,
    /// The message as a console would show it.
    pub text: String,
    /// The arguments as JSON, as far as they have such a form.
    pub args: Vec<Value>,
    /// Where it was called.
    pub location: Option<SourceLocation>,
    /// The stack, one frame a line.
    pub stack: Option<String>,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceLocation {
    /// The source's address.
    pub url: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A dialog of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogOpened {
    /// The page that it blocks.
    pub page: PageKey,
    /// Which one.
    pub kind: DialogKind,
    /// Its text.
    pub message: String,
    /// The text that a prompt starts with.
    pub default: Option<String>,
    /// The address of the document that opened it.
    pub url: String,
}

/// The kinds of dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialogKind {
    /// `alert()`.
    Alert,
    /// `confirm()`.
    Confirm,
    /// `prompt()`.
    Prompt,
    /// A document that asks before it is left.
    BeforeUnload,
}

impl DialogKind {
    /// The word for it, in JSON and in protocols: `alert`, `confirm`, `prompt`, `beforeunload`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Confirm => "confirm",
            Self::Prompt => "prompt",
            Self::BeforeUnload => "beforeunload",
        }
    }

    /// The kind of that word. What else there may be has a text and one button, as `alert` has.
    pub fn from_name(name: &str) -> Self {
        let others = [Self::Confirm, Self::Prompt, Self::BeforeUnload];
        others
            .into_iter()
            .find(|kind| kind.name() == name)
            .unwrap_or(Self::Alert)
    }
}

impl DialogOpened {
    /// What stands in a prompt that is answered so: without a text of its own, OK means the text that stands there. `None`
    /// for all else.
    pub fn typed(&self, answer: &DialogAnswer) -> Option<String> {
        match answer {
            DialogAnswer::Accept(text) if self.kind == DialogKind::Prompt => {
                text.clone().or_else(|| self.default.clone())
            }
            DialogAnswer::Accept(_) | DialogAnswer::Dismiss => None,
        }
    }
}

/// A file chooser of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChooserOpened {
    /// The page that opened it.
    pub page: PageKey,
    /// Whether it takes several files.
    pub multiple: bool,
}

/// How a dialog is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialogAnswer {
    /// OK, with this text for a prompt.
    Accept(Option<String>),
    /// Cancel.
    Dismiss,
}

/// What a [`Watcher`](super::Watcher) has told from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The page that the document is in.
    pub page: PageKey,
    /// The frames around it, the outermost first, its own the last; those that are not known of are left out.
    pub frames: Vec<FrameKey>,
    /// The text.
    pub text: String,
}

/// A navigation that a person began by the address bar, a bookmark, the buttons or a shortcut of the browser: neither the
/// page nor we did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steered {
    /// Which page.
    pub page: PageKey,
    /// When, by the wall clock.
    pub at: SystemTime,
    /// Where to.
    pub to: Target,
}

/// A download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadRecord {
    /// The page that it belongs to.
    pub page: Option<PageKey>,
    /// Where it comes from.
    pub url: String,
    /// The name that the server or page suggests; never a path.
    pub suggested_name: String,
    /// `started`, `completed`, `cancelled` or `refused`.
    pub state: &'static str,
    /// Where it was saved.
    pub path: Option<PathBuf>,
}
