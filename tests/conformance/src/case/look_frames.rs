//! Frames: those of the same origin belong to their page's tree, others are looked at by themselves, and all of them come
//! and go.

use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, Navigation, Target, WaitUntil};
use greenroom_session_core::injected::{LookAt, Seen};
use greenroom_session_core::locator::Locator;
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};

use super::frames::{Others, elsewhere, framed};
use super::look::{Looker, look, outline, page_with, place, read, ref_of, row};
use super::{Case, Tried};
use crate::check::{Checked, Failure, check, fail, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::{ALERT, REMOVE, SEND_FRAME};

pub(super) const CASES: &[Case] = &[
    look!("look::frames-of-the-same-origin", [], same_origin),
    look!("look::frames-of-other-origins", [FramesCrossOrigin], other_origins),
    look!("look::frames-in-frames", [FramesCrossOrigin], nested),
    look!("look::hundreds-of-frames", [FramesCrossOrigin], hundreds),
    look!("look::frame-removed-in-the-middle", [FramesCrossOrigin], removed),
    look!("look::frame-that-goes-elsewhere", [FramesCrossOrigin], goes),
    look!("look::navigation-in-the-middle", [], navigation),
    look!("look::behind-a-dialog", [Dialogs], dialog),
];

elsewhere! {
    other_origins => other_origins_case,
    nested => nested_case,
    hundreds => hundreds_case,
    removed => removed_case,
    goes => goes_case,
}

async fn open(cx: &Context<'_>, sources: &[String]) -> Checked<Tab> {
    cx.room().await?.open(&framed(&cx.site().origin, sources)).await
}

/// The frames that the last look did not look into, all of which show a document.
async fn foreign(cx: &Context<'_>, page: &Tab, parent: Option<&FrameKey>) -> Checked<Vec<FrameKey>> {
    let found = place(page, parent).foreign_frames(&cx.call()).await?;
    let all: Option<Vec<_>> = found.iter().cloned().collect();
    all.ok_or_else(|| Failure(format!("a frame is not found: {found:?}")))
}

async fn same_origin(cx: &Context<'_>) -> Checked {
    let page = open(cx, &["/title/One".to_owned(), "/frames".to_owned()]).await?;
    let mut looker = Looker::new();
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    let frame = row(&seen, "iframe", "frame 0")?;
    same(
        "the depth of what is in a frame",
        row(&seen, "heading", "One")?.depth,
        frame.depth + 1,
    )?;
    row(&seen, "iframe", "same origin")?;
    let heading = ref_of(&seen, "heading", "One")?;
    same(
        "its text",
        read(cx, &page, "text", &format!("e{heading}")).await?,
        json!("One"),
    )?;
    page.eval(SEND_FRAME, json!(["frame-0", "/title/Two"])).await?;
    let text = read(cx, &page, "text", &format!("e{heading}")).await;
    fails("a ref in a document that is gone", text, &[Kind::Stale])?;
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    check(ref_of(&seen, "heading", "Two")? > heading, || {
        "a ref is used again".to_owned()
    })?;
    page.eval(REMOVE, json!("frame-0")).await?;
    let text = read(cx, &page, "text", &format!("e{}", ref_of(&seen, "heading", "Two")?)).await;
    fails("a ref in a frame that is gone", text, &[Kind::Stale]).map(drop)
}

async fn other_origins_case(cx: &Context<'_>, others: &Others) -> Checked {
    let sources = [
        format!("{}/title/Origin", others.origin),
        format!("{}/title/Site", others.site),
    ];
    let page = open(cx, &sources).await?;
    let mut looker = Looker::new();
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    same("how many frames it could not look into", seen.frames, 2)?;
    let places: Vec<_> = seen.rows.iter().filter_map(|row| row.props.frame).collect();
    same("their places in the tree", places, [0, 1])?;
    let top: Vec<_> = seen.rows.iter().filter_map(|row| row.reference).collect();
    for (frame, name) in foreign(cx, &page, None).await?.iter().zip(["Origin", "Site"]) {
        let here = place(&page, Some(frame));
        let inside = looker.look_in(cx, here, LookAt::default()).await?;
        same("its title", inside.title.as_str(), name)?;
        let heading = ref_of(&inside, "heading", name)?;
        check(!top.contains(&heading), || format!("e{heading} is given twice"))?;
        let target = Locator::of_ref(heading);
        same(
            "its text",
            here.read("text", Some(&target), None, &cx.call()).await?,
            json!(name),
        )?;
        // Only its own document knows it.
        let elsewhere = read(cx, &page, "text", &format!("e{heading}")).await;
        fails("a frame's ref in its page", elsewhere, &[Kind::Stale])?;
        let again = looker.look_in(cx, here, LookAt::default()).await?;
        same(
            "its ref when it is looked at again",
            ref_of(&again, "heading", name)?,
            heading,
        )?;
    }
    Ok(())
}

async fn nested_case(cx: &Context<'_>, others: &Others) -> Checked {
    let inner = framed(&others.site, &[format!("{}/title/Inner", others.origin)]);
    let page = open(cx, &[inner]).await?;
    let mut looker = Looker::new();
    looker.look(cx, &page, LookAt::default()).await?;
    let outer = foreign(cx, &page, None).await?;
    let seen = looker
        .look_in(cx, place(&page, outer.first()), LookAt::default())
        .await?;
    same("how many frames are in the frame", seen.frames, 1)?;
    let inner = foreign(cx, &page, outer.first()).await?;
    let seen = looker
        .look_in(cx, place(&page, inner.first()), LookAt::default())
        .await?;
    row(&seen, "heading", "Inner").map(drop)
}

/// How long hundreds of frames may take to load.
const LOADING: Duration = Duration::from_mins(1);

async fn hundreds_case(cx: &Context<'_>, others: &Others) -> Checked {
    const EACH: usize = 100;
    let origins = ["", &others.origin, &others.site];
    let sources: Vec<_> = (0..EACH)
        .flat_map(|n| origins.map(|origin| format!("{origin}/title/{n}")))
        .collect();
    let page = cx.room().await?.open_blank().await?;
    let to = Navigation {
        target: Target::Url(framed(&cx.site().origin, &sources)),
        until: WaitUntil::Load,
    };
    page.0.navigate(&to, &Call::within(LOADING)).await?;
    let mut looker = Looker::new();
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    let count = |seen: &Seen, role: &str| seen.rows.iter().filter(|row| row.role == role).count();
    same(
        "how many frames there are",
        (count(&seen, "iframe"), seen.frames),
        (3 * EACH, 2 * EACH),
    )?;
    same("how many of them are in its tree", count(&seen, "heading"), EACH + 1)?;
    let frames = foreign(cx, &page, None).await?;
    for (index, frame) in frames.iter().enumerate() {
        let seen = looker.look_in(cx, place(&page, Some(frame)), LookAt::default()).await?;
        row(&seen, "heading", &(index / 2).to_string())?;
    }
    same("how many were looked at", frames.len(), 2 * EACH)
}

async fn removed_case(cx: &Context<'_>, others: &Others) -> Checked {
    let sources = [1, 2, 3].map(|n| format!("{}/title/{n}", others.site));
    let page = open(cx, &sources).await?;
    let mut looker = Looker::new();
    let seen = looker.look(cx, &page, LookAt::default()).await?;
    same("how many frames there are", seen.frames, 3)?;
    page.eval(REMOVE, json!("frame-0")).await?;
    let found = place(&page, None).foreign_frames(&cx.call()).await?;
    let [None, Some(second), Some(third)] = &found[..] else {
        return fail(format!("the first of three frames was removed: {found:?}"));
    };
    page.eval(REMOVE, json!("frame-1")).await?;
    let gone = place(&page, Some(second)).look(LookAt::default(), &cx.call()).await;
    fails("a look into a frame that is gone", gone.map(drop), &[Kind::Stale])?;
    let seen = looker.look_in(cx, place(&page, Some(third)), LookAt::default()).await?;
    row(&seen, "heading", "3")?;
    page.is_usable(&cx.site()).await
}

async fn goes_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = open(cx, &[format!("{}/title/Before", others.origin)]).await?;
    let mut looker = Looker::new();
    looker.look(cx, &page, LookAt::default()).await?;
    let frames = foreign(cx, &page, None).await?;
    let before = looker
        .look_in(cx, place(&page, frames.first()), LookAt::default())
        .await?;
    let heading = ref_of(&before, "heading", "Before")?;
    page.eval(SEND_FRAME, json!(["frame-0", format!("{}/title/After", others.site)]))
        .await?;
    let target = Locator::of_ref(heading);
    let text = place(&page, frames.first())
        .read("text", Some(&target), None, &cx.call())
        .await;
    fails("a ref of the document before", text, &[Kind::Stale])?;
    let after = looker
        .look_in(cx, place(&page, frames.first()), LookAt::default())
        .await?;
    check(ref_of(&after, "heading", "After")? > heading, || {
        "a ref is used again".to_owned()
    })
}

