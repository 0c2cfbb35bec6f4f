//! A fake backend with one flaw, to see whether the suite finds it.

mod frames;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use greenroom_conformance::{Failure, FakeHarness, Harness, SiteUrls};
use greenroom_session_core::backend::{
    Adjustment, Area, Browser, BrowserBackend, BrowserIdentity, Capability, CapabilitySet, ConnectOptions, ContextKey,
    ContextOptions, Diagnosis, DialogAnswer, DialogOpened, Endpoint, Event, EventSink, FileChooserOpened, Frames,
    Image, Input, Interception, LaunchOptions, Loaded, Navigation, NewPage, Page, PageKey, PageOpened, Script, Shot,
    Size, Storage, WaitUntil, World,
};
use greenroom_session_core::{Call, Kind, Result};
use serde_json::{Value, json};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// It makes images without declaring that it can.
    PretendsNotToMakeImages,
    /// It sets the viewport without declaring that it can.
    PretendsNotToResize,
    /// It tells the opening of a page after the next event.
    TellsOpeningsLate,
    /// All contexts are one.
    SharesOneContext,
    /// Calls that wait for a dead browser wait for ever.
    WaitsForTheDead,
    /// Images of the whole page show the viewport.
    CutsFullPages,
    /// Making an image scrolls the page to its top.
    ScrollsForImages,
    /// Making an image of the whole page resizes it.
    TellsPagesOfImages,
    /// The status of a navigation is lost.
    LosesStatus,
    /// What a script throws is lost.
    SwallowsErrors,
    /// Our scripts run with the page's own.
    RunsInThePage,
    /// A document counts as loaded before its frames are.
    LoadsWithoutFrames,
    /// No element holds a frame.
    LosesFrames,
    /// Frames are looked for in the main frame only.
    StaysInTheMainFrame,
    /// Our scripts run with those of the frame.
    RunsInTheFramesPage,
    /// Calls that wait for a frame that is gone wait for ever.
    WaitsForLostFrames,
    /// Requests with errors or of images are not told.
    LosesRequests,
    /// Each request is told twice.
    RepeatsRequests,
    /// Bodies are lost without a reason.
    LosesBodies,
    /// Dialogs are dismissed without asking.
    DismissesDialogs,
    /// Contexts are not closed.
    KeepsContexts,
    /// Pages are not closed.
    KeepsPages,
    /// Browsers are not closed.
    KeepsBrowsers,
    /// Adopted contexts lose their options.
    ForgetsOptions,
    /// Pages that an adopted context holds are not told.
    ForgetsPages,
    /// A failed navigation fails the opening of the page.
    LosesFailedPages,
    /// It fails when a page has nowhere to go back to.
    InsistsOnHistory,
    /// Deadlines are not kept.
    IgnoresDeadlines,
}

/// The setup of the fake, with a flaw.
pub(crate) struct FlawedHarness {
    sound: FakeHarness,
    flaw: Flaw,
}

impl FlawedHarness {
    pub(crate) fn new(flaw: Flaw) -> Self {
        Self {
            sound: FakeHarness::new(),
            flaw,
        }
    }
}

#[async_trait]
impl Harness for FlawedHarness {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "flawed"
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        Arc::new(FlawedBackend {
            sound: self.sound.backend(),
            flaw: self.flaw,
        })
    }

    fn launch_options(&self) -> LaunchOptions {
        self.sound.launch_options()
    }

    fn site(&self) -> SiteUrls {
        self.sound.site()
    }

    fn has_documents(&self) -> bool {
        self.sound.has_documents()
    }

    async fn kill(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        self.sound.kill(endpoint).await
    }

    async fn ended(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        self.sound.ended(endpoint).await
    }

    fn running(&self) -> Vec<String> {
        self.sound.running()
    }

    async fn crash(&self, page: &dyn Page) -> Result<bool, Failure> {
        self.sound.crash(page).await
    }
}

#[derive(Debug)]
struct FlawedBackend {
    sound: Arc<dyn BrowserBackend>,
    flaw: Flaw,
}

impl FlawedBackend {
    fn wrap(&self, sound: Arc<dyn Browser>) -> Arc<dyn Browser> {
        Arc::new(FlawedBrowser {
            sound,
            flaw: self.flaw,
            first: Mutex::default(),
        })
    }
}

