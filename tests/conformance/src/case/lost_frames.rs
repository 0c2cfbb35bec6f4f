//! Frames that go, or hang: whoever waits for them is told at once, and the page stays usable.

use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, World};
use greenroom_session_core::{Call, Error, Kind};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::frames::{Others, elsewhere, framed, has_title, only_frame, open};
use super::{Case, Tried, case};
use crate::check::{Checked, fail, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::{FRAMES, LOOP, NEVER, REMOVE, SEND_FRAME, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("frames::document-goes-away", [FramesCrossOrigin], replaced),
    case!("frames::removed", [FramesCrossOrigin], removed),
    case!(
        "frames::gone-with-the-document-around",
        [FramesCrossOrigin],
        gone_with_page
    ),
    case!("frames::page-closed", [FramesCrossOrigin], page_closed),
    case!("frames::endless-loop", [FramesCrossOrigin], endless),
    case!("frames::dropped-calls", [FramesCrossOrigin], dropped),
];

elsewhere! {
    replaced => replaced_case,
    removed => removed_case,
    gone_with_page => gone_with_page_case,
    page_closed => page_closed_case,
    endless => endless_case,
    dropped => dropped_case,
}

/// How soon "at once" is.
const MOMENT: Duration = Duration::from_secs(5);

/// A call without a deadline: it ends because of what happens, or not at all.
fn patient() -> Call {
    Call::new("", None, CancellationToken::new())
}

async fn at_once<T>(what: &str, work: impl Future<Output = T>) -> Checked<T> {
    match tokio::time::timeout(MOMENT, work).await {
        Ok(done) => Ok(done),
        Err(_) => fail(format!("{what} was not told within {MOMENT:?}")),
    }
}

/// Expects that nothing can be asked of a frame any more, and that this is said at once.
async fn is_gone(page: &Tab, frame: &FrameKey) -> Checked {
    let call = patient();
    let asked = page.eval_frame_in(frame, World::Isolated, TITLE, json!([]), &call);
    fails(
        "a script in a frame that is gone",
        at_once("its end", asked).await?,
        &[Kind::Stale],
    )?;
    let found = at_once("its end", page.find(Some(frame), FRAMES, json!([]))).await?;
    fails("frames in a frame that is gone", found, &[Kind::Stale]).map(drop)
}

/// Runs a script that waits in a frame while `work` is done.
async fn meanwhile<T>(
    page: &Tab,
    frame: &FrameKey,
    work: impl Future<Output = Result<T, Error>>,
) -> Checked<Result<Value, Error>> {
    let call = patient();
    let all = async {
        tokio::join!(page.eval_frame_in(frame, World::Main, NEVER, json!([]), &call), async {
            // The script has been sent before.
            tokio::task::yield_now().await;
            work.await
        })
    };
    let (pending, done) = at_once("the end of what a script waited in", all).await?;
    done?;
    Ok(pending)
}

async fn replaced_case(cx: &Context<'_>, others: &Others) -> Checked {
    for (from, to) in [
        (&others.origin, &others.origin),
        (&others.origin, &others.site),
        (&others.site, &others.site),
        (&others.site, &others.origin),
    ] {
        let page = open(cx, &[format!("{from}/title/First")]).await?;
        let frame = only_frame(&page, None).await?;
        let next = page.eval(SEND_FRAME, json!(["frame-0", format!("{to}/title/Next")]));
        let pending = meanwhile(&page, &frame, next).await?;
        fails(
            "a script of a document that is gone",
            pending,
            &[Kind::Navigation, Kind::Script],
        )?;
        has_title(&page, &frame, "Next", &cx.call()).await?;
    }
    Ok(())
}

async fn removed_case(cx: &Context<'_>, others: &Others) -> Checked {
    for origin in [&others.origin, &others.site] {
        let inside = format!("{}/title/Inside", cx.site().origin);
        let page = open(cx, &[framed(origin, &[inside])]).await?;
        let frame = only_frame(&page, None).await?;
        let inner = only_frame(&page, Some(&frame)).await?;
        let pending = meanwhile(&page, &frame, page.eval(REMOVE, json!("frame-0"))).await?;
        fails("a script in a frame that was removed", pending, &[Kind::Stale])?;
        is_gone(&page, &frame).await?;
        is_gone(&page, &inner).await?;
        same(
            "the frames that are left",
            page.find(None, FRAMES, json!([])).await?,
            [],
        )?;
        page.is_usable(&cx.site()).await?;
    }
    Ok(())
}

async fn gone_with_page_case(cx: &Context<'_>, others: &Others) -> Checked {
    for origin in [&others.origin, &others.site] {
        let page = open(cx, &[format!("{origin}/title/Inside")]).await?;
        let frame = only_frame(&page, None).await?;
        page.goto(&cx.url("/title/Next")).await?;
        is_gone(&page, &frame).await?;
        same(
            "the title of the page",
            page.eval(TITLE, json!([])).await?,
            json!("Next"),
        )?;
    }
    Ok(())
}

async fn page_closed_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = open(cx, &[format!("{}/title/Inside", others.site)]).await?;
    let frame = only_frame(&page, None).await?;
    let pending = meanwhile(&page, &frame, page.0.close(&cx.call())).await?;
    // The frame may go a moment before the page.
    fails(
        "a script in a frame of a page that was closed",
        pending,
        &[Kind::PageGone, Kind::Stale, Kind::Navigation],
    )?;
    let asked = page.eval_frame(&frame, TITLE, json!([])).await;
    fails("a script in a frame of a closed page", asked, &[Kind::PageGone])?;
    let found = page.find(None, FRAMES, json!([])).await;
    fails("the frames of a closed page", found, &[Kind::PageGone]).map(drop)
}

async fn endless_case(cx: &Context<'_>, others: &Others) -> Checked {
    for origin in [&others.origin, &others.site] {
        let room = cx.room().await?;
        let mut page = room
            .open(&framed(&cx.site().origin, &[format!("{origin}/title/Inside")]))
            .await?;
        let frame = only_frame(&page, None).await?;
        let result = page
            .eval_frame_in(&frame, World::Main, LOOP, json!([]), &cx.short())
            .await;
        fails("a function that never ends", result, &[Kind::Timeout])?;
        if origin == &others.origin {
            // A browser may run what is of one site in one process: then the page hangs with it.
            page = room.revive(&page, &cx.call()).await?;
        }
        page.is_usable(&cx.site()).await?;
    }
    Ok(())
}

async fn dropped_case(cx: &Context<'_>, others: &Others) -> Checked {
    let page = open(cx, &[format!("{}/title/Inside", others.site)]).await?;
    let frame = only_frame(&page, None).await?;
    for moment in [0, 1, 3, 10] {
        let moment = Duration::from_millis(moment);
        // Whether they were done by then is of no interest.
        let _ = tokio::time::timeout(moment, page.find(None, FRAMES, json!([]))).await;
        let _ = tokio::time::timeout(moment, page.eval_frame(&frame, NEVER, json!([]))).await;
        same("the frame that is found", only_frame(&page, None).await?, frame.clone())?;
        has_title(&page, &frame, "Inside", &cx.call()).await?;
    }
    page.is_usable(&cx.site()).await
}
