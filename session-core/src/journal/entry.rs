//! The lines of the logs: what each holds, in the order in which it is written, and what of it is masked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Masker;
use crate::backend::{ConsoleRecord, FrameRecord, NetworkRecord, SourceLocation};
use crate::store::Timestamp;

/// One of greenroom's own events (files: logs.jsonl).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogEntry {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// The part of greenroom that it comes from, for example `session`.
    pub target: String,
    /// What happened.
    pub message: String,
    /// Its parts, for programs; an object, or null for none.
    pub fields: Value,
    /// The id of the command that caused it.
    pub op: Option<String>,
}

/// Something that was done in a page (files: actions.jsonl).
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "One line of actions.jsonl")]
pub struct ActionEntry {
    /// When it began; `None`: now.
    #[schemars(with = "Timestamp", description = "When it began: ISO 8601, UTC, milliseconds.")]
    pub ts: Option<Timestamp>,
    /// The page's id, as `pages` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub page_id: Option<String>,
    /// The id of the command that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub op: Option<String>,
    /// `user` or `agent`.
    pub source: String,
    /// `click`, `fill`, `goto`, …
    pub action: String,
    /// The locator as it was written.
    pub selector: Option<String>,
    /// The canonical locator, unique at that moment.
    pub best_semantic_selector: Option<String>,
    /// The text around the element.
    pub nearby_text: Option<String>,
    /// Where in the viewport.
    pub coordinates: Option<Point>,
    /// What was typed, chosen or asked for.
    pub value: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// Milliseconds.
    pub duration: Option<f64>,
    /// Whether it was done.
    pub success: bool,
    /// Why it was not done.
    pub error: Option<String>,
}

/// A place in the viewport, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// What a line of the browser's belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The id of the command that caused it.
    pub op: Option<&'a str>,
    /// The page's id, as `pages` shows it.
    pub page_id: Option<&'a str>,
}

/// What each line of the browser's and greenroom's own begins with.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    /// When: ISO 8601, UTC, milliseconds.
    ts: Timestamp,
    /// The page's id, as `pages` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&'a str")]
    page_id: Option<&'a str>,
    /// The id of the command that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&'a str")]
    op: Option<&'a str>,
}

impl<'a> Head<'a> {
    fn new(ts: Timestamp, origin: &Origin<'a>) -> Self {
        Self {
            ts,
            page_id: origin.page_id,
            op: origin.op,
        }
    }
}

/// One of greenroom's own events.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "One line of logs.jsonl")]
pub(super) struct LogLine<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    level: &'a str,
    /// The part of greenroom that it comes from, for example `command`.
    target: &'a str,
    /// What happened.
    message: Cow<'a, str>,
    /// Its parts.
    #[schemars(with = "serde_json::Map<String, Value>")]
    fields: Value,
}

/// A request, written when it has ended or failed, or was redirected.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NetworkLine<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// `GET`, `POST`, …
    method: Cow<'a, str>,
    /// The address asked for.
    url: Cow<'a, str>,
    /// The HTTP status; null where there was no answer.
    status: Option<u16>,
    /// The answer's media type.
    content_type: Option<Cow<'a, str>>,
    /// The request's headers as sent, as far as they are known, secrets masked.
    request_headers: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// The answer's headers, secrets masked; several of one name are joined by a newline.
    response_headers: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// The request's body, if it is text.
    post_data: Option<Cow<'a, str>>,
    /// The answer's body, if it is text and short enough.
    response_body: Option<Cow<'a, str>>,
    /// Why there is no body here, for example `binary`, `too large`, `redirect`.
    body_omitted: Option<&'a str>,
    /// The bytes of the answer's body, decoded.
    body_size: Option<u64>,
    /// `document`, `stylesheet`, `image`, `script`, `fetch`, `xhr`, `websocket`, …
    resource_type: &'a str,
    /// Milliseconds from its start to its end.
    duration_ms: f64,
    /// Milliseconds of its parts, by the names of Resource Timing; null where unknown.
    timing: &'a Value,
    /// Answered without the network.
    from_cache: bool,
    /// The address that was redirected to this one.
    redirect_of: Option<Cow<'a, str>>,
    /// What caused it: `parser`, `script`, `user`, …, with an address where there is one.
    initiator: Value,
    /// Why it failed, for example `net::ERR_CONNECTION_REFUSED`.
    error: Option<Cow<'a, str>>,
}

/// A message of a WebSocket or an EventSource.
#[derive(Serialize, JsonSchema)]
pub(super) struct FrameLine<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// `websocket-sent`, `websocket-received`, `websocket-error` or `eventsource-message`.
    kind: &'a str,
    /// The address of the connection.
    url: Cow<'a, str>,
    /// The payload as text; binary in base64.
    data: Cow<'a, str>,
    /// Whether `data` is base64.
    binary: bool,
}

