//! Functions called in pages.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Script, World};
use greenroom_test_site::Site;
use serde_json::{Value, json};

use crate::support::{Fixture, call, eval, eval_main, failed, go, script};

#[tokio::test]
async fn values_come_back_as_json() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    for (function, expected) in [
        (
            "() => ({a: [1, 'é', null, true], b: {c: 1.5}})",
            json!({"a": [1, "é", null, true], "b": {"c": 1.5}}),
        ),
        ("() => undefined", Value::Null),
        ("() => NaN", Value::Null),
        ("() => 10n", json!("10")),
        ("async () => { await null; return 'later' }", json!("later")),
        ("() => 'x'.repeat(3000000).length", json!(3_000_000)),
    ] {
        assert_eq!(eval(&page, function).await, expected, "{function}");
    }
    let with = Script {
        args: vec![json!(2), json!({"k": "v"})],
        ..script("(a, b) => [a + 1, b.k]")
    };
    assert_eq!(page.evaluate(&with, &call()).await.unwrap(), json!([3, "v"]));
    fixture.finish().await;
}

#[tokio::test]
async fn what_throws_says_what_and_where() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    for (function, part) in [
        ("() => { throw new TypeError('no good') }", "TypeError: no good"),
        ("() => { throw 'plain' }", "plain"),
        ("async () => { throw new Error('later') }", "Error: later"),
        ("() => nonsense", "nonsense is not defined"),
        ("() => }{", "SyntaxError"),
        ("() => { const a = {}; a.a = a; return a }", "reference chain"),
    ] {
        let error = failed(page.evaluate(&script(function), &call()).await);
        assert_eq!(error.kind(), Kind::Script, "{function}: {error:?}");
        assert!(error.message().contains(part), "{error}");
    }
    fixture.finish().await;
}

#[tokio::test]
async fn the_page_and_our_world_do_not_see_each_other() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    eval_main(
        &page,
        "() => { window.theirs = 1; Array.prototype.map = () => 'patched' }",
    )
    .await;
    eval(&page, "() => { window.ours = 1 }").await;
    assert_eq!(eval(&page, "() => typeof window.theirs").await, "undefined");
    assert_eq!(eval(&page, "() => [1].map(String)").await, json!(["1"]));
    assert_eq!(eval_main(&page, "() => typeof window.ours").await, "undefined");
    go(&page, &site.url("/title/Two")).await.unwrap();
    assert_eq!(eval(&page, "() => document.title").await, "Two");
    fixture.finish().await;
}

#[tokio::test]
async fn scripts_side_by_side_with_navigations_answer_or_say_why() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    for round in 0..10 {
        let url = site.url(&format!("/title/{round}"));
        let title = script("() => document.title");
        let limit = call();
        let (loaded, title) = tokio::join!(go(&page, &url), page.evaluate(&title, &limit));
        loaded.unwrap();
        if let Err(error) = title {
            assert_eq!(error.kind(), Kind::Navigation, "{error:?}");
        }
        assert_eq!(eval(&page, "() => document.title").await, round.to_string());
    }
    let main = Script {
        world: World::Main,
        ..script("() => location.reload()")
    };
    page.evaluate(&main, &call()).await.unwrap();
    assert_eq!(eval(&page, "() => document.title").await, "9");
    fixture.finish().await;
}
