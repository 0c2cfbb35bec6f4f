//! The factory of fake browsers.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use super::FakeWorld;
use super::browser::FakeBrowser;
use super::control::Method;
use super::engine::{Engine, Start};
use super::guard::launching;
use super::world::World;
use crate::backend::{
    Browser, BrowserBackend, Capability, CapabilitySet, ConnectOptions, Diagnosis, Endpoint, Finding, LaunchOptions,
    Profile,
};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// Makes browsers of a [`FakeWorld`].
#[derive(Clone, Debug)]
pub struct FakeBackend {
    world: Arc<World>,
    capabilities: CapabilitySet,
}

impl FakeBackend {
    /// What a fake browser can do when nothing is taken from it.
    pub const ALL: CapabilitySet = CapabilitySet::of(&[
        Capability::Screenshot,
        Capability::FullPageScreenshot,
        Capability::ScreenshotFormats,
        Capability::NetworkEvents,
        Capability::ResponseBodies,
        Capability::ConsoleEvents,
        Capability::Dialogs,
        Capability::Downloads,
        Capability::IsolatedWorld,
        Capability::FramesCrossOrigin,
        Capability::Popups,
        Capability::Contexts,
        Capability::Storage,
        Capability::Viewport,
        Capability::Emulation,
        Capability::ExtraHeaders,
        Capability::Proxy,
        Capability::IgnoreHttpsErrors,
        Capability::Adoption,
        Capability::NavigationStatus,
    ]);

    /// A backend whose browsers live in `world`.
    pub fn new(world: &FakeWorld) -> Self {
        Self {
            world: Arc::clone(&world.0),
            capabilities: Self::ALL,
        }
    }

    /// The same backend, whose browsers can only do this.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: CapabilitySet) -> Self {
        self.capabilities = capabilities;
        self
    }

    fn find(&self, endpoint: &str) -> Result<Arc<Engine>> {
        self.world
            .engine(endpoint)
            .ok_or_else(|| Error::new(Kind::BrowserLost, format!("no browser answers at `{endpoint}`")))
    }
}

/// A program that is named by a path must be there, though it is never run.
fn check_program(options: &LaunchOptions) -> Result<()> {
    match &options.browser {
        Some(path) if path.contains('/') && !std::path::Path::new(path).exists() => Err(Error::new(
            Kind::NotStarted,
            format!("failed to start `{path}`: it is not there"),
        )),
        _ => Ok(()),
    }
}

/// A folder that goes unless it is kept.
struct Scratch(Option<PathBuf>);

impl Scratch {
    fn new(options: &LaunchOptions) -> Result<Self> {
        if options.profile != Profile::Temporary || options.scratch.as_os_str().is_empty() {
            return Ok(Self(None));
        }
        let made = std::fs::create_dir_all(&options.scratch)
            .and_then(|()| tempfile::Builder::new().prefix("fake-").tempdir_in(&options.scratch));
        let folder = made.map_err(|error| Error::io("make a folder in", &options.scratch, error))?;
        Ok(Self(Some(folder.keep())))
    }

    fn keep(mut self) -> Option<PathBuf> {
        self.0.take()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take() {
            // Nothing else can be done about it here, and the folder is empty.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

#[async_trait]
impl BrowserBackend for FakeBackend {
    #[expect(clippy::unnecessary_literal_bound, reason = "the trait's signature")]
    fn name(&self) -> &str {
        "fake"
    }

    fn browsers(&self) -> &[&str] {
        &["fake"]
    }

    fn has_drivers(&self) -> bool {
        false
    }

    fn capabilities(&self, _: Option<&str>) -> CapabilitySet {
        self.capabilities
    }

    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        check_program(options)?;
        let scratch = Scratch::new(options)?;
        launching(&self.world.shared, Method::Launch, call, async { Ok(()) }).await?;
        let engine = self.world.start(Start {
            temporary_profile: scratch.keep(),
            one_jar: options.profile != Profile::Temporary,
            capabilities: self.capabilities,
        });
        Ok(Arc::new(FakeBrowser::new(engine, false)))
    }

    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let work = async {
            let engine = self.find(&options.endpoint)?;
            Ok(Arc::new(FakeBrowser::new(engine, true)) as Arc<dyn Browser>)
        };
        launching(&self.world.shared, Method::Connect, call, work).await
    }

    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>> {
        let work = async {
            self.capabilities.require(Capability::Adoption)?;
            let engine = self.find(&endpoint.url)?;
            let attached = endpoint.extra["attached"].as_bool().unwrap_or_default();
            Ok(Arc::new(FakeBrowser::new(engine, attached)) as Arc<dyn Browser>)
        };
        launching(&self.world.shared, Method::Adopt, call, work).await
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        vec![Diagnosis {
            subject: "fake".to_owned(),
            finding: Finding::Ok,
            detail: "in memory; needs nothing".to_owned(),
            fix: None,
        }]
    }
}
