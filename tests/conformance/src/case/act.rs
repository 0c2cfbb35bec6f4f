//! What the page-side engine does to elements, and what it waits for before, as the cases `act::` ask it.

use std::time::Instant;

use greenroom_session_core::injected::Question;
use greenroom_session_core::locator::Locator;
use greenroom_session_core::{Error, Kind};
use serde_json::{Value, json};

use super::Case;
use super::act_fill::{LISTEN, SEEN, filled};
use super::look::{look, page_with, place};
use crate::check::{Checked, check, fail, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("act::select", [], select),
    look!("act::aims-at-the-middle", [], aims),
    look!("act::aims-through-frames", [], aims_in_frames),
    look!("act::what-is-in-the-way", [], in_the_way),
    look!("act::waits-until-it-comes", [], comes),
    look!("act::waits-until-it-stands-still", [], moves),
    look!("act::one-is-needed", [], several),
    look!("act::waits-for-states", [], states),
    look!("act::on-patched-pages", [IsolatedWorld], patched),
];

/// How long the engine waits for what does not come, in milliseconds.
pub(super) const SOON: u64 = 1_200;

/// Has the engine do something to an element.
pub(super) async fn act(
    cx: &Context<'_>,
    page: &Tab,
    what: &str,
    selector: &str,
    doing: Value,
) -> Result<Value, Error> {
    let locator = Locator::parse(selector)?;
    let mut doing = doing;
    doing["patience"] = doing.get("patience").cloned().unwrap_or_else(|| 5_000.into());
    let question = Question::to_do(what, &locator, doing);
    place(page, None).ask_of(&question, &cx.call()).await?.value
}

/// Expects that the engine gives up for this reason.
pub(super) async fn refuses(
    cx: &Context<'_>,
    page: &Tab,
    what: &str,
    selector: &str,
    doing: Value,
    part: &str,
) -> Checked {
    let mut doing = doing;
    doing["patience"] = SOON.into();
    match act(cx, page, what, selector, doing).await {
        Ok(done) => fail(format!("{what} {selector}: done, wanted {part:?}: {done}")),
        Err(error) => check(error.message().contains(part), || {
            format!("{what} {selector}: {error}, wanted {part:?}")
        }),
    }
}

async fn select(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<label>Country <select id=s><option value=de>Germany<option value=fr>La  France<option value=x disabled>No</select></label>
        <select id=m multiple><option>a<option>b<option>c</select><div id=d>x</div>",
    )
    .await?;
    page.eval(LISTEN, json!([])).await?;
    let chosen = "id => [...document.getElementById(id).selectedOptions].map(option => option.value).join()";
    for (values, wanted) in [
        ("fr", "fr"),
        ("Germany", "de"),
        ("la france", ""),
        ("La France", "fr"),
        ("index=0", "de"),
    ] {
        let done = act(
            cx,
            &page,
            "select",
            "label:Country",
            json!({ "values": [values], "patience": SOON }),
        )
        .await;
        same(values, done.is_ok(), !wanted.is_empty())?;
        if done.is_ok() {
            same(values, page.eval(chosen, json!("s")).await?, json!(wanted))?;
        }
    }
    act(cx, &page, "select", "css:#m", json!({ "values": ["a", "c"] })).await?;
    same("several", page.eval(chosen, json!("m")).await?, json!("a,c"))?;
    let seen = page.eval(SEEN, json!([])).await?;
    check(
        seen.as_str()
            .is_some_and(|seen| seen.contains("input s") && seen.contains("change m")),
        || format!("{seen}"),
    )?;
    refuses(cx, &page, "select", "css:#s", json!({ "values": ["x"] }), "is disabled").await?;
    refuses(
        cx,
        &page,
        "select",
        "css:#s",
        json!({ "values": ["Spain"] }),
        "there is \"Germany\"",
    )
    .await?;
    refuses(
        cx,
        &page,
        "select",
        "css:#s",
        json!({ "values": ["de", "fr"] }),
        "only one",
    )
    .await?;
    refuses(
        cx,
        &page,
        "select",
        "css:#d",
        json!({ "values": ["de"] }),
        "is no select",
    )
    .await
}

