//! What a case works with: browsers, contexts and pages that are put away behind it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_session_core::backend::{
    Browser, BrowserBackend, Capability, CapabilitySet, ContextKey, ContextOptions, Endpoint, Event, EventSink,
    FrameKey, LaunchOptions, Loaded, Navigation, NewPage, Page, PageKey, Script, Target, WaitUntil, World,
};
use greenroom_session_core::{Call, Result as Answer};
use serde_json::{Value, json};

use crate::check::{Checked, Failure, same};
use crate::harness::{Harness, SiteUrls};
use crate::recorder::Recorder;
use crate::scripts;

/// How long a call may take that is expected to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a call may take that is expected not to end.
const SHORT: Duration = Duration::from_secs(1);

/// The longest body that rooms keep.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// What a case works with.
pub struct Context<'a> {
    harness: &'a dyn Harness,
    backend: Arc<dyn BrowserBackend>,
    capabilities: CapabilitySet,
    /// The browser that cases share where it has isolated contexts.
    shared: Mutex<Option<Arc<dyn Browser>>>,
    rooms: Mutex<Vec<(Arc<dyn Browser>, ContextKey)>>,
    /// Browsers of the case's own, by what ends them.
    owned: Mutex<Vec<(Arc<dyn Browser>, Endpoint)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Context<'a> {
    /// Starts a browser, and takes what it has in effect for the rest of the run.
    pub(crate) async fn new(harness: &'a dyn Harness) -> Checked<Self> {
        let backend = harness.backend();
        let browser = backend
            .launch(&harness.launch_options(), &Call::within(PATIENCE))
            .await?;
        Ok(Self {
            harness,
            backend,
            capabilities: browser.capabilities(),
            shared: Mutex::new(Some(browser)),
            rooms: Mutex::default(),
            owned: Mutex::default(),
        })
    }

    /// The setup.
    pub fn harness(&self) -> &dyn Harness {
        self.harness
    }

    /// The backend.
    pub fn backend(&self) -> &Arc<dyn BrowserBackend> {
        &self.backend
    }

    /// What its browsers have in effect.
    pub fn capabilities(&self) -> CapabilitySet {
        self.capabilities
    }

    /// Whether its browsers have this in effect.
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities.has(capability)
    }

    /// The site.
    pub fn site(&self) -> SiteUrls {
        self.harness.site()
    }

    /// The address of a page of the site.
    pub fn url(&self, path: &str) -> String {
        self.site().url(path)
    }

    /// A call that has time enough.
    pub fn call(&self) -> Call {
        Call::within(PATIENCE)
    }

    /// A call that is expected to end at its deadline.
    pub fn short(&self) -> Call {
        Call::within(SHORT)
    }

    /// A browser that no other case sees; it is ended behind the case.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn own_browser(&self) -> Checked<Arc<dyn Browser>> {
        self.own_browser_for(None).await
    }

    /// The same for one context; what can only be set at the start is set then.
    async fn own_browser_for(&self, only: Option<ContextOptions>) -> Checked<Arc<dyn Browser>> {
        let options = LaunchOptions {
            only,
            ..self.harness.launch_options()
        };
        let browser = self.backend.launch(&options, &self.call()).await?;
        lock(&self.owned).push((Arc::clone(&browser), browser.endpoint().clone()));
        Ok(browser)
    }

    /// Lets go of a browser of the case's own, as a daemon that dies; it runs on, and is ended behind the case through
    /// who adopts it.
    pub(crate) fn let_go(&self, browser: Arc<dyn Browser>) {
        lock(&self.rooms).retain(|(held, _)| !Arc::ptr_eq(held, &browser));
        lock(&self.owned).retain(|(held, _)| !Arc::ptr_eq(held, &browser));
        drop(browser);
    }

    /// Takes over the ending of a browser.
    pub(crate) fn own(&self, browser: &Arc<dyn Browser>) {
        lock(&self.owned).push((Arc::clone(browser), browser.endpoint().clone()));
    }

    /// The browser that cases share; one of the case's own where it has no isolated contexts.
    pub(crate) async fn browser(&self) -> Checked<Arc<dyn Browser>> {
        let shared = lock(&self.shared).clone();
        match shared {
            Some(browser) if self.has(Capability::Contexts) => Ok(browser),
            _ => self.own_browser().await,
        }
    }

    /// A context with the browser's own settings.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn room(&self) -> Checked<Room> {
        self.room_with(ContextOptions::default()).await
    }

    /// A context with these settings.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn room_with(&self, options: ContextOptions) -> Checked<Room> {
        let browser = if self.has(Capability::Contexts) {
            self.browser().await?
        } else {
            self.own_browser_for(Some(options.clone())).await?
        };
        self.room_in(&browser, options).await
    }

    /// A context in this browser.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn room_in(&self, browser: &Arc<dyn Browser>, mut options: ContextOptions) -> Checked<Room> {
        if options.max_body == 0 {
            options.max_body = MAX_BODY;
        }
        let sink = Arc::new(Recorder::default());
        let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
        let key = browser.open_context(&options, heard, &self.call()).await?;
        lock(&self.rooms).push((Arc::clone(browser), key.clone()));
        Ok(Room {
            browser: Arc::clone(browser),
            key,
            sink,
            options,
        })
    }

    /// Puts away what a case has left; what cannot be put away fails the case.
    pub(crate) async fn clean_up(&self) -> Checked {
        let rooms = std::mem::take(&mut *lock(&self.rooms));
        for (browser, key) in rooms {
            // The case may have closed it, or killed its browser.
            let _ = browser.close_context(&key, &self.call()).await;
        }
        let owned = std::mem::take(&mut *lock(&self.owned));
        for (browser, endpoint) in owned {
            // It may have been killed.
            let _ = browser.close(&self.call()).await;
            drop(browser);
            self.harness.ended(&endpoint).await?;
        }
        Ok(())
    }

    /// Starts the shared browser anew when a case has ruined it.
    pub(crate) async fn mend(&self) -> Checked {
        let shared = lock(&self.shared).clone();
        let Some(browser) = shared else { return Ok(()) };
        let alive = async {
            let room = self.room_in(&browser, ContextOptions::default()).await?;
            Ok::<_, Failure>(browser.close_context(&room.key, &self.call()).await?)
        };
        let alive = alive.await;
        lock(&self.rooms).clear();
        if alive.is_ok() {
            return Ok(());
        }
        self.end(browser).await?;
        let browser = self
            .backend
            .launch(&self.harness.launch_options(), &self.call())
            .await?;
        *lock(&self.shared) = Some(browser);
        Ok(())
    }

    /// Ends the shared browser.
    pub(crate) async fn finish(self) -> Checked {
        let shared = lock(&self.shared).take();
        match shared {
            Some(browser) => self.end(browser).await,
            None => Ok(()),
        }
    }

    async fn end(&self, browser: Arc<dyn Browser>) -> Checked {
        let endpoint = browser.endpoint().clone();
        let _ = browser.close(&self.call()).await;
        drop(browser);
        self.harness.ended(&endpoint).await
    }
}

