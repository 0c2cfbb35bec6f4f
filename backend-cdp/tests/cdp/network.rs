//! Every request is told, once, with what was really sent and received.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Event, NetworkRecord};
use greenroom_test_site::Site;

use crate::support::{Fixture, Recorder, eval, failed, go, goes};

fn of_url(url: &str) -> impl Fn(&Event) -> Option<NetworkRecord> + '_ {
    move |event| match event {
        Event::Network(record) if record.url == url => Some((**record).clone()),
        _ => None,
    }
}

/// The records of a URL so far.
fn told(sink: &Recorder, url: &str) -> Vec<NetworkRecord> {
    sink.all(of_url(url))
}

#[tokio::test]
async fn a_page_opened_with_a_url_is_told_completely_when_it_is_loaded() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/")).await;
    let document = told(&fixture.sink, &site.url("/"));
    assert_eq!(document.len(), 1, "{document:?}");
    let document = &document[0];
    assert_eq!((document.method.as_str(), document.status), ("GET", Some(200)));
    assert_eq!(document.resource_type, "document");
    assert_eq!(document.content_type.as_deref(), Some("text/html"));
    assert_eq!(document.page.as_ref(), Some(page.key()));
    let body = document.response_body.as_deref().unwrap();
    assert!(body.contains("<title>Greenroom test site</title>"));
    assert_eq!(document.body_size, Some(body.len() as u64));
    // What was really sent, not what the page knows of.
    assert!(
        document
            .request_headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("accept-encoding")),
        "{document:?}"
    );
    assert!(document.duration_ms > 0.0 && document.timing["responseStart"].is_number());
    for (path, kind) in [
        ("/style.css", "stylesheet"),
        ("/app.js", "script"),
        ("/logo.png", "image"),
    ] {
        let records = told(&fixture.sink, &site.url(path));
        assert_eq!(records.len(), 1, "{path}");
        assert_eq!(
            (records[0].resource_type.as_str(), records[0].status),
            (kind, Some(200))
        );
    }
    let image = &told(&fixture.sink, &site.url("/logo.png"))[0];
    assert_eq!(
        (image.response_body.as_ref(), image.body_omitted.as_deref()),
        (None, Some("binary"))
    );
    let items = fixture
        .sink
        .first("the fetch", of_url(&site.url("/api/items.json")))
        .await;
    assert!(items.response_body.unwrap().contains("sku") && items.initiator["url"].as_str().is_some());
    fixture.finish().await;
}

#[tokio::test]
async fn redirects_failures_and_statuses_are_told() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/redirect/2")).await;
    let (first, second) = (site.url("/redirect/2"), site.url("/redirect/1"));
    let hops = [
        told(&fixture.sink, &first),
        told(&fixture.sink, &second),
        told(&fixture.sink, &site.url("/")),
    ];
    assert!(hops.iter().all(|hop| hop.len() == 1), "{hops:#?}");
    let [a, b, c] = hops.map(|mut hop| hop.remove(0));
    assert_eq!(
        (a.status, a.redirect_of.as_deref(), a.body_omitted.as_deref()),
        (Some(302), None, Some("redirect"))
    );
    assert_eq!((b.status, b.redirect_of.as_deref()), (Some(302), Some(first.as_str())));
    assert_eq!((c.status, c.redirect_of.as_deref()), (Some(200), Some(second.as_str())));
    assert!(
        a.response_headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("location"))
    );

    go(&page, &site.url("/status/404")).await.unwrap();
    assert_eq!(told(&fixture.sink, &site.url("/status/404"))[0].status, Some(404));

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(failed(go(&page, &refused).await).kind(), Kind::Navigation);
    let record = fixture.sink.first("the refused one", of_url(&refused)).await;
    assert_eq!(
        (record.status, record.error.as_deref()),
        (None, Some("net::ERR_CONNECTION_REFUSED"))
    );
    fixture.finish().await;
}

#[tokio::test]
async fn cookies_and_posts_are_told_as_they_were() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/cookies/set?a=1")).await;
    let set = &told(&fixture.sink, &site.url("/cookies/set?a=1"))[0];
    let header = |record: &NetworkRecord, name: &str, sent: bool| {
        let headers = if sent {
            &record.request_headers
        } else {
            &record.response_headers
        };
        headers
            .iter()
            .find(|(of, _)| of.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
    };
    let cookies = header(set, "set-cookie", false).unwrap();
    assert!(cookies.contains("a=1") && cookies.contains("HttpOnly"), "{cookies}");
    go(&page, &site.url("/title/With")).await.unwrap();
    let with = &told(&fixture.sink, &site.url("/title/With"))[0];
    assert!(header(with, "cookie", true).unwrap().contains("server-only=1"));
    eval(
        &page,
        "() => fetch('/post', { method: 'POST', body: 'sent é' }).then(r => r.text())",
    )
    .await;
    let post = fixture.sink.first("the post", of_url(&site.url("/post"))).await;
    assert_eq!(
        (post.method.as_str(), post.post_data.as_deref()),
        ("POST", Some("sent é"))
    );
    fixture.finish().await;
}

