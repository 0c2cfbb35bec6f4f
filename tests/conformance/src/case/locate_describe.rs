//! The locator that is told for an element: it means that element and no other.

use greenroom_session_core::injected::{LookAt, Place, Question};
use greenroom_session_core::locator::Locator;
use serde_json::json;

use super::frames::{Others, elsewhere, framed};
use super::look::{Looker, look, page_with, place};
use super::{Case, Tried};
use crate::check::{Checked, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("locate::the-best-locator", [], best),
    look!("locate::the-best-locator-of-everything", [], everything),
    look!("locate::the-best-locator-on-every-page", [], every_page),
    look!(
        "locate::the-best-locator-in-other-origins",
        [FramesCrossOrigin],
        other_origins
    ),
    look!("locate::another-attribute-for-test-ids", [], attribute),
];

elsewhere! {
    other_origins => other_origins_case,
}

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

/// On some pages of the test site: of each element that a look tells.
async fn everything(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    for path in ["/account", "/hostile", "/dialogs", "/frames", "/nodes/60"] {
        let page = room.open(&cx.url(path)).await?;
        let count = all_resolve(cx, &page, LookAt::default()).await?;
        check(count > 0, || format!("{path} has no elements"))?;
    }
    Ok(())
}

/// On every page of the test site: of each element that `observe --all` lists.
async fn every_page(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let at = LookAt {
        interactive: true,
        ..LookAt::default()
    };
    let mut total = 0;
    for path in [
        "/",
        "/account",
        "/console",
        "/dialogs",
        "/downloads",
        "/frames",
        "/hash",
        "/history",
        "/hostile",
        "/popup",
        "/post",
        "/products",
        "/recorder",
        "/state",
        "/storage",
        "/worker",
        "/workshop",
        "/nodes/2000",
    ] {
        let page = room.open(&cx.url(path)).await?;
        // Some make elements anew all the time.
        page.eval(
            "() => { for (let n = 0; n < 1000; n += 1) clearInterval(n); }",
            json!([]),
        )
        .await?;
        total += all_resolve(cx, &page, at).await?;
    }
    check(total > 150, || format!("only {total} elements on all pages"))
}

/// Whether the best locator of each element that a look tells means that one; how many there are.
async fn all_resolve(cx: &Context<'_>, page: &Tab, at: LookAt) -> Checked<usize> {
    let seen = Looker::new().look(cx, page, at).await?;
    let refs: Vec<_> = seen.rows.iter().filter_map(|row| row.reference).collect();
    for number in &refs {
        let locator = place(page, None).describe(*number, &cx.call()).await?;
        let found = place(page, None).read("ref", Some(&locator), None, &cx.call()).await?;
        same(&format!("what `{locator}` means on {}", seen.url), found, json!(number))?;
    }
    Ok(refs.len())
}

/// Elements in frames of other origins, and in frames in these, be they of the page's own origin again.
async fn other_origins_case(cx: &Context<'_>, others: &Others) -> Checked {
    let own = format!("{}/title/Own", cx.site().origin);
    let inner = framed(&others.site, &[format!("{}/title/Inner", others.origin), own]);
    let sources = [format!("{}/title/Other", others.origin), inner];
    let page = cx.room().await?.open(&framed(&cx.site().origin, &sources)).await?;
    for (base, (selector, wanted)) in (10..).step_by(10).zip([
        (
            "frame:#frame-0 >> h1",
            "frame:role:iframe:\"frame 0\" >> role:heading:\"Other\"",
        ),
        (
            "frame:#frame-1 >> frame:#frame-0 >> h1",
            "frame:role:iframe:\"frame 1\" >> frame:role:iframe:\"frame 0\" >> role:heading:\"Inner\"",
        ),
        (
            "frame:#frame-1 >> frame:#frame-1 >> h1",
            "frame:role:iframe:\"frame 1\" >> frame:role:iframe:\"frame 1\" >> role:heading:\"Own\"",
        ),
    ]) {
        let locator = Locator::parse(selector)?;
        let question = Question {
            numbers: base..base + 10,
            ..Question::new("ref", &locator)
        };
        let told = place(&page, None).ask_of(&question, &cx.call()).await?;
        same("its ref", told.value?, json!(base))?;
        let frame = told.frame.as_ref();
        check(frame.is_some(), || {
            format!("{selector} is in no frame of another origin")
        })?;
        let described = place(&page, frame).describe(base, &cx.call()).await?;
        same(selector, described.to_string().as_str(), wanted)?;
        let question = Question::new("ref", &described);
        let again = place(&page, None).ask_of(&question, &cx.call()).await?;
        same("what that means", again.value?, json!(base))?;
        same("the frame that it is in", again.frame, told.frame)?;
    }
    // Of a frame that is gone nobody tells anything.
    let locator = Locator::parse("frame:#frame-0 >> h1")?;
    let told = place(&page, None)
        .ask_of(&Question::new("text", &locator), &cx.call())
        .await?;
    page.eval(crate::scripts::REMOVE, json!("frame-0")).await?;
    let gone = place(&page, told.frame.as_ref()).describe(10, &cx.call()).await;
    check(gone.is_err(), || format!("the frame is gone: {gone:?}"))
}

/// A session may say which attribute holds the test ids.
async fn attribute(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button id=a data-qa=save data-testid=other>Save</button><button id=b data-testid=save>Save</button>",
    )
    .await?;
    let here = Place {
        test_id: "data-qa",
        ..place(&page, None)
    };
    let locator = Locator::parse("testid:save")?;
    for (place, wanted) in [(here, "a"), (place(&page, None), "b")] {
        let found = place.read("attr", Some(&locator), Some("id"), &cx.call()).await?;
        same("what it means", found, json!(wanted))?;
    }
    for (number, place, selector, wanted) in [
        (50, here, "#a", "testid:\"save\""),
        (60, here, "#b", "#b"),
        (70, place(&page, None), "#a", "testid:\"other\""),
    ] {
        let locator = Locator::parse(selector)?;
        let question = Question {
            numbers: number..number + 1,
            ..Question::new("ref", &locator)
        };
        let value = place.ask_of(&question, &cx.call()).await?.value?;
        let number = value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0);
        same(
            selector,
            place.describe(number, &cx.call()).await?.to_string().as_str(),
            wanted,
        )?;
    }
    Ok(())
}
