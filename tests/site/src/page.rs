//! From files under `pages/` to answers: filling in values (always escaped, since names come from addresses) and
//! the content types.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Fills `{{name}}` places with escaped values, in one pass: a value is never searched for places again.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("}}") {
            Some((name, rest)) => {
                let value = values
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map_or("", |(_, value)| value);
                filled.push_str(&escape(value));
                filled.push_str(rest);
            }
            None => filled.push_str(part),
        }
    }
    filled
}

/// Escapes text for HTML content and attribute values.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// An answer of a given type.
pub(crate) fn typed(content_type: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

/// A page.
pub(crate) fn html(body: impl Into<Body>) -> Response {
    typed("text/html; charset=utf-8", body)
}

/// A page with a heading and one line of text, also its title.
pub(crate) fn message(title: &str, text: &str) -> Response {
    html(fill(
        include_str!("../pages/message.html"),
        &[("title", title), ("message", text)],
    ))
}

/// A page that says what was wrong with an address.
pub(crate) fn bad_request(text: &str) -> Response {
    with_status(StatusCode::BAD_REQUEST, message("Bad request", text))
}

/// The same answer with another status.
pub(crate) fn with_status(status: StatusCode, mut answer: Response) -> Response {
    *answer.status_mut() = status;
    answer
}

/// The same answer with one more header; a value that no header can hold is left out.
pub(crate) fn with_header(name: HeaderName, value: &str, mut answer: Response) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().append(name, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_escapes_values_and_leaves_the_rest() {
        assert_eq!(
            fill("<p>{{a}}</p>{{b}}{{gone}} {{", &[("a", "<i>"), ("b", "{{a}}")]),
            "<p>&lt;i&gt;</p>{{a}} "
        );
        assert_eq!(escape("\"'&"), "&quot;&#39;&amp;");
    }
}
