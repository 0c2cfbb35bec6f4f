//! Connections that break: who waits is told at once, and a living driver is gone on with.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{
    Capability, ContextKey, ContextOptions, EventSink, NewPage, Script, WaitUntil, World,
};
use greenroom_session_core::{Call, Kind};
use serde_json::json;

use super::driver::Driver;
use super::{Bidi, Family, Heard, Setup, call, known};
use crate::browser::Dialect;

fn never() -> Script {
    Script {
        function: String::from("() => new Promise(() => {})"),
        args: Vec::new(),
        world: World::Main,
    }
}

#[tokio::test]
async fn nobody_there_is_a_lost_browser() {
    let mut driver = Driver::start().await;
    driver.die().await;
    let error = Bidi::connect(known(&driver, Family::Firefox), &call())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::BrowserLost);
}

#[tokio::test]
async fn a_driver_that_dies_fails_all_that_waits_and_says_so_last() {
    let mut setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.ignore("script.callFunction");
    let (script, within) = (never(), call());
    let (waiting, ()) = tokio::join!(page.evaluate(&script, &within), async {
        setup.driver.was_sent("script.callFunction", 1).await;
        setup.driver.die().await;
    });
    assert_eq!(waiting.unwrap_err().kind(), Kind::BrowserLost);
    setup.heard.told("lost").await;
    assert_eq!(setup.heard.words().last().unwrap(), "lost");
    let new = NewPage {
        url: None,
        until: WaitUntil::Load,
    };
    let opened = setup.bidi.open_page(&setup.key, &new, &call()).await;
    assert_eq!(opened.unwrap_err().kind(), Kind::BrowserLost);
    assert!(!setup.bidi.wire.lost().await.is_empty());
}

#[tokio::test]
async fn a_connection_with_nobody_behind_it_is_given_up() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    // The clock is moved on by whoever waits, as nobody else has anything to do.
    tokio::time::pause();
    setup.driver.ignore("script.callFunction");
    setup.driver.ignore("browser.getUserContexts");
    let begin = tokio::time::Instant::now();
    let within = Call::within(Duration::from_mins(1));
    let error = page.evaluate(&never(), &within).await.unwrap_err();
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    assert!(begin.elapsed() < Duration::from_secs(40), "{:?}", begin.elapsed());
    tokio::time::resume();
    setup.heard.told("lost").await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_anew() {
    let setup = Setup::new(Family::Chromium).await;
    let (one, _two) = (setup.page().await, setup.page().await);
    setup.driver.ignore("script.callFunction");
    let asked = setup.driver.sent("session.subscribe");
    setup.driver.answer("browsingContext.getTree", |_| {
        let page =
            |context: &str, url: &str| json!({ "context": context, "url": url, "userContext": "u", "children": [] });
        Some(Ok(
            json!({ "contexts": [page("p1", "http://a.test/"), page("p9", "about:blank")] }),
        ))
    });
    let (script, within) = (never(), call());
    let (waiting, ()) = tokio::join!(one.evaluate(&script, &within), async {
        setup.driver.was_sent("script.callFunction", 1).await;
        setup.driver.hang_up();
    });
    assert_eq!(waiting.unwrap_err().kind(), Kind::BrowserLost);
    setup.heard.told("opened p9").await;
    let told = setup.heard.words();
    assert_eq!(told[2..], ["closed p2", "p1 shows http://a.test/", "opened p9"]);
    let again = setup.driver.sent("session.subscribe");
    assert_eq!(again[asked.len()..], asked[..], "events are asked for once more");
    assert_eq!(one.url(&call()).await.unwrap(), "http://a.test/");
}

