//! How a context is set up, and that contexts do not share anything.

use std::sync::Arc;

use greenroom_session_core::backend::{
    Browser, Capability, ContextKey, ContextOptions, Event, NewPage, Page, Size, WaitUntil,
};
use greenroom_session_core::{Kind, Result};
use greenroom_test_site::Site;
use serde_json::json;

use crate::support::{Fixture, Recorder, call, eval, eval_main, options};

async fn open(browser: &Arc<dyn Browser>, context: &ContextKey, url: &str) -> Result<Arc<dyn Page>> {
    let new = NewPage {
        url: Some(url.to_owned()),
        until: WaitUntil::Load,
    };
    let (page, loaded) = browser.open_page(context, &new, &call()).await?;
    loaded?;
    Ok(page)
}

#[tokio::test]
async fn pages_and_popups_have_what_was_asked_for() {
    let with = ContextOptions {
        viewport: Some(Size {
            width: 1024,
            height: 500,
        }),
        locale: Some("de-CH".into()),
        timezone: Some("Asia/Tokyo".into()),
        user_agent: Some("Greenroom/1".into()),
        headers: vec![("X-Greenroom".into(), "yes".into())],
        ..options()
    };
    let Some(fixture) = Fixture::with(&with).await else {
        return;
    };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    let seen = "() => [innerWidth, innerHeight, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, \
                navigator.userAgent, Intl.NumberFormat().resolvedOptions().locale]";
    let expected = json!([1024, 500, "de-CH", "Asia/Tokyo", "Greenroom/1", "de-CH"]);
    assert_eq!(eval(&page, seen).await, expected);
    eval_main(
        &page,
        &format!("() => {{ window.open('{}') }}", site.url("/title/Popup")),
    )
    .await;
    let popup = |event: &Event| match event {
        Event::PageOpened(opened) if opened.opener.is_some() => Some(opened.page.clone()),
        _ => None,
    };
    let popup = fixture.sink.first("the popup", popup).await;
    assert_eq!(eval(&popup, seen).await, expected);
    for path in ["/title/One", "/title/Popup"] {
        let request = site.wait_for_request(|request| request.path == path).await.unwrap();
        assert_eq!(request.header("x-greenroom"), Some("yes"), "{path}");
        assert_eq!(request.header("user-agent"), Some("Greenroom/1"), "{path}");
        assert!(
            request.header("accept-language").unwrap().starts_with("de-CH"),
            "{path}"
        );
    }
    fixture.finish().await;
}

#[tokio::test]
async fn contexts_share_neither_cookies_nor_events_nor_pages() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let sink = Arc::new(Recorder::default());
    let second = fixture
        .browser
        .open_context(&options(), sink.clone(), &call())
        .await
        .unwrap();
    let page = fixture.open(&site.url("/cookies/set?mine=1")).await;
    let other = open(&fixture.browser, &second, &site.url("/title/Other"))
        .await
        .unwrap();
    assert!(
        eval(&page, "() => document.cookie")
            .await
            .as_str()
            .unwrap()
            .contains("mine=1")
    );
    assert_eq!(eval(&other, "() => document.cookie").await, "");
    let urls = |sink: &Recorder| {
        sink.all(|event| match event {
            Event::Network(record) => Some(record.url.clone()),
            _ => None,
        })
    };
    assert!(
        !urls(&sink).iter().any(|url| url.contains("mine"))
            && !urls(&fixture.sink).iter().any(|url| url.contains("Other"))
    );

    let storage = fixture.browser.storage().unwrap();
    let cookies = storage.cookies(&fixture.context, &call()).await.unwrap();
    assert!(
        cookies
            .iter()
            .any(|cookie| cookie["name"] == "mine" && cookie["expires"] == -1.0),
        "{cookies:?}"
    );
    assert!(storage.cookies(&second, &call()).await.unwrap().is_empty());
    storage.set_cookies(&second, &cookies, &call()).await.unwrap();
    assert!(
        eval(&other, "() => document.cookie")
            .await
            .as_str()
            .unwrap()
            .contains("mine=1")
    );

    fixture.browser.close_context(&second, &call()).await.unwrap();
    assert_eq!(
        sink.all(|event| matches!(event, Event::PageClosed { .. }).then_some(()))
            .len(),
        1
    );
    assert_eq!(
        other
            .evaluate(&crate::support::script("() => 1"), &call())
            .await
            .unwrap_err()
            .kind(),
        Kind::PageGone
    );
    assert_eq!(
        open(&fixture.browser, &second, "about:blank").await.unwrap_err().kind(),
        Kind::BrowserLost
    );
    assert_eq!(eval(&page, "() => 1").await, 1);
    fixture.finish().await;
}

#[tokio::test]
async fn a_browser_with_a_profile_has_one_context_and_says_so() {
    let Some(fixture) = Fixture::persistent().await else {
        return;
    };
    assert_eq!(fixture.context.0, "default");
    assert!(!fixture.browser.capabilities().has(Capability::Contexts));
    let sink = Arc::new(Recorder::default());
    let second = fixture
        .browser
        .open_context(&options(), sink.clone(), &call())
        .await
        .unwrap_err();
    assert_eq!(second.capability(), Some(Capability::Contexts));
    let with = ContextOptions {
        proxy: Some("http://127.0.0.1:1".into()),
        ..options()
    };
    let proxied = fixture.browser.open_context(&with, sink, &call()).await.unwrap_err();
    assert_eq!(proxied.capability(), Some(Capability::Proxy));
    fixture.finish().await;
}

#[tokio::test]
async fn a_proxy_is_used_for_this_machine_too() {
    let site = Site::start().await;
    let with = ContextOptions {
        proxy: Some(site.origin().to_owned()),
        ..options()
    };
    let Some(fixture) = Fixture::with(&with).await else {
        return;
    };
    // The site stands in for a proxy: it is asked for a whole address and answers its path.
    let page = fixture.open("http://127.0.0.1:65500/title/Proxied").await;
    assert_eq!(eval(&page, "() => document.title").await, "Proxied");
    fixture.finish().await;
}
