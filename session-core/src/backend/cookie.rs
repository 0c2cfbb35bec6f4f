//! A cookie in the form that storage states have.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Kind, Result};

/// A cookie as [`Storage`](super::Storage) reads and sets it: its JSON is that of storage states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host; with a leading dot, subdomains too.
    pub domain: String,
    /// The path below which it is sent.
    pub path: String,
    /// Seconds since 1970; -1: it ends with the browser.
    #[serde(default = "no_end")]
    pub expires: f64,
    /// Out of the reach of scripts.
    #[serde(default)]
    pub http_only: bool,
    /// Sent over TLS only.
    #[serde(default)]
    pub secure: bool,
    /// `Strict`, `Lax` or `None`; absent where the browser tells none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
}

fn no_end() -> f64 {
    -1.0
}

impl Cookie {
    /// Reads one that is to be set.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it is none.
    pub fn from_json(value: &Value) -> Result<Self> {
        Self::deserialize(value).map_err(|error| Error::new(Kind::Usage, format!("failed to read a cookie: {error}")))
    }

    /// Writes one that was read.
    ///
    /// # Errors
    /// [`Kind::Internal`] when it has no such form.
    pub fn to_json(&self) -> Result<Value> {
        serde_json::to_value(self)
            .map_err(|error| Error::new(Kind::Internal, "failed to write a cookie as JSON").with_source(error))
    }
}
