//! Chromium, Chrome, Edge and any other CDP endpoint as a greenroom backend.
//!
//! The wire and the protocol's types are chromiumoxide's; targets, sessions, frames, deadlines and what happens when
//! something dies are ours. One task owns the connection of a browser (`connection`) and hands each event to the state
//! that calls read (`hub`, `target`, `document`, `facts`).

mod adjust;
mod browser;
mod connection;
mod console;
mod context;
mod dialog;
mod discover;
mod doctor;
mod document;
mod download;
mod error;
mod evaluate;
mod evaluate_on;
mod facts;
mod find;
mod frame;
mod handles;
mod hub;
mod input;
mod intercept;
mod launch;
mod navigate;
mod network;
mod page;
mod screenshot;
mod setup;
mod storage;
mod target;
mod watch;
mod world;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Browser, BrowserBackend, CapabilitySet, ConnectOptions, Diagnosis, Endpoint, LaunchOptions, Profile,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::json;

use browser::{CdpBrowser, Known};

/// What the backend must be told, since libraries do not read the environment.
#[derive(Clone, Debug, Default)]
pub struct CdpConfig {
    /// Programs to use for browsers by name, for example `chromium`; they come before the search.
    pub executables: Vec<(String, PathBuf)>,
    /// The value of `PATH`.
    pub path: Option<OsString>,
    /// Whether this process is root's, for whom Chromium has no sandbox.
    pub root: bool,
}

/// The backend `cdp`.
#[derive(Debug)]
pub struct CdpBackend {
    config: CdpConfig,
}

impl CdpBackend {
    /// A backend that finds browsers as `config` says.
    pub fn new(config: CdpConfig) -> Self {
        Self { config }
    }
}

#[async_trait]
impl BrowserBackend for CdpBackend {
    fn name(&self) -> &'static str {
        "cdp"
    }

    fn browsers(&self) -> &[&str] {
        launch::NAMES
    }

    fn has_drivers(&self) -> bool {
        false
    }

    fn capabilities(&self, _: Option<&str>) -> CapabilitySet {
        browser::CAPABILITIES
    }

    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let found = launch::find(options.browser.as_deref(), &self.config)?;
        let started = launch::start(&found, options, self.config.root, call).await?;
        let isolates = options.profile == Profile::Temporary;
        let known = Known {
            name: Some(found.name.to_owned()),
            executable: Some(found.program),
            endpoint: Endpoint {
                url: started.url.clone(),
                port: Some(started.port),
                process: Some(started.process),
                temporary_profile: Some(started.starting.folder().to_owned()),
                extra: json!({ "isolates": isolates, "name": found.name, "proxy": launch::proxy(options), "headless": options.headless }),
                ..Endpoint::default()
            },
            isolates,
        };
        match CdpBrowser::connect(known, call).await {
            Ok(browser) => {
                started.starting.keep();
                Ok(browser)
            }
            Err(error) => {
                started.starting.abandon().await;
                Err(error)
            }
        }
    }

    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let url = discover::websocket(&options.endpoint, call).await?;
        let port = url::Url::parse(&url).ok().and_then(|url| url.port_or_known_default());
        let endpoint = Endpoint {
            url,
            port,
            extra: json!({ "isolates": false }),
            ..Endpoint::default()
        };
        let known = Known {
            name: None,
            executable: None,
            endpoint,
            isolates: false,
        };
        Ok(CdpBrowser::connect(known, call).await?)
    }

    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>> {
        if endpoint.process.is_some_and(|process| !process.is_alive()) {
            return Err(Error::new(Kind::BrowserLost, "the browser has ended"));
        }
        let known = Known {
            name: endpoint.extra["name"].as_str().map(str::to_owned),
            executable: endpoint.process.and_then(|process| executable(process.pid)),
            isolates: endpoint.extra["isolates"].as_bool().unwrap_or(false),
            endpoint: endpoint.clone(),
        };
        Ok(CdpBrowser::connect(known, call).await?)
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        doctor::diagnose(&self.config).await
    }
}

/// The program of a process of ours.
fn executable(pid: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/exe")).ok()
}
