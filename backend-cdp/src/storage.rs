//! Cookies of a context, read and written from outside of its pages.

use async_trait::async_trait;
use chromiumoxide::cdp::browser_protocol::network::{CookieParam, CookieSameSite, TimeSinceEpoch};
use chromiumoxide::cdp::browser_protocol::storage::{ClearCookiesParams, GetCookiesParams, SetCookiesParams};
use greenroom_session_core::backend::{ContextKey, Cookie, Storage};
use greenroom_session_core::{Call, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::browser::CdpBrowser;
use crate::hub::DEFAULT;
use crate::page::Nothing;

#[derive(Debug, Deserialize)]
struct Cookies {
    cookies: Vec<Cookie>,
}

#[async_trait]
impl Storage for CdpBrowser {
    async fn cookies(&self, context: &ContextKey, call: &Call) -> Result<Vec<Value>> {
        let ask = GetCookiesParams {
            browser_context_id: id(context),
        };
        let found: Cookies = self.wire.call(None, ask, "read the cookies", call).await?;
        found.cookies.iter().map(Cookie::to_json).collect()
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
    let cookie = Cookie::from_json(value)?;
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
    use greenroom_session_core::Kind;
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
