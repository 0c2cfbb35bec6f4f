//! Pages: their order, their navigations and their dialogs.

use std::time::Duration;

use greenroom_session_core::backend::{Event, Navigation, Target, WaitUntil};
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};

use super::{Family, Setup, call};

fn to(url: &str) -> Navigation {
    Navigation {
        target: Target::Url(url.to_owned()),
        until: WaitUntil::Load,
    }
}

/// A driver that begins each navigation with the id `n`, and does nothing more.
fn begins(setup: &Setup) {
    setup.driver.answer("browsingContext.navigate", |params| {
        Some(Ok(json!({ "navigation": "n", "url": params["url"] })))
    });
}

fn request(status: u16, url: &str) -> Value {
    json!({
        "context": "p1", "navigation": "n", "redirectCount": 0, "timestamp": 1,
        "request": { "request": "r", "url": url, "method": "GET", "headers": [], "destination": "document" },
        "response": { "status": status, "headers": [], "mimeType": "text/html", "content": { "size": 3 } },
    })
}

#[tokio::test]
async fn popups_are_told_with_their_openers_and_strangers_are_not() {
    let setup = Setup::new(Family::Firefox).await;
    setup.page().await;
    setup.driver.say(
        "browsingContext.contextCreated",
        json!({ "context": "x", "parent": null, "userContext": "default", "url": "about:blank" }),
    );
    setup.driver.opens("keeper", None, None);
    setup.driver.opens("f1", Some("p1"), None);
    setup.driver.opens("p2", None, Some("p1"));
    setup.driver.loads("p2", "n", "http://a.test/");
    setup.heard.told("p2 shows http://a.test/").await;
    let pages = |word: &String| !word.starts_with("PageReached");
    let words: Vec<_> = setup.heard.words().into_iter().filter(pages).collect();
    assert_eq!(words, ["opened p1", "opened p2 by p1", "p2 shows http://a.test/"]);
}

#[tokio::test]
async fn a_navigation_has_the_status_of_its_answer() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    begins(&setup);
    let (go, within) = (to("http://a.test/"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        setup
            .driver
            .say("network.beforeRequestSent", request(0, "http://a.test/"));
        setup
            .driver
            .say("network.responseStarted", request(404, "http://a.test/"));
        setup.driver.loads("p1", "n", "http://a.test/there");
    });
    let loaded = loaded.unwrap();
    assert_eq!(
        (loaded.status, loaded.url.as_str(), loaded.moved),
        (Some(404), "http://a.test/there", true)
    );
}

#[tokio::test]
async fn another_address_of_the_same_document_is_no_other_document() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    begins(&setup);
    let (go, within) = (to("http://a.test/#x"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        setup.driver.step("fragmentNavigated", "p1", "n", "http://a.test/#x");
    });
    assert!(loaded.unwrap().same_document);
    setup.heard.told("p1 shows http://a.test/#x within").await;
}

#[tokio::test]
async fn a_navigation_that_was_given_up_does_not_stand_for_the_next_one() {
    for is_ended in [true, false] {
        next_after_given_up(is_ended).await;
    }
}

/// A navigation after one that was given up, whose document comes all the same; the browser ends the new one, or not.
async fn next_after_given_up(is_ended: bool) {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let mut number = 0;
    setup.driver.answer("browsingContext.navigate", move |params| {
        number += 1;
        Some(Ok(json!({ "navigation": format!("n{number}"), "url": params["url"] })))
    });
    let (given_up, wanted) = ("http://a.test/given-up", "http://a.test/wanted");
    let (go, within) = (to(given_up), call());
    let dropped = tokio::time::timeout(Duration::ZERO, page.navigate(&go, &within)).await;
    assert!(dropped.is_err());
    let go = to(wanted);
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 2).await;
        let mut request = request(0, wanted);
        request["navigation"] = json!("n2");
        setup.driver.say("network.beforeRequestSent", request.clone());
        if is_ended {
            request["errorText"] = json!("NS_BINDING_ABORTED");
            setup.driver.say("network.fetchError", request);
        }
        setup.driver.loads("p1", "n2", given_up);
        setup.driver.was_sent("browsingContext.navigate", 3).await;
        setup.driver.loads("p1", "n3", wanted);
    });
    assert_eq!(loaded.unwrap().url, wanted);
    assert_eq!(setup.driver.sent("browsingContext.navigate").len(), 3);
}

#[tokio::test]
async fn what_cannot_be_loaded_says_why() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    for (message, word) in [
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("Error: NS_ERROR_UNKNOWN_HOST", "host name is unknown"),
    ] {
        setup.driver.answer("browsingContext.navigate", move |_| {
            Some(Err(("unknown error", message)))
        });
        let error = page.navigate(&to("http://a.test/"), &call()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Navigation);
        assert!(error.message().contains(word), "{error}");
    }
    setup.driver.answer("browsingContext.navigate", |_| {
        Some(Err(("invalid argument", "no URL")))
    });
    assert_eq!(
        page.navigate(&to("http://"), &call()).await.unwrap_err().kind(),
        Kind::Usage
    );
}

#[tokio::test]
async fn an_error_page_is_no_loaded_page() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let back = Navigation {
        target: Target::Back,
        until: WaitUntil::Load,
    };
    let within = call();
    let (loaded, ()) = tokio::join!(page.navigate(&back, &within), async {
        setup.driver.was_sent("browsingContext.traverseHistory", 1).await;
        setup.driver.step("navigationStarted", "p1", "n", "http://a.test/");
        let error_page = "about:neterror?e=connectionFailure&u=http%3A//a.test/&c=UTF-8";
        setup.driver.step("navigationCommitted", "p1", "n", error_page);
    });
    assert_eq!(loaded.unwrap_err().kind(), Kind::Navigation);
    setup.heard.told("p1 shows http://a.test/").await;
}

