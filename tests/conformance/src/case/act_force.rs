//! What is done by force: without waiting until an element can be acted on, and whatever is over it. What cannot be done at all
//! is said at once.

use std::time::Instant;

use greenroom_session_core::injected::{LookAt, Place};
use serde_json::{Value, json};

use super::act::{act, point};
use super::frames::{Others, elsewhere, only_frame};
use super::look::{SET_BODY, look, page_with, place};
use super::{Case, Tried};
use crate::check::{Checked, check, fail, same};
use crate::context::{Context, Tab};
use crate::scripts::{DRAWN, SEND_FRAME};

pub(super) const CASES: &[Case] = &[
    look!("act::aims-by-force", [], aims),
    look!("act::aims-at-a-spot", [], spot),
    look!("act::fills-and-selects-by-force", [], fills),
    look!("act::reaches-by-force", [FramesCrossOrigin], reaches),
];

elsewhere! {
    reaches => frame_case,
}

/// Longer than anything takes that is not waited for, in milliseconds.
const PATIENCE: u64 = 20_000;

fn by_force(mut doing: Value) -> Value {
    doing["force"] = true.into();
    doing["patience"] = PATIENCE.into();
    doing
}

/// Expects that it is refused at once, for this reason.
async fn refuses(cx: &Context<'_>, page: &Tab, what: &str, selector: &str, doing: Value, part: &str) -> Checked {
    let began = Instant::now();
    match act(cx, page, what, selector, by_force(doing)).await {
        Ok(done) => fail(format!("{what} {selector}: done, wanted {part:?}: {done}")),
        Err(error) => {
            check(error.message().contains(part), || {
                format!("{what} {selector}: {error}, wanted {part:?}")
            })?;
            check(began.elapsed().as_millis() < u128::from(PATIENCE) / 2, || {
                format!("{what} {selector}: it was waited for")
            })
        }
    }
}

async fn aims(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<style>body { margin: 0 } button { position: absolute; width: 80px; height: 30px }</style>
        <button id=covered style='left: 0; top: 100px'>Covered</button>
        <div style='position: absolute; left: 0; top: 90px; width: 100px; height: 50px; background: red'>Please wait</div>
        <button id=disabled style='left: 200px; top: 100px' disabled>Disabled</button>
        <button id=none style='left: 300px; top: 100px; pointer-events: none'>None</button>
        <button id=hidden style='left: 400px; top: 100px; visibility: hidden'>Hidden</button>
        <button id=out style='left: -500px; top: 100px'>Out</button>
        <div id=empty style='position: absolute; width: 0; height: 0'></div>
        <details><summary>More</summary><p id=closed style='display: none'>Closed</p></details>
        <button id=far style='left: 0; top: 3000px'>Far</button><div style='height: 6000px'></div>",
    )
    .await?;
    let enabled = json!({ "needs": { "enabled": true } });
    for (id, wanted) in [
        ("covered", (40, 115)),
        ("disabled", (240, 115)),
        ("none", (340, 115)),
        ("hidden", (440, 115)),
    ] {
        let aimed = point(cx, &page, &format!("css:#{id}"), by_force(enabled.clone())).await?;
        same(id, aimed, wanted)?;
    }
    let place = json!({ "position": { "x": 3, "y": 4 } });
    same(
        "a place in it",
        point(cx, &page, "css:#covered", by_force(place)).await?,
        (3, 104),
    )?;
    for (id, part) in [
        ("empty", "no size"),
        ("closed", "no size"),
        ("out", "outside of the viewport"),
    ] {
        refuses(cx, &page, "aim", &format!("css:#{id}"), enabled.clone(), part).await?;
    }
    // It is brought into view all the same.
    let (_, y) = point(cx, &page, "css:#far", by_force(json!({}))).await?;
    let height = page.eval("() => innerHeight", json!([])).await?.as_i64().unwrap_or(0);
    check((0..height).contains(&y), || format!("out of view at {y} of {height}"))
}

async fn spot(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<style>body { margin: 0 }</style><div style='width: 500px; height: 400px; background: tan'>large</div>",
    )
    .await?;
    same(
        "where it was said",
        point(cx, &page, "coords:31,42", json!({})).await?,
        (31, 42),
    )?;
    same(
        "by force",
        point(cx, &page, "coords:31,42", by_force(json!({}))).await?,
        (31, 42),
    )
}

async fn fills(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=other value=other><input id=disabled value=before disabled><input id=readonly value=before readonly>
        <input id=hidden value=before style='display: none'><textarea id=area disabled>before</textarea>
        <input id=day type=date disabled><select id=s disabled><option>a<option>b</select>
        <input id=n type=number disabled><button id=b>B</button>",
    )
    .await?;
    page.eval("() => document.getElementById('other').focus()", json!([]))
        .await?;
    for (id, value) in [
        ("disabled", "after"),
        ("readonly", "after"),
        ("hidden", "after"),
        ("area", "after"),
        ("area", ""),
        ("day", "2026-11-25"),
    ] {
        let doing = by_force(json!({ "value": value }));
        act(cx, &page, "fill", &format!("css:#{id}"), doing).await?;
        let held = page.eval("id => document.getElementById(id).value", json!(id)).await?;
        same(id, held, json!(value))?;
    }
    // Nothing went where the focus was.
    let held = page
        .eval("() => document.getElementById('other').value", json!([]))
        .await?;
    same("another field", held, json!("other"))?;
    act(cx, &page, "select", "css:#s", by_force(json!({ "values": ["b"] }))).await?;
    let chosen = page.eval("() => document.getElementById('s').value", json!([])).await?;
    same("the option", chosen, json!("b"))?;
    refuses(cx, &page, "fill", "css:#b", json!({ "value": "x" }), "takes no text").await?;
    refuses(cx, &page, "fill", "css:#n", json!({ "value": "x" }), "takes no `x`").await?;
    refuses(
        cx,
        &page,
        "select",
        "css:#b",
        json!({ "values": ["x"] }),
        "is no select",
    )
    .await
}

const COVERED: &str = "<style>body { margin: 0 } iframe { position: absolute; left: 200px; top: 100px; width: 300px; height: 200px; border: 0 }</style>
    <iframe id=frame-0></iframe><div id=over style='position: fixed; inset: 0'></div>";

async fn frame_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = page_with(cx, COVERED).await?;
    page.eval(SEND_FRAME, json!(["frame-0", format!("{}/title/Inside", others.site)]))
        .await?;
    let frame = only_frame(&page, None).await?;
    page.eval_frame(&frame, SET_BODY, json!("<p>Inside</p>")).await?;
    page.eval_frame(&frame, DRAWN, json!([])).await?;
    let own: Place<'_> = place(&page, None);
    // The engine comes with the first look.
    own.look(LookAt::default(), &cx.call()).await?;
    let listed = own.all_foreign_frames(&cx.call()).await?;
    same("the frames", listed.len(), 1)?;
    match own.reach(0, (10.0, 20.0), false, &cx.call()).await {
        Err(error) => check(error.message().contains("<div#over> is in the way"), || {
            error.to_string()
        })?,
        Ok(point) => return fail(format!("it is covered, and was reached at {point:?}")),
    }
    let (x, y) = own.reach(0, (10.0, 20.0), true, &cx.call()).await?;
    check((x - 210.0).abs() < 0.5 && (y - 120.0).abs() < 0.5, || {
        format!("{x},{y}")
    })
}
