//! Functions that fake pages know, and what such a function can reach.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::engine::Engine;
use super::network::user_agent;
use super::site::{FakeConsole, FakeDialog, FakeFetch};
use super::state::Document;
use super::{builtin, lock};
use crate::backend::{Capability, ConsoleRecord, ContextOptions, DialogAnswer, Event, FrameKey, PageKey, Size, World};

/// A function in Rust that stands for one in JavaScript.
pub type FakeFunction = Arc<dyn Fn(&FakeScope<'_>, &[Value]) -> FakeAnswer + Send + Sync>;

/// What a function comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum FakeAnswer {
    /// A value, or a promise of it that is kept at once.
    Value(Value),
    /// It throws an error with this message.
    Throw(String),
    /// A promise of a value that is kept after a while.
    Later(Duration, Value),
    /// A promise that is never kept.
    Never,
    /// It runs for ever, and the page hangs.
    Loop,
    /// A request; its promise is kept with the status, or broken.
    Fetch(FakeFetch),
    /// An array of elements, by their ids; `None` is something else. [`Frames::find`](crate::backend::Frames::find) is
    /// for them.
    Elements(Vec<Option<String>>),
    /// The frame of an element is sent to an address; its promise is kept when that is loaded.
    LoadFrame {
        /// The `id` of the element.
        element: String,
        /// Its new `src`.
        url: String,
    },
}

impl<T: Into<Value>> From<T> for FakeAnswer {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

/// The known functions by their text without blanks, or their name.
pub(super) struct Scripts(Mutex<HashMap<String, FakeFunction>>);

impl fmt::Debug for Scripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scripts({})", lock(&self.0).len())
    }
}

impl Scripts {
    pub(super) fn new() -> Self {
        let scripts = Self(Mutex::default());
        builtin::define_all(&scripts);
        scripts
    }

    pub(super) fn define(&self, text: &str, function: FakeFunction) {
        lock(&self.0).insert(key(text), function);
    }

    /// The function of that name or text.
    pub(super) fn find(&self, text: &str) -> Option<FakeFunction> {
        let known = lock(&self.0);
        let name = text
            .trim_start()
            .strip_prefix("/*")
            .and_then(|rest| rest.split_once("*/"))
            .map(|(name, _)| name.trim());
        name.and_then(|name| known.get(&key(name)))
            .or_else(|| known.get(&key(text)))
            .cloned()
    }
}

fn key(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.trim_end_matches(';').to_owned()
}

/// A page as a function in it sees it.
#[derive(Debug)]
pub struct FakeScope<'a> {
    pub(super) engine: &'a Arc<Engine>,
    pub(super) page: &'a PageKey,
    /// `None`: the main frame.
    pub(super) frame: Option<&'a FrameKey>,
    pub(super) world: World,
}

