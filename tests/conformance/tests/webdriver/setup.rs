//! A browser behind a driver that is started for it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_conformance::{Failure, Harness, SiteUrls, kill_process, process_ended, running_below};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{BrowserBackend, Endpoint, LaunchOptions, Navigation, Page, Target, WaitUntil};
use greenroom_session_core::process::{self, ProcessId};
use greenroom_test_site::Site;
use tempfile::TempDir;

/// The setup of one of the backend's browsers.
pub(crate) struct WebDriver {
    name: String,
    browser: &'static str,
    site: Site,
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
            refused: "http://127.0.0.1:1".to_owned(),
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
            "chromium" => {}
            "webkit" => return end_a_web_process(self.scratch.path()).await,
            _ => return Ok(false),
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

/// Ends a process that runs pages, of browsers whose folders are below `scratch`. Whichever it is: the driver ends the
/// session with any of them.
async fn end_a_web_process(scratch: &Path) -> Result<bool, Failure> {
    let found = running_below(scratch);
    let line = found.iter().find(|line| line.contains("WebKitWebProcess"));
    let pid = line.and_then(|line| line.split(' ').next()?.parse().ok());
    let Some(process) = pid.and_then(ProcessId::of) else {
        return Err(Failure(String::from("there is no process of a page")));
    };
    process::stop(process, Duration::ZERO, true).await;
    Ok(true)
}
