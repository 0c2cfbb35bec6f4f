//! Opening, sharing, adopting, restoring, ending.

use super::*;

#[tokio::test]
async fn a_session_is_opened_used_and_closed() {
    let bench = Bench::new();
    let opened = bench.open("a").await;
    assert_eq!(
        (opened["page"].as_str(), opened["title"].as_str()),
        (Some("page-1"), Some("Shop"))
    );
    assert_eq!(bench.title("a").await, "Shop");
    let closed = bench.done("close", "a", json!({})).await;
    assert_eq!(closed["closed"][0]["session"], "a");
    assert_eq!(bench.running(), 0);
    let state = bench.state("a");
    assert_eq!(
        (state["status"].as_str(), state["outcome"].as_str()),
        (Some("exited"), Some("closed"))
    );
}

#[tokio::test]
async fn without_a_name_one_is_made_and_found() {
    let bench = Bench::new();
    let opened = bench.open("").await;
    assert!(opened["session"].as_str().unwrap().starts_with("ses-"));
    assert_eq!(bench.title("").await, "Shop");
    bench.open("b").await;
    let error = bench
        .fails(Kind::NoSession, "get", "", json!({ "what": "title" }))
        .await
        .error
        .unwrap();
    assert!(error.message.contains("several") && error.message.contains('b'));
}

#[tokio::test]
async fn a_name_in_use_says_what_differs() {
    let bench = Bench::new();
    bench.open("a").await;
    let response = bench
        .fails(Kind::NameInUse, "open", "a", json!({ "viewport": "800x600" }))
        .await;
    let error = response.error.unwrap();
    assert!(
        error.message.contains("viewport (1366x768, not 800x600)"),
        "{}",
        error.message
    );
    assert!(error.hint.unwrap().contains("--session a"));
}

#[tokio::test]
async fn of_many_opens_at_once_one_wins_and_nothing_is_left() {
    for _ in 0..50 {
        let bench = Bench::new();
        let args = || json!({ "url": "http://shop.test/" });
        let (one, two, three) = tokio::join!(
            bench.ask("open", "a", args()),
            bench.ask("open", "a", args()),
            bench.ask("open", "a", args())
        );
        let won = [&one, &two, &three].iter().filter(|response| response.ok).count();
        assert_eq!(won, 1);
        assert_eq!(bench.running(), 1);
        bench.done("close", "a", json!({})).await;
        assert_eq!(bench.running(), 0);
    }
}

#[tokio::test]
async fn sessions_share_a_process_until_the_last_one_closes() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.open("b").await;
    bench.done("open", "c", json!({ "ownProcess": true })).await;
    assert_eq!(bench.running(), 2);
    assert_eq!(
        bench.done("close", "a", json!({})).await["closed"][0]["browser"],
        "shared"
    );
    assert_eq!(bench.title("b").await, "Shop");
    bench.done("close", "", json!({ "all": true })).await;
    assert_eq!(bench.running(), 0);
}

#[tokio::test]
async fn bulk_closing_combines_its_filters() {
    let bench = Bench::new();
    for name in ["x1", "x2", "y1"] {
        bench.open(name).await;
    }
    let none = bench.done("close", "", json!({ "prefix": "x", "idle": "1h" })).await;
    assert!(none["closed"].as_array().unwrap().is_empty());
    let two = bench.done("close", "", json!({ "prefix": "x" })).await;
    assert_eq!(two["closed"].as_array().unwrap().len(), 2);
    assert_eq!(bench.title("").await, "Shop");
}

#[tokio::test]
async fn closing_twice_says_when_it_ended() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.done("close", "a", json!({})).await;
    let error = bench
        .fails(Kind::SessionEnded, "close", "a", json!({}))
        .await
        .error
        .unwrap();
    assert!(error.message.contains("ended at 20"), "{}", error.message);
    bench.done("close", "a", json!({ "ifExists": true })).await;
    bench.done("close", "never", json!({ "ifExists": true })).await;
    bench.fails(Kind::NoSession, "close", "never", json!({})).await;
}

#[tokio::test]
async fn an_ended_sessions_name_can_be_used_again_and_its_folder_is_kept() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.done("close", "a", json!({})).await;
    bench.open("a").await;
    let archive = std::fs::read_dir(bench.folder.path().join(".greenroom/archive")).unwrap();
    assert_eq!(archive.count(), 1);
}

