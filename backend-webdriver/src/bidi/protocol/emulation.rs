//! The module `emulation`: what pages are told of the world.

use serde::Serialize;

use super::{Nothing, command};

/// Sets the language.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetLocaleOverride {
    pub(crate) locale: String,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetLocaleOverride, "emulation.setLocaleOverride", Nothing);

/// Sets the time zone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetTimezoneOverride {
    pub(crate) timezone: String,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetTimezoneOverride, "emulation.setTimezoneOverride", Nothing);

/// Sets the user agent string.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetUserAgentOverride {
    pub(crate) user_agent: String,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetUserAgentOverride, "emulation.setUserAgentOverride", Nothing);

/// Tells pages of a screen that is touched.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetTouchOverride {
    pub(crate) max_touch_points: u32,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetTouchOverride, "emulation.setTouchOverride", Nothing);
