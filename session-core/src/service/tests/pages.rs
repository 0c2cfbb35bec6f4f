//! Pages, navigation, images, and what the logs say of them.

use super::*;

#[tokio::test]
async fn navigation_tells_status_and_title() {
    let bench = Bench::new();
    bench.open("a").await;
    let visit = bench.done("goto", "a", json!({ "url": "http://shop.test/cart" })).await;
    assert_eq!(
        (visit["title"].as_str(), visit["status"].as_u64()),
        (Some("Cart"), Some(200))
    );
    let missing = bench.ask("goto", "a", json!({ "url": "http://shop.test/gone" })).await;
    assert_eq!(missing.result.unwrap()["status"], 404);
    assert!(missing.notes[0].contains("404"));
    assert_eq!(bench.done("back", "a", json!({})).await["title"], "Cart");
    bench.done("back", "a", json!({})).await;
    assert_eq!(bench.done("forward", "a", json!({})).await["title"], "Cart");
    assert_eq!(bench.done("reload", "a", json!({})).await["title"], "Cart");
}

#[tokio::test]
async fn going_back_from_the_first_page_is_told() {
    let bench = Bench::new();
    bench.done("open", "a", json!({})).await;
    bench.fails(Kind::Navigation, "back", "a", json!({})).await;
}

#[tokio::test]
async fn page_ids_are_stable_and_never_used_again() {
    let bench = Bench::new();
    bench.open("a").await;
    assert_eq!(
        bench
            .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
            .await["page"],
        "page-2"
    );
    assert_eq!(bench.title("a").await, "Cart");
    assert_eq!(bench.done("tab.close", "a", json!({})).await["active"], "page-1");
    assert_eq!(bench.done("tab.new", "a", json!({})).await["page"], "page-3");
    bench.done("tab.select", "a", json!({ "id": "page-1" })).await;
    assert_eq!(bench.title("a").await, "Shop");
    let error = bench
        .fails(Kind::PageGone, "tab.select", "a", json!({ "id": "page-2" }))
        .await
        .error
        .unwrap();
    assert!(error.hint.unwrap().contains("greenroom pages"));
}

#[tokio::test]
async fn a_session_is_never_without_a_page() {
    let bench = Bench::new();
    bench.open("a").await;
    assert_eq!(bench.done("tab.close", "a", json!({})).await["active"], "page-2");
    assert_eq!(
        bench.done("get", "a", json!({ "what": "url" })).await["value"],
        "about:blank"
    );
}

#[tokio::test]
async fn an_image_is_a_file_of_the_right_size() {
    let bench = Bench::new();
    bench
        .done(
            "open",
            "a",
            json!({ "url": "http://shop.test/", "viewport": "640x480" }),
        )
        .await;
    let shot = bench.done("screenshot", "a", json!({})).await;
    assert_eq!(shot["size"], "640x480");
    let path = std::path::PathBuf::from(shot["path"].as_str().unwrap());
    assert!(path.ends_with("sessions/a/snapshots/screenshot-001.png"));
    assert!(std::fs::read(path).unwrap().starts_with(b"\x89PNG"));
    assert!(
        bench.done("screenshot", "a", json!({})).await["path"]
            .as_str()
            .unwrap()
            .ends_with("screenshot-002.png")
    );
}

#[tokio::test]
async fn a_commands_lines_can_be_joined() {
    let bench = Bench::new();
    bench.open("a").await;
    bench.done("goto", "a", json!({ "url": "http://shop.test/cart" })).await;
    let actions = bench.log("a", "actions.jsonl");
    let action = actions.iter().find(|line| line["action"] == "goto").unwrap();
    let network = bench.log("a", "network.jsonl");
    let request = network
        .iter()
        .find(|line| line["url"] == "http://shop.test/cart")
        .unwrap();
    let command = bench
        .log("a", "logs.jsonl")
        .into_iter()
        .find(|line| line["message"] == "goto")
        .unwrap();
    assert_eq!(action["op"], request["op"]);
    assert_eq!(action["op"], command["op"]);
    assert_eq!(
        (action["source"].as_str(), action["success"].as_bool()),
        (Some("agent"), Some(true))
    );
    assert_eq!(action["pageId"], "page-1");
    assert_eq!(actions.iter().filter(|line| line["op"] == action["op"]).count(), 1);
}
