//! Connections that stay open: a WebSocket echo and an event stream. The same address shows the page that uses it.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{
        RawQuery,
        ws::{Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

use super::{Query, slow::in_pieces};
use crate::page::{html, typed};

/// The page, or for a WebSocket request an echo of every message.
pub(super) async fn websocket(upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade.on_upgrade(echo).into_response(),
        Err(_) => html(include_str!("../../pages/ws.html")),
    }
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let sent = match message {
            Message::Text(_) | Message::Binary(_) => socket.send(message).await,
            Message::Close(_) => return,
            // Pongs are sent by the library.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}

/// The page, or for an EventSource five events with `?ms=` milliseconds between them (default 50).
pub(super) async fn events(headers: HeaderMap, query: RawQuery) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        return html(include_str!("../../pages/events.html"));
    }
    let pause = Duration::from_millis(Query::parse(&query).number("ms", 50, 60_000));
    let lines = [
        "data: first\n\n",
        "id: 2\ndata: second\n\n",
        "event: price\ndata: {\"sku\":\"lamp\"}\n\n",
        ": a comment\n\n",
        "event: end\ndata: done\n\n",
    ];
    typed(
        "text/event-stream",
        Body::from_stream(in_pieces(lines.into_iter(), pause)),
    )
}
