//! Requests that are held before they are sent.

use std::future::Future;

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{
    AbortReason, Capability, Changes, ContextOptions, Event, HeldRequest, Reply, Verdict,
};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, Failure, check, fails, refused, same};
use crate::context::{Context, Room, Tab};
use crate::scripts::TITLE;

pub(super) const CASES: &[Case] = &[
    case!("intercept::continued", [RequestInterception], continued, else lacks),
    case!("intercept::changed", [RequestInterception], changed, else lacks),
    case!("intercept::rewritten", [RequestRewriting, RequestInterception], rewritten, else not_rewritten),
    case!("intercept::fulfilled", [RequestInterception], fulfilled, else lacks),
    case!("intercept::aborted", [RequestInterception], aborted, else lacks),
    case!("intercept::documents", [RequestInterception], documents, else lacks),
    case!("intercept::redirects", [RequestInterception], redirects, else lacks),
    case!(
        "intercept::of-its-context",
        [RequestInterception, Contexts],
        of_its_context
    ),
    case!("intercept::no-more", [RequestInterception], no_more, else lacks),
];

const FETCH: &str = "url => fetch(url).then(answer => answer.status, () => 'none')";
const READ: &str =
    "url => fetch(url).then(async answer => [answer.status, answer.headers.get('x-made'), await answer.text()])";
const POST: &str = "url => fetch(url, { method: 'POST', body: 'asked' }).then(answer => answer.json())";

async fn lacks(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Still")).await?;
    refused(
        "what holds requests",
        room.browser.interception().map(drop),
        Capability::RequestInterception,
    )?;
    page.is_usable(&cx.site()).await
}

async fn hold(cx: &Context<'_>, room: &Room, on: bool) -> Checked {
    Ok(room
        .browser
        .interception()?
        .intercept(&room.key, on, &cx.call())
        .await?)
}

/// A context whose requests are held, with a page in it.
async fn holding(cx: &Context<'_>) -> Checked<(Room, Tab)> {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Asks")).await?;
    hold(cx, &room, true).await?;
    Ok((room, page))
}

async fn release(cx: &Context<'_>, room: &Room, held: &HeldRequest, verdict: Verdict) -> Checked {
    let interception = room.browser.interception()?;
    Ok(interception
        .release(&room.key, &held.hold, &verdict, &cx.call())
        .await?)
}

/// The request to an address that is held.
async fn held(room: &Room, url: &str) -> Result<HeldRequest, Failure> {
    let is_it = |event: &Event| match event {
        Event::RequestHeld(held) if held.request.url == url => Some((**held).clone()),
        _ => None,
    };
    room.sink.wait(&format!("the held request to {url}"), is_it).await
}

/// What a page asks for comes to, while the request is decided about.
async fn with<T, E>(
    asked: impl Future<Output = Result<T, E>>,
    decided: impl Future<Output = Checked>,
) -> Result<T, Failure>
where
    Failure: From<E>,
{
    let (asked, decided) = tokio::join!(asked, decided);
    decided?;
    Ok(asked?)
}

async fn continued(cx: &Context<'_>) -> Checked {
    let (room, page) = holding(cx).await?;
    let url = cx.url("/title/Held");
    let status = with(page.eval(FETCH, json!(url)), async {
        let held = held(&room, &url).await?;
        same("the method", held.request.method.as_str(), "GET")?;
        same("the page", held.request.page.as_ref(), Some(page.key()))?;
        // A browser may hold it before it has said by what it was asked for.
        let kind = held.request.resource_type.as_str();
        check(matches!(kind, "fetch" | "xhr"), || format!("the type: {kind}"))?;
        check(!held.is_redirect && !held.request.is_navigation, || format!("{held:?}"))?;
        let answered = room
            .sink
            .count(|event| matches!(event, Event::ResponseStarted(of) if of.id == held.request.id));
        same("answers before it was sent", answered, 0)?;
        release(cx, &room, &held, Verdict::Continue(Changes::default())).await?;
        let record = room.sink.request("the request", |record| record.url == url).await?;
        same("the id", record.id, held.request.id)
    });
    same("the status", status.await?, json!(200))
}

/// What a server got of a request that a page makes, which is changed so.
async fn echoed(cx: &Context<'_>, changes: Changes) -> Checked<Value> {
    let (room, page) = holding(cx).await?;
    let url = cx.url("/echo?asked");
    let echo = with(page.eval(POST, json!(url)), async {
        let held = held(&room, &url).await?;
        same("the method", held.request.method.as_str(), "POST")?;
        release(cx, &room, &held, Verdict::Continue(changes)).await
    });
    echo.await
}

async fn changed(cx: &Context<'_>) -> Checked {
    let changes = Changes {
        method: Some("PUT".to_owned()),
        headers: Some(vec![("x-added".to_owned(), "yes".to_owned())]),
        ..Changes::default()
    };
    let echo = echoed(cx, changes).await?;
    let seen = [
        &echo["method"],
        &echo["query"],
        &echo["headers"]["x-added"],
        &echo["body"],
    ]
    .map(Value::clone);
    same(
        "what the server got",
        seen,
        ["PUT", "asked", "yes", "asked"].map(Value::from),
    )
}

fn rewriting(cx: &Context<'_>) -> Changes {
    Changes {
        url: Some(cx.url("/echo?sent")),
        body: Some(b"sent".to_vec()),
        ..Changes::default()
    }
}

