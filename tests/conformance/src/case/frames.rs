//! Frames of other origins: found by their elements, and scripts in them.

use std::collections::BTreeSet;

use greenroom_session_core::backend::{Capability, ContextOptions, FrameKey, World};
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};

use super::adopt::{found, leave, take_over};
use super::{Case, Tried, case};
use crate::check::{Checked, Failure, check, fail, fails, refused, same};
use crate::context::{Context, Tab};
use crate::scripts::{FRAMES, GLOBAL, HREF, IDENTITY, LOOKS_INTO, ONE_FRAME, SEND_FRAME, SET_GLOBAL, THROW, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("frames::another-origin", [FramesCrossOrigin], another_origin, else unsupported),
    case!("frames::another-site", [FramesCrossOrigin], another_site),
    case!("frames::same-origin", [FramesCrossOrigin], same_origin),
    case!("frames::nested", [FramesCrossOrigin], nested),
    case!("frames::many-at-once", [FramesCrossOrigin], many),
    case!("frames::elements-without-a-frame", [FramesCrossOrigin], without_frame),
    case!(
        "frames::function-that-finds-nothing",
        [FramesCrossOrigin],
        finds_nothing
    ),
    case!("frames::worlds", [FramesCrossOrigin, IsolatedWorld], worlds),
    case!("frames::navigates-to-other-origins", [FramesCrossOrigin], navigates),
    case!("frames::adopted", [FramesCrossOrigin, Adoption], adopted),
];

/// What is said where the setup has no other origins.
pub(super) const ONE_SITE: &str = "this setup has one site only";

/// The other origin and the other site.
pub(super) struct Others {
    pub(super) origin: String,
    pub(super) site: String,
}

pub(super) fn others(cx: &Context<'_>) -> Option<Others> {
    let site = cx.site();
    Some(Others {
        origin: site.other_origin?,
        site: site.other_site?,
    })
}

/// Runs a case where there are other origins.
macro_rules! elsewhere {
    ($($name:ident => $case:ident),+ $(,)?) => {
        $(async fn $name(cx: &Context<'_>) -> Tried {
            match $crate::case::frames::others(cx) {
                Some(others) => $case(cx, &others).await.map(|()| None),
                None => Ok(Some($crate::case::frames::ONE_SITE.to_owned())),
            }
        })+
    };
}

pub(super) use elsewhere;

elsewhere! {
    another_origin => origin_case,
    another_site => site_case,
    nested => nested_case,
    many => many_case,
    worlds => worlds_case,
    navigates => navigates_case,
    adopted => adopted_case,
}

/// The address of a page of `origin` with these frames.
pub(super) fn framed(origin: &str, sources: &[String]) -> String {
    let sources: Vec<String> = sources.iter().map(|source| format!("src={}", encode(source))).collect();
    format!("{origin}/framed?{}", sources.join("&"))
}