#[tokio::test]
async fn a_new_daemon_adopts_the_browser_with_its_pages() {
    let mut bench = Bench::new();
    bench.open("a").await;
    bench
        .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
        .await;
    bench.wait_for_state("a", |state| state["phase"] == "parked").await;
    bench.restart();
    let response = bench.ask("get", "a", json!({ "what": "title" })).await;
    assert_eq!(response.result.unwrap()["value"], "Cart");
    assert_eq!(response.restored, Some(crate::ipc::Restored::Adopted));
    assert_eq!(bench.running(), 1);
    let pages = bench.done("pages", "a", json!({})).await;
    assert_eq!(pages["pages"][1]["id"], "page-2");
    assert_eq!(bench.ask("get", "a", json!({ "what": "title" })).await.restored, None);
}

#[tokio::test]
async fn a_session_keeps_its_attribute_for_test_ids() {
    let mut bench = Bench::new();
    let folder = bench.folder.path().join(".greenroom");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), r#"{ "testIdAttribute": "data-test" }"#).unwrap();
    bench.done("open", "a", json!({ "testIdAttribute": "Data-QA" })).await;
    bench.open("b").await;
    bench.restart();
    for (session, wanted) in [("a", "data-qa"), ("b", "data-test")] {
        bench.title(session).await;
        // Written by the new daemon.
        bench.wait_for_state(session, |state| state["phase"] == "parked").await;
        assert_eq!(bench.state(session)["testIdAttribute"], wanted);
    }
    let response = bench.fails(Kind::NameInUse, "open", "a", json!({})).await;
    let message = response.error.unwrap().message;
    assert!(
        message.contains("attribute for test ids (data-qa, not data-test)"),
        "{message}"
    );
}

