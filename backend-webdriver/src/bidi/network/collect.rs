//! The requests of a context that have not been told yet.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{Event, RequestSent};
use tokio::time::Instant;

use super::hop::{Hop, hop_id};
use super::{Out, Wanted};
use crate::bidi::page::BidiPage;
use crate::bidi::protocol::network::{Data, DataType, RequestEvent};

/// How long after its end a request waits for what is still expected of it.
const LATE: Duration = Duration::from_millis(500);

/// How many redirects are remembered whose next hop has not come.
const REDIRECTS: usize = 64;

/// A request's id, and which of its redirects.
pub(crate) type HopId = (String, u32);

/// Puts the parts of requests together.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "the protocol's own name")]
pub(crate) struct Collector {
    /// Where bodies are kept, by the driver's id; `None`: nowhere.
    collector: Option<String>,
    max_body: usize,
    hops: HashMap<HopId, Hop>,
    /// Requests that wait for the last time, in the order of their moments.
    waiting: VecDeque<(Instant, HopId)>,
    /// The addresses of requests that were redirected, by the hops that follow.
    redirects: VecDeque<(HopId, String)>,
    /// The last navigation of each page that asked for a document, and when.
    documents: HashMap<String, (String, Instant)>,
}

impl Collector {
    pub(crate) fn new(collector: Option<String>, max_body: usize) -> Self {
        Self {
            collector,
            max_body,
            hops: HashMap::new(),
            waiting: VecDeque::new(),
            redirects: VecDeque::new(),
            documents: HashMap::new(),
        }
    }

    /// Takes a `network.` event.
    pub(super) fn take(
        &mut self,
        name: &str,
        mut event: RequestEvent,
        page: &Arc<BidiPage>,
        is_main: bool,
        outs: &mut Vec<Out>,
    ) {
        let id = (event.request.request.clone(), event.redirect_count);
        if name == "beforeRequestSent" {
            self.begin(id, event, page, is_main, outs);
            return;
        }
        let Some(hop) = self.hops.get_mut(&id).filter(|hop| !hop.has_ended()) else {
            return;
        };
        hop.update(&mut event);
        // With what follows a redirect, chromedriver may tell the former status first: one that redirects is told at its end.
        if name != "responseStarted" || !hop.is_redirect() {
            let started = hop.started().map(Box::new).map(Event::ResponseStarted);
            outs.extend(started.map(Out::Tell));
        }
        match (&hop.navigation, &hop.response, &event.error_text) {
            (Some(navigation), _, Some(why)) => page.facts.send_modify(|facts| facts.failed(navigation, why)),
            (Some(navigation), Some(response), None) if !hop.is_redirect() => {
                page.facts
                    .send_modify(|facts| facts.answered(navigation, response.status));
            }
            _ => {}
        }
        if matches!(name, "responseCompleted" | "fetchError") {
            self.end(&id, &event, outs);
        }
    }

    fn begin(&mut self, id: HopId, event: RequestEvent, page: &Arc<BidiPage>, is_main: bool, outs: &mut Vec<Out>) {
        let before = self.redirects.iter().position(|(next, _)| *next == id);
        let redirect_of = before
            .and_then(|index| self.redirects.remove(index))
            .map(|(_, url)| url);
        if self.hops.contains_key(&id) {
            return;
        }
        page.facts.send_modify(|facts| facts.open += 1);
        let redirected_from = id.1.checked_sub(1).map(|before| hop_id(&id.0, before));
        let hop = Hop::new(event, page, is_main, redirect_of);
        let told = hop.sent(redirected_from);
        outs.push(Out::Tell(Event::RequestSent(Box::new(told))));
        if let (Some(navigation), 0) = (&hop.navigation, id.1) {
            let began = (navigation.clone(), Instant::now());
            self.documents.insert(page.page_key().0.clone(), began);
        }
        self.hops.insert(id, hop);
    }

    /// A request that was sent, as it was told.
    pub(crate) fn sent(&self, id: &HopId) -> Option<RequestSent> {
        self.hops.get(id).map(|hop| hop.sent(None))
    }

