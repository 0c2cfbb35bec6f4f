//! Cookies of a context, read and written from outside of its pages.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::try_join_all;
use greenroom_session_core::backend::{ContextKey, Cookie, Storage};
use greenroom_session_core::{Call, Result};
use serde_json::Value;

use super::browser::Bidi;
use super::protocol::network::BytesValue;
use super::protocol::storage::{self as protocol, DeleteCookies, GetCookies, Partition, SetCookie};

fn partition(context: &ContextKey) -> Partition {
    let user_context = context.0.split('/').next().unwrap_or_default();
    Partition {
        user_context: user_context.to_owned(),
    }
}

#[async_trait]
impl Storage for Bidi {
    async fn cookies(&self, context: &ContextKey, call: &Call) -> Result<Vec<Value>> {
        let ask = GetCookies {
            partition: partition(context),
        };
        let found = self.wire.call(ask, "read the cookies", call).await?;
        found.cookies.into_iter().map(|cookie| read(cookie).to_json()).collect()
    }

    async fn clear_cookies(&self, context: &ContextKey, call: &Call) -> Result<()> {
        let ask = DeleteCookies {
            partition: partition(context),
        };
        self.wire.call(ask, "remove the cookies", call).await.map(drop)
    }

    async fn set_cookies(&self, context: &ContextKey, cookies: &[Value], call: &Call) -> Result<()> {
        let cookies = cookies.iter().map(written).collect::<Result<Vec<_>>>()?;
        let set = cookies.into_iter().map(|cookie| {
            let ask = SetCookie {
                cookie,
                partition: partition(context),
            };
            self.wire.call(ask, "set a cookie", call)
        });
        try_join_all(set).await.map(drop)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no cookie lives for 2^52 seconds")]
fn read(cookie: protocol::Cookie) -> Cookie {
    let same_site = match cookie.same_site.as_deref() {
        Some("strict") => Some("Strict"),
        Some("lax") => Some("Lax"),
        Some("none") => Some("None"),
        _ => None,
    };
    let value = match cookie.value.r#type.as_str() {
        "base64" => STANDARD.decode(&cookie.value.value).map_or_else(
            |_| cookie.value.value.clone(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        ),
        _ => cookie.value.value,
    };
    Cookie {
        name: cookie.name,
        value,
        domain: cookie.domain,
        path: cookie.path.unwrap_or_else(|| String::from("/")),
        expires: cookie.expiry.map_or(-1.0, |seconds| seconds as f64),
        http_only: cookie.http_only,
        secure: cookie.secure,
        same_site: same_site.map(str::to_owned),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn written(value: &Value) -> Result<protocol::Cookie> {
    let cookie = Cookie::from_json(value)?;
    let same_site = match cookie.same_site.as_deref() {
        Some("Strict") => Some("strict"),
        Some("Lax") => Some("lax"),
        Some("None") => Some("none"),
        _ => None,
    };
    Ok(protocol::Cookie {
        name: cookie.name,
        value: BytesValue::text(cookie.value),
        domain: cookie.domain,
        path: Some(cookie.path),
        http_only: cookie.http_only,
        secure: cookie.secure,
        same_site: same_site.map(str::to_owned),
        expiry: (cookie.expires >= 0.0).then_some(cookie.expires as u64),
    })
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::Kind;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cookie_goes_both_ways() {
        let cookie = json!({
            "name": "a", "value": "1", "domain": "a.test", "path": "/", "expires": 5.0, "httpOnly": true, "secure": false,
            "sameSite": "Lax",
        });
        let there = written(&cookie).unwrap();
        assert_eq!((there.same_site.as_deref(), there.expiry), (Some("lax"), Some(5)));
        assert_eq!(serde_json::to_value(read(there)).unwrap(), cookie);
    }

    #[test]
    fn a_session_cookie_has_no_end() {
        let read = json!({"name": "a", "value": "1", "domain": "a.test", "path": "/", "expires": -1, "size": 2});
        let cookie = written(&read).unwrap();
        assert_eq!((cookie.expiry, cookie.same_site), (None, None));
        assert_eq!(written(&json!({"name": "a"})).unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn bytes_are_read_as_text() {
        let cookie: protocol::Cookie =
            serde_json::from_value(json!({"name": "a", "value": {"type": "base64", "value": "xb4="}, "domain": "d"}))
                .unwrap();
        assert_eq!(read(cookie).value, "ž");
    }
}
