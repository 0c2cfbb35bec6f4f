//! Pages that show what was sent.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri, header},
    response::Response,
};
use serde_json::{Map, Value, json};

use crate::page::{fill, html, typed, with_header};

/// Shows the request's headers as JSON in the page.
pub(super) async fn headers(headers: HeaderMap) -> Response {
    let shown = format!("{:#}", as_json(&headers));
    html(fill(include_str!("../../pages/headers.html"), &[("headers", &shown)]))
}

pub(super) async fn form() -> Response {
    html(include_str!("../../pages/post.html"))
}

/// Shows a posted form as it came.
pub(super) async fn posted(headers: HeaderMap, body: Bytes) -> Response {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("none");
    let body = String::from_utf8_lossy(&body);
    html(fill(
        include_str!("../../pages/posted.html"),
        &[("type", content_type), ("body", &body)],
    ))
}

/// Answers any request with itself, as JSON.
pub(super) async fn echo(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let shown = json!({
        "method": method.as_str(),
        "path": uri.path(),
        "query": uri.query().unwrap_or_default(),
        "headers": as_json(&headers),
        "body": String::from_utf8_lossy(&body),
    });
    with_header(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        "*",
        typed("application/json", shown.to_string()),
    )
}

/// Header names with their values; several values of one name are joined as HTTP allows.
fn as_json(headers: &HeaderMap) -> Value {
    let values = |name| {
        let all: Vec<_> = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        Value::String(all.join(", "))
    };
    Value::Object(
        headers
            .keys()
            .map(|name| (name.to_string(), values(name)))
            .collect::<Map<_, _>>(),
    )
}
