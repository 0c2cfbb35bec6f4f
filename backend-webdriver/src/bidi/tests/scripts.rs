//! Scripts: where they run, and that none runs twice.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{FrameKey, Script, World};
use serde_json::{Value, json};

use super::{Family, Setup, call};

fn title() -> Script {
    Script {
        function: String::from("() => document.title"),
        args: vec![json!("ž")],
        world: World::Isolated,
    }
}

fn text(realm: &str, json: &str) -> Value {
    json!({ "type": "success", "realm": realm, "result": { "type": "string", "value": json } })
}

/// A driver in which each realm is asked for first, and whose answers to the scripts themselves are `answers`.
fn realms(setup: &Setup, mut answers: Vec<Option<Result<Value, (&'static str, &'static str)>>>) {
    let mut realms = 0;
    setup.driver.answer("script.callFunction", move |params| {
        if params["resultOwnership"] == "root" {
            realms += 1;
            let result = json!({ "type": "object", "handle": format!("h{realms}") });
            return Some(Ok(
                json!({ "type": "success", "realm": format!("r{realms}"), "result": result }),
            ));
        }
        answers.remove(0)
    });
}

/// The scripts that were sent, without those that ask for a realm.
fn scripts(setup: &Setup) -> Vec<Value> {
    let sent = setup.driver.sent("script.callFunction").into_iter();
    sent.filter(|params| params["resultOwnership"] != "root").collect()
}

#[tokio::test]
async fn a_realm_is_asked_for_once_and_given_to_each_script() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    realms(
        &setup,
        vec![Some(Ok(text("r1", "\"A\""))), Some(Ok(text("r1", "\"B\"")))],
    );
    for wanted in ["A", "B"] {
        assert_eq!(page.evaluate(&title(), &call()).await.unwrap(), json!(wanted));
    }
    let sent = scripts(&setup);
    assert_eq!(setup.driver.sent("script.callFunction").len(), 3);
    for params in &sent {
        assert_eq!(params["target"], json!({ "context": "p1", "sandbox": "greenroom" }));
        assert_eq!(params["arguments"][0], json!({ "handle": "h1" }));
        let text = params["functionDeclaration"].as_str().unwrap();
        assert!(text.contains(r#"work(...parse("[\"ž\"]"))"#), "{text}");
    }
}

#[tokio::test]
async fn a_script_that_could_not_begin_runs_in_the_next_document() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    realms(
        &setup,
        vec![Some(Err(("no such handle", ""))), Some(Ok(text("r2", "\"Next\"")))],
    );
    assert_eq!(page.evaluate(&title(), &call()).await.unwrap(), json!("Next"));
    assert_eq!(scripts(&setup)[1]["arguments"][0], json!({ "handle": "h2" }));
}

#[tokio::test]
async fn a_script_that_has_begun_does_not_run_again() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    realms(&setup, vec![None]);
    let (script, within) = (title(), call());
    let (answer, ()) = tokio::join!(page.evaluate(&script, &within), async {
        setup.driver.was_sent("script.callFunction", 2).await;
        let channel = scripts(&setup)[0]["arguments"][1]["value"]["channel"].clone();
        let began = json!({ "channel": channel, "data": { "type": "number", "value": 0 }, "source": { "realm": "r1", "context": "p1" } });
        setup.driver.say("script.message", began);
        let next = json!({ "context": "p1", "navigation": "n", "url": "http://a.test/", "timestamp": 0 });
        setup.driver.say("browsingContext.navigationStarted", next);
        setup.driver.say("script.realmDestroyed", json!({ "realm": "r1" }));
    });
    assert_eq!(answer.unwrap_err().kind(), Kind::Navigation);
    assert_eq!(scripts(&setup).len(), 1);
}

/// What a script that has begun comes to when its document goes and no other one comes; `answer` is what the driver says
/// of the page then.
async fn when_its_document_goes_alone(answer: Result<Value, (&'static str, &'static str)>) -> (Kind, Vec<String>) {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    realms(&setup, vec![None, Some(answer)]);
    let (script, within) = (title(), call());
    let (came_to, ()) = tokio::join!(page.evaluate(&script, &within), async {
        setup.driver.was_sent("script.callFunction", 2).await;
        let channel = scripts(&setup)[0]["arguments"][1]["value"]["channel"].clone();
        let began = json!({ "channel": channel, "data": { "type": "number", "value": 0 }, "source": { "realm": "r1", "context": "p1" } });
        setup.driver.say("script.message", began);
        setup.driver.say("script.realmDestroyed", json!({ "realm": "r1" }));
    });
    (came_to.unwrap_err().kind(), setup.heard.words())
}

#[tokio::test]
async fn a_process_that_crashes_takes_firefox_with_it() {
    let shown_by_itself = "script.callFunction is not supported for parent process browsing contexts: 20";
    let (kind, told) = when_its_document_goes_alone(Err(("unsupported operation", shown_by_itself))).await;
    assert_eq!(
        (kind, told),
        (Kind::BrowserLost, vec!["opened p1".to_owned(), "lost".to_owned()])
    );
}

