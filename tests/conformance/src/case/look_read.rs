//! One thing of one element: by CSS that looks into open shadow roots, and by ref.

use greenroom_session_core::Kind;
use greenroom_session_core::injected::LookAt;
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::Case;
use super::look::{Looker, look, page_with, place, read, ref_of};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("look::read-properties", [], properties),
    look!("look::read-states", [], states),
    look!("look::read-places", [], places),
    look!("look::read-in-shadow-roots", [], shadow),
    look!("look::read-what-is-not-there", [], refusals),
    look!("look::on-screen", [], on_screen),
];

async fn attr(cx: &Context<'_>, page: &Tab, selector: &str, name: &str) -> Checked<Value> {
    let locator = Locator::parse(selector)?;
    Ok(place(page, None)
        .read("attr", Some(&locator), Some(name), &cx.call())
        .await?)
}

async fn properties(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<p id=p data-x=1>Some   <b>text</b><br>below<span hidden>no</span></p><input id=i value=was><textarea>area</textarea>
        <select><option value=1>One<option value=2 selected>Two</select><div contenteditable id=c>rich</div>
        <progress value=0.5></progress>",
    )
    .await?;
    page.eval("() => { document.getElementById('i').value = 'is'; }", json!([]))
        .await?;
    for (what, selector, wanted) in [
        ("text", "#p", json!("Some text\nbelow")),
        ("html", "#p b", json!("<b>text</b>")),
        ("value", "#i", json!("is")),
        ("value", "textarea", json!("area")),
        ("value", "select", json!("2")),
        ("value", "#c", json!("rich")),
        ("value", "progress", json!("0.5")),
        ("count", "#p, #i", json!(2)),
        ("count", "article", json!(0)),
    ] {
        same(
            &format!("{what} of {selector}"),
            read(cx, &page, what, selector).await?,
            wanted,
        )?;
    }
    same("an attribute", attr(cx, &page, "css:#p", "data-x").await?, json!("1"))?;
    same(
        "one that is not there",
        attr(cx, &page, "#p", "data-y").await?,
        Value::Null,
    )?;
    let text = place(&page, None).read("text", None, None, &cx.call()).await?;
    check(
        text.as_str().is_some_and(|text| text.starts_with("Some text\nbelow")),
        || format!("the page's text is {text}"),
    )
}

async fn states(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=on type=checkbox checked><input id=off type=radio><div id=mixed role=checkbox aria-checked=mixed>x</div>
        <fieldset disabled><button id=in>x</button></fieldset><div aria-disabled=true><a id=aria href=#>x</a></div>
        <button id=plain>x</button><p id=none style='display: none'>x</p><p id=invisible style='visibility: hidden'>x</p>
        <div id=empty></div><span id=contents style='display: contents'>x</span><p id=clear style='opacity: 0'>x</p>",
    )
    .await?;
    for (what, selector, wanted) in [
        ("checked", "#on", json!(true)),
        ("checked", "#off", json!(false)),
        ("checked", "#mixed", json!("mixed")),
        ("enabled", "#in", json!(false)),
        ("enabled", "#aria", json!(false)),
        ("enabled", "#plain", json!(true)),
        ("visible", "#plain", json!(true)),
        ("visible", "#none", json!(false)),
        ("visible", "#invisible", json!(false)),
        ("visible", "#empty", json!(false)),
        ("visible", "#contents", json!(true)),
        ("visible", "#clear", json!(true)),
        ("visible", "#nothing", json!(false)),
    ] {
        same(
            &format!("{what} of {selector}"),
            read(cx, &page, what, selector).await?,
            wanted,
        )?;
    }
    Ok(())
}

