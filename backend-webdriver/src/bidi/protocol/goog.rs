//! The module `goog:cdp` of Chromium's driver: DevTools commands, for the few things that BiDi has no word for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Nothing, command};

/// Asks for the DevTools session of a page or frame.
#[derive(Debug, Serialize)]
pub(crate) struct GetSession<'a> {
    pub(crate) context: &'a str,
}
command!(GetSession<'_>, "goog:cdp.getSession", Session);

/// A DevTools session's id.
#[derive(Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) session: Option<String>,
}

/// Sends a DevTools command.
#[derive(Debug, Serialize)]
pub(crate) struct SendCommand {
    pub(crate) method: &'static str,
    pub(crate) params: Value,
    /// `None`: to the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
}
command!(SendCommand, "goog:cdp.sendCommand", Nothing);

/// Sends `Page.createIsolatedWorld`, which answers the world of that name where there is one.
#[derive(Debug, Serialize)]
pub(crate) struct EnsureWorld {
    pub(crate) method: &'static str,
    pub(crate) params: Value,
    pub(crate) session: String,
}
command!(EnsureWorld, "goog:cdp.sendCommand", InWorld);

/// What [`EnsureWorld`] answers.
#[derive(Debug, Deserialize)]
pub(crate) struct InWorld {
    pub(crate) result: World,
}

/// A script world.
#[derive(Debug, Deserialize)]
pub(crate) struct World {
    #[serde(rename = "executionContextId")]
    pub(crate) id: i64,
}

/// A DevTools event.
#[derive(Debug, Deserialize)]
pub(crate) struct CdpEvent<P> {
    /// The session that it belongs to.
    pub(crate) session: Option<String>,
    pub(crate) params: P,
}

/// `Target.attachedToTarget`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    pub(crate) session_id: String,
    pub(crate) target_info: TargetInfo,
}

/// A target.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetInfo {
    pub(crate) target_id: String,
    #[serde(default)]
    pub(crate) r#type: String,
}
