//! What is to be opened: what the caller says, then config.json, then the defaults; read and checked before anything is done.

use std::sync::Arc;

use greenroom_policy::DialogMode;
use url::Url;

use super::Service;
use super::dispatch::Stage;
use super::handlers::web_address;
use super::settings::Config;
use crate::backend::{
    BrowserBackend, Capability, CapabilitySet, ConnectOptions, ContextOptions, DriverOptions, NewPage,
};
use crate::error::{Error, Kind, Result};
use crate::op::{Connect, Display, Open, Recording, Span};
use crate::session::Start;
use crate::store::{LaunchRecord, Ownership, ProfileName, SessionName, StateRecord, StorageMode, Timeouts};

/// What `open` and `connect` have in common once their parameters are read.
pub(super) struct Plan {
    pub(super) record: StateRecord,
    pub(super) start: Start,
    /// The page to open; `None`: the browser's own pages are taken.
    pub(super) page: Option<NewPage>,
}

fn session_name(stage: &Stage) -> Result<SessionName> {
    match &stage.named {
        Some(name) => name.parse(),
        None => Ok(SessionName::generate()),
    }
}

impl Open {
    /// What is to be opened.
    pub(super) fn plan(self, stage: &Stage) -> Result<Plan> {
        let service = &stage.service;
        let config = Config::read(service.shared.store.layout())?;
        let name = session_name(stage)?;
        let url = self.url.as_deref().map(web_address).transpose()?;
        let wants_driver = self.webdriver_url.is_some() || self.driver.is_some();
        let backend = service.backend_for(self.backend.as_deref(), config.backend.as_deref(), wants_driver)?;
        let storage = self.storage_mode(&config);
        let mut record = StateRecord::new(name, backend.name(), Ownership::Owned, storage);
        record.access_mode = self.access.map(Into::into).or(config.access_mode).unwrap_or_default();
        record.dialogs = dialogs(self.dialogs.as_deref(), &config)?;
        record.launch = self.launch(&config, stage.display, storage, &record.session)?;
        if backend.has_drivers() {
            record.launch.driver = self.driver(&config)?;
        }
        let has = backend.capabilities(record.launch.browser.as_deref());
        let viewport = self
            .viewport
            .or(config.viewport)
            .or(has.has(Capability::Viewport).then_some(service.defaults.viewport));
        record.options = ContextOptions {
            viewport,
            locale: self.locale.clone(),
            timezone: self.timezone.clone(),
            user_agent: self.user_agent.clone(),
            headers: self
                .header
                .iter()
                .map(|header| parse_header(header))
                .collect::<Result<_>>()?,
            proxy: self.proxy.as_deref().map(parse_proxy).transpose()?,
            ignore_https_errors: self.ignore_https_errors,
            touch: self.touch,
            downloads: has
                .has(Capability::Downloads)
                .then(|| service.shared.store.layout().downloads_dir(&record.session)),
            max_body: config
                .limits
                .as_ref()
                .and_then(|limits| limits.max_body)
                .unwrap_or(service.defaults.max_body),
            watcher: None,
        };
        let recording = self.record_user_actions.or(config.record_user_actions);
        record.record_user_actions = records(recording, !record.launch.headless, has)?;
        record.viewport = viewport;
        record.timeouts = timeouts(&config);
        record.timeouts.dormant_ttl = self.dormant_ttl.map_or(record.timeouts.dormant_ttl, |span| span.0);
        record.timeouts.on_dormant = self.on_dormant.unwrap_or(record.timeouts.on_dormant);
        overrule(&mut record.timeouts, self.idle_timeout, self.max_duration);
        record.test_id_attribute = self.test_id_attribute.or(config.test_id_attribute).unwrap_or_default();
        record.redact = !self.no_redact && config.redaction.unwrap_or(true);
        let page = NewPage {
            url,
            until: self.wait_until.unwrap_or_default(),
        };
        Ok(Plan {
            record,
            start: Start::Launch,
            page: Some(page),
        })
    }