/// The point that is aimed at, rounded.
pub(super) async fn point(cx: &Context<'_>, page: &Tab, selector: &str, doing: Value) -> Checked<(i64, i64)> {
    let aimed = act(cx, page, "aim", selector, doing).await?;
    #[expect(clippy::cast_possible_truncation, reason = "they are in a window")]
    let side = |key: &str| aimed[key].as_f64().map(|side| side.round() as i64);
    match side("x").zip(side("y")) {
        Some(point) => Ok(point),
        None => fail(format!("{selector}: no point: {aimed}")),
    }
}

async fn aims(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<style>body { margin: 0 } #a, #far, #inner { position: absolute; width: 100px; height: 40px }</style>
        <button id=a style='left: 20px; top: 30px'><span id=s>Text</span></button>
        <button id=far style='left: 0; top: 3000px'>Far</button>
        <div style='position: absolute; left: 300px; top: 100px; width: 200px; height: 100px; overflow: scroll'>
        <div style='height: 2000px; position: relative'><button id=inner style='top: 1000px; left: 0'>Inner</button></div></div>
        <label id=l style='position: absolute; left: 20px; top: 300px'><input id=c type=checkbox style='position: absolute; opacity: 0; width: 0; height: 0'>
        <span>Agree</span></label>
        <div style='position: fixed; left: 0; right: 0; bottom: 0; height: 200px; background: red'>footer</div>
        <div style='height: 6000px'></div>",
    )
    .await?;
    same("the middle", point(cx, &page, "css:#a", json!({})).await?, (70, 50))?;
    let place = json!({ "position": { "x": 5, "y": 6 } });
    same("a place in it", point(cx, &page, "css:#a", place).await?, (25, 36))?;
    let (x, y) = point(cx, &page, "css:#inner", json!({})).await?;
    check((300..500).contains(&x) && (100..200).contains(&y), || {
        format!("in the scroller at {x},{y}")
    })?;
    // Not where the footer covers it.
    let (_, y) = point(cx, &page, "css:#far", json!({})).await?;
    let height = page.eval("() => innerHeight", json!([])).await?.as_i64().unwrap_or(0);
    check((0..height - 200).contains(&y), || {
        format!("below the footer at {y} of {height}")
    })?;
    let checked = act(cx, &page, "aim", "css:#c", json!({ "check": true })).await?;
    check(checked["x"].is_number(), || format!("no point on the label: {checked}"))?;
    let done = act(cx, &page, "aim", "text:Agree", json!({ "check": false })).await?;
    same("nothing to do", &done["isDone"], &json!(true))
}

async fn aims_in_frames(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<style>body { margin: 0 } iframe { position: absolute; left: 100px; top: 50px; width: 400px; height: 300px; border: 5px solid;
        padding: 0; transform: scale(0.5); transform-origin: 0 0 }</style>
        <iframe id=f srcdoc=\"<button style='position: absolute; left: 20px; top: 30px; width: 100px; height: 40px'>In</button>\"></iframe>",
    )
    .await?;
    let aimed = point(cx, &page, "frame:css:#f >> role:button:In", json!({})).await?;
    same("where it is in the page", aimed, (138, 78))?;
    page.eval(
        "() => document.body.insertAdjacentHTML('beforeend', '<div id=over style=\"position: fixed; inset: 0\"></div>')",
        json!([]),
    )
    .await?;
    refuses(
        cx,
        &page,
        "aim",
        "frame:css:#f >> role:button:In",
        json!({}),
        "<div#over> is in the way",
    )
    .await
}

async fn in_the_way(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<style>button { position: absolute; width: 80px; height: 30px }</style>
        <button id=covered style='left: 0; top: 100px'>Covered</button>
        <div id=cover class=wait style='position: absolute; left: 0; top: 90px; width: 100px; height: 50px; background: red'>Please wait</div>
        <button id=disabled style='left: 200px; top: 100px' disabled>Disabled</button>
        <button id=none style='left: 300px; top: 100px; pointer-events: none'>None</button>
        <button id=hidden style='left: 400px; top: 100px; visibility: hidden'>Hidden</button>
        <div id=empty style='position: absolute; width: 0; height: 0'></div>
        <button id=out style='left: -500px; top: 100px'>Out</button>
        <details><summary>More</summary><button id=closed>Closed</button></details>",
    )
    .await?;
    let enabled = json!({ "needs": { "enabled": true } });
    for (id, part) in [
        ("covered", "<div#cover.wait>"),
        ("disabled", "disabled"),
        ("none", "pointer events"),
        ("hidden", "not visible"),
        ("empty", "not visible"),
        ("out", "outside of the viewport"),
        ("closed", "not visible"),
        ("missing", "no element matches"),
    ] {
        refuses(cx, &page, "aim", &format!("css:#{id}"), enabled.clone(), part).await?;
    }
    Ok(())
}