/// A value of a query.
fn encode(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// A page of the site with these frames, which have loaded.
pub(super) async fn open(cx: &Context<'_>, sources: &[String]) -> Checked<Tab> {
    let url = framed(&cx.site().origin, sources);
    cx.room().await?.open(&url).await
}

/// The only frame of a document.
pub(super) async fn only_frame(page: &Tab, parent: Option<&FrameKey>) -> Checked<FrameKey> {
    match page.find(parent, FRAMES, json!([])).await?.as_slice() {
        [Some(frame)] => Ok(frame.clone()),
        other => fail(format!("wanted one frame, found {other:?}")),
    }
}

/// Expects a title in a frame, in both worlds.
pub(super) async fn has_title(page: &Tab, frame: &FrameKey, title: &str, call: &Call) -> Checked {
    for world in [World::Main, World::Isolated] {
        let got = page.eval_frame_in(frame, world, TITLE, json!([]), call).await?;
        same("the title in the frame", got, json!(title))?;
    }
    Ok(())
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/title/Here")).await?;
    refused("the frames", page.0.frames().map(drop), Capability::FramesCrossOrigin)?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Here"))
}

async fn seen_from_outside(cx: &Context<'_>, origin: &str) -> Checked {
    let url = format!("{origin}/title/Inside");
    let page = open(cx, std::slice::from_ref(&url)).await?;
    same(
        "whether the page looks into it",
        page.eval(LOOKS_INTO, json!("frame-0")).await?,
        json!(false),
    )?;
    let frame = only_frame(&page, None).await?;
    has_title(&page, &frame, "Inside", &cx.call()).await?;
    same(
        "its address",
        page.eval_frame(&frame, HREF, json!([])).await?,
        json!(url),
    )?;
    let thrown = page.eval_frame(&frame, THROW, json!("no žluť here")).await;
    let error = fails("a function that throws", thrown, &[Kind::Script])?;
    check(error.message().contains("no žluť here"), || {
        format!("the message is lost: {error:?}")
    })?;
    same(
        "the title of the page",
        page.eval(TITLE, json!([])).await?,
        json!("Framed"),
    )?;
    page.is_usable(&cx.site()).await
}

async fn origin_case(cx: &Context<'_>, others: &Others) -> Checked {
    seen_from_outside(cx, &others.origin).await
}

async fn site_case(cx: &Context<'_>, others: &Others) -> Checked {
    seen_from_outside(cx, &others.site).await
}

async fn same_origin(cx: &Context<'_>) -> Checked {
    let page = open(cx, &["/title/Inside".to_owned()]).await?;
    let frame = only_frame(&page, None).await?;
    has_title(&page, &frame, "Inside", &cx.call()).await
}

async fn nested_case(cx: &Context<'_>, others: &Others) -> Checked {
    let deep = format!("{}/title/Deep", others.origin);
    let middle = framed(&cx.site().origin, &[deep, "/title/Beside".to_owned()]);
    let page = open(cx, &[framed(&others.site, &[middle])]).await?;
    let outer = only_frame(&page, None).await?;
    let middle = only_frame(&page, Some(&outer)).await?;
    let inner = page.find(Some(&middle), FRAMES, json!([])).await?;
    let [Some(deep), Some(beside)] = inner.as_slice() else {
        return fail(format!("wanted two frames, found {inner:?}"));
    };
    has_title(&page, deep, "Deep", &cx.call()).await?;
    has_title(&page, beside, "Beside", &cx.call()).await?;
    has_title(&page, &middle, "Framed", &cx.call()).await
}

async fn many_case(cx: &Context<'_>, others: &Others) -> Checked {
    let source = |number| {
        let origin = if number % 2 == 0 { &others.origin } else { &others.site };
        format!("{origin}/title/Frame{number}")
    };
    let sources: Vec<String> = (0..50).map(source).collect();
    let page = open(cx, &sources).await?;
    let frames: Vec<FrameKey> = page
        .find(None, FRAMES, json!([]))
        .await?
        .into_iter()
        .flatten()
        .collect();
    same("the frames", frames.iter().collect::<BTreeSet<_>>().len(), 50)?;
    let mut running = Vec::new();
    for frame in frames {
        let page = page.clone();
        running.push(tokio::spawn(
            async move { page.eval_frame(&frame, TITLE, json!([])).await },
        ));
    }
    for (number, running) in running.into_iter().enumerate() {
        let title = running.await.map_err(|error| Failure(error.to_string()))??;
        same("a title among fifty", title, json!(format!("Frame{number}")))?;
    }
    Ok(())
}

async fn without_frame(cx: &Context<'_>) -> Checked {
    let page = open(cx, &["/title/Inside".to_owned()]).await?;
    let found = page.find(None, ONE_FRAME, json!([])).await?;
    check(matches!(found.as_slice(), [None, Some(_), None, None]), || {
        format!("of a body, a frame, nothing and an element that is nowhere, these hold frames: {found:?}")
    })?;
    page.goto(&cx.url("/title/Bare")).await?;
    same(
        "the frames of a page without",
        page.find(None, FRAMES, json!([])).await?,
        [],
    )
}

async fn finds_nothing(cx: &Context<'_>) -> Checked {
    let page = open(cx, &["/title/Inside".to_owned()]).await?;
    let number = page.find(None, IDENTITY, json!([7])).await;
    fails("a function that answers no array", number, &[Kind::Script])?;
    let thrown = page.find(None, THROW, json!("nothing here")).await;
    let error = fails("a function that throws", thrown, &[Kind::Script])?;
    check(error.message().contains("nothing here"), || {
        format!("the message is lost: {error:?}")
    })
}

async fn worlds_case(cx: &Context<'_>, others: &Others) -> Checked {
    let (ours, call) = (World::Isolated, cx.call());
    for origin in [&others.origin, &others.site] {
        let page = open(cx, &[format!("{origin}/state")]).await?;
        let frame = only_frame(&page, None).await?;
        let known = page.eval_frame(&frame, GLOBAL, json!("loadedAt")).await?;
        check(known.is_number(), || {
            format!("a variable of the frame, in the frame, is {known}")
        })?;
        let seen = page
            .eval_frame_in(&frame, ours, GLOBAL, json!("loadedAt"), &call)
            .await?;
        same("a variable of the frame, in our world", seen, Value::Null)?;
        page.eval_frame_in(&frame, ours, SET_GLOBAL, json!(["secret", 7]), &call)
            .await?;
        let seen = page.eval_frame(&frame, GLOBAL, json!("secret")).await?;
        same("a variable of ours, in the frame", seen, Value::Null)?;
        let kept = page.eval_frame_in(&frame, ours, GLOBAL, json!("secret"), &call).await?;
        same("a variable of ours, in our world", kept, json!(7))?;
        let around = page.eval_in(ours, GLOBAL, json!("secret"), &call).await?;
        same("a variable of ours, in our world of the page", around, Value::Null)?;
    }
    Ok(())
}

async fn navigates_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = open(cx, &[format!("{}/title/First", others.origin)]).await?;
    let frame = only_frame(&page, None).await?;
    let here = cx.site().origin;
    for (number, origin) in [&others.site, &others.origin, &here, &others.site, &others.site]
        .into_iter()
        .enumerate()
    {
        let title = format!("Stop{number}");
        page.eval_frame_in(&frame, World::Isolated, SET_GLOBAL, json!(["secret", 7]), &cx.call())
            .await?;
        page.eval(SEND_FRAME, json!(["frame-0", format!("{origin}/title/{title}")]))
            .await?;
        has_title(&page, &frame, &title, &cx.call()).await?;
        let kept = page
            .eval_frame_in(&frame, World::Isolated, GLOBAL, json!("secret"), &cx.call())
            .await?;
        same("a variable of the former document", kept, Value::Null)?;
        same(
            "the frame that is found now",
            only_frame(&page, None).await?,
            frame.clone(),
        )?;
    }
    Ok(())
}

async fn adopted_case(cx: &Context<'_>, others: &Others) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    drop(browser);
    let inside = framed(&others.site, &[format!("{}/title/Deep", cx.site().origin)]);
    let near = format!("{}/title/Near", others.origin);
    let page = room.open(&framed(&cx.site().origin, &[inside, near])).await?;
    let before = page.find(None, FRAMES, json!([])).await?;
    let key = page.key().clone();
    drop(page);

    let room = take_over(cx, leave(cx, room)).await?;
    let page = Tab(found(&room, &key)?.page);
    same("the frames", page.find(None, FRAMES, json!([])).await?, before.clone())?;
    let [Some(outer), Some(near)] = before.as_slice() else {
        return fail(format!("wanted two frames, found {before:?}"));
    };
    has_title(&page, near, "Near", &cx.call()).await?;
    has_title(&page, outer, "Framed", &cx.call()).await?;
    let deep = only_frame(&page, Some(outer)).await?;
    has_title(&page, &deep, "Deep", &cx.call()).await
}
