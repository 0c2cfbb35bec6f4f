//! Sessions of a Selenium Grid: on several nodes at once, ended from outside, without a place, on a node that dies.

use std::time::{Duration, Instant};

use greenroom_session_core::backend::{Browser, BrowserBackend as _};
use greenroom_session_core::{Applied, Kind};
use greenroom_test_grid::{Grid, GridOptions, Tools, request};

use crate::support::{LIMIT, Opened, Place, backend, call, skip};

/// How long a Grid may take to miss a node.
const MISSED: Duration = Duration::from_secs(50);

/// A Grid, or a visible skip.
fn grid(options: &GridOptions) -> Option<Grid> {
    match Tools::find() {
        Ok(tools) => Some(Grid::start(&tools, options).expect("a Grid")),
        Err(reason) => {
            skip(&reason);
            None
        }
    }
}

/// Waits for something of a Grid while tasks of ours go on.
async fn wait(grid: &Grid, holds: impl Fn(&Grid) -> bool) -> bool {
    let deadline = Instant::now() + LIMIT;
    while Instant::now() < deadline {
        if holds(grid) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// How many requests wait for a place.
fn queue(grid: &Grid) -> usize {
    let url = format!("{}/se/grid/newsessionqueue/queue", grid.url());
    let answer = request("GET", &url, None, LIMIT).expect("the Grid answers");
    answer.body["value"].as_array().map_or(0, Vec::len)
}

/// The id of the driver session behind a browser.
fn id(browser: &dyn Browser) -> String {
    browser.endpoint().extra["session"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_node_that_dies() {
    let options = GridOptions {
        sessions: 1,
        heartbeat: Duration::from_secs(2),
        ..GridOptions::default()
    };
    let Some(mut grid) = grid(&options) else { return };
    let place = Place::new();
    let chromium = Opened::launch(&place.options_at(grid.url(), "chromium"))
        .await
        .expect("a session");
    let firefox = Opened::launch(&place.options_at(grid.url(), "firefox"))
        .await
        .expect("another");
    let sessions = grid.sessions();
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    assert_ne!(sessions[0].node, sessions[1].node, "each has a node of its own");

    let node = |browser: &dyn Browser| {
        let found = sessions.iter().find(|session| session.id == id(browser));
        found.expect("the Grid knows it").node.clone()
    };
    let dies = node(&*chromium.browser);
    let (error, waited) = chromium.error_after(|| grid.kill_node(&dies)).await;
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    assert!(waited < MISSED, "it waited for {waited:?}");
    chromium.lost().await;
    assert_eq!(firefox.two().await.expect("the other node lives"), 2);
    // What is asked of the lost one fails, and does not wait for its deadline.
    let begin = Instant::now();
    let error = chromium.two().await.expect_err("it is lost");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    let _ = chromium.browser.close(&call()).await;
    assert!(begin.elapsed() < MISSED, "closing took {:?}", begin.elapsed());
    // Firefox may take longer to end than anybody waits for; it ends all the same.
    let _ = firefox.browser.close(&call()).await;
    assert!(
        grid.wait_for(MISSED, |grid| grid.sessions().is_empty()),
        "{:?}",
        grid.sessions()
    );
    place.assert_empty().await;
}

#[tokio::test]
async fn a_grid_that_is_full() {
    let options = GridOptions {
        nodes: 0,
        sessions: 1,
        queue_timeout: Duration::from_secs(3),
        ..GridOptions::default()
    };
    let Some(grid) = grid(&options) else { return };
    let place = Place::new();
    let held = Opened::launch(&place.options_at(grid.url(), "chromium"))
        .await
        .expect("a session");
    let error = backend()
        .launch(&place.options_at(grid.url(), "chromium"), &call())
        .await;
    let error = error.expect_err("there is no place");
    assert_eq!(
        (error.kind(), error.applied()),
        (Kind::NotStarted, Applied::No),
        "{error}"
    );
    assert!(error.message().contains("no free place") && error.retry(), "{error}");
    assert!(error.hint().is_some(), "{error:?}");
    // Who cannot wait so long is told so at once, and no session is left that is made for him later.
    let error = backend()
        .launch(
            &place.options_at(grid.url(), "chromium"),
            &call().at_most(Duration::from_millis(500)),
        )
        .await;
    assert_eq!(error.expect_err("there is no place").kind(), Kind::Timeout);
    assert_eq!(held.two().await.expect("it goes on"), 2);
    held.browser.close(&call()).await.expect("it closes");
    // A request that is no more in the queue has its place among the sessions.
    let is_empty = |grid: &Grid| queue(grid) == 0 && grid.sessions().is_empty() && grid.running().is_empty();
    assert!(
        wait(&grid, is_empty).await,
        "{:?} {:?}",
        grid.sessions(),
        grid.running()
    );
    place.assert_empty().await;
}

#[tokio::test]
async fn what_no_node_has() {
    let options = GridOptions {
        nodes: 0,
        queue_timeout: Duration::from_secs(3),
        ..GridOptions::default()
    };
    let Some(grid) = grid(&options) else { return };
    let place = Place::new();
    let mut options = place.options_at(grid.url(), "chromium");
    options
        .driver
        .capabilities
        .insert("platformName".to_owned(), "windows".into());
    let error = backend().launch(&options, &call()).await.expect_err("no node is such");
    assert_eq!(
        (error.kind(), error.applied()),
        (Kind::NotStarted, Applied::No),
        "{error}"
    );
    place.assert_empty().await;
}

#[tokio::test]
async fn sessions_end_from_outside_and_are_taken_over() {
    let Some(grid) = grid(&GridOptions::default()) else {
        return;
    };
    let place = Place::new();
    for browser in ["chromium", "firefox"] {
        let opened = Opened::launch(&place.options_at(grid.url(), browser))
            .await
            .expect("a session");
        // A new daemon goes on with it; the former one's connection is still there, as that of one that hangs.
        let adopted = backend()
            .adopt(opened.browser.endpoint(), &call())
            .await
            .expect("it is there");
        drop(adopted);
        let session = id(&*opened.browser);
        let (error, _) = opened
            .error_after(|| grid.end_session(&session).expect("it ends"))
            .await;
        assert_eq!(error.kind(), Kind::BrowserLost, "{browser}: {error}");
        opened.lost().await;
        let error = backend()
            .adopt(opened.browser.endpoint(), &call())
            .await
            .expect_err("it is gone");
        assert_eq!(error.kind(), Kind::BrowserLost, "{browser}: {error}");
    }
    let is_empty = |grid: &Grid| grid.sessions().is_empty() && grid.running().is_empty();
    assert!(
        grid.wait_for(LIMIT, is_empty),
        "{:?} {:?}",
        grid.sessions(),
        grid.running()
    );
    place.assert_empty().await;
}