/// A console call or an uncaught error.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "One line of console.jsonl")]
pub(super) struct ConsoleLine<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// `log`, `warning`, `error`, …, or `pageerror`.
    r#type: &'a str,
    /// The message as a console would show it.
    text: Cow<'a, str>,
    /// The arguments as JSON, as far as they have such a form.
    args: Vec<Value>,
    /// Where it was called.
    location: Option<SourceLocation>,
    /// The stack, one frame a line.
    stack: Option<Cow<'a, str>>,
}

impl LogEntry {
    /// The line, without its end.
    pub(super) fn line(&self, ts: Timestamp, masker: &Masker) -> Vec<u8> {
        let fields = match masker.mask_value(&self.fields) {
            Value::Null => Value::Object(serde_json::Map::new()),
            fields => fields,
        };
        bytes(&LogLine {
            head: Head {
                ts,
                page_id: None,
                op: self.op.as_deref(),
            },
            level: &self.level,
            target: &self.target,
            message: masker.mask(&self.message),
            fields,
        })
    }
}

impl ActionEntry {
    /// The line, without its end.
    pub(super) fn line(&self, now: Timestamp, masker: &Masker) -> Vec<u8> {
        let mask = |text: &Option<String>| text.as_deref().map(|text| masker.mask(text).into_owned());
        bytes(&Self {
            ts: self.ts.or(Some(now)),
            selector: mask(&self.selector),
            best_semantic_selector: mask(&self.best_semantic_selector),
            nearby_text: mask(&self.nearby_text),
            value: mask(&self.value),
            url: mask(&self.url),
            duration: self.duration.map(milliseconds),
            error: mask(&self.error),
            ..self.clone()
        })
    }
}

/// The line of a request, without its end.
pub(super) fn network_line(record: &NetworkRecord, origin: &Origin<'_>, masker: &Masker) -> Vec<u8> {
    let mask = |text: &'_ Option<String>| text.as_deref().map(|text| masker.mask(text).into_owned().into());
    bytes(&NetworkLine {
        head: Head::new(record.started.into(), origin),
        method: masker.mask(&record.method),
        url: masker.mask(&record.url),
        status: record.status,
        content_type: mask(&record.content_type),
        request_headers: headers(&record.request_headers, masker),
        response_headers: headers(&record.response_headers, masker),
        post_data: mask(&record.post_data),
        response_body: mask(&record.response_body),
        body_omitted: record.body_omitted.as_deref(),
        body_size: record.body_size,
        resource_type: &record.resource_type,
        duration_ms: milliseconds(record.duration_ms),
        timing: &record.timing,
        from_cache: record.from_cache,
        redirect_of: mask(&record.redirect_of),
        initiator: masker.mask_value(&record.initiator),
        error: mask(&record.error),
    })
}

/// The line of a message of a connection, without its end.
pub(super) fn frame_line(record: &FrameRecord, origin: &Origin<'_>, masker: &Masker) -> Vec<u8> {
    bytes(&FrameLine {
        head: Head::new(record.at.into(), origin),
        kind: record.kind,
        url: masker.mask(&record.url),
        data: masker.mask(&record.data),
        binary: record.binary,
    })
}

/// The line of a console call or an uncaught error, without its end.
pub(super) fn console_line(record: &ConsoleRecord, origin: &Origin<'_>, masker: &Masker) -> Vec<u8> {
    let location = record.location.as_ref().map(|at| SourceLocation {
        url: masker.mask(&at.url).into_owned(),
        ..at.clone()
    });
    bytes(&ConsoleLine {
        head: Head::new(record.at.into(), origin),
        r#type: &record.level,
        text: masker.mask(&record.text),
        args: record.args.iter().map(|value| masker.mask_value(value)).collect(),
        location,
        stack: record.stack.as_deref().map(|stack| masker.mask(stack)),
    })
}

fn headers<'a>(all: &'a BTreeMap<String, String>, masker: &Masker) -> BTreeMap<Cow<'a, str>, Cow<'a, str>> {
    all.iter()
        .map(|(name, value)| (masker.mask(name), masker.mask_named(name, value)))
        .collect()
}

/// Milliseconds down to microseconds: what is finer is noise of floating point.
fn milliseconds(exact: f64) -> f64 {
    (exact * 1000.0).round() / 1000.0
}

/// A line has no line breaks within: JSON escapes them.
fn bytes(line: &impl Serialize) -> Vec<u8> {
    // Maps with text keys, texts, numbers and values of JSON: nothing of these can fail to be written as JSON.
    serde_json::to_vec(line).unwrap_or_default()
}
