//! Pages about getting somewhere: titles, statuses, redirects, frames of another origin, cookies from the server.

use axum::{
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Query, fixed::INDEX};
use crate::{
    page::{bad_request, escape, fill, html, message, with_header, with_status},
    serve::{Listener, as_localhost},
};

pub(super) async fn title(Path(name): Path<String>) -> Response {
    message(&name, "a page with a title from its address")
}

/// Answers with any status from 200 on, and a page that names it (where the status allows a body).
pub(super) async fn status(Path(code): Path<String>) -> Response {
    let status = code
        .parse()
        .ok()
        .filter(|code| *code >= 200)
        .and_then(|code| StatusCode::from_u16(code).ok());
    match status {
        Some(status @ (StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)) => {
            status.into_response()
        }
        Some(status) => with_status(
            status,
            message(&format!("Status {status}"), "a page with a status from its address"),
        ),
        None => bad_request("a status is a number from 200 to 999"),
    }
}

/// Redirects `count` times, the last time to `/`.
pub(super) async fn redirect(Path(count): Path<u32>) -> Response {
    match count {
        0 => html(INDEX),
        1 => found("/"),
        _ => found(&format!("/redirect/{}", count - 1)),
    }
}

pub(super) async fn redirect_loop() -> Response {
    found("/redirect-loop")
}

/// Redirects to `?url=`, with `?status=` (default 302).
pub(super) async fn redirect_to(query: RawQuery) -> Response {
    let query = Query::parse(&query);
    let code = u16::try_from(query.number("status", 302, 399)).unwrap_or(302);
    let status = StatusCode::from_u16(code)
        .ok()
        .filter(StatusCode::is_redirection)
        .unwrap_or(StatusCode::FOUND);
    with_status(status, found(query.get("url").unwrap_or("/")))
}

/// Sets each parameter as a cookie that scripts can read, and one that they cannot, then goes to `/storage`.
pub(super) async fn set_cookies(query: RawQuery) -> Response {
    let mut answer = found("/storage");
    for (name, value) in Query::parse(&query).0 {
        answer = with_header(
            header::SET_COOKIE,
            &format!("{name}={value}; Path=/; SameSite=Lax"),
            answer,
        );
    }
    with_header(
        header::SET_COOKIE,
        "server-only=1; Path=/; HttpOnly; SameSite=Lax",
        answer,
    )
}

pub(super) async fn frames(State(listener): State<Listener>) -> Response {
    let site = as_localhost(&listener.other);
    html(fill(
        include_str!("../../pages/frames.html"),
        &[("other", &listener.other), ("site", &site)],
    ))
}

pub(super) async fn nested_frames(State(listener): State<Listener>) -> Response {
    html(fill(
        include_str!("../../pages/frame-nested.html"),
        &[("other", &listener.other)],
    ))
}

/// A page with a frame of another site, moved and scaled, in which there is one of another origin again: `/framed/colour`.
pub(super) async fn scaled_frame(State(listener): State<Listener>) -> Response {
    let site = as_localhost(&listener.other);
    html(fill(include_str!("../../pages/framed-scaled.html"), &[("site", &site)]))
}

/// The document between.
pub(super) async fn frame_between(State(listener): State<Listener>) -> Response {
    html(fill(
        include_str!("../../pages/framed-between.html"),
        &[("other", &listener.other)],
    ))
}

/// A page with a frame for each `?src=`, in that order; their elements are `frame-0`, `frame-1`, …
pub(super) async fn framed(query: RawQuery) -> Response {
    let parsed = Query::parse(&query);
    let sources = parsed.0.iter().filter(|(name, _)| name == "src");
    let frames: Vec<String> = sources
        .enumerate()
        .map(|(number, (_, source))| {
            let source = escape(source);
            format!("<iframe id=\"frame-{number}\" title=\"frame {number}\" src=\"{source}\"></iframe>")
        })
        .collect();
    html(include_str!("../../pages/framed.html").replace("<!-- frames -->", &frames.join("\n")))
}

fn found(location: &str) -> Response {
    with_header(header::LOCATION, location, StatusCode::FOUND.into_response())
}
