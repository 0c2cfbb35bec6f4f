//! Requests that no page makes.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use greenroom_policy::Reserved;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use url::{Host, Url};

use crate::backend::{Capability, Cookie, Endpoint};
use crate::error::{Error, Kind, Result};
use crate::http::{Answer, Ask, Jar, Watch, exchange, headers};
use crate::layer::{Outgoing, gate};
use crate::op::{Fetched, ScriptFetch};
use crate::service::Service;
use crate::service::dispatch::{Run, Stage};

#[async_trait]
impl Run for ScriptFetch {
    async fn run(self, stage: &mut Stage) -> Result<Fetched> {
        let keeps = self.keep_cookies;
        let ask = self.ask(stage)?;
        let has_storage = stage.session()?.browser()?.0.capabilities().has(Capability::Storage);
        let cookies = if has_storage { cookies(stage).await? } else { Vec::new() };
        let mut jar = Jar::new(cookies);
        let hops = Hops {
            service: Arc::clone(&stage.service),
            lines: Outgoing::new(stage.session()?, stage.call.op()),
        };
        let work = exchange(ask, &mut jar, &hops);
        let answer = stage.call.bound("the server to answer", work).await;
        let answer = answer.inspect_err(|error| hops.fails(error))?;
        if keeps && has_storage {
            keep(stage, &jar.set).await?;
        }
        Ok(told(answer))
    }
}

impl ScriptFetch {
    /// What is asked, with what the session adds to every request.
    fn ask(self, stage: &Stage) -> Result<Ask> {
        let usage = |why: String| Error::new(Kind::Usage, why);
        let url = Url::parse(&self.url).map_err(|error| usage(format!("the address cannot be read: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            let why = "the address holds a name or password: send a header `authorization`";
            return Err(usage(why.to_owned()));
        }
        let method = self.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| usage(format!("`{method}` is no method")))?;
        if matches!(method, Method::CONNECT | Method::TRACE) {
            return Err(usage(format!("`{method}` is not sent")));
        }
        let body = match (self.data, self.base64) {
            (Some(data), true) => {
                let read = STANDARD.decode(data);
                Some(read.map_err(|_| usage("the body is no base64".to_owned()))?)
            }
            (data, _) => data.map(String::into_bytes),
        };
        let options = stage.session()?.record().options;
        if options.proxy.is_some() {
            let why = "the session has a proxy, and requests beside its pages do not go through it";
            return Err(Error::new(Kind::Unsupported, why));
        }
        let line = |(name, value): &(String, String)| format!("{name}: {value}");
        let mut all = headers(&options.headers.iter().map(line).collect::<Vec<_>>())?;
        let own = headers(&self.header)?;
        for name in own.keys() {
            all.remove(name);
        }
        all.extend(own);
        if !all.contains_key(USER_AGENT) {
            let default = concat!("greenroom/", env!("CARGO_PKG_VERSION"));
            let agent = options.user_agent.as_deref().unwrap_or(default);
            let agent = HeaderValue::from_str(agent).unwrap_or_else(|_| HeaderValue::from_static(default));
            all.insert(USER_AGENT, agent);
        }
        Ok(Ask {
            url,
            method,
            headers: all,
            body,
            max_redirects: self.max_redirects,
            insecure: options.ignore_https_errors || self.ignore_https_errors,
        })
    }
}

/// The cookies of the session's context.
async fn cookies(stage: &Stage) -> Result<Vec<Cookie>> {
    let (browser, context) = stage.session()?.browser()?;
    let cookies = browser.storage()?.cookies(&context, &stage.call).await?;
    cookies.iter().map(Cookie::read).collect()
}

/// Keeps what the answers set; what they take away goes, as its time is over.
async fn keep(stage: &Stage, set: &[Cookie]) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let (browser, context) = stage.session()?.browser()?;
    let storage = browser.storage()?;
    let written = set.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
    let written =
        written.map_err(|error| Error::new(Kind::Internal, "failed to write a cookie as JSON").with_source(error))?;
    let Err(error) = storage.set_cookies(&context, &written, &stage.call).await else {
        return Ok(());
    };
    if stage.call.is_cancelled() || stage.call.remaining().is_some_and(|left| left.is_zero()) {
        return Err(error);
    }
    // The browser does not take one of them, as it would not from a page either.
    for cookie in &written {
        if let Err(error) = storage
            .set_cookies(&context, std::slice::from_ref(cookie), &stage.call)
            .await
        {
            tracing::debug!(%error, "a cookie was not taken");
        }
    }
    Ok(())
}

