//! What is masked before anything reaches a log: credentials in headers and URLs, and registered secrets in every form.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::secret::Secret;

/// What stands in a log in place of a secret.
const MASK: &str = "***";

/// Headers, and keys of JSON, whose value is a secret whatever it is.
const SECRET_NAMES: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "authentication",
    "cookie",
    "cookie2",
    "set-cookie",
    "set-cookie2",
    "password",
    "passwd",
];

/// Parts of names that say the same: `x-api-key`, `x-csrf-token`, `client_secret`.
const SECRET_PARTS: &[&str] = &["api-key", "apikey", "api_key", "token", "secret", "password"];

/// Masks secrets in texts and JSON values.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    off: bool,
    secrets: Vec<Secret>,
}

impl Masker {
    /// A masker that knows headers and URLs, and no secret strings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A masker that masks nothing, for `--no-redact`.
    pub fn off() -> Self {
        Self {
            off: true,
            secrets: Vec::new(),
        }
    }

    /// Registers a secret: from now on it is masked in clear, percent-encoded, in base64, and escaped as in JSON and HTML.
    /// The empty string is none.
    pub fn register(&mut self, secret: &str) {
        if !self.secrets.iter().any(|known| known.is(secret)) {
            self.secrets.extend(Secret::new(secret));
        }
    }

    /// Whether a header or key of this name holds a secret.
    pub fn is_secret_name(name: &str) -> bool {
        let name = name.trim().to_ascii_lowercase();
        SECRET_NAMES.contains(&name.as_str()) || SECRET_PARTS.iter().any(|part| name.contains(part))
    }

