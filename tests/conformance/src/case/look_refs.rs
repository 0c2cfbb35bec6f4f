//! Refs: one for as long as its element lives, and never another element's.

use greenroom_session_core::Kind;
use greenroom_session_core::injected::{LEASE, LookAt, Place};
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::Case;
use super::look::{Looker, SET_BODY, look, page_with, place, read, ref_of};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("look::refs-stay", [], stay),
    look!("look::refs-of-what-moves", [], moves),
    look!("look::refs-of-what-is-gone", [], gone),
    look!("look::refs-after-a-navigation", [], navigation),
    look!("look::refs-without-end", [], without_end),
    look!("look::refs-of-two-who-look", [], two),
    look!("look::refs-do-not-leak", [], leak),
];

/// Whether a ref's element is stale, and not only unknown.
async fn is_stale(cx: &Context<'_>, page: &Tab, number: u32) -> Checked {
    let text = read(cx, page, "text", &format!("e{number}")).await;
    let error = fails("a ref whose element is gone", text, &[Kind::Stale])?;
    check(error.message().contains(&format!("e{number}")), || {
        format!("the ref is not named: {error:?}")
    })
}

async fn text(cx: &Context<'_>, page: &Tab, number: u32) -> Checked<Value> {
    Ok(read(cx, page, "text", &format!("e{number}")).await?)
}

async fn stay(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button><p>text</p><button>Two</button>").await?;
    let mut looker = Looker::new();
    let first = looker.look(cx, &page, LookAt::default()).await?;
    let one = ref_of(&first, "button", "One")?;
    let interactive = LookAt {
        interactive: true,
        screen: true,
        ..LookAt::default()
    };
    page.eval(
        "() => { document.body.prepend(document.createElement('button')); }",
        json!([]),
    )
    .await?;
    page.eval(
        "() => { document.querySelectorAll('button')[1].textContent = 'Uno'; }",
        json!([]),
    )
    .await?;
    for at in [interactive, LookAt::default()] {
        let seen = looker.look(cx, &page, at).await?;
        same(
            "the ref of an element that has changed",
            ref_of(&seen, "button", "Uno")?,
            one,
        )?;
        same(
            "the ref of one that has not",
            ref_of(&seen, "button", "Two"),
            ref_of(&first, "button", "Two"),
        )?;
    }
    same("its text", text(cx, &page, one).await?, json!("Uno"))?;
    let below = LookAt {
        reference: Some(one),
        ..LookAt::default()
    };
    let seen = looker.look(cx, &page, below).await?;
    same(
        "the tree of one element",
        (seen.rows.len(), seen.rows[0].reference),
        (1, Some(one)),
    )
}

async fn moves(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button id=b>One</button><div id=to></div><iframe srcdoc='<p>frame'></iframe>",
    )
    .await?;
    page.eval(
        "() => new Promise(done => { const frame = document.querySelector('iframe');
            if (frame.contentDocument.querySelector('p')) done(); else frame.onload = () => done(); })",
        json!([]),
    )
    .await?;
    let mut looker = Looker::new();
    let one = ref_of(&looker.look(cx, &page, LookAt::default()).await?, "button", "One")?;
    for (place, script) in [
        ("elsewhere", "() => { to.append(b); }"),
        (
            "into a shadow root",
            "() => { window.kept = b; to.attachShadow({ mode: 'open' }).append(kept); }",
        ),
        (
            "into a frame",
            "() => { document.querySelector('iframe').contentDocument.body.append(kept); }",
        ),
        ("and back", "() => { document.body.append(kept); }"),
    ] {
        page.eval(script, json!([])).await?;
        same(
            &format!("the text of what has moved {place}"),
            text(cx, &page, one).await?,
            json!("One"),
        )?;
        let seen = looker.look(cx, &page, LookAt::default()).await?;
        same(
            &format!("the ref of what has moved {place}"),
            ref_of(&seen, "button", "One")?,
            one,
        )?;
    }
    Ok(())
}

