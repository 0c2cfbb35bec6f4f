//! Requests of pages: what the servers get, and the record of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use url::Url;

use super::engine::Engine;
use super::site::{FakeFetch, FakePage, FakeRequest, Loading};
use crate::backend::{Capability, Event, NetworkRecord, PageKey, RequestSent, ResponseStarted};

impl Engine {
    /// Makes a request of a page, and tells its record when it ends; `Err` is why there was no answer.
    pub(super) async fn request(
        self: &Arc<Self>,
        page: &PageKey,
        fetch: &FakeFetch,
        redirect_of: Option<String>,
    ) -> Result<FakePage, String> {
        let started = SystemTime::now();
        let (request, trusting) = self.compose(page, fetch);
        let answer = self.shared.answer(&request);
        self.shared.clock.sleep(answer.delay).await;
        let refusal = match answer.loading {
            Loading::NeverAnswers => std::future::pending().await,
            Loading::Refused => Some("net::ERR_CONNECTION_REFUSED"),
            _ if answer.bad_certificate && !trusting => Some("net::ERR_CERT_AUTHORITY_INVALID"),
            _ => None,
        };
        let id = self.sends(page, &request, fetch, redirect_of.as_deref());
        let mut record = NetworkRecord {
            id,
            page: Some(page.clone()),
            started,
            method: request.method,
            url: request.url.clone(),
            status: None,
            content_type: None,
            request_headers: request.headers,
            response_headers: BTreeMap::new(),
            post_data: request.body,
            response_body: None,
            body_omitted: None,
            body_size: None,
            resource_type: fetch.resource_type.clone(),
            duration_ms: answer.delay.max(Duration::from_micros(100)).as_secs_f64() * 1000.0,
            timing: Value::Null,
            from_cache: false,
            redirect_of,
            initiator: json!({ "type": if fetch.resource_type == "document" { "other" } else { "parser" } }),
            error: None,
        };
        if let Some(reason) = refusal {
            record.error = Some(reason.to_owned());
            record.body_omitted = Some("no answer".to_owned());
        } else {
            self.fill(page, &answer, &mut record);
            self.answers(page, &record);
        }
        self.say(page, Event::Network(Box::new(record)));
        refusal.map_or(Ok(answer), |reason| Err(reason.to_owned()))
    }

    /// Tells that a request is sent; answers its id.
    fn sends(&self, page: &PageKey, request: &FakeRequest, fetch: &FakeFetch, redirect_of: Option<&str>) -> String {
        let (id, redirected_from) = {
            let mut state = self.state();
            let from = redirect_of.and_then(|url| state.redirects.remove(url));
            (format!("request-{}", state.next()), from)
        };
        let is_navigation = fetch.resource_type == "document";
        let sent = RequestSent {
            id: id.clone(),
            page: Some(page.clone()),
            is_navigation,
            is_main: is_navigation,
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            post_data: request.body.clone(),
            resource_type: fetch.resource_type.clone(),
            redirected_from,
        };
        self.say(page, Event::RequestSent(Box::new(sent)));
        id
    }

    /// Tells that the answer has begun.
    fn answers(&self, page: &PageKey, record: &NetworkRecord) {
        let status = record.status.unwrap_or_default();
        if record.response_headers.contains_key("location") {
            self.state().redirects.insert(record.url.clone(), record.id.clone());
        }
        let started = ResponseStarted {
            id: record.id.clone(),
            page: Some(page.clone()),
            status,
            status_text: if status == 200 { "OK" } else { "" }.to_owned(),
            headers: record.response_headers.clone(),
            resource_type: record.resource_type.clone(),
        };
        self.say(page, Event::ResponseStarted(Box::new(started)));
    }

    /// The request as the server gets it, and whether bad certificates are taken.
    fn compose(&self, page: &PageKey, fetch: &FakeFetch) -> (FakeRequest, bool) {
        let mut state = self.state();
        let here = state
            .pages
            .get(page)
            .map(|tab| tab.document.url.clone())
            .unwrap_or_default();
        let resolved = Url::parse(&here)
            .and_then(|here| here.join(&fetch.url))
            .or_else(|_| Url::parse(&fetch.url));
        let url = resolved.map_or_else(|_| fetch.url.clone(), |url| super::world::without_fragment(&url));
        let options = state
            .context_of(page)
            .map(|context| context.options.clone())
            .unwrap_or_default();
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        headers.insert(
            "user-agent".to_owned(),
            user_agent(options.user_agent.as_deref()).to_owned(),
        );
        headers.insert(
            "accept-language".to_owned(),
            options.locale.unwrap_or_else(|| "en-US".to_owned()),
        );
        let cookies = state.jar_of(page).header(&url, false);
        if !cookies.is_empty() {
            headers.insert("cookie".to_owned(), cookies);
        }
        headers.extend(
            options
                .headers
                .into_iter()
                .map(|(name, value)| (name.to_lowercase(), value)),
        );
        let request = FakeRequest {
            method: fetch.method.clone(),
            url,
            headers,
            body: fetch.body.clone(),
            proxy: options.proxy,
        };
        (request, options.ignore_https_errors)
    }

    fn fill(&self, page: &PageKey, answer: &FakePage, record: &mut NetworkRecord) {
        let mut state = self.state();
        for line in &answer.set_cookies {
            state.jar_of(page).take(line, &record.url);
        }
        let limit = state.context_of(page).map_or(0, |context| context.options.max_body);
        drop(state);
        record.status = Some(answer.status);
        record.response_headers.clone_from(&answer.headers);
        record
            .response_headers
            .insert("content-type".to_owned(), answer.content_type.clone());
        if !answer.set_cookies.is_empty() {
            record
                .response_headers
                .insert("set-cookie".to_owned(), answer.set_cookies.join("\n"));
        }
        if let Some(to) = &answer.redirect {
            record.response_headers.insert("location".to_owned(), to.clone());
            record.body_omitted = Some("redirect".to_owned());
            return;
        }
        record.content_type = Some(answer.content_type.clone());
        let source = answer.source();
        record.body_size = Some(source.len() as u64);
        let reason = if !self.has(Capability::ResponseBodies) {
            Some("unsupported")
        } else if answer.download.is_some() {
            Some("download")
        } else if !is_text(&answer.content_type) {
            Some("binary")
        } else if source.len() > limit {
            Some("too large")
        } else {
            None
        };
        match reason {
            Some(reason) => record.body_omitted = Some(reason.to_owned()),
            None => record.response_body = Some(source),
        }
    }
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || content_type.contains("json") || content_type.contains("script")
}

/// `navigator.userAgent`.
pub(super) fn user_agent(set: Option<&str>) -> &str {
    set.unwrap_or("Mozilla/5.0 (fake)")
}
