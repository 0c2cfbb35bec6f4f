//! Navigation: where it ends, what it says, and what it leaves behind when it does not end.

use greenroom_session_core::backend::{Capability, Loaded, Target, WaitUntil};
use greenroom_session_core::{Call, Kind};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Case, case};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::{GLOBAL, GO, HREF, PUSH_STATE, READY_STATE, SET_GLOBAL, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("navigate::status", [NavigationStatus], status, else no_status),
    case!("navigate::error-pages-are-loaded", [], error_pages),
    case!("navigate::redirect", [], redirect),
    case!("navigate::refused", [NavigationStatus], refused_connection, else refused_untold),
    case!("navigate::about-blank", [], about_blank),
    case!("navigate::same-document", [], same_document),
    case!("navigate::by-the-page", [], by_the_page),
    case!("navigate::push-state", [], push_state),
    case!("navigate::back-and-forward", [], history),
    case!("navigate::nowhere-to-go", [], nowhere),
    case!("navigate::reload", [], reload),
    case!("navigate::wait-until", [], wait_until),
    case!("navigate::waits-for-slow-frames", [], slow_frames),
    case!("navigate::does-not-wait-for-more-than-asked", [], early),
    case!("navigate::page-that-never-loads", [], never_loads),
    case!("navigate::server-that-never-answers", [], never_answers),
    case!("navigate::cancelled", [], cancelled),
];

async fn status(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    for code in [200, 404, 500] {
        let loaded = page.goto(&cx.url(&format!("/status/{code}"))).await?;
        same(&format!("the status of /status/{code}"), loaded.status, Some(code))?;
    }
    same(
        "the status after a redirect",
        page.goto(&cx.url("/redirect/1")).await?.status,
        Some(200),
    )?;
    same(
        "the status of about:blank",
        page.goto("about:blank").await?.status,
        None,
    )
}

async fn no_status(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    for code in [200, 404] {
        let loaded = page.goto(&cx.url(&format!("/status/{code}"))).await?;
        same(
            &format!("the status of /status/{code}, without the capability"),
            loaded.status,
            None,
        )?;
    }
    Ok(())
}

async fn error_pages(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    for code in [404, 500] {
        let url = cx.url(&format!("/status/{code}"));
        same("the address", page.goto(&url).await?.url, url)?;
        let title = page.eval(TITLE, json!([])).await?;
        let wanted = format!("Status {code}");
        check(title.as_str().is_some_and(|title| title.starts_with(&wanted)), || {
            format!("the title is {title}")
        })?;
    }
    Ok(())
}

async fn redirect(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    same(
        "the address after two redirects",
        page.goto(&cx.url("/redirect/2")).await?.url,
        cx.url("/"),
    )?;
    same("the page's address", page.url().await?, cx.url("/"))
}

async fn refused_connection(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let url = format!("{}/", cx.site().refused);
    let error = fails(
        "an address where nobody listens",
        page.goto(&url).await,
        &[Kind::Navigation],
    )?;
    check(!error.message().is_empty(), || "the error says nothing".to_owned())?;
    page.is_usable(&cx.site()).await
}

async fn refused_untold(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    // Without the capability it may look like a loaded page; it must be nothing worse than a failed one.
    let loaded = page.goto(&format!("{}/", cx.site().refused)).await;
    if loaded.is_err() {
        fails("an address where nobody listens", loaded, &[Kind::Navigation])?;
    }
    page.is_usable(&cx.site()).await
}

async fn about_blank(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let loaded = page.goto("about:blank").await?;
    same("the address", loaded.url.as_str(), "about:blank")?;
    same("that there was somewhere to go", loaded.moved, true)?;
    same("its title", page.eval(TITLE, json!([])).await?, json!(""))
}

async fn same_document(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/hash")).await?;
    page.eval(SET_GLOBAL, json!(["kept", 1])).await?;
    let url = cx.url("/hash#one");
    let wanted = Loaded {
        url: url.clone(),
        status: None,
        same_document: true,
        moved: true,
    };
    same("what a fragment comes to", page.goto(&url).await?, wanted)?;
    same(
        "a variable of the page",
        page.eval(GLOBAL, json!("kept")).await?,
        json!(1),
    )?;
    same(
        "that the event says so",
        room.sink.navigated(page.key(), &url).await?,
        true,
    )
}

async fn by_the_page(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let url = cx.url("/title/After");
    page.eval(GO, json!(url)).await?;
    same(
        "that it is another document",
        room.sink.navigated(page.key(), &url).await?,
        false,
    )?;
    same("its address", page.url().await?, url)
}

async fn push_state(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    page.eval(PUSH_STATE, json!("/title/pushed")).await?;
    let url = cx.url("/title/pushed");
    same(
        "that it is the same document",
        room.sink.navigated(page.key(), &url).await?,
        true,
    )?;
    same("its address", page.url().await?, url)?;
    same("its title", page.eval(TITLE, json!([])).await?, json!("Before"))
}

async fn step(page: &Tab, target: Target, url: &str, title: &str) -> Checked {
    let what = format!("{target:?}");
    let loaded = page.go(target, WaitUntil::Load).await?;
    same(&format!("{what}: the address"), loaded.url.as_str(), url)?;
    same(&format!("{what}: that there was somewhere to go"), loaded.moved, true)?;
    same(
        &format!("{what}: location.href"),
        page.eval(HREF, json!([])).await?,
        json!(url),
    )?;
    same(
        &format!("{what}: the title"),
        page.eval(TITLE, json!([])).await?,
        json!(title),
    )
}

