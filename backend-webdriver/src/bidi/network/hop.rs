//! One hop of a request: from what was asked to the record of what came.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use greenroom_session_core::backend::{NetworkRecord, RequestSent, ResponseStarted};
use serde_json::Value;
use tokio::time::Instant;

use super::form::{headers, initiator, is_text, kind, media_type, text, timing, wall_time};
use crate::bidi::page::BidiPage;
use crate::bidi::protocol::network::{BytesValue, DataType, RequestEvent, Response};

/// The longest request body that is told with its request.
const MAX_POST_DATA: u64 = 64 * 1024;

/// One request and its one answer.
#[derive(Debug)]
pub(super) struct Hop {
    /// Its id among the context's requests.
    pub(super) id: String,
    pub(super) page: Arc<BidiPage>,
    pub(super) url: String,
    /// Of the request for the page's own document.
    pub(super) navigation: Option<String>,
    method: String,
    kind: String,
    headers: BTreeMap<String, String>,
    body_size: u64,
    initiator: Value,
    timing: Value,
    started: SystemTime,
    timestamp: f64,
    /// When it was heard of: the clock of timestamps has milliseconds only.
    pub(super) heard: Instant,
    redirect_of: Option<String>,
    pub(super) response: Option<Response>,
    is_answer_told: bool,
    end: Option<End>,
    sent: BodyState,
    received: BodyState,
}

#[derive(Debug)]
struct End {
    duration: f64,
    error: Option<String>,
}

/// What becomes of a body.
#[derive(Debug, PartialEq, Eq)]
enum BodyState {
    /// Its end has not come.
    Open,
    /// It is being read.
    Asked,
    /// It is here.
    Text(String),
    /// It is left out, for this reason.
    Omitted(&'static str),
}

impl BodyState {
    fn is_settled(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Omitted(_))
    }
}

impl Hop {
    pub(super) fn new(event: RequestEvent, page: &Arc<BidiPage>, is_main: bool, redirect_of: Option<String>) -> Self {
        let kind = kind(&event.request);
        Self {
            id: hop_id(&event.request.request, event.redirect_count),
            page: Arc::clone(page),
            navigation: event.navigation.filter(|_| is_main && kind == "document"),
            kind,
            url: event.request.url,
            method: event.request.method,
            headers: headers(event.request.headers),
            body_size: event.request.body_size.unwrap_or(0),
            initiator: initiator(&event.initiator),
            timing: Value::Null,
            started: wall_time(event.timestamp),
            timestamp: event.timestamp,
            heard: Instant::now(),
            redirect_of,
            response: None,
            is_answer_told: false,
            end: None,
            sent: BodyState::Open,
            received: BodyState::Open,
        }
    }

    /// What is told of it when it is sent.
    pub(super) fn sent(&self, redirected_from: Option<String>) -> RequestSent {
        RequestSent {
            id: self.id.clone(),
            page: Some(self.page.page_key().clone()),
            is_navigation: self.kind == "document",
            is_main: self.navigation.is_some(),
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            post_data: None,
            resource_type: self.kind.clone(),
            redirected_from,
        }
    }

    /// What is told when its answer begins; once.
    pub(super) fn started(&mut self) -> Option<ResponseStarted> {
        let bare = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
        let is_its = |response: &&Response| response.url.is_empty() || bare(&response.url) == bare(&self.url);
        let response = self.response.as_ref().filter(is_its)?;
        if self.is_answer_told {
            return None;
        }
        self.is_answer_told = true;
        Some(ResponseStarted {
            id: self.id.clone(),
            page: Some(self.page.page_key().clone()),
            status: response.status,
            status_text: response.status_text.clone(),
            headers: headers(response.headers.clone()),
            resource_type: self.kind.clone(),
        })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.has_ended() && self.sent.is_settled() && self.received.is_settled()
    }

    /// Whether its answer sends elsewhere.
    pub(super) fn is_redirect(&self) -> bool {
        let status = self.response.as_ref().map_or(0, |response| response.status);
        matches!(status, 301 | 302 | 303 | 307 | 308)
    }

    /// Takes what an event says of it by now.
    pub(super) fn update(&mut self, event: &mut RequestEvent) {
        // What was really sent is known only later.
        let sent = headers(std::mem::take(&mut event.request.headers));
        if sent.len() >= self.headers.len() {
            self.headers = sent;
        }
        self.body_size = event.request.body_size.unwrap_or(self.body_size);
        self.timing = timing(&event.request.timings);
        if let Some(response) = event.response.take() {
            self.response = Some(response);
        }
    }

