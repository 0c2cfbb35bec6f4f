//! Browsers behind a WebDriver: Chromium, Firefox, WebKit, a Selenium Grid.
//!
//! A driver session is a browser (`driver` starts drivers and asks them for sessions). Where the driver grants WebDriver
//! BiDi, that is how it is spoken to from then on (`bidi`); else by the classic commands alone (`classic`).

mod actions;
mod bidi;
mod browser;
mod classic;
mod doctor;
mod drag;
mod driver;
mod kept;
mod options;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{
    Browser, BrowserBackend, CapabilitySet, ConnectOptions, Diagnosis, Endpoint, LaunchOptions, Profile,
};
use greenroom_session_core::process::ProcessId;
use greenroom_session_core::{Call, Error, Kind, Result};

use crate::browser::{Dialect, WebDriverBrowser};
use crate::driver::{Asked, Granted, Made, Make, Session, Started};
use crate::kept::Kept;

/// What the backend must be told, since libraries do not read the environment.
#[derive(Clone, Debug, Default)]
pub struct WebDriverConfig {
    /// Programs that come before the search, by name: `chromium`, `chrome`, `firefox`, `webkit`, `chromedriver`,
    /// `geckodriver`, `webkitwebdriver`, `xvfb`.
    pub programs: Vec<(String, PathBuf)>,
    /// The value of `PATH`.
    pub path: Option<OsString>,
    /// Whether this process is root's, for whom Chromium has no sandbox.
    pub root: bool,
    /// Whether a display is there.
    pub display: bool,
}

impl WebDriverConfig {
    /// The program of that name that the backend was told.
    fn told(&self, name: &str) -> Option<PathBuf> {
        let found = self.programs.iter().find(|(known, _)| known == name);
        found.map(|(_, program)| program.clone())
    }
}

/// The `webdriver` backend.
#[derive(Debug)]
pub struct WebDriverBackend {
    config: WebDriverConfig,
}

impl WebDriverBackend {
    /// A backend that finds drivers and browsers as `config` says.
    pub fn new(config: WebDriverConfig) -> Self {
        Self { config }
    }
}

#[async_trait]
impl BrowserBackend for WebDriverBackend {
    fn name(&self) -> &'static str {
        "webdriver"
    }

    fn browsers(&self) -> &[&str] {
        driver::NAMES
    }

    fn has_drivers(&self) -> bool {
        true
    }

    fn capabilities(&self, browser: Option<&str>) -> CapabilitySet {
        match driver::make_of(browser).1 {
            Make::Chromium | Make::Firefox => bidi::BEST,
            Make::WebKit => classic::BEST,
        }
    }

    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        match &options.driver.url {
            Some(url) => self.launch_at(url, options, call).await,
            None => self.launch_here(options, call).await,
        }
    }

    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let driver = driver::base(&options.endpoint)?;
        let Some(id) = options.session.clone() else {
            driver::answers(&driver, call).await?;
            let message = "a driver has sessions: say which one to attach to";
            let hint = format!("greenroom connect {} --webdriver-session ID", options.endpoint);
            return Err(Error::new(Kind::Usage, message).with_hint(hint));
        };
        let session = Session { driver, id };
        let (granted, identity) = session.look(call).await?;
        let url = session.driver.clone();
        let kept = Kept {
            session: session.id,
            bidi: granted.bidi().map(str::to_owned),
            devtools: granted.devtools(),
            browser_name: granted.browser_name().to_owned(),
            identity,
            ignores_prompts: granted.ignores_prompts(),
            accepts_insecure: granted.accepts_insecure(),
            ..Kept::default()
        };
        let (kept, dialect) = speak(kept, &url, call).await?;
        Ok(Arc::new(WebDriverBrowser {
            endpoint: remote(url, &kept)?,
            kept,
            dialect,
        }))
    }

    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>> {
        let processes = endpoint.process.iter().chain(&endpoint.others);
        if processes.into_iter().any(|process| !process.is_alive()) {
            return Err(Error::new(Kind::BrowserLost, "the browser or its driver has ended"));
        }
        let kept = Kept::of(endpoint)?;
        let dialect: Arc<dyn Dialect> = match kept.bidi(true) {
            Some(known) => bidi::Bidi::connect(known, call).await?,
            None => classic::Classic::connect(kept.classic(&endpoint.url)?, call).await?,
        };
        Ok(Arc::new(WebDriverBrowser {
            kept,
            endpoint: endpoint.clone(),
            dialect,
        }))
    }

    async fn diagnose(&self) -> Vec<Diagnosis> {
        doctor::diagnose(&self.config).await
    }
}

