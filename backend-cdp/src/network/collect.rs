//! The requests of a context that have not been told yet.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::Event;
use serde_json::Value;
use tokio::time::Instant;

use super::Out;
use super::event::{Body, Data, Ended, Extra, Headers, Only, Received, WillBeSent};
use super::hop::{BodyState, Hop};
use super::socket::Sockets;
use crate::connection::{SessionId, read};
use crate::page::CdpPage;

/// How long after its end a request waits for what is still expected of it.
const LATE: Duration = Duration::from_millis(500);

/// How many requests may have parts that came before their beginning.
const EARLY: usize = 256;

/// Where an event comes from.
pub(crate) struct Origin<'a> {
    pub(crate) session: &'a SessionId,
    pub(crate) page: Option<&'a Arc<CdpPage>>,
}

/// Puts the parts of requests together.
#[derive(Debug)]
pub(crate) struct Collector {
    max_body: usize,
    requests: HashMap<String, Request>,
    /// Parts whose request has not begun yet, oldest first.
    early: VecDeque<(String, Extras)>,
    /// Requests that have ended and are not told, in the order of their ends.
    ended: VecDeque<(Instant, String)>,
    sockets: Sockets,
}

#[derive(Debug)]
struct Request {
    session: SessionId,
    page: Option<Arc<CdpPage>>,
    /// Redirected ones first; all that are not told yet.
    hops: VecDeque<Hop>,
    /// How many redirects there were.
    redirects: usize,
    /// How many hops with extras have been told.
    told: usize,
    extras: Extras,
    is_main_document: bool,
    /// The loader of the document that asked for it; empty for a worker's.
    loader: String,
}

/// What was really sent and received, in the order of hops.
#[derive(Debug, Default)]
struct Extras {
    sent: Vec<Headers>,
    received: Vec<(Headers, Option<u16>)>,
}

impl Collector {
    pub(crate) fn new(max_body: usize) -> Self {
        Self {
            max_body,
            requests: HashMap::new(),
            early: VecDeque::new(),
            ended: VecDeque::new(),
            sockets: Sockets::default(),
        }
    }

    /// Takes a `Network.` event.
    pub(crate) fn take(&mut self, method: &str, params: Value, origin: &Origin<'_>, outs: &mut Vec<Out>) {
        match method {
            "Network.requestWillBeSent" => with(params, |sent| self.sent(sent, origin, outs)),
            "Network.requestWillBeSentExtraInfo" => with(params, |extra: Extra| {
                self.extras(&extra.request_id).sent.push(extra.headers);
            }),
            "Network.responseReceivedExtraInfo" => with(params, |extra: Extra| {
                self.extras(&extra.request_id)
                    .received
                    .push((extra.headers, extra.status_code));
                self.tell(&extra.request_id, false, outs);
            }),
            "Network.requestServedFromCache" => with(params, |only: Only| {
                if let Some(hop) = self.last(&only.request_id) {
                    hop.from_cache = true;
                }
            }),
            "Network.responseReceived" => with(params, |received| self.received(received, outs)),
            "Network.dataReceived" => with(params, |data: Data| {
                if let Some(hop) = self.last(&data.request_id) {
                    hop.bytes += data.data_length;
                }
            }),
            "Network.loadingFinished" | "Network.loadingFailed" => with(params, |ended| self.ended(ended, outs)),
            "Network.eventSourceMessageReceived" => with(params, |message| {
                let url = self.last_url(&message);
                super::socket::stream_message(message, &url, origin, outs);
            }),
            _ => self.sockets.take(method, params, origin, outs),
        }
    }

    fn last_url(&self, message: &super::event::StreamMessage) -> String {
        let request = self.requests.get(&message.request_id);
        request
            .and_then(|request| request.hops.back())
            .map(|hop| hop.url.clone())
            .unwrap_or_default()
    }

    fn sent(&mut self, mut sent: WillBeSent, origin: &Origin<'_>, outs: &mut Vec<Out>) {
        let id = sent.request_id.clone();
        let redirect = sent.redirect_response.take();
        let Some(request) = self.requests.get_mut(&id) else {
            self.begin(id, sent, origin, outs);
            return;
        };
        // Without a redirect it is the same request, told by another session too.
        let (Some(response), Some(hop)) = (redirect, request.hops.back_mut()) else {
            return;
        };
        hop.response = Some(response);
        hop.has_extra = Some(sent.redirect_has_extra_info);
        hop.end(sent.timestamp, None, BodyState::Omitted("redirect"));
        let page = request.page.as_ref().map(|page| page.page_key().clone());
        let started = hop.started(page.clone()).map(Box::new).map(Event::ResponseStarted);
        outs.extend(started.map(Out::Tell));
        let (redirect_of, before) = (hop.url.clone(), hop.id.clone());
        request.redirects += 1;
        let next = Hop::new(sent, Some(redirect_of), format!("{id}.{}", request.redirects));
        let told = next.sent(page, request.is_main_document, Some(before));
        request.hops.push_back(next);
        // The former one's end, where that is known, comes first.
        self.tell(&id, false, outs);
        outs.push(Out::Tell(Event::RequestSent(Box::new(told))));
    }

