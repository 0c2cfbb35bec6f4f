//! A browser for a test, and the proof that nothing of it is left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_conformance::{Recorder, running_below};
use greenroom_session_core::backend::{
    Browser, BrowserBackend, ContextOptions, DriverOptions, Endpoint, Event, EventSink, Finding, LaunchOptions,
    NewPage, Page, Script, WaitUntil, World,
};
use greenroom_session_core::process::{ProcessId, remove_stale, stop_all};
use greenroom_session_core::{Call, Error, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a call may take on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// How soon a death must be noticed by who waits for an answer.
pub(crate) const SOON: Duration = Duration::from_secs(5);

pub(crate) fn call() -> Call {
    Call::within(LIMIT)
}

pub(crate) fn backend() -> WebDriverBackend {
    WebDriverBackend::new(WebDriverConfig {
        path: std::env::var_os("PATH"),
        root: rustix::process::geteuid().is_root(),
        ..WebDriverConfig::default()
    })
}

/// Says why a test cannot run here; in CI that is a failure.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
    eprintln!("skipped: {reason}");
}

/// Whether a browser with its driver is here.
pub(crate) async fn has(browser: &str) -> bool {
    let found = backend().diagnose().await;
    let is_here = found
        .iter()
        .any(|line| line.subject == browser && line.finding == Finding::Ok);
    if !is_here {
        skip(&format!("no {browser} with its driver here: {found:?}"));
    }
    is_here
}

/// The program of that name in `PATH`.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH");
    greenroom_session_core::process::find_program(path.as_deref(), &[name], &[]).expect("the program is here")
}

/// A folder of ours, and how browsers are started in it.
pub(crate) struct Place {
    scratch: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            scratch: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn options(&self, browser: &str) -> LaunchOptions {
        LaunchOptions {
            browser: Some(browser.to_owned()),
            headless: true,
            scratch: self.path().to_owned(),
            ..LaunchOptions::default()
        }
    }

    /// The options for a browser behind a driver that runs; whoever runs it is root, perhaps.
    pub(crate) fn options_at(&self, url: &str, browser: &str) -> LaunchOptions {
        let capabilities = if browser == "chromium" {
            json!({ "goog:chromeOptions": { "args": ["--no-sandbox"] } })
        } else {
            json!({})
        };
        LaunchOptions {
            driver: DriverOptions {
                url: Some(url.to_owned()),
                capabilities: capabilities.as_object().cloned().expect("an object"),
                ..DriverOptions::default()
            },
            ..self.options(browser)
        }
    }

    /// Fails unless every process that was started in it ends, and every folder is gone.
    pub(crate) async fn assert_empty(&self) {
        // Firefox's helper for crashes, in a group of its own, ends a moment after it.
        let deadline = Instant::now() + SOON;
        while !running_below(self.path()).is_empty() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(running_below(self.path()), Vec::<String>::new());
        let left: Vec<_> = std::fs::read_dir(self.path()).expect("the folder").flatten().collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

/// A page in a browser, and what is told of it.
pub(crate) struct Opened {
    pub(crate) browser: Arc<dyn Browser>,
    pub(crate) page: Arc<dyn Page>,
    pub(crate) sink: Arc<Recorder>,
}

impl Opened {
    pub(crate) async fn launch(options: &LaunchOptions) -> Result<Self> {
        let browser = backend().launch(options, &call()).await?;
        let sink = Arc::new(Recorder::default());
        let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
        let context = browser.open_context(&ContextOptions::default(), heard, &call()).await?;
        let new = NewPage {
            url: None,
            until: WaitUntil::Load,
        };
        let (page, loaded) = browser.open_page(&context, &new, &call()).await?;
        loaded?;
        Ok(Self { browser, page, sink })
    }

    /// Evaluates one and one.
    pub(crate) async fn two(&self) -> Result<Value> {
        evaluate(&*self.page, "() => 1 + 1").await
    }

    /// The error of a call that waits for ever, while `act` takes away what it waits for; and how long it waited after.
    pub(crate) async fn error_after(&self, act: impl FnOnce()) -> (Error, Duration) {
        let page = Arc::clone(&self.page);
        let waiting = tokio::spawn(async move { evaluate(&*page, "() => new Promise(() => {})").await });
        // The call is under way when a later one has been answered.
        self.two().await.expect("the page answers");
        let begin = Instant::now();
        // What is in the way may block for a while, as a killed group of processes that is waited for.
        act();
        let answer = tokio::time::timeout(LIMIT, waiting).await.expect("the call ends");
        let error = answer.expect("no panic").expect_err("nothing can answer");
        (error, begin.elapsed())
    }

    /// Waits until the browser is told to be lost.
    pub(crate) async fn lost(&self) {
        let is_lost = |event: &Event| matches!(event, Event::Lost { .. }).then_some(());
        self.sink
            .wait("the loss of the browser", is_lost)
            .await
            .expect("it is told");
    }
}

pub(crate) async fn evaluate(page: &dyn Page, function: &str) -> Result<Value> {
    let script = Script {
        function: function.to_owned(),
        args: Vec::new(),
        world: World::Main,
    };
    page.evaluate(&script, &call()).await
}

/// Ends what an owner would end of a browser that is lost.
pub(crate) async fn put_away(endpoint: &Endpoint) {
    stop_all(endpoint.process, &endpoint.others, Duration::ZERO, true).await;
    for lock in &endpoint.locks {
        remove_stale(lock);
    }
    if let Some(folder) = &endpoint.temporary_profile {
        std::fs::remove_dir_all(folder).expect("the profile is removed");
    }
}

/// Kills one process, and none of those that it has started.
pub(crate) fn kill(process: ProcessId) {
    let pid = i32::try_from(process.pid).ok().and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(pid.expect("a pid"), rustix::process::Signal::KILL).expect("it is killed");
}
