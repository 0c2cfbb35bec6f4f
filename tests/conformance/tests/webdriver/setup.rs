//! A browser behind a driver that is started for it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_conformance::{Failure, Harness, SiteUrls, kill_process, process_ended, running_below};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{
    BrowserBackend, Endpoint, LaunchOptions, Navigation, Page, Script, Target, WaitUntil, World,
};
use greenroom_session_core::process::{self, ProcessId};
use greenroom_test_site::Site;
use tempfile::TempDir;

use crate::real::Nobody;

/// The setup of one of the backend's browsers.
pub(crate) struct WebDriver {
    name: String,
    browser: &'static str,
    site: Site,
    nobody: Nobody,
    scratch: TempDir,
}

/// The backend as the program has it.
pub(crate) fn backend() -> WebDriverBackend {
    WebDriverBackend::new(WebDriverConfig {
        path: std::env::var_os("PATH"),
        root: rustix::process::geteuid().is_root(),
        ..WebDriverConfig::default()
    })
}

impl WebDriver {
    pub(crate) async fn new(browser: &'static str) -> Self {
        Self {
            name: format!("webdriver-{browser}"),
            browser,
            site: Site::start().await,
            nobody: Nobody::new(),
            scratch: tempfile::tempdir().expect("a temporary folder"),
        }
    }
}

#[async_trait]
impl Harness for WebDriver {
    fn name(&self) -> &str {
        &self.name
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        Arc::new(backend())
    }

    fn launch_options(&self) -> LaunchOptions {
        LaunchOptions {
            browser: Some(self.browser.to_owned()),
            headless: true,
            scratch: self.scratch.path().to_owned(),
            ..LaunchOptions::default()
        }
    }

    fn site(&self) -> SiteUrls {
        SiteUrls {
            origin: self.site.origin().to_owned(),
            other_origin: Some(self.site.other_origin().to_owned()),
            other_site: Some(self.site.other_site()),
            refused: self.nobody.url(),
            // A proxy is asked for whole addresses, and the site answers their paths.
            proxy: Some(self.site.origin().to_owned()),
            bad_certificate: None,
        }
    }

    async fn kill(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        kill_process(endpoint).await
    }

    async fn ended(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        process_ended(endpoint).await
    }

    fn running(&self) -> Vec<String> {
        running_below(self.scratch.path())
    }

    async fn crash(&self, page: &dyn Page) -> Result<bool, Failure> {
        match self.browser {
            "webkit" => return end_a_web_process(self.scratch.path()).await,
            "firefox" => return end_the_process_of(page, self.scratch.path()).await,
            _ => {}
        }
        let to = Navigation {
            target: Target::Url("chrome://crash".to_owned()),
            until: WaitUntil::Commit,
        };
        // It cannot succeed; how it fails is the suite's business.
        let _ = page.navigate(&to, &Call::within(Duration::from_secs(5))).await;
        Ok(true)
    }
}

/// Ends the youngest process that runs pages, of browsers whose folders are below `scratch`: that of the page that was
/// opened last. The driver ends the session with it.
async fn end_a_web_process(scratch: &Path) -> Result<bool, Failure> {
    let found = running_below(scratch);
    let pages = found.iter().filter(|line| line.contains("WebKitWebProcess"));
    let processes = pages.filter_map(|line| ProcessId::of(line.split(' ').next()?.parse().ok()?));
    let Some(process) = processes.max_by_key(|process| (process.started_at, process.pid)) else {
        return Err(Failure(String::from("there is no process of a page")));
    };
    process::stop(process, Duration::ZERO, true).await;
    Ok(true)
}

/// How long a page works so that its process can be told from others.
const WORK: &str = "() => { for (const end = performance.now() + 500; performance.now() < end; ); }";

/// Ends the process in which Firefox runs a page: the one that works while the page does.
async fn end_the_process_of(page: &dyn Page, scratch: &Path) -> Result<bool, Failure> {
    let found = running_below(scratch);
    let contents = found.iter().filter(|line| line.contains("-contentproc"));
    let pids: Vec<u32> = contents
        .filter_map(|line| line.split(' ').next()?.parse().ok())
        .collect();
    let before: Vec<u64> = pids.iter().map(|pid| ticks(*pid)).collect();
    let work = Script {
        function: WORK.to_owned(),
        args: Vec::new(),
        world: World::Main,
    };
    page.evaluate(&work, &Call::within(Duration::from_secs(5))).await?;
    let worked = pids
        .iter()
        .zip(before)
        .max_by_key(|(pid, before)| ticks(**pid).saturating_sub(*before));
    let Some(process) = worked.and_then(|(pid, _)| ProcessId::of(*pid)) else {
        return Err(Failure(String::from("there is no process of a page")));
    };
    process::stop(process, Duration::ZERO, true).await;
    Ok(true)
}

/// How much a process has worked.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // Its name, which may have spaces, ends with the last parenthesis.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
    let times = fields.map(|fields| fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()));
    times.map_or(0, Iterator::sum)
}