#[tokio::test]
async fn a_document_that_goes_alone_is_no_crash_by_itself() {
    let (kind, told) = when_its_document_goes_alone(Ok(text("r2", "\"\""))).await;
    assert_eq!((kind, told), (Kind::Navigation, vec!["opened p1".to_owned()]));
}

#[tokio::test]
async fn a_frame_goes_with_the_document_around_it() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let window = json!({ "type": "window", "value": { "context": "f1" } });
    let windows = json!({ "type": "success", "realm": "r1", "result": { "type": "array", "value": [window] } });
    realms(&setup, vec![Some(Ok(windows)), Some(Ok(text("r2", "\"Inside\"")))]);
    let frames = page.frames().unwrap();
    frames.find(None, &title(), &call()).await.unwrap();
    let frame = FrameKey("f1".into());
    let inside = frames.evaluate(&frame, &title(), &call()).await;
    assert_eq!(inside.unwrap(), json!("Inside"));
    setup.driver.loads("p1", "n", "http://a.test/");
    setup.heard.told("p1 shows http://a.test/").await;
    let gone = frames.evaluate(&frame, &title(), &call()).await;
    assert_eq!(gone.unwrap_err().kind(), Kind::Stale);
    assert_eq!(scripts(&setup).len(), 2);
}

#[tokio::test]
async fn chromium_is_told_the_realm_itself() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    let realm = |id: &str, sandbox: Option<&str>| json!({ "realm": id, "type": "window", "context": "p1", "sandbox": sandbox, "origin": "null" });
    setup.driver.say("script.realmCreated", realm("main", None));
    setup
        .driver
        .say("script.realmCreated", realm("other", Some("somebody's")));
    setup
        .driver
        .say("script.realmCreated", realm("ours", Some("greenroom")));
    setup.driver.loads("p1", "n", "http://a.test/");
    setup.heard.told("p1 shows http://a.test/").await;
    setup
        .driver
        .answer("script.callFunction", |_| Some(Ok(text("ours", "\"A\""))));
    assert_eq!(page.evaluate(&title(), &call()).await.unwrap(), json!("A"));
    assert_eq!(scripts(&setup)[0]["target"], json!({ "realm": "ours" }));
    assert_eq!(scripts(&setup)[0]["arguments"], json!([]));
    assert!(setup.driver.sent("script.getRealms").is_empty());
}

#[tokio::test]
async fn what_is_thrown_is_told() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let thrown = json!({
        "type": "exception", "realm": "r1",
        "exceptionDetails": { "text": "Error: no", "lineNumber": 0, "columnNumber": 60, "exception": { "type": "error" },
                              "stackTrace": { "callFrames": [] } },
    });
    realms(&setup, vec![Some(Ok(thrown))]);
    let error = page.evaluate(&title(), &call()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Script);
    assert!(error.message().contains("Error: no"), "{error}");
}

#[tokio::test]
async fn a_frame_that_goes_is_told_at_once_and_the_page_stays() {
    let setup = Setup::new(Family::Firefox).await;
    let page = setup.page().await;
    let windows = json!({ "type": "success", "realm": "r1", "result": { "type": "array", "value": [
        { "type": "window", "value": { "context": "f1" } }, { "type": "null" },
    ] } });
    realms(&setup, vec![Some(Ok(windows)), None]);
    setup.driver.opens("f1", Some("p1"), None);
    let frames = page.frames().unwrap();
    let found = frames.find(None, &title(), &call()).await.unwrap();
    let frame = FrameKey("f1".into());
    assert_eq!(found, [Some(frame.clone()), None]);
    let (script, within) = (title(), call());
    let (answer, ()) = tokio::join!(frames.evaluate(&frame, &script, &within), async {
        setup.driver.was_sent("script.callFunction", 4).await;
        let gone = json!({ "context": "f1", "parent": "p1", "children": [], "url": "" });
        setup.driver.say("browsingContext.contextDestroyed", gone);
    });
    assert_eq!(answer.unwrap_err().kind(), Kind::Stale);
    assert_eq!(setup.heard.words(), ["opened p1"]);
}

#[tokio::test]
async fn a_frame_that_the_driver_forgot_is_let_run_and_said_to_be_out_of_reach() {
    let setup = Setup::new(Family::Chromium).await;
    let page = setup.page().await;
    setup.driver.opens("f1", Some("p1"), None);
    let attached = |session: &str| {
        let target = json!({ "targetId": "f1", "type": "iframe", "attached": true });
        let params = json!({ "sessionId": session, "targetInfo": target, "waitingForDebugger": true });
        json!({ "event": "Target.attachedToTarget", "params": params, "session": "cdp" })
    };
    setup.driver.say("goog:cdp.Target.attachedToTarget", attached("s1"));
    setup.driver.say("goog:cdp.Target.attachedToTarget", attached("s2"));
    let sent = setup.driver.was_sent("goog:cdp.sendCommand", 1).await;
    assert_eq!((sent.len(), &sent[0]["session"]), (1, &json!("s2")));
    assert_eq!(sent[0]["method"], "Runtime.runIfWaitingForDebugger");
    let script = title();
    let answer = page
        .frames()
        .unwrap()
        .evaluate(&FrameKey("f1".into()), &script, &call())
        .await;
    assert_eq!(answer.unwrap_err().kind(), Kind::Protocol);
}
