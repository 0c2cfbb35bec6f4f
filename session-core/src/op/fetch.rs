//! Requests that no page makes.

use serde::{Deserialize, Serialize};

use super::spec::{Shape, operation};

operation! {
    /// Asks a server without a page: with the session's cookies, headers and user agent.
    ///
    /// Redirects are followed, each as far as it is allowed. At most 8 MiB of the answer are read. Only GET and HEAD without a body that keep no cookies are taken as reading.
    ScriptFetch("script.fetch"): Network, Session, Queue, wakes true, needs [] -> Fetched {
        /// The address.
        url: String = Shape::Place("URL"),
        /// The method [default: GET].
        method: Option<String> = Shape::Flag("METHOD"),
        /// A header, as `name: value`.
        header: Vec<String> = Shape::Flag("LINE"),
        /// The body.
        data: Option<String> = Shape::Flag("TEXT"),
        /// The body is given in base64.
        base64: bool = Shape::Flag(""),
        /// How many redirects are followed [default: 20]; with 0, a redirect is the answer.
        max_redirects: Option<u32> = Shape::Flag("NUMBER"),
        /// Keeps the cookies that the answers set in the session, where its browser has `storage`.
        keep_cookies: bool = Shape::Flag(""),
        /// Whatever the server's certificate is; so it is in sessions with `--ignore-https-errors`.
        ignore_https_errors: bool = Shape::Flag(""),
    }
}

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fetched {
    /// The address after redirects.
    pub url: String,
    /// Whether there were any.
    pub redirected: bool,
    /// The HTTP status.
    pub status: u16,
    /// The words beside it.
    pub status_text: String,
    /// The headers as pairs of name and value, in order.
    pub headers: Vec<(String, String)>,
    /// The body, where it is a text in UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Any other body, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}
