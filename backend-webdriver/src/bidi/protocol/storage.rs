//! The module `storage`: cookies.

use serde::{Deserialize, Serialize};

use super::network::BytesValue;
use super::{Nothing, command};

/// The cookies of a user context.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "type", rename = "storageKey")]
pub(crate) struct Partition {
    pub(crate) user_context: String,
}

/// Reads cookies.
#[derive(Debug, Serialize)]
pub(crate) struct GetCookies {
    pub(crate) partition: Partition,
}
command!(GetCookies, "storage.getCookies", Cookies);

/// Cookies.
#[derive(Debug, Deserialize)]
pub(crate) struct Cookies {
    pub(crate) cookies: Vec<Cookie>,
}

/// A cookie.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: BytesValue,
    pub(crate) domain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(default)]
    pub(crate) http_only: bool,
    #[serde(default)]
    pub(crate) secure: bool,
    /// `strict`, `lax`, `none` or `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) same_site: Option<String>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expiry: Option<u64>,
}

/// Removes cookies.
#[derive(Debug, Serialize)]
pub(crate) struct DeleteCookies {
    pub(crate) partition: Partition,
}
command!(DeleteCookies, "storage.deleteCookies", Nothing);

/// Sets a cookie.
#[derive(Debug, Serialize)]
pub(crate) struct SetCookie {
    pub(crate) cookie: Cookie,
    pub(crate) partition: Partition,
}
command!(SetCookie, "storage.setCookie", Nothing);
