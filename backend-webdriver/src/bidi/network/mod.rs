//! Requests and their answers, put together from several events into one record each.
//!
//! A record goes out when all that is expected is there: the end, and the bodies, which are read from a collector; or a
//! moment after the end, if something does not come.

mod collect;
mod form;
mod hop;

use greenroom_session_core::backend::Event;
use serde_json::value::RawValue;

use super::connection::read;
use super::error::Native;
use super::hub::Router;
use super::page::BidiPage;
use super::protocol::network::{Data, DataType, DisownData, GetData, RequestEvent};

pub(crate) use collect::Collector;

/// What is to be done after an event.
pub(crate) enum Out {
    /// Something to tell.
    Tell(Event),
    /// A body to read.
    Read(Wanted),
    /// A body that nobody will read.
    Drop(Wanted),
}

/// A body.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) data_type: DataType,
    pub(crate) collector: String,
    pub(crate) request: String,
    /// Which of the request's redirects.
    pub(crate) hop: u32,
}

impl Router {
    /// Takes a `network.` event.
    pub(crate) fn network_event(&mut self, name: &str, params: &RawValue) -> Result<(), Native> {
        let event: RequestEvent = read(params)?;
        let page = event
            .context
            .as_deref()
            .and_then(|context| self.page_of(context))
            .cloned();
        let held = event
            .is_blocked
            .then(|| (event.request.request.clone(), event.redirect_count));
        // A worker that serves several pages belongs to none.
        let mut request = None;
        if let Some(page) = &page {
            let is_main = event.context.as_ref() == Some(&page.page_key().0);
            let mut outs = Vec::new();
            if let Some(context) = self.contexts.get_mut(&page.user_context) {
                context.network.take(name, event, page, is_main, &mut outs);
                request = held.as_ref().and_then(|held| context.network.sent(held));
            }
            self.carry_out(&page.user_context, outs);
        }
        if let Some((hold, redirects)) = held {
            let user_context = page.as_ref().map(|page| page.user_context.as_str());
            self.held(user_context, &hold, redirects, request);
        }
        Ok(())
    }

    /// Another document shows in a page.
    pub(crate) fn network_document_replaced(&mut self, page: &BidiPage, navigation: &str) {
        if let Some(context) = self.contexts.get_mut(&page.user_context) {
            context.network.document_replaced(&page.page_key().0, navigation);
        }
    }

    /// Tells the records of whatever was loading for a page that is gone.
    pub(crate) fn network_page_gone(&mut self, user_context: &str, page: &str) {
        let mut outs = Vec::new();
        if let Some(context) = self.contexts.get_mut(user_context) {
            context.network.page_gone(page, &mut outs);
        }
        self.carry_out(user_context, outs);
    }

    /// Tells the records that have waited long enough for what does not come.
    pub(crate) fn network_overdue(&mut self) {
        self.of_all(Collector::overdue);
    }

    /// Tells the records of whatever was loading when the connection was lost.
    pub(crate) fn network_lost(&mut self) {
        self.of_all(Collector::lost);
    }

    fn of_all(&mut self, act: impl Fn(&mut Collector, &mut Vec<Out>)) {
        let names: Vec<String> = self.contexts.keys().cloned().collect();
        for name in names {
            let mut outs = Vec::new();
            if let Some(context) = self.contexts.get_mut(&name) {
                act(&mut context.network, &mut outs);
            }
            self.carry_out(&name, outs);
        }
    }

    fn carry_out(&mut self, user_context: &str, outs: Vec<Out>) {
        for out in outs {
            match out {
                Out::Tell(event) => {
                    if let Some(context) = self.contexts.get(user_context) {
                        context.sink.event(event);
                    }
                }
                Out::Drop(wanted) => self.wire.post(&DisownData {
                    data_type: wanted.data_type,
                    collector: wanted.collector,
                    request: wanted.request,
                }),
                Out::Read(wanted) => {
                    let of = user_context.to_owned();
                    let ask = GetData {
                        data_type: wanted.data_type,
                        collector: wanted.collector.clone(),
                        request: wanted.request.clone(),
                        disown: true,
                    };
                    self.wire
                        .then(&ask, move |router, answer| router.body(&of, &wanted, answer));
                }
            }
        }
    }

    fn body(&mut self, user_context: &str, wanted: &Wanted, answer: Result<Data, Native>) {
        let mut outs = Vec::new();
        if let Some(context) = self.contexts.get_mut(user_context) {
            context.network.body(wanted, answer.ok(), &mut outs);
        }
        self.carry_out(user_context, outs);
    }
}
