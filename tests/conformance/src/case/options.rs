//! How contexts are set up, on each of their pages and from its first moment.

use std::sync::Arc;

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Capability, ContextOptions, EventSink, PageOpened, Size};
use serde_json::json;

use super::{Case, IntoTried, Tried, case};
use crate::check::{Checked, check, fails, refused, same};
use crate::context::{Context, Tab};
use crate::recorder::Recorder;
use crate::scripts::{HTML, LANGUAGE, SIZE, TIME_ZONE, TITLE, USER_AGENT};

pub(super) const CASES: &[Case] = &[
    case!("options::viewport", [Viewport], viewport, else no_viewport),
    case!("options::viewport-of-popups", [Viewport, Popups], popup_viewport),
    case!("options::set-viewport", [Viewport], set_viewport, else no_set_viewport),
    case!("options::locale", [Emulation], locale, else no_emulation),
    case!("options::timezone", [Emulation], timezone),
    case!("options::user-agent", [Emulation], user_agent),
    case!("options::headers", [ExtraHeaders], headers, else no_headers),
    case!("options::proxy", [Proxy], proxy, else no_proxy),
    case!("options::certificate-errors", [NavigationStatus], certificate),
    case!("options::ignore-https-errors", [IgnoreHttpsErrors], ignore, else no_ignore),
];

const SIZE_ASKED: Size = Size {
    width: 801,
    height: 603,
};

/// Asks for a context that the browser cannot set up, and looks whether one without it still works.
pub(super) async fn lacks(cx: &Context<'_>, options: ContextOptions, capability: Capability) -> Checked {
    let browser = cx.own_browser().await?;
    let sink = Arc::new(Recorder::default());
    let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
    refused(
        "a context with that option",
        browser.open_context(&options, heard, &cx.call()).await,
        capability,
    )?;
    same("events of a context that was refused", sink.events().len(), 0)?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    room.open_blank().await?.is_usable(&cx.site()).await
}

async fn shows(page: &Tab, wanted: Size) -> Checked {
    let size = page.eval(SIZE, json!([])).await?;
    same("the size of the viewport", size, json!([wanted.width, wanted.height]))
}

async fn viewport(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        viewport: Some(SIZE_ASKED),
        ..ContextOptions::default()
    };
    let room = cx.room_with(options).await?;
    for _ in 0..2 {
        let page = room.open(&cx.url("/long")).await?;
        shows(&page, SIZE_ASKED).await?;
        page.goto(&cx.url("/title/Next")).await?;
        shows(&page, SIZE_ASKED).await?;
    }
    Ok(())
}

async fn no_viewport(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        viewport: Some(SIZE_ASKED),
        ..ContextOptions::default()
    };
    lacks(cx, options, Capability::Viewport).await
}

async fn popup_viewport(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        viewport: Some(SIZE_ASKED),
        ..ContextOptions::default()
    };
    let room = cx.room_with(options).await?;
    let opener = room.open(&cx.url("/popup?at=load&child=name%3Dload")).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = Tab(room.sink.opened("the popup", by_opener).await?.page);
    room.sink
        .navigated(popup.key(), &cx.url("/popup/child?name=load"))
        .await?;
    shows(&popup, SIZE_ASKED).await
}

async fn set_viewport(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/long")).await?;
    page.0.set_viewport(SIZE_ASKED, &cx.call()).await?;
    shows(&page, SIZE_ASKED).await?;
    page.goto(&cx.url("/title/Next")).await?;
    shows(&page, SIZE_ASKED).await
}

async fn no_set_viewport(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Sized")).await?;
    let before = page.eval(SIZE, json!([])).await?;
    refused(
        "setting the viewport",
        page.0.set_viewport(SIZE_ASKED, &cx.call()).await,
        Capability::Viewport,
    )?;
    same("the size after it", page.eval(SIZE, json!([])).await?, before)?;
    same("the title after it", page.eval(TITLE, json!([])).await?, json!("Sized"))
}

