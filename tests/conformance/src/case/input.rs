//! Input: what the page sees of it is what it would see of a person.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Button, Capability, Gesture, Key, Script, World};
use serde_json::{Value, json};

use super::frames::{Others, elsewhere};
use super::look::{SET_BODY, look, page_with};
use super::{Case, Tried};
use crate::check::{Checked, check, fails, refused, same};
use crate::context::{Context, Tab};
use crate::scripts::{DRAWN, SEND_FRAME};

pub(super) const CASES: &[Case] = &[
    Case {
        otherwise: Some(super::run!(unsupported)),
        ..look!("input::click", [TrustedInput], click)
    },
    look!("input::double-click", [TrustedInput], double_click),
    look!("input::other-buttons", [TrustedInput], other_buttons),
    look!("input::held-keys", [TrustedInput], held_keys),
    look!("input::typing", [TrustedInput], typing),
    look!("input::wheel", [TrustedInput], wheel),
    look!("input::dragging", [TrustedInput], dragging),
    look!("input::same-origin-frames", [TrustedInput], same_origin),
    look!(
        "input::frames-of-other-origins",
        [TrustedInput, FramesCrossOrigin],
        other_origin
    ),
    look!("input::navigates", [TrustedInput], navigates),
    look!("input::opens-a-dialog", [TrustedInput, Dialogs], dialog),
    look!("input::closes-the-page", [TrustedInput], closes),
    look!("input::page-that-is-closed", [TrustedInput], gone),
    look!("input::files", [TrustedInput, FileUpload], files),
];

elsewhere! {
    other_origin => frame_case,
}

pub(super) const LISTEN: &str = "types => {
    window.seen = [];
    for (const type of types) addEventListener(type, event => {
        const parts = [event.type, event.target.id || event.target.nodeName.toLowerCase()];
        if ('button' in event) parts.push(event.button, event.buttons);
        // Of events of pointers, browsers count differently.
        if (event instanceof MouseEvent && !type.startsWith('pointer')) parts.push(event.detail);
        if ('key' in event) parts.push(event.key, event.code);
        if (event.shiftKey || event.ctrlKey) parts.push((event.shiftKey ? 'S' : '') + (event.ctrlKey ? 'C' : ''));
        if (!event.isTrusted) parts.push('untrusted');
        seen.push(parts.join(' '));
        if (type === 'contextmenu') event.preventDefault();
    }, true);
}";
pub(super) const SEEN: &str = "() => seen.splice(0)";

/// A page with a button in its corner, which listens.
pub(super) async fn page(cx: &Context<'_>, body: &str, types: &[&str]) -> Checked<Tab> {
    let page = page_with(cx, &format!("{BUTTON}{body}")).await?;
    page.eval(LISTEN, json!([types])).await?;
    Ok(page)
}

pub(super) const BUTTON: &str =
    "<button id=b style='position: fixed; left: 20px; top: 20px; width: 100px; height: 40px'>B</button>";

pub(super) const fn at(x: f64, y: f64) -> Gesture {
    Gesture::Move { x, y }
}

pub(super) fn clicks(button: Button, count: u8) -> [Gesture; 2] {
    [Gesture::Press { button, count }, Gesture::Release { button, count }]
}

pub(super) fn key(key: &str, code: &str, text: Option<&str>, number: u32, location: u8) -> Key {
    Key {
        key: key.to_owned(),
        code: code.to_owned(),
        text: text.map(str::to_owned),
        number,
        location,
    }
}

pub(super) fn stroke(one: &Key) -> [Gesture; 2] {
    [Gesture::KeyDown(one.clone()), Gesture::KeyUp(one.clone())]
}

pub(super) async fn perform(cx: &Context<'_>, page: &Tab, gestures: &[Gesture]) -> Checked {
    Ok(page.0.input()?.perform(gestures, &cx.call()).await?)
}

pub(super) async fn seen(page: &Tab) -> Checked<Vec<String>> {
    let seen = page.eval(SEEN, json!([])).await?;
    Ok(seen
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect())
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/title/Here")).await?;
    refused("the input", page.0.input().map(drop), Capability::TrustedInput)
}

async fn click(cx: &Context<'_>) -> Checked {
    let types = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick"];
    let page = page(cx, "", &types).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(50.5, 40.0), press, release]).await?;
    same(
        "what the page saw",
        seen(&page).await?,
        [
            "pointerdown b 0 1",
            "mousedown b 0 1 1",
            "pointerup b 0 0",
            "mouseup b 0 0 1",
            "click b 0 0 1",
        ],
    )?;
    same(
        "the focus",
        page.eval("() => document.activeElement.id", json!([])).await?,
        json!("b"),
    )
}

async fn double_click(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &["click", "dblclick"]).await?;
    let [press, release] = clicks(Button::Left, 1);
    let [again, up] = clicks(Button::Left, 2);
    perform(cx, &page, &[at(50.0, 40.0), press, release, again, up]).await?;
    same(
        "what the page saw",
        seen(&page).await?,
        ["click b 0 0 1", "click b 0 0 2", "dblclick b 0 0 2"],
    )
}