#[tokio::test]
async fn what_makes_no_sense_is_left_out() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    setup.driver.babble();
    setup.driver.say("browsingContext.load", json!({ "context": 5 }));
    setup.driver.say("bluetooth.requestDevicePromptUpdated", json!({}));
    setup.driver.loads("p1", "n", "http://a.test/");
    setup.heard.told("p1 shows http://a.test/").await;
    assert_eq!(page.key().0, "p1");
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_connection_as_it_was() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.ignore("browsingContext.getTree");
    for _ in 0..3 {
        assert!(
            tokio::time::timeout(Duration::from_millis(1), page.url(&call()))
                .await
                .is_err()
        );
    }
    setup.driver.answer("browsingContext.getTree", |_| {
        Some(Ok(
            json!({ "contexts": [{ "context": "p1", "url": "http://a.test/" }] }),
        ))
    });
    assert_eq!(page.url(&call()).await.unwrap(), "http://a.test/");
}

#[tokio::test]
async fn a_driver_lacks_what_it_does_not_know_and_no_more() {
    let driver = Driver::start().await;
    driver.answer("session.subscribe", |params| {
        let unknown = params["events"].as_array().unwrap().contains(&json!("log.entryAdded"));
        Some(if unknown {
            Err(("invalid argument", "no such event"))
        } else {
            Ok(json!({}))
        })
    });
    driver.answer("emulation.setUserAgentOverride", |_| Some(Err(("unknown command", ""))));
    let bidi = Bidi::connect(known(&driver, Family::Firefox), &call()).await.unwrap();
    for missing in [Capability::ConsoleEvents, Capability::Emulation] {
        assert!(!bidi.capabilities().has(missing), "{missing}");
    }
    for there in [
        Capability::NetworkEvents,
        Capability::ResponseBodies,
        Capability::Dialogs,
    ] {
        assert!(bidi.capabilities().has(there), "{there}");
    }
    let options = ContextOptions {
        locale: Some("de".into()),
        ..ContextOptions::default()
    };
    let refused = bidi.open_context(&options, Heard::new(), &call()).await.unwrap_err();
    assert_eq!(refused.capability(), Some(Capability::Emulation));
    assert!(
        driver.sent("browser.createUserContext").is_empty(),
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_context_that_could_not_be_set_up_is_removed() {
    let driver = Driver::start().await;
    driver.answer("emulation.setTimezoneOverride", |params| {
        let is_known = params["timezone"].is_null();
        Some(if is_known {
            Ok(json!({}))
        } else {
            Err(("invalid argument", "no such zone"))
        })
    });
    let bidi = Bidi::connect(known(&driver, Family::Firefox), &call()).await.unwrap();
    let options = ContextOptions {
        timezone: Some("Nowhere".into()),
        ..ContextOptions::default()
    };
    let refused = bidi.open_context(&options, Heard::new(), &call()).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Usage);
    assert_eq!(
        driver.was_sent("browser.removeUserContext", 1).await,
        [json!({ "userContext": "u" })]
    );
}

#[tokio::test]
async fn a_context_is_adopted_with_its_pages_and_its_collector() {
    let driver = Driver::start().await;
    driver.answer("browsingContext.getTree", |_| {
        let page = |context: &str, of: &str| json!({ "context": context, "url": "http://a.test/", "userContext": of });
        Some(Ok(
            json!({ "contexts": [page("keeper", "u"), page("p7", "u"), page("other", "default")] }),
        ))
    });
    let bidi = Bidi::connect(known(&driver, Family::Firefox), &call()).await.unwrap();
    let (heard, options) = (Heard::new(), ContextOptions::default());
    let sink = || Arc::clone(&heard) as Arc<dyn EventSink>;
    let gone = bidi
        .adopt_context(&ContextKey("gone/c".into()), &options, sink(), &call())
        .await;
    assert_eq!(gone.unwrap_err().kind(), Kind::BrowserLost);
    bidi.adopt_context(&ContextKey("u/c".into()), &options, sink(), &call())
        .await
        .unwrap();
    assert_eq!(heard.words(), ["opened p7"]);
    let asked = driver.sent("network.addDataCollector");
    assert!(
        asked.iter().all(|params| params == &json!({})),
        "the collector is the former one: {asked:?}"
    );
}
