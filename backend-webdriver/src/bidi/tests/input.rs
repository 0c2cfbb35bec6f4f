//! Input: what is sent, and what it is when the page goes.

use std::time::Duration;

use greenroom_session_core::backend::{Button, Gesture, Key, Script, World};
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};

use super::{Family, Setup, call};

fn click() -> Vec<Gesture> {
    let (button, count) = (Button::Left, 1);
    let at = Gesture::Move { x: 3.5, y: 4.0 };
    vec![at, Gesture::Press { button, count }, Gesture::Release { button, count }]
}

fn enter() -> Key {
    Key {
        key: String::from("Enter"),
        code: String::from("Enter"),
        text: Some(String::from("\r")),
        number: 13,
        location: 0,
    }
}

#[tokio::test]
async fn a_click_is_one_command() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    page.input().unwrap().perform(&click(), &call()).await.unwrap();
    let sent = setup.driver.sent("input.performActions");
    // The first was asked without parameters, whether it is known.
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1]["context"], "p1");
    assert_eq!(sent[1]["actions"][0]["actions"][0]["x"], 3.5);
    assert!(setup.driver.sent("script.callFunction").is_empty());
    assert!(setup.driver.sent("input.releaseActions").is_empty());
}

#[tokio::test]
async fn what_stays_down_is_let_go_of() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    let input = page.input().unwrap();
    input.perform(&click()[..2], &call()).await.unwrap();
    setup.driver.was_sent("input.releaseActions", 1).await;
    setup.driver.answer("input.performActions", |_| {
        Some(Err(("move target out of bounds", "no")))
    });
    assert!(input.perform(&click(), &call()).await.is_err());
    setup.driver.was_sent("input.releaseActions", 2).await;
}

#[tokio::test]
async fn a_click_that_closes_the_page_has_done_what_it_should() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    setup.driver.ignore("input.performActions");
    let (gestures, within) = (click(), call());
    let (done, ()) = tokio::join!(page.input().unwrap().perform(&gestures, &within), async {
        setup.driver.was_sent("input.performActions", 2).await;
        let gone = json!({ "context": "p1", "parent": null, "children": [], "url": "", "userContext": "u" });
        setup.driver.say("browsingContext.contextDestroyed", gone);
    });
    done.unwrap();
}

#[tokio::test]
async fn a_page_settles_when_its_navigation_has_its_document() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let input = page.input().unwrap();
    input.settle(&call()).await.unwrap();
    for ending in [
        "navigationCommitted",
        "navigationFailed",
        "navigationAborted",
        "domContentLoaded",
    ] {
        setup.driver.step("navigationStarted", "p1", ending, "http://a.test/");
        setup
            .driver
            .step("fragmentNavigated", "p1", "another", "http://a.test/#a");
        setup.heard.told("p1 shows http://a.test/#a within").await;
        setup.heard.events.lock().unwrap().clear();
        let soon = Call::within(Duration::from_millis(30));
        assert_eq!(input.settle(&soon).await.unwrap_err().kind(), Kind::Timeout, "{ending}");
        setup.driver.step(ending, "p1", ending, "http://a.test/");
        input.settle(&call()).await.unwrap();
    }
}

#[tokio::test]
async fn what_chromiums_page_only_asks_for_is_waited_for_too() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.was_sent("goog:cdp.getSession", 1).await;
    let input = page.input().unwrap();
    let event = |name: &str, frame: &str| {
        let params = json!({ "session": "cdp", "event": name, "params": { "frameId": frame } });
        setup.driver.say(&format!("goog:cdp.{name}"), params);
    };
    event("Page.frameScheduledNavigation", "another");
    // Answers come after the events that were told before them.
    page.url(&call()).await.unwrap();
    input.settle(&call()).await.unwrap();
    event("Page.frameScheduledNavigation", "p1");
    page.url(&call()).await.unwrap();
    let soon = Call::within(Duration::from_millis(30));
    input.settle(&soon).await.unwrap_err();
    event("Page.frameClearedScheduledNavigation", "p1");
    input.settle(&call()).await.unwrap();
}

#[tokio::test]
async fn after_keys_the_page_has_its_turn() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    let keys = [Gesture::KeyDown(enter()), Gesture::KeyUp(enter())];
    page.input().unwrap().perform(&keys, &call()).await.unwrap();
    let sent = setup.driver.sent("input.performActions");
    assert_eq!(
        sent[1]["actions"][0]["actions"][0],
        json!({ "type": "keyDown", "value": "\u{e006}" })
    );
    assert_eq!(setup.driver.sent("script.callFunction").len(), 1);
}

#[tokio::test]
async fn files_are_given_where_the_element_is() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    let script = Script {
        function: String::from("() => [document.querySelector('input')]"),
        args: Vec::new(),
        world: World::Isolated,
    };
    let found = json!([
        { "type": "node", "sharedId": "s", "value": { "nodeType": 1, "childNodeCount": 0 } },
        { "type": "window", "value": { "context": "inner" } },
        { "type": "string", "value": "0" },
    ]);
    let answer =
        |value: Value| json!({ "type": "success", "realm": "r", "result": { "type": "array", "value": value } });
    let here = answer(found);
    setup
        .driver
        .answer("script.callFunction", move |_| Some(Ok(here.clone())));
    let files = ["/tmp/a".into()];
    let input = page.input().unwrap();
    input.set_files(None, &script, &files, &call()).await.unwrap();
    let sent = setup.driver.sent("input.setFiles");
    let wanted = json!({ "context": "inner", "element": { "sharedId": "s" }, "files": ["/tmp/a"] });
    assert_eq!(sent.last(), Some(&wanted));
    let nothing = answer(json!([]));
    setup
        .driver
        .answer("script.callFunction", move |_| Some(Ok(nothing.clone())));
    let gone = input.set_files(None, &script, &files, &call()).await.unwrap_err();
    assert_eq!(gone.kind(), Kind::Stale);
}

/// Chromium's driver, asked by the classic protocol, waits for a page that hangs, and everybody else with it.
#[tokio::test]
async fn the_driver_is_not_asked_after_a_browser_that_answers() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.ignore("input.performActions");
    let before = setup.driver.sent("browser.getUserContexts").len();
    let (gestures, within) = (click(), Call::within(Duration::from_secs(3)));
    let hangs = page.input().unwrap().perform(&gestures, &within).await;
    assert_eq!(hangs.unwrap_err().kind(), Kind::Timeout);
    setup.driver.was_sent("browser.getUserContexts", before + 1).await;
    assert_eq!(setup.driver.classic(), 0);
}