    fn end(&mut self, id: &HopId, event: &RequestEvent, outs: &mut Vec<Out>) {
        let Some(hop) = self.hops.get_mut(id) else { return };
        let wanted = hop.end(event, self.collector.is_some(), self.max_body);
        if hop.is_redirect() {
            if self.redirects.len() == REDIRECTS {
                self.redirects.pop_front();
            }
            self.redirects.push_back(((id.0.clone(), id.1 + 1), hop.url.clone()));
        }
        count_end(hop);
        for data_type in [DataType::Request, DataType::Response] {
            let body = self.collector.clone().map(|collector| Wanted {
                data_type,
                collector,
                request: id.0.clone(),
                hop: id.1,
            });
            let is_wanted = wanted.contains(&data_type);
            // A redirect's next hop has the same id, and its body is still to come.
            let is_kept = data_type == DataType::Response && !hop.is_redirect() && event.error_text.is_none();
            match body {
                Some(body) if is_wanted => outs.push(Out::Read(body)),
                Some(body) if is_kept => outs.push(Out::Drop(body)),
                _ => {}
            }
        }
        self.waiting.push_back((Instant::now() + LATE, id.clone()));
        self.tell(id, outs);
    }

    /// A body has been read, or could not be.
    pub(super) fn body(&mut self, wanted: &Wanted, data: Option<Data>, outs: &mut Vec<Out>) {
        let id = (wanted.request.clone(), wanted.hop);
        if let Some(hop) = self.hops.get_mut(&id) {
            hop.read(wanted.data_type, data.map(|data| data.bytes), self.max_body);
            self.tell(&id, outs);
        }
    }

    /// Tells a request if it is complete.
    fn tell(&mut self, id: &HopId, outs: &mut Vec<Out>) {
        if !self.hops.get(id).is_some_and(Hop::is_settled) {
            return;
        }
        if let Some(hop) = self.hops.remove(id) {
            hop.page
                .facts
                .send_modify(|facts| facts.settling = facts.settling.saturating_sub(1));
            outs.push(Out::Tell(Event::Network(Box::new(hop.record()))));
        }
    }

    /// When the next request has waited long enough.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.waiting.front().map(|(due, _)| *due)
    }

    /// Tells what has waited long enough.
    pub(super) fn overdue(&mut self, outs: &mut Vec<Out>) {
        let now = Instant::now();
        while self.waiting.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, id)) = self.waiting.pop_front() {
                self.finish(&id, outs);
            }
        }
    }

    /// Tells a request as it is.
    fn finish(&mut self, id: &HopId, outs: &mut Vec<Out>) {
        if let Some(hop) = self.hops.get_mut(id) {
            if hop.has_ended() {
                hop.give_up();
            } else {
                hop.abort();
                count_end(hop);
            }
            self.tell(id, outs);
        }
    }

    /// Another document shows in a page: its former ones' requests that do not end in a moment never do.
    pub(super) fn document_replaced(&mut self, page: &str, navigation: &str) {
        let now = Instant::now();
        let asked = self.documents.get(page).filter(|(of, _)| of == navigation);
        let began = asked.map_or(now, |(_, began)| *began);
        for (id, hop) in &self.hops {
            let is_former = hop.heard < began && hop.page.page_key().0 == page;
            if is_former && !hop.has_ended() {
                self.waiting.push_back((now + LATE, id.clone()));
            }
        }
    }

    /// A page is gone: whatever was loading for it has failed.
    pub(super) fn page_gone(&mut self, page: &str, outs: &mut Vec<Out>) {
        self.documents.remove(page);
        let of_it = self.hops.iter().filter(|(_, hop)| hop.page.page_key().0 == page);
        let ids: Vec<HopId> = of_it.map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.finish(&id, outs);
        }
    }

    /// The connection is lost: so is whatever was loading.
    pub(super) fn lost(&mut self, outs: &mut Vec<Out>) {
        let ids: Vec<HopId> = self.hops.keys().cloned().collect();
        for id in ids {
            self.finish(&id, outs);
        }
    }
}

fn count_end(hop: &Hop) {
    hop.page.facts.send_modify(|facts| {
        facts.open = facts.open.saturating_sub(1);
        facts.settling += 1;
    });
}
