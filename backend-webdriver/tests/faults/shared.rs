//! A driver that somebody else has started, and that is not ours to end.

use std::time::{Duration, Instant};

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{BrowserBackend as _, Capability, ConnectOptions};
use greenroom_test_grid::{Driver, Fault, Proxy, request};

use crate::support::{LIMIT, Opened, Place, backend, call, has, program};

#[tokio::test]
async fn two_sessions_on_one_chromedriver() {
    if !has("chromium").await {
        return;
    }
    let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
    let options = place.options_at(driver.url(), "chromium");
    let first = Opened::launch(&options).await.expect("a session");
    let second = Opened::launch(&options).await.expect("another");
    assert_eq!(driver.sessions(), 2);
    first.browser.close(&call()).await.expect("it closes");
    assert_eq!(driver.sessions(), 1);
    assert_eq!(second.two().await.expect("the other goes on"), 2);
    second.browser.close(&call()).await.expect("it closes");
    assert_eq!(driver.sessions(), 0);
    place.assert_empty().await;
}

#[tokio::test]
async fn geckodriver_holds_one_session() {
    if !has("firefox").await {
        return;
    }
    let (driver, place) = (Driver::start(&program("geckodriver")), Place::new());
    let options = place.options_at(driver.url(), "firefox");
    let first = Opened::launch(&options).await.expect("a session");
    let error = backend().launch(&options, &call()).await.expect_err("it has one only");
    assert_eq!(error.kind(), Kind::NotStarted, "{error}");
    assert!(
        error.message().contains("holds a session already") && error.retry(),
        "{error:?}"
    );
    assert_eq!(first.two().await.expect("the first goes on"), 2);
    // Firefox may take longer to end than anybody waits for; it ends all the same.
    let _ = first.browser.close(&call()).await;
    let deadline = Instant::now() + LIMIT;
    let again = loop {
        match Opened::launch(&options).await {
            Ok(again) => break again,
            Err(error) => assert!(error.retry() && Instant::now() < deadline, "{error:?}"),
        }
    };
    let _ = again.browser.close(&call()).await;
    place.assert_empty().await;
}

#[tokio::test]
async fn a_session_that_another_client_ends() {
    if !has("chromium").await {
        return;
    }
    let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
    let opened = Opened::launch(&place.options_at(driver.url(), "chromium"))
        .await
        .expect("a session");
    let endpoint = opened.browser.endpoint().clone();
    let id = endpoint.extra["session"].as_str().expect("an id").to_owned();
    let url = format!("{}/session/{id}", driver.url());
    let (error, _) = opened
        .error_after(|| {
            let ended = request("DELETE", &url, None, Duration::from_secs(20));
            assert_eq!(ended.expect("the driver answers").status, 200);
        })
        .await;
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    opened.lost().await;
    let error = backend().adopt(&endpoint, &call()).await.expect_err("it is gone");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    place.assert_empty().await;
}

#[tokio::test]
async fn a_session_of_somebody_else_is_attached_to_and_left() {
    for (name, browser) in [("chromedriver", "chromium"), ("geckodriver", "firefox")] {
        if !has(browser).await {
            return;
        }
        let (driver, place) = (Driver::start(&program(name)), Place::new());
        let theirs = Opened::launch(&place.options_at(driver.url(), browser))
            .await
            .expect("a session");
        let id = theirs.browser.endpoint().extra["session"]
            .as_str()
            .expect("an id")
            .to_owned();
        let connect = |session: &str| ConnectOptions {
            endpoint: driver.url().to_owned(),
            session: Some(session.to_owned()),
        };
        let ours = backend().connect(&connect(&id), &call()).await.expect("it is there");
        assert_eq!(ours.identity().name, browser);
        assert!(ours.endpoint().process.is_none() && !ours.capabilities().has(Capability::Emulation));
        // Only chromedriver tells where BiDi is spoken.
        assert_eq!(
            ours.capabilities().has(Capability::NetworkEvents),
            browser == "chromium"
        );
        ours.close(&call()).await.expect("it is let go of");
        assert_eq!(theirs.two().await.expect("it lives on"), 2, "{browser}");
        let error = backend()
            .connect(&connect("no-session"), &call())
            .await
            .expect_err("it is not there");
        assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
        // Firefox takes its time on a busy machine: then its driver ends it.
        let _ = theirs.browser.close(&call()).await;
        place.assert_empty().await;
    }
}

#[tokio::test]
async fn without_a_websocket_it_goes_on_with_the_classic_commands() {
    if !has("chromium").await {
        return;
    }
    for fault in [Fault::RefuseWebSocket, Fault::UnreachableWebSocket] {
        let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
        let proxy = Proxy::before(driver.url()).expect("a proxy");
        proxy.fail(fault);
        let opened = Opened::launch(&place.options_at(&proxy.url(), "chromium"))
            .await
            .expect("a session");
        let has = opened.browser.capabilities();
        assert!(
            has.has(Capability::Screenshot) && !has.has(Capability::NetworkEvents),
            "{has:?}"
        );
        assert_eq!(opened.two().await.expect("the page answers"), 2);
        opened.browser.close(&call()).await.expect("it ends");
        assert_eq!(driver.sessions(), 0);
        place.assert_empty().await;
    }
}