#[async_trait]
impl BrowserBackend for FlawedBackend {
    fn name(&self) -> &str {
        self.sound.name()
    }

    fn browsers(&self) -> &[&str] {
        self.sound.browsers()
    }

    fn has_drivers(&self) -> bool {
        self.sound.has_drivers()
    }

    fn capabilities(&self, browser: Option<&str>) -> CapabilitySet {
        self.sound.capabilities(browser)
    }

    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        Ok(self.wrap(self.sound.launch(options, call).await?))
    }

    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        Ok(self.wrap(self.sound.connect(options, call).await?))
    }

    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>> {
        Ok(self.wrap(self.sound.adopt(endpoint, call).await?))
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        self.sound.diagnose().await
    }
}

#[derive(Debug)]
struct FlawedBrowser {
    sound: Arc<dyn Browser>,
    flaw: Flaw,
    first: Mutex<Option<ContextKey>>,
}

impl FlawedBrowser {
    fn sink(&self, sound: Arc<dyn EventSink>) -> Arc<dyn EventSink> {
        Arc::new(FlawedSink {
            sound,
            flaw: self.flaw,
            held: Mutex::default(),
        })
    }
}

#[async_trait]
impl Browser for FlawedBrowser {
    fn identity(&self) -> &BrowserIdentity {
        self.sound.identity()
    }

    fn endpoint(&self) -> &Endpoint {
        self.sound.endpoint()
    }

    fn capabilities(&self) -> CapabilitySet {
        let all = self.sound.capabilities();
        match self.flaw {
            Flaw::PretendsNotToMakeImages => all.without(Capability::Screenshot),
            Flaw::PretendsNotToResize => all.without(Capability::Viewport),
            _ => all,
        }
    }

    async fn open_context(
        &self,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<ContextKey> {
        if self.flaw == Flaw::SharesOneContext
            && let Some(first) = self.first.lock().expect("no test panics with it").clone()
        {
            return Ok(first);
        }
        let key = self.sound.open_context(options, self.sink(sink), call).await?;
        *self.first.lock().expect("no test panics with it") = Some(key.clone());
        Ok(key)
    }

    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()> {
        let forgotten = ContextOptions::default();
        let options = if self.flaw == Flaw::ForgetsOptions {
            &forgotten
        } else {
            options
        };
        self.sound.adopt_context(key, options, self.sink(sink), call).await
    }

    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()> {
        match self.flaw {
            Flaw::KeepsContexts => Ok(()),
            _ => self.sound.close_context(key, call).await,
        }
    }

    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)> {
        let (page, mut loaded) = self.sound.open_page(context, new, call).await?;
        if self.flaw == Flaw::LosesFailedPages {
            loaded = Ok(loaded?);
        }
        Ok((wrap(page, self.flaw), loaded))
    }

    async fn close(&self, call: &Call) -> Result<()> {
        match self.flaw {
            Flaw::KeepsBrowsers => Ok(()),
            _ => self.sound.close(call).await,
        }
    }

    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.sound.adjust(context, adjustment, call).await
    }

    fn storage(&self) -> Result<&dyn Storage> {
        self.sound.storage()
    }

    fn interception(&self) -> Result<&dyn Interception> {
        self.sound.interception()
    }
}

fn wrap(sound: Arc<dyn Page>, flaw: Flaw) -> Arc<dyn Page> {
    Arc::new(FlawedPage { sound, flaw })
}

#[derive(Debug)]
struct FlawedPage {
    sound: Arc<dyn Page>,
    flaw: Flaw,
}

impl FlawedPage {
    async fn scroll_up(&self, call: &Call) -> Result<()> {
        let script = Script {
            function: "(x, y) => scrollTo(x, y)".to_owned(),
            args: vec![json!(0), json!(0)],
            world: World::Main,
        };
        self.sound.evaluate(&script, call).await.map(drop)
    }

    /// Tells the page something; one that records it has it then.
    async fn tell(&self, what: &str, call: &Call) -> Result<()> {
        let script = Script {
            function: "(name, value) => { window[name] = value; }".to_owned(),
            args: vec![json!("seen"), json!([what])],
            world: World::Main,
        };
        self.sound.evaluate(&script, call).await.map(drop)
    }
}

