//! Screens that are touched: pages are told of them from their first script on, and a tap is what it is to a person's finger.

use greenroom_session_core::backend::{Capability, ContextOptions, Gesture, PageOpened};
use serde_json::json;

use super::Case;
use super::frames::{Others, elsewhere, only_frame};
use super::input::{BUTTON, LISTEN, SEEN, perform, seen};
use super::look::{SET_BODY, look};
use super::options::lacks;
use super::{Tried, run};
use crate::check::{Checked, check, refused, same};
use crate::context::{Context, Tab};
use crate::room::Room;
use crate::scripts::{DRAWN, SEND_FRAME, TITLE};

pub(super) const CASES: &[Case] = &[
    Case {
        otherwise: Some(run!(no_touch)),
        ..look!("touch::tap", [Touch], tap)
    },
    look!("touch::from-the-first-script", [Touch], from_the_first),
    look!("touch::what-the-page-keeps", [Touch], kept),
    look!("touch::in-frames", [Touch, FramesCrossOrigin], in_frames),
    look!("touch::in-popups", [Touch, Popups], in_popups),
    look!("touch::navigates", [Touch], navigates),
];

elsewhere! {
    in_frames => frame_case,
}

const TYPES: [&str; 6] = [
    "pointerdown",
    "touchstart",
    "pointerup",
    "touchend",
    "mousedown",
    "click",
];
const HAS_TOUCH: &str = "() => [navigator.maxTouchPoints, 'ontouchstart' in window]";

fn touched() -> ContextOptions {
    ContextOptions {
        touch: true,
        ..ContextOptions::default()
    }
}

async fn room(cx: &Context<'_>) -> Checked<Room> {
    cx.room_with(touched()).await
}

async fn page(cx: &Context<'_>) -> Checked<Tab> {
    let page = room(cx).await?.open(&cx.url("/title/Touched")).await?;
    page.eval(SET_BODY, json!(BUTTON)).await?;
    page.eval(LISTEN, json!([TYPES])).await?;
    page.eval(DRAWN, json!([])).await?;
    Ok(page)
}

const TAP: Gesture = Gesture::Tap { x: 50.0, y: 40.0 };

async fn tap(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    for _ in 0..2 {
        perform(cx, &page, &[TAP]).await?;
        let got = seen(&page).await?;
        let types: Vec<_> = got.iter().filter_map(|one| one.split(' ').next()).collect();
        same("what the page saw", types, TYPES)?;
        check(
            got.iter().all(|one| one.contains(" b") && !one.contains("untrusted")),
            || format!("{got:?}"),
        )?;
        // Two taps soon after each other may zoom; what is meant here are two of them.
        page.eval("() => new Promise(done => setTimeout(done, 400))", json!([]))
            .await?;
    }
    Ok(())
}

async fn no_touch(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/title/Here")).await?;
    if let Ok(input) = page.0.input() {
        refused("a tap", input.perform(&[TAP], &cx.call()).await, Capability::Touch)?;
    }
    same("the title after it", page.eval(TITLE, json!([])).await?, json!("Here"))?;
    lacks(cx, touched(), Capability::Touch).await
}

/// A frame whose own script tells what it finds.
const TELL: &str = "() => new Promise(done => {
    addEventListener('message', event => done(event.data));
    const frame = document.createElement('iframe');
    frame.srcdoc = `<script>parent.postMessage([navigator.maxTouchPoints, 'ontouchstart' in window], '*')</script>`;
    document.body.append(frame);
})";

async fn from_the_first(cx: &Context<'_>) -> Checked {
    let room = room(cx).await?;
    let page = room.open(&cx.url("/title/One")).await?;
    same(
        "what a page is told",
        page.eval(HAS_TOUCH, json!([])).await?,
        json!([1, true]),
    )?;
    page.goto(&cx.url("/title/Two")).await?;
    same(
        "in the next document",
        page.eval(HAS_TOUCH, json!([])).await?,
        json!([1, true]),
    )?;
    same(
        "by its first script",
        page.eval(TELL, json!([])).await?,
        json!([1, true]),
    )?;
    let other = cx.room().await?.open(&cx.url("/title/Other")).await?;
    same(
        "in another context",
        &other.eval(HAS_TOUCH, json!([])).await?[0],
        &json!(0),
    )
}

async fn kept(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let keep = "() => document.getElementById('b').addEventListener('touchstart', event => event.preventDefault(), { passive: false })";
    page.eval(keep, json!([])).await?;
    perform(cx, &page, &[TAP]).await?;
    let got = seen(&page).await?;
    check(
        got.iter().any(|one| one.starts_with("touchend")) && !got.iter().any(|one| one.starts_with("click")),
        || format!("a click of a touch that the page keeps: {got:?}"),
    )
}

const IN_FRAME: &str =
    "<style>iframe { position: absolute; left: 200px; top: 100px; width: 300px; height: 200px; border: 0 }</style>
    <iframe id=frame-0></iframe>";

async fn frame_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = room(cx).await?.open(&cx.url("/title/Around")).await?;
    page.eval(SET_BODY, json!(IN_FRAME)).await?;
    page.eval(SEND_FRAME, json!(["frame-0", format!("{}/title/Inside", others.site)]))
        .await?;
    let frame = only_frame(&page, None).await?;
    same(
        "what the frame is told",
        page.eval_frame(&frame, HAS_TOUCH, json!([])).await?,
        json!([1, true]),
    )?;
    page.eval_frame(&frame, SET_BODY, json!(BUTTON)).await?;
    page.eval_frame(&frame, LISTEN, json!([["touchstart", "click"]]))
        .await?;
    page.eval_frame(&frame, DRAWN, json!([])).await?;
    perform(cx, &page, &[Gesture::Tap { x: 250.0, y: 140.0 }]).await?;
    // The frame is another process's, whose turn nobody waits for.
    let came = "() => new Promise(done => {
        const look = () => (seen.some(one => one.startsWith('click')) ? done(true) : setTimeout(look, 10));
        look();
    })";
    page.eval_frame(&frame, came, json!([])).await?;
    let got = page.eval_frame(&frame, SEEN, json!([])).await?;
    same("what the frame saw", got, json!(["touchstart b", "click b 0 0 1"]))
}

async fn in_popups(cx: &Context<'_>) -> Checked {
    let room = room(cx).await?;
    let opener = room.open(&cx.url("/popup?at=load&child=name%3Dload")).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = Tab(room.sink.opened("the popup", by_opener).await?.page);
    room.sink
        .navigated(popup.key(), &cx.url("/popup/child?name=load"))
        .await?;
    same(
        "what a popup is told",
        popup.eval(HAS_TOUCH, json!([])).await?,
        json!([1, true]),
    )?;
    popup.eval(SET_BODY, json!(BUTTON)).await?;
    popup.eval(LISTEN, json!([["touchstart", "click"]])).await?;
    popup.eval(DRAWN, json!([])).await?;
    perform(cx, &popup, &[TAP]).await?;
    same("what it saw", seen(&popup).await?, ["touchstart b", "click b 0 0 1"])
}

async fn navigates(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let go = "url => { document.getElementById('b').onclick = () => { location.href = url; }; }";
    page.eval(go, json!(cx.url("/slow?ms=400"))).await?;
    perform(cx, &page, &[TAP]).await?;
    page.0.input()?.settle(&cx.call()).await?;
    let here = page.eval("() => location.pathname", json!([])).await?;
    same("where the page is", here, json!("/slow"))
}
