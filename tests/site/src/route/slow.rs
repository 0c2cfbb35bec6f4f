//! Answers that come late, in pieces, or never.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::RawQuery,
    response::Response,
};
use futures::{Stream, stream};

use super::Query;
use crate::page::{html, message};

/// The longest pause that an address may ask for.
const MAX_PAUSE_MS: u64 = 600_000;

/// Answers after `?ms=` milliseconds (default 1000).
pub(super) async fn slow(query: RawQuery) -> Response {
    let ms = Query::parse(&query).number("ms", 1000, MAX_PAUSE_MS);
    tokio::time::sleep(Duration::from_millis(ms)).await;
    message("Slow", &format!("a page that took {ms} ms"))
}

/// Accepts the request and never answers.
pub(super) async fn hang() -> Response {
    std::future::pending().await
}

/// Sends a page in `?n=` pieces (default 10) with `?ms=` milliseconds between them (default 100).
pub(super) async fn drip(query: RawQuery) -> Response {
    let query = Query::parse(&query);
    let head = "<!doctype html><title>Drip</title><link rel=\"icon\" href=\"data:,\"><h1>Drip</h1>\n";
    let count = query.number("n", 10, 10_000);
    let pieces = std::iter::once(head.to_owned()).chain((0..count).map(|piece| format!("<p>piece {piece}</p>\n")));
    html(Body::from_stream(in_pieces(
        pieces,
        Duration::from_millis(query.number("ms", 100, MAX_PAUSE_MS)),
    )))
}

/// Yields each piece, with a pause before each but the first.
pub(super) fn in_pieces<P: Into<Bytes>>(
    pieces: impl Iterator<Item = P> + Send + 'static,
    pause: Duration,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    stream::unfold((pieces, Duration::ZERO), move |(mut pieces, before)| async move {
        let piece = pieces.next()?.into();
        if !before.is_zero() {
            tokio::time::sleep(before).await;
        }
        Some((Ok(piece), (pieces, pause)))
    })
}
