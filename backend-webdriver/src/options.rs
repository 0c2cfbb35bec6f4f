//! What a context is asked to be like, in the words of drivers: both protocols have the same ones.

use greenroom_session_core::backend::{Capability, CapabilitySet, ContextOptions};
use greenroom_session_core::{Error, Kind, Result};
use serde::Serialize;
use url::Url;

/// A proxy that is given by its addresses, `host:port` each.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "proxyType", rename = "manual")]
pub(crate) struct ManualProxy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_proxy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ssl_proxy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) socks_proxy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) socks_version: Option<u8>,
}

/// The proxy at an address.
///
/// # Errors
/// [`Kind::Usage`] for what is no address of a proxy.
pub(crate) fn proxy(address: &str) -> Result<ManualProxy> {
    let wrong = |why: String| Error::new(Kind::Usage, format!("`{address}` is no proxy: {why}"));
    let url = Url::parse(address).map_err(|error| wrong(error.to_string()))?;
    let host = url.host_str().ok_or_else(|| wrong(String::from("it has no host")))?;
    let at = |default: u16| format!("{host}:{}", url.port().unwrap_or(default));
    let mut proxy = ManualProxy {
        http_proxy: None,
        ssl_proxy: None,
        socks_proxy: None,
        socks_version: None,
    };
    match url.scheme() {
        "http" => {
            proxy.http_proxy = Some(at(80));
            proxy.ssl_proxy = Some(at(80));
        }
        "socks4" | "socks5" => {
            proxy.socks_proxy = Some(at(1080));
            proxy.socks_version = Some(if url.scheme() == "socks4" { 4 } else { 5 });
        }
        other => {
            return Err(wrong(format!(
                "`{other}` is not supported; write `http://` or `socks5://`"
            )));
        }
    }
    Ok(proxy)
}

/// Answers `Unsupported` for the first option that this browser cannot keep.
pub(crate) fn require(options: &ContextOptions, has: CapabilitySet) -> Result<()> {
    let emulates = options.locale.is_some() || options.timezone.is_some() || options.user_agent.is_some();
    for (is_wanted, capability) in [
        (options.viewport.is_some(), Capability::Viewport),
        (emulates, Capability::Emulation),
        (!options.headers.is_empty(), Capability::ExtraHeaders),
        (options.ignore_https_errors, Capability::IgnoreHttpsErrors),
        (options.touch, Capability::Touch),
        (options.downloads.is_some(), Capability::Downloads),
        (options.watcher.is_some(), Capability::UserActions),
    ] {
        if is_wanted {
            has.require(capability)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(address: &str) -> serde_json::Value {
        serde_json::to_value(proxy(address).unwrap()).unwrap()
    }

    #[test]
    fn a_proxy_is_given_by_its_parts() {
        let wanted = json!({"proxyType": "manual", "httpProxy": "127.0.0.1:3128", "sslProxy": "127.0.0.1:3128"});
        assert_eq!(made("http://127.0.0.1:3128"), wanted);
        let wanted = json!({"proxyType": "manual", "socksProxy": "[::1]:1080", "socksVersion": 5});
        assert_eq!(made("socks5://[::1]"), wanted);
        for bad in ["", "127.0.0.1:3128", "ftp://127.0.0.1"] {
            assert_eq!(proxy(bad).unwrap_err().kind(), Kind::Usage, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_named() {
        let options = ContextOptions {
            locale: Some("de-CH".into()),
            ..ContextOptions::default()
        };
        let missing = require(&options, CapabilitySet::EMPTY).unwrap_err();
        assert_eq!(missing.capability(), Some(Capability::Emulation));
        assert!(require(&ContextOptions::default(), CapabilitySet::EMPTY).is_ok());
    }
}