/// A context, and what it has told.
pub struct Room {
    /// The browser that it is in.
    pub browser: Arc<dyn Browser>,
    /// The context.
    pub key: ContextKey,
    /// What it has told.
    pub sink: Arc<Recorder>,
    /// How it was set up.
    pub options: ContextOptions,
}

impl Room {
    /// Opens a page and waits for its load event.
    ///
    /// # Errors
    /// The page cannot be opened or loaded.
    pub async fn open(&self, url: &str) -> Checked<Tab> {
        let (page, loaded) = self.try_open(Some(url)).await?;
        loaded?;
        Ok(page)
    }

    /// Opens an empty page.
    ///
    /// # Errors
    /// The page cannot be opened.
    pub async fn open_blank(&self) -> Checked<Tab> {
        let (page, loaded) = self.try_open(None).await?;
        loaded?;
        Ok(page)
    }

    /// Opens a page whose loading may fail.
    ///
    /// # Errors
    /// The page cannot be opened.
    pub async fn try_open(&self, url: Option<&str>) -> Answer<(Tab, Answer<Loaded>)> {
        let new = NewPage {
            url: url.map(str::to_owned),
            until: WaitUntil::Load,
        };
        let (page, loaded) = self.browser.open_page(&self.key, &new, &Call::within(PATIENCE)).await?;
        Ok((Tab(page), loaded))
    }
}

