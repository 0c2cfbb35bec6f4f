//! The gate, and what a client cannot talk its way around.

use super::*;

#[tokio::test]
async fn read_only_denies_what_changes_things_and_leaves_no_trace() {
    let bench = Bench::new();
    bench
        .done(
            "open",
            "a",
            json!({ "url": "http://shop.test/", "access": "read-only" }),
        )
        .await;
    let before = bench.world.control().requests().len();
    for (op, args) in [
        ("goto", json!({ "url": "http://shop.test/cart" })),
        ("goto", json!({ "no": "such argument" })),
        ("back", json!({})),
        ("forward", json!({})),
        ("reload", json!({})),
        ("tab.new", json!({})),
        ("tab.close", json!({})),
    ] {
        let error = bench.fails(Kind::Denied, op, "a", args).await.error.unwrap();
        assert!(error.message.contains(op) && error.hint.unwrap().contains("session-mode write-access"));
    }
    assert_eq!(bench.world.control().requests().len(), before);
    assert_eq!(bench.title("a").await, "Shop");
    let denied: Vec<_> = bench
        .log("a", "actions.jsonl")
        .into_iter()
        .filter(|line| line["success"] == false)
        .collect();
    assert_eq!(denied.len(), 7);
    bench.done("screenshot", "a", json!({})).await;
    bench.done("close", "a", json!({})).await;
}

#[tokio::test]
async fn the_owner_changes_the_mode() {
    let bench = Bench::new();
    bench.done("open", "a", json!({ "access": "read-only" })).await;
    assert_eq!(
        bench.done("session-mode", "a", json!({})).await,
        json!({ "accessMode": "read-only", "changed": false })
    );
    bench.done("session-mode", "a", json!({ "mode": "write-access" })).await;
    assert_eq!(bench.state("a")["accessMode"], "write-access");
    bench.done("goto", "a", json!({ "url": "http://shop.test/cart" })).await;
}

#[tokio::test]
async fn config_sets_the_mode_and_a_flag_overrules_it() {
    let bench = Bench::new();
    bench.open("first").await;
    std::fs::write(
        bench.folder.path().join(".greenroom/config.json"),
        r#"{"version":1,"accessMode":"read-only"}"#,
    )
    .unwrap();
    bench.open("a").await;
    bench.fails(Kind::Denied, "reload", "a", json!({})).await;
    bench
        .done(
            "open",
            "b",
            json!({ "url": "http://shop.test/", "access": "write-access" }),
        )
        .await;
    bench.done("reload", "b", json!({})).await;
}

#[tokio::test]
async fn goto_opens_an_unknown_session_only_where_config_says_so() {
    let bench = Bench::new();
    let args = json!({ "url": "http://shop.test/" });
    bench.fails(Kind::NoSession, "goto", "a", args.clone()).await;
    bench.service.shared.store.prepare().unwrap();
    std::fs::write(
        bench.folder.path().join(".greenroom/config.json"),
        r#"{"autoOpen":true}"#,
    )
    .unwrap();
    let answer = bench.ask("goto", "a", args.clone()).await;
    assert_eq!((answer.ok, answer.session.as_deref()), (true, Some("a")));
    bench.done("close", "a", json!({})).await;
    assert_eq!(bench.ask("goto", "", args).await.session.as_deref(), Some("default"));
    bench.fails(Kind::NoSession, "get", "b", json!({ "what": "url" })).await;
}

#[tokio::test]
async fn rubbish_is_a_usage_error() {
    let bench = Bench::new();
    bench.open("a").await;
    let error = bench.fails(Kind::Usage, "gotoo", "a", json!({})).await.error.unwrap();
    assert!(error.message.contains("did you mean `goto`"));
    bench.fails(Kind::Usage, "goto", "a", json!({})).await;
    bench.fails(Kind::Usage, "goto", "a", json!({ "url": 5 })).await;
    bench
        .fails(
            Kind::Usage,
            "goto",
            "a",
            json!({ "url": "http://shop.test/", "fast": true }),
        )
        .await;
    bench
        .fails(Kind::Usage, "open", "b", json!({ "viewport": "big" }))
        .await;
    bench.fails(Kind::Usage, "open", "b", json!({ "backend": "fak" })).await;
    let response = bench
        .fails(Kind::Usage, "open", "b", json!({ "testIdAttribute": "data qa" }))
        .await;
    assert!(response.error.unwrap().message.contains("only ASCII letters"));
    bench.fails(Kind::Usage, "list", "", json!({ "status": "activ" })).await;
    for name in ["..", "a/b", "", "-x", "a\nb", "é", &"x".repeat(300)] {
        let response = bench.service.handle(
            Request {
                session: Some(name.to_owned()),
                ..request("open", "", json!({}))
            },
            CancellationToken::new(),
        );
        assert_eq!(response.await.error.unwrap().kind, Kind::Usage, "{name:?}");
    }
    assert_eq!(
        std::fs::read_dir(bench.folder.path().join(".greenroom/sessions"))
            .unwrap()
            .count(),
        1
    );
}