#[tokio::test]
async fn a_killed_browser_is_restored_and_that_is_said() {
    let bench = Bench::new();
    bench.open("a").await;
    bench
        .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
        .await;
    bench.done("tab.select", "a", json!({ "id": "page-1" })).await;
    let endpoint = bench.world.control().running()[0].clone();
    assert!(bench.world.control().kill_browser(&endpoint));
    let response = bench.ask("get", "a", json!({ "what": "title" })).await;
    assert_eq!(response.result.unwrap()["value"], "Shop");
    assert_eq!(response.restored, Some(crate::ipc::Restored::Crashed));
    assert!(!response.notes.is_empty());
    let pages = bench.done("pages", "a", json!({})).await;
    let ids: Vec<_> = pages["pages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["page-1", "page-2"]);
    assert_eq!(bench.running(), 1);
}

#[tokio::test]
async fn a_browser_killed_while_no_daemon_ran_is_restored() {
    let mut bench = Bench::new();
    bench.open("a").await;
    bench.wait_for_state("a", |state| state["phase"] == "parked").await;
    let endpoint = bench.world.control().running()[0].clone();
    bench.world.control().disconnect();
    bench.world.control().kill_browser(&endpoint);
    bench.restart();
    let response = bench.ask("get", "a", json!({ "what": "title" })).await;
    assert_eq!(response.result.unwrap()["value"], "Shop");
    assert_eq!(response.restored, Some(crate::ipc::Restored::Crashed));
}

#[tokio::test]
async fn looking_never_restores() {
    let bench = Bench::new();
    bench.open("a").await;
    let endpoint = bench.world.control().running()[0].clone();
    bench.world.control().kill_browser(&endpoint);
    for (op, args) in [("list", json!({})), ("status", json!({})), ("session-mode", json!({}))] {
        let named = if op == "list" { "" } else { "a" };
        assert_eq!(bench.ask(op, named, args).await.restored, None);
    }
    assert_eq!(bench.running(), 0);
}

#[tokio::test]
async fn a_stopped_daemon_hibernates_and_the_next_one_restores() {
    let mut bench = Bench::new();
    bench.open("a").await;
    assert_eq!(
        bench.done("daemon.stop", "", json!({})).await["hibernated"],
        json!(["a"])
    );
    assert_eq!(bench.running(), 0);
    assert_eq!(bench.state("a")["phase"], "hibernated");
    bench.restart();
    let response = bench.ask("get", "a", json!({ "what": "title" })).await;
    assert_eq!(response.restored, Some(crate::ipc::Restored::Hibernated));
    assert_eq!(response.result.unwrap()["value"], "Shop");
}

#[tokio::test]
async fn an_attached_browser_is_let_go_and_never_ended() {
    let bench = Bench::new();
    let endpoint = bench.world.control().start_foreign(&["http://shop.test/"]);
    let opened = bench.done("connect", "mine", json!({ "endpoint": endpoint })).await;
    assert_eq!(opened["title"], "Shop");
    assert_eq!(bench.state("mine")["ownership"], "attached");
    assert_eq!(
        bench.done("close", "mine", json!({})).await["closed"][0]["browser"],
        "detached"
    );
    assert_eq!(bench.running(), 1);
}

#[tokio::test]
async fn an_attached_browser_that_is_gone_ends_the_session() {
    let bench = Bench::new();
    let endpoint = bench.world.control().start_foreign(&["http://shop.test/"]);
    bench.done("connect", "mine", json!({ "endpoint": endpoint })).await;
    bench.world.control().kill_browser(&endpoint);
    bench
        .fails(Kind::BrowserLost, "get", "mine", json!({ "what": "title" }))
        .await;
    bench.wait_for_state("mine", |state| state["phase"] == "ended").await;
    assert_eq!(bench.state("mine")["outcome"], "error");
}

#[tokio::test]
async fn one_damaged_session_never_hides_the_others() {
    let mut bench = Bench::new();
    bench.open("a").await;
    bench.open("b").await;
    bench.wait_for_state("b", |state| state["phase"] == "parked").await;
    let file = bench.folder.path().join(".greenroom/sessions/a/state.json");
    std::fs::write(&file, "{ \"version\": 1, ").unwrap();
    bench.restart();
    let list = bench.done("list", "", json!({})).await;
    let lines: Vec<_> = list["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["session"].clone(), line["status"].clone()))
        .collect();
    assert!(
        lines.contains(&(json!("a"), json!("damaged"))) && lines.contains(&(json!("b"), json!("active"))),
        "{lines:?}"
    );
    assert_eq!(bench.title("b").await, "Shop");
    bench.fails(Kind::Damaged, "get", "a", json!({ "what": "title" })).await;
    assert_eq!(std::fs::read_to_string(file).unwrap(), "{ \"version\": 1, ");
}

#[tokio::test]
async fn deadlines_hibernate_and_end_sessions() {
    let bench = Bench::new();
    let args = |key: &str| json!({ "url": "http://shop.test/", key: "30ms" });
    bench.done("open", "dormant", args("dormantTtl")).await;
    bench.done("open", "idle", args("idleTimeout")).await;
    bench.done("open", "old", args("maxDuration")).await;
    bench.open("plain").await;
    let kept = async {
        bench
            .wait_for_state("dormant", |state| state["phase"] == "hibernated")
            .await;
        bench
            .wait_for_state("idle", |state| state["outcome"] == "timed_out")
            .await;
        bench
            .wait_for_state("old", |state| state["outcome"] == "timed_out")
            .await;
    };
    tokio::select! {
        () = bench.service.keep_deadlines() => unreachable!("it runs for ever"),
        () = kept => {}
    }
    assert_eq!(bench.title("plain").await, "Shop");
    let response = bench.ask("get", "dormant", json!({ "what": "title" })).await;
    assert_eq!(response.restored, Some(crate::ipc::Restored::Hibernated));
    bench
        .fails(Kind::SessionEnded, "get", "idle", json!({ "what": "title" }))
        .await;
}

#[tokio::test]
async fn a_session_is_in_use_as_long_as_a_command_runs() {
    let bench = Bench::new();
    let slow = FakePage {
        delay: Duration::from_millis(200),
        ..FakePage::titled("Slow")
    };
    bench.world.serve("http://shop.test/slow", slow);
    bench.done("open", "idle", json!({ "idleTimeout": "100ms" })).await;
    let used = async {
        bench
            .done("goto", "idle", json!({ "url": "http://shop.test/slow" }))
            .await;
        bench
            .wait_for_state("idle", |state| state["outcome"] == "timed_out")
            .await;
    };
    tokio::select! {
        () = bench.service.keep_deadlines() => unreachable!("it runs for ever"),
        () = used => {}
    }
}

#[tokio::test]
async fn deadlines_that_passed_while_no_daemon_ran_are_applied() {
    let mut bench = Bench::new();
    bench.done("open", "idle", json!({ "idleTimeout": "10ms" })).await;
    bench.wait_for_state("idle", |state| state["phase"] == "parked").await;
    tokio::time::sleep(Duration::from_millis(15)).await;
    bench.restart();
    let list = bench.done("list", "", json!({ "all": true })).await;
    assert_eq!(list["sessions"][0]["outcome"], "timed_out");
    assert_eq!(bench.running(), 0);
}

#[tokio::test]
async fn a_session_closed_before_it_was_adopted_leaves_no_browser() {
    let mut bench = Bench::new();
    bench.open("a").await;
    bench.wait_for_state("a", |state| state["phase"] == "parked").await;
    bench.restart();
    bench.done("close", "a", json!({})).await;
    assert_eq!(bench.running(), 0);
}

#[tokio::test]
async fn the_service_is_idle_when_it_holds_nothing() {
    let bench = Bench::new();
    bench.open("a").await;
    let idle = tokio::time::timeout(Duration::from_millis(50), bench.service.wait_until_idle()).await;
    assert!(idle.is_err());
    bench.done("close", "a", json!({})).await;
    tokio::time::timeout(Duration::from_secs(10), bench.service.wait_until_idle())
        .await
        .expect("it never became idle");
}