    fn begin(&mut self, id: String, mut sent: WillBeSent, origin: &Origin<'_>, outs: &mut Vec<Out>) {
        let early = self
            .early
            .iter()
            .position(|(of, _)| *of == id)
            .and_then(|index| self.early.remove(index));
        let is_of_main = |page: &Arc<CdpPage>| sent.frame_id.as_deref() == Some(page.page_key().0.as_str());
        let is_main_document = sent.r#type == "Document" && origin.page.is_some_and(is_of_main);
        let loader = std::mem::take(&mut sent.loader_id);
        let hop = Hop::new(sent, None, id.clone());
        let page = origin.page.map(|page| page.page_key().clone());
        let told = hop.sent(page, is_main_document, None);
        outs.push(Out::Tell(Event::RequestSent(Box::new(told))));
        let request = Request {
            session: Arc::clone(origin.session),
            page: origin.page.cloned(),
            hops: VecDeque::from([hop]),
            redirects: 0,
            told: 0,
            extras: early.map(|(_, extras)| extras).unwrap_or_default(),
            is_main_document,
            loader,
        };
        request.count(|open, _| *open += 1);
        self.requests.insert(id, request);
    }

    fn extras(&mut self, id: &str) -> &mut Extras {
        if let Some(request) = self.requests.get_mut(id) {
            return &mut request.extras;
        }
        let index = self.early.iter().position(|(of, _)| of == id).unwrap_or_else(|| {
            if self.early.len() == EARLY {
                self.early.pop_front();
            }
            self.early.push_back((id.to_owned(), Extras::default()));
            self.early.len() - 1
        });
        &mut self.early[index].1
    }

    /// Of what type a request is that was told.
    pub(crate) fn kind(&self, id: &str) -> Option<&str> {
        self.requests.get(id)?.hops.back().map(Hop::kind)
    }

    fn last(&mut self, id: &str) -> Option<&mut Hop> {
        self.requests.get_mut(id)?.hops.back_mut()
    }

    fn received(&mut self, received: Received, outs: &mut Vec<Out>) {
        let Some(request) = self.requests.get_mut(&received.request_id) else {
            return;
        };
        if let (true, Some(page)) = (request.is_main_document, &request.page) {
            page.facts
                .send_modify(|facts| facts.answered(&received.request_id, received.response.status));
        }
        let Some(hop) = request.hops.back_mut() else { return };
        hop.set_kind(&received.r#type);
        hop.has_extra = received.has_extra_info;
        hop.response = Some(received.response);
        let page = request.page.as_ref().map(|page| page.page_key().clone());
        let started = hop.started(page).map(Box::new).map(Event::ResponseStarted);
        outs.extend(started.map(Out::Tell));
    }

    fn ended(&mut self, ended: Ended, outs: &mut Vec<Out>) {
        let Some(request) = self.requests.get_mut(&ended.request_id) else {
            return;
        };
        let error = ended.error_text.map(|text| match ended.blocked_reason {
            Some(reason) => format!("{text} (blocked: {reason})"),
            None => text,
        });
        if let (true, Some(page), Some(why)) = (request.is_main_document, &request.page, &error) {
            page.facts.send_modify(|facts| facts.failed(&ended.request_id, why));
        }
        let Some(hop) = request.hops.back_mut().filter(|hop| !hop.has_ended()) else {
            return;
        };
        let body = if error.is_some() {
            BodyState::Omitted("failed")
        } else {
            hop.wanted(self.max_body)
        };
        if body == BodyState::Asked {
            outs.push(Out::Body {
                session: Arc::clone(&request.session),
                request: ended.request_id.clone(),
            });
        }
        if error.is_some() && hop.response.is_none() {
            // Whether it got as far as to be sent is not said.
            hop.has_extra = Some(false);
        }
        hop.end(ended.timestamp, error, body);
        request.count_end();
        self.ended.push_back((Instant::now() + LATE, ended.request_id.clone()));
        self.tell(&ended.request_id, false, outs);
    }

    /// A body has been read, or could not be.
    pub(crate) fn body(&mut self, id: &str, body: Option<Body>, outs: &mut Vec<Out>) {
        let max_body = self.max_body;
        if let Some(hop) = self.last(id).filter(|hop| hop.body == BodyState::Asked) {
            hop.read(body, max_body);
            self.tell(id, false, outs);
        }
    }

    /// Tells the hops of a request that are complete; with `force`, also what only waits for extras or its body.
    fn tell(&mut self, id: &str, force: bool, outs: &mut Vec<Out>) {
        let Some(request) = self.requests.get_mut(id) else {
            return;
        };
        while let Some(hop) = request.hops.front() {
            let has_extras = hop.has_extra != Some(true) || request.extras.received.len() > request.told;
            if !(hop.is_settled() && has_extras || force && hop.has_ended()) {
                return;
            }
            let Some(hop) = request.hops.pop_front() else { return };
            let page = request.page.as_ref().map(|page| page.page_key().clone());
            let (sent, received) = request.take_extras(&hop);
            outs.push(Out::Tell(Event::Network(Box::new(hop.record(page, sent, received)))));
        }
        request.count(|_, settling| *settling = settling.saturating_sub(1));
        self.requests.remove(id);
    }

    /// When the next request has waited long enough.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.ended.front().map(|(due, _)| *due)
    }