async fn gone(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button id=b>One</button>").await?;
    let mut looker = Looker::new();
    let one = ref_of(&looker.look(cx, &page, LookAt::default()).await?, "button", "One")?;
    page.eval("() => { window.kept = b; kept.remove(); }", json!([]))
        .await?;
    is_stale(cx, &page, one).await?;
    page.eval("() => { document.body.append(kept); }", json!([])).await?;
    same("what has come back", text(cx, &page, one).await?, json!("One"))?;
    // The same markup again is other elements.
    page.eval(SET_BODY, json!("<button id=b>One</button>")).await?;
    is_stale(cx, &page, one).await?;
    let again = ref_of(&looker.look(cx, &page, LookAt::default()).await?, "button", "One")?;
    check(again > one, || format!("another element has the ref e{again}"))?;
    let begin = LookAt {
        reference: Some(one),
        base: Some(looker.next),
        ..LookAt::default()
    };
    let seen = place(&page, None).look(begin, &cx.call()).await;
    fails("a look at what is gone", seen, &[Kind::Stale]).map(drop)
}

async fn navigation(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button>").await?;
    let mut looker = Looker::new();
    let one = ref_of(&looker.look(cx, &page, LookAt::default()).await?, "button", "One")?;
    page.goto(&cx.url("/title/Next")).await?;
    is_stale(cx, &page, one).await?;
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    check(
        seen.rows
            .iter()
            .filter_map(|row| row.reference)
            .all(|number| number > one),
        || "a ref is used again".to_owned(),
    )?;
    is_stale(cx, &page, one).await
}

/// Two sessions attached to one page: each counts by itself, and neither knows the other's refs.
async fn two(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button>").await?;
    let one = place(&page, None);
    let other = Place {
        owner: "another",
        ..one
    };
    let (mut looker, mut another) = (Looker::new(), Looker::new());
    looker.look_in(cx, one, LookAt::default()).await?;
    page.eval(
        "() => { document.body.insertAdjacentHTML('afterbegin', '<button>Two</button>'); }",
        json!([]),
    )
    .await?;
    for (looker, place, wanted) in [
        (&mut another, other, ["Two", "One"]),
        (&mut looker, one, ["One", "Two"]),
    ] {
        looker.look_in(cx, place, LookAt::default()).await?;
        for (number, name) in (1..).zip(wanted) {
            let target = Locator::of_ref(number);
            let text = place.read("text", Some(&target), None, &cx.call()).await?;
            same(&format!("the text of e{number} of {}", place.owner), text, json!(name))?;
        }
    }
    Ok(())
}

/// More than a look numbers by itself.
async fn without_end(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    let more = LEASE + 100;
    page.eval(
        "count => { document.body.innerHTML = Array.from({ length: count }, (_, n) => `<button>${n}</button>`).join(''); }",
        json!(more),
    )
    .await?;
    let mut looker = Looker::new();
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    same("how many waited for their numbers", seen.pending, 100)?;
    for number in [0, LEASE - 1, LEASE, more - 1] {
        let reference = ref_of(&seen, "button", &number.to_string())?;
        same(
            "the text of a ref",
            text(cx, &page, reference).await?,
            json!(number.to_string()),
        )?;
    }
    let refs: std::collections::BTreeSet<_> = seen.rows.iter().filter_map(|row| row.reference).collect();
    same("how many refs there are", refs.len(), more as usize)?;
    let again = looker.look(cx, &page, LookAt::default()).await?;
    same(
        "how many are new when nothing is",
        (again.pending, again.rows == seen.rows),
        (0, true),
    )
}

const RENDER: &str = "count => {
    document.body.innerHTML = Array.from({ length: count }, (_, n) => `<button>${n}</button>`).join('');
}";

const LITTER: &str = "() => { for (let n = 0; n < 40; n += 1) Array.from({ length: 50000 }, (_, k) => ({ k })); }";

/// A page that renders all anew again and again.
async fn leak(cx: &Context<'_>) -> Checked {
    const EACH: u32 = 2000;
    let page = page_with(cx, "").await?;
    let mut looker = Looker::new();
    let mut remembered = 0;
    for round in 1..=50 {
        page.eval(RENDER, json!(EACH)).await?;
        looker.look(cx, &page, LookAt::default()).await?;
        page.eval(LITTER, json!([])).await?;
        remembered = place(&page, None).refs(&cx.call()).await?;
        // Enough to tell a leak from what has not been collected yet.
        if round >= 8 && remembered < u64::from(looker.next / 2) {
            return Ok(());
        }
    }
    crate::check::fail(format!("of {} refs, {remembered} are remembered", looker.next - 1))
}
