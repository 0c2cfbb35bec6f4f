//! Messages of WebSockets and EventSources; a WebSocket's handshake is told when it is closed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use greenroom_session_core::backend::{Event, FrameRecord, PageKey};
use serde_json::Value;

use super::Out;
use super::collect::{Origin, with};
use super::event::{Only, SocketAnswered, SocketAsked, SocketCreated, SocketError, SocketFrame, StreamMessage};
use super::hop::{BodyState, Hop};
use crate::page::CdpPage;

/// The opcode of a binary message.
const BINARY: f64 = 2.0;

/// The WebSockets that are open.
#[derive(Debug, Default)]
pub(super) struct Sockets(HashMap<String, Socket>);

#[derive(Debug)]
struct Socket {
    page: Option<Arc<CdpPage>>,
    handshake: Hop,
    error: Option<String>,
}

impl Sockets {
    pub(super) fn take(&mut self, method: &str, params: Value, origin: &Origin<'_>, outs: &mut Vec<Out>) {
        match method {
            "Network.webSocketCreated" => with(params, |created: SocketCreated| {
                let handshake = Hop::socket(created.url, &created.initiator);
                self.0.insert(
                    created.request_id,
                    Socket {
                        page: origin.page.cloned(),
                        handshake,
                        error: None,
                    },
                );
            }),
            "Network.webSocketWillSendHandshakeRequest" => with(params, |asked: SocketAsked| {
                if let Some(socket) = self.0.get_mut(&asked.request_id) {
                    socket
                        .handshake
                        .asked(asked.request.headers, asked.timestamp, asked.wall_time);
                }
            }),
            "Network.webSocketHandshakeResponseReceived" => with(params, |answered: SocketAnswered| {
                if let Some(socket) = self.0.get_mut(&answered.request_id) {
                    socket.handshake.response = Some(answered.response);
                }
            }),
            "Network.webSocketFrameSent" => with(params, |frame| self.frame("websocket-sent", frame, outs)),
            "Network.webSocketFrameReceived" => with(params, |frame| self.frame("websocket-received", frame, outs)),
            "Network.webSocketFrameError" => with(params, |error| self.error(error, outs)),
            "Network.webSocketClosed" => with(params, |only: Only| {
                if let Some(socket) = self.0.remove(&only.request_id) {
                    outs.push(socket.closed());
                }
            }),
            _ => {}
        }
    }

    fn frame(&mut self, kind: &'static str, frame: SocketFrame, outs: &mut Vec<Out>) {
        if let Some(socket) = self.0.get(&frame.request_id) {
            let binary = (frame.response.opcode - BINARY).abs() < f64::EPSILON;
            outs.push(told(
                kind,
                socket.page_key(),
                &socket.handshake.url,
                frame.response.payload_data,
                binary,
            ));
        }
    }

    fn error(&mut self, error: SocketError, outs: &mut Vec<Out>) {
        if let Some(socket) = self.0.get_mut(&error.request_id) {
            socket.error = Some(error.error_message.clone());
            let page = socket.page_key();
            outs.push(told(
                "websocket-error",
                page,
                &socket.handshake.url,
                error.error_message,
                false,
            ));
        }
    }

    /// The browser is lost with all of them.
    pub(super) fn lost(&mut self, outs: &mut Vec<Out>) {
        outs.extend(self.0.drain().map(|(_, socket)| socket.closed()));
    }

    /// A page is gone with its WebSockets.
    pub(super) fn page_gone(&mut self, page: &str, outs: &mut Vec<Out>) {
        let of_it = |_: &String, socket: &mut Socket| socket.page_key().is_some_and(|key| key.0 == page);
        outs.extend(self.0.extract_if(of_it).map(|(_, socket)| socket.closed()));
    }
}

impl Socket {
    fn page_key(&self) -> Option<PageKey> {
        self.page.as_ref().map(|page| page.page_key().clone())
    }

    fn closed(mut self) -> Out {
        let page = self.page_key();
        self.handshake.close(self.error.take());
        Out::Tell(Event::Network(Box::new(self.handshake.record(page, None, None))))
    }
}

/// A message of an EventSource.
pub(super) fn stream_message(message: StreamMessage, url: &str, origin: &Origin<'_>, outs: &mut Vec<Out>) {
    let page = origin.page.map(|page| page.page_key().clone());
    outs.push(told("eventsource-message", page, url, message.data, false));
}

fn told(kind: &'static str, page: Option<PageKey>, url: &str, data: String, binary: bool) -> Out {
    let record = FrameRecord {
        page,
        at: SystemTime::now(),
        kind,
        url: url.to_owned(),
        data,
        binary,
    };
    Out::Tell(Event::Frame(Box::new(record)))
}

impl Hop {
    /// A WebSocket is closed; its time is that until now.
    fn close(&mut self, error: Option<String>) {
        self.abort();
        if let Some(now) = self.ended_at() {
            self.end(now, error, BodyState::Omitted("websocket"));
        }
    }
}
