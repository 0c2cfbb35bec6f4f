//! What only scripts ask for: the session's logs and cookies, its viewport, and how its context is set up.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use crate::backend::{Adjustment, Geolocation, Grant};
use crate::error::{Error, Kind, Result};
use crate::journal::{Log, Query, read};
use crate::op::{
    Adjusted, CookieList, CookiesSet, LogLines, LogName, ScriptAddInitScript, ScriptCookies, ScriptLog,
    ScriptSaveDownload, ScriptScrollBy, ScriptSetCookies, ScriptSetGeolocation, ScriptSetHeaders, ScriptSetOffline,
    ScriptSetPermissions, Scrolled,
};
use crate::service::dispatch::{Run, Stage};
use crate::session::look::Onlooker;
use crate::session::on_disk;

/// How many lines of a log a script is given that asks for no number.
const LINES: usize = 1000;

/// How many bytes of lines a script is given at most; the newest are.
const BYTES: usize = 8 << 20;

#[async_trait]
impl Run for ScriptLog {
    async fn run(self, stage: &mut Stage) -> Result<LogLines> {
        let session = stage.session()?.clone();
        let query = self.query()?;
        if let Some(needs) = query.log.needs()
            && !session.record().capabilities.iter().any(|name| name == needs.name())
        {
            return Err(Error::unsupported(needs));
        }
        let folder = stage.service.shared.store.layout().session_dir(session.name());
        let work = move || lines(&folder, &query);
        let lines = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Error::new(Kind::Internal, "failed to read the log").with_source(error))??;
        Ok(LogLines { lines })
    }
}

impl ScriptLog {
    fn query(self) -> Result<Query> {
        let log = match self.log {
            LogName::Network => Log::Network,
            LogName::Actions => Log::Actions,
            LogName::Console => Log::Console,
            LogName::Logs => Log::Logs,
        };
        Ok(Query {
            last: Some(self.last.map_or(LINES, |last| last as usize)),
            since: self.since.as_deref().map(str::parse).transpose()?,
            method: self.method,
            url: self.url.as_deref().map(str::parse).transpose()?,
            status: self.status.as_deref().map(str::parse).transpose()?,
            kind: self.type_,
            failed: self.failed,
            source: self.source,
            page: self.of_page,
            ..Query::new(log)
        })
    }
}

fn lines(folder: &std::path::Path, query: &Query) -> Result<Vec<Value>> {
    let all = read(folder, query)?.collect::<Result<Vec<_>>>()?;
    let mut bytes = 0;
    let newest = all.iter().rev().take_while(|line| {
        bytes += line.len();
        bytes <= BYTES
    });
    let mut lines: Vec<Value> = newest.filter_map(|line| serde_json::from_slice(line).ok()).collect();
    lines.reverse();
    Ok(lines)
}

/// How far a script scrolls.
#[derive(Deserialize)]
struct By {
    x: f64,
    y: f64,
}

#[async_trait]
impl Run for ScriptScrollBy {
    async fn run(self, stage: &mut Stage) -> Result<Scrolled> {
        let By { x, y } = serde_json::from_value(self.by.0)
            .map_err(|_| Error::new(Kind::Usage, "`by`: expected numbers `x` and `y`"))?;
        let (_, page) = stage.page()?;
        let onlooker = Onlooker::new(stage.session()?, page, &stage.call);
        let (x, y) = onlooker.scroll_by(x, y).await?;
        Ok(Scrolled { x, y })
    }
}

#[async_trait]
impl Run for ScriptCookies {
    async fn run(self, stage: &mut Stage) -> Result<CookieList> {
        let (browser, context) = stage.session()?.browser()?;
        let cookies = browser.storage()?.cookies(&context, &stage.call).await?;
        Ok(CookieList { cookies })
    }
}

#[async_trait]
impl Run for ScriptSetCookies {
    async fn run(self, stage: &mut Stage) -> Result<CookiesSet> {
        let Value::Array(cookies) = self.cookies.0 else {
            return Err(Error::new(Kind::Usage, "`cookies`: expected an array"));
        };
        let (browser, context) = stage.session()?.browser()?;
        let storage = browser.storage()?;
        if self.clear {
            storage.clear_cookies(&context, &stage.call).await?;
        }
        storage.set_cookies(&context, &cookies, &stage.call).await?;
        Ok(CookiesSet { set: cookies.len() })
    }
}

async fn adjust(stage: &Stage, adjustment: Adjustment) -> Result<Adjusted> {
    let (browser, context) = stage.session()?.browser()?;
    browser.adjust(&context, &adjustment, &stage.call).await?;
    Ok(Adjusted {})
}

#[async_trait]
impl Run for ScriptSetHeaders {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        let given: std::collections::BTreeMap<String, String> = serde_json::from_value(self.headers.0)
            .map_err(|_| Error::new(Kind::Usage, "`headers`: expected an object of texts"))?;
        let own = stage.session()?.record().options.headers;
        let is_given = |name: &str| given.keys().any(|other| other.eq_ignore_ascii_case(name));
        let mut headers: Vec<_> = own.into_iter().filter(|(name, _)| !is_given(name)).collect();
        headers.extend(given);
        adjust(stage, Adjustment::Headers(headers)).await
    }
}

#[async_trait]
impl Run for ScriptAddInitScript {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        adjust(stage, Adjustment::InitScript(self.function)).await
    }
}

#[async_trait]
impl Run for ScriptSetOffline {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        adjust(stage, Adjustment::Offline(self.offline)).await
    }
}

#[async_trait]
impl Run for ScriptSaveDownload {
    async fn run(self, _: &mut Stage) -> Result<Adjusted> {
        let Self { from, to } = self;
        on_disk(move || {
            let folder = to.parent().map_or(Ok(()), std::fs::create_dir_all);
            let copied = folder.and_then(|()| std::fs::copy(from, to));
            copied.map_err(|error| Error::new(Kind::Internal, "failed to copy the download").with_source(error))
        })
        .await?;
        Ok(Adjusted {})
    }
}

/// A place as a script gives it.
#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    accuracy: f64,
}

#[async_trait]
impl Run for ScriptSetGeolocation {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        let Some(place) = self.place else {
            return adjust(stage, Adjustment::Geolocation(None)).await;
        };
        let bad = || {
            Error::new(
                Kind::Usage,
                "expected a latitude from -90 to 90, a longitude from -180 to 180, and an accuracy from 0",
            )
        };
        let Place {
            latitude,
            longitude,
            accuracy,
        } = serde_json::from_value(place.0).map_err(|_| bad())?;
        if latitude.abs() > 90.0 || longitude.abs() > 180.0 || accuracy < 0.0 {
            return Err(bad());
        }
        let place = Geolocation {
            latitude,
            longitude,
            accuracy,
        };
        adjust(stage, Adjustment::Geolocation(Some(place))).await
    }
}

#[async_trait]
impl Run for ScriptSetPermissions {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        let grant = self.grant.then_some(Grant {
            origin: self.origin,
            names: self.values,
        });
        adjust(stage, Adjustment::Permissions(grant)).await
    }
}
