//! Lists in frames: of the same origin in the same question, of others in one more each.

use greenroom_session_core::Kind;
use greenroom_session_core::injected::Extract;
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::extract::{everything, records};
use super::frames::{Others, elsewhere, framed};
use super::look::{look, place};
use super::{Case, Tried};
use crate::check::{Checked, fails, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("extract::in-frames-of-the-same-origin", [], same_origin),
    look!(
        "extract::in-frames-of-other-origins",
        [FramesCrossOrigin],
        other_origins
    ),
];

elsewhere! {
    other_origins => other_origins_case,
}

/// What is wanted of the products in a frame.
const LIST: &str = "frame:#frame-0 >> testid:product";

async fn products(cx: &Context<'_>, origin: &str) -> Checked {
    let page = cx
        .room()
        .await?
        .open(&framed(&cx.site().origin, &[format!("{origin}/products")]))
        .await?;
    let read = records(cx, &page, Some(LIST), &["name", "link"]).await?;
    same("how many", read.items.len(), 4)?;
    same(
        "the second",
        Value::from(read.items[1].clone()),
        json!({ "name": "Floor lamp", "link": format!("{origin}/title/Floor") }),
    )?;
    let list = Locator::parse(LIST)?;
    let wanted = Extract {
        list: Some(&list),
        most: 1,
        ..Extract::default()
    };
    let raw = place(&page, None).extract(&wanted, &cx.call()).await?;
    same(
        "whose address is told",
        (raw.url, raw.total),
        (format!("{origin}/products"), 4),
    )?;
    let (told, _) = everything(cx, &page, 10).await?;
    same("what is in frames is not told by itself", told.get("tables"), None)?;
    let list = Locator::parse("frame:#frame-0 >> .nothing")?;
    let wanted = Extract {
        list: Some(&list),
        ..wanted
    };
    let nothing = place(&page, None).extract(&wanted, &cx.call()).await;
    fails("nothing in the frame", nothing, &[Kind::NotFound]).map(drop)
}

async fn same_origin(cx: &Context<'_>) -> Checked {
    products(cx, &cx.site().origin.clone()).await
}

async fn other_origins_case(cx: &Context<'_>, others: &Others) -> Checked {
    products(cx, &others.origin).await?;
    products(cx, &others.site).await
}
