//! Cookies of a context, read and written from outside of its pages.

use async_trait::async_trait;
use chromiumoxide::cdp::browser_protocol::network::{CookieParam, CookieSameSite, TimeSinceEpoch};
use chromiumoxide::cdp::browser_protocol::storage::{ClearCookiesParams, GetCookiesParams, SetCookiesParams};
use greenroom_session_core::backend::{ContextKey, Storage};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::browser::CdpBrowser;
use crate::hub::DEFAULT;
use crate::page::Nothing;

#[derive(Debug, Deserialize)]
struct Cookies {
    cookies: Vec<Cookie>,
}

/// A cookie in the form of storage states.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    path: String,
    /// Seconds since 1970; -1: it ends with the browser.
    #[serde(default = "no_end")]
    expires: f64,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    secure: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same_site: Option<String>,
}

fn no_end() -> f64 {
    -1.0
}

#[async_trait]
impl Storage for CdpBrowser {
    async fn cookies(&self, context: &ContextKey, call: &Call) -> Result<Vec<Value>> {
        let ask = GetCookiesParams {
            browser_context_id: id(context),
        };
        let found: Cookies = self.wire.call(None, ask, "read the cookies", call).await?;
        let as_json = |cookie| {
            serde_json::to_value(cookie)
                .map_err(|error| Error::new(Kind::Internal, "failed to write a cookie as JSON").with_source(error))
        };
        found.cookies.into_iter().map(as_json).collect()
    }

    async fn clear_cookies(&self, context: &ContextKey, call: &Call) -> Result<()> {
        let ask = ClearCookiesParams {
            browser_context_id: id(context),
        };
        let _: Nothing = self.wire.call(None, ask, "remove the cookies", call).await?;
        Ok(())
    }

    async fn set_cookies(&self, context: &ContextKey, cookies: &[Value], call: &Call) -> Result<()> {
        let cookies = cookies.iter().map(param).collect::<Result<Vec<_>>>()?;
        // Chromium refuses an empty list.
        if cookies.is_empty() {
            return Ok(());
        }
        let mut ask = SetCookiesParams::new(cookies);
        ask.browser_context_id = id(context);
        let _: Nothing = self.wire.call(None, ask, "set the cookies", call).await?;
        Ok(())
    }
}

fn id(context: &ContextKey) -> Option<chromiumoxide::cdp::browser_protocol::browser::BrowserContextId> {
    (context.0 != DEFAULT).then(|| context.0.clone().into())
}

fn param(value: &Value) -> Result<CookieParam> {
    let cookie: Cookie = serde_json::from_value(value.clone())
        .map_err(|error| Error::new(Kind::Usage, format!("failed to read a cookie: {error}")))?;
    let mut param = CookieParam::new(cookie.name, cookie.value);
    param.domain = Some(cookie.domain);
    param.path = Some(cookie.path);
    param.http_only = Some(cookie.http_only);
    param.secure = Some(cookie.secure);
    param.expires = (cookie.expires >= 0.0).then(|| TimeSinceEpoch::new(cookie.expires));
    param.same_site = match cookie.same_site.as_deref() {
        Some("Strict") => Some(CookieSameSite::Strict),
        Some("Lax") => Some(CookieSameSite::Lax),
        Some("None") => Some(CookieSameSite::None),
        _ => None,
    };
    Ok(param)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_session_cookie_has_no_end() {
        let read = json!({"name": "a", "value": "1", "domain": "a.test", "path": "/", "expires": -1, "sameSite": "Lax", "size": 2});
        let cookie = param(&read).unwrap();
        assert!(cookie.expires.is_none());
        assert_eq!(cookie.same_site, Some(CookieSameSite::Lax));
        assert_eq!(param(&json!({"name": "a"})).unwrap_err().kind(), Kind::Usage);
    }
}