#[async_trait]
impl Page for FlawedPage {
    fn key(&self) -> &PageKey {
        self.sound.key()
    }

    async fn url(&self, call: &Call) -> Result<String> {
        self.sound.url(call).await
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        let forever = Call::new("", None, call.cancellation().clone());
        let call = if self.flaw == Flaw::IgnoresDeadlines {
            &forever
        } else {
            call
        };
        let mut to = to.clone();
        if self.flaw == Flaw::LoadsWithoutFrames {
            to.until = WaitUntil::DomContentLoaded;
        }
        let mut loaded = self.sound.navigate(&to, call).await?;
        if self.flaw == Flaw::LosesStatus {
            loaded.status = None;
        }
        if self.flaw == Flaw::InsistsOnHistory && !loaded.moved {
            return Err(greenroom_session_core::Error::new(
                Kind::Navigation,
                "there is no such entry",
            ));
        }
        Ok(loaded)
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        let mut script = script.clone();
        if self.flaw == Flaw::RunsInThePage {
            script.world = World::Main;
        }
        match (self.sound.evaluate(&script, call).await, self.flaw) {
            (Err(error), Flaw::SwallowsErrors) if error.kind() == Kind::Script => Ok(Value::Null),
            (Err(error), Flaw::WaitsForTheDead) if error.kind() == Kind::BrowserLost => std::future::pending().await,
            (result, _) => result,
        }
    }

    fn frames(&self) -> Result<&dyn Frames> {
        self.sound.frames().map(|_| self as &dyn Frames)
    }

    fn input(&self) -> Result<&dyn Input> {
        self.sound.input()
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        let mut shot = *shot;
        if self.flaw == Flaw::CutsFullPages && shot.area == Area::FullPage {
            shot.area = Area::Viewport;
        }
        if self.flaw == Flaw::ScrollsForImages {
            self.scroll_up(call).await?;
        }
        if self.flaw == Flaw::TellsPagesOfImages && shot.area == Area::FullPage {
            self.tell("resize", call).await?;
        }
        self.sound.screenshot(&shot, call).await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        self.sound.set_viewport(size, call).await
    }

    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        self.sound.answer_dialog(answer, call).await
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        self.sound.revive(call).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        match self.flaw {
            Flaw::KeepsPages => Ok(()),
            _ => self.sound.close(call).await,
        }
    }
}

#[derive(Debug)]
struct FlawedSink {
    sound: Arc<dyn EventSink>,
    flaw: Flaw,
    held: Mutex<Option<Event>>,
}

impl FlawedSink {
    fn pass(&self, event: Event) {
        match (self.flaw, event) {
            (Flaw::LosesRequests, Event::Network(record))
                if record.error.is_some() || record.resource_type == "image" => {}
            (Flaw::RepeatsRequests, Event::Network(record)) => {
                self.sound.event(Event::Network(record.clone()));
                self.sound.event(Event::Network(record));
            }
            (Flaw::LosesBodies, Event::Network(mut record)) => {
                record.response_body = None;
                self.sound.event(Event::Network(record));
            }
            (_, event) => self.sound.event(event),
        }
    }
}

impl EventSink for FlawedSink {
    fn event(&self, event: Event) {
        let event = match event {
            Event::PageOpened(_) if self.flaw == Flaw::ForgetsPages => return,
            Event::PageOpened(opened) => Event::PageOpened(PageOpened {
                page: wrap(opened.page, self.flaw),
                ..opened
            }),
            other => other,
        };
        if self.flaw == Flaw::TellsOpeningsLate && matches!(event, Event::PageOpened(_)) {
            *self.held.lock().expect("no test panics with it") = Some(event);
            return;
        }
        self.pass(event);
        let held = self.held.lock().expect("no test panics with it").take();
        if let Some(held) = held {
            self.pass(held);
        }
    }

    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        match self.flaw {
            Flaw::DismissesDialogs => Some(DialogAnswer::Dismiss),
            _ => self.sound.dialog(dialog),
        }
    }

    fn file_chooser(&self, chooser: &FileChooserOpened) -> Vec<PathBuf> {
        self.sound.file_chooser(chooser)
    }
}
