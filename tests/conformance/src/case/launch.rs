//! Starting, naming and ending browsers.

use std::time::Duration;

use greenroom_session_core::backend::{BrowserIdentity, ConnectOptions, ContextOptions, Endpoint};
use greenroom_session_core::process::ProcessId;
use greenroom_session_core::{Call, Kind};
use tokio_util::sync::CancellationToken;

use super::{Case, case};
use crate::check::{Checked, check, fails, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    case!("launch::identity", [], identity),
    case!("launch::declares-what-is-in-effect", [], declares),
    case!("launch::endpoint-survives-a-file", [], endpoint),
    case!("launch::close-ends-it", [], close),
    case!("launch::cancelled-leaves-nothing", [], cancelled),
    case!("launch::dropped-leaves-nothing", [], dropped),
    case!("launch::unknown-program", [], unknown),
    case!("launch::connect-to-nobody", [], nobody),
    case!("launch::diagnosis", [], diagnosis),
];

async fn identity(cx: &Context<'_>) -> Checked {
    let browser = cx.browser().await?;
    let identity = browser.identity();
    check(!identity.name.is_empty(), || "the browser has no name".to_owned())?;
    check(!identity.version.is_empty(), || "the browser has no version".to_owned())?;
    check(!browser.endpoint().url.is_empty(), || {
        "the endpoint has no address".to_owned()
    })?;
    let process = browser.endpoint().process;
    check(process.is_none_or(ProcessId::is_alive), || {
        format!("{process:?} does not run")
    })
}

async fn declares(cx: &Context<'_>) -> Checked {
    let declared = cx
        .backend()
        .capabilities(cx.harness().launch_options().browser.as_deref());
    let more: Vec<_> = cx
        .capabilities()
        .iter()
        .filter(|capability| !declared.has(*capability))
        .collect();
    check(more.is_empty(), || format!("in effect and not declared: {more:?}"))?;
    check(!cx.backend().name().is_empty(), || "the backend has no name".to_owned())?;
    check(!cx.backend().browsers().is_empty(), || {
        "the backend names no browser".to_owned()
    })
}

async fn endpoint(cx: &Context<'_>) -> Checked {
    let browser = cx.browser().await?;
    let text = serde_json::to_string(&(browser.endpoint(), browser.identity())).unwrap_or_default();
    let read: Option<(Endpoint, BrowserIdentity)> = serde_json::from_str(&text).ok();
    let wanted = Some((browser.endpoint().clone(), browser.identity().clone()));
    same("the endpoint and identity, read from what was written", read, wanted)
}

async fn close(cx: &Context<'_>) -> Checked {
    let browser = cx.own_browser().await?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    let page = room.open(&cx.url("/title/Closed")).await?;
    let endpoint = browser.endpoint().clone();
    browser.close(&cx.call()).await?;
    cx.harness().ended(&endpoint).await?;
    fails(
        "a page of a closed browser",
        page.url().await,
        &[Kind::BrowserLost, Kind::PageGone],
    )?;
    fails(
        "an ended browser",
        browser.open_context(&room.options, room.sink.clone(), &cx.call()).await,
        &[Kind::BrowserLost],
    )
    .map(drop)
}

/// What runs and what lies in the scratch folder.
fn leftovers(cx: &Context<'_>) -> (usize, Vec<String>) {
    let scratch = cx.harness().launch_options().scratch;
    let names = std::fs::read_dir(scratch)
        .map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.map(Iterator::collect).unwrap_or_default();
    names.sort();
    (cx.harness().running().len(), names)
}

/// Waits until nothing is left that was not there before.
async fn nothing_left(cx: &Context<'_>, before: (usize, Vec<String>), when: &str) -> Checked {
    let settled = async {
        // Processes that were killed are gone when the kernel has said so; there is no event for strangers.
        // Each look may take long, and what is looked for may be done by tasks of this thread.
        while leftovers(cx) != before {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let settled = tokio::time::timeout(Duration::from_secs(30), settled).await.is_ok();
    check(settled, || {
        let (running, names) = leftovers(cx);
        format!(
            "{when}: left behind {names:?} and {running} processes, before: {before:?}; {:?}",
            cx.harness().running()
        )
    })
}

/// Moments of a start, in milliseconds.
const MOMENTS: [u64; 4] = [0, 5, 60, 250];

async fn cancelled(cx: &Context<'_>) -> Checked {
    for moment in MOMENTS {
        let before = leftovers(cx);
        let cancel = CancellationToken::new();
        let call = Call::new("", None, cancel.clone());
        let options = cx.harness().launch_options();
        let (started, ()) = tokio::join!(cx.backend().launch(&options, &call), async {
            tokio::time::sleep(Duration::from_millis(moment)).await;
            cancel.cancel();
        });
        match started {
            // It was quicker than the cancellation.
            Ok(browser) => {
                cx.own(&browser);
                drop(browser);
                cx.clean_up().await?;
            }
            started => {
                fails("a cancelled start", started, &[Kind::Cancelled])?;
            }
        }
        nothing_left(cx, before, &format!("cancelled after {moment} ms")).await?;
    }
    Ok(())
}

async fn dropped(cx: &Context<'_>) -> Checked {
    for moment in MOMENTS {
        let before = leftovers(cx);
        let options = cx.harness().launch_options();
        let call = cx.call();
        let limit = Duration::from_millis(moment);
        if let Ok(started) = tokio::time::timeout(limit, cx.backend().launch(&options, &call)).await {
            let browser = started?;
            cx.own(&browser);
            drop(browser);
            cx.clean_up().await?;
        }
        nothing_left(cx, before, &format!("dropped after {moment} ms")).await?;
    }
    Ok(())
}

async fn unknown(cx: &Context<'_>) -> Checked {
    let before = leftovers(cx);
    let mut options = cx.harness().launch_options();
    options.browser = Some("/nonexistent/browser".to_owned());
    fails(
        "a program that is not there",
        cx.backend().launch(&options, &cx.call()).await,
        &[Kind::NotStarted],
    )?;
    nothing_left(cx, before, "a program that is not there").await
}

async fn nobody(cx: &Context<'_>) -> Checked {
    let options = ConnectOptions {
        endpoint: cx.site().refused,
        session: None,
    };
    let attached = cx.backend().connect(&options, &cx.call()).await;
    fails("connecting to where nobody listens", attached, &[Kind::BrowserLost]).map(drop)
}

async fn diagnosis(cx: &Context<'_>) -> Checked {
    let found = cx.backend().diagnose().await;
    check(!found.is_empty(), || {
        "doctor would have nothing to say about this backend".to_owned()
    })?;
    let silent = found
        .iter()
        .find(|line| line.subject.is_empty() || line.detail.is_empty());
    check(silent.is_none(), || format!("{silent:?} says nothing"))
}
