//! Images that pages do not notice, and that leave them as they were however they end.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::Call;
use greenroom_session_core::backend::{Area, BrowserBackend, ConnectOptions, ContextOptions, Event, Page};
use greenroom_test_site::Site;
use serde_json::{Value, json};

use crate::image::{Pixels, part, png};
use crate::support::{Fixture, Recorder, backend, call, eval, eval_main, options};

/// What the page was told since the last time; the requests that it made are the site's to tell.
async fn told(page: &Arc<dyn Page>) -> Value {
    eval_main(page, "async () => { await settled; return seen.splice(0) }").await
}

/// That the page is as it was, and a person can scroll it: where only scripts can, nothing scrolls smoothly.
async fn is_well(page: &Arc<dyn Page>, scroll: u32) {
    let size = eval(page, "() => [innerWidth, innerHeight, scrollY]").await;
    assert_eq!(size, json!([800, 600, scroll]));
    let jumps = "() => { scrollTo({ top: 5, behavior: 'smooth' }); return scrollY === 5 }";
    assert_eq!(eval(page, jumps).await, false, "the page does not scroll any more");
    eval(
        page,
        &format!("() => scrollTo({{ top: {scroll}, behavior: 'instant' }})"),
    )
    .await;
    told(page).await;
}

fn opened(event: &Event) -> Option<Arc<dyn Page>> {
    match event {
        Event::PageOpened(opened) => Some(Arc::clone(&opened.page)),
        _ => None,
    }
}

#[tokio::test]
async fn the_page_is_told_nothing() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=20000")).await;
    eval(&page, "() => scrollTo(0, 1000)").await;
    told(&page).await;
    site.clear_requests();
    for area in [
        Area::Viewport,
        Area::FullPage,
        part(0.0, 15_000.0, 800.0, 100.0),
        part(0.0, 0.0, 100.0, 4000.0),
    ] {
        page.screenshot(&png(area), &call()).await.unwrap();
        assert_eq!(told(&page).await, json!([]), "{area:?}");
    }
    assert_eq!(site.requests().len(), 0, "{:?}", site.requests());
    is_well(&page, 1000).await;
    fixture.finish().await;
}

#[tokio::test]
async fn a_page_of_an_attached_browser_is_told_nothing() {
    let window = ContextOptions {
        viewport: None,
        ..options()
    };
    let Some(fixture) = Fixture::launched(&window, |_| {}).await else {
        return;
    };
    let site = Site::start().await;
    let theirs = fixture.open(&site.url("/watched?height=5000")).await;
    let endpoint = format!("http://127.0.0.1:{}", fixture.browser.endpoint().port.unwrap());
    let connect = ConnectOptions {
        endpoint,
        session: None,
    };
    let browser = backend().connect(&connect, &call()).await.unwrap();
    let sink = Arc::new(Recorder::default());
    browser
        .adopt_context(&fixture.context, &window, sink.clone(), &call())
        .await
        .unwrap();
    let page = sink.first("their page", opened).await;
    let before = eval(&page, "() => [innerWidth, innerHeight]").await;
    told(&page).await;
    let image = page.screenshot(&png(Area::FullPage), &call()).await.unwrap();
    Pixels::of(&image).show_bands(0, 1.0);
    assert_eq!(told(&page).await, json!([]));
    assert_eq!(eval(&theirs, "() => [innerWidth, innerHeight]").await, before);
    browser.close(&call()).await.unwrap();
    fixture.finish().await;
}

#[tokio::test]
async fn one_that_is_given_up_leaves_the_page_as_it_was() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=40000")).await;
    eval(&page, "() => scrollTo(0, 1000)").await;
    told(&page).await;
    let (whole, view) = (png(Area::FullPage), png(Area::Viewport));
    for moment in [0, 1, 5, 20, 60, 150, 400] {
        let moment = Duration::from_millis(moment);
        // Dropped, at its deadline, and cancelled; the next image waits until this one is over.
        let patient = call();
        let _ = tokio::time::timeout(moment, page.screenshot(&whole, &patient)).await;
        let _ = page.screenshot(&whole, &Call::within(moment)).await;
        let _ = tokio::join!(page.screenshot(&whole, &patient), async {
            let _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
            patient.cancellation().cancel();
        });
        let image = Pixels::of(&page.screenshot(&view, &call()).await.unwrap());
        assert_eq!((image.width, image.height), (800, 600), "{moment:?}");
        image.show_bands(1000, 1.0);
        assert_eq!(told(&page).await, json!([]), "{moment:?}");
    }
    is_well(&page, 1000).await;
    fixture.finish().await;
}

#[tokio::test]
async fn images_of_one_page_wait_for_each_other() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=5000")).await;
    told(&page).await;
    let (whole, below, view) = (
        png(Area::FullPage),
        png(part(0.0, 3000.0, 800.0, 600.0)),
        png(Area::Viewport),
    );
    let call = call();
    let (first, second, third) = tokio::join!(
        page.screenshot(&whole, &call),
        page.screenshot(&below, &call),
        page.screenshot(&view, &call)
    );
    Pixels::of(&first.unwrap()).show_bands(0, 1.0);
    Pixels::of(&second.unwrap()).show_bands(3000, 1.0);
    Pixels::of(&third.unwrap()).show_bands(0, 1.0);
    assert_eq!(told(&page).await, json!([]));
    is_well(&page, 0).await;
    fixture.finish().await;
}

#[tokio::test]
async fn a_page_whose_image_was_never_finished_goes_on() {
    let site = Site::start().await;
    for moment in [1, 30, 100, 300] {
        let Some(mut fixture) = Fixture::start().await else {
            return;
        };
        let page = fixture.open(&site.url("/watched?height=40000")).await;
        let next = backend().adopt(fixture.browser.endpoint(), &call()).await.unwrap();
        let (patient, shot) = (call(), png(Area::FullPage));
        let _ = tokio::time::timeout(Duration::from_millis(moment), page.screenshot(&shot, &patient)).await;
        // The daemon dies, and the next one takes over.
        drop(page);
        fixture.browser = next;
        let lost = |event: &Event| matches!(event, Event::Lost { .. }).then_some(());
        fixture.sink.first("the end of the connection", lost).await;
        let sink = Arc::new(Recorder::default());
        let browser = &fixture.browser;
        browser
            .adopt_context(&fixture.context, &options(), sink.clone(), &call())
            .await
            .unwrap();
        let page = sink.first("the page", opened).await;
        let frames = "async () => { await settled; return [innerWidth, innerHeight] }";
        assert_eq!(eval_main(&page, frames).await, json!([800, 600]), "{moment} ms");
        fixture.finish().await;
    }
}
