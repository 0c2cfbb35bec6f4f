//! The `Network.` events as far as they are used: whatever is missing or new in them does not matter.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Headers as they come; not every value need be a string.
pub(super) type Headers = BTreeMap<String, Value>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WillBeSent {
    pub(super) request_id: String,
    pub(super) request: Request,
    #[serde(default)]
    pub(super) timestamp: f64,
    #[serde(default)]
    pub(super) wall_time: f64,
    #[serde(default)]
    pub(super) initiator: Value,
    #[serde(default)]
    pub(super) r#type: String,
    pub(super) frame_id: Option<String>,
    #[serde(default)]
    pub(super) loader_id: String,
    pub(super) redirect_response: Option<Response>,
    #[serde(default)]
    pub(super) redirect_has_extra_info: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    #[serde(default)]
    pub(super) url: String,
    #[serde(default)]
    pub(super) method: String,
    #[serde(default)]
    pub(super) headers: Headers,
    pub(super) post_data: Option<String>,
    #[serde(default)]
    pub(super) post_data_entries: Vec<PostData>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PostData {
    pub(super) bytes: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) status_text: String,
    pub(super) headers: Headers,
    pub(super) mime_type: String,
    pub(super) request_headers: Option<Headers>,
    pub(super) from_disk_cache: bool,
    pub(super) from_prefetch_cache: bool,
    pub(super) timing: Value,
}

/// `requestWillBeSentExtraInfo` and `responseReceivedExtraInfo`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Extra {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) headers: Headers,
    pub(super) status_code: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) r#type: String,
    pub(super) response: Response,
    pub(super) has_extra_info: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) data_length: u64,
}

/// `loadingFinished` and `loadingFailed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ended {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) timestamp: f64,
    pub(super) error_text: Option<String>,
    pub(super) blocked_reason: Option<String>,
}

/// Events of which only the id counts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Only {
    pub(super) request_id: String,
}

/// The result of `getResponseBody`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    pub(super) body: String,
    #[serde(default)]
    pub(super) base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketCreated {
    pub(super) request_id: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) initiator: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketAsked {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) timestamp: f64,
    #[serde(default)]
    pub(super) wall_time: f64,
    pub(super) request: SocketRequest,
}

#[derive(Debug, Deserialize)]
pub(super) struct SocketRequest {
    #[serde(default)]
    pub(super) headers: Headers,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketAnswered {
    pub(super) request_id: String,
    pub(super) response: Response,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketFrame {
    pub(super) request_id: String,
    pub(super) response: FrameData,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FrameData {
    #[serde(default)]
    pub(super) opcode: f64,
    #[serde(default)]
    pub(super) payload_data: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketError {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) error_message: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamMessage {
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) data: String,
}
