//! Where things in frames of other origins are in their page.

use greenroom_session_core::backend::{FrameKey, Rect};
use greenroom_session_core::injected::LookAt;
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::frames::{Others, elsewhere, framed};
use super::look::{Looker, look, page_with, place, ref_of};
use super::{Case, Tried};
use crate::check::{Checked, Failure, check, same};
use crate::context::{Context, Tab};
use crate::scripts::{REMOVE, SEND_FRAME};

pub(super) const CASES: &[Case] = &[
    look!("look::boxes-in-frames-of-other-origins", [FramesCrossOrigin], boxes),
    look!(
        "look::boxes-in-frames-of-other-origins-in-frames",
        [FramesCrossOrigin],
        boxes_in_frames
    ),
];

elsewhere! {
    boxes => boxes_case,
    boxes_in_frames => nested_case,
}

/// A frame far below, with edges of its own, shown at half its size, beside one that is not looked for.
const BODY: &str = "<style>iframe { position: absolute; width: 400px; height: 300px; margin: 0; }
    #frame-0 { left: 0; top: 0; } #frame-1 { left: 100px; top: 900px; border: 5px solid; padding: 7px 0 0 3px;
    transform: scale(0.5); transform-origin: 0 0; }</style><iframe id=frame-0></iframe><div id=host></div>
    <div style='height: 3000px'></div>";

/// Puts the frame where selectors do not find it.
const IN_SHADOW: &str = "() => {
    const host = document.getElementById('host').attachShadow({ mode: 'open' });
    host.append(document.querySelector('style').cloneNode(true));
    const frame = document.createElement('iframe');
    frame.id = 'frame-1';
    host.append(frame);
}";
const SEND_SHADOW_FRAME: &str = "url => new Promise(resolve => {
    const frame = document.getElementById('host').shadowRoot.getElementById('frame-1');
    frame.onload = () => resolve(null);
    frame.src = url;
})";

/// A page with that document in the frame that is scaled, scrolled down so that it is seen.
async fn open(cx: &Context<'_>, beside: &str, url: &str) -> Checked<Tab> {
    let page = page_with(cx, BODY).await?;
    page.eval(IN_SHADOW, json!([])).await?;
    page.eval(SEND_FRAME, json!(["frame-0", beside])).await?;
    page.eval(SEND_SHADOW_FRAME, json!(url)).await?;
    page.eval("() => scrollTo(0, 500)", json!([])).await?;
    // The engine comes with the first look.
    place(&page, None).look(LookAt::default(), &cx.call()).await?;
    Ok(page)
}

async fn frames(cx: &Context<'_>, page: &Tab, parent: Option<&FrameKey>) -> Checked<Vec<FrameKey>> {
    let found = place(page, parent).all_foreign_frames(&cx.call()).await?;
    let all: Option<Vec<_>> = found.iter().cloned().collect();
    all.ok_or_else(|| Failure(format!("a frame is not found: {found:?}")))
}

/// The box of a heading in its frame's own viewport.
async fn heading(cx: &Context<'_>, page: &Tab, frame: &FrameKey, name: &str) -> Checked<Rect> {
    let here = place(page, Some(frame));
    let seen = Looker::new().look_in(cx, here, LookAt::default()).await?;
    let target = Locator::of_ref(ref_of(&seen, "heading", name)?);
    let found = here.read("box", Some(&target), None, &cx.call()).await?;
    read_rect(&found)
}

fn read_rect(found: &Value) -> Checked<Rect> {
    serde_json::from_value(found.clone()).map_err(|error| Failure(format!("{found} is no box: {error}")))
}

/// What the frame at half its size makes of a box in it.
fn halved(inner: &Rect, top: f64) -> Rect {
    Rect {
        x: 100.0 + (5.0 + 3.0 + inner.x) / 2.0,
        y: top + (5.0 + 7.0 + inner.y) / 2.0,
        width: inner.width / 2.0,
        height: inner.height / 2.0,
    }
}

/// Browsers place text at fractions of a pixel.
fn near(what: &str, found: &Value, wanted: &Rect) -> Checked {
    let found = read_rect(found)?;
    let is_near = {
        let sides = [
            found.x - wanted.x,
            found.y - wanted.y,
            found.width - wanted.width,
            found.height - wanted.height,
        ];
        sides.iter().all(|side| side.abs() < 0.1)
    };
    check(is_near, || format!("{what} is {found:?}, not {wanted:?}"))
}

async fn boxes_case(cx: &Context<'_>, others: &Others) -> Checked {
    let (beside, url) = (
        format!("{}/title/Beside", others.origin),
        format!("{}/title/Here", others.site),
    );
    let page = open(cx, &beside, &url).await?;
    let found = frames(cx, &page, None).await?;
    let [_, frame] = &found[..] else {
        return Err(Failure(format!("there are two frames: {found:?}")));
    };
    let inner = heading(cx, &page, frame, "Here").await?;
    check(inner.width > 0.0 && inner.y > 0.0, || {
        format!("the heading's own box is {inner:?}")
    })?;
    let here = place(&page, None);
    let own = json!(inner);
    let lifted = here.lift(1, &own, false, &cx.call()).await?;
    near("its box in the window", &lifted, &halved(&inner, 400.0))?;
    let lifted = here.lift(1, &own, true, &cx.call()).await?;
    near("its place in the document", &lifted, &halved(&inner, 900.0))?;
    page.eval(REMOVE, json!("host")).await?;
    same(
        "the box in a frame that is gone",
        here.lift(1, &own, false, &cx.call()).await?,
        Value::Null,
    )
}

async fn nested_case(cx: &Context<'_>, others: &Others) -> Checked {
    let between = framed(&others.site, &[format!("{}/title/Inner", others.origin)]);
    let page = open(cx, &format!("{}/title/Beside", others.origin), &between).await?;
    let outer = frames(cx, &page, None).await?;
    let around = outer.get(1);
    place(&page, around).look(LookAt::default(), &cx.call()).await?;
    let within = frames(cx, &page, around).await?;
    let [frame] = &within[..] else {
        return Err(Failure(format!("there is one frame in the frame: {within:?}")));
    };
    let inner = heading(cx, &page, frame, "Inner").await?;
    let lifted = place(&page, around).lift(0, &json!(inner), false, &cx.call()).await?;
    let between = read_rect(&lifted)?;
    check(between.y > inner.y && between.x > inner.x, || {
        format!("{inner:?} is {between:?} around it")
    })?;
    let lifted = place(&page, None).lift(1, &lifted, false, &cx.call()).await?;
    near("its box in the window", &lifted, &halved(&between, 400.0))
}