#[tokio::test]
async fn long_bodies_are_left_out_with_a_reason() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    fixture.open(&site.url("/large?kb=200")).await;
    let large = fixture
        .sink
        .first("the large page", of_url(&site.url("/large?kb=200")))
        .await;
    assert_eq!(
        (large.response_body.as_ref(), large.body_omitted.as_deref()),
        (None, Some("too large"))
    );
    assert_eq!(large.body_size, Some(200 * 1024));
    fixture.finish().await;
}

#[tokio::test]
async fn frames_of_other_sites_and_workers_are_told() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/frames")).await;
    for name in ["same", "cross", "site"] {
        let from = |event: &Event| match event {
            Event::Network(record) if record.url.ends_with(&format!("items.json?frame={name}")) => {
                Some((**record).clone())
            }
            _ => None,
        };
        let record = fixture.sink.first(name, from).await;
        assert_eq!(
            (record.page.as_ref(), record.status),
            (Some(page.key()), Some(200)),
            "{name}"
        );
        let console = |event: &Event| match event {
            Event::Console(record) if record.text.starts_with(&format!("frame {name} ")) => Some(record.page.clone()),
            _ => None,
        };
        assert_eq!(
            fixture.sink.first(name, console).await.as_ref(),
            Some(page.key()),
            "{name}"
        );
    }
    go(&page, &site.url("/worker")).await.unwrap();
    let fetched = fixture
        .sink
        .first("the worker's fetch", of_url(&site.url("/api/items.json?from=worker")))
        .await;
    assert_eq!(fetched.page.as_ref(), Some(page.key()));
    assert!(fetched.response_body.unwrap().contains("sku"));
    for line in ["worker first line", "worker fetched"] {
        let said = |event: &Event| match event {
            Event::Console(record) if record.text.starts_with(line) => Some(()),
            _ => None,
        };
        fixture.sink.first(line, said).await;
    }
    assert_eq!(told(&fixture.sink, &site.url("/worker.js")).len(), 1);
    fixture.finish().await;
}

#[tokio::test]
async fn messages_of_websockets_and_event_sources_are_told() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/ws")).await;
    for kind in ["websocket-sent", "websocket-received"] {
        let frame = |event: &Event| match event {
            Event::Frame(record) if record.kind == kind => Some((**record).clone()),
            _ => None,
        };
        let frame = fixture.sink.first(kind, frame).await;
        assert!(
            frame.url.starts_with("ws://") && frame.data.contains("hello") && !frame.binary,
            "{frame:?}"
        );
        assert_eq!(frame.page.as_ref(), Some(page.key()));
    }
    goes(&page, greenroom_session_core::backend::Target::Url(site.url("/events")))
        .await
        .unwrap();
    let closed = |event: &Event| match event {
        Event::Network(record) if record.resource_type == "websocket" => Some((**record).clone()),
        _ => None,
    };
    assert_eq!(fixture.sink.first("the handshake", closed).await.status, Some(101));
    let message = |event: &Event| match event {
        Event::Frame(record) if record.kind == "eventsource-message" => Some(record.url.clone()),
        _ => None,
    };
    assert_eq!(fixture.sink.first("a message", message).await, site.url("/events"));
    fixture.finish().await;
}

#[tokio::test]
async fn what_was_loading_for_a_page_that_closes_has_failed() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    eval(&page, "() => { fetch('/hang') }").await;
    site.wait_for_request(|request| request.path == "/hang").await.unwrap();
    page.close(&crate::support::call()).await.unwrap();
    let record = fixture.sink.first("the hanging one", of_url(&site.url("/hang"))).await;
    assert!(record.error.is_some() && record.status.is_none(), "{record:?}");
    let order = fixture.sink.all(|event| match event {
        Event::Network(record) if record.url.ends_with("/hang") => Some("request"),
        Event::PageClosed { .. } => Some("closed"),
        _ => None,
    });
    assert_eq!(order, ["request", "closed"]);
    fixture.finish().await;
}
