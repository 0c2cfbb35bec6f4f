//! The module `network`, as far as it holds requests.

use serde::{Deserialize, Serialize};

use super::network::{BytesValue, Header};
use super::{Nothing, command};

/// Holds each request from now on, before it is sent.
#[derive(Debug, Serialize)]
pub(crate) struct AddIntercept {
    /// `beforeRequestSent`.
    pub(crate) phases: [&'static str; 1],
}
command!(AddIntercept, "network.addIntercept", Added);

/// What holds them.
#[derive(Debug, Deserialize)]
pub(crate) struct Added {
    pub(crate) intercept: String,
}

/// Holds no more.
#[derive(Debug, Serialize)]
pub(crate) struct RemoveIntercept {
    pub(crate) intercept: String,
}
command!(RemoveIntercept, "network.removeIntercept", Nothing);

/// Whether requests are answered from the cache.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetCacheBehavior {
    /// `default` or `bypass`.
    pub(crate) cache_behavior: &'static str,
}
command!(SetCacheBehavior, "network.setCacheBehavior", Nothing);

/// Sends a held request.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ContinueRequest {
    pub(crate) request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headers: Option<Vec<Header>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<BytesValue>,
}
command!(ContinueRequest, "network.continueRequest", Nothing);

/// Answers a held request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProvideResponse {
    pub(crate) request: String,
    pub(crate) status_code: u16,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: BytesValue,
}
command!(ProvideResponse, "network.provideResponse", Nothing);

/// Fails a held request.
#[derive(Debug, Serialize)]
pub(crate) struct FailRequest {
    pub(crate) request: String,
}
command!(FailRequest, "network.failRequest", Nothing);
