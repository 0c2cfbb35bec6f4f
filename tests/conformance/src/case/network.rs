//! The record of requests.

use std::time::{Duration, SystemTime};

use greenroom_session_core::backend::{Capability, ContextOptions, Event, NetworkRecord, PageOpened};
use serde_json::json;

use super::{Case, case};
use crate::check::{Checked, check, same};
use crate::context::Context;
use crate::scripts::{POST, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("network::document", [NetworkEvents], document, else untold),
    case!("network::what-a-document-needs", [NetworkEvents], needed),
    case!("network::redirects", [NetworkEvents], redirects),
    case!("network::as-it-happens", [NetworkEvents], as_it_happens, else untold),
    case!("network::refused", [NetworkEvents], refused),
    case!("network::error-status", [NetworkEvents], error_status),
    case!("network::post", [NetworkEvents], post),
    case!("network::popup", [NetworkEvents, Popups], popup),
    case!("network::bodies", [ResponseBodies, NetworkEvents], bodies, else no_bodies),
    case!(
        "network::bodies-that-are-left-out",
        [ResponseBodies, NetworkEvents],
        left_out
    ),
    case!("network::each-request-once", [NetworkEvents], once),
];

fn is(url: String) -> impl Fn(&NetworkRecord) -> bool {
    move |record| record.url == url
}

/// What every record of an answered request has.
fn complete(record: &NetworkRecord) -> Checked {
    let what = &record.url;
    check(!record.request_headers.is_empty(), || {
        format!("{what}: no request headers")
    })?;
    check(!record.response_headers.is_empty(), || {
        format!("{what}: no response headers")
    })?;
    check(record.duration_ms > 0.0 && record.duration_ms < 60_000.0, || {
        format!("{what}: took {} ms", record.duration_ms)
    })?;
    let age = SystemTime::now().duration_since(record.started).unwrap_or_default();
    check(age < Duration::from_mins(5), || {
        format!("{what}: was started {age:?} ago")
    })?;
    same(&format!("{what}: the error"), record.error.as_deref(), None)?;
    let told = record.response_body.is_some() != record.body_omitted.is_some();
    check(told, || {
        format!("{what}: has neither a body nor a reason for none, or both")
    })
}

async fn document(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let started = SystemTime::now();
    let page = room.open(&cx.url("/title/Recorded")).await?;
    let record = room
        .sink
        .request("the document's request", is(cx.url("/title/Recorded")))
        .await?;
    complete(&record)?;
    same("the method", record.method.as_str(), "GET")?;
    same("the status", record.status, Some(200))?;
    same("the type", record.resource_type.as_str(), "document")?;
    same("the page", record.page.as_ref(), Some(page.key()))?;
    let html = record
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.starts_with("text/html"));
    check(html, || format!("the media type: {:?}", record.content_type))?;
    check(record.body_size.is_some_and(|size| size > 20), || {
        format!("the size: {:?}", record.body_size)
    })?;
    // Clocks of browsers may be a little off ours.
    let early = started.duration_since(record.started).unwrap_or_default();
    check(early < Duration::from_secs(2), || {
        format!("it was started {early:?} before it was asked for")
    })
}

async fn untold(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/")).await?;
    page.eval(TITLE, json!([])).await?;
    let told = room.sink.count(|event| {
        matches!(
            event,
            Event::Network(_) | Event::RequestSent(_) | Event::ResponseStarted(_)
        )
    });
    same("requests that were told without the capability", told, 0)
}

async fn needed(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/")).await?;
    let wanted = [
        ("/style.css", "stylesheet"),
        ("/app.js", "script"),
        ("/logo.png", "image"),
        ("/api/items.json", "fetch"),
    ];
    for (path, kind) in wanted {
        let record = room.sink.request(path, is(cx.url(path))).await?;
        complete(&record)?;
        same(&format!("the type of {path}"), record.resource_type.as_str(), kind)?;
        same(&format!("the status of {path}"), record.status, Some(200))?;
        same(&format!("the page of {path}"), record.page.as_ref(), Some(page.key()))?;
    }
    Ok(())
}

async fn redirects(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open(&cx.url("/redirect/2")).await?;
    let mut before = None;
    for path in ["/redirect/2", "/redirect/1"] {
        let record = room.sink.request(path, is(cx.url(path))).await?;
        same(&format!("the status of {path}"), record.status, Some(302))?;
        same(
            &format!("what {path} was redirected from"),
            &record.redirect_of,
            &before,
        )?;
        same(&format!("the body of {path}"), record.response_body.as_deref(), None)?;
        before = Some(record.url);
    }
    let last = room.sink.request("/", is(cx.url("/"))).await?;
    same("the status of the last", last.status, Some(200))?;
    same("what the last was redirected from", last.redirect_of, before)
}

