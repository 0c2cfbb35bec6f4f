//! Requests: one record each, with what is known of it.

use greenroom_session_core::backend::{ContextOptions, Event, NetworkRecord};
use serde_json::{Value, json};

use super::driver::Driver;
use super::{Family, Setup};

/// An event of a request; `more` is merged into it.
fn event(id: &str, redirects: u32, url: &str, more: &Value) -> Value {
    let mut event = json!({
        "context": "p1", "navigation": null, "redirectCount": redirects, "timestamp": 1000,
        "request": { "request": id, "url": url, "method": "GET", "destination": "", "initiatorType": "fetch",
                     "headers": [{ "name": "a", "value": { "type": "string", "value": "1" } }] },
        "initiator": { "type": "other" },
    });
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

fn answer(status: u16, mime: &str, size: u64) -> Value {
    json!({ "timestamp": 1250, "response": { "status": status, "headers": [], "mimeType": mime, "content": { "size": size } } })
}

async fn setup(max_body: usize) -> Setup {
    let options = ContextOptions {
        max_body,
        ..ContextOptions::default()
    };
    let setup = Setup::with(Driver::start().await, Family::Firefox, options).await;
    setup.page().await;
    setup
}

async fn record(setup: &Setup, url: &str) -> NetworkRecord {
    let find = |event: &Event| match event {
        Event::Network(record) if record.url == url => Some((**record).clone()),
        _ => None,
    };
    setup.heard.find(find).await
}

#[tokio::test]
async fn bodies_are_read_and_let_go_of() {
    let setup = setup(100).await;
    setup.driver.answer("network.getData", |params| {
        let text = if params["dataType"] == "request" {
            "sent"
        } else {
            "received"
        };
        Some(Ok(json!({ "bytes": { "type": "string", "value": text } })))
    });
    let url = "http://a.test/api";
    let mut sent = event("r", 0, url, &json!({}));
    sent["request"]["bodySize"] = json!(4);
    let mut done = event("r", 0, url, &answer(200, "application/json;charset=utf-8", 8));
    done["request"]["bodySize"] = json!(4);
    setup.driver.say("network.beforeRequestSent", sent);
    setup.driver.say("network.responseCompleted", done);
    let record = record(&setup, url).await;
    assert_eq!(record.post_data.as_deref(), Some("sent"));
    assert_eq!(record.response_body.as_deref(), Some("received"));
    assert_eq!((record.status, record.resource_type.as_str()), (Some(200), "fetch"));
    assert_eq!(record.content_type.as_deref(), Some("application/json"));
    assert!((record.duration_ms - 250.0).abs() < f64::EPSILON);
    let read = setup.driver.sent("network.getData");
    assert!(
        read.iter()
            .all(|params| params["disown"] == true && params["collector"] == "c"),
        "{read:?}"
    );
}

#[tokio::test]
async fn what_is_not_told_is_not_kept() {
    let setup = setup(100).await;
    for (url, mime, size, why) in [
        ("http://a.test/image", "image/png", 50, "binary"),
        ("http://a.test/long", "text/plain", 500, "too large"),
    ] {
        setup
            .driver
            .say("network.beforeRequestSent", event(url, 0, url, &json!({})));
        setup.driver.say(
            "network.responseCompleted",
            event(url, 0, url, &answer(200, mime, size)),
        );
        let record = record(&setup, url).await;
        assert_eq!(
            (record.response_body, record.body_omitted.as_deref()),
            (None, Some(why))
        );
        assert_eq!(record.body_size, Some(size));
    }
    assert_eq!(setup.driver.was_sent("network.disownData", 2).await.len(), 2);
    assert!(setup.driver.sent("network.getData").is_empty());
}

#[tokio::test]
async fn redirects_are_a_record_each() {
    let setup = setup(100).await;
    setup
        .driver
        .answer("network.getData", |_| Some(Err(("no such network data", ""))));
    let urls = ["http://a.test/1", "http://a.test/2"];
    setup
        .driver
        .say("network.beforeRequestSent", event("r", 0, urls[0], &json!({})));
    setup
        .driver
        .say("network.responseCompleted", event("r", 0, urls[0], &answer(302, "", 0)));
    setup
        .driver
        .say("network.beforeRequestSent", event("r", 1, urls[1], &json!({})));
    setup.driver.say(
        "network.responseCompleted",
        event("r", 1, urls[1], &answer(200, "text/html", 5)),
    );
    let (first, second) = (record(&setup, urls[0]).await, record(&setup, urls[1]).await);
    assert_eq!((first.status, first.redirect_of), (Some(302), None));
    assert_eq!(
        (second.status, second.redirect_of.as_deref()),
        (Some(200), Some(urls[0]))
    );
    assert_eq!(second.body_omitted.as_deref(), Some("not available"));
}

#[tokio::test]
async fn a_request_that_never_ends_is_told_when_its_page_goes() {
    let setup = setup(100).await;
    let url = "http://a.test/hang";
    setup
        .driver
        .say("network.beforeRequestSent", event("r", 0, url, &json!({})));
    setup.driver.say(
        "browsingContext.contextDestroyed",
        json!({ "context": "p1", "url": "" }),
    );
    let record = record(&setup, url).await;
    assert_eq!((record.status, record.error.as_deref()), (None, Some("aborted")));
    setup.heard.told("closed p1").await;
}

#[tokio::test]
async fn a_failure_has_its_reason_and_no_body() {
    let setup = setup(100).await;
    let url = "http://a.test/refused";
    setup
        .driver
        .say("network.beforeRequestSent", event("r", 0, url, &json!({})));
    let failed = json!({ "errorText": "NS_ERROR_CONNECTION_REFUSED" });
    setup.driver.say("network.fetchError", event("r", 0, url, &failed));
    let record = record(&setup, url).await;
    assert_eq!(record.error.as_deref(), Some("NS_ERROR_CONNECTION_REFUSED"));
    assert_eq!(record.body_omitted.as_deref(), Some("failed"));
    assert!(record.duration_ms > 0.0);
}