impl WebDriverBackend {
    /// Starts a driver, and has it start a browser.
    async fn launch_here(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let found = driver::find(options, &self.config)?;
        let started = driver::start(&found, options, &self.config, call).await?;
        let asked = driver::asked(&Asked {
            make: found.make,
            program: Some(&found.browser),
            folder: Some(started.starting.folder()),
            root: self.config.root,
            options,
        });
        let made = match asked {
            Ok(asked) => Session::make(&started.url, asked, call).await,
            Err(error) => Err(error),
        };
        let opened = match made {
            Ok(mut made) => {
                // Whatever happens, it ends with its driver.
                made.keep();
                let identity = made.granted.identity(found.name, Some(&found.browser));
                let spoken = speak(kept(options, &made, identity), &started.url, call).await;
                spoken.map(|(kept, dialect)| (kept, made, dialect))
            }
            Err(error) => Err(error.with_context("driver", started.last_words())),
        };
        match opened {
            Ok((kept, made, dialect)) => {
                let endpoint = endpoint(&started, &made.granted, &kept)?;
                started.starting.keep();
                Ok(Arc::new(WebDriverBrowser {
                    kept,
                    endpoint,
                    dialect,
                }))
            }
            Err(error) => {
                started.starting.abandon().await;
                Err(error)
            }
        }
    }

    /// Has a driver that runs already, or a Grid, start a browser.
    async fn launch_at(&self, url: &str, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>> {
        let url = driver::base(url)?;
        if options.profile != Profile::Temporary {
            let message = "a browser behind a running driver has no profile that stays: it may be on another computer";
            return Err(Error::new(Kind::Unsupported, message).with_hint("leave `--storage persistent` out"));
        }
        let (name, make) = driver::make_of(options.browser.as_deref());
        let program = options.browser.as_deref().map(std::path::Path::new);
        let asked = driver::asked(&Asked {
            make,
            program: program.filter(|program| program.is_absolute()),
            folder: None,
            root: false,
            options,
        })?;
        let mut made = Session::make(&url, asked, call).await?;
        let identity = made.granted.identity(name, None);
        let (kept, dialect) = speak(kept(options, &made, identity), &url, call).await?;
        let endpoint = remote(url, &kept)?;
        made.keep();
        Ok(Arc::new(WebDriverBrowser {
            kept,
            endpoint,
            dialect,
        }))
    }
}

/// Begins to speak to a driver session that nobody of ours has spoken to. Where BiDi was granted and cannot be reached, it is
/// gone on without: what is in effect then is what the classic commands can do.
async fn speak(mut kept: Kept, url: &str, call: &Call) -> Result<(Kept, Arc<dyn Dialect>)> {
    if let Some(known) = kept.bidi(false) {
        let address = known.url.clone();
        match bidi::Bidi::connect(known, call).await {
            Ok(bidi) => return Ok((kept, bidi)),
            Err(error) if error.kind() != Kind::BrowserLost => return Err(error),
            Err(error) => {
                tracing::warn!(address, %error, "WebDriver BiDi cannot be reached: events, contexts and emulation are not to be had");
                kept.bidi = None;
                kept.isolates = false;
            }
        }
    }
    let classic = classic::Classic::connect(kept.classic(url)?, call).await?;
    Ok((kept, classic))
}

/// How a driver is found again that is not ours.
fn remote(url: String, kept: &Kept) -> Result<Endpoint> {
    Ok(Endpoint {
        port: url::Url::parse(&url).ok().and_then(|url| url.port_or_known_default()),
        url,
        extra: serde_json::to_value(kept).map_err(internal)?,
        ..Endpoint::default()
    })
}

/// What is to be kept of a session that was just made.
fn kept(options: &LaunchOptions, made: &Made, identity: greenroom_session_core::backend::BrowserIdentity) -> Kept {
    let (only, granted) = (options.only.as_ref(), &made.granted);
    Kept {
        session: made.session.id.clone(),
        bidi: granted.bidi().map(str::to_owned),
        devtools: granted.devtools(),
        browser_name: granted.browser_name().to_owned(),
        identity,
        owned: true,
        headless: options.headless,
        isolates: options.profile == Profile::Temporary && granted.bidi().is_some(),
        keeper: made.first.clone(),
        proxy: only.and_then(|only| only.proxy.clone()),
        ignores_prompts: granted.ignores_prompts(),
        accepts_insecure: granted.accepts_insecure(),
    }
}

/// How a driver of ours is found again, with all that must end with it.
fn endpoint(started: &Started, granted: &Granted, kept: &Kept) -> Result<Endpoint> {
    let browser = granted.process().and_then(ProcessId::of);
    Ok(Endpoint {
        url: started.url.clone(),
        port: Some(started.port),
        process: Some(started.process),
        // The browser before the display that it draws on.
        others: browser.into_iter().chain(started.others.iter().copied()).collect(),
        locks: started.locks.clone(),
        temporary_profile: Some(started.starting.folder().to_owned()),
        extra: serde_json::to_value(kept).map_err(internal)?,
    })
}

fn internal(error: serde_json::Error) -> Error {
    Error::new(Kind::Internal, "failed to write down the driver session").with_source(error)
}