/// The gate at each hop, with what is reserved by then, and the record of it.
struct Hops {
    service: Arc<Service>,
    lines: Outgoing,
}

impl Watch for Hops {
    fn address(&self, url: &Url) -> Result<()> {
        gate::address(url, &reserved(&self.service))
    }

    fn place(&self, at: IpAddr, port: u16) -> Result<()> {
        gate::place(at, port, &reserved(&self.service))
    }

    fn begins(&self, url: &Url, method: &Method, headers: &HeaderMap) {
        self.lines.begins(url.as_str(), method.as_str(), pairs(headers));
    }

    fn answered(&self, status: StatusCode, headers: &HeaderMap) {
        self.lines.answered(status.as_u16(), pairs(headers));
    }

    fn ends(&self, bytes: Option<usize>) {
        self.lines.ends(bytes, None);
    }

    fn fails(&self, error: &Error) {
        self.lines.ends(None, Some(error.message()));
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&http::HeaderName, &HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}

/// Where the browsers of this workspace's sessions are controlled.
fn reserved(service: &Service) -> Reserved {
    let mut reserved = Reserved::default();
    for session in service.live() {
        if let Some(endpoint) = session.record().endpoint {
            reserve(&endpoint, &mut reserved);
        }
    }
    reserved
}

fn reserve(endpoint: &Endpoint, reserved: &mut Reserved) {
    let is_here = endpoint.process.is_some();
    for url in addresses(endpoint) {
        let Some(port) = url.port_or_known_default() else {
            continue;
        };
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(at)) => at.is_loopback() || at.is_unspecified(),
            Some(Host::Ipv6(at)) => at.is_loopback() || at.is_unspecified(),
            None => continue,
        };
        if is_here || is_loopback {
            reserved.ports.push(port);
        } else {
            reserved
                .elsewhere
                .push((url.host_str().unwrap_or_default().to_owned(), port));
        }
    }
    if is_here {
        reserved.ports.extend(endpoint.port);
    }
}

/// The address of an endpoint, and those that its backend keeps for itself; a proxy controls nothing.
fn addresses(endpoint: &Endpoint) -> Vec<Url> {
    fn all(extra: &Value, found: &mut Vec<Url>) {
        match extra {
            Value::String(text) => found.extend(Url::parse(text).ok()),
            Value::Array(items) => items.iter().for_each(|item| all(item, found)),
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(key, _)| *key != "proxy");
                fields.for_each(|(_, value)| all(value, found));
            }
            _ => {}
        }
    }
    let mut found: Vec<Url> = Url::parse(&endpoint.url).into_iter().collect();
    all(&endpoint.extra, &mut found);
    found
}

fn told(answer: Answer) -> Fetched {
    let (text, base64) = match String::from_utf8(answer.body) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
    };
    Fetched {
        url: answer.url.into(),
        redirected: answer.redirected,
        status: answer.status.as_u16(),
        status_text: answer.reason,
        headers: pairs(&answer.headers),
        text,
        base64,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_controls_browsers_is_reserved() {
        let mut found = Reserved::default();
        let there = |url: &str, port, extra| Endpoint {
            url: url.to_owned(),
            port,
            extra,
            ..Endpoint::default()
        };
        for endpoint in [
            there(
                "ws://127.0.0.1:9222/devtools",
                Some(9222),
                json!({ "proxy": "http://127.0.0.1:3128" }),
            ),
            there(
                "http://localhost:4444/",
                Some(4444),
                json!({ "bidi": "ws://127.0.0.1:4445/session/a", "devtools": "http://localhost:4446" }),
            ),
            there("https://farm.test/wd", Some(443), json!({ "session": "a" })),
        ] {
            reserve(&endpoint, &mut found);
        }
        assert_eq!(found.ports, [9222, 4444, 4445, 4446]);
        assert_eq!(found.elsewhere, [("farm.test".to_owned(), 443)]);
    }
}