    /// Tells what has waited long enough.
    pub(crate) fn overdue(&mut self, outs: &mut Vec<Out>) {
        let now = Instant::now();
        while self.ended.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, id)) = self.ended.pop_front() {
                if let Some(request) = self.requests.get_mut(&id) {
                    request.abort();
                }
                self.tell(&id, true, outs);
            }
        }
    }

    /// Another document shows in a page: its former ones' requests that do not end in a moment never do, as their
    /// renderer may be gone, and their WebSockets are closed.
    pub(crate) fn document_replaced(&mut self, page: &str, loader: &str, outs: &mut Vec<Out>) {
        let due = Instant::now() + LATE;
        for (id, request) in &self.requests {
            let is_former = !request.loader.is_empty() && request.loader != loader && request.is_of(page);
            if is_former && request.hops.back().is_some_and(|hop| !hop.has_ended()) {
                self.ended.push_back((due, id.clone()));
            }
        }
        self.sockets.page_gone(page, outs);
    }

    /// A page is gone: whatever was loading for it has failed.
    pub(crate) fn page_gone(&mut self, page: &str, outs: &mut Vec<Out>) {
        self.abort(|request| request.is_of(page), outs);
        self.sockets.page_gone(page, outs);
    }

    /// The browser is lost: so is whatever was loading.
    pub(crate) fn lost(&mut self, outs: &mut Vec<Out>) {
        self.abort(|_| true, outs);
        self.sockets.lost(outs);
    }

    /// A frame or worker is gone. A frame's document goes on loading in another process.
    pub(crate) fn session_gone(&mut self, session: &SessionId, is_frame: bool, outs: &mut Vec<Out>) {
        let of_it = |request: &Request| {
            let is_document = request.hops.back().is_some_and(|hop| hop.kind() == "document");
            request.session == *session && !(is_frame && is_document)
        };
        self.abort(of_it, outs);
    }

    fn abort(&mut self, of_it: impl Fn(&Request) -> bool, outs: &mut Vec<Out>) {
        let ids: Vec<String> = self
            .requests
            .iter()
            .filter(|(_, request)| of_it(request))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            if let Some(request) = self.requests.get_mut(&id) {
                request.abort();
            }
            self.tell(&id, true, outs);
        }
    }
}

impl Request {
    /// What was really sent and received for a hop.
    fn take_extras(&mut self, hop: &Hop) -> (Option<Headers>, Option<(Headers, Option<u16>)>) {
        if hop.has_extra == Some(false) && hop.response.is_some() {
            return (None, None);
        }
        let index = self.told;
        self.told += 1;
        let sent = self.extras.sent.get_mut(index).map(std::mem::take);
        let received = self.extras.received.get_mut(index).map(std::mem::take);
        (sent, received)
    }

    fn is_of(&self, page: &str) -> bool {
        self.page.as_ref().is_some_and(|of| of.page_key().0 == page)
    }

    fn abort(&mut self) {
        if let Some(hop) = self.hops.back_mut().filter(|hop| !hop.has_ended()) {
            hop.abort();
            self.count_end();
        }
    }

    fn count_end(&self) {
        self.count(|open, settling| {
            *open = open.saturating_sub(1);
            *settling += 1;
        });
    }

    /// Changes how many requests of its page are open, and how many have ended but are not told.
    fn count(&self, change: impl FnOnce(&mut usize, &mut usize)) {
        if let Some(page) = &self.page {
            page.facts
                .send_modify(|facts| change(&mut facts.open, &mut facts.settling));
        }
    }
}

/// Reads an event; one that makes no sense is left out.
pub(super) fn with<T: serde::de::DeserializeOwned>(params: Value, take: impl FnOnce(T)) {
    match read(params) {
        Ok(event) => take(event),
        Err(error) => tracing::debug!(?error, "a network event makes no sense"),
    }
}
