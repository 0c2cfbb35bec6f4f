//! One hop of a request: from what was asked to the record of what came.

use std::time::SystemTime;

use greenroom_session_core::backend::{NetworkRecord, PageKey, RequestSent, ResponseStarted};
use serde_json::Value;

use super::event::{Body, Headers, Response, WillBeSent};
use super::form::{initiator, is_text, joined, kind, post_data, text, timing, wall_time};

/// One request and its one answer.
#[derive(Debug)]
pub(super) struct Hop {
    /// Its id among the context's requests; empty for a WebSocket's handshake.
    pub(super) id: String,
    pub(super) url: String,
    method: String,
    kind: String,
    headers: Headers,
    post_data: Option<String>,
    initiator: Value,
    started: SystemTime,
    timestamp: f64,
    redirect_of: Option<String>,
    pub(super) response: Option<Response>,
    pub(super) from_cache: bool,
    /// Bytes of the body that have arrived, decoded.
    pub(super) bytes: u64,
    /// Whether what was really sent and received is told too; `None`: it was not said.
    pub(super) has_extra: Option<bool>,
    end: Option<End>,
    pub(super) body: BodyState,
}

#[derive(Debug)]
struct End {
    timestamp: f64,
    error: Option<String>,
}

/// What becomes of an answer's body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyState {
    /// Its end has not come.
    Open,
    /// It is being read.
    Asked,
    /// It is here.
    Text(String),
    /// It is left out, for this reason.
    Omitted(&'static str),
}

