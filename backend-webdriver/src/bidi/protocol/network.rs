//! The module `network`: requests, their answers, and the bodies that are kept of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Nothing, command};

/// A text, or bytes in base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BytesValue {
    /// `string` or `base64`.
    pub(crate) r#type: String,
    pub(crate) value: String,
}

impl BytesValue {
    /// A text.
    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self {
            r#type: String::from("string"),
            value: value.into(),
        }
    }
}

/// A header.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: BytesValue,
}

/// An event of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestEvent {
    /// The page or frame; `None`: a worker of several pages.
    pub(crate) context: Option<String>,
    /// Of the request for a document.
    pub(crate) navigation: Option<String>,
    /// It is held before it is sent.
    #[serde(default)]
    pub(crate) is_blocked: bool,
    #[serde(default)]
    pub(crate) redirect_count: u32,
    pub(crate) request: Request,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub(crate) timestamp: f64,
    /// When it is sent.
    #[serde(default)]
    pub(crate) initiator: Value,
    /// When it is answered.
    pub(crate) response: Option<Response>,
    /// When it failed.
    pub(crate) error_text: Option<String>,
}

/// A request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the protocol's own name")]
pub(crate) struct Request {
    /// Its id, which it keeps when it is redirected.
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) method: String,
    #[serde(default)]
    pub(crate) headers: Vec<Header>,
    pub(crate) body_size: Option<u64>,
    /// As in Fetch: `document`, `style`, `script`, …; empty for what scripts ask for.
    pub(crate) destination: Option<String>,
    pub(crate) initiator_type: Option<String>,
    #[serde(rename = "goog:resourceType")]
    pub(crate) resource_type: Option<String>,
    #[serde(default)]
    pub(crate) timings: Value,
}

/// An answer.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Response {
    /// Of what answered: with a redirect, chromedriver tells the former answer with the request that follows, too.
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) status_text: String,
    pub(crate) from_cache: bool,
    pub(crate) headers: Vec<Header>,
    pub(crate) mime_type: String,
    /// Of its body, as it was sent.
    pub(crate) body_size: Option<u64>,
    pub(crate) content: Content,
}

/// The body of an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Content {
    /// Decoded; 0 where it is not known.
    pub(crate) size: u64,
}

/// Which side's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DataType {
    Request,
    Response,
}

/// Keeps the bodies of all requests from now on, until they are let go of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddDataCollector {
    pub(crate) data_types: Vec<DataType>,
    /// Longer ones are not kept.
    pub(crate) max_encoded_data_size: usize,
    pub(crate) user_contexts: Vec<String>,
}
command!(AddDataCollector, "network.addDataCollector", Collector);

/// A collector's id.
#[derive(Debug, Deserialize)]
pub(crate) struct Collector {
    pub(crate) collector: String,
}

/// Reads a body that a collector has kept, which then lets go of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetData {
    pub(crate) data_type: DataType,
    pub(crate) collector: String,
    pub(crate) request: String,
    pub(crate) disown: bool,
}
command!(GetData, "network.getData", Data);

/// A body.
#[derive(Debug, Deserialize)]
pub(crate) struct Data {
    pub(crate) bytes: BytesValue,
}

/// Lets go of a body that nobody will read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisownData {
    pub(crate) data_type: DataType,
    pub(crate) collector: String,
    pub(crate) request: String,
}
command!(DisownData, "network.disownData", Nothing);

/// Adds headers to each request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetExtraHeaders {
    pub(crate) headers: Vec<Header>,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetExtraHeaders, "network.setExtraHeaders", Nothing);
