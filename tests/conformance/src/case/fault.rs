//! What dies in the middle: everything that waits for it is told at once, and nothing else suffers.

use std::time::Duration;

use greenroom_session_core::backend::{
    Area, Capability, ContextOptions, Event, ImageFormat, Navigation, Shot, Target, WaitUntil, World,
};
use greenroom_session_core::{Call, Kind};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Case, IntoTried, Tried, case};
use crate::check::{Checked, Failure, check, fail, fails, same};
use crate::context::{Context, Room, Tab};
use crate::scripts::{NEVER, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("fault::browser-killed", [], killed),
    case!("fault::renderer-crashed", [], crashed),
    case!("fault::page-closed-while-evaluating", [], closed),
    case!("fault::page-closed-while-loading", [], closed_loading),
    case!("fault::dropped-calls", [], dropped),
    case!("fault::cancelled-call", [], cancelled),
    case!("fault::deadline-already-passed", [], late),
];

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

fn hanging(cx: &Context<'_>) -> Navigation {
    Navigation {
        target: Target::Url(cx.url("/hang")),
        until: WaitUntil::Load,
    }
}

async fn killed(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    let (one, two) = (
        room.open(&cx.url("/title/One")).await?,
        room.open(&cx.url("/title/Two")).await?,
    );
    let (call, hang) = (patient(), hanging(cx));
    let all = async {
        tokio::join!(
            one.eval_in(World::Main, NEVER, json!([]), &call),
            two.0.navigate(&hang, &call),
            async {
                // The others have been polled once: they wait.
                tokio::task::yield_now().await;
                cx.harness().kill(browser.endpoint()).await
            }
        )
    };
    let (evaluated, navigated, done) = at_once("the end of the browser", all).await?;
    done?;
    fails("a script that was running", evaluated, &[Kind::BrowserLost])?;
    fails("a navigation that was running", navigated, &[Kind::BrowserLost])?;
    lost(&room, &one).await
}

async fn crashed(cx: &Context<'_>) -> Tried {
    let room = cx.room().await?;
    let other = room.open(&cx.url("/title/Other")).await?;
    let page = room.open(&cx.url("/title/Crash")).await?;
    let call = patient();
    let all = async {
        tokio::join!(page.eval_in(World::Main, NEVER, json!([]), &call), async {
            tokio::task::yield_now().await;
            cx.harness().crash(&*page.0).await
        })
    };
    let (pending, crashed) = match tokio::time::timeout(MOMENT, all).await {
        Ok((pending, crashed)) => (pending, crashed?),
        Err(_) => return fail("a script in a crashed page still waits"),
    };
    if !crashed {
        return Ok(Some("this setup cannot crash a page".to_owned()));
    }
    let error = fails(
        "a script that was running",
        pending,
        &[Kind::PageCrashed, Kind::BrowserLost],
    )?;
    if error.kind() == Kind::BrowserLost {
        // The crash took the browser with it, which is told as what it is.
        return lost(&room, &other).await.into_tried();
    }
    let find =
        |event: &Event| matches!(event, Event::PageCrashed { page: crashed } if crashed == page.key()).then_some(());
    room.sink.wait("the crash", find).await?;
    let new = at_once("a new call", page.eval(TITLE, json!([]))).await?;
    fails("a script in a crashed page", new, &[Kind::PageCrashed])?;
    same(
        "the title of the other page",
        other.eval(TITLE, json!([])).await?,
        json!("Other"),
    )?;
    let page = room.revive(&page, &cx.call()).await?;
    same(
        "the title when it is revived",
        page.eval(TITLE, json!([])).await?,
        json!("Crash"),
    )?;
    page.is_usable(&cx.site()).await.into_tried()
}

