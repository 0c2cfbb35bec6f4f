//! Which part of a page an element that can be acted on belongs to.

use greenroom_session_core::injected::{LookAt, Seen};
use greenroom_session_core::snapshot::Row;

use super::Case;
use super::look::{Looker, look, page_with};
use crate::check::{Checked, check, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[look!("look::parts", [], parts)];

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