async fn other_buttons(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &["click", "mousedown", "auxclick", "contextmenu"]).await?;
    for (button, wanted) in [
        (Button::Right, "mousedown b 2 2 1"),
        (Button::Middle, "mousedown b 1 4 1"),
    ] {
        let [press, release] = clicks(button, 1);
        perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
        let seen = seen(&page).await?;
        check(seen.first().is_some_and(|first| first == wanted), || {
            format!("{button:?}: {seen:?}")
        })?;
        check(!seen.iter().any(|one| one.starts_with("click")), || {
            format!("{button:?} clicks: {seen:?}")
        })?;
        let menu = seen.iter().any(|one| one.starts_with("contextmenu"));
        same("whether a menu is asked for", menu, button == Button::Right)?;
    }
    Ok(())
}

async fn held_keys(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &["click", "keydown", "keyup"]).await?;
    let shift = key("Shift", "ShiftLeft", None, 16, 1);
    let control = key("Control", "ControlLeft", None, 17, 1);
    let [press, release] = clicks(Button::Left, 1);
    let down = [Gesture::KeyDown(control.clone()), Gesture::KeyDown(shift.clone())];
    let up = [Gesture::KeyUp(shift), Gesture::KeyUp(control)];
    let all: Vec<_> = down
        .into_iter()
        .chain([at(50.0, 40.0), press.clone(), release.clone()])
        .chain(up)
        .collect();
    perform(cx, &page, &all).await?;
    let got = seen(&page).await?;
    check(got.contains(&"click b 0 0 1 SC".to_owned()), || {
        format!("the click without the keys: {got:?}")
    })?;
    same(
        "how many keys came and went",
        got.iter().filter(|one| one.starts_with("key")).count(),
        4,
    )?;
    perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
    same("a click behind it", seen(&page).await?, ["click b 0 0 1"])
}

async fn typing(cx: &Context<'_>) -> Checked {
    let page = page(
        cx,
        "<input id=i value=before>",
        &["keydown", "beforeinput", "input", "keyup", "change"],
    )
    .await?;
    page.eval("() => document.getElementById('i').select()", json!([]))
        .await?;
    let letters = [
        key("a", "KeyA", Some("a"), 65, 0),
        key("é", "", Some("é"), 0, 0),
        key("下", "", Some("下"), 0, 0),
        key("👍", "", Some("👍"), 0, 0),
    ];
    let strokes: Vec<_> = letters.iter().flat_map(stroke).collect();
    perform(cx, &page, &strokes).await?;
    same(
        "what was typed",
        page.eval("() => document.getElementById('i').value", json!([])).await?,
        json!("aé下👍"),
    )?;
    let got = seen(&page).await?;
    same(
        "what the page saw of a letter",
        got.get(..4).unwrap_or_default(),
        ["keydown i a KeyA", "beforeinput i", "input i", "keyup i a KeyA"],
    )?;
    check(!got.iter().any(|one| one.ends_with("untrusted")), || format!("{got:?}"))?;
    // A chord selects, and types nothing; what is typed then replaces it.
    let control = key("Control", "ControlLeft", None, 17, 1);
    let all = [Gesture::KeyDown(control.clone())]
        .into_iter()
        .chain(stroke(&key("a", "KeyA", None, 65, 0)))
        .chain([Gesture::KeyUp(control)])
        .chain(stroke(&key("b", "KeyB", Some("b"), 66, 0)))
        .collect::<Vec<_>>();
    perform(cx, &page, &all).await?;
    same(
        "what is left",
        page.eval("() => document.getElementById('i').value", json!([])).await?,
        json!("b"),
    )?;
    perform(cx, &page, &stroke(&key("Tab", "Tab", None, 9, 0))).await?;
    let got = seen(&page).await?;
    check(got.contains(&"change i".to_owned()), || {
        format!("no change was told: {got:?}")
    })
}

async fn wheel(cx: &Context<'_>) -> Checked {
    let page = page(cx, "<div style='width: 5000px; height: 5000px'></div>", &["wheel"]).await?;
    perform(cx, &page, &[at(200.0, 200.0), Gesture::Wheel { dx: 100.0, dy: 300.0 }]).await?;
    // Browsers scroll on their own time.
    let scrolled = "() => new Promise(done => {
        const look = () => (scrollY >= 250 && scrollX >= 50 ? done(true) : requestAnimationFrame(look));
        look();
    })";
    page.eval(scrolled, json!([])).await?;
    check(!seen(&page).await?.is_empty(), || "the page saw no wheel".to_owned())
}

