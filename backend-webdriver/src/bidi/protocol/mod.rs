//! The part of WebDriver BiDi that is used, as types: commands with their results, and events.
//!
//! Written from the specification (<https://w3c.github.io/webdriver-bidi>), one file for each of its modules. What a
//! driver sends beyond it does not matter.

pub(crate) mod browser;
pub(crate) mod browsing_context;
pub(crate) mod emulation;
pub(crate) mod goog;
pub(crate) mod input;
pub(crate) mod intercept;
pub(crate) mod log;
pub(crate) mod network;
pub(crate) mod script;
pub(crate) mod session;
pub(crate) mod storage;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A command and what comes back.
pub(crate) trait Command: Serialize {
    /// For example `browsingContext.navigate`.
    const METHOD: &'static str;
    /// What is needed of its result.
    type Result: DeserializeOwned + Send + 'static;
}

/// A result of which nothing is needed, and parameters that are none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Nothing {}

macro_rules! command {
    ($name:ty, $method:literal, $result:ty) => {
        impl crate::bidi::protocol::Command for $name {
            const METHOD: &'static str = $method;
            type Result = $result;
        }
    };
}
pub(crate) use command;