    /// It ended. Answers which of its bodies are to be read.
    pub(super) fn end(&mut self, event: &RequestEvent, collects: bool, max_body: usize) -> Vec<DataType> {
        self.ended(event.timestamp, event.error_text.clone());
        self.sent = match self.body_size {
            0 => BodyState::Omitted("no body"),
            size if size > MAX_POST_DATA || !collects => BodyState::Omitted("too large"),
            _ => BodyState::Asked,
        };
        self.received = if event.error_text.is_some() {
            BodyState::Omitted("failed")
        } else {
            self.wanted(max_body)
        };
        if self.received == BodyState::Asked && !collects {
            self.received = BodyState::Omitted("not available");
        }
        let asked = [(&self.sent, DataType::Request), (&self.received, DataType::Response)];
        asked
            .into_iter()
            .filter(|(state, _)| **state == BodyState::Asked)
            .map(|(_, data_type)| data_type)
            .collect()
    }

    fn ended(&mut self, timestamp: f64, error: Option<String>) {
        let told = timestamp - self.timestamp;
        let duration = if told > 0.0 {
            told
        } else {
            self.heard.elapsed().as_secs_f64() * 1000.0
        };
        self.end = Some(End { duration, error });
    }

    /// Its page went away, or its document.
    pub(super) fn abort(&mut self) {
        let duration = self.heard.elapsed().as_secs_f64() * 1000.0;
        self.end = Some(End {
            duration,
            error: Some(String::from("aborted")),
        });
        self.give_up();
    }

    /// Bodies that have not come do not come any more.
    pub(super) fn give_up(&mut self) {
        for state in [&mut self.sent, &mut self.received] {
            if !state.is_settled() {
                *state = BodyState::Omitted("not available");
            }
        }
    }

    /// What becomes of the body of an answer that is complete: text is read, if it is short enough.
    fn wanted(&self, max_body: usize) -> BodyState {
        let Some(response) = &self.response else {
            return BodyState::Omitted("no answer");
        };
        if self.is_redirect() {
            return BodyState::Omitted("redirect");
        }
        if self.method == "HEAD" || matches!(response.status, 101 | 204 | 205 | 304) || self.kind == "preflight" {
            return BodyState::Omitted("no body");
        }
        if self.kind == "eventsource" {
            return BodyState::Omitted("stream");
        }
        if !is_text(&response.mime_type) {
            return BodyState::Omitted("binary");
        }
        if size(response).is_some_and(|size| usize::try_from(size).map_or(true, |size| size > max_body)) {
            return BodyState::Omitted("too large");
        }
        BodyState::Asked
    }

    /// A body has been read, or not.
    pub(super) fn read(&mut self, data_type: DataType, bytes: Option<BytesValue>, max_body: usize) {
        let state = match bytes.and_then(text) {
            Some(text) if text.len() > max_body => BodyState::Omitted("too large"),
            Some(text) => BodyState::Text(text),
            None => BodyState::Omitted("not available"),
        };
        match data_type {
            DataType::Request => self.sent = state,
            DataType::Response => self.received = state,
        }
    }

    pub(super) fn record(self) -> NetworkRecord {
        let end = self.end.unwrap_or(End {
            duration: 0.0,
            error: None,
        });
        let mut response = self.response;
        let body_size = match &self.received {
            BodyState::Text(text) => Some(text.len() as u64),
            _ => response.as_ref().and_then(size),
        };
        let (response_body, body_omitted) = match self.received {
            BodyState::Text(text) => (Some(text), None),
            BodyState::Omitted(reason) => (None, Some(reason.to_owned())),
            BodyState::Open | BodyState::Asked => (None, Some(String::from("not available"))),
        };
        let post_data = match self.sent {
            BodyState::Text(text) => Some(text),
            _ => None,
        };
        let received = response.as_mut().map(|response| std::mem::take(&mut response.headers));
        NetworkRecord {
            id: self.id,
            page: Some(self.page.page_key().clone()),
            started: self.started,
            method: self.method,
            url: self.url,
            status: response
                .as_ref()
                .map(|response| response.status)
                .filter(|status| *status != 0),
            content_type: response
                .as_ref()
                .map(|response| media_type(&response.mime_type))
                .filter(|mime| !mime.is_empty()),
            request_headers: self.headers,
            response_headers: headers(received.unwrap_or_default()),
            post_data,
            response_body,
            body_omitted,
            body_size,
            resource_type: self.kind,
            duration_ms: end.duration,
            timing: self.timing,
            from_cache: response.is_some_and(|response| response.from_cache),
            redirect_of: self.redirect_of,
            initiator: self.initiator,
            error: end.error,
        }
    }
}

/// The id of one hop of a request.
pub(super) fn hop_id(request: &str, redirects: u32) -> String {
    format!("{request}.{redirects}")
}

/// The bytes of a body, decoded where that is known.
fn size(response: &Response) -> Option<u64> {
    match response.content.size {
        0 => response.body_size,
        size => Some(size),
    }
}
