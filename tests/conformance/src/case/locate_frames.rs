//! Locators that go on in frames: of the same origin in the same question, of others in one more each.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::Capability;
use greenroom_session_core::injected::Question;
use greenroom_session_core::locator::Locator;
use serde_json::json;

use super::frames::{Others, elsewhere, framed};
use super::look::{look, page_with, place, read};
use super::{Case, Tried};
use crate::check::{Checked, check, fails, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("locate::in-frames-of-the-same-origin", [], same_origin),
    look!("locate::in-frames-of-other-origins", [FramesCrossOrigin], other_origins),
    look!("locate::in-frames-without-foreign-ones", [], without),
];

elsewhere! {
    other_origins => other_origins_case,
}

async fn same_origin(cx: &Context<'_>) -> Checked {
    let sources = ["/title/One".to_owned(), "/title/Two".to_owned(), "/frames".to_owned()];
    let page = cx.room().await?.open(&framed(&cx.site().origin, &sources)).await?;
    for (selector, wanted) in [
        ("frame:#frame-0 >> role:heading", "One"),
        ("frame:iframe >> role:heading", ""),
        ("iframe >> nth=1 >> frame: >> role:heading", "Two"),
        ("frame:role:iframe:\"frame 1\" >> text:two >> nth=0", "Two"),
        ("frame:css:iframe:nth-of-type(1) >> h1", "One"),
    ] {
        if wanted.is_empty() {
            // Which frame is meant must be certain.
            let error = fails(selector, read(cx, &page, "text", selector).await, &[Kind::Ambiguous])?;
            check(error.message().contains("3 elements match"), || format!("{error:?}"))?;
            continue;
        }
        same(selector, read(cx, &page, "text", selector).await?, json!(wanted))?;
    }
    same(
        "what is in frames is not found by itself",
        read(cx, &page, "count", "role:heading:One").await?,
        json!(0),
    )?;
    for (selector, what, wanted) in [
        ("frame:#nothing >> h1", "count", json!(0)),
        ("frame:#nothing >> h1", "visible", json!(false)),
        ("frame:#frame-0 >> h7", "count", json!(0)),
    ] {
        same(selector, read(cx, &page, what, selector).await?, wanted)?;
    }
    let page = page_with(cx, "<p id=p>x</p>").await?;
    let error = fails(
        "no frame",
        read(cx, &page, "text", "frame:#p >> b").await,
        &[Kind::Usage],
    )?;
    check(error.message().contains("<p> is no frame"), || format!("{error:?}"))
}

async fn other_origins_case(cx: &Context<'_>, others: &Others) -> Checked {
    let inner = framed(&others.site, &[format!("{}/title/Inner", others.origin)]);
    let sources = [format!("{}/title/Other", others.origin), inner];
    let page = cx.room().await?.open(&framed(&cx.site().origin, &sources)).await?;
    for (selector, wanted) in [
        ("frame:#frame-0 >> role:heading", "Other"),
        (
            "iframe >> nth=1 >> frame: >> frame:iframe >> role:heading:inner",
            "Inner",
        ),
        ("frame:#frame-1 >> frame:#frame-0 >> text:/^Inner$/ >> nth=0", "Inner"),
    ] {
        same(selector, read(cx, &page, "text", selector).await?, json!(wanted))?;
    }
    let error = fails(
        "nothing in the frame",
        read(cx, &page, "text", "frame:#frame-0 >> role:heading:Othr").await,
        &[Kind::NotFound],
    )?;
    check(error.message().contains("\"Other\""), || {
        format!("what is near is not told: {error:?}")
    })?;
    // Its refs are those of its own document.
    let locator = Locator::parse("frame:#frame-0 >> role:heading")?;
    let question = Question {
        numbers: 7..20,
        ..Question::new("ref", &locator)
    };
    let told = place(&page, None).ask_of(&question, &cx.call()).await?;
    same("the numbers that it gave", told.given.clone(), 7..8)?;
    let frame = told.frame.as_ref();
    check(frame.is_some(), || "it does not say in which frame".to_owned())?;
    same("its ref", told.value?, json!(7))?;
    let text = place(&page, frame)
        .read("text", Some(&Locator::of_ref(7)), None, &cx.call())
        .await?;
    same("its text", text, json!("Other"))?;
    page.eval(crate::scripts::REMOVE, json!("frame-0")).await?;
    let gone = read(cx, &page, "count", "frame:#frame-0 >> h1").await?;
    same("what is in a frame that is gone", gone, json!(0))
}

/// A frame that may not be looked into is told as that, not as empty.
async fn without(cx: &Context<'_>) -> Tried {
    let room = cx.room().await?;
    let Some(other) = cx.site().other_origin.clone() else {
        return Ok(Some("this setup has no other origin".to_owned()));
    };
    if cx.has(Capability::FramesCrossOrigin) {
        return Ok(None);
    }
    let page = room
        .open(&framed(&cx.site().origin, &[format!("{other}/title/Other")]))
        .await?;
    let answer = read(cx, &page, "count", "frame:#frame-0 >> h1").await;
    fails("a locator into it", answer, &[Kind::Unsupported])?;
    Ok(None)
}
