//! Rules of the seam that only the fake can be driven into. The rest is the conformance suite's.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{FakeBackend, FakePage, FakeWorld, Fault, Loading, Method, lock};
use crate::backend::{
    Browser, BrowserBackend, ContextKey, ContextOptions, DialogAnswer, DialogOpened, Event, EventSink,
    FileChooserOpened, LaunchOptions, Navigation, NewPage, Page, Script, Target, WaitUntil, World,
};
use crate::{Call, Kind};

#[derive(Debug, Default)]
struct Heard(Mutex<Vec<String>>);

impl EventSink for Heard {
    fn event(&self, event: Event) {
        let line = match event {
            Event::PageOpened(opened) if opened.replaces.is_some() => "opened instead".to_owned(),
            Event::PageOpened(opened) => format!("opened {}", opened.url),
            Event::PageNavigated { url, .. } => format!("navigated {url}"),
            Event::PageCrashed { .. } => "crashed".to_owned(),
            Event::PageClosed { .. } => "closed".to_owned(),
            Event::RequestSent(sent) => format!("sent {}", sent.url),
            Event::ResponseStarted(started) => format!("answered {}", started.status),
            Event::PageReached { until, .. } => format!("reached {until:?}"),
            Event::Network(record) => format!("request {} {:?}", record.url, record.status),
            Event::Lost { reason } => format!("lost: {reason}"),
            other => format!("{other:?}"),
        };
        lock(&self.0).push(line);
    }

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        Some(DialogAnswer::Dismiss)
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

struct Room {
    world: FakeWorld,
    backend: FakeBackend,
    browser: Arc<dyn Browser>,
    context: ContextKey,
    heard: Arc<Heard>,
}

fn call() -> Call {
    Call::within(Duration::from_secs(5))
}

async fn room() -> Room {
    let world = FakeWorld::new();
    world.serve("http://a.test/", FakePage::titled("A"));
    world.serve("http://a.test/b", FakePage::titled("B"));
    world.serve("http://a.test/never", FakePage::that(Loading::NeverLoads));
    let backend = FakeBackend::new(&world);
    let browser = backend.launch(&LaunchOptions::default(), &call()).await.unwrap();
    let heard = Arc::new(Heard::default());
    let sink = Arc::clone(&heard) as Arc<dyn EventSink>;
    let context = browser
        .open_context(&ContextOptions::default(), sink, &call())
        .await
        .unwrap();
    Room {
        world,
        backend,
        browser,
        context,
        heard,
    }
}

impl Room {
    async fn open(&self, url: &str) -> Arc<dyn Page> {
        let new = NewPage {
            url: Some(url.to_owned()),
            until: WaitUntil::Load,
        };
        let (page, loaded) = self.browser.open_page(&self.context, &new, &call()).await.unwrap();
        loaded.unwrap();
        page
    }
}

fn script(function: &str, args: Vec<Value>) -> Script {
    Script {
        function: function.to_owned(),
        args,
        world: World::Main,
    }
}

fn to(url: &str) -> Navigation {
    Navigation {
        target: Target::Url(url.to_owned()),
        until: WaitUntil::Load,
    }
}

#[tokio::test]
async fn a_page_is_told_first_and_then_what_it_does() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    let title = page
        .evaluate(&script("()=>document.title", vec![]), &call())
        .await
        .unwrap();
    assert_eq!(title, json!("A"));
    page.close(&call()).await.unwrap();
    let heard = lock(&room.heard.0).clone();
    let expected = [
        "opened about:blank",
        "sent http://a.test/",
        "answered 200",
        "request http://a.test/ Some(200)",
        "navigated http://a.test/",
        "reached DomContentLoaded",
        "reached Load",
        "closed",
    ];
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn a_dead_browser_fails_what_waits_for_it() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    let endless = script("() => new Promise(() => {})", vec![]);
    let forever = Call::new("", None, tokio_util::sync::CancellationToken::new());
    let (pending, ()) = tokio::join!(page.evaluate(&endless, &forever), async {
        tokio::task::yield_now().await;
        room.world.control().kill_browser(&room.browser.endpoint().url);
    });
    assert_eq!(pending.unwrap_err().kind(), Kind::BrowserLost);
    assert_eq!(page.url(&call()).await.unwrap_err().kind(), Kind::BrowserLost);
    assert!(lock(&room.heard.0).last().unwrap().starts_with("lost"));
    assert!(room.world.control().running().is_empty());
}

#[tokio::test]
async fn scripted_faults_strike_once_each_and_in_order() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    let control = room.world.control();
    control.fault(Method::Navigate, 1, Fault::Fail(Kind::Navigation, "no".to_owned()));
    control.fault(Method::Navigate, 1, Fault::CrashPage);
    let mut kinds = Vec::new();
    for _ in 0..3 {
        kinds.push(
            page.navigate(&to("http://a.test/b"), &call())
                .await
                .err()
                .map(|error| error.kind()),
        );
    }
    assert_eq!(kinds, [Some(Kind::Navigation), Some(Kind::PageCrashed), None]);
}

