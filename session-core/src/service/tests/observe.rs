//! `observe` of parts of a page, and what changed since the one before.

use super::*;

fn with_rows(rows: Value) -> FakePage {
    FakePage {
        globals: [("rows".to_owned(), rows)].into(),
        ..FakePage::titled("Shop")
    }
}

fn row(role: &str, name: &str, mut props: Value) -> Value {
    props["interactive"] = json!(true);
    json!({ "role": role, "name": name, "props": props })
}

/// A page with a form, navigation, and what is neither.
fn shop(pay: &str) -> Value {
    json!([
        row(
            "link",
            "Home",
            json!({ "url": "http://shop.test/", "navigation": true })
        ),
        row(
            "textbox",
            "Email",
            json!({ "form": true, "value": "a@b.c", "required": true })
        ),
        row("textbox", "Password", json!({ "form": true, "masked": true })),
        row("button", pay, json!({ "form": true })),
        row("button", "Chat", json!({})),
        row(
            "link",
            "Imprint",
            json!({ "url": "http://shop.test/i", "navigation": true, "offscreen": true })
        ),
    ])
}

async fn bench() -> Bench {
    let bench = Bench::new();
    bench.world.serve("http://shop.test/", with_rows(shop("Pay")));
    bench.open("a").await;
    bench
}

/// The lines that an observe tells, and its notes.
async fn lines(bench: &Bench, args: Value) -> (Vec<String>, Vec<String>) {
    let response = bench.ask("observe", "a", args).await;
    let result = response.result.unwrap();
    let elements = result["elements"].as_array().unwrap().iter();
    let line = |element: &Value| element["line"].as_str().unwrap().to_owned();
    (elements.map(line).collect(), response.notes)
}

#[tokio::test]
async fn forms_and_navigation_are_listed_by_themselves() {
    let bench = bench().await;
    let (told, notes) = lines(&bench, json!({ "forms": true })).await;
    let expected = [
        "e2 textbox \"Email\" [required]: a@b.c",
        "e3 textbox \"Password\": ••••••••",
        "e4 button \"Pay\"",
    ];
    assert_eq!(told, expected);
    assert_eq!(notes, ["3 more that are not in forms: observe lists them"]);
    let (told, notes) = lines(&bench, json!({ "navigation": true })).await;
    assert_eq!(told, ["e1 link \"Home\" -> http://shop.test/"]);
    let expected = [
        "1 more outside of the viewport: --all lists them",
        "4 more that are not for navigation: observe lists them",
    ];
    assert_eq!(notes, expected);
    let both = json!({ "navigation": true, "forms": true, "all": true, "max": 3 });
    let (told, notes) = lines(&bench, both).await;
    assert_eq!(told.len(), 3);
    let expected = [
        "2 more: --max 5 lists them",
        "1 more that are neither in forms nor for navigation: observe lists them",
    ];
    assert_eq!(notes, expected);
    let result = bench.done("observe", "a", json!({ "forms": true })).await;
    assert_eq!(
        (&result["total"], &result["offscreen"], &result["others"]),
        (&json!(3), &json!(0), &json!(3))
    );
    assert_eq!(result["elements"][1]["masked"], true);
    assert_eq!(result["elements"][1].get("value"), None);
}

#[tokio::test]
async fn changes_are_told_against_the_observe_before_even_of_a_former_daemon() {
    let mut bench = bench().await;
    let response = bench.ask("observe", "a", json!({ "diff": true })).await;
    assert!(
        response
            .notes
            .iter()
            .any(|note| note.contains("was not observed before")),
        "{:?}",
        response.notes
    );
    assert_eq!(response.result.unwrap()["elements"].as_array().unwrap().len(), 5);
    let result = bench.done("observe", "a", json!({ "diff": true })).await;
    assert_eq!((&result["diff"]["text"], &result["elements"]), (&json!(""), &json!([])));
    bench.restart();
    // Another document: its elements are others.
    bench.world.serve("http://shop.test/", with_rows(shop("Pay now")));
    bench.done("goto", "a", json!({ "url": "http://shop.test/" })).await;
    let response = bench.ask("observe", "a", json!({ "diff": true, "forms": true })).await;
    let result = response.result.unwrap();
    let text = result["diff"]["text"].as_str().unwrap();
    assert!(
        text.contains("- e4 button \"Pay\"\n") && text.contains(" button \"Pay now\"\n"),
        "{text}"
    );
    assert_eq!(
        (&result["diff"]["added"], &result["diff"]["removed"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(response.notes, ["6 more changed that are not in forms"]);
    let cut = bench.done("observe", "a", json!({ "diff": true, "max": 1 })).await;
    assert_eq!(cut["diff"]["text"], "");
}

#[tokio::test]
async fn each_page_has_its_own_observe_before() {
    let bench = bench().await;
    bench.done("observe", "a", json!({})).await;
    bench
        .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
        .await;
    let result = bench.done("observe", "a", json!({ "diff": true })).await;
    assert_eq!(result.get("diff"), None);
    bench.done("tab.select", "a", json!({ "id": "page-1" })).await;
    let result = bench.done("observe", "a", json!({ "diff": true })).await;
    assert_eq!(result["diff"]["text"], "");
}
