//! Elements that are found in our world, and handed to functions among the page's own scripts.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Capability, Script, World};
use serde_json::{Value, json};

use super::Case;
use super::look::{look, page_with};
use crate::check::{Checked, fails, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("locate::handed-to-the-page", [], handed),
    look!("locate::handed-from-frames", [], from_frames),
];

fn script(world: World, function: &str, args: Value) -> Script {
    let args = args.as_array().cloned().unwrap_or_default();
    Script {
        function: function.to_owned(),
        args,
        world,
    }
}

async fn on(
    cx: &Context<'_>,
    page: &Tab,
    elements: (&str, Value),
    function: &str,
    args: Value,
) -> Result<Value, greenroom_session_core::Error> {
    let elements = script(World::Isolated, elements.0, elements.1);
    let function = script(World::Main, function, args);
    page.0.evaluate_on(None, &elements, &function, &cx.call()).await
}

async fn handed(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p id=one>One</p><p id=two>Two</p>").await?;
    page.eval(
        "() => { document.getElementById('one').own = 7; window.own = 'page'; }",
        json!([]),
    )
    .await?;
    let by_ids = "(...ids) => ids.map(id => document.getElementById(id))";
    same(
        "what the page knows of its element",
        on(
            cx,
            &page,
            (by_ids, json!(["one"])),
            "(a, element) => [a + element.own, window.own]",
            json!([1]),
        )
        .await?,
        json!([8, "page"]),
    )?;
    same(
        "several, in their order, and a promise",
        on(
            cx,
            &page,
            (by_ids, json!(["two", "one", "two"])),
            "async (...all) => all.map(one => one.id)",
            json!([]),
        )
        .await?,
        json!(["two", "one", "two"]),
    )?;
    same(
        "none",
        on(
            cx,
            &page,
            ("() => []", json!([])),
            "(a, ...all) => [a, all.length]",
            json!([{ "x": null }]),
        )
        .await?,
        json!([{ "x": null }, 0]),
    )?;
    let thrown = on(
        cx,
        &page,
        (by_ids, json!(["one"])),
        "element => { throw new Error('no ' + element.id); }",
        json!([]),
    )
    .await;
    fails("a function that throws", thrown, &[Kind::Script])?;
    if cx.capabilities().has(Capability::IsolatedWorld) {
        let gone = on(cx, &page, (by_ids, json!(["nobody"])), "element => 1", json!([])).await;
        fails("an element that is not there", gone, &[Kind::Stale])?;
    }
    Ok(())
}

async fn from_frames(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<iframe srcdoc='<p id=inner>Inner</p>'></iframe>").await?;
    let there = "async () => { const frame = document.querySelector('iframe'); \
        while (!frame.contentDocument?.getElementById('inner')) await new Promise(requestAnimationFrame); \
        return [frame.contentDocument.getElementById('inner')]; }";
    page.eval(&format!("async () => {{ await ({there})(); }}"), json!([]))
        .await?;
    let element = "() => [document.querySelector('iframe').contentDocument.getElementById('inner')]";
    same(
        "an element of a frame of the same origin",
        on(
            cx,
            &page,
            (element, json!([])),
            "element => element.textContent",
            json!([]),
        )
        .await?,
        json!("Inner"),
    )
}
