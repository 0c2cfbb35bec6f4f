//! The hand of the test: faults, the clock, and what is otherwise done by accidents.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::backend::FakeBackend;
use super::engine::{Engine, Start};
use super::lock;
use super::site::FakeRequest;
use super::state::Renderer;
use super::world::World;
use crate::backend::{Capability, PageKey};
use crate::error::Kind;

/// A method of the seam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the method of that name")]
pub enum Method {
    Launch,
    Connect,
    Adopt,
    OpenContext,
    AdoptContext,
    CloseContext,
    OpenPage,
    CloseBrowser,
    Url,
    Navigate,
    Evaluate,
    FindFrames,
    EvaluateInFrame,
    Screenshot,
    SetViewport,
    Revive,
    ClosePage,
    Adjust,
    Cookies,
    SetCookies,
}

/// What goes wrong in a call, before it does anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails so.
    Fail(Kind, String),
    /// It takes so long.
    Delay(Duration),
    /// It never ends.
    Hang,
    /// The page's renderer crashes.
    CrashPage,
    /// The browser dies.
    LoseBrowser,
}

/// Faults that wait for their calls, oldest first.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<HashMap<Method, Vec<(usize, Fault)>>>);

impl Faults {
    fn add(&self, method: Method, calls: usize, fault: Fault) {
        lock(&self.0).entry(method).or_default().push((calls, fault));
    }

    /// The fault of this call, which is used up.
    pub(super) fn take(&self, method: Method) -> Option<Fault> {
        let mut waiting = lock(&self.0);
        let queue = waiting.get_mut(&method)?;
        queue.retain(|(calls, _)| *calls > 0);
        let (calls, fault) = queue.first_mut()?;
        *calls -= 1;
        Some(fault.clone())
    }

    fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// Scripts accidents of a [`FakeWorld`](super::FakeWorld). Clones are the same hand.
#[derive(Clone, Debug)]
pub struct FakeControl(pub(super) Arc<World>);

impl FakeControl {
    /// The next `calls` calls of `method`, on any browser or page, meet `fault`.
    pub fn fault(&self, method: Method, calls: usize, fault: Fault) {
        self.0.shared.faults.add(method, calls, fault);
    }

    /// Forgets the faults that have not struck.
    pub fn clear_faults(&self) {
        self.0.shared.faults.clear();
    }

    /// From now on, scripted delays pass only by [`FakeControl::advance`].
    pub fn take_clock(&self) {
        self.0.shared.clock.take_over();
    }

    /// Lets scripted time pass; takes the clock over if nobody has yet.
    pub fn advance(&self, by: Duration) {
        self.0.shared.clock.advance(by);
    }

    /// The endpoints of the browsers that run.
    pub fn running(&self) -> Vec<String> {
        self.0
            .engines()
            .iter()
            .map(|engine| engine.endpoint.url.clone())
            .collect()
    }

    /// The pages of all running browsers.
    pub fn pages(&self) -> Vec<PageKey> {
        self.0.engines().iter().flat_map(|engine| engine.page_keys()).collect()
    }

    /// Everything that the scripted servers received.
    pub fn requests(&self) -> Vec<FakeRequest> {
        lock(&self.0.shared.received).clone()
    }

    /// Kills the browser at `endpoint`, as `kill -9` does; false: none runs there.
    pub fn kill_browser(&self, endpoint: &str) -> bool {
        let engine = self.0.engine(endpoint);
        if let Some(engine) = &engine {
            engine.die("the browser's process has ended");
        }
        engine.is_some()
    }

    /// Takes a capability from the browser at `endpoint`, as when a channel is lost; false: none runs there.
    pub fn lose_capability(&self, endpoint: &str, capability: Capability) -> bool {
        let engine = self.0.engine(endpoint);
        if let Some(engine) = &engine {
            engine.lose(capability);
            engine.tell();
        }
        engine.is_some()
    }

    /// Crashes the renderer of a page; false: there is no such page.
    pub fn crash_page(&self, page: &PageKey) -> bool {
        self.with_page(page, Engine::crash)
    }

    /// Lets the page's own script run for ever; false: there is no such page.
    pub fn loop_page(&self, page: &PageKey) -> bool {
        self.with_page(page, |engine, page| engine.set_renderer(page, Renderer::Looping))
    }

    /// Closes a page as a person does; false: there is no such page.
    pub fn close_page(&self, page: &PageKey) -> bool {
        self.with_page(page, Engine::close_page)
    }

    /// From now on a page that is revived makes place for another one, as it must be under drivers.
    pub fn revive_by_replacing(&self) {
        self.0.shared.revives_by_replacing.store(true, Ordering::Relaxed);
    }

    /// Ends all connections to browsers, as the death of the daemon does: no sink hears anything more.
    pub fn disconnect(&self) {
        for engine in self.0.engines() {
            engine.forget_sinks(None);
        }
    }

    /// Starts a browser that is somebody else's, with these pages, to [`connect`](crate::backend::BrowserBackend::connect)
    /// to; answers its endpoint.
    pub fn start_foreign(&self, urls: &[&str]) -> String {
        let engine = self.0.start(Start {
            temporary_profile: None,
            one_jar: true,
            capabilities: FakeBackend::ALL,
        });
        for url in urls {
            engine.open_foreign(url);
        }
        engine.endpoint.url.clone()
    }

    fn with_page(&self, page: &PageKey, act: impl FnOnce(&Arc<Engine>, &PageKey)) -> bool {
        let found = self.0.engines().into_iter().find(|engine| engine.has_page(page));
        if let Some(engine) = &found {
            act(engine, page);
        }
        found.is_some()
    }
}