async fn rewritten(cx: &Context<'_>) -> Checked {
    let echo = echoed(cx, rewriting(cx)).await?;
    let seen = [&echo["method"], &echo["query"], &echo["body"]].map(Value::clone);
    same("what the server got", seen, ["POST", "sent", "sent"].map(Value::from))
}

/// It is refused, and the request is held still.
async fn not_rewritten(cx: &Context<'_>) -> Checked {
    if !cx.has(Capability::RequestInterception) {
        return lacks(cx).await;
    }
    let (room, page) = holding(cx).await?;
    let url = cx.url("/title/Held");
    let status = with(page.eval(FETCH, json!(url)), async {
        let held = held(&room, &url).await?;
        let verdict = Verdict::Continue(rewriting(cx));
        let released = room
            .browser
            .interception()?
            .release(&room.key, &held.hold, &verdict, &cx.call())
            .await;
        refused("a request that is rewritten", released, Capability::RequestRewriting)?;
        release(cx, &room, &held, Verdict::Continue(Changes::default())).await
    });
    same("the status", status.await?, json!(200))
}

fn reply(status: u16, kind: &str, body: &str) -> Verdict {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Verdict::Fulfill(Reply {
        status,
        headers: vec![header("content-type", kind), header("x-made", "here")],
        body: body.as_bytes().to_vec(),
    })
}

async fn fulfilled(cx: &Context<'_>) -> Checked {
    let (room, page) = holding(cx).await?;
    let url = cx.url("/status/500");
    let answer = with(page.eval(READ, json!(url)), async {
        let held = held(&room, &url).await?;
        release(cx, &room, &held, reply(201, "text/plain; charset=utf-8", "näive")).await
    });
    same("the answer", answer.await?, json!([201, "here", "näive"]))
}

async fn aborted(cx: &Context<'_>) -> Checked {
    let (room, page) = holding(cx).await?;
    let url = cx.url("/title/Held");
    let status = with(page.eval(FETCH, json!(url)), async {
        let held = held(&room, &url).await?;
        release(cx, &room, &held, Verdict::Abort(AbortReason::ConnectionRefused)).await?;
        let record = room.sink.request("the request", |record| record.url == url).await?;
        check(record.error.is_some() && record.status.is_none(), || {
            format!("{record:?}")
        })
    });
    same("what the page is told", status.await?, json!("none"))
}

/// Of the page that is there, and of one that comes: what it asks for first is held, too.
async fn documents(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    hold(cx, &room, true).await?;
    let made = |title: &str| reply(200, "text/html", &format!("<!doctype html><title>{title}</title>"));
    let first = cx.url("/title/First");
    with(page.goto(&first), async {
        let held = held(&room, &first).await?;
        check(held.request.is_main && held.request.is_navigation, || {
            format!("{held:?}")
        })?;
        release(cx, &room, &held, made("Made")).await
    })
    .await?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Made"))?;
    let second = cx.url("/title/Second");
    let other = with(room.open(&second), async {
        let held = held(&room, &second).await?;
        release(cx, &room, &held, made("Also made")).await
    });
    same(
        "the new page's title",
        other.await?.eval(TITLE, json!([])).await?,
        json!("Also made"),
    )?;
    let third = cx.url("/title/Third");
    let (_, loaded) = with(room.try_open(Some(&third)), async {
        let held = held(&room, &third).await?;
        release(cx, &room, &held, Verdict::Abort(AbortReason::Failed)).await
    })
    .await?;
    fails("a navigation that is aborted", loaded, &[Kind::Navigation]).map(drop)
}

async fn redirects(cx: &Context<'_>) -> Checked {
    let (room, page) = holding(cx).await?;
    let (url, next) = (cx.url("/redirect/1"), cx.url("/"));
    let status = with(page.eval(FETCH, json!(url)), async {
        for (url, is_redirect) in [(&url, false), (&next, true)] {
            let held = held(&room, url).await?;
            same("whether it is what a redirect led to", held.is_redirect, is_redirect)?;
            release(cx, &room, &held, Verdict::Continue(Changes::default())).await?;
        }
        Ok(())
    });
    same("the status", status.await?, json!(200))
}

async fn of_its_context(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let other = cx.room_in(&room.browser, ContextOptions::default()).await?;
    hold(cx, &room, true).await?;
    let page = other.open(&cx.url("/title/Free")).await?;
    same(
        "the status in another context",
        page.eval(FETCH, json!(cx.url("/title/Free"))).await?,
        json!(200),
    )
}

async fn no_more(cx: &Context<'_>) -> Checked {
    let (room, page) = holding(cx).await?;
    let url = cx.url("/title/Held");
    let status = with(page.eval(FETCH, json!(url)), async {
        let held = held(&room, &url).await?;
        hold(cx, &room, false).await?;
        // It may have gone on with that; then there is nothing to decide.
        release(cx, &room, &held, Verdict::Continue(Changes::default())).await
    });
    same("the status", status.await?, json!(200))?;
    room.sink.clear();
    same(
        "the status then",
        page.eval(FETCH, json!(cx.url("/title/Free"))).await?,
        json!(200),
    )?;
    same(
        "held requests then",
        room.sink.count(|event| matches!(event, Event::RequestHeld(_))),
        0,
    )
}
