//! Pages and files that are the same for everybody.

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};

use crate::{
    page::{html, typed, with_header},
    serve::Listener,
};

macro_rules! page {
    ($file:literal) => {
        include_str!(concat!("../../pages/", $file))
    };
}

/// Address and document of every page without a computed part.
const PAGES: &[(&str, &str)] = &[
    ("/", page!("index.html")),
    ("/long", page!("long.html")),
    ("/account", page!("account.html")),
    ("/workshop", page!("workshop.html")),
    ("/hostile", page!("hostile.html")),
    ("/products", page!("products.html")),
    ("/recorder", page!("recorder.html")),
    ("/never-loads", page!("never-loads.html")),
    ("/loop", page!("loop.html")),
    ("/console", page!("console.html")),
    ("/console-flood", page!("console-flood.html")),
    ("/dialogs", page!("dialogs.html")),
    ("/popup", page!("popup.html")),
    ("/popup/child", page!("popup-child.html")),
    ("/frame", page!("frame.html")),
    ("/framed/colour", page!("framed-colour.html")),
    ("/worker", page!("worker.html")),
    ("/sw/", page!("sw.html")),
    ("/storage", page!("storage.html")),
    ("/state", page!("state.html")),
    ("/stamp", page!("stamp.html")),
    ("/watched", page!("watched.html")),
    ("/downloads", page!("downloads.html")),
    ("/hash", page!("hash.html")),
    ("/history", page!("history.html")),
    ("/history/{step}", page!("history.html")),
];

/// Address and source of every script.
const SCRIPTS: &[(&str, &str)] = &[
    ("/app.js", page!("app.js")),
    ("/worker.js", page!("worker.js")),
    ("/shared-worker.js", page!("shared-worker.js")),
    ("/sw/sw.js", page!("sw.js")),
];

/// The shop page, also the end of `/redirect/0`.
pub(super) const INDEX: &str = page!("index.html");

pub(super) fn routes() -> Router<Listener> {
    let mut router = Router::new();
    for &(path, body) in PAGES {
        router = router.route(path, get(move || async move { html(body) }));
    }
    for &(path, body) in SCRIPTS {
        router = router.route(
            path,
            get(move || async move { typed("text/javascript; charset=utf-8", body) }),
        );
    }
    router
        .route("/style.css", get(style))
        .route(
            "/logo.png",
            get(|| async { typed("image/png", &include_bytes!("../../pages/logo.png")[..]) }),
        )
        .route("/api/items.json", get(items))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT.into_response() }))
}

/// The only answer that may be kept by the browser, so that tests can see a request served from its cache.
async fn style() -> impl IntoResponse {
    with_header(
        header::CACHE_CONTROL,
        "max-age=3600",
        typed("text/css; charset=utf-8", page!("style.css")),
    )
}

async fn items() -> impl IntoResponse {
    with_header(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        "*",
        typed("application/json", page!("items.json")),
    )
}
