//! What a fake browser holds.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::watch;

use super::cookies::Jar;
use super::frame::Frame;
use super::site::FakePage;
use crate::backend::{ContextOptions, Event, EventSink, PageKey, Size};
use crate::error::Kind;

/// The viewport where nothing else is asked for.
pub(super) const DEFAULT_VIEWPORT: Size = Size {
    width: 1280,
    height: 720,
};

/// The state of one browser.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) pages: BTreeMap<PageKey, Tab>,
    /// Cookies: a jar for each isolated context, one for all that share a profile.
    pub(super) jars: BTreeMap<String, Jar>,
    /// Events that happened and were not told yet.
    pub(super) outbox: VecDeque<(Arc<dyn EventSink>, Event)>,
    /// The requests whose answers send elsewhere, by their addresses, until the next one is sent.
    pub(super) redirects: BTreeMap<String, String>,
    /// The last number that was given.
    pub(super) counter: u64,
}

impl State {
    /// A number that was not there before.
    pub(super) fn next(&mut self) -> u64 {
        Self::count(&mut self.counter)
    }

    /// The same while other parts of the state are held.
    pub(super) fn count(counter: &mut u64) -> u64 {
        *counter += 1;
        *counter
    }

    pub(super) fn context_of(&self, page: &PageKey) -> Option<&Context> {
        self.contexts.get(&self.pages.get(page)?.context)
    }

    /// The cookies that a page sees.
    pub(super) fn jar_of(&mut self, page: &PageKey) -> &mut Jar {
        let jar = self
            .context_of(page)
            .map(|context| context.jar.clone())
            .unwrap_or_default();
        self.jars.entry(jar).or_default()
    }
}

#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) options: ContextOptions,
    pub(super) listener: Option<Listener>,
    /// Which jar it uses.
    pub(super) jar: String,
}

/// A sink, and the connection that it came over.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) connection: u64,
    pub(super) sink: Arc<dyn EventSink>,
}

/// A tab or popup.
#[derive(Debug)]
pub(super) struct Tab {
    pub(super) context: String,
    pub(super) opener: Option<PageKey>,
    /// The page whose place it took.
    pub(super) replaces: Option<PageKey>,
    /// Its opening was told: until then, nothing else of it is.
    pub(super) announced: bool,
    pub(super) viewport: Size,
    pub(super) document: Document,
    pub(super) history: Vec<Entry>,
    pub(super) index: usize,
    pub(super) renderer: watch::Sender<Renderer>,
    pub(super) load: watch::Sender<Load>,
}

/// A history entry; entries of one `document` differ in fragment or state only.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) url: String,
    pub(super) document: u64,
}

/// What a tab shows.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) id: u64,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) page: FakePage,
    pub(super) scroll: (f64, f64),
    /// Variables of the page's own scripts.
    pub(super) main: Map<String, Value>,
    /// Variables of ours.
    pub(super) isolated: Map<String, Value>,
    pub(super) frames: Vec<Frame>,
}

/// How a tab's renderer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Renderer {
    #[default]
    Well,
    /// A script runs for ever.
    Looping,
    Crashed,
    Closed,
}

/// A tab's newest load.
#[derive(Clone, Debug, Default)]
pub(super) struct Load {
    pub(super) number: u64,
    pub(super) stage: Stage,
    pub(super) url: String,
    pub(super) status: Option<u16>,
}

/// How far a load is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    #[default]
    Requested,
    Committed,
    DomContentLoaded,
    Loaded,
    Failed(Failure),
}

/// Why a load failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failure {
    pub(super) message: String,
}

impl Failure {
    pub(super) fn error(&self) -> crate::Error {
        crate::Error::new(Kind::Navigation, self.message.clone())
    }
}
