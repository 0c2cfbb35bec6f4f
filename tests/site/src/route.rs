//! The table of addresses. Handlers with something to compute stand in the modules below, by topic.

mod document;
mod echo;
mod fixed;
mod navigate;
mod nodes;
mod size;
mod slow;
mod socket;

use axum::{
    Router,
    extract::RawQuery,
    http::StatusCode,
    response::Response,
    routing::{any, get},
};

use crate::{page, serve::Listener};

/// Every address of the site.
pub(crate) fn router() -> Router<Listener> {
    fixed::routes()
        .route("/title/{name}", get(navigate::title))
        .route("/status/{code}", any(navigate::status))
        .route("/redirect/{count}", get(navigate::redirect))
        .route("/redirect-loop", get(navigate::redirect_loop))
        .route("/redirect-to", any(navigate::redirect_to))
        .route("/cookies/set", get(navigate::set_cookies))
        .route("/document/{kind}", get(document::document))
        .route("/frames", get(navigate::frames))
        .route("/frame/nested", get(navigate::nested_frames))
        .route("/framed", get(navigate::framed))
        .route("/framed/scaled", get(navigate::scaled_frame))
        .route("/framed/between", get(navigate::frame_between))
        .route("/slow", any(slow::slow))
        .route("/hang", any(slow::hang))
        .route("/drip", get(slow::drip))
        .route("/nodes/{count}", get(nodes::nodes))
        .route("/large", get(size::large))
        .route("/binary", get(size::binary))
        .route("/download/{name}", get(size::download))
        .route("/headers", get(echo::headers))
        .route("/post", get(echo::form).post(echo::posted))
        .route("/echo", any(echo::echo))
        .route("/ws", any(socket::websocket))
        .route("/events", get(socket::events))
        .fallback(missing)
}

async fn missing() -> Response {
    page::with_status(
        StatusCode::NOT_FOUND,
        page::message("Not found", "no such page on the test site"),
    )
}

/// The decoded parameters of a query.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(raw: &RawQuery) -> Self {
        let raw = raw.0.as_deref().unwrap_or_default();
        Self(url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A number; anything else, and anything over `max`, is replaced rather than refused.
    fn number(&self, name: &str, default: u64, max: u64) -> u64 {
        self.get(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
            .min(max)
    }
}
