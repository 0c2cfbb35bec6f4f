//! Adopting browsers of a daemon that died, and attaching to those of somebody else.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{
    Browser, BrowserBackend, ConnectOptions, ContextKey, ContextOptions, Endpoint, Event, Page, PageOpened,
};
use greenroom_session_core::{Call, Kind};
use greenroom_test_site::Site;
use serde_json::json;

use crate::support::{Fixture, Recorder, backend, call, eval, eval_main, failed, go, options, script};

fn opened(event: &Event) -> Option<PageOpened> {
    match event {
        Event::PageOpened(opened) => Some(opened.clone()),
        _ => None,
    }
}

/// Lets the fixture's connection go and takes the browser over, as a new daemon does.
async fn adopt(fixture: &mut Fixture, with: &ContextOptions) -> (Arc<Recorder>, Vec<PageOpened>) {
    let written = serde_json::to_string(fixture.browser.endpoint()).unwrap();
    let endpoint: Endpoint = serde_json::from_str(&written).unwrap();
    fixture.browser = backend().adopt(&endpoint, &call()).await.unwrap();
    fixture
        .sink
        .first("the end of the old connection", |event| {
            matches!(event, Event::Lost { .. }).then_some(())
        })
        .await;
    let sink = Arc::new(Recorder::default());
    fixture
        .browser
        .adopt_context(&fixture.context, with, sink.clone(), &call())
        .await
        .unwrap();
    let pages = sink.all(opened);
    (sink, pages)
}

#[tokio::test]
async fn an_adopted_browser_has_its_pages_as_they_were() {
    let Some(mut fixture) = Fixture::start().await else {
        return;
    };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/state")).await;
    let key = page.key().clone();
    eval_main(&page, "() => { window.counter = 7; document.querySelector('#text').value = 'typed'; scrollTo(0, 900); console.log('before') }").await;
    // The old daemon's connection goes, with everything that depends on it.
    drop(page);
    let (sink, pages) = adopt(&mut fixture, &options()).await;
    assert_eq!(pages.len(), 1);
    assert_eq!(
        (pages[0].page.key(), pages[0].url.as_str()),
        (&key, site.url("/state").as_str())
    );
    let page = &pages[0].page;
    let state = eval_main(
        page,
        "() => [window.counter, document.querySelector('#text').value, scrollY, innerWidth, innerHeight]",
    )
    .await;
    assert_eq!(state, json!([7, "typed", 900, 800, 600]));
    eval_main(page, "() => { console.log('after'); fetch('/api/items.json?after') }").await;
    let after = |event: &Event| match event {
        Event::Network(record) if record.url.ends_with("?after") => Some(record.response_body.is_some()),
        _ => None,
    };
    assert!(sink.first("a request after", after).await);
    let said = |event: &Event| match event {
        Event::Console(record) => Some(record.text.clone()),
        _ => None,
    };
    sink.first("a line after", |event| said(event).filter(|text| text == "after"))
        .await;
    go(page, &site.url("/title/Next")).await.unwrap();
    assert_eq!(
        eval(page, "() => [document.title, innerWidth]").await,
        json!(["Next", 800])
    );
    assert_eq!(fixture.browser.identity().name, "chromium");
    fixture.finish().await;
}

#[tokio::test]
async fn what_is_gone_is_lost() {
    let Some(fixture) = Fixture::start().await else { return };
    let sink = Arc::new(Recorder::default());
    let other = ContextKey("0123456789ABCDEF".into());
    let error = failed(fixture.browser.adopt_context(&other, &options(), sink, &call()).await);
    assert_eq!(error.kind(), Kind::BrowserLost);
    let endpoint = fixture.browser.endpoint().clone();
    fixture.finish().await;
    assert_eq!(
        failed(backend().adopt(&endpoint, &call()).await).kind(),
        Kind::BrowserLost
    );
    let endpoint = Endpoint {
        process: None,
        ..endpoint
    };
    assert_eq!(
        failed(backend().adopt(&endpoint, &call()).await).kind(),
        Kind::BrowserLost
    );
}

/// Attaches to the fixture's browser as to somebody else's.
async fn attach(fixture: &Fixture) -> (Arc<dyn Browser>, Arc<Recorder>, ContextKey) {
    let endpoint = format!("http://127.0.0.1:{}", fixture.browser.endpoint().port.unwrap());
    let browser = backend()
        .connect(
            &ConnectOptions {
                endpoint,
                session: None,
            },
            &call(),
        )
        .await
        .unwrap();
    let sink = Arc::new(Recorder::default());
    let context = browser.open_context(&options(), sink.clone(), &call()).await.unwrap();
    (browser, sink, context)
}

#[tokio::test]
async fn an_attached_browser_is_left_as_it_is() {
    let Some(fixture) = persistent().await else { return };
    let site = Site::start().await;
    let theirs = fixture.open(&site.url("/state")).await;
    theirs
        .set_viewport(
            greenroom_session_core::backend::Size {
                width: 640,
                height: 480,
            },
            &call(),
        )
        .await
        .unwrap();
    eval_main(&theirs, "() => { window.counter = 3; console.log('theirs') }").await;
    let (browser, sink, context) = attach(&fixture).await;
    let pages: Vec<Arc<dyn Page>> = sink.all(|event| opened(event).map(|opened| opened.page));
    let page = pages
        .iter()
        .find(|page| page.key() == theirs.key())
        .expect("their page is told");
    assert_eq!(
        eval_main(page, "() => [window.counter, innerWidth, innerHeight]").await,
        json!([3, 640, 480])
    );
    assert!(
        sink.all(|event| matches!(event, Event::Console(_)).then_some(()))
            .is_empty(),
        "what was said before is theirs"
    );
    assert_eq!(browser.endpoint().process, None);
    browser.close_context(&context, &call()).await.unwrap();
    browser.close(&call()).await.unwrap();
    assert_eq!(
        eval_main(&theirs, "() => [window.counter, innerWidth]").await,
        json!([3, 640])
    );
    fixture.finish().await;
}

#[tokio::test]
async fn a_page_that_hangs_or_has_a_dialog_holds_up_no_other() {
    let Some(fixture) = persistent().await else { return };
    let site = Site::start().await;
    let hangs = fixture.open(&site.url("/title/Hangs")).await;
    let well = fixture.open(&site.other_site()).await;
    go(&well, &format!("{}/title/Well", site.other_site())).await.unwrap();
    eval_main(&hangs, "() => { setTimeout(() => { for (;;); }, 0) }").await;
    let (browser, sink, _) = attach(&fixture).await;
    let pages: Vec<Arc<dyn Page>> = sink.all(|event| opened(event).map(|opened| opened.page));
    let find = |of: &Arc<dyn Page>| pages.iter().find(|page| page.key() == of.key()).unwrap();
    assert_eq!(eval(find(&well), "() => document.title").await, "Well");
    let short = Call::within(Duration::from_millis(300));
    let error = failed(find(&hangs).evaluate(&script("() => 1"), &short).await);
    assert_eq!(error.kind(), Kind::Timeout);
    assert_eq!(find(&hangs).url(&call()).await.unwrap(), site.url("/title/Hangs"));
    browser.close(&call()).await.unwrap();
    fixture.finish().await;
}

/// A browser with a profile of its own, as a person has it.
async fn persistent() -> Option<Fixture> {
    Fixture::persistent().await
}
