//! Watchers: in each document from its first moment, out of the page's sight, and heard whatever becomes of the document.

use std::sync::Arc;

use greenroom_session_core::backend::{
    Button, Capability, ContextOptions, Event, EventSink, FrameKey, Gesture, PageKey, PageOpened, Told, Watcher,
};
use serde_json::json;

use super::adopt::{found, leave, take_over};
use super::frames::{Others, elsewhere};
use super::look::look;
use super::{Case, Tried, case};
use crate::check::{Checked, check, refused, same};
use crate::context::{Context, Room, Tab};
use crate::recorder::Recorder;

pub(super) const CASES: &[Case] = &[
    case!("watch::from-the-first-moment", [UserActions], first, else unsupported),
    look!("watch::popups", [UserActions, Popups], popups),
    look!(
        "watch::frames-of-other-origins",
        [UserActions, FramesCrossOrigin],
        other_origin
    ),
    look!("watch::what-closes-the-page", [UserActions, TrustedInput], closes),
    look!("watch::out-of-sight", [UserActions], out_of_sight),
    look!("watch::adopted", [UserActions, Adoption], adopted),
];

elsewhere! {
    other_origin => frame_case,
}

/// Tells of the document when it begins, and of every click.
const WATCHER: &str = "tell => {
    tell(`begins ${document.URL} ${document.readyState}`);
    addEventListener('click', event => tell(`click ${event.isTrusted} ${event.target.nodeName}`), true);
}";

fn watched() -> ContextOptions {
    ContextOptions {
        watcher: Some(Watcher(WATCHER.into())),
        ..ContextOptions::default()
    }
}

async fn told(room: &Room, what: &str, text: &str) -> Checked<Told> {
    let heard = room.sink.wait(what, |event| match event {
        Event::Told(told) if told.text.starts_with(text) => Some((**told).clone()),
        _ => None,
    });
    heard.await
}

fn all(room: &Room, page: &PageKey, text: &str) -> usize {
    let events = room.sink.events();
    let is_it =
        |event: &&Event| matches!(event, Event::Told(told) if told.page == *page && told.text.starts_with(text));
    events.iter().filter(is_it).count()
}

async fn first(cx: &Context<'_>) -> Checked {
    let room = cx.room_with(watched()).await?;
    for title in ["One", "Two"] {
        let url = cx.url(&format!("/title/{title}"));
        let page = room.open(&url).await?;
        let heard = told(&room, "the document's beginning", &format!("begins {url}")).await?;
        same("the page that it was told of", &heard.page, page.key())?;
        same("the frames around it", &heard.frames, &Vec::<FrameKey>::new())?;
        check(heard.text.ends_with("loading"), || {
            format!("it came late: {}", heard.text)
        })?;
        same(
            "how often it was told",
            all(&room, page.key(), &format!("begins {url}")),
            1,
        )?;
    }
    Ok(())
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let sink = Arc::new(Recorder::default());
    let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
    refused(
        "a context with a watcher",
        browser.open_context(&watched(), heard, &cx.call()).await,
        Capability::UserActions,
    )?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    room.open_blank().await?.is_usable(&cx.site()).await
}

async fn popups(cx: &Context<'_>) -> Checked {
    let room = cx.room_with(watched()).await?;
    let opener = room.open(&cx.url("/title/Opener")).await?;
    let write = "() => { const popup = open('about:blank'); popup.document.write('<title>Written</title><p>there'); }";
    opener.eval(write, json!([])).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = Tab(room.sink.opened("the popup", by_opener).await?.page);
    let begins = |event: &Event| match event {
        Event::Told(heard) if heard.page == *popup.key() => heard.text.starts_with("begins about:blank").then_some(()),
        _ => None,
    };
    room.sink.wait("the popup's beginning", begins).await
}

async fn frame_case(cx: &Context<'_>, others: &Others) -> Checked {
    let room = cx.room_with(watched()).await?;
    let page = room.open(&cx.url("/title/Around")).await?;
    let add = "url => new Promise(resolve => { const frame = document.createElement('iframe'); frame.onload = () => \
               resolve(); frame.src = url; document.body.append(frame); })";
    let url = format!("{}/title/Inside", others.site);
    page.eval(add, json!([url])).await?;
    let heard = told(&room, "the frame's beginning", &format!("begins {url}")).await?;
    same("the page that it was told of", &heard.page, page.key())?;
    same("the frames around it", heard.frames.len(), 1)
}

/// A click on a button that takes all of the window.
async fn press(cx: &Context<'_>, page: &Tab) -> Checked {
    let button = Button::Left;
    let gestures = [
        Gesture::Move { x: 40.0, y: 40.0 },
        Gesture::Press { button, count: 1 },
        Gesture::Release { button, count: 1 },
    ];
    Ok(page.0.input()?.perform(&gestures, &cx.call()).await?)
}

async fn closes(cx: &Context<'_>) -> Checked {
    let room = cx.room_with(watched()).await?;
    let page = room.open(&cx.url("/title/Closes")).await?;
    let fill = "() => { document.body.innerHTML = '<button style=\"position:fixed;inset:0\">x'; \
                addEventListener('mouseup', () => { setTimeout(() => { location.href = '/title/Next'; }, 20); }); \
                addEventListener('click', event => event.stopImmediatePropagation(), true); }";
    page.eval(fill, json!([])).await?;
    press(cx, &page).await?;
    let heard = told(&room, "the click", "click").await?;
    same("what was told", heard.text.as_str(), "click true BUTTON")
}

async fn out_of_sight(cx: &Context<'_>) -> Checked {
    let room = cx.room_with(watched()).await?;
    let page = room.open(&cx.url("/title/Seen")).await?;
    let names = "() => Object.getOwnPropertyNames(window).filter(name => /greenroom/i.test(name))";
    same("names in the page", page.eval(names, json!([])).await?, json!([]))?;
    page.eval("() => document.body.click()", json!([])).await?;
    let heard = told(&room, "the script's click", "click").await?;
    same("what was told", heard.text.as_str(), "click false BODY")
}

async fn adopted(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, watched()).await?;
    drop(browser);
    let page = room.open(&cx.url("/title/Stays")).await?;
    let key = page.key().clone();
    drop(page);
    let room = take_over(cx, leave(cx, room)).await?;
    let heard = told(&room, "the document that was there", "begins").await?;
    same("the page that it was told of", &heard.page, &key)?;
    let page = Tab(found(&room, &key)?.page);
    page.eval("() => document.body.click()", json!([])).await?;
    told(&room, "the click", "click").await?;
    same("how often it was told", all(&room, &key, "click"), 1)
}
