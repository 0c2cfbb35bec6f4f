//! What a setup gives the suite: a backend, its browsers, and a site to open.

use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{BrowserBackend, Endpoint, LaunchOptions, Page};

use crate::check::Failure;

/// A setup: a backend with a browser, on this machine, and the test site.
#[async_trait]
pub trait Harness: Send + Sync {
    /// The setup's name, for example `cdp-chromium`; expectation files and reports have it.
    fn name(&self) -> &str;

    /// A new instance of the backend. Two of them are two daemons: one adopts the browsers of the other.
    fn backend(&self) -> Arc<dyn BrowserBackend>;

    /// How to start a browser: headless, with a scratch folder that is this run's own.
    fn launch_options(&self) -> LaunchOptions;

    /// Where the test site is.
    fn site(&self) -> SiteUrls;

    /// Whether its pages are documents that any script can build and read; the cases `look::` are skipped without.
    fn has_documents(&self) -> bool {
        true
    }

    /// Kills a browser with all its processes, as `kill -9` does.
    async fn kill(&self, endpoint: &Endpoint) -> Result<(), Failure>;

    /// Waits until a browser that was closed has ended, and ends it when it does not.
    async fn ended(&self, endpoint: &Endpoint) -> Result<(), Failure>;

    /// What browsers of this setup run now: one line each, empty when none does.
    fn running(&self) -> Vec<String>;

    /// Crashes the renderer of a page; false: this setup has no way to.
    async fn crash(&self, page: &dyn Page) -> Result<bool, Failure>;
}

/// Where the test site is; no address ends with a slash.
///
/// The pages that cases open: `/`, `/title/NAME`, `/status/CODE`, `/redirect/N`, `/hang`, `/never-loads`, `/long` (3000
/// pixels high, no margin), `/watched?height=` (tells in `seen` what it is told), `/console`, `/dialogs?kind=&at=`, `/popup?at=load&child=`, `/state`, `/hash`, `/headers`,
/// `/echo`, `/cookies/set?NAME=VALUE`, `/download/NAME?as=`, `/api/items.json`, `/logo.png`,
/// `/nodes/COUNT`, `/document/KIND`, `/hostile`, `/recorder`, `/frames`, `/slow?ms=`, `/framed?src=URL&src=URL` (an `iframe` for each, with the ids `frame-0`, `frame-1`, …). The crate
/// `greenroom-test-site` serves them; [`install_site`](crate::install_site) is the same for the fake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteUrls {
    /// The site.
    pub origin: String,
    /// The same pages at another origin of the same site, for example another port.
    pub other_origin: Option<String>,
    /// The same pages at another site, for example another host name.
    pub other_site: Option<String>,
    /// An address where nobody listens.
    pub refused: String,
    /// A proxy through which `http://proxied.test` shows the site.
    pub proxy: Option<String>,
    /// A site whose certificate is not to be trusted.
    pub bad_certificate: Option<String>,
}

impl SiteUrls {
    /// The address of a page of the site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
