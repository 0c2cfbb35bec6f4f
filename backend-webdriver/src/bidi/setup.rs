//! How a context is set up: each setting is of the user context, so that every page has it from its first moment.

use greenroom_session_core::backend::{Adjustment, Capability, CapabilitySet, ContextOptions};
use greenroom_session_core::{Call, Error, Result};

use super::connection::Wire;
use super::download;
use super::facts::SANDBOX;
use super::page::viewport;
use super::protocol::Command;
use super::protocol::browser::CreateUserContext;
use super::protocol::browsing_context::SetViewport;
use super::protocol::emulation::{SetLocaleOverride, SetTimezoneOverride, SetTouchOverride, SetUserAgentOverride};
use super::protocol::network::{AddDataCollector, BytesValue, DataType, Header, SetExtraHeaders};
use super::protocol::script::{AddInitScript, AddPreloadScript};
use crate::options::proxy;

const DOING: &str = "set up a context";

/// What a user context is made with.
pub(crate) fn user_context(options: &ContextOptions) -> Result<CreateUserContext> {
    Ok(CreateUserContext {
        accept_insecure_certs: options.ignore_https_errors.then_some(true),
        proxy: options.proxy.as_deref().map(proxy).transpose()?,
    })
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
    let touch = options.touch.then(|| SetTouchOverride {
        max_touch_points: 1,
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
        set(wire, touch, call),
        set(wire, size, call),
        set(wire, downloads, call),
    )
    .map(drop)
}

/// Changes a setting of a context that is open.
pub(crate) async fn adjust(wire: &Wire, user_context: &str, adjustment: &Adjustment, call: &Call) -> Result<()> {
    let user_contexts = vec![user_context.to_owned()];
    match adjustment {
        Adjustment::Headers(headers) => {
            let headers = headers.iter().map(header).collect();
            let ask = SetExtraHeaders { headers, user_contexts };
            wire.call(ask, "add headers", call).await.map(drop)
        }
        Adjustment::InitScript(script) => {
            let ask = AddInitScript {
                function_declaration: format!("() => {{\n{script}\n}}"),
                user_contexts,
            };
            wire.call(ask, "add a script", call).await.map(drop)
        }
        other => Err(Error::unsupported(other.needs())),
    }
}

/// Sends a setting, where there is one.
pub(crate) async fn set<C: Command>(wire: &Wire, command: Option<C>, call: &Call) -> Result<()> {
    match command {
        Some(command) => wire.call(command, DOING, call).await.map(drop),
        None => Ok(()),
    }
}

pub(super) fn header((name, value): &(String, String)) -> Header {
    Header {
        name: name.clone(),
        value: BytesValue::text(value),
    }
}

/// Makes our world in each document of a context at once, so that the driver tells of it.
pub(crate) async fn world(wire: &Wire, user_context: &str, call: &Call) -> Result<()> {
    let ask = AddPreloadScript {
        function_declaration: String::from("() => {}"),
        arguments: Vec::new(),
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
