//! The locator that is told for an element: it means that element and no other.

use greenroom_session_core::injected::{LookAt, Question};
use greenroom_session_core::locator::Locator;
use serde_json::json;

use super::Case;
use super::look::{Looker, look, page_with, place};
use crate::check::{Checked, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("locate::the-best-locator", [], best),
    look!("locate::the-best-locator-of-everything", [], everything),
];

/// The locator of the only element that another locator means.
async fn described(cx: &Context<'_>, page: &Tab, selector: &str, number: u32) -> Checked<String> {
    let locator = Locator::parse(selector)?;
    let question = Question {
        numbers: number..number + 1,
        ..Question::new("ref", &locator)
    };
    let value = place(page, None).ask_of(&question, &cx.call()).await?.value?;
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    let number = number.unwrap_or(0);
    Ok(place(page, None).describe(number, &cx.call()).await?.to_string())
}

async fn best(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button id=a data-testid=save>Save</button><button id=b>Next</button><button id=c>Next page</button>
        <label for=d>E-mail</label><input id=d><button id=e>Twice</button><button id=f>Twice</button><p id=g>Some words</p>
        <div id=h></div><ul><li></li><li class=i></li></ul><p id='1 \"x'></p>
        <iframe srcdoc='<button>Inside</button>' title=Frame></iframe>",
    )
    .await?;
    page.eval(
        "async () => { const frame = document.querySelector('iframe');
            while (!frame.contentDocument.querySelector('button')) await new Promise(done => setTimeout(done, 5));
            document.getElementById('h').attachShadow({ mode: 'open' }).innerHTML = '<i></i><u></u><i class=j></i>'; }",
        json!([]),
    )
    .await?;
    for (number, (selector, wanted)) in (100..).zip([
        ("#a", "testid:\"save\""),
        ("#b", "role:button:\"Next\"!"),
        ("#c", "role:button:\"Next page\""),
        ("#d", "role:textbox:\"E-mail\""),
        ("#e", "#e"),
        ("#g", "text:\"Some words\""),
        ("li.i", "li:nth-of-type(2)"),
        ("p:not(#g)", "#\\31 \\ \\\"x"),
        ("i.j", "i:nth-of-type(2)"),
        (
            "frame:iframe >> button",
            "frame:role:iframe:\"Frame\" >> role:button:\"Inside\"",
        ),
    ]) {
        same(selector, described(cx, &page, selector, number).await?.as_str(), wanted)?;
    }
    Ok(())
}

/// On the pages of the test site: of each element that a look tells.
async fn everything(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    for path in ["/account", "/hostile", "/dialogs", "/frames", "/nodes/60"] {
        let page = room.open(&cx.url(path)).await?;
        let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
        let refs: Vec<_> = seen.rows.iter().filter_map(|row| row.reference).collect();
        check(!refs.is_empty(), || format!("{path} has no elements"))?;
        for number in refs {
            let locator = place(&page, None).describe(number, &cx.call()).await?;
            let found = place(&page, None).read("ref", Some(&locator), None, &cx.call()).await?;
            same(&format!("what `{locator}` means on {path}"), found, json!(number))?;
        }
    }
    Ok(())
}