/// A request is told when it is sent, when its answer begins and when it has ended, by one id.
async fn as_it_happens(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/redirect/1")).await?;
    let last = room.sink.request("/", is(cx.url("/"))).await?;
    let first = room.sink.request("/redirect/1", is(cx.url("/redirect/1"))).await?;
    let events = room.sink.events();
    for (record, status, from) in [(&first, 302, None), (&last, 200, Some(&first.id))] {
        let what = &record.url;
        check(!record.id.is_empty(), || format!("{what}: has no id"))?;
        let place = |is: &dyn Fn(&Event) -> bool| events.iter().position(is);
        let sent = place(&|event| matches!(event, Event::RequestSent(sent) if sent.id == record.id));
        let started = place(&|event| matches!(event, Event::ResponseStarted(started) if started.id == record.id));
        let ended = place(&|event| matches!(event, Event::Network(ended) if ended.id == record.id));
        check(sent.is_some() && sent < started && started < ended, || {
            format!("{what}: was told in the order {sent:?}, {started:?}, {ended:?}")
        })?;
        for event in &events {
            match event {
                Event::RequestSent(sent) if sent.id == record.id => {
                    same(&format!("{what}: the address"), &sent.url, &record.url)?;
                    same(&format!("{what}: the method"), sent.method.as_str(), "GET")?;
                    same(&format!("{what}: the page"), sent.page.as_ref(), Some(page.key()))?;
                    same(&format!("{what}: that it is the page's document"), sent.is_main, true)?;
                    same(&format!("{what}: what led to it"), sent.redirected_from.as_ref(), from)?;
                }
                Event::ResponseStarted(started) if started.id == record.id => {
                    same(&format!("{what}: the status"), started.status, status)?;
                    check(!started.headers.is_empty(), || format!("{what}: no headers"))?;
                }
                _ => {}
            }
        }
    }
    check(first.id != last.id, || {
        "a redirect and what follows have one id".to_owned()
    })
}

async fn refused(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = format!("{}/", cx.site().refused);
    room.try_open(Some(&url)).await?.1.err();
    let record = room.sink.request("the request that was refused", is(url)).await?;
    same("the status", record.status, None)?;
    check(record.error.as_deref().is_some_and(|error| !error.is_empty()), || {
        "no reason is told".to_owned()
    })
}

async fn error_status(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    for code in [404, 500] {
        let url = cx.url(&format!("/status/{code}"));
        room.open(&url).await?;
        let record = room.sink.request("the request", is(url)).await?;
        complete(&record)?;
        same("the status", record.status, Some(code))?;
    }
    Ok(())
}

async fn post(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Post")).await?;
    let body = "{\"name\":\"žluť\"}";
    let status = page.eval(POST, json!([cx.url("/echo"), body])).await?;
    same("the status that the page saw", status, json!(200))?;
    let record = room.sink.request("the request", is(cx.url("/echo"))).await?;
    complete(&record)?;
    same("the method", record.method.as_str(), "POST")?;
    same("the request's body", record.post_data.as_deref(), Some(body))?;
    same("the page", record.page.as_ref(), Some(page.key()))
}

async fn popup(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room.open(&cx.url("/popup?at=load&child=name%3Dload")).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = room.sink.opened("the popup", by_opener).await?.page;
    let record = room
        .sink
        .request("the popup's document", is(cx.url("/popup/child?name=load")))
        .await?;
    same(
        "the page of the popup's document",
        record.page.as_ref(),
        Some(popup.key()),
    )?;
    complete(&record)
}

async fn bodies(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open(&cx.url("/")).await?;
    let record = room.sink.request("the JSON", is(cx.url("/api/items.json"))).await?;
    let body = record.response_body.unwrap_or_default();
    check(body.contains("Folding chair"), || {
        format!("the body of the JSON: {body:?}")
    })?;
    same("its size", record.body_size, Some(body.len() as u64))?;
    let record = room.sink.request("the document", is(cx.url("/"))).await?;
    let body = record.response_body.unwrap_or_default();
    check(body.contains("Greenroom test site"), || {
        format!("the body of the document: {body:?}")
    })
}

async fn no_bodies(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open(&cx.url("/")).await?;
    if !cx.has(Capability::NetworkEvents) {
        return untold(cx).await;
    }
    let record = room.sink.request("the document", is(cx.url("/"))).await?;
    same("a body without the capability", record.response_body.as_deref(), None)?;
    check(record.body_omitted.is_some(), || {
        "no reason is told for the missing body".to_owned()
    })
}

async fn left_out(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        max_body: 100,
        ..ContextOptions::default()
    };
    let room = cx.room_with(options).await?;
    room.open(&cx.url("/")).await?;
    for path in ["/", "/logo.png", "/api/items.json"] {
        let record = room.sink.request(path, is(cx.url(path))).await?;
        same(
            &format!("the body of {path}, too large or binary"),
            record.response_body.as_deref(),
            None,
        )?;
        check(record.body_omitted.is_some(), || {
            format!("no reason is told for the missing body of {path}")
        })?;
        check(record.body_size.is_some_and(|size| size > 100), || {
            format!("the size of {path}: {:?}", record.body_size)
        })?;
    }
    Ok(())
}

async fn once(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/")).await?;
    room.sink
        .request("the last of the page", is(cx.url("/api/items.json")))
        .await?;
    page.goto(&cx.url("/title/After")).await?;
    room.sink
        .request("the next document", is(cx.url("/title/After")))
        .await?;
    for path in [
        "/",
        "/style.css",
        "/app.js",
        "/logo.png",
        "/api/items.json",
        "/title/After",
    ] {
        let url = cx.url(path);
        let count = room
            .sink
            .count(|event| matches!(event, Event::Network(record) if record.url == url));
        same(&format!("how often {path} was told"), count, 1)?;
    }
    Ok(())
}