async fn dragging(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &["mousedown", "mousemove", "mouseup"]).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(
        cx,
        &page,
        &[at(50.0, 40.0), press, at(150.0, 140.0), at(200.0, 200.0), release],
    )
    .await?;
    let got = seen(&page).await?;
    let held = got
        .iter()
        .filter(|one| one.starts_with("mousemove") && one.contains(" 0 1 "))
        .count();
    check(held >= 1, || format!("no move with the button held: {got:?}"))?;
    check(
        got.iter()
            .any(|one| one.starts_with("mouseup html") || one.starts_with("mouseup body")),
        || format!("it was not let go of elsewhere: {got:?}"),
    )
}

const IN_FRAME: &str =
    "<style>iframe { position: absolute; left: 200px; top: 100px; width: 300px; height: 200px; border: 0 }</style>
    <iframe id=frame-0></iframe>";

async fn same_origin(cx: &Context<'_>) -> Checked {
    clicked_in_frame(cx, &cx.url("/title/Inside")).await
}

async fn frame_case(cx: &Context<'_>, others: &Others) -> Checked {
    clicked_in_frame(cx, &format!("{}/title/Inside", others.origin)).await?;
    clicked_in_frame(cx, &format!("{}/title/Inside", others.site)).await
}

async fn clicked_in_frame(cx: &Context<'_>, url: &str) -> Checked {
    let page = page(cx, IN_FRAME, &["click"]).await?;
    page.eval(SEND_FRAME, json!(["frame-0", url])).await?;
    let frame = super::frames::only_frame(&page, None).await?;
    page.eval_frame(&frame, SET_BODY, json!(BUTTON)).await?;
    page.eval_frame(&frame, LISTEN, json!([["click"]])).await?;
    page.eval_frame(&frame, DRAWN, json!([])).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(250.0, 140.0), press, release]).await?;
    let seen = page.eval_frame(&frame, SEEN, json!([])).await?;
    same("what the frame saw", seen, json!(["click b 0 0 1"]))
}

async fn navigates(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &[]).await?;
    let go = "url => { document.getElementById('b').onclick = () => { location.href = url; }; }";
    page.eval(go, json!(cx.url("/slow?ms=400"))).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
    // A question in between, as a session has one.
    let _ = page.eval_in(World::Isolated, "() => 1", json!([]), &cx.call()).await;
    page.0.input()?.settle(&cx.call()).await?;
    let here = page.eval("() => location.pathname", json!([])).await?;
    same("where the page is", here, json!("/slow"))
}

async fn dialog(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &["click"]).await?;
    let ask = "() => { document.getElementById('b').onclick = () => { document.title = String(confirm('sure?')); }; }";
    page.eval(ask, json!([])).await?;
    let [press, release] = clicks(Button::Left, 1);
    perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
    same(
        "the answer",
        page.eval("() => document.title", json!([])).await?,
        json!("false"),
    )
}

async fn closes(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let first = room.open_blank().await?;
    let page = room.open(&cx.url("/title/Closes")).await?;
    page.eval(SET_BODY, json!(BUTTON)).await?;
    page.eval(
        "() => { document.getElementById('b').onclick = () => { window.close(); }; }",
        json!([]),
    )
    .await?;
    let [press, release] = clicks(Button::Left, 1);
    // Whether a script may close it is the browser's to say; that the input answers is the backend's.
    perform(cx, &page, &[at(50.0, 40.0), press, release]).await?;
    same("another page", first.eval("() => 1 + 1", json!([])).await?, json!(2))
}

async fn gone(cx: &Context<'_>) -> Checked {
    let page = page(cx, "", &[]).await?;
    page.0.close(&cx.call()).await?;
    let input = page.0.input()?;
    fails(
        "input for a page that is closed",
        input.perform(&[at(1.0, 1.0)], &cx.call()).await,
        &[Kind::PageGone],
    )?;
    Ok(())
}

async fn files(cx: &Context<'_>) -> Checked {
    let page = page(cx, "<input type=file id=f multiple>", &["input", "change"]).await?;
    let folder = tempfile::tempdir().map_err(|error| crate::check::Failure(error.to_string()))?;
    let paths = ["one.txt", "zwei ü.txt"].map(|name| folder.path().join(name));
    for path in &paths {
        std::fs::write(path, "12345").map_err(|error| crate::check::Failure(error.to_string()))?;
    }
    let script = |function: &str| Script {
        function: function.to_owned(),
        args: vec![json!("f")],
        world: World::Isolated,
    };
    let input = page.0.input()?;
    let element = script("id => [document.getElementById(id)]");
    input.set_files(None, &element, &paths, &cx.call()).await?;
    let held = "() => [...document.getElementById('f').files].map(file => `${file.name} ${file.size}`)";
    same(
        "the files",
        page.eval(held, json!([])).await?,
        json!(["one.txt 5", "zwei ü.txt 5"]),
    )?;
    same("what the page saw", seen(&page).await?, ["input f", "change f"])?;
    let none = input.set_files(None, &script("() => []"), &paths, &cx.call()).await;
    fails("files for nobody", none, &[Kind::Stale])?;
    Ok(())
}