impl Room {
    /// Revives a page; answers the page that is there then, which may be another one in its place.
    pub(crate) async fn revive(&self, page: &Tab, call: &Call) -> Checked<Tab> {
        page.0.revive(call).await?;
        let mut told = self.sink.events().into_iter().filter_map(|event| match event {
            Event::PageOpened(opened) if opened.replaces.as_ref() == Some(page.key()) => Some(opened.page),
            _ => None,
        });
        Ok(told.next().map_or_else(|| page.clone(), Tab))
    }
}

/// A page, with short forms of what cases do all the time.
#[derive(Clone, Debug)]
pub struct Tab(pub Arc<dyn Page>);

impl Tab {
    /// Its key.
    pub fn key(&self) -> &PageKey {
        self.0.key()
    }

    /// Its address.
    ///
    /// # Errors
    /// As [`Page::url`].
    pub async fn url(&self) -> Answer<String> {
        self.0.url(&Call::within(PATIENCE)).await
    }

    /// Goes to an address and waits for its load event.
    ///
    /// # Errors
    /// As [`Page::navigate`].
    pub async fn goto(&self, url: &str) -> Answer<Loaded> {
        self.go(Target::Url(url.to_owned()), WaitUntil::Load).await
    }

    /// Navigates.
    ///
    /// # Errors
    /// As [`Page::navigate`].
    pub async fn go(&self, target: Target, until: WaitUntil) -> Answer<Loaded> {
        self.0
            .navigate(&Navigation { target, until }, &Call::within(PATIENCE))
            .await
    }

    /// Calls a function among the page's own scripts.
    ///
    /// # Errors
    /// As [`Page::evaluate`].
    pub async fn eval(&self, function: &str, args: Value) -> Answer<Value> {
        self.eval_in(World::Main, function, args, &Call::within(PATIENCE)).await
    }

    /// Calls a function; `args` is an array.
    ///
    /// # Errors
    /// As [`Page::evaluate`].
    pub async fn eval_in(&self, world: World, function: &str, args: Value, call: &Call) -> Answer<Value> {
        self.0.evaluate(&script(world, function, args), call).await
    }

    /// Calls a function in a frame, among its page's own scripts.
    ///
    /// # Errors
    /// As [`Frames::evaluate`](greenroom_session_core::backend::Frames::evaluate).
    pub async fn eval_frame(&self, frame: &FrameKey, function: &str, args: Value) -> Answer<Value> {
        self.eval_frame_in(frame, World::Main, function, args, &Call::within(PATIENCE))
            .await
    }

    /// Calls a function in a frame; `args` is an array.
    ///
    /// # Errors
    /// As [`Frames::evaluate`](greenroom_session_core::backend::Frames::evaluate).
    pub async fn eval_frame_in(
        &self,
        frame: &FrameKey,
        world: World,
        function: &str,
        args: Value,
        call: &Call,
    ) -> Answer<Value> {
        let script = script(world, function, args);
        self.0.frames()?.evaluate(frame, &script, call).await
    }

    /// The frames of the elements that a function finds in a frame; `None`: in the main frame.
    ///
    /// # Errors
    /// As [`Frames::find`](greenroom_session_core::backend::Frames::find).
    pub async fn find(&self, parent: Option<&FrameKey>, function: &str, args: Value) -> Answer<Vec<Option<FrameKey>>> {
        let script = script(World::Isolated, function, args);
        self.0.frames()?.find(parent, &script, &Call::within(PATIENCE)).await
    }

    /// Fails unless the page answers, and can be sent elsewhere.
    pub(crate) async fn is_usable(&self, site: &SiteUrls) -> Checked {
        let url = site.url("/title/Usable");
        let loaded = self
            .goto(&url)
            .await
            .map_err(|error| Failure(format!("not usable after it: {error:?}")))?;
        same("the address of a page that is still usable", loaded.url, url)?;
        same(
            "its title",
            self.eval(scripts::TITLE, json!([])).await?,
            json!("Usable"),
        )
    }
}

/// A function to call; `args` is an array, or the only argument.
fn script(world: World, function: &str, args: Value) -> Script {
    Script {
        function: function.to_owned(),
        args: match args {
            Value::Array(args) => args,
            other => vec![other],
        },
        world,
    }
}