#[tokio::test]
async fn a_download_is_no_document() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    begins(&setup);
    let info = json!({ "context": "p1", "navigation": "n", "url": "http://a.test/x", "suggestedFilename": "../x.txt" });
    let (go, within) = (to("http://a.test/x"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        setup.driver.say("browsingContext.downloadWillBegin", info.clone());
    });
    assert!(loaded.unwrap_err().message().contains("download"));
    setup.driver.say("browsingContext.downloadEnd", info);
    setup.heard.told("download x.txt refused").await;
}

#[tokio::test]
async fn a_navigation_that_is_given_up_is_stopped_and_the_page_goes_on() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    setup.driver.ignore("browsingContext.navigate");
    let short = Call::within(Duration::from_millis(50));
    let error = page.navigate(&to("http://a.test/hang"), &short).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
    let stops = setup.driver.was_sent("script.callFunction", 1).await;
    assert!(
        stops[0]["functionDeclaration"]
            .as_str()
            .unwrap()
            .contains("window.stop()")
    );
    begins(&setup);
    let (go, within) = (to("http://a.test/"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 2).await;
        setup.driver.loads("p1", "n", "http://a.test/");
    });
    assert_eq!(loaded.unwrap().url, "http://a.test/");
}

#[tokio::test]
async fn where_there_is_no_history_nothing_has_moved() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    setup.driver.answer("browsingContext.traverseHistory", |_| {
        Some(Err(("no such history entry", "")))
    });
    let back = Navigation {
        target: Target::Back,
        until: WaitUntil::Load,
    };
    assert!(!page.navigate(&back, &call()).await.unwrap().moved);
}

#[tokio::test]
async fn a_page_that_closes_fails_what_waits_for_it() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    begins(&setup);
    let (go, within) = (to("http://a.test/"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        setup.driver.say(
            "browsingContext.contextDestroyed",
            json!({ "context": "p1", "url": "" }),
        );
    });
    assert_eq!(loaded.unwrap_err().kind(), Kind::PageGone);
    assert_eq!(setup.heard.words().last().unwrap(), "closed p1");
}

#[tokio::test]
async fn a_dialog_is_answered_at_once() {
    let setup = Setup::new(Family::Firefox).await;
    setup.page().await;
    setup.driver.opens("f1", Some("p1"), None);
    let prompt =
        json!({ "context": "f1", "type": "prompt", "message": "name?", "defaultValue": "nobody", "handler": "ignore" });
    setup.driver.say("browsingContext.userPromptOpened", prompt);
    let answers = setup.driver.was_sent("browsingContext.handleUserPrompt", 1).await;
    assert_eq!(
        answers[0],
        json!({ "context": "p1", "accept": true, "userText": "nobody" })
    );
    setup.heard.told("dialog name?").await;
}

#[tokio::test]
async fn a_crash_is_told_and_what_waits_fails() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.was_sent("goog:cdp.getSession", 1).await;
    begins(&setup);
    let (go, within) = (to("http://a.test/"), call());
    let (loaded, ()) = tokio::join!(page.navigate(&go, &within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        let crash = json!({ "event": "Inspector.targetCrashed", "params": {}, "session": "cdp" });
        setup.driver.say("goog:cdp.Inspector.targetCrashed", crash);
    });
    assert_eq!(loaded.unwrap_err().kind(), Kind::PageCrashed);
    setup.heard.told("crashed p1").await;
}

#[tokio::test]
async fn a_page_that_hangs_is_replaced() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    setup.driver.loads("p1", "n", "http://a.test/");
    setup.heard.told("p1 shows http://a.test/").await;
    setup.driver.ignore("script.callFunction");
    begins(&setup);
    let within = call();
    let (revived, ()) = tokio::join!(page.revive(&within), async {
        setup.driver.was_sent("browsingContext.navigate", 1).await;
        setup.driver.loads("p2", "n", "http://a.test/");
    });
    revived.unwrap();
    assert_eq!(setup.driver.sent("browsingContext.close"), [json!({ "context": "p1" })]);
    assert_eq!(setup.driver.sent("browsingContext.navigate")[0]["context"], "p2");
    let closed = setup
        .heard
        .words()
        .iter()
        .filter(|word| word.starts_with("closed"))
        .count();
    assert_eq!(
        closed,
        0,
        "the page that took its place says so: {:?}",
        setup.heard.words()
    );
    let replaces = |event: &Event| match event {
        Event::PageOpened(opened) => opened.replaces.clone(),
        _ => None,
    };
    assert_eq!(setup.heard.find(replaces).await.0, "p1");
}

#[tokio::test]
async fn the_console_is_told_once() {
    let setup = Setup::new(Family::Firefox).await;
    setup.page().await;
    let entry = |text: &str, at: u64| {
        json!({ "type": "console", "method": "log", "level": "info", "text": text, "timestamp": at, "args": [],
                "source": { "realm": "r", "context": "p1" } })
    };
    for (text, at) in [("one", 1000), ("two", 2000), ("one", 1000), ("three", 2000)] {
        setup.driver.say("log.entryAdded", entry(text, at));
    }
    setup.heard.told("log: three").await;
    assert_eq!(setup.heard.words()[1..], ["log: one", "log: two", "log: three"]);
}