impl FakeScope<'_> {
    fn read<T: Default>(&self, read: impl FnOnce(&Document) -> T) -> T {
        let state = self.engine.state();
        let document = state.pages.get(self.page).and_then(|tab| tab.document_in(self.frame));
        document.map(read).unwrap_or_default()
    }

    fn write(&self, write: impl FnOnce(&mut Document)) {
        let mut state = self.engine.state();
        let tab = state.pages.get_mut(self.page);
        if let Some(document) = tab.and_then(|tab| tab.document_in_mut(self.frame)) {
            write(document);
        }
    }

    /// `location.href`.
    pub fn url(&self) -> String {
        self.read(|document| document.url.clone())
    }

    /// `document.title`.
    pub fn title(&self) -> String {
        self.read(|document| document.title.clone())
    }

    /// `document.title = …`.
    pub fn set_title(&self, title: &str) {
        self.write(|document| title.clone_into(&mut document.title));
    }

    /// `document.documentElement.outerHTML`.
    pub fn html(&self) -> String {
        self.read(|document| document.page.outer_html(&document.title))
    }

    /// `document.body.innerHTML`, or its text where it is no HTML.
    pub fn body(&self) -> String {
        self.read(|document| document.page.body.clone())
    }

    /// `document.body.innerHTML = …`.
    pub fn set_body(&self, body: &str) {
        self.write(|document| body.clone_into(&mut document.page.body));
    }

    /// A global variable of this world.
    pub fn global(&self, name: &str) -> Option<Value> {
        let isolated = self.is_isolated();
        self.read(|document| {
            let globals = if isolated { &document.isolated } else { &document.main };
            globals.get(name).cloned()
        })
    }

    /// A global variable of the page's own scripts.
    pub fn own_global(&self, name: &str) -> Option<Value> {
        self.read(|document| document.main.get(name).cloned())
    }

    /// Sets a global variable of this world.
    pub fn set_global(&self, name: &str, value: Value) {
        let isolated = self.is_isolated();
        self.write(|document| {
            let globals = if isolated {
                &mut document.isolated
            } else {
                &mut document.main
            };
            globals.insert(name.to_owned(), value);
        });
    }

    fn is_isolated(&self) -> bool {
        self.world == World::Isolated && self.engine.has(Capability::IsolatedWorld)
    }

    /// `scrollX` and `scrollY`.
    pub fn scroll(&self) -> (f64, f64) {
        self.read(|document| document.scroll)
    }

    /// `scrollTo(x, y)`, as far as the document goes.
    pub fn scroll_to(&self, x: f64, y: f64) {
        let height = self.viewport().height;
        self.write(|document| {
            let limit = f64::from(document.page.height.saturating_sub(height));
            document.scroll = (x.clamp(0.0, 0.0), y.clamp(0.0, limit));
        });
    }

    /// `innerWidth` and `innerHeight`.
    pub fn viewport(&self) -> Size {
        let state = self.engine.state();
        state
            .pages
            .get(self.page)
            .map_or(super::state::DEFAULT_VIEWPORT, |tab| tab.viewport)
    }

    /// How the context was set up: locale, time zone and the like.
    pub fn options(&self) -> ContextOptions {
        let state = self.engine.state();
        state
            .context_of(self.page)
            .map(|context| context.options.clone())
            .unwrap_or_default()
    }

    /// `navigator.userAgent`.
    pub fn user_agent(&self) -> String {
        user_agent(self.options().user_agent.as_deref()).to_owned()
    }

    /// `document.cookie`.
    pub fn cookie(&self) -> String {
        let url = self.url();
        self.engine.state().jar_of(self.page).header(&url, true)
    }

    /// `document.cookie = …`.
    pub fn set_cookie(&self, line: &str) {
        let url = self.url();
        self.engine.state().jar_of(self.page).take(line, &url);
    }

    /// Writes to the console.
    pub fn console(&self, call: FakeConsole) {
        let record = ConsoleRecord {
            page: Some(self.page.clone()),
            at: SystemTime::now(),
            level: call.level,
            text: call.text,
            args: call.args,
            location: None,
            stack: None,
        };
        self.engine.say(self.page, Event::Console(Box::new(record)));
    }

    /// Opens a dialog, and answers how it was closed.
    pub fn dialog(&self, dialog: &FakeDialog) -> DialogAnswer {
        self.engine.ask(self.page, dialog)
    }

    /// `window.open(url)`.
    pub fn open(&self, url: &str) {
        self.engine.open_popup(self.page, url);
    }

    /// `location.href = …`: the load begins, and nobody waits for it.
    pub fn navigate(&self, url: &str) {
        let Some(frame) = self.frame.cloned() else {
            self.engine.send_to(self.page, url);
            return;
        };
        let (engine, page, url) = (Arc::clone(self.engine), self.page.clone(), url.to_owned());
        tokio::spawn(async move { engine.load_frame(&page, &frame, &url).await });
    }

    /// `history.pushState(null, "", url)`; of the main frame only.
    pub fn push_state(&self, url: &str) {
        if self.frame.is_none() {
            self.engine.push_state(self.page, url);
        }
    }

    /// The ids of the elements that hold frames.
    pub fn frames(&self) -> Vec<String> {
        self.read(Document::frame_elements)
    }

    /// Whether the frame of that element shows a document of the same origin, which scripts can look into.
    pub fn looks_into(&self, element: &str) -> bool {
        self.read(|document| {
            let origin = |url: &str| url::Url::parse(url).map(|url| url.origin());
            let inside = document.frame_of(element).map(|frame| origin(&frame.document.url));
            inside.is_some_and(|inside| inside == origin(&document.url))
        })
    }

    /// Removes an element that holds a frame.
    pub fn remove_frame(&self, element: &str) {
        self.write(|document| document.frames.retain(|frame| frame.element != element));
    }
}
