//! Pauses between gestures: what is held stays held so long, and no longer than its call.

use std::time::Duration;

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Button, Gesture, Key};
use serde_json::json;

use super::Case;
use super::input::{LISTEN, at, clicks, key, page, perform, seen, stroke};
use super::look::look;
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, SHORT, Tab};

pub(super) const CASES: &[Case] = &[
    look!("input::pauses", [TrustedInput], pauses),
    look!("input::pause-that-is-cut-short", [TrustedInput], cut_short),
];

/// Notes when the page was told of each event, in milliseconds.
const TIMES: &str = "types => {
    window.times = {};
    for (const type of types) addEventListener(type, event => { times[type] = performance.now(); }, true);
}";

/// How long it took from one event to another.
async fn between(page: &Tab, from: &str, to: &str) -> Checked<f64> {
    let took = "(from, to) => times[to] - times[from]";
    Ok(page.eval(took, json!([from, to])).await?.as_f64().unwrap_or_default())
}

fn letter() -> Key {
    key("a", "KeyA", Some("a"), 65, 0)
}

async fn pauses(cx: &Context<'_>) -> Checked {
    let types = ["mousedown", "mouseup", "click", "keydown", "keyup"];
    let page = page(cx, "<input id=i>", &types).await?;
    page.eval(TIMES, json!([types])).await?;
    let pause = Duration::from_millis(300);
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(50.0, 40.0), press, Gesture::Pause(pause), release]).await?;
    let took = between(&page, "mousedown", "mouseup").await?;
    check((250.0..5_000.0).contains(&took), || {
        format!("the button was held {took} ms")
    })?;
    same(
        "what the page saw",
        seen(&page).await?,
        ["mousedown b 0 1 1", "mouseup b 0 0 1", "click b 0 0 1"],
    )?;
    page.eval("() => document.getElementById('i').focus()", json!([]))
        .await?;
    let [down, up] = stroke(&letter());
    let other = stroke(&key("é", "", Some("é"), 0, 0));
    let gestures = [
        vec![down, Gesture::Pause(pause), up, Gesture::Pause(pause)],
        other.to_vec(),
        // Also where it is the only thing that is done.
        vec![Gesture::Pause(pause)],
    ];
    perform(cx, &page, &gestures.concat()).await?;
    same(
        "what was typed",
        page.eval("() => document.getElementById('i').value", json!([])).await?,
        json!("aé"),
    )?;
    let took = between(&page, "mouseup", "keyup").await?;
    check(took >= 250.0, || format!("the key was up after {took} ms"))
}

async fn cut_short(cx: &Context<'_>) -> Checked {
    let page = page(cx, "<input id=i>", &["mouseup", "keyup"]).await?;
    let pause = SHORT + Duration::from_millis(500);
    let [press, release] = clicks(Button::Left, 1);
    let [down, up] = stroke(&key("Shift", "ShiftLeft", None, 16, 1));
    let gestures = [at(50.0, 40.0), down, press, Gesture::Pause(pause), release, up];
    let done = page.0.input()?.perform(&gestures, &cx.short()).await;
    fails("a pause that is too long", done, &[Kind::Timeout])?;
    let released = "() => new Promise(done => {
        const look = () => {
            const has = type => seen.some(one => one.startsWith(type));
            if (has('mouseup') && has('keyup')) done(true);
            else requestAnimationFrame(look);
        };
        look();
    })";
    page.eval(released, json!([])).await?;
    page.eval(LISTEN, json!([["click", "keydown"]])).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
    let got = seen(&page).await?;
    check(got.contains(&"click b 0 0 1".to_owned()), || {
        format!("something is held still: {got:?}")
    })
}
