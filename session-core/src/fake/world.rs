//! What is shared by all browsers of a test: the servers, the scripts, the clock, and the browsers themselves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use url::Url;

use super::clock::Clock;
use super::control::{FakeControl, Faults};
use super::engine::{Engine, Start};
use super::lock;
use super::script::{FakeAnswer, FakeFunction, FakeScope, Scripts};
use super::site::{FakePage, FakeRequest, Loading};

type Handler = Arc<dyn Fn(&FakeRequest) -> Option<FakePage> + Send + Sync>;

/// The world of scripted servers and the browsers in it. Clones are the same world.
#[derive(Clone, Debug)]
pub struct FakeWorld(pub(super) Arc<World>);

#[derive(Debug)]
pub(super) struct World {
    pub(super) shared: Arc<Shared>,
    browsers: Mutex<BTreeMap<u64, Arc<Engine>>>,
    next: AtomicU64,
}

/// What browsers need of their world.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) scripts: Scripts,
    pub(super) received: Mutex<Vec<FakeRequest>>,
    /// Reviving a page opens another in its place, as drivers must do it.
    pub(super) revives_by_replacing: AtomicBool,
    servers: Servers,
}

#[derive(Default)]
struct Servers {
    pages: Mutex<BTreeMap<String, FakePage>>,
    handlers: Mutex<Vec<(String, Handler)>>,
}

impl std::fmt::Debug for Servers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Servers({} pages, {} handlers)",
            lock(&self.pages).len(),
            lock(&self.handlers).len()
        )
    }
}

impl Default for FakeWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeWorld {
    /// A world without servers: every address is refused, except `about:blank` and `data:`.
    pub fn new() -> Self {
        Self(Arc::new(World {
            shared: Arc::new(Shared {
                clock: Clock::new(),
                faults: Faults::default(),
                scripts: Scripts::new(),
                received: Mutex::default(),
                revives_by_replacing: AtomicBool::new(false),
                servers: Servers::default(),
            }),
            browsers: Mutex::default(),
            next: AtomicU64::new(1),
        }))
    }

    /// The hand that scripts faults.
    pub fn control(&self) -> FakeControl {
        FakeControl(Arc::clone(&self.0))
    }

    /// Serves `page` at `url`; other paths of its origin answer 404.
    pub fn serve(&self, url: &str, page: FakePage) -> &Self {
        let key = Url::parse(url).map_or_else(|_| url.to_owned(), |url| without_fragment(&url));
        lock(&self.0.shared.servers.pages).insert(key, page);
        self
    }

    /// Serves all of an origin by a function; `None` is a 404.
    pub fn serve_origin<F>(&self, origin: &str, handler: F) -> &Self
    where
        F: Fn(&FakeRequest) -> Option<FakePage> + Send + Sync + 'static,
    {
        let origin = origin.trim_end_matches('/').to_owned();
        lock(&self.0.shared.servers.handlers).push((origin, Arc::new(handler)));
        self
    }

    /// Teaches pages a function; `text` is its JavaScript, or a name that a leading comment holds.
    pub fn define<F>(&self, text: &str, function: F) -> &Self
    where
        F: Fn(&FakeScope<'_>, &[Value]) -> FakeAnswer + Send + Sync + 'static,
    {
        let function: FakeFunction = Arc::new(function);
        self.0.shared.scripts.define(text, function);
        self
    }
}

impl World {
    /// Starts a browser.
    pub(super) fn start(&self, start: Start) -> Arc<Engine> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let engine = Engine::start(id, Arc::clone(&self.shared), start);
        lock(&self.browsers).insert(id, Arc::clone(&engine));
        engine
    }

    /// The browsers that run, oldest first.
    pub(super) fn engines(&self) -> Vec<Arc<Engine>> {
        let mut browsers = lock(&self.browsers);
        browsers.retain(|_, engine| !engine.is_dead());
        browsers.values().cloned().collect()
    }

    pub(super) fn engine(&self, endpoint: &str) -> Option<Arc<Engine>> {
        self.engines()
            .into_iter()
            .find(|engine| engine.endpoint.url == endpoint)
    }
}

impl Shared {
    /// What the server of that address answers. Nothing is there: the connection is refused.
    pub(super) fn answer(&self, request: &FakeRequest) -> FakePage {
        if let Some(html) = request.url.strip_prefix("data:text/html,") {
            return data_page(html);
        }
        lock(&self.received).push(request.clone());
        let origin = Url::parse(&request.url)
            .map(|url| url.origin().ascii_serialization())
            .unwrap_or_default();
        self.servers.page(request).unwrap_or_else(|| {
            if self.servers.has(&origin) {
                FakePage::status(404)
            } else {
                FakePage::that(Loading::Refused)
            }
        })
    }
}

impl Servers {
    fn page(&self, request: &FakeRequest) -> Option<FakePage> {
        if let Some(page) = lock(&self.pages).get(&request.url) {
            return Some(page.clone());
        }
        let handlers = lock(&self.handlers).clone();
        let here = |origin: &str| {
            request
                .url
                .strip_prefix(origin)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        handlers
            .iter()
            .filter(|(origin, _)| here(origin))
            .find_map(|(_, handler)| handler(request))
    }

    fn has(&self, origin: &str) -> bool {
        let pages = lock(&self.pages);
        let of_page = pages
            .keys()
            .filter_map(|url| Url::parse(url).ok())
            .any(|url| url.origin().ascii_serialization() == origin);
        of_page || lock(&self.handlers).iter().any(|(known, _)| known == origin)
    }
}

/// The address without `#…`, which servers never see.
pub(super) fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

fn data_page(html: &str) -> FakePage {
    let decoded = percent_decode(html);
    let title = decoded
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map_or("", |(title, _)| title);
    FakePage {
        title: title.to_owned(),
        body: decoded.clone(),
        ..FakePage::default()
    }
}

pub(super) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (b'%', Some(byte)) = (first, code) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