/// The loss of a browser is told, and nothing waits for it.
async fn lost(room: &Room, page: &Tab) -> Checked {
    let lost = |event: &Event| matches!(event, Event::Lost { .. }).then_some(());
    room.sink.wait("the loss", lost).await?;
    let new = at_once("a new call", page.eval(TITLE, json!([]))).await?;
    fails("a new call", new, &[Kind::BrowserLost])?;
    let opened = at_once("a new page", room.try_open(None)).await?;
    fails("a new page", opened.map(drop), &[Kind::BrowserLost])?;
    let last = room.sink.events().pop();
    check(matches!(last, Some(Event::Lost { .. })), || {
        format!("something was told after the loss: {last:?}")
    })
}

async fn closed(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let other = room.open(&cx.url("/title/Other")).await?;
    let page = room.open(&cx.url("/title/Closed")).await?;
    let call = patient();
    let all = async {
        tokio::join!(page.eval_in(World::Main, NEVER, json!([]), &call), async {
            tokio::task::yield_now().await;
            page.0.close(&cx.call()).await
        })
    };
    let (pending, done) = at_once("the end of the page", all).await?;
    done?;
    fails("a script in a page that was closed", pending, &[Kind::PageGone])?;
    same(
        "the title of the other page",
        other.eval(TITLE, json!([])).await?,
        json!("Other"),
    )
}

async fn closed_loading(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open_blank().await?;
    let page = room.open(&cx.url("/title/Closed")).await?;
    let (call, hang) = (patient(), hanging(cx));
    let all = async {
        tokio::join!(page.0.navigate(&hang, &call), async {
            tokio::task::yield_now().await;
            page.0.close(&cx.call()).await
        })
    };
    let (pending, done) = at_once("the end of the page", all).await?;
    done?;
    fails("a navigation in a page that was closed", pending, &[Kind::PageGone]).map(drop)
}

/// Starts a call, drops it at some moment, and looks whether the page has suffered.
async fn drop_at<T>(cx: &Context<'_>, page: &Tab, moment: u64, what: &str, work: impl Future<Output = T>) -> Checked {
    // Whether it was done by then is of no interest.
    let _ = tokio::time::timeout(Duration::from_millis(moment), work).await;
    let usable = page.is_usable(&cx.site()).await;
    usable.map_err(|failure| Failure(format!("{what}, dropped after {moment} ms: {failure}")))
}

async fn dropped(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dropped")).await?;
    let (call, hang) = (cx.call(), hanging(cx));
    let (near, far) = (cx.url("/title/Elsewhere"), cx.url("/title/Another"));
    let shot = Shot {
        area: Area::Viewport,
        format: ImageFormat::Png,
    };
    for moment in [0, 1, 3, 10, 30] {
        drop_at(cx, &page, moment, "a script", page.eval(TITLE, json!([]))).await?;
        drop_at(cx, &page, moment, "a navigation", page.goto(&near)).await?;
        drop_at(
            cx,
            &page,
            moment,
            "an endless navigation",
            page.0.navigate(&hang, &call),
        )
        .await?;
        drop_at(cx, &page, moment, "going back", page.go(Target::Back, WaitUntil::Load)).await?;
        if cx.has(Capability::Screenshot) {
            drop_at(cx, &page, moment, "an image", page.0.screenshot(&shot, &call)).await?;
        }
        drop_at(cx, &page, moment, "opening a page", room.try_open(Some(&far))).await?;
    }
    Ok(())
}

async fn cancelled(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Cancelled")).await?;
    let cancel = CancellationToken::new();
    let call = Call::new("", None, cancel.clone());
    let (result, ()) = tokio::join!(page.eval_in(World::Main, NEVER, json!([]), &call), async {
        tokio::task::yield_now().await;
        cancel.cancel();
    });
    fails("a cancelled call", result, &[Kind::Cancelled])?;
    same(
        "the title after it",
        page.eval(TITLE, json!([])).await?,
        json!("Cancelled"),
    )
}

async fn late(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Late")).await?;
    let call = Call::within(Duration::ZERO);
    let result = at_once("a deadline", page.eval_in(World::Main, NEVER, json!([]), &call)).await?;
    fails("a call whose deadline has passed", result, &[Kind::Timeout])?;
    page.is_usable(&cx.site()).await
}