#[tokio::test]
async fn a_hanging_call_ends_when_its_caller_goes_away() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    room.world.control().fault(Method::Evaluate, 1, Fault::Hang);
    let cancel = tokio_util::sync::CancellationToken::new();
    let call_it = Call::new("", None, cancel.clone());
    let title = script("() => document.title", vec![]);
    let (result, ()) = tokio::join!(page.evaluate(&title, &call_it), async { cancel.cancel() });
    assert_eq!(result.unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(page.evaluate(&title, &call()).await.unwrap(), json!("A"));
}

#[tokio::test]
async fn the_clock_is_moved_by_hand() {
    let room = room().await;
    let slow = FakePage {
        delay: Duration::from_hours(1),
        ..FakePage::titled("Slow")
    };
    room.world.serve("http://a.test/slow", slow);
    let page = room.open("http://a.test/").await;
    let control = room.world.control();
    control.take_clock();
    let (slow, call) = (to("http://a.test/slow"), call());
    let mut loading = std::pin::pin!(page.navigate(&slow, &call));
    // A wait that is shorter than the page's changes nothing.
    for _ in 0..20 {
        control.advance(Duration::from_mins(1));
        tokio::select! {
            biased;
            _ = &mut loading => panic!("loaded too early"),
            () = tokio::task::yield_now() => {}
        }
    }
    control.advance(Duration::from_hours(1));
    assert_eq!(loading.await.unwrap().status, Some(200));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_never_loads_stays_usable() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    let error = page.navigate(&to("http://a.test/never"), &call()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
    assert_eq!(page.url(&call()).await.unwrap(), "http://a.test/never");
    assert_eq!(
        page.navigate(&to("http://a.test/b"), &call()).await.unwrap().status,
        Some(200)
    );
}

#[tokio::test]
async fn a_revived_page_may_make_place_for_another() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    room.world.control().revive_by_replacing();
    page.revive(&call()).await.unwrap();
    assert_eq!(page.url(&call()).await.unwrap_err().kind(), Kind::PageGone);
    let heard = lock(&room.heard.0).clone();
    let expected = [
        "opened instead",
        "sent http://a.test/",
        "answered 200",
        "request http://a.test/ Some(200)",
        "navigated http://a.test/",
        "reached DomContentLoaded",
        "reached Load",
    ];
    assert_eq!(heard[heard.len() - expected.len()..], expected);
    assert_eq!(room.world.control().pages().len(), 1);
}

#[tokio::test]
async fn a_new_backend_adopts_the_browsers_of_a_dead_one() {
    let room = room().await;
    let page = room.open("http://a.test/").await;
    page.evaluate(
        &script("(name, value) => { window[name] = value; }", vec![json!("n"), json!(7)]),
        &call(),
    )
    .await
    .unwrap();
    let endpoint = room.browser.endpoint().clone();
    room.world.control().disconnect();
    drop((room.backend, room.browser, page));

    let browser = FakeBackend::new(&room.world).adopt(&endpoint, &call()).await.unwrap();
    let heard = Arc::new(Found::default());
    let sink = Arc::clone(&heard) as Arc<dyn EventSink>;
    browser
        .adopt_context(&room.context, &ContextOptions::default(), sink, &call())
        .await
        .unwrap();
    let page = lock(&heard.0).pop().unwrap();
    let kept = page
        .evaluate(&script("name => window[name]", vec![json!("n")]), &call())
        .await
        .unwrap();
    assert_eq!(kept, json!(7));
}

#[derive(Debug, Default)]
struct Found(Mutex<Vec<Arc<dyn Page>>>);

impl EventSink for Found {
    fn event(&self, event: Event) {
        if let Event::PageOpened(opened) = event {
            lock(&self.0).push(opened.page);
        }
    }

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        Some(DialogAnswer::Dismiss)
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

#[tokio::test]
async fn a_cancelled_start_leaves_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let world = FakeWorld::new();
    let backend = FakeBackend::new(&world);
    let options = LaunchOptions {
        scratch: scratch.path().to_owned(),
        ..LaunchOptions::default()
    };
    world.control().fault(Method::Launch, 1, Fault::Hang);
    let cancel = tokio_util::sync::CancellationToken::new();
    let starting = Call::new("", None, cancel.clone());
    let (result, ()) = tokio::join!(backend.launch(&options, &starting), async { cancel.cancel() });
    assert_eq!(result.unwrap_err().kind(), Kind::Cancelled);
    assert!(world.control().running().is_empty());
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn somebody_elses_browser_is_left_as_it_is() {
    let world = FakeWorld::new();
    world.serve("http://a.test/", FakePage::titled("A"));
    let control = world.control();
    let endpoint = control.start_foreign(&["http://a.test/"]);
    let options = crate::backend::ConnectOptions {
        endpoint: endpoint.clone(),
        session: None,
    };
    let browser = FakeBackend::new(&world).connect(&options, &call()).await.unwrap();
    let heard = Arc::new(Heard::default());
    let sink = Arc::clone(&heard) as Arc<dyn EventSink>;
    let context = browser
        .open_context(&ContextOptions::default(), sink, &call())
        .await
        .unwrap();
    assert_eq!(lock(&heard.0).clone(), ["opened http://a.test/"]);
    browser.close_context(&context, &call()).await.unwrap();
    browser.close(&call()).await.unwrap();
    assert_eq!(control.running(), [endpoint]);
    assert_eq!(control.pages().len(), 1);
}
