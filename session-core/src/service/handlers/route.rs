//! Requests that are held for a script.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::backend::{AbortReason, Changes, Reply, Verdict};
use crate::error::{Error, Kind, Result};
use crate::op::{Adjusted, JsonFile, Ruled, ScriptHoldRequests, ScriptRelease};
use crate::service::dispatch::{Run, Stage};

#[async_trait]
impl Run for ScriptHoldRequests {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        stage.session()?.hold_requests(self.on, &stage.call).await?;
        Ok(Adjusted {})
    }
}

#[async_trait]
impl Run for ScriptRelease {
    async fn run(self, stage: &mut Stage) -> Result<Adjusted> {
        let hold = self.hold.clone();
        let verdict = self.into_verdict()?;
        stage.session()?.release_request(&hold, &verdict, &stage.call).await?;
        Ok(Adjusted {})
    }
}

impl ScriptRelease {
    fn into_verdict(self) -> Result<Verdict> {
        let headers = self.headers.map(pairs).transpose()?;
        let body = self
            .body
            .as_deref()
            .map(|body| BASE64_STANDARD.decode(body))
            .transpose();
        let body = body.map_err(|_| Error::new(Kind::Usage, "`body`: expected base64"))?;
        Ok(match self.verdict {
            Ruled::Continue => Verdict::Continue(Changes {
                url: self.url.as_deref().map(address).transpose()?,
                method: self.method,
                headers,
                body,
            }),
            Ruled::Fulfill => Verdict::Fulfill(Reply {
                status: status(self.status.unwrap_or(200))?,
                headers: headers.unwrap_or_default(),
                body: body.unwrap_or_default(),
            }),
            Ruled::Abort => {
                let name = self.reason.as_deref().unwrap_or(AbortReason::Failed.name());
                let reason = AbortReason::from_name(name);
                Verdict::Abort(reason.ok_or_else(|| {
                    Error::new(Kind::Usage, format!("unknown error code: {name}")).with_hint(reasons())
                })?)
            }
        })
    }
}

fn pairs(JsonFile(given): JsonFile) -> Result<Vec<(String, String)>> {
    let bad = |_| Error::new(Kind::Usage, "`headers`: expected an array of names and values");
    serde_json::from_value(given).map_err(bad)
}

/// An address that a request may have instead: one of the network.
fn address(given: &str) -> Result<String> {
    let url = url::Url::parse(given)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let bad = || {
        Error::new(
            Kind::Usage,
            format!("`url`: expected an address of http or https: {given}"),
        )
    };
    url.map(String::from).ok_or_else(bad)
}

fn status(given: u32) -> Result<u16> {
    let status = u16::try_from(given).ok().filter(|status| (100..=599).contains(status));
    status.ok_or_else(|| {
        Error::new(
            Kind::Usage,
            format!("`status`: expected a number from 100 to 599: {given}"),
        )
    })
}

fn reasons() -> String {
    let names: Vec<_> = AbortReason::ALL.iter().map(|reason| reason.name()).collect();
    format!("it is one of: {}", names.join(" "))
}
