//! How a context is set up: each setting is of the user context, so that every page has it from its first moment.

use greenroom_session_core::backend::{Capability, CapabilitySet, ContextOptions};
use greenroom_session_core::{Call, Error, Kind, Result};
use url::Url;

use super::connection::Wire;
use super::download;
use super::facts::SANDBOX;
use super::page::viewport;
use super::protocol::Command;
use super::protocol::browser::{CreateUserContext, ManualProxy};
use super::protocol::browsing_context::SetViewport;
use super::protocol::emulation::{SetLocaleOverride, SetTimezoneOverride, SetUserAgentOverride};
use super::protocol::network::{AddDataCollector, BytesValue, DataType, Header, SetExtraHeaders};
use super::protocol::script::AddPreloadScript;

const DOING: &str = "set up a context";

/// What a user context is made with.
pub(crate) fn user_context(options: &ContextOptions) -> Result<CreateUserContext> {
    Ok(CreateUserContext {
        accept_insecure_certs: options.ignore_https_errors.then_some(true),
        proxy: options.proxy.as_deref().map(proxy).transpose()?,
    })
}

fn proxy(address: &str) -> Result<ManualProxy> {
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
        (options.downloads.is_some(), Capability::Downloads),
    ] {
        if is_wanted {
            has.require(capability)?;
        }
    }
    Ok(())
}

/// Sends all settings at once, and waits until they hold.
pub(crate) async fn apply(
    wire: &Wire,
    user_context: &str,
    options: &ContextOptions,
    has: CapabilitySet,
    call: &Call,
) -> Result<()> {
    let of = || vec![user_context.to_owned()];
    let headers = (!options.headers.is_empty()).then(|| SetExtraHeaders {
        headers: options.headers.iter().map(header).collect(),
        user_contexts: of(),
    });
    let locale = options.locale.clone().map(|locale| SetLocaleOverride {
        locale,
        user_contexts: of(),
    });
    let timezone = options.timezone.clone().map(|timezone| SetTimezoneOverride {
        timezone,
        user_contexts: of(),
    });
    let user_agent = options.user_agent.clone().map(|user_agent| SetUserAgentOverride {
        user_agent,
        user_contexts: of(),
    });
    let size = options.viewport.map(|size| SetViewport {
        context: None,
        user_contexts: Some(of()),
        viewport: viewport(size),
    });
    let downloads = has
        .has(Capability::Downloads)
        .then(|| download::behaviour(user_context, options));
    futures::try_join!(
        set(wire, headers, call),
        set(wire, locale, call),
        set(wire, timezone, call),
        set(wire, user_agent, call),
        set(wire, size, call),
        set(wire, downloads, call),
    )
    .map(drop)
}

/// Sends a setting, where there is one.
pub(crate) async fn set<C: Command>(wire: &Wire, command: Option<C>, call: &Call) -> Result<()> {
    match command {
        Some(command) => wire.call(command, DOING, call).await.map(drop),
        None => Ok(()),
    }
}

fn header((name, value): &(String, String)) -> Header {
    Header {
        name: name.clone(),
        value: BytesValue::text(value),
    }
}

/// Makes our world in each document of a context at once, so that the driver tells of it.
pub(crate) async fn world(wire: &Wire, user_context: &str, call: &Call) -> Result<()> {
    let ask = AddPreloadScript {
        function_declaration: "() => {}",
        sandbox: SANDBOX,
        user_contexts: vec![user_context.to_owned()],
    };
    wire.call(ask, DOING, call).await.map(drop)
}

/// Keeps the bodies of a context's requests until they have been told.
pub(crate) async fn collector(
    wire: &Wire,
    user_context: &str,
    options: &ContextOptions,
    call: &Call,
) -> Result<String> {
    let ask = AddDataCollector {
        data_types: vec![DataType::Request, DataType::Response],
        max_encoded_data_size: options.max_body.max(1),
        user_contexts: vec![user_context.to_owned()],
    };
    Ok(wire.call(ask, DOING, call).await?.collector)
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