/// Looks while the page goes to and fro: each sees one of the documents as a whole, or says what happened.
async fn navigation(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let (here, there) = (cx.url("/nodes/2000"), cx.url("/title/There"));
    let page = room.open(&here).await?;
    let whole = outline(&Looker::new().look(cx, &page, LookAt::default()).await?.rows);
    let (mut seen_here, mut seen_there) = (0, 0);
    for _ in 0..8 {
        let journey = async {
            page.goto(&there).await?;
            page.goto(&here).await
        };
        let looks = async {
            let mut looks = Vec::new();
            for _ in 0..6 {
                looks.push(place(&page, None).look(LookAt::default(), &cx.call()).await);
            }
            looks
        };
        let (journey, looks) = tokio::join!(journey, looks);
        journey?;
        for look in looks {
            match look {
                // A document that is still being read has not everything yet.
                Ok(seen) if seen.url == here => {
                    let (text, full) = (outline(&seen.rows).lines().count(), whole.lines().count());
                    check(text <= full, || format!("{text} rows where there are {full}"))?;
                    seen_here += 1;
                }
                Ok(seen) if seen.url == there => seen_there += 1,
                Ok(seen) if seen.url == "about:blank" => {}
                Ok(seen) => return fail(format!("`{}` was seen, which was never there", seen.url)),
                Err(error) if error.kind() == Kind::Navigation => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    check(seen_here + seen_there > 0, || "no look succeeded".to_owned())?;
    same(
        "the tree in the end",
        outline(&Looker::new().look(cx, &page, LookAt::default()).await?.rows),
        whole,
    )
}

/// A dialog of the page has just been answered.
async fn dialog(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>Below</button>").await?;
    let looks = async {
        let mut looker = Looker::new();
        for _ in 0..5 {
            row(&looker.look(cx, &page, LookAt::default()).await?, "button", "Below")?;
        }
        Ok::<_, Failure>(())
    };
    let alerts = async {
        for _ in 0..5 {
            page.eval(ALERT, json!("an alert")).await?;
        }
        Ok::<_, Failure>(Value::Null)
    };
    let (looked, alerted) = tokio::join!(looks, alerts);
    alerted?;
    looked
}
