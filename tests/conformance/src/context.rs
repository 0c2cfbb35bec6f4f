//! What a case works with: browsers, contexts and pages that are put away behind it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_session_core::Call;
use greenroom_session_core::backend::{
    Browser, BrowserBackend, Capability, CapabilitySet, ContextKey, ContextOptions, Endpoint, EventSink, LaunchOptions,
};

use crate::check::{Checked, Failure};
use crate::harness::{Harness, SiteUrls};
use crate::recorder::Recorder;
use crate::room::PATIENCE;
pub use crate::room::{Room, Tab};

/// How long a call may take that is expected not to end.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

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

    /// Ends the shared browser, and those that were started for no case.
    pub(crate) async fn finish(self) -> Checked {
        self.clean_up().await?;
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