impl Hop {
    pub(super) fn new(sent: WillBeSent, redirect_of: Option<String>, id: String) -> Self {
        let post_data = sent
            .request
            .post_data
            .or_else(|| post_data(sent.request.post_data_entries));
        Self {
            id,
            url: sent.request.url,
            method: sent.request.method,
            kind: kind(&sent.r#type),
            headers: sent.request.headers,
            post_data,
            initiator: initiator(&sent.initiator),
            started: wall_time(sent.wall_time),
            timestamp: sent.timestamp,
            redirect_of,
            response: None,
            from_cache: false,
            bytes: 0,
            has_extra: None,
            end: None,
            body: BodyState::Open,
        }
    }

    /// A WebSocket's handshake.
    pub(super) fn socket(url: String, initiator_of: &Value) -> Self {
        Self {
            id: String::new(),
            url,
            method: String::from("GET"),
            kind: String::from("websocket"),
            headers: Headers::new(),
            post_data: None,
            initiator: initiator(initiator_of),
            started: SystemTime::now(),
            timestamp: 0.0,
            redirect_of: None,
            response: None,
            from_cache: false,
            bytes: 0,
            has_extra: None,
            end: None,
            body: BodyState::Omitted("websocket"),
        }
    }

    /// A handshake is sent, with these headers.
    pub(super) fn asked(&mut self, headers: Headers, timestamp: f64, at: f64) {
        self.headers = headers;
        self.timestamp = timestamp;
        self.started = wall_time(at);
    }

    /// What is told of it when it is sent.
    pub(super) fn sent(&self, page: Option<PageKey>, is_main: bool, redirected_from: Option<String>) -> RequestSent {
        RequestSent {
            id: self.id.clone(),
            page,
            is_navigation: self.kind == "document",
            is_main,
            method: self.method.clone(),
            url: self.url.clone(),
            headers: joined(self.headers.clone(), None),
            post_data: self.post_data.clone(),
            resource_type: self.kind.clone(),
            redirected_from,
        }
    }

    /// What is told when its answer begins.
    pub(super) fn started(&self, page: Option<PageKey>) -> Option<ResponseStarted> {
        let response = self.response.as_ref()?;
        Some(ResponseStarted {
            id: self.id.clone(),
            page,
            status: response.status,
            status_text: response.status_text.clone(),
            headers: joined(response.headers.clone(), None),
            resource_type: self.kind.clone(),
        })
    }

    /// `document`, `script`, …
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// A better word for what it is has come with the answer.
    pub(super) fn set_kind(&mut self, name: &str) {
        if !name.is_empty() {
            self.kind = kind(name);
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn ended_at(&self) -> Option<f64> {
        self.end.as_ref().map(|end| end.timestamp)
    }

    pub(super) fn is_settled(&self) -> bool {
        self.has_ended() && !matches!(self.body, BodyState::Open | BodyState::Asked)
    }

    /// It ended, and `body` is what becomes of its body.
    pub(super) fn end(&mut self, timestamp: f64, error: Option<String>, body: BodyState) {
        self.end = Some(End { timestamp, error });
        self.body = body;
    }

    /// Its page, frame or worker went away.
    pub(super) fn abort(&mut self) {
        let now = self.started.elapsed().unwrap_or_default();
        self.end(
            self.timestamp + now.as_secs_f64(),
            Some(String::from("net::ERR_ABORTED")),
            BodyState::Omitted("failed"),
        );
    }

    /// What becomes of the body of an answer that is complete: text is read, if it is short enough.
    pub(super) fn wanted(&self, max_body: usize) -> BodyState {
        let Some(response) = &self.response else {
            return BodyState::Omitted("no answer");
        };
        if self.method == "HEAD" || matches!(response.status, 101 | 204 | 205 | 304) || self.kind == "preflight" {
            return BodyState::Omitted("no body");
        }
        if self.kind == "eventsource" {
            return BodyState::Omitted("stream");
        }
        if !is_text(&response.mime_type) {
            return BodyState::Omitted("binary");
        }
        if usize::try_from(self.bytes).map_or(true, |bytes| bytes > max_body) {
            return BodyState::Omitted("too large");
        }
        BodyState::Asked
    }

    /// The body has been read, or not.
    pub(super) fn read(&mut self, body: Option<Body>, max_body: usize) {
        self.body = match body.and_then(text) {
            Some(text) => {
                self.bytes = self.bytes.max(text.len() as u64);
                if text.len() > max_body {
                    BodyState::Omitted("too large")
                } else {
                    BodyState::Text(text)
                }
            }
            None if self.bytes == 0 => BodyState::Text(String::new()),
            None => BodyState::Omitted("not available"),
        };
    }

    /// The record; `sent` and `received` are what was really sent and received.
    pub(super) fn record(
        self,
        page: Option<PageKey>,
        sent: Option<Headers>,
        received: Option<(Headers, Option<u16>)>,
    ) -> NetworkRecord {
        let end = self.end.unwrap_or(End {
            timestamp: self.timestamp,
            error: None,
        });
        let mut response = self.response;
        let (received, real_status) = received.map_or((None, None), |(headers, status)| (Some(headers), status));
        let sent = sent.or_else(|| response.as_mut().and_then(|response| response.request_headers.take()));
        let (response_body, body_omitted) = match self.body {
            BodyState::Text(text) => (Some(text), None),
            BodyState::Omitted(reason) => (None, Some(reason.to_owned())),
            BodyState::Open | BodyState::Asked => (None, Some(String::from("not available"))),
        };
        NetworkRecord {
            id: self.id,
            page,
            started: self.started,
            method: self.method,
            url: self.url,
            // For an answer from the cache that was validated, the real status is the 304.
            status: response
                .as_ref()
                .map(|response| response.status)
                .or(real_status)
                .filter(|status| *status != 0),
            content_type: response
                .as_ref()
                .map(|response| response.mime_type.clone())
                .filter(|mime| !mime.is_empty()),
            request_headers: joined(self.headers, sent),
            response_headers: joined(
                response
                    .as_mut()
                    .map(|response| std::mem::take(&mut response.headers))
                    .unwrap_or_default(),
                received,
            ),
            post_data: self.post_data,
            response_body,
            body_omitted,
            body_size: response.as_ref().map(|_| self.bytes),
            resource_type: self.kind,
            duration_ms: ((end.timestamp - self.timestamp) * 1000.0).max(0.0),
            timing: timing(response.as_ref().map_or(&Value::Null, |response| &response.timing)),
            from_cache: self.from_cache
                || response.is_some_and(|response| response.from_disk_cache || response.from_prefetch_cache),
            redirect_of: self.redirect_of,
            initiator: self.initiator,
            error: end.error,
        }
    }
}
