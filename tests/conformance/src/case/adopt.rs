//! A browser that is left by one daemon and taken over by the next.

use std::sync::Arc;

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{
    Browser, Capability, ContextKey, ContextOptions, Endpoint, EventSink, PageKey, PageOpened, Size,
};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, check, fails, refused, same};
use crate::context::{Context, Room, Tab};
use crate::recorder::Recorder;
use crate::scripts::{COOKIE, GLOBAL, LOG, SCROLL, SCROLL_TO, SET_COOKIE, SET_GLOBAL, SIZE, TIME_ZONE, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("adopt::state-is-intact", [Adoption], state, else unsupported),
    case!("adopt::options-still-hold", [Adoption], options),
    case!("adopt::events-flow-again", [Adoption], events),
    case!("adopt::several-pages", [Adoption], several),
    case!("adopt::new-pages", [Adoption], new_pages),
    case!("adopt::context-that-is-gone", [Adoption, Contexts], context_gone),
    case!("adopt::browser-that-is-gone", [Adoption], browser_gone),
    case!("adopt::closes", [Adoption], closes),
];

/// What a state file keeps.
pub(super) struct Left {
    endpoint: Endpoint,
    context: ContextKey,
    options: ContextOptions,
}

/// Forgets a browser as a daemon does that is killed; all pages must have been dropped.
pub(super) fn leave(cx: &Context<'_>, room: Room) -> Left {
    let Room {
        browser,
        key,
        sink,
        options,
    } = room;
    let endpoint = browser.endpoint().clone();
    sink.clear();
    drop(sink);
    cx.let_go(browser);
    Left {
        endpoint,
        context: key,
        options,
    }
}

/// Takes over by another instance of the backend, from what a file holds.
pub(super) async fn take_over(cx: &Context<'_>, left: Left) -> Checked<Room> {
    let written = serde_json::to_string(&left.endpoint).unwrap_or_default();
    let endpoint: Endpoint = serde_json::from_str(&written).unwrap_or_default();
    let browser: Arc<dyn Browser> = cx.harness().backend().adopt(&endpoint, &cx.call()).await?;
    cx.own(&browser);
    let sink = Arc::new(Recorder::default());
    let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
    browser
        .adopt_context(&left.context, &left.options, heard, &cx.call())
        .await?;
    Ok(Room {
        browser,
        key: left.context,
        sink,
        options: left.options,
    })
}

/// The page that was told before the adoption returned.
pub(super) fn found(room: &Room, key: &PageKey) -> Checked<PageOpened> {
    let mut told = room.sink.events().into_iter().filter_map(|event| match event {
        greenroom_session_core::backend::Event::PageOpened(opened) => Some(opened),
        _ => None,
    });
    let found = told.find(|opened| opened.page.key() == key);
    found.ok_or_else(|| crate::check::Failure(format!("the page {key:?} was not told when the adoption returned")))
}

async fn state(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    let url = cx.url("/state");
    let page = room.open(&url).await?;
    page.eval(SET_GLOBAL, json!(["counter", 7])).await?;
    page.eval(SCROLL_TO, json!([0, 400])).await?;
    page.eval(SET_COOKIE, json!("kept=1; path=/")).await?;
    let size = page.eval(SIZE, json!([])).await?;
    let key = page.key().clone();
    drop(page);

    let room = take_over(cx, leave(cx, room)).await?;
    let opened = found(&room, &key)?;
    same("the address that was told", opened.url.as_str(), url.as_str())?;
    let page = Tab(opened.page);
    same("its address", page.url().await?, url)?;
    same(
        "a variable of the page",
        page.eval(GLOBAL, json!("counter")).await?,
        json!(7),
    )?;
    same(
        "the scroll position",
        page.eval(SCROLL, json!([])).await?,
        json!([0, 400]),
    )?;
    same("the cookies", page.eval(COOKIE, json!([])).await?, json!("kept=1"))?;
    same("the size of the viewport", page.eval(SIZE, json!([])).await?, size)?;
    page.is_usable(&cx.site()).await
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    let page = room.open(&cx.url("/title/Here")).await?;
    let adopted = cx.harness().backend().adopt(browser.endpoint(), &cx.call()).await;
    refused("adopting a browser", adopted, Capability::Adoption)?;
    let sink = Arc::new(Recorder::default()) as Arc<dyn EventSink>;
    let adopted = browser.adopt_context(&room.key, &room.options, sink, &cx.call()).await;
    refused("adopting a context", adopted, Capability::Adoption)?;
    same(
        "the title of its page",
        page.eval(TITLE, json!([])).await?,
        json!("Here"),
    )?;
    page.is_usable(&cx.site()).await
}

