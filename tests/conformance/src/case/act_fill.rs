//! Text put into fields, as the cases `act::fill…` ask it.

use greenroom_session_core::Error;
use serde_json::{Value, json};

use super::Case;
use super::act::{act, refuses};
use super::look::{look, page_with};
use crate::check::{Checked, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("act::fill", [], fill),
    look!("act::fill-all-kinds-of-text", [], fill_any_text),
    look!("act::fill-chosen-values", [], fill_chosen),
    look!("act::fill-a-megabyte", [], fill_much),
    look!("act::fill-what-takes-no-text", [], fill_unfit),
];

/// Fills a field; answers what it holds then.
pub(super) async fn filled(cx: &Context<'_>, page: &Tab, selector: &str, value: &str) -> Result<Value, Error> {
    Ok(act(cx, page, "fill", selector, json!({ "value": value })).await?["value"].take())
}

async fn held(page: &Tab, id: &str) -> Checked<Value> {
    let read =
        "id => { const at = document.getElementById(id); return at.isContentEditable ? at.textContent : at.value; }";
    Ok(page.eval(read, json!(id)).await?)
}

/// Notes what the page sees of an edit.
pub(super) const LISTEN: &str = "() => {
    window.seen = [];
    for (const type of ['focus', 'beforeinput', 'input', 'change', 'blur']) document.addEventListener(type, event => {
        seen.push(`${type} ${event.target.id || '-'}${event.isTrusted ? '' : ' untrusted'}`);
    }, true);
}";
pub(super) const SEEN: &str = "() => seen.splice(0).join(', ')";

async fn fill(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<label for=i>Name</label><input id=i value=before><textarea id=t>before</textarea>
        <div id=e contenteditable>be<b>fore</b></div><input id=n type=number value=1><input id=w type=email>
        <input id=short maxlength=3><button id=other>Other</button>",
    )
    .await?;
    page.eval(LISTEN, json!([])).await?;
    same(
        "a field by its label",
        filled(cx, &page, "text:Name", "after").await?,
        json!("after"),
    )?;
    same(
        "what the page saw",
        page.eval(SEEN, json!([])).await?,
        json!("focus i, beforeinput i untrusted, input i"),
    )?;
    for (id, value) in [
        ("t", "one\ntwo"),
        ("e", "rich"),
        ("n", "42.5"),
        ("w", "a@b.c"),
        ("i", ""),
        ("e", ""),
    ] {
        filled(cx, &page, &format!("css:#{id}"), value).await?;
        same(id, held(&page, id).await?, json!(value))?;
    }
    let seen = page.eval(SEEN, json!([])).await?;
    let seen = seen.as_str().unwrap_or_default();
    let told: Vec<_> = seen.split(", ").filter(|one| !one.starts_with("beforeinput")).collect();
    check(!told.join(" ").contains("untrusted"), || {
        format!("not as from a person: {seen}")
    })?;
    check(seen.contains("change i") && seen.contains("change t"), || {
        format!("no change was told: {seen}")
    })?;
    same(
        "no more than fits",
        filled(cx, &page, "css:#short", "abcdef").await?,
        json!("abc"),
    )
}

async fn fill_any_text(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=i><textarea id=t></textarea><div id=e contenteditable></div>",
    )
    .await?;
    for text in [
        "שלום עולם",
        "مرحبا 123",
        "👩\u{200d}👩\u{200d}👧 🎭",
        "e\u{301}a\u{308}",
        "a\u{a0}b",
        "<b>&amp;</b>",
        "'\"\\`${x}",
    ] {
        for id in ["i", "t", "e"] {
            filled(cx, &page, &format!("css:#{id}"), text).await?;
            // In rich text, which kind of blank there is is the browser's to say.
            let blank = |text: &str| {
                if id == "e" {
                    text.replace('\u{a0}', " ")
                } else {
                    text.to_owned()
                }
            };
            same(id, held(&page, id).await?.as_str().map(blank), Some(blank(text)))?;
        }
    }
    Ok(())
}

async fn fill_chosen(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=date type=date><input id=time type=time><input id=color type=color><input id=range type=range min=0 max=10>
        <input id=local type=datetime-local>",
    )
    .await?;
    page.eval(LISTEN, json!([])).await?;
    for (id, value) in [
        ("date", "2024-02-29"),
        ("time", "13:45"),
        ("color", "#a0b1c2"),
        ("range", "7"),
        ("local", "2024-02-29T13:45"),
    ] {
        filled(cx, &page, &format!("css:#{id}"), value).await?;
        same(id, held(&page, id).await?, json!(value))?;
    }
    let seen = page.eval(SEEN, json!([])).await?;
    check(seen.as_str().is_some_and(|seen| seen.contains("change date")), || {
        format!("{seen}")
    })?;
    for (id, value) in [
        ("date", "2024-02-30"),
        ("date", "tomorrow"),
        ("color", "red"),
        ("time", "25:00"),
    ] {
        refuses(
            cx,
            &page,
            "fill",
            &format!("css:#{id}"),
            json!({ "value": value }),
            "takes no",
        )
        .await?;
    }
    same("what it held before", held(&page, "date").await?, json!("2024-02-29"))
}

async fn fill_much(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<textarea id=t></textarea>").await?;
    let text = "0123456789abcdef".repeat(65_536);
    filled(cx, &page, "css:#t", &text).await?;
    let length = page
        .eval("() => document.getElementById('t').value.length", json!([]))
        .await?;
    same("the length", length, json!(text.len()))
}

async fn fill_unfit(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<p id=p>text</p><input id=c type=checkbox><select id=s><option>a</select><input id=f type=file>
        <input id=ro readonly value=x><input id=d disabled><fieldset disabled><input id=fd></fieldset><input id=h style='display:none'>
        <input id=n type=number><div id=ro2 aria-disabled=true><input id=ad></div>",
    )
    .await?;
    for (id, part) in [
        ("p", "takes no text"),
        ("c", "use `check`"),
        ("s", "use `select`"),
        ("f", "use `upload`"),
        ("ro", "read-only"),
        ("d", "disabled"),
        ("fd", "disabled"),
        ("ad", "disabled"),
        ("h", "not visible"),
        ("n", "takes no `abc`"),
    ] {
        refuses(
            cx,
            &page,
            "fill",
            &format!("css:#{id}"),
            json!({ "value": "abc" }),
            part,
        )
        .await?;
    }
    same("what is read-only", held(&page, "ro").await?, json!("x"))
}
