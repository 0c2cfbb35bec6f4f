//! A browser for a test, what it told, and the proof that nothing of it is left.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use greenroom_backend_cdp::{CdpBackend, CdpConfig};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{
    Browser, BrowserBackend, ContextKey, ContextOptions, DialogAnswer, DialogKind, DialogOpened, Event, EventSink,
    FileChooserOpened, LaunchOptions, Loaded, Navigation, NewPage, Page, Profile, Script, Size, Target, WaitUntil,
    World,
};
use greenroom_session_core::process::{self, ProcessId};
use serde_json::Value;
use tokio::sync::watch;

/// What a call may take on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn call() -> Call {
    Call::within(LIMIT)
}

pub(crate) fn backend() -> CdpBackend {
    CdpBackend::new(CdpConfig {
        path: std::env::var_os("PATH"),
        root: rustix::process::geteuid().is_root(),
        ..CdpConfig::default()
    })
}

/// Records what it is told, and answers dialogs as it is told to.
#[derive(Debug)]
pub(crate) struct Recorder {
    events: watch::Sender<Vec<Event>>,
    pub(crate) answer: Mutex<DialogAnswer>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            events: watch::Sender::default(),
            answer: Mutex::new(DialogAnswer::Dismiss),
        }
    }
}

impl EventSink for Recorder {
    fn event(&self, event: Event) {
        self.events.send_modify(|events| events.push(event));
    }

