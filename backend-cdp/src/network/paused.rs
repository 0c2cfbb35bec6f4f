//! A request that is paused before it is sent.

use greenroom_session_core::backend::{PageKey, RequestSent};
use serde::Deserialize;

use super::event::Request;
use super::form::{joined, kind, post_data};

/// `Fetch.requestPaused`, as far as it is used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Paused {
    pub(crate) request_id: String,
    request: Request,
    #[serde(default)]
    frame_id: String,
    #[serde(default)]
    resource_type: String,
    /// Its id among the `Network.` events.
    pub(crate) network_id: Option<String>,
    /// The paused request whose answer led to it.
    pub(crate) redirected_request_id: Option<String>,
}

impl Paused {
    /// The request, as it is told when it is sent. `known`: its type, where it was told so: `fetch` is paused as `xhr`.
    pub(crate) fn sent(self, page: Option<&PageKey>, known: Option<&str>) -> RequestSent {
        let resource_type = known.map_or_else(|| kind(&self.resource_type), str::to_owned);
        let is_navigation = resource_type == "document";
        RequestSent {
            id: self.network_id.unwrap_or_default(),
            page: page.cloned(),
            is_navigation,
            is_main: is_navigation && page.is_some_and(|page| page.0 == self.frame_id),
            method: self.request.method,
            url: self.request.url,
            headers: joined(self.request.headers, None),
            post_data: self
                .request
                .post_data
                .or_else(|| post_data(self.request.post_data_entries)),
            resource_type,
            redirected_from: None,
        }
    }
}
