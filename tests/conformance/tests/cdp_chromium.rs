//! The suite on Chromium over CDP.

mod real;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_backend_cdp::{CdpBackend, CdpConfig};
use greenroom_conformance::{Failure, Harness, SiteUrls, kill_process, process_ended, running_below};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{BrowserBackend, Endpoint, LaunchOptions, Navigation, Page, Target, WaitUntil};
use greenroom_test_site::Site;
use tempfile::TempDir;

struct CdpChromium {
    site: Site,
    nobody: real::Nobody,
    scratch: TempDir,
}

impl CdpChromium {
    fn cdp() -> CdpBackend {
        CdpBackend::new(CdpConfig {
            path: std::env::var_os("PATH"),
            root: rustix::process::geteuid().is_root(),
            ..CdpConfig::default()
        })
    }
}

#[async_trait]
impl Harness for CdpChromium {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "cdp-chromium"
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        Arc::new(Self::cdp())
    }

    fn launch_options(&self) -> LaunchOptions {
        LaunchOptions {
            browser: Some("chromium".to_owned()),
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
async fn chromium_conforms() {
    if real::is_here(&CdpChromium::cdp(), "chromium").await {
        let setup = CdpChromium {
            site: Site::start().await,
            nobody: real::Nobody::new(),
            scratch: tempfile::tempdir().expect("a temporary folder"),
        };
        real::conforms(&setup).await;
    }
}
