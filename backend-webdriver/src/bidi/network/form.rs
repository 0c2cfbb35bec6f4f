//! The parts of network events in the forms that records have.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::bidi::protocol::network::{BytesValue, Header, Request};

/// What a request is for, by the names of DevTools.
pub(super) fn kind(request: &Request) -> String {
    if let Some(kind) = &request.resource_type {
        return kind.to_ascii_lowercase();
    }
    let initiator = request.initiator_type.as_deref().unwrap_or_default();
    let name = match (request.destination.as_deref().unwrap_or_default(), initiator) {
        ("document" | "iframe" | "frame", _) => "document",
        ("style", _) => "stylesheet",
        ("audio" | "video" | "track", _) => "media",
        ("", "xmlhttprequest") => "xhr",
        ("", "beacon") => "ping",
        ("", "") => "other",
        ("", initiator) => initiator,
        (destination, _) => destination,
    };
    name.to_owned()
}

pub(super) fn wall_time(milliseconds: f64) -> SystemTime {
    match Duration::try_from_secs_f64(milliseconds / 1000.0) {
        Ok(since) if milliseconds > 0.0 => SystemTime::UNIX_EPOCH + since,
        _ => SystemTime::now(),
    }
}

/// A body as text, if it is text.
pub(super) fn text(bytes: BytesValue) -> Option<String> {
    match bytes.r#type.as_str() {
        "base64" => String::from_utf8(STANDARD.decode(bytes.value).ok()?).ok(),
        _ => Some(bytes.value),
    }
}

/// The media type without its parameters.
pub(super) fn media_type(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is text to read.
pub(super) fn is_text(mime: &str) -> bool {
    const APPLICATIONS: [&str; 10] = [
        "json",
        "javascript",
        "x-javascript",
        "ecmascript",
        "xml",
        "x-www-form-urlencoded",
        "graphql",
        "x-ndjson",
        "x-yaml",
        "yaml",
    ];
    let mime = media_type(mime);
    let (kind, of) = mime.split_once('/').unwrap_or((mime.as_str(), ""));
    kind == "text"
        || of.ends_with("+json")
        || of.ends_with("+xml")
        || kind == "application" && APPLICATIONS.contains(&of)
}

/// Headers by their names; several of one name are joined by a newline.
pub(super) fn headers(list: Vec<Header>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for Header { name, value } in list {
        let Some(value) = text(value) else { continue };
        let same = all.keys().find(|other| other.eq_ignore_ascii_case(&name)).cloned();
        match same.and_then(|same| all.get_mut(&same)) {
            // Drivers put together what was asked for and what was sent: the same one twice is one.
            Some(before) if before.lines().any(|line| line == value) => {}
            Some(before) => {
                before.push('\n');
                before.push_str(&value);
            }
            None => drop(all.insert(name, value)),
        }
    }
    all
}

/// Milliseconds since its start, by the names of Resource Timing.
pub(super) fn timing(of: &Value) -> Value {
    const NAMES: [(&str, &str); 9] = [
        ("domainLookupStart", "dnsStart"),
        ("domainLookupEnd", "dnsEnd"),
        ("connectStart", "connectStart"),
        ("connectEnd", "connectEnd"),
        ("secureConnectionStart", "tlsStart"),
        ("workerStart", "workerStart"),
        ("requestStart", "requestStart"),
        ("requestEnd", "requestEnd"),
        ("responseStart", "responseStart"),
    ];
    // They count from the document's beginning where the request's own is told, too.
    let start = of["fetchStart"].as_f64().unwrap_or(0.0);
    let known = |name: &str| of[name].as_f64().filter(|ms| *ms > 0.0);
    if !NAMES.iter().any(|(_, theirs)| known(theirs).is_some()) {
        return Value::Null;
    }
    let since = |name: &str| known(name).map_or(Value::Null, |ms| Value::from((ms - start).max(0.0)));
    let entry = |(ours, theirs): &(&str, &str)| ((*ours).to_owned(), since(theirs));
    Value::Object(NAMES.iter().map(entry).collect::<Map<_, _>>())
}

/// What caused a request, and where.
pub(super) fn initiator(of: &Value) -> Value {
    let frame = &of["stackTrace"]["callFrames"][0];
    let place = if frame.is_object() { frame } else { of };
    let mut told = Map::new();
    let kind = of["type"].as_str().unwrap_or("other");
    told.insert(String::from("type"), json!(kind));
    if let Some(url) = place["url"].as_str().filter(|url| !url.is_empty()) {
        told.insert(String::from("url"), url.into());
    }
    if let Some(line) = place["lineNumber"].as_f64() {
        told.insert(String::from("line"), json!(line + 1.0));
    }
    Value::Object(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: Value) -> Request {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_request_is_for_something() {
        for (given, wanted) in [
            (
                json!({"goog:resourceType": "Stylesheet", "destination": "style"}),
                "stylesheet",
            ),
            (json!({"destination": "style", "initiatorType": "link"}), "stylesheet"),
            (json!({"destination": "image"}), "image"),
            (json!({"destination": "", "initiatorType": "fetch"}), "fetch"),
            (json!({"destination": "", "initiatorType": "xmlhttprequest"}), "xhr"),
            (json!({"destination": "iframe"}), "document"),
            (json!({}), "other"),
        ] {
            let mut given = given;
            given["request"] = json!("1");
            assert_eq!(kind(&request(given.clone())), wanted, "{given}");
        }
    }

    #[test]
    fn text_is_told_from_binary() {
        for mime in [
            "text/html;charset=utf-8",
            "application/ld+json",
            "image/svg+xml",
            "TEXT/CSS; charset=x",
        ] {
            assert!(is_text(mime), "{mime}");
        }
        for mime in [
            "image/png",
            "application/octet-stream",
            "",
            "font/woff2",
            "application/pdf",
        ] {
            assert!(!is_text(mime), "{mime}");
        }
        let bytes = |kind: &str, value: &str| BytesValue {
            r#type: kind.into(),
            value: value.into(),
        };
        assert_eq!(text(bytes("base64", "xb4=")).as_deref(), Some("ž"));
        assert_eq!(text(bytes("base64", "/w==")), None);
    }

    #[test]
    fn a_header_that_is_told_twice_is_one() {
        let header = |name: &str, value: &str| Header {
            name: name.into(),
            value: BytesValue::text(value),
        };
        let all = headers(vec![
            header("A", "1"),
            header("a", "1"),
            header("Set-Cookie", "x"),
            header("set-cookie", "y"),
        ]);
        assert_eq!(
            all.into_iter().collect::<Vec<_>>(),
            [("A".into(), "1".into()), ("Set-Cookie".into(), "x\ny".into())]
        );
    }

    #[test]
    fn unknown_times_are_null() {
        let told = timing(&json!({"fetchStart": 5.0, "dnsStart": 0, "requestStart": 5.5}));
        assert_eq!(told["domainLookupStart"], Value::Null);
        assert_eq!(told["requestStart"], 0.5);
        assert_eq!(timing(&json!({"fetchStart": 5.0})), Value::Null);
    }
}
