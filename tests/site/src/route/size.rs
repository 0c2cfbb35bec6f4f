//! Bodies of a chosen size, and downloads.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery},
    http::header,
    response::Response,
};
use futures::{StreamExt as _, stream};

use super::{Query, slow::in_pieces};
use crate::page::{html, typed, with_header};

/// The largest body that an address may ask for, in kB.
const MAX_KB: u64 = 256 * 1024;

/// A page of `?kb=` kilobytes (default 1024), exactly.
pub(super) async fn large(query: RawQuery) -> Response {
    let head = "<!doctype html><title>Large</title><link rel=\"icon\" href=\"data:,\"><h1>Large</h1>\n<pre>\n";
    let mut body = String::from(head);
    let size = kilobytes(&query, 1024).max(head.len());
    while body.len() < size {
        body.push_str("a line of text, sixty-four bytes long with its line end, no more\n");
    }
    body.truncate(size);
    html(body)
}

/// `?kb=` kilobytes (default 1) of every byte value in turn.
pub(super) async fn binary(query: RawQuery) -> Response {
    typed("application/octet-stream", every_byte(kilobytes(&query, 1)))
}

/// An attachment named by the address, or by `?as=` where the name is to be a hostile one. `?kb=` is its size
/// (default: a line of text), `?ms=` sends it in pieces of 1 kB with pauses, `?cut=1` breaks the connection.
pub(super) async fn download(Path(name): Path<String>, query: RawQuery) -> Response {
    let parsed = Query::parse(&query);
    let content = match parsed.get("kb") {
        Some(_) => every_byte(kilobytes(&query, 1)),
        None => format!("content of {name}\n").into_bytes(),
    };
    let body = if parsed.get("cut").is_some() {
        cut(content)
    } else if let Some(ms) = parsed.get("ms").and_then(|ms| ms.parse().ok()) {
        let pieces: Vec<Bytes> = content.chunks(1024).map(Bytes::copy_from_slice).collect();
        Body::from_stream(in_pieces(pieces.into_iter(), Duration::from_millis(ms)))
    } else {
        content.into()
    };
    let shown = parsed.get("as").unwrap_or(&name).replace(['\\', '"'], "_");
    let disposition = format!("attachment; filename=\"{shown}\"");
    with_header(
        header::CONTENT_DISPOSITION,
        &disposition,
        typed("application/octet-stream", body),
    )
}

/// The content, then an error in place of the end.
fn cut(content: Vec<u8>) -> Body {
    let pieces = stream::iter([Ok(Bytes::from(content)), Err(io::Error::other("cut on purpose"))]);
    // The pause lets the first piece leave before the connection breaks.
    Body::from_stream(pieces.then(|piece| async {
        tokio::task::yield_now().await;
        piece
    }))
}

fn kilobytes(query: &RawQuery, default: u64) -> usize {
    usize::try_from(Query::parse(query).number("kb", default, MAX_KB) * 1024).unwrap_or(usize::MAX)
}

fn every_byte(size: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(size).collect()
}
