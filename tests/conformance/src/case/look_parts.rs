//! Which part of a page an element that can be acted on belongs to; and which part of a page is shown.

use greenroom_session_core::injected::{LookAt, Seen};
use greenroom_session_core::snapshot::Row;
use serde_json::json;

use super::Case;
use super::look::{Looker, look, page_with, place};
use crate::check::{Checked, check, same};
use crate::context::Context;
use crate::scripts::SCROLL;

pub(super) const CASES: &[Case] = &[
    look!("look::parts", [], parts),
    look!("look::moves-the-viewport", [], viewport),
];

async fn parts(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<nav><a href='/title/A'>Home</a><button>Menu</button></nav>
        <div role=tablist><button role=tab>First</button></div>
        <form id=f><label>Email <input type=email required></label><input type=password aria-label=Secret value=hush>
        <input type=password aria-label=Empty><input type=checkbox aria-label=News checked>
        <input type=file aria-label=File><input type=color aria-label=Colour>
        <select aria-label=Size><option>S</select><button type=button>Save</button><input type=submit value=Send></form>
        <button form=f>Elsewhere</button><textarea aria-label=Free></textarea><div contenteditable aria-label=Rich role=textbox></div>
        <div role=search><button>Search</button></div>
        <button>Chat</button><a href='/title/B'>Inline</a><details><summary>More</summary></details>",
    )
    .await?;
    let at = LookAt {
        interactive: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let forms = [
        "Email",
        "Secret",
        "Empty",
        "News",
        "File",
        "Colour",
        "Size",
        "S",
        "Save",
        "Send",
        "Elsewhere",
        "Free",
        "Rich",
        "Search",
    ];
    same("the parts of forms", names(&seen, |row| row.props.form), forms)?;
    let navigation = ["Home", "Menu", "First", "Inline"];
    same("navigation", names(&seen, |row| row.props.navigation), navigation)?;
    same("secrets", names(&seen, |row| row.props.masked), ["Secret"])?;
    let others = names(&seen, |row| !row.props.form && !row.props.navigation);
    same("the others", others, ["Chat", "More"])?;
    let told = seen.rows.iter().any(|row| row.props.value.as_deref() == Some("hush"));
    check(!told, || "a password is told".to_owned())
}

fn names(seen: &Seen, is_meant: impl Fn(&Row) -> bool) -> Vec<&str> {
    let rows = seen.rows.iter().filter(|row| row.props.interactive && is_meant(row));
    rows.map(|row| row.name.as_str()).collect()
}

/// At once, whatever the page has for smooth, and as far as the document goes.
async fn viewport(cx: &Context<'_>) -> Checked {
    let body = "<style>html { scroll-behavior: smooth; } body { margin: 0; }</style><div style='width: 4000px; height: 5000px'>";
    let page = page_with(cx, body).await?;
    for (by, now) in [
        ((30.0, 400.0), (30.0, 400.0)),
        ((-10.0, -50.0), (20.0, 350.0)),
        ((-1e6, -1e6), (0.0, 0.0)),
    ] {
        let told = place(&page, None).scroll_by(by.0, by.1, &cx.call()).await?;
        same(&format!("where it is told to be after {by:?}"), told, now)?;
        let seen = page.eval(SCROLL, json!([])).await?;
        same(
            "where the page sees it",
            [seen[0].as_f64(), seen[1].as_f64()],
            [Some(now.0), Some(now.1)],
        )?;
    }
    let (_, bottom) = place(&page, None).scroll_by(0.0, 1e9, &cx.call()).await?;
    check(bottom > 1000.0 && bottom < 5000.0, || format!("the end is at {bottom}"))
}
