//! The module `log`: the console and uncaught errors.

use serde::Deserialize;

use super::script::{Remote, StackTrace};

/// `log.entryAdded`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// `console` or `javascript`.
    #[serde(default)]
    pub(crate) r#type: String,
    /// `debug`, `info`, `warn` or `error`.
    #[serde(default)]
    pub(crate) level: String,
    /// Of a console call: which.
    pub(crate) method: Option<String>,
    pub(crate) text: Option<String>,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub(crate) timestamp: f64,
    #[serde(default)]
    pub(crate) args: Vec<Remote>,
    pub(crate) stack_trace: Option<StackTrace>,
    pub(crate) source: Source,
}

/// Where a log entry or a message comes from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Source {
    /// The page or frame; `None`: a worker.
    pub(crate) context: Option<String>,
}
