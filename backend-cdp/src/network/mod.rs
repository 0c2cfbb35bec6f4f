//! Requests and their answers, put together from many events into one record each.
//!
//! The parts of one request come from different processes in any order: what the page asked for, what was really sent
//! (`…ExtraInfo`), redirects, the answer, its end, its body. A record goes out when all that is expected is there, or a
//! moment after the end if something does not come.

mod collect;
mod event;
mod form;
mod hop;
mod paused;
mod socket;

use chromiumoxide::cdp::browser_protocol::network::GetResponseBodyParams;
use greenroom_session_core::backend::{ContextKey, Event};
use serde_json::Value;

use crate::connection::{Answer, SessionId, read};
use crate::hub::Router;

pub(crate) use collect::{Collector, Origin};
pub(crate) use paused::Paused;

/// What is to be done after an event.
pub(crate) enum Out {
    /// Something to tell.
    Tell(Event),
    /// A body to read.
    Body {
        /// The session that has it.
        session: SessionId,
        /// The request's id.
        request: String,
    },
}

impl Router {
    /// Takes a `Network.` event.
    pub(crate) fn network_event(&mut self, id: &SessionId, method: &str, params: Value) {
        let Some(session) = self.sessions.get(id) else { return };
        let Some(context) = self.contexts.get_mut(&session.context) else {
            return;
        };
        let origin = Origin {
            session: id,
            page: session.page.as_ref(),
        };
        let mut outs = Vec::new();
        context.network.take(method, params, &origin, &mut outs);
        let key = session.context.clone();
        self.carry_out(&key, outs);
    }

    /// Another document shows in a page.
    pub(crate) fn network_document_replaced(&mut self, id: &SessionId, loader: &str) {
        let Some(session) = self.sessions.get(id) else { return };
        let Some(context) = self.contexts.get_mut(&session.context) else {
            return;
        };
        let mut outs = Vec::new();
        context.network.document_replaced(&session.target, loader, &mut outs);
        let key = session.context.clone();
        self.carry_out(&key, outs);
    }

    /// Tells the records of whatever was loading for a page that is gone.
    pub(crate) fn network_page_gone(&mut self, key: &ContextKey, page: &str) {
        let Some(context) = self.contexts.get_mut(key) else {
            return;
        };
        let mut outs = Vec::new();
        context.network.page_gone(page, &mut outs);
        self.carry_out(key, outs);
    }

    /// The same for a frame or worker.
    pub(crate) fn network_session_gone(&mut self, key: &ContextKey, session: &SessionId, is_frame: bool) {
        let Some(context) = self.contexts.get_mut(key) else {
            return;
        };
        let mut outs = Vec::new();
        context.network.session_gone(session, is_frame, &mut outs);
        self.carry_out(key, outs);
    }

    /// Tells the records that have waited long enough for what does not come.
    pub(crate) fn network_overdue(&mut self) {
        let mut all = Vec::new();
        for (key, context) in &mut self.contexts {
            let mut outs = Vec::new();
            context.network.overdue(&mut outs);
            all.push((key.clone(), outs));
        }
        for (key, outs) in all {
            self.carry_out(&key, outs);
        }
    }

    /// Tells the records of whatever was loading when the browser was lost.
    pub(crate) fn network_lost(&mut self) {
        let keys: Vec<ContextKey> = self.contexts.keys().cloned().collect();
        for key in keys {
            let mut outs = Vec::new();
            if let Some(context) = self.contexts.get_mut(&key) {
                context.network.lost(&mut outs);
            }
            self.carry_out(&key, outs);
        }
    }

    fn carry_out(&mut self, key: &ContextKey, outs: Vec<Out>) {
        for out in outs {
            match out {
                Out::Tell(event) => {
                    if let Some(context) = self.contexts.get(key) {
                        context.sink.event(event);
                    }
                }
                Out::Body { session, request } => {
                    let of = key.clone();
                    let ask = GetResponseBodyParams::new(request.clone());
                    self.wire.then(Some(&session), ask, move |router, answer| {
                        router.body(&of, &request, answer);
                    });
                }
            }
        }
    }

    fn body(&mut self, key: &ContextKey, request: &str, answer: Answer) {
        let Some(context) = self.contexts.get_mut(key) else {
            return;
        };
        let mut outs = Vec::new();
        context.network.body(request, answer.and_then(read).ok(), &mut outs);
        self.carry_out(key, outs);
    }
}
