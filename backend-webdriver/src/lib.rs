//! Browsers behind a WebDriver: Chromium, Firefox, WebKit, a Selenium Grid.
//!
//! This version has the name and no browser behind it: every call answers `Unsupported`, `doctor` says so, and nothing is
//! started. What the seam needs for drivers was tried and is written down in `docs/design/0001-the-seam.md`. The client of
//! WebDriver BiDi is here already (`bidi`): contexts, pages and events of a driver session that somebody else has started.

#[expect(
    dead_code,
    unused_imports,
    reason = "no driver is started yet, so nobody connects to one (issue 4)"
)]
mod bidi;
#[allow(dead_code, unused_imports, reason = "no driver is started yet, so nobody connects to one (issue 4)")]
mod classic;

use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Browser, BrowserBackend, CapabilitySet, ConnectOptions, Diagnosis, Endpoint, Finding, LaunchOptions,
};
use greenroom_session_core::{Call, Error, Kind, Result};

/// The `webdriver` backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebDriverBackend;

impl WebDriverBackend {
    /// The backend.
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl BrowserBackend for WebDriverBackend {
    fn name(&self) -> &'static str {
        "webdriver"
    }

    fn browsers(&self) -> &[&str] {
        &["chromium", "firefox", "webkit"]
    }

    fn capabilities(&self) -> CapabilitySet {
        CapabilitySet::EMPTY
    }

    async fn launch(&self, _: &LaunchOptions, _: &Call) -> Result<Arc<dyn Browser>> {
        Err(missing())
    }

    async fn connect(&self, _: &ConnectOptions, _: &Call) -> Result<Arc<dyn Browser>> {
        Err(missing())
    }

    async fn adopt(&self, _: &Endpoint, _: &Call) -> Result<Arc<dyn Browser>> {
        Err(missing())
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        vec![Diagnosis {
            subject: "webdriver".to_owned(),
            finding: Finding::Optional,
            detail: "drivers are not supported by this version".to_owned(),
            fix: None,
        }]
    }
}

fn missing() -> Error {
    Error::new(Kind::Unsupported, "the `webdriver` backend is not part of this version")
        .with_hint("greenroom open URL --backend cdp")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn every_call_says_that_it_is_unsupported() {
        let (backend, call) = (WebDriverBackend::new(), Call::within(Duration::from_secs(1)));
        let answers = [
            backend.launch(&LaunchOptions::default(), &call).await,
            backend.connect(&ConnectOptions::default(), &call).await,
            backend.adopt(&Endpoint::default(), &call).await,
        ];
        for answer in answers {
            assert_eq!(answer.unwrap_err().kind(), Kind::Unsupported);
        }
    }
}
