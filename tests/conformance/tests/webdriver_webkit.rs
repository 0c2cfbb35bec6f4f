//! The suite on WebKit over classic WebDriver.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_conformance::{
    Expectations, Failure, Harness, SiteUrls, Suite, kill_process, process_ended, running_below,
};
use greenroom_session_core::backend::{BrowserBackend, Endpoint, Finding, LaunchOptions, Page};
use greenroom_session_core::process::{self, ProcessId};
use greenroom_test_site::Site;
use tempfile::TempDir;

struct WebKit {
    site: Site,
    scratch: TempDir,
}

impl WebKit {
    fn webdriver() -> WebDriverBackend {
        WebDriverBackend::new(WebDriverConfig {
            path: std::env::var_os("PATH"),
            root: rustix::process::geteuid().is_root(),
            ..WebDriverConfig::default()
        })
    }
}

#[async_trait]
impl Harness for WebKit {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "webdriver-webkit"
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        Arc::new(Self::webdriver())
    }

    fn launch_options(&self) -> LaunchOptions {
        LaunchOptions {
            browser: Some("webkit".to_owned()),
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

    async fn crash(&self, _: &dyn Page) -> Result<bool, Failure> {
        // Whichever it is: the driver ends the session with any of them.
        let Some(process) = web_processes(self.scratch.path()).pop() else {
            return Err(Failure(String::from("there is no process of a page")));
        };
        process::stop(process, Duration::ZERO, true).await;
        Ok(true)
    }
}

/// The processes that run pages, of browsers whose folders are below `scratch`.
fn web_processes(scratch: &Path) -> Vec<ProcessId> {
    let scratch = scratch.to_string_lossy();
    let read = |pid: u32, file: &str| {
        let bytes = std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| read(*pid, "cmdline").contains("WebKitWebProcess") && read(*pid, "environ").contains(&*scratch))
        .filter_map(ProcessId::of)
        .collect()
}

#[tokio::test]
async fn webkit_conforms() {
    let found = WebKit::webdriver().diagnose().await;
    if !found
        .iter()
        .any(|line| line.subject == "webkit" && line.finding == Finding::Ok)
    {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "no WebKit is installed: {found:?}"
        );
        println!("SKIPPED: no WebKit is installed (`cargo xtask setup` installs it): {found:?}");
        return;
    }
    let setup = WebKit {
        site: Site::start().await,
        scratch: tempfile::tempdir().expect("a temporary folder"),
    };
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../expectations/webdriver-webkit.txt");
    let known = Expectations::read(&known).expect("the expectations can be read");
    let part = std::env::var("GREENROOM_CONFORMANCE_ONLY").ok();
    let suite = part.iter().cloned().fold(Suite::new(), Suite::only);
    let report = suite.run(&setup, &known).await;
    if part.is_none() {
        report
            .write(env!("CARGO_TARGET_TMPDIR").as_ref())
            .expect("the report can be written");
    }
    println!("{report}");
    assert_eq!(setup.running(), Vec::<String>::new(), "browsers were left behind");
    report.verdict().expect("WebKit conforms");
}