async fn comes(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button id=b disabled>Later</button>").await?;
    let later = "() => {
        setTimeout(() => { document.getElementById('b').disabled = false; }, 300);
        setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<button id=new>New</button>'), 500);
    }";
    page.eval(later, json!([])).await?;
    act(cx, &page, "aim", "css:#b", json!({ "needs": { "enabled": true } })).await?;
    act(cx, &page, "aim", "role:button:New", json!({})).await?;
    let began = Instant::now();
    refuses(cx, &page, "aim", "css:#never", json!({}), "no element matches").await?;
    let waited = began.elapsed().as_millis();
    check(u128::from(SOON) <= waited + 5, || {
        format!("it gave up after {waited} ms")
    })
}

async fn moves(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button id=b style='position: absolute; top: 50px; left: 0; width: 60px; height: 30px'>Moves</button>",
    )
    .await?;
    let run = "() => {
        const button = document.getElementById('b');
        const began = performance.now();
        const step = () => {
            const gone = Math.min(performance.now() - began, 500);
            button.style.left = `${gone / 2}px`;
            if (gone < 500) requestAnimationFrame(step);
        };
        step();
    }";
    page.eval(run, json!([])).await?;
    same(
        "where it came to rest",
        point(cx, &page, "css:#b", json!({})).await?,
        (280, 65),
    )
}

async fn several(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button><button>Two</button>").await?;
    let began = Instant::now();
    match act(cx, &page, "aim", "role:button", json!({})).await {
        Err(error) if error.kind() == Kind::Ambiguous => {}
        other => return fail(format!("two buttons: {other:?}")),
    }
    check(began.elapsed().as_millis() < 4_000, || {
        "it waited, which would not help".to_owned()
    })
}

async fn states(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p id=a>here</p><p id=h hidden>hidden</p>").await?;
    for (id, state, comes) in [
        ("a", "visible", true),
        ("a", "attached", true),
        ("a", "hidden", false),
        ("a", "detached", false),
        ("h", "attached", true),
        ("h", "visible", false),
        ("h", "hidden", true),
        ("none", "hidden", true),
        ("none", "detached", true),
        ("none", "attached", false),
    ] {
        let waited = act(
            cx,
            &page,
            "wait",
            &format!("css:#{id}"),
            json!({ "state": state, "patience": SOON }),
        )
        .await;
        same(&format!("{id} {state}"), waited.is_ok(), comes)?;
    }
    Ok(())
}

async fn patched(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=i><button id=b>B</button><select id=s><option>a<option>b</select>",
    )
    .await?;
    let patch = "() => {
        const no = () => { throw new Error('patched'); };
        for (const name of ['filter', 'map', 'find', 'forEach', 'push', 'flatMap', 'some']) Array.prototype[name] = no;
        Document.prototype.querySelectorAll = Document.prototype.querySelector = Element.prototype.querySelectorAll = no;
        Document.prototype.execCommand = no;
        Element.prototype.getBoundingClientRect = HTMLElement.prototype.focus = Element.prototype.scrollIntoView = no;
        window.MutationObserver = window.requestAnimationFrame = window.setTimeout = window.WeakRef = no;
        Promise.prototype.then = no;
        performance.now = no;
        Object.defineProperty(HTMLInputElement.prototype, 'value', { get: no, set: no });
    }";
    page.eval(patch, json!([])).await?;
    same(
        "what is filled",
        filled(cx, &page, "css:#i", "text").await?,
        json!("text"),
    )?;
    act(cx, &page, "aim", "css:#b", json!({})).await?;
    act(cx, &page, "select", "css:#s", json!({ "values": ["b"] }))
        .await
        .map(drop)?;
    Ok(())
}