    /// The text with its secrets masked: registered ones, user and password of URLs, and the values of header lines.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.off {
            return Cow::Borrowed(text);
        }
        let mut found = Vec::new();
        for secret in &self.secrets {
            secret.find(text, &mut found);
        }
        user_information(text, &mut found);
        header_lines(text, &mut found);
        replace(text, found)
    }

    /// The value of a header or key with its secrets masked; all of it when the name says so.
    pub fn mask_named<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if !self.off && !value.is_empty() && Self::is_secret_name(name) {
            Cow::Borrowed(MASK)
        } else {
            self.mask(value)
        }
    }

    /// A JSON value with its secrets masked, keys and numbers included.
    pub fn mask_value(&self, value: &Value) -> Value {
        if self.off {
            return value.clone();
        }
        match value {
            Value::String(text) => Value::String(self.mask(text).into_owned()),
            Value::Number(number) => {
                let text = number.to_string();
                match self.mask(&text) {
                    Cow::Borrowed(_) => value.clone(),
                    Cow::Owned(masked) => Value::String(masked),
                }
            }
            Value::Array(all) => all.iter().map(|one| self.mask_value(one)).collect(),
            Value::Object(all) => {
                let mask =
                    |(key, value): (&String, &Value)| (self.mask(key).into_owned(), self.mask_member(key, value));
                Value::Object(all.iter().map(mask).collect())
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn mask_member(&self, key: &str, value: &Value) -> Value {
        match value {
            Value::String(_) | Value::Number(_) if Self::is_secret_name(key) => Value::String(MASK.to_owned()),
            value => self.mask_value(value),
        }
    }
}

/// `user:password` in `https://user:password@host/`.
fn user_information(text: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(scheme) = text[at..].find("://") {
        let start = at + scheme + 3;
        let host_ends =
            |c: char| matches!(c, '/' | '?' | '#' | '\\' | '"' | '\'' | '<' | '>' | '`') || c.is_whitespace();
        let end = text[start..]
            .find(host_ends)
            .map_or(text.len(), |length| start + length);
        if let Some(length) = text[start..end].rfind('@').filter(|length| *length > 0) {
            found.push(start..start + length);
        }
        at = start;
    }
}

/// The value in `Cookie: a=b`, at the beginning of any line.
fn header_lines(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let named = line
            .split_once(':')
            .filter(|(name, _)| is_header_name(name) && Masker::is_secret_name(name));
        if let Some((name, value)) = named {
            let value_start = start + name.len() + 1 + (value.len() - value.trim_start().len());
            let value_end = start + line.trim_end().len();
            if value_start < value_end {
                found.push(value_start..value_end);
            }
        }
        start += line.len();
    }
}

fn is_header_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn replace(text: &str, mut found: Vec<Range<usize>>) -> Cow<'_, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for range in found {
        // What overlaps is one secret to a reader: no part of either may be left.
        if range.start >= done {
            masked.push_str(&text[done..range.start]);
            masked.push_str(MASK);
        }
        done = done.max(range.end);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn masker(secrets: &[&str]) -> Masker {
        let mut masker = Masker::new();
        for secret in secrets {
            masker.register(secret);
        }
        masker
    }

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let masker = masker(&["p&ss \"wörd\"/1", "hunter2hunter2"]);
        let forms = [
            "p&ss \"wörd\"/1",
            "p%26ss%20%22w%C3%B6rd%22%2F1",
            "p%26ss+%22w%c3%b6rd%22/1",
            "p%2526ss%2520%2522w%25C3%25B6rd%2522%252F1",
            "p&ss \\\"wörd\\\"\\/1",
            "p&ss \\\\\\\"w\\u00f6rd\\\\\\\"/1",
            "p&amp;ss&#32;&quot;w&#246;rd&#x22;/1",
            "aHVudGVyMmh1bnRlcjI",
        ];
        for form in forms {
            let masked = masker.mask(form);
            assert_eq!(masked, "***", "{form}");
            let inside = format!("{{\"x\":\"{form}\", y}}");
            assert_eq!(masker.mask(&inside), "{\"x\":\"***\", y}", "{form}");
        }
        assert_eq!(masker.mask("p&ss and hunter2"), "p&ss and hunter2");
    }

    #[test]
    fn base64_is_found_wherever_it_lies_in_the_groups() {
        let masker = masker(&["hunter2hunter2"]);
        // `u:hunter2hunter2`, `ab:hunter2hunter2`, `abc:hunter2hunter2` as Basic authorization writes them.
        for whole in [
            "dTpodW50ZXIyaHVudGVyMg==",
            "YWI6aHVudGVyMmh1bnRlcjI=",
            "YWJjOmh1bnRlcjJodW50ZXIy",
        ] {
            let masked = masker.mask(whole).into_owned();
            assert!(masked.contains("***") && masked.len() <= 12, "{whole} → {masked}");
        }
    }

    #[test]
    fn credentials_in_urls_and_header_lines_are_masked() {
        let masker = Masker::new();
        let table = [
            ("http://u:p@h/x", "http://***@h/x"),
            (
                "see ws://a@b and https://c:d@e@f:8/?x=@y",
                "see ws://***@b and https://***@f:8/?x=@y",
            ),
            ("https://h/a@b", "https://h/a@b"),
            ("Authorization: Bearer x.y", "Authorization: ***"),
            (
                "GET / HTTP/1.1\r\nHost: h\r\ncookie: a=b\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\ncookie: ***\r\n",
            ),
            ("X-Api-Key:1", "X-Api-Key:***"),
            ("the cookie: none", "the cookie: none"),
            ("Set-Cookie:", "Set-Cookie:"),
        ];
        for (text, masked) in table {
            assert_eq!(masker.mask(text), masked);
        }
    }

    #[test]
    fn values_are_masked_by_their_name_and_content() {
        let masker = masker(&["4711"]);
        let value =
            json!({ "Authorization": "Basic eA==", "n": 4711, "list": ["x4711"], "k4711": null, "token": { "a": 1 } });
        let masked = json!({ "Authorization": "***", "n": "***", "list": ["x***"], "k***": null, "token": { "a": 1 } });
        assert_eq!(masker.mask_value(&value), masked);
        assert_eq!(Masker::off().mask_value(&value), value);
        assert_eq!(masker.mask_named("Cookie", "a=b"), "***");
        assert_eq!(masker.mask_named("Accept", "x/4711"), "x/***");
        assert_eq!(Masker::off().mask_named("Cookie", "a=b"), "a=b");
    }

    #[test]
    fn the_empty_string_is_no_secret_and_overlaps_leave_nothing() {
        assert_eq!(masker(&[""]).mask("abc"), "abc");
        assert_eq!(masker(&["abcd", "cdef"]).mask("xabcdefx"), "x***x");
    }

    proptest! {
        #[test]
        fn a_secret_never_survives(secret in "\\PC{4,20}", before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let masker = masker(&[&secret]);
            let text = format!("{before}{secret}{after}");
            prop_assert!(!masker.mask(&text).contains(&secret) || MASK.contains(&secret) || before.contains(&secret));
            let value = json!(text).to_string();
            let escaped = json!(secret).to_string();
            prop_assert!(!masker.mask(&value).contains(&escaped[1..escaped.len() - 1]));
        }

        #[test]
        fn any_text_can_be_masked(secret in "[%\\\\&+;#xu0-9a-fé ]{1,4}", text in "[%\\\\&+;#xu0-9a-fé 😀]{0,60}") {
            masker(&[&secret]).mask(&text);
        }
    }
}
