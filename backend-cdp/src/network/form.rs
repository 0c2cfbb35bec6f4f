//! The parts of network events in the forms that records have.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::event::{Body, Headers};

/// The protocol's name for a resource in small letters.
pub(super) fn kind(name: &str) -> String {
    if name.is_empty() {
        String::from("other")
    } else {
        name.to_ascii_lowercase()
    }
}

pub(super) fn wall_time(seconds: f64) -> SystemTime {
    match Duration::try_from_secs_f64(seconds) {
        Ok(since) if seconds > 0.0 => SystemTime::UNIX_EPOCH + since,
        _ => SystemTime::now(),
    }
}

/// The request's body, if it is text.
pub(super) fn post_data(entries: Vec<super::event::PostData>) -> Option<String> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(STANDARD.decode(entry.bytes?).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

pub(super) fn text(body: Body) -> Option<String> {
    if !body.base64_encoded {
        return Some(body.body);
    }
    let bytes = STANDARD.decode(body.body).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a media type is text to read.
pub(super) fn is_text(mime: &str) -> bool {
    let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, of) = mime.split_once('/').unwrap_or((mime.as_str(), ""));
    kind == "text"
        || of.ends_with("+json")
        || of.ends_with("+xml")
        || kind == "application"
            && [
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
            ]
            .contains(&of)
}

/// What the page knows of headers, with what was really sent or received over it.
pub(super) fn joined(known: Headers, real: Option<Headers>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    // Pseudo headers of HTTP/2 repeat the URL and method.
    for (name, value) in known
        .into_iter()
        .chain(real.unwrap_or_default())
        .filter(|(name, _)| !name.starts_with(':'))
    {
        let same = all.keys().find(|other| other.eq_ignore_ascii_case(&name)).cloned();
        if let Some(same) = same {
            all.remove(&same);
        }
        all.insert(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
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
        ("secureConnectionStart", "sslStart"),
        ("workerStart", "workerStart"),
        ("requestStart", "sendStart"),
        ("requestEnd", "sendEnd"),
        ("responseStart", "receiveHeadersEnd"),
    ];
    if !of.is_object() {
        return Value::Null;
    }
    let known = |name: &str| {
        of[name]
            .as_f64()
            .filter(|ms| *ms >= 0.0)
            .map_or(Value::Null, Value::from)
    };
    Value::Object(
        NAMES
            .iter()
            .map(|(ours, theirs)| ((*ours).to_owned(), known(theirs)))
            .collect::<Map<_, _>>(),
    )
}

/// What caused a request, and where.
pub(super) fn initiator(of: &Value) -> Value {
    let frame = &of["stack"]["callFrames"][0];
    let place = if frame.is_object() { frame } else { of };
    let mut told = Map::new();
    told.insert(
        String::from("type"),
        of["type"].as_str().map_or_else(|| json!("other"), Value::from),
    );
    if let Some(url) = place["url"].as_str().filter(|url| !url.is_empty()) {
        told.insert(String::from("url"), url.into());
        if let Some(line) = place["lineNumber"].as_f64() {
            told.insert(String::from("line"), json!(line + 1.0));
        }
    }
    Value::Object(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_binary() {
        for mime in [
            "text/html",
            "application/json",
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
    }

    #[test]
    fn what_was_really_sent_counts() {
        let headers = |text: &str| serde_json::from_str::<Headers>(text).unwrap();
        let all = joined(
            headers(r#"{"user-agent":"a","X":"1"}"#),
            Some(headers(r#"{"User-Agent":"b",":path":"/"}"#)),
        );
        assert_eq!(
            all.into_iter().collect::<Vec<_>>(),
            [("User-Agent".into(), "b".into()), ("X".into(), "1".into())]
        );
    }

    #[test]
    fn unknown_times_are_null() {
        let told = timing(&json!({"requestTime": 5.0, "dnsStart": -1, "sendStart": 0.5}));
        assert_eq!(told["domainLookupStart"], Value::Null);
        assert_eq!(told["requestStart"], 0.5);
        assert_eq!(timing(&Value::Null), Value::Null);
    }
}
