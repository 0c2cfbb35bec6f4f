//! The setup of the fake backend: the test site as scripted pages.

mod site;

use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{BrowserBackend, CapabilitySet, Endpoint, LaunchOptions, Page};
use greenroom_session_core::fake::{FakeBackend, FakeWorld};

use crate::check::{Checked, Failure, check};
use crate::harness::{Harness, SiteUrls};

pub use site::install_site;

/// The site that fake browsers see.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:8000";
const OTHER_ORIGIN: &str = "http://127.0.0.1:8001";
const OTHER_SITE: &str = "http://localhost:8001";
const REFUSED: &str = "http://127.0.0.1:1";
pub(crate) const PROXY: &str = "http://127.0.0.1:3128";
pub(crate) const BAD_CERTIFICATE: &str = "https://127.0.0.1:8443";

/// The setup of the fake backend.
pub struct FakeHarness {
    world: FakeWorld,
    capabilities: CapabilitySet,
    scratch: Option<tempfile::TempDir>,
}

impl Default for FakeHarness {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeHarness {
    /// A world with the test site, and browsers that can do everything.
    pub fn new() -> Self {
        Self::with_capabilities(FakeBackend::ALL)
    }

    /// The same with browsers that can do only this.
    pub fn with_capabilities(capabilities: CapabilitySet) -> Self {
        let world = FakeWorld::new();
        for origin in [ORIGIN, OTHER_ORIGIN, OTHER_SITE] {
            install_site(&world, origin);
        }
        site::install_strange_sites(&world);
        Self {
            world,
            capabilities,
            // Without a folder, browsers have no profile, which takes nothing from the suite but its look at leftovers.
            scratch: tempfile::tempdir().ok(),
        }
    }

    /// The world.
    pub fn world(&self) -> &FakeWorld {
        &self.world
    }

    /// A new instance of the backend.
    pub fn fake_backend(&self) -> FakeBackend {
        FakeBackend::new(&self.world).with_capabilities(self.capabilities)
    }
}

#[async_trait]
impl Harness for FakeHarness {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "fake"
    }

    fn backend(&self) -> Arc<dyn BrowserBackend> {
        Arc::new(self.fake_backend())
    }

    fn launch_options(&self) -> LaunchOptions {
        LaunchOptions {
            headless: true,
            scratch: self
                .scratch
                .as_ref()
                .map(|folder| folder.path().to_owned())
                .unwrap_or_default(),
            ..LaunchOptions::default()
        }
    }

    fn site(&self) -> SiteUrls {
        SiteUrls {
            origin: ORIGIN.to_owned(),
            other_origin: Some(OTHER_ORIGIN.to_owned()),
            other_site: Some(OTHER_SITE.to_owned()),
            refused: REFUSED.to_owned(),
            proxy: Some(PROXY.to_owned()),
            bad_certificate: Some(BAD_CERTIFICATE.to_owned()),
        }
    }

    fn has_documents(&self) -> bool {
        false
    }

    async fn kill(&self, endpoint: &Endpoint) -> Checked {
        let killed = self.world.control().kill_browser(&endpoint.url);
        check(killed, || format!("no browser runs at `{}`", endpoint.url))
    }

    async fn ended(&self, endpoint: &Endpoint) -> Checked {
        let ran_on = self.world.control().kill_browser(&endpoint.url);
        if let Some(folder) = endpoint.temporary_profile.as_ref().filter(|folder| folder.exists()) {
            std::fs::remove_dir_all(folder).map_err(|error| Failure(error.to_string()))?;
        }
        check(!ran_on, || {
            format!("the browser at `{}` did not end by itself", endpoint.url)
        })
    }

    fn running(&self) -> Vec<String> {
        self.world.control().running()
    }

    async fn crash(&self, page: &dyn Page) -> Checked<bool> {
        Ok(self.world.control().crash_page(page.key()))
    }
}
