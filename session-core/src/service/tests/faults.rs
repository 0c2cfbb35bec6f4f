//! Things that go wrong in the middle.

use super::*;
use crate::fake::{Fault, Loading, Method};

#[tokio::test]
async fn a_browser_that_does_not_start_leaves_an_ended_session_with_its_reason() {
    let bench = Bench::new();
    bench.world.control().fault(
        Method::Launch,
        1,
        Fault::Fail(Kind::NotStarted, "no chromium here".to_owned()),
    );
    let response = bench.fails(Kind::NotStarted, "open", "a", json!({})).await;
    assert_eq!(response.session.as_deref(), Some("a"));
    let state = bench.state("a");
    assert_eq!(
        (state["phase"].as_str(), state["outcome"].as_str()),
        (Some("ended"), Some("error"))
    );
    assert!(state["reason"].as_str().unwrap().contains("no chromium here"));
    assert_eq!(bench.running(), 0);
    bench.open("a").await;
}

#[tokio::test]
async fn a_first_page_that_cannot_be_loaded_leaves_the_session_usable() {
    let bench = Bench::new();
    bench.world.serve("http://down.test/", FakePage::that(Loading::Refused));
    let response = bench
        .fails(Kind::Navigation, "open", "a", json!({ "url": "http://down.test/" }))
        .await;
    assert!(response.error.unwrap().hint.unwrap().contains("--session a"));
    bench.done("goto", "a", json!({ "url": "http://shop.test/" })).await;
}

#[tokio::test]
async fn a_caller_who_goes_away_while_it_opens_leaves_nothing() {
    let bench = Bench::new();
    bench.world.control().fault(Method::Launch, 1, Fault::Hang);
    let cancel = CancellationToken::new();
    let mut opening = Box::pin(bench.service.handle(request("open", "a", json!({})), cancel.clone()));
    assert!(
        tokio::time::timeout(Duration::from_millis(50), &mut opening)
            .await
            .is_err()
    );
    // As the server does it when the client hangs up.
    cancel.cancel();
    drop(opening);
    bench.wait_for_state("a", |state| state["phase"] == "ended").await;
    assert_eq!(bench.running(), 0);
    let line = bench
        .log("a", "logs.jsonl")
        .into_iter()
        .find(|line| line["message"] == "open")
        .unwrap();
    assert_eq!(line["fields"]["outcome"], "cancelled");
}

#[tokio::test]
async fn a_deadline_ends_one_command_and_not_the_session() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.world.control().fault(Method::Evaluate, 1, Fault::Hang);
    let slow = Request {
        timeout_ms: Some(60),
        ..request("get", "a", json!({ "what": "title" }))
    };
    let error = bench
        .service
        .handle(slow, CancellationToken::new())
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, Kind::Timeout);
    assert!(error.hint.unwrap().contains("reload"));
    assert_eq!(bench.title("a").await, "Shop");
}

#[tokio::test]
async fn close_and_list_never_wait_for_a_running_command() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.world.control().fault(Method::Navigate, 1, Fault::Hang);
    let stuck = Box::pin(bench.ask("goto", "a", json!({ "url": "http://shop.test/cart" })));
    let others = async {
        bench.done("list", "", json!({})).await;
        bench.done("pages", "a", json!({})).await;
        bench.done("close", "a", json!({})).await;
    };
    let both = Box::pin(async { tokio::join!(stuck, others) });
    let (stuck, ()) = tokio::time::timeout(Duration::from_secs(10), both)
        .await
        .expect("stuck");
    assert_eq!(stuck.error.unwrap().kind, Kind::SessionEnded);
    assert_eq!(bench.running(), 0);
}

#[tokio::test]
async fn commands_of_one_session_run_in_turn_and_others_do_not_wait() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.open("b").await;
    bench.world.control().take_clock();
    bench
        .world
        .control()
        .fault(Method::Navigate, 1, Fault::Delay(Duration::from_secs(1)));
    let slow = bench.ask("goto", "a", json!({ "url": "http://shop.test/cart" }));
    let rest = async {
        assert_eq!(bench.title("b").await, "Shop");
        // Queued behind the slow one: it sees what that one did.
        let (title, ()) = tokio::join!(bench.title("a"), async {
            bench.world.control().advance(Duration::from_secs(1));
        });
        assert_eq!(title, "Cart");
    };
    let (slow, ()) = tokio::join!(slow, rest);
    assert!(slow.ok);
}

#[tokio::test]
async fn a_browser_that_dies_during_a_command_is_told_at_once_and_comes_back() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.world.control().fault(Method::Evaluate, 1, Fault::LoseBrowser);
    let error = bench
        .fails(Kind::BrowserLost, "get", "a", json!({ "what": "title" }))
        .await
        .error
        .unwrap();
    assert!(error.retry);
    assert_eq!(bench.title("a").await, "Shop");
}

#[tokio::test]
async fn a_crashed_page_is_an_error_and_an_event_and_reload_brings_it_back() {
    let bench = Bench::new();
    bench.open("a").await;
    let page = bench.world.control().pages()[0].clone();
    bench.world.control().crash_page(&page);
    let response = bench
        .fails(Kind::PageCrashed, "get", "a", json!({ "what": "title" }))
        .await;
    assert!(response.events.iter().any(|event| event.kind == "page-crashed"));
    bench.done("reload", "a", json!({})).await;
    assert_eq!(bench.title("a").await, "Shop");
}

#[tokio::test]
async fn a_session_whose_daemon_died_while_opening_is_restored_or_reported() {
    let mut bench = Bench::new();
    bench.open("a").await;
    bench.done("close", "a", json!({})).await;
    // What a daemon leaves that is killed between making the folder and starting the browser.
    let file = bench.folder.path().join(".greenroom/sessions/a/state.json");
    let mut state = bench.state("a");
    for key in ["endpoint", "context", "pid", "pidStartedAt", "outcome", "endedAt"] {
        state.as_object_mut().unwrap().remove(key);
    }
    state["phase"] = json!("live");
    state["status"] = json!("active");
    state["pages"] = json!([]);
    std::fs::write(file, state.to_string()).unwrap();
    bench.restart();
    let response = bench.ask("get", "a", json!({ "what": "url" })).await;
    assert_eq!(response.restored, Some(crate::ipc::Restored::Crashed));
    assert_eq!(response.result.unwrap()["value"], "about:blank");
}