async fn locale(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        locale: Some("de-CH".to_owned()),
        ..ContextOptions::default()
    };
    let page = cx.room_with(options).await?.open(&cx.url("/headers")).await?;
    same(
        "navigator.language",
        page.eval(LANGUAGE, json!([])).await?,
        json!("de-CH"),
    )?;
    let html = page.eval(HTML, json!([])).await?.to_string();
    check(html.contains("de-CH"), || {
        format!("the server was asked for another language: {html}")
    })
}

async fn no_emulation(cx: &Context<'_>) -> Checked {
    let mut asked = [const { None }; 3].map(|_: Option<()>| ContextOptions::default());
    asked[0].locale = Some("de-CH".to_owned());
    asked[1].timezone = Some("Asia/Tokyo".to_owned());
    asked[2].user_agent = Some("Greenroom/1".to_owned());
    for options in asked {
        lacks(cx, options, Capability::Emulation).await?;
    }
    Ok(())
}

async fn timezone(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        timezone: Some("Asia/Tokyo".to_owned()),
        ..ContextOptions::default()
    };
    let page = cx.room_with(options).await?.open(&cx.url("/title/Clock")).await?;
    same(
        "the time zone",
        page.eval(TIME_ZONE, json!([])).await?,
        json!("Asia/Tokyo"),
    )
}

async fn user_agent(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        user_agent: Some("Greenroom/1 (conformance)".to_owned()),
        ..ContextOptions::default()
    };
    let page = cx.room_with(options).await?.open(&cx.url("/headers")).await?;
    let agent = json!("Greenroom/1 (conformance)");
    same("navigator.userAgent", page.eval(USER_AGENT, json!([])).await?, agent)?;
    let html = page.eval(HTML, json!([])).await?.to_string();
    check(html.contains("Greenroom/1 (conformance)"), || {
        format!("the server saw another one: {html}")
    })
}

fn with_header() -> ContextOptions {
    ContextOptions {
        headers: vec![("X-Greenroom".to_owned(), "conformance".to_owned())],
        ..ContextOptions::default()
    }
}

async fn headers(cx: &Context<'_>) -> Checked {
    let page = cx.room_with(with_header()).await?.open(&cx.url("/headers")).await?;
    let html = page.eval(HTML, json!([])).await?.to_string().to_lowercase();
    check(html.contains("x-greenroom") && html.contains("conformance"), || {
        format!("the server saw {html}")
    })
}

async fn no_headers(cx: &Context<'_>) -> Checked {
    lacks(cx, with_header(), Capability::ExtraHeaders).await
}

async fn proxy(cx: &Context<'_>) -> Tried {
    let Some(proxy) = cx.site().proxy else {
        return Ok(Some("this setup has no proxy".to_owned()));
    };
    let options = ContextOptions {
        proxy: Some(proxy),
        ..ContextOptions::default()
    };
    let page = cx
        .room_with(options)
        .await?
        .open("http://proxied.test/title/Proxied")
        .await?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Proxied")).into_tried()
}

async fn no_proxy(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        proxy: Some("http://127.0.0.1:1".to_owned()),
        ..ContextOptions::default()
    };
    lacks(cx, options, Capability::Proxy).await
}

async fn certificate(cx: &Context<'_>) -> Tried {
    let Some(origin) = cx.site().bad_certificate else {
        return Ok(Some("this setup has no site with a bad certificate".to_owned()));
    };
    let page = cx.room().await?.open_blank().await?;
    let loaded = page.goto(&format!("{origin}/title/Untrusted")).await;
    fails(
        "a site whose certificate is not to be trusted",
        loaded,
        &[Kind::Navigation],
    )?;
    page.is_usable(&cx.site()).await.into_tried()
}

async fn ignore(cx: &Context<'_>) -> Tried {
    let Some(origin) = cx.site().bad_certificate else {
        return Ok(Some("this setup has no site with a bad certificate".to_owned()));
    };
    let options = ContextOptions {
        ignore_https_errors: true,
        ..ContextOptions::default()
    };
    let page = cx
        .room_with(options)
        .await?
        .open(&format!("{origin}/title/Untrusted"))
        .await?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Untrusted")).into_tried()
}

async fn no_ignore(cx: &Context<'_>) -> Checked {
    let options = ContextOptions {
        ignore_https_errors: true,
        ..ContextOptions::default()
    };
    lacks(cx, options, Capability::IgnoreHttpsErrors).await
}