async fn history(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let [one, two, three] = ["/title/One", "/title/Two", "/title/Three"].map(|path| cx.url(path));
    let page = room.open(&one).await?;
    page.goto(&two).await?;
    step(&page, Target::Back, &one, "One").await?;
    step(&page, Target::Forward, &two, "Two").await?;
    step(&page, Target::Back, &one, "One").await?;
    // Going elsewhere cuts the way forward off.
    page.goto(&three).await?;
    let loaded = page.go(Target::Forward, WaitUntil::Load).await?;
    same("that there is a way forward", loaded.moved, false)?;
    step(&page, Target::Back, &one, "One").await
}

async fn nowhere(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = cx.url("/title/Only");
    let page = room.open(&url).await?;
    page.eval(SET_GLOBAL, json!(["kept", 1])).await?;
    let loaded = page.go(Target::Forward, WaitUntil::Load).await?;
    same("that there was somewhere to go", loaded.moved, false)?;
    same("the address", loaded.url, url.clone())?;
    same(
        "a variable of the page",
        page.eval(GLOBAL, json!("kept")).await?,
        json!(1),
    )?;
    // The first entry may be the blank page that the page began with.
    for _ in 0..3 {
        page.go(Target::Back, WaitUntil::Load).await?;
    }
    same(
        "that there is a way back",
        page.go(Target::Back, WaitUntil::Load).await?.moved,
        false,
    )
}

async fn reload(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = cx.url("/title/Again");
    let page = room.open(&url).await?;
    page.eval(SET_GLOBAL, json!(["lost", 1])).await?;
    step(&page, Target::Reload, &url, "Again").await?;
    same(
        "a variable of the former document",
        page.eval(GLOBAL, json!("lost")).await?,
        json!(null),
    )?;
    let status = cx.has(Capability::NavigationStatus).then_some(200);
    same(
        "the status",
        page.go(Target::Reload, WaitUntil::Load).await?.status,
        status,
    )
}

async fn wait_until(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    let all = [
        WaitUntil::Commit,
        WaitUntil::DomContentLoaded,
        WaitUntil::Load,
        WaitUntil::NetworkIdle,
    ];
    for until in all {
        let url = cx.url(&format!("/title/{until:?}"));
        let loaded = page.go(Target::Url(url.clone()), until).await?;
        same(
            &format!("the address after waiting for {until:?}"),
            loaded.url,
            url.clone(),
        )?;
        same("the page's address", page.url().await?, url)?;
        if until != WaitUntil::Commit {
            same(
                "its title",
                page.eval(TITLE, json!([])).await?,
                json!(format!("{until:?}")),
            )?;
        }
    }
    Ok(())
}

async fn early(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    let url = cx.url("/never-loads");
    for until in [WaitUntil::Commit, WaitUntil::DomContentLoaded] {
        let loaded = page.go(Target::Url(url.clone()), until).await?;
        same(
            &format!("the address after waiting for {until:?}"),
            loaded.url,
            url.clone(),
        )?;
    }
    same("its title", page.eval(TITLE, json!([])).await?, json!("Never loads"))?;
    page.is_usable(&cx.site()).await
}

/// Starts to load what does not end, under a call that does.
async fn endless(page: &Tab, url: &str, call: &Call) -> greenroom_session_core::Result<Loaded> {
    let to = greenroom_session_core::backend::Navigation {
        target: Target::Url(url.to_owned()),
        until: WaitUntil::Load,
    };
    page.0.navigate(&to, call).await
}

/// A document is not loaded before its frames are, however quiet the network is meanwhile.
async fn slow_frames(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open_blank().await?;
    let url = cx.url("/framed?src=%2Fslow%3Fms%3D1500");
    for until in [WaitUntil::Load, WaitUntil::NetworkIdle] {
        let began = tokio::time::Instant::now();
        page.go(Target::Url(url.clone()), until).await?;
        check(began.elapsed().as_millis() >= 1500, || {
            format!("it was loaded before its frame, after {:?}", began.elapsed())
        })?;
        let state = page.eval(READY_STATE, json!([])).await?;
        same("the state of the document", state, json!("complete"))?;
    }
    Ok(())
}

async fn never_loads(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    let result = endless(&page, &cx.url("/never-loads"), &cx.short()).await;
    fails("a page that never loads", result, &[Kind::Timeout])?;
    page.is_usable(&cx.site()).await
}

async fn never_answers(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let before = cx.url("/title/Before");
    let page = room.open(&before).await?;
    let (url, short) = (cx.url("/hang"), cx.short());
    let (result, during) = tokio::join!(endless(&page, &url, &short), page.url());
    fails("a server that never answers", result, &[Kind::Timeout])?;
    // Without the capability, the address may be the one under way.
    let during = during?;
    if cx.has(Capability::NavigationStatus) {
        same("the address meanwhile", during, before.clone())?;
        same("the address after it", page.url().await?, before)?;
    }
    page.is_usable(&cx.site()).await
}

async fn cancelled(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let cancel = CancellationToken::new();
    let call = Call::new("", None, cancel.clone());
    let url = cx.url("/hang");
    let (result, ()) = tokio::join!(endless(&page, &url, &call), async {
        // Long enough to have begun, on any machine where it matters.
        tokio::task::yield_now().await;
        cancel.cancel();
    });
    fails("a cancelled navigation", result, &[Kind::Cancelled])?;
    page.is_usable(&cx.site()).await
}