/// What pages are told of the screen, where they can be told so.
async fn touch_points(cx: &Context<'_>, page: &Tab) -> Checked<Value> {
    if !cx.has(Capability::Touch) {
        return Ok(Value::Null);
    }
    Ok(page.eval("() => navigator.maxTouchPoints", json!([])).await?)
}

async fn options(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let mut options = ContextOptions::default();
    if cx.has(Capability::Viewport) {
        options.viewport = Some(Size {
            width: 801,
            height: 603,
        });
    }
    if cx.has(Capability::Emulation) {
        options.timezone = Some("Asia/Tokyo".to_owned());
    }
    options.touch = cx.has(Capability::Touch);
    let room = cx.room_in(&browser, options).await?;
    drop(browser);
    let page = room.open(&cx.url("/long")).await?;
    let key = page.key().clone();
    let before = (
        page.eval(SIZE, json!([])).await?,
        page.eval(TIME_ZONE, json!([])).await?,
        touch_points(cx, &page).await?,
    );
    drop(page);

    let room = take_over(cx, leave(cx, room)).await?;
    let page = Tab(found(&room, &key)?.page);
    for path in [None, Some("/title/Next")] {
        if let Some(path) = path {
            page.goto(&cx.url(path)).await?;
        }
        let after = (
            page.eval(SIZE, json!([])).await?,
            page.eval(TIME_ZONE, json!([])).await?,
            touch_points(cx, &page).await?,
        );
        same("the viewport, the time zone and the touch", &after, &before)?;
    }
    Ok(())
}

async fn events(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    let key = room.open(&cx.url("/title/Before")).await?.key().clone();
    let room = take_over(cx, leave(cx, room)).await?;
    check(room.sink.begins_with_opening(&key), || {
        "something was told before the page".to_owned()
    })?;
    let page = Tab(found(&room, &key)?.page);
    if cx.has(Capability::ConsoleEvents) {
        page.eval(LOG, json!("said after it")).await?;
        room.sink
            .console("a console call after it", |record| record.text == "said after it")
            .await?;
    }
    let url = cx.url("/title/After");
    page.goto(&url).await?;
    room.sink.navigated(&key, &url).await?;
    if cx.has(Capability::NetworkEvents) {
        room.sink
            .request("a request after it", |record| record.url == url)
            .await?;
    }
    Ok(())
}

async fn several(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    let mut keys = Vec::new();
    for number in 0..3 {
        keys.push(room.open(&cx.url(&format!("/title/Page{number}"))).await?.key().clone());
    }
    let room = take_over(cx, leave(cx, room)).await?;
    for (number, key) in keys.iter().enumerate() {
        let page = Tab(found(&room, key)?.page);
        same(
            "its title",
            page.eval(TITLE, json!([])).await?,
            json!(format!("Page{number}")),
        )?;
    }
    Ok(())
}

async fn new_pages(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    let page = room.open(&cx.url("/title/Before")).await?;
    page.eval(SET_COOKIE, json!("kept=1; path=/")).await?;
    let old = page.key().clone();
    drop(page);
    let room = take_over(cx, leave(cx, room)).await?;
    let page = room.open(&cx.url("/title/New")).await?;
    check(*page.key() != old, || "a new page has the key of an old one".to_owned())?;
    same(
        "the cookies of its context",
        page.eval(COOKIE, json!([])).await?,
        json!("kept=1"),
    )
}

async fn context_gone(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    browser.close_context(&room.key, &cx.call()).await?;
    drop(browser);
    let adopted = take_over(cx, leave(cx, room)).await;
    check(adopted.is_err(), || "a context was adopted that is gone".to_owned())?;
    let message = adopted.err().map(|failure| failure.0).unwrap_or_default();
    check(message.contains(Kind::BrowserLost.name()), || {
        format!("wanted `browser-lost`, got {message}")
    })
}

async fn browser_gone(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let endpoint = browser.endpoint().clone();
    browser.close(&cx.call()).await?;
    cx.let_go(browser);
    cx.harness().ended(&endpoint).await?;
    let adopted = cx.harness().backend().adopt(&endpoint, &cx.call()).await;
    fails("adopting a browser that has ended", adopted, &[Kind::BrowserLost]).map(drop)
}

async fn closes(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    room.open(&cx.url("/title/Before")).await?;
    let room = take_over(cx, leave(cx, room)).await?;
    let endpoint = room.browser.endpoint().clone();
    room.browser.close(&cx.call()).await?;
    cx.harness().ended(&endpoint).await
}
