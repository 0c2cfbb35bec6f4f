//! What the scripted servers answer: pages, and what they do while they load.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::backend::DialogKind;

/// What reaches a scripted server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FakeRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The address without its fragment.
    pub url: String,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<String>,
    /// The proxy that it came through.
    pub proxy: Option<String>,
}

impl FakeRequest {
    /// The path of its address, percent-encoded as it came.
    pub fn path(&self) -> String {
        url::Url::parse(&self.url).map_or_else(|_| String::new(), |url| url.path().to_owned())
    }

    /// The first value of that name in the query.
    pub fn query(&self, name: &str) -> Option<String> {
        self.queries(name).into_iter().next()
    }

    /// Every value of that name in the query, in their order.
    pub fn queries(&self, name: &str) -> Vec<String> {
        let url = url::Url::parse(&self.url).ok();
        let pairs = url.iter().flat_map(url::Url::query_pairs);
        pairs
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }
}

/// How far a scripted page gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// To the end.
    #[default]
    Completes,
    /// The server takes the connection and never answers.
    NeverAnswers,
    /// The document is parsed, and something that it needs never comes.
    NeverLoads,
    /// Its script runs for ever as soon as it is parsed.
    Loops,
    /// The connection is refused.
    Refused,
}

/// A scripted answer of a server, and what its document does.
#[derive(Clone, Debug)]
pub struct FakePage {
    /// `document.title`.
    pub title: String,
    /// What stands in the body.
    pub body: String,
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: String,
    /// More headers of the answer.
    pub headers: BTreeMap<String, String>,
    /// `Set-Cookie` lines.
    pub set_cookies: Vec<String>,
    /// Where it redirects to instead of answering.
    pub redirect: Option<String>,
    /// Time until the answer begins.
    pub delay: Duration,
    /// Time from the parsed document to the load event.
    pub load_delay: Duration,
    /// How far it gets.
    pub loading: Loading,
    /// Its certificate is not to be trusted.
    pub bad_certificate: bool,
    /// Its height in CSS pixels.
    pub height: u32,
    /// Console calls and uncaught errors while it loads.
    pub console: Vec<FakeConsole>,
    /// Dialogs while it loads, after the console calls.
    pub dialogs: Vec<FakeDialog>,
    /// What its document requests while it loads.
    pub fetches: Vec<FakeFetch>,
    /// The popups that it opens while it loads.
    pub popups: Vec<String>,
    /// It closes itself when it is parsed.
    pub closes: bool,
    /// It asks before it is left.
    pub before_unload: Option<String>,
    /// It is a file to save rather than a document.
    pub download: Option<FakeDownload>,
    /// Variables of its own scripts, as they stand after loading.
    pub globals: BTreeMap<String, Value>,
    /// The frames in its body. Of what a page does while it loads, one in a frame does nothing but load frames, or loop.
    pub frames: Vec<FakeFrame>,
}

/// An element that holds a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeFrame {
    /// Its `id`.
    pub id: String,
    /// Its `src`.
    pub url: String,
}

/// A console call; `level` `pageerror` is an uncaught error.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeConsole {
    /// `log`, `warning`, `error`, …, or `pageerror`.
    pub level: String,
    /// The text.
    pub text: String,
    /// The arguments.
    pub args: Vec<Value>,
}

/// A dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeDialog {
    /// Which one.
    pub kind: DialogKind,
    /// Its text.
    pub message: String,
    /// What a prompt starts with.
    pub default: Option<String>,
}

/// A request that a document makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeFetch {
    /// `GET`, `POST`, …
    pub method: String,
    /// Where to, relative to the document.
    pub url: String,
    /// `fetch`, `image`, `script`, …
    pub resource_type: String,
    /// The body.
    pub body: Option<String>,
}

impl FakeFetch {
    /// A `GET` of that type.
    pub fn get(url: impl Into<String>, resource_type: impl Into<String>) -> Self {
        Self {
            method: "GET".to_owned(),
            url: url.into(),
            resource_type: resource_type.into(),
            body: None,
        }
    }
}

/// A file to save.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FakeDownload {
    /// The name that the server suggests.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Default for FakePage {
    fn default() -> Self {
        Self {
            title: String::new(),
            body: String::new(),
            status: 200,
            content_type: "text/html".to_owned(),
            headers: BTreeMap::new(),
            set_cookies: Vec::new(),
            redirect: None,
            delay: Duration::ZERO,
            load_delay: Duration::ZERO,
            loading: Loading::Completes,
            bad_certificate: false,
            height: 600,
            console: Vec::new(),
            dialogs: Vec::new(),
            fetches: Vec::new(),
            popups: Vec::new(),
            closes: false,
            before_unload: None,
            download: None,
            globals: BTreeMap::new(),
            frames: Vec::new(),
        }
    }
}

impl FakePage {
    /// A page with this title, and the title as its heading.
    pub fn titled(title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            body: format!("<h1>{}</h1>", escape(&title)),
            title,
            ..Self::default()
        }
    }

    /// An answer of that status with an HTML body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::titled(format!("Status {status}"))
        }
    }

    /// A redirect.
    pub fn redirect(to: impl Into<String>) -> Self {
        Self {
            status: 302,
            redirect: Some(to.into()),
            ..Self::default()
        }
    }

    /// Something that is no document, for example `application/json`.
    pub fn resource(content_type: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            content_type: content_type.into(),
            body: body.into(),
            ..Self::default()
        }
    }

    /// A page that gets only so far.
    pub fn that(loading: Loading) -> Self {
        Self {
            loading,
            ..Self::titled(format!("{loading:?}"))
        }
    }

    /// Whether it is a document with a title and elements.
    pub(super) fn is_html(&self) -> bool {
        self.content_type.starts_with("text/html")
    }

    /// The bytes of the answer, as text.
    pub(super) fn source(&self) -> String {
        if self.is_html() {
            format!("<!doctype html>{}", self.outer_html(&self.title))
        } else {
            self.body.clone()
        }
    }

    /// `document.documentElement.outerHTML` with this title.
    pub(super) fn outer_html(&self, title: &str) -> String {
        format!(
            "<html><head><title>{}</title></head><body>{}</body></html>",
            escape(title),
            if self.is_html() {
                self.body.clone()
            } else {
                format!("<pre>{}</pre>", escape(&self.body))
            },
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
