//! The suite on Chromium behind a Selenium Grid, with a hub and two nodes: a driver that is not ours, on computers that
//! could be others.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_conformance::{Failure, Harness, SiteUrls, conforms};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{
    BrowserBackend, DriverOptions, Endpoint, LaunchOptions, Navigation, Page, Target, WaitUntil,
};
use greenroom_test_grid::{Grid, GridOptions, Tools};
use greenroom_test_site::Site;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;

/// How long a Grid may take to let go of a session, or of a browser that was killed.
const ENDS: Duration = Duration::from_secs(10);

struct WebDriverGrid {
    grid: Grid,
    site: Site,
    scratch: TempDir,
}

/// The id of the Grid's session behind a browser.
fn session(endpoint: &Endpoint) -> &str {
    endpoint.extra["session"].as_str().unwrap_or_default()
}

#[async_trait]
impl Harness for WebDriverGrid {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "webdriver-grid"
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        // Neither drivers nor browsers of this computer are of use to it.
        Arc::new(WebDriverBackend::new(WebDriverConfig::default()))
    }

    fn launch_options(&self) -> LaunchOptions {
        // The nodes may be root's, and a Grid passes capabilities through.
        let capabilities = json!({ "goog:chromeOptions": { "args": ["--no-sandbox"] } });
        LaunchOptions {
            browser: Some("chromium".to_owned()),
            headless: true,
            driver: DriverOptions {
                url: Some(self.grid.url().to_owned()),
                capabilities: capabilities.as_object().cloned().unwrap_or_default(),
                ..DriverOptions::default()
            },
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

    /// The browser on its node; the driver there lives on.
    async fn kill(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        let id = session(endpoint);
        let process = self.grid.browser_of(id).and_then(|pid| i32::try_from(pid).ok());
        let process = process.and_then(Pid::from_raw);
        let process =
            process.ok_or_else(|| Failure(format!("the Grid does not know the browser of session `{id}`")))?;
        kill_process(process, Signal::KILL).map_err(|error| Failure(format!("it cannot be killed: {error}")))
    }

    async fn ended(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        let id = session(endpoint).to_owned();
        let browser = self.grid.browser_of(&id);
        let is_held = |grid: &Grid| grid.sessions().iter().any(|session| session.id == id);
        if self.grid.wait_for(ENDS, |grid| !is_held(grid)) {
            return Ok(());
        }
        // Of a browser that was killed, the Grid keeps the session until it was idle for long.
        let runs = self.grid.running().iter().any(|(pid, _)| Some(*pid) == browser);
        let _ = self.grid.end_session(&id);
        if runs {
            return Err(Failure(format!("the Grid still held session `{id}`")));
        }
        Ok(())
    }

    fn running(&self) -> Vec<String> {
        let sessions = self.grid.sessions().into_iter();
        sessions
            .map(|session| format!("{} {} at {}", session.id, session.browser, session.node))
            .collect()
    }

    async fn crash(&self, page: &dyn Page) -> Result<bool, Failure> {
        let to = Navigation {
            target: Target::Url("chrome://crash".to_owned()),
            until: WaitUntil::Commit,
        };
        // It cannot succeed; how it fails is the suite's business.
        let _ = page.navigate(&to, &Call::within(Duration::from_secs(5))).await;
        Ok(true)
    }
}

#[tokio::test]
async fn a_grid_conforms() {
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(reason) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
            println!("skipped: {reason}");
            return;
        }
    };
    let setup = WebDriverGrid {
        grid: Grid::start(&tools, &GridOptions::default()).expect("a Grid"),
        site: Site::start().await,
        scratch: tempfile::tempdir().expect("a temporary folder"),
    };
    let target = env!("CARGO_TARGET_TMPDIR").as_ref();
    conforms(&setup, target).await.expect("a Grid conforms");
    let nobody = |grid: &Grid| grid.running().is_empty();
    assert!(
        setup.grid.wait_for(ENDS, nobody),
        "left behind: {:?}",
        setup.grid.running()
    );
}