    fn storage_mode(&self, config: &Config) -> StorageMode {
        let implied = self.browser_profile.is_some().then_some(StorageMode::Persistent);
        self.storage
            .or(implied)
            .or(config.storage_mode)
            .unwrap_or(StorageMode::Incognito)
    }

    fn launch(
        &self,
        config: &Config,
        display: bool,
        storage: StorageMode,
        session: &SessionName,
    ) -> Result<LaunchRecord> {
        let browser_profile = match (&self.browser_profile, storage) {
            (Some(_), StorageMode::Incognito) => {
                return Err(Error::new(
                    Kind::Usage,
                    "`--browser-profile` does not go with `--storage incognito`",
                ));
            }
            (Some(name), _) => Some(name.parse()?),
            (None, StorageMode::Persistent) => Some(session.as_ref().parse::<ProfileName>()?),
            (None, _) => None,
        };
        Ok(LaunchRecord {
            browser: self.browser.clone().or_else(|| config.browser.clone()),
            headless: match self.display {
                Some(display) => display == Display::Headless,
                None => config.headless.unwrap_or(!display),
            },
            args: self.arg.clone(),
            browser_profile,
            own_process: self.own_process,
            driver: DriverOptions::default(),
        })
    }

    /// The driver that is asked for; the flags overrule config.json.
    fn driver(&self, config: &Config) -> Result<DriverOptions> {
        let config = config.webdriver.clone().unwrap_or_default();
        let said = self.webdriver_url.is_some() || self.driver.is_some();
        let (url, program) = if said {
            (self.webdriver_url.clone(), self.driver.clone())
        } else {
            (config.url, config.driver)
        };
        Ok(DriverOptions {
            url: url.as_deref().map(parse_endpoint).transpose()?,
            program,
            capabilities: config.capabilities.unwrap_or_default(),
        })
    }
}

impl Connect {
    /// What is to be opened.
    pub(super) fn plan(self, stage: &Stage) -> Result<Plan> {
        let service = &stage.service;
        let config = Config::read(service.shared.store.layout())?;
        let endpoint = parse_endpoint(&self.endpoint)?;
        let backend = service.backend_for(self.backend.as_deref(), None, self.webdriver_session.is_some())?;
        let mut record = StateRecord::new(
            session_name(stage)?,
            backend.name(),
            Ownership::Attached,
            StorageMode::Attached,
        );
        record.access_mode = self.access.map(Into::into).or(config.access_mode).unwrap_or_default();
        record.dialogs = dialogs(self.dialogs.as_deref(), &config)?;
        record.timeouts = timeouts(&config);
        overrule(&mut record.timeouts, self.idle_timeout, self.max_duration);
        record.test_id_attribute = self.test_id_attribute.or(config.test_id_attribute).unwrap_or_default();
        record.redact = !self.no_redact && config.redaction.unwrap_or(true);
        record.options.max_body = config
            .limits
            .as_ref()
            .and_then(|limits| limits.max_body)
            .unwrap_or(service.defaults.max_body);
        let recording = self.record_user_actions.or(config.record_user_actions);
        record.record_user_actions = records(recording, true, backend.capabilities(None))?;
        let options = ConnectOptions {
            endpoint,
            session: self.webdriver_session,
        };
        Ok(Plan {
            record,
            start: Start::Attach(options),
            page: None,
        })
    }
}

/// What becomes of dialogs: the flag overrules config.json.
fn dialogs(said: Option<&str>, config: &Config) -> Result<DialogMode> {
    match said {
        Some(mode) => mode.parse().map_err(|message: String| Error::new(Kind::Usage, message)),
        None => Ok(config
            .policy
            .as_ref()
            .and_then(|policy| policy.dialogs.clone())
            .unwrap_or_default()),
    }
}