async fn places(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div id=box style='position: absolute; left: 10px; top: 1500px; width: 30px; height: 40px'></div>
        <p id=none hidden></p><div style='height: 3000px'></div>
        <iframe style='position: absolute; left: 100px; top: 1000px; border: 5px solid; padding: 0' srcdoc=''></iframe>",
    )
    .await?;
    page.eval(
        "() => new Promise(done => { const frame = document.querySelector('iframe'); frame.onload = () => {
            frame.contentDocument.body.innerHTML = '<p style=\"position: absolute; margin: 0; left: 7px; top: 8px; \
            width: 20px; height: 20px\">in</p>'; done(); }; frame.srcdoc = ' '; })",
        json!([]),
    )
    .await?;
    page.eval("() => scrollTo(0, 500)", json!([])).await?;
    let rect = |x: i32, y: i32, width: i32, height: i32| json!({ "x": x, "y": y, "width": width, "height": height });
    same(
        "its box in the window",
        read(cx, &page, "box", "#box").await?,
        rect(10, 1000, 30, 40),
    )?;
    same(
        "its place in the document",
        read(cx, &page, "place", "#box").await?,
        rect(10, 1500, 30, 40),
    )?;
    same(
        "the box of what has none",
        read(cx, &page, "box", "#none").await?,
        Value::Null,
    )?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let inside = format!("e{}", ref_of(&seen, "paragraph", "")?);
    same(
        "a place in a frame",
        read(cx, &page, "place", &inside).await?,
        rect(112, 1013, 20, 20),
    )
}

async fn shadow(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<div id=one></div><b class=x>light</b><div id=two></div>").await?;
    page.eval(
        "() => { for (const host of document.querySelectorAll('div')) host.attachShadow({ mode: 'open' }).innerHTML =
            `<i class=x>${host.id}</i><p><i class=x>${host.id} inner</i></p>`; }",
        json!([]),
    )
    .await?;
    same("how many match", read(cx, &page, "count", ".x").await?, json!(5))?;
    same(
        "the text of one of them",
        read(cx, &page, "text", "b.x").await?,
        json!("light"),
    )?;
    // What is in a shadow root is below its host.
    same(
        "how many match across",
        read(cx, &page, "count", "#one .x").await?,
        json!(2),
    )?;
    same(
        "how many match within",
        read(cx, &page, "count", "p .x").await?,
        json!(2),
    )
}

async fn refusals(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p>1</p><p>2</p><i>3</i>").await?;
    for (what, selector, kind) in [
        ("text", "b", Kind::NotFound),
        ("text", "p", Kind::Ambiguous),
        ("text", "p[", Kind::Usage),
        ("text", "css:", Kind::Usage),
        ("count", ":nothing-known", Kind::Usage),
        ("value", "i", Kind::Usage),
        ("checked", "i", Kind::Usage),
        ("visible", "p", Kind::Ambiguous),
        ("text", "e1", Kind::Stale),
        ("text", "e4000000000", Kind::Stale),
    ] {
        fails(
            &format!("{what} of {selector}"),
            read(cx, &page, what, selector).await,
            &[kind],
        )?;
    }
    let error = fails("two matches", read(cx, &page, "text", "p").await, &[Kind::Ambiguous])?;
    check(error.message().contains('2'), || {
        format!("how many match is not told: {error:?}")
    })
}

async fn on_screen(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button>here</button><p onclick='' style='position: absolute; top: 5000px'><button>below</button></p>
        <button style='position: absolute; left: -500px; width: 100px'>beside</button>
        <button style='display: contents'>contents</button><a href=#><i style='float: left'>float</i></a>
        <a href=# style='position: absolute; left: -500px; width: 0'><i style='float: left'>far</i></a>",
    )
    .await?;
    let at = LookAt {
        screen: true,
        interactive: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let shown = seen
        .rows
        .iter()
        .filter(|row| row.role != "generic" && !row.props.offscreen);
    let shown: Vec<_> = shown.map(|row| row.name.as_str()).collect();
    same("what the viewport shows", shown, ["here", "contents", "float"])?;
    page.eval("() => scrollTo(0, 5000)", json!([])).await?;
    let seen = Looker::new().look(cx, &page, at).await?;
    let shown = seen.rows.iter().filter(|row| !row.props.offscreen).count();
    check(shown > 0, || "what was scrolled to is not seen".to_owned())
}
