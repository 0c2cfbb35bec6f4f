//! A proxy between us and a driver: what it answers is told, and a session that was made in spite of it is not left.

use std::time::{Duration, Instant};

use greenroom_session_core::backend::BrowserBackend as _;
use greenroom_session_core::{Applied, Call, Error, Kind};
use greenroom_test_grid::{Driver, Fault, Proxy};
use tokio_util::sync::CancellationToken;

use crate::support::{LIMIT, Opened, Place, SOON, backend, call, has, program};

/// What a launch through a failing proxy comes to; no session may be left at the driver.
async fn refused(fault: Fault, within: Duration) -> Option<Error> {
    if !has("chromium").await {
        return None;
    }
    let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
    let proxy = Proxy::before(driver.url()).expect("a proxy");
    proxy.fail(fault);
    let options = place.options_at(&proxy.url(), "chromium");
    let error = backend()
        .launch(&options, &call().at_most(within))
        .await
        .expect_err("it fails");
    assert_eq!(driver.sessions(), 0);
    place.assert_empty().await;
    Some(error)
}

#[tokio::test]
async fn answers_of_its_own() {
    for (fault, words) in [(Fault::NotFound, "404"), (Fault::BadGateway, "502")] {
        let Some(error) = refused(fault, LIMIT).await else {
            return;
        };
        assert_eq!(
            (error.kind(), error.applied()),
            (Kind::NotStarted, Applied::No),
            "{error}"
        );
        assert!(
            error.message().contains("is no driver") && error.message().contains(words),
            "{error}"
        );
        assert!(error.hint().is_some(), "{error:?}");
    }
}

#[tokio::test]
async fn connections_that_are_cut() {
    let Some(error) = refused(Fault::Cut, LIMIT).await else {
        return;
    };
    assert_eq!((error.kind(), error.retry()), (Kind::NotStarted, true), "{error}");
}

#[tokio::test]
async fn no_answer() {
    let Some(error) = refused(Fault::Hang, Duration::from_secs(2)).await else {
        return;
    };
    assert_eq!(error.kind(), Kind::Timeout, "{error}");
}

/// Waits until something came to the proxy over a WebSocket: the session is made, and is being connected to.
async fn is_connected_to(proxy: &Proxy) {
    while !proxy.seen().iter().any(|seen| seen.message) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_start_that_is_given_up_once_there_is_a_session() {
    if !has("chromium").await {
        return;
    }
    for is_cancelled in [true, false] {
        let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
        let proxy = Proxy::before(driver.url()).expect("a proxy");
        let (options, backend) = (place.options_at(&proxy.url(), "chromium"), backend());
        let cancel = CancellationToken::new();
        let call = Call::new("", None, cancel.clone());
        let launch = backend.launch(&options, &call);
        if is_cancelled {
            let (launched, ()) = tokio::join!(launch, async {
                is_connected_to(&proxy).await;
                cancel.cancel();
            });
            assert_eq!(launched.expect_err("it is given up").kind(), Kind::Cancelled);
        } else {
            tokio::select! {
                launched = launch => panic!("it was too quick: {launched:?}"),
                () = is_connected_to(&proxy) => {}
            }
        }
        let deadline = Instant::now() + LIMIT;
        while driver.sessions() > 0 {
            assert!(Instant::now() < deadline, "a session is left");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        place.assert_empty().await;
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_later() {
    if !has("chromium").await {
        return;
    }
    let (driver, place) = (Driver::start(&program("chromedriver")), Place::new());
    let proxy = Proxy::before(driver.url()).expect("a proxy");
    let opened = Opened::launch(&place.options_at(&proxy.url(), "chromium"))
        .await
        .expect("a session");
    let (error, waited) = opened.error_after(|| proxy.cut()).await;
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    assert!(waited < SOON, "it waited for {waited:?}");
    // The session is there: it is gone on with over another connection, by the same daemon and by a new one.
    assert_eq!(opened.two().await.expect("the page answers"), 2);
    let again = backend()
        .adopt(opened.browser.endpoint(), &call())
        .await
        .expect("it is there");
    again.close(&call()).await.expect("it closes");
    assert_eq!(driver.sessions(), 0);
    place.assert_empty().await;
}
