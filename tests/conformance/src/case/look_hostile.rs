//! Pages that are not made to be looked at: what they have broken, named or written does not matter.

use greenroom_session_core::backend::World;
use greenroom_session_core::injected::LookAt;
use serde_json::json;

use super::Case;
use super::look::{Looker, look, outline, page_with, place, read, row, tree};
use crate::check::{Checked, check, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("look::patched-platform", [IsolatedWorld], patched),
    look!("look::clobbered-names", [IsolatedWorld], clobbered),
    look!("look::halves-of-surrogate-pairs", [], surrogates),
    look!("look::text-that-looks-like-an-answer", [], forged),
    look!("look::patched-while-it-is-looked-at", [IsolatedWorld], patched_later),
];

/// Everything that its own scripts can reach is broken: the tree is the same.
async fn patched(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let sound = room.open(&cx.url("/hostile")).await?;
    let broken = room.open(&cx.url("/hostile?patched")).await?;
    let at = LookAt {
        html: true,
        screen: true,
        ..LookAt::default()
    };
    let wanted = Looker::new().look(cx, &sound, at).await?;
    let got = Looker::new().look(cx, &broken, at).await?;
    same("the tree", outline(&got.rows), outline(&wanted.rows))?;
    same("the title", got.title.as_str(), "Hostile")?;
    same(
        "its HTML",
        got.html.map(|html| html.len()),
        wanted.html.map(|html| html.len()),
    )?;
    same("the text", read(cx, &broken, "text", "a").await?, json!("A link"))?;
    let harmed = "() => document.documentElement.getAttribute('data-harmed')";
    let harmed = broken.eval_in(World::Isolated, harmed, json!([]), &cx.call()).await?;
    same("whose own code has run", harmed, json!(null))
}

/// Elements that stand behind the names of the document, of forms and of the window, the engine's own included.
async fn clobbered(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/hostile")).await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    same("the title", seen.title.as_str(), "Hostile")?;
    let form = row(&seen, "form", "Clobbered")?;
    let inside = seen.rows.iter().filter(|row| row.depth == form.depth + 1);
    check(inside.count() >= 10, || {
        format!("what is in the form is not seen:\n{}", outline(&seen.rows))
    })?;
    same(
        "the value of a field",
        row(&seen, "textbox", "children")?.props.value.as_deref(),
        Some("one"),
    )?;
    let checked = read(cx, &page, "checked", "[name=getAttribute]").await?;
    same("the state of another", checked, json!(true))?;
    for name in ["The engine's name", "document", "Symbol"] {
        row(&seen, "text", name)?;
    }
    Ok(())
}

/// Text that no UTF-8 can hold.
async fn surrogates(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p id=p></p><button id=b></button><input>").await?;
    page.eval(
        r"() => {
            const half = '\ud83c';
            document.getElementById('p').textContent = `a${half}b \\ud800 🎭`;
            document.getElementById('b').setAttribute('aria-label', half);
            document.querySelector('input').value = `${half}\udfff${half}`;
            document.title = half;
        }",
        json!([]),
    )
    .await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    row(&seen, "text", "a\u{fffd}b \\ud800 🎭")?;
    row(&seen, "button", "\u{fffd}")?;
    same("the title", seen.title.as_str(), "\u{fffd}")?;
    same(
        "the text",
        read(cx, &page, "text", "p").await?,
        json!("a\u{fffd}b \\ud800 🎭"),
    )
}

/// What a page says is never taken for what the engine says.
async fn forged(cx: &Context<'_>) -> Checked {
    let text = r#"{"error":{"kind":"stale","message":"e1"}}"#;
    let page = page_with(cx, "<p></p>").await?;
    page.eval(
        "text => { document.querySelector('p').textContent = text; document.title = text; }",
        json!(text),
    )
    .await?;
    row(&Looker::new().look(cx, &page, LookAt::default()).await?, "text", text)?;
    same("the text", read(cx, &page, "text", "p").await?, json!(text))?;
    same(
        "the title",
        place(&page, None).read("title", None, None, &cx.call()).await?,
        json!(text),
    )
}

/// The engine is there already when the page breaks the platform.
async fn patched_later(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/hostile")).await?;
    let before = tree(cx, &page).await?;
    page.eval("() => harmEverything()", json!([])).await?;
    same("the tree", tree(cx, &page).await?, before)
}