/// Whether what a person does is recorded.
fn records(recording: Option<Recording>, has_person: bool, has: CapabilitySet) -> Result<bool> {
    match recording.unwrap_or(Recording::Auto) {
        Recording::Off => Ok(false),
        Recording::Auto => Ok(has_person && has.has(Capability::UserActions)),
        Recording::On => has.require(Capability::UserActions).map(|()| true),
    }
}

fn timeouts(config: &Config) -> Timeouts {
    let given = config.timeouts.clone().unwrap_or_default();
    let mut timeouts = Timeouts::default();
    timeouts.dormant_ttl = given.dormant_ttl.map_or(timeouts.dormant_ttl, |span| span.0);
    timeouts.on_dormant = given.on_dormant.unwrap_or(timeouts.on_dormant);
    timeouts.idle_timeout = given.idle_timeout.map(|span| span.0);
    timeouts.max_duration = given.max_duration.map(|span| span.0);
    timeouts
}

/// What the caller says overrules config.json.
fn overrule(timeouts: &mut Timeouts, idle: Option<Span>, longest: Option<Span>) {
    timeouts.idle_timeout = idle.map(|span| span.0).or(timeouts.idle_timeout);
    timeouts.max_duration = longest.map(|span| span.0).or(timeouts.max_duration);
}

fn parse_header(text: &str) -> Result<(String, String)> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() && name.chars().all(token) && !value.contains(['\r', '\n', '\0']) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        _ => Err(Error::new(Kind::Usage, format!("`{text}` is no header")).with_hint("write it as `Name: value`")),
    }
}

fn parse_proxy(text: &str) -> Result<String> {
    let written = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    match Url::parse(&written) {
        Ok(url) if url.has_host() && ["http", "https", "socks4", "socks5"].contains(&url.scheme()) => Ok(written),
        _ => {
            Err(Error::new(Kind::Usage, format!("`{text}` is no proxy URL")).with_hint("write it as http://HOST:PORT"))
        }
    }
}

fn parse_endpoint(text: &str) -> Result<String> {
    let written = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    match Url::parse(&written) {
        // Which schemes there are is the backend's to say.
        Ok(url) if url.has_host() => Ok(written),
        _ => Err(Error::new(Kind::Usage, format!("`{text}` is no endpoint"))
            .with_hint("greenroom connect http://127.0.0.1:9222")),
    }
}

impl Service {
    /// The backend of a session: the one that is `named`, else, where a driver is asked for, the first that has such,
    /// else the one of config.json, else the first.
    fn backend_for(
        &self,
        named: Option<&str>,
        configured: Option<&str>,
        wants_driver: bool,
    ) -> Result<Arc<dyn BrowserBackend>> {
        let backends = &self.shared.backends;
        let fits = |backend: &&Arc<dyn BrowserBackend>| !wants_driver || backend.has_drivers();
        let backend = match named.or(configured.filter(|_| !wants_driver)) {
            Some(name) => self.shared.backend(name)?,
            None => Arc::clone(
                backends
                    .iter()
                    .find(fits)
                    .ok_or_else(|| Error::new(Kind::Unsupported, "no backend of that kind is registered"))?,
            ),
        };
        if fits(&&backend) {
            return Ok(backend);
        }
        let names: Vec<_> = backends.iter().filter(fits).map(|backend| backend.name()).collect();
        let message = format!("the backend `{}` reaches its browsers without drivers", backend.name());
        Err(Error::new(Kind::Usage, message).with_hint(format!("--backend {}", names.join("|"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_split_and_checked() {
        assert_eq!(parse_header("X-A: b: c").unwrap(), ("X-A".into(), "b: c".into()));
        for bad in ["", "X-A", ": b", "X A: b", "X-A: b\r\nX-B: c"] {
            assert_eq!(parse_header(bad).unwrap_err().kind(), Kind::Usage, "{bad:?}");
        }
    }

    #[test]
    fn endpoints_are_completed() {
        assert_eq!(parse_endpoint("127.0.0.1:9222").unwrap(), "http://127.0.0.1:9222");
        assert!(parse_endpoint("ws://").is_err());
    }
}