    fn dialog(&self, dialog: &DialogOpened) -> Option<DialogAnswer> {
        Some(match dialog.kind {
            DialogKind::BeforeUnload => DialogAnswer::Accept(None),
            _ => self.answer.lock().unwrap().clone(),
        })
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

impl Recorder {
    /// Waits for the first event in which `find` finds something, those that have come included.
    pub(crate) async fn first<T>(&self, what: &str, find: impl Fn(&Event) -> Option<T>) -> T {
        let mut events = self.events.subscribe();
        let found = tokio::time::timeout(
            LIMIT,
            events.wait_for(|events| events.iter().any(|event| find(event).is_some())),
        );
        match found.await {
            Ok(events) => events.unwrap().iter().find_map(find).unwrap(),
            Err(late) => panic!("{late}: {what} was not told; told were: {:#?}", self.events.borrow()),
        }
    }

    /// What `find` finds in the events so far.
    pub(crate) fn all<T>(&self, find: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.events.borrow().iter().filter_map(find).collect()
    }
}

/// A running browser with one context.
pub(crate) struct Fixture {
    pub(crate) browser: Arc<dyn Browser>,
    pub(crate) context: ContextKey,
    pub(crate) sink: Arc<Recorder>,
    scratch: tempfile::TempDir,
}

/// The options that tests start with.
pub(crate) fn options() -> ContextOptions {
    ContextOptions {
        viewport: Some(Size {
            width: 800,
            height: 600,
        }),
        max_body: 100_000,
        ..ContextOptions::default()
    }
}

pub(crate) fn launch_options(scratch: &Path) -> LaunchOptions {
    LaunchOptions {
        headless: true,
        scratch: scratch.to_owned(),
        ..LaunchOptions::default()
    }
}

/// False, with a visible reason, where there is no Chromium; in CI that is a failure.
pub(crate) async fn has_chromium() -> bool {
    let found = backend().diagnose().await;
    let is_here = found
        .iter()
        .any(|line| line.finding == greenroom_session_core::backend::Finding::Ok);
    if !is_here {
        assert!(std::env::var_os("CI").is_none(), "CI needs a browser: {found:?}");
        eprintln!("skipped: no chromium here: {found:?}");
    }
    is_here
}

/// A test that fails leaves nothing behind either.
impl Drop for Fixture {
    fn drop(&mut self) {
        if let Some(group) = self.browser.endpoint().process.filter(|process| process.is_alive()) {
            let pid = i32::try_from(group.pid).ok().and_then(rustix::process::Pid::from_raw);
            let _ = pid.map(|pid| rustix::process::kill_process_group(pid, rustix::process::Signal::KILL));
        }
    }
}

impl Fixture {
    pub(crate) async fn start() -> Option<Self> {
        Self::with(&options()).await
    }

    /// `None`: there is no browser here.
    pub(crate) async fn with(options: &ContextOptions) -> Option<Self> {
        Self::launched(options, |_| {}).await
    }

    /// With a profile that stays, and only the browser's own context.
    pub(crate) async fn persistent() -> Option<Self> {
        Self::launched(&options(), |launch| {
            launch.profile = Profile::Folder(launch.scratch.join("profile"));
        })
        .await
    }

    /// Launched as `change` wants it.
    pub(crate) async fn launched(options: &ContextOptions, change: impl FnOnce(&mut LaunchOptions)) -> Option<Self> {
        if !has_chromium().await {
            return None;
        }
        let scratch = tempfile::tempdir().unwrap();
        let mut launch = launch_options(scratch.path());
        change(&mut launch);
        let browser = backend().launch(&launch, &call()).await.unwrap();
        let sink = Arc::new(Recorder::default());
        let context = browser.open_context(options, sink.clone(), &call()).await.unwrap();
        Some(Self {
            browser,
            context,
            sink,
            scratch,
        })
    }

    pub(crate) fn process(&self) -> ProcessId {
        self.browser.endpoint().process.unwrap()
    }

    pub(crate) async fn open(&self, url: &str) -> Arc<dyn Page> {
        let (page, loaded) = self.try_open(url).await;
        loaded.unwrap();
        page
    }

    pub(crate) async fn try_open(&self, url: &str) -> (Arc<dyn Page>, greenroom_session_core::Result<Loaded>) {
        let new = NewPage {
            url: Some(url.to_owned()),
            until: WaitUntil::Load,
        };
        self.browser.open_page(&self.context, &new, &call()).await.unwrap()
    }

    pub(crate) async fn blank(&self) -> Arc<dyn Page> {
        let new = NewPage {
            url: None,
            until: WaitUntil::Load,
        };
        self.browser.open_page(&self.context, &new, &call()).await.unwrap().0
    }

    /// Ends the browser, and proves that no process and no folder is left.
    pub(crate) async fn finish(self) {
        let _ = self.browser.close(&call()).await;
        let process = self.process();
        process::stop(process, Duration::from_secs(3), false).await;
        if let Some(profile) = &self.browser.endpoint().temporary_profile {
            std::fs::remove_dir_all(profile).unwrap();
        }
        let _ = std::fs::remove_dir_all(self.scratch.path().join("profile"));
        nothing_left(self.scratch.path()).await;
    }
}

/// Proves that nobody uses the folder any more, and that it is empty.
pub(crate) async fn nothing_left(scratch: &Path) {
    let mark = scratch.to_str().unwrap().to_owned();
    let gone = async {
        while !users(&mark).is_empty() || std::fs::read_dir(scratch).unwrap().next().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(LIMIT, gone).await.is_err() {
        let entries: Vec<_> = std::fs::read_dir(scratch).unwrap().collect();
        panic!("left behind: processes {:?}, files {entries:?}", users(&mark));
    }
}

/// The processes whose command line names the folder.
fn users(mark: &str) -> Vec<u32> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        *pid != std::process::id() && String::from_utf8_lossy(&line).contains(mark)
    })
    .collect()
}

pub(crate) async fn go(page: &Arc<dyn Page>, url: &str) -> greenroom_session_core::Result<Loaded> {
    goes(page, Target::Url(url.to_owned())).await
}

pub(crate) async fn goes(page: &Arc<dyn Page>, target: Target) -> greenroom_session_core::Result<Loaded> {
    page.navigate(
        &Navigation {
            target,
            until: WaitUntil::Load,
        },
        &call(),
    )
    .await
}

pub(crate) async fn eval(page: &Arc<dyn Page>, function: &str) -> Value {
    page.evaluate(&script(function), &call()).await.unwrap()
}

/// In the page's own world.
pub(crate) async fn eval_main(page: &Arc<dyn Page>, function: &str) -> Value {
    page.evaluate(
        &Script {
            world: World::Main,
            ..script(function)
        },
        &call(),
    )
    .await
    .unwrap()
}

pub(crate) fn script(function: &str) -> Script {
    Script {
        function: function.to_owned(),
        args: Vec::new(),
        world: World::Isolated,
    }
}

/// The error that something should have come to.
pub(crate) fn failed<T: Debug>(result: greenroom_session_core::Result<T>) -> greenroom_session_core::Error {
    result.unwrap_err()
}
