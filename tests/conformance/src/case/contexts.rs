//! Contexts: what they share and what they do not.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Capability, ContextKey, ContextOptions, EventSink, NewPage, WaitUntil};
use serde_json::json;
use std::sync::Arc;

use super::{Case, case};
use crate::check::{Checked, check, fails, refused, same};
use crate::context::Context;
use crate::recorder::{Recorder, page_of};
use crate::scripts::{COOKIE, SET_COOKIE, SET_TITLE, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("context::cookies-are-isolated", [Contexts], isolated, else second_is_refused),
    case!("context::events-go-to-their-own-sink", [Contexts], events),
    case!("context::closing-ends-its-pages", [], closing),
    case!("context::closing-leaves-the-others", [Contexts], others),
    case!("context::unknown", [], unknown),
];

async fn isolated(cx: &Context<'_>) -> Checked {
    let (one, two) = (cx.room().await?, cx.room().await?);
    same("two contexts have two keys", one.key == two.key, false)?;
    let url = cx.url("/title/Jar");
    let (first, second) = (one.open(&url).await?, two.open(&url).await?);
    first.eval(SET_COOKIE, json!("jar=first; path=/")).await?;
    second.goto(&url).await?;
    same(
        "the other context's cookies",
        second.eval(COOKIE, json!([])).await?,
        json!(""),
    )?;
    first.goto(&url).await?;
    same(
        "its own cookies",
        first.eval(COOKIE, json!([])).await?,
        json!("jar=first"),
    )
}

async fn second_is_refused(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Only")).await?;
    let sink = Arc::new(Recorder::default()) as Arc<dyn EventSink>;
    let second = room
        .browser
        .open_context(&ContextOptions::default(), sink, &cx.call())
        .await;
    refused("a second context", second, Capability::Contexts)?;
    same(
        "the page of the first",
        page.eval(TITLE, json!([])).await?,
        json!("Only"),
    )?;
    page.is_usable(&cx.site()).await
}

async fn events(cx: &Context<'_>) -> Checked {
    let (one, two) = (cx.room().await?, cx.room().await?);
    let first = one.open(&cx.url("/title/One")).await?;
    let second = two.open(&cx.url("/title/Two")).await?;
    two.sink.navigated(second.key(), &cx.url("/title/Two")).await?;
    let strange = one.sink.count(|event| page_of(event) == Some(second.key()));
    same("events of the second context in the first one's sink", strange, 0)?;
    let strange = two.sink.count(|event| page_of(event) == Some(first.key()));
    same("events of the first context in the second one's sink", strange, 0)
}

async fn closing(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Ends")).await?;
    room.browser.close_context(&room.key, &cx.call()).await?;
    let kinds = if cx.has(Capability::Contexts) {
        &[Kind::PageGone][..]
    } else {
        &[Kind::PageGone, Kind::BrowserLost]
    };
    fails("a page of a closed context", page.url().await, kinds)?;
    fails("a script in a closed context", page.eval(TITLE, json!([])).await, kinds).map(drop)
}

async fn others(cx: &Context<'_>) -> Checked {
    let (one, two) = (cx.room().await?, cx.room().await?);
    let page = two.open(&cx.url("/title/Stays")).await?;
    page.eval(SET_TITLE, json!("Stays as it is")).await?;
    one.open(&cx.url("/title/Ends")).await?;
    one.browser.close_context(&one.key, &cx.call()).await?;
    same(
        "the other context's page",
        page.eval(TITLE, json!([])).await?,
        json!("Stays as it is"),
    )?;
    check(two.open_blank().await.is_ok(), || {
        "the other context opens no pages".to_owned()
    })
}

async fn unknown(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Here")).await?;
    let new = NewPage {
        url: None,
        until: WaitUntil::Load,
    };
    let opened = room
        .browser
        .open_page(&ContextKey("no-such-context".to_owned()), &new, &cx.call())
        .await;
    check(opened.is_err(), || {
        "a page was opened in a context that is not there".to_owned()
    })?;
    page.is_usable(&cx.site()).await
}
