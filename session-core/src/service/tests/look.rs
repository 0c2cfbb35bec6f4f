//! Looking at pages: refs and where they lead, frames in one tree, what is told beside a result or an error.

use std::collections::BTreeSet;

use super::*;
use crate::backend::Capability;
use crate::fake::{FakeFrame, Fault, Loading, Method};
use crate::injected::LEASE;

/// A page with these elements, by role and name.
fn page(title: &str, elements: &[(&str, &str)]) -> FakePage {
    let rows: Vec<_> = elements
        .iter()
        .map(|(role, name)| json!({ "role": role, "name": name }))
        .collect();
    with_rows(title, json!(rows))
}

fn with_rows(title: &str, rows: Value) -> FakePage {
    FakePage {
        globals: [("rows".to_owned(), rows)].into(),
        ..FakePage::titled(title)
    }
}

/// A workspace with a session on a page with two elements.
async fn shop() -> Bench {
    let bench = Bench::new();
    bench.world.serve(
        "http://shop.test/",
        page("Shop", &[("heading", "Lamps"), ("button", "Buy")]),
    );
    bench.world.serve(
        "http://shop.test/cart",
        page("Cart", &[("heading", "Cart"), ("button", "Pay")]),
    );
    bench.open("a").await;
    bench
}

async fn snapshot(bench: &Bench, args: Value) -> Value {
    let mut all = json!({ "noImage": true });
    all.as_object_mut().unwrap().extend(args.as_object().unwrap().clone());
    bench.done("snapshot", "a", all).await
}

async fn tree(bench: &Bench) -> String {
    snapshot(bench, json!({})).await["tree"].as_str().unwrap().to_owned()
}

async fn text(bench: &Bench, reference: &str) -> Value {
    bench
        .done("get", "a", json!({ "what": "text", "selector": reference }))
        .await["value"]
        .clone()
}

async fn is_stale(bench: &Bench, reference: &str, why: &str) {
    let response = bench
        .fails(
            Kind::Stale,
            "get",
            "a",
            json!({ "what": "text", "selector": reference }),
        )
        .await;
    let error = response.error.unwrap();
    assert!(
        error.message.contains(&format!("stale ref {reference}")) && error.message.contains(why),
        "{error:?}"
    );
    assert!(error.hint.unwrap().contains("greenroom snapshot"));
}

#[tokio::test]
async fn a_locator_that_means_several_elements_gives_them_refs() {
    let bench = shop().await;
    let buttons = [("button", "Buy"), ("button", "Buy later"), ("heading", "Lamps")];
    bench.world.serve("http://shop.test/two", page("Two", &buttons));
    bench.done("goto", "a", json!({ "url": "http://shop.test/two" })).await;
    let ask = |selector: &str| json!({ "what": "text", "selector": selector });
    let error = bench
        .fails(Kind::Ambiguous, "get", "a", ask("role:button"))
        .await
        .error
        .unwrap();
    assert!(
        error
            .message
            .contains("2 elements match `role:button`; one is needed: e1 button \"Buy\", e2 button \"Buy later\""),
        "{error:?}"
    );
    assert_eq!(text(&bench, "e2").await, json!("Buy later"));
    assert_eq!(text(&bench, "role:button:later").await, json!("Buy later"));
    // A locator that means one element gives no ref: the next look goes on where they ended.
    assert!(tree(&bench).await.contains("heading \"Lamps\" [e3]"));
    let error = bench
        .fails(Kind::NotFound, "get", "a", ask("role:button:Sell"))
        .await
        .error
        .unwrap();
    assert!(error.message.contains("there is \"Buy\", \"Buy later\""), "{error:?}");
    let error = bench
        .fails(Kind::Usage, "get", "a", ask("role:buton"))
        .await
        .error
        .unwrap();
    assert!(error.hint.unwrap().contains("role:button"));
}

#[tokio::test]
async fn a_snapshot_begins_at_any_element() {
    let bench = shop().await;
    let taken = snapshot(&bench, json!({ "reference": "role:button:buy" })).await;
    assert!(
        taken["tree"].as_str().unwrap().contains("button \"Buy\" [e1]"),
        "{taken}"
    );
    bench
        .fails(Kind::NotFound, "snapshot", "a", json!({ "reference": "role:link" }))
        .await;
}

#[tokio::test]
async fn refs_are_counted_through_all_pages_and_lead_to_theirs() {
    let bench = shop().await;
    assert_eq!(tree(&bench).await, "- heading \"Lamps\" [e1]\n- button \"Buy\" [e2]\n");
    bench
        .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
        .await;
    assert_eq!(tree(&bench).await, "- heading \"Cart\" [e3]\n- button \"Pay\" [e4]\n");
    assert_eq!(
        (text(&bench, "e2").await, text(&bench, "e4").await),
        (json!("Buy"), json!("Pay"))
    );
    // A ref of the other page neither needs nor makes it the default one.
    let taken = snapshot(&bench, json!({ "reference": "e1" })).await;
    assert_eq!((&taken["page"], &taken["title"]), (&json!("page-1"), &json!("Shop")));
    assert_eq!(bench.title("a").await, "Cart");
    assert_eq!(tree(&bench).await, "- heading \"Cart\" [e3]\n- button \"Pay\" [e4]\n");
    bench.done("tab.close", "a", json!({ "id": "page-1" })).await;
    is_stale(&bench, "e2", "its page is closed").await;
    let error = bench
        .fails(Kind::Stale, "snapshot", "a", json!({ "reference": "e2" }))
        .await
        .error
        .unwrap();
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn refs_that_nobody_was_given_are_told() {
    let bench = shop().await;
    is_stale(&bench, "e1", "no element of this session has had it").await;
    tree(&bench).await;
    is_stale(&bench, "e3", "no element of this session has had it").await;
    is_stale(&bench, "e4000000000", "no element of this session has had it").await;
    bench.done("goto", "a", json!({ "url": "http://shop.test/cart" })).await;
    is_stale(&bench, "e1", "its document is gone").await;
    assert_eq!(tree(&bench).await, "- heading \"Cart\" [e3]\n- button \"Pay\" [e4]\n");
    bench
        .fails(Kind::Usage, "snapshot", "a", json!({ "reference": "lable:\"Pay\"" }))
        .await;
}

#[tokio::test]
async fn refs_outlive_the_daemon_and_are_never_given_again() {
    let mut bench = shop().await;
    tree(&bench).await;
    bench.restart();
    assert_eq!(text(&bench, "e2").await, json!("Buy"));
    bench
        .done("tab.new", "a", json!({ "url": "http://shop.test/cart" }))
        .await;
    let after = tree(&bench).await;
    assert!(
        !after.contains("[e1]") && !after.contains("[e2]") && !after.contains("[e3]"),
        "{after}"
    );
    assert_eq!(text(&bench, "e2").await, json!("Buy"));
    is_stale(&bench, "e5", "its document is gone").await;
}

#[tokio::test]
async fn a_look_that_is_cut_off_keeps_its_numbers() {
    let bench = shop().await;
    bench.world.control().fault(Method::Evaluate, 1, Fault::Hang);
    let cut = Request {
        timeout_ms: Some(50),
        ..request("snapshot", "a", json!({ "noImage": true }))
    };
    let error = bench.service.handle(cut, CancellationToken::new()).await.error.unwrap();
    assert_eq!(error.kind, Kind::Timeout);
    // The page may have named its elements all the same: those numbers are nobody else's.
    let after = tree(&bench).await;
    assert!(after.contains(&format!("[e{}]", LEASE + 1)), "{after}");
    assert!(bench.state("a")["nextRef"].as_u64().unwrap() > u64::from(LEASE));
}

#[tokio::test]
async fn a_document_that_is_replaced_in_the_middle_is_looked_at_again_once() {
    let bench = shop().await;
    let replaced = || Fault::Fail(Kind::Navigation, "the document was replaced".to_owned());
    for op in ["snapshot", "observe"] {
        bench.world.control().fault(Method::Evaluate, 1, replaced());
        bench.done(op, "a", json!({})).await;
        bench.world.control().fault(Method::Evaluate, 2, replaced());
        bench.fails(Kind::Navigation, op, "a", json!({})).await;
    }
}

#[tokio::test]
async fn read_only_sessions_may_look() {
    let bench = Bench::new();
    bench
        .world
        .serve("http://shop.test/", page("Shop", &[("button", "Buy")]));
    let open = json!({ "url": "http://shop.test/", "access": "read-only" });
    bench.done("open", "a", open).await;
    bench.done("snapshot", "a", json!({})).await;
    bench.done("observe", "a", json!({ "all": true })).await;
    assert_eq!(text(&bench, "e1").await, json!("Buy"));
    assert!(
        bench
            .log("a", "actions.jsonl")
            .iter()
            .all(|line| line["success"] != false)
    );
}

/// A snapshot by a browser that lacks these: its result and its notes.
async fn snapshot_without(lacks: &[Capability]) -> (serde_json::Value, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let world = FakeWorld::new();
    world.serve("http://shop.test/", page("Shop", &[("button", "Buy")]));
    let has = lacks.iter().fold(FakeBackend::ALL, |has, lacks| has.without(*lacks));
    let backend = FakeBackend::new(&world).with_capabilities(has);
    let service = Service::new(ServiceOptions {
        workspace: folder.path().to_owned(),
        scratch: folder.path().join("scratch"),
        backends: vec![Arc::new(backend)],
        scripts: None,
        defaults: crate::service::Defaults::default(),
    });
    let bench = Bench { folder, world, service };
    bench.open("a").await;
    let response = bench.ask("snapshot", "a", json!({})).await;
    (response.result.unwrap(), response.notes)
}

#[tokio::test]
async fn a_browser_without_images_takes_the_rest_of_the_snapshot() {
    let (taken, notes) = snapshot_without(&[Capability::FullPageScreenshot, Capability::Screenshot]).await;
    assert!(
        taken["files"].get("png").is_none() && taken["files"]["yaml"].is_string(),
        "{taken}"
    );
    assert!(notes.iter().any(|note| note.starts_with("no image: ")), "{notes:?}");
}

#[tokio::test]
async fn a_browser_that_images_no_whole_page_shows_what_the_viewport_does_and_says_so() {
    let (taken, notes) = snapshot_without(&[Capability::FullPageScreenshot]).await;
    assert!(taken["files"]["png"].is_string(), "{taken}");
    assert!(
        notes.iter().any(|note| note.contains("full-page-screenshot")),
        "{notes:?}"
    );
}

#[tokio::test]
async fn what_observe_leaves_out_is_noted() {
    let bench = Bench::new();
    let acts = |name: &str, offscreen: bool| json!({ "role": "button", "name": name, "props": { "interactive": true, "offscreen": offscreen } });
    let rows = json!([acts("One", false), acts("Two", false), { "role": "heading", "name": "No" }, acts("Far", true)]);
    bench.world.serve("http://shop.test/", with_rows("Shop", rows));
    bench.open("a").await;
    let response = bench.ask("observe", "a", json!({ "max": 1 })).await;
    let seen = response.result.unwrap();
    assert_eq!(
        (
            seen["elements"].as_array().unwrap().len(),
            &seen["total"],
            &seen["offscreen"]
        ),
        (1, &json!(3), &json!(1))
    );
    assert_eq!(seen["elements"][0]["line"], "e1 button \"One\"");
    assert_eq!(response.notes.len(), 2, "{:?}", response.notes);
    let all = bench.ask("observe", "a", json!({ "all": true })).await;
    assert_eq!(all.result.unwrap()["elements"].as_array().unwrap().len(), 3);
    assert_eq!(all.notes, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_done_stands_beside_an_analyzers_error() {
    let bench = shop().await;
    let config = bench.folder.path().join(".greenroom/config.json");
    std::fs::write(
        &config,
        r#"{"version":1,"snapshotAnalyzer":["sh","-c","echo no idea >&2; exit 1"]}"#,
    )
    .unwrap();
    let asked = json!({ "noImage": true, "objective": "buy" });
    let response = bench.fails(Kind::Io, "snapshot", "a", asked.clone()).await;
    assert!(response.error.unwrap().message.contains("no idea"));
    let taken = response.result.unwrap();
    assert!(
        std::path::Path::new(taken["files"]["json"].as_str().unwrap()).is_file(),
        "{taken}"
    );
    std::fs::write(&config, "{").unwrap();
    let response = bench.ask("snapshot", "a", asked).await;
    assert!(response.error.is_some() && response.result.is_some(), "{response:?}");
    // What fails before anything was done has no result.
    bench
        .world
        .control()
        .fault(Method::Evaluate, 2, Fault::Fail(Kind::Script, "broken".to_owned()));
    assert_eq!(bench.fails(Kind::Script, "snapshot", "a", json!({})).await.result, None);
}

/// A page with three frames: one with a button, one with a frame in it, one that hangs.
fn framed(bench: &Bench) {
    let frame = |id: &str, path: &str| FakeFrame {
        id: id.to_owned(),
        url: format!("http://frames.test/{path}"),
    };
    let row = |name: &str, depth: u32| json!({ "role": "iframe", "name": name, "frame": name, "depth": depth });
    let rows = json!([{ "role": "heading", "name": "Top" }, row("one", 1), row("two", 0), row("three", 0), { "role": "button", "name": "End" }]);
    bench.world.serve(
        "http://shop.test/",
        FakePage {
            frames: vec![frame("one", "one"), frame("two", "two"), frame("three", "three")],
            ..with_rows("Framed", rows)
        },
    );
    bench
        .world
        .serve("http://frames.test/one", page("One", &[("button", "In one")]));
    bench.world.serve(
        "http://frames.test/two",
        FakePage {
            frames: vec![frame("inner", "inner")],
            ..with_rows("Two", json!([row("inner", 0), { "role": "button", "name": "In two" }]))
        },
    );
    bench
        .world
        .serve("http://frames.test/inner", page("Inner", &[("button", "Innermost")]));
    bench
        .world
        .serve("http://frames.test/three", FakePage::that(Loading::Loops));
}

#[tokio::test(start_paused = true)]
async fn frames_are_joined_into_one_tree_and_one_that_hangs_costs_nobody_else() {
    let bench = Bench::new();
    framed(&bench);
    bench.open("a").await;
    let wanted = "- heading \"Top\" [e1]:\n  - iframe \"one\" [e2]:\n    - button \"In one\" [e6]\n\
        - iframe \"two\" [e3]:\n  - iframe \"inner\" [e7]:\n    - button \"Innermost\" [e9]\n  - button \"In two\" [e8]\n\
        - iframe \"three\" [unavailable=hangs] [e4]\n- button \"End\" [e5]\n";
    assert_eq!(tree(&bench).await, wanted);
    assert_eq!(tree(&bench).await, wanted, "each keeps its ref");
    for (reference, name) in [("e6", "In one"), ("e8", "In two"), ("e9", "Innermost"), ("e5", "End")] {
        assert_eq!(text(&bench, reference).await, json!(name));
    }
    let below = snapshot(&bench, json!({ "reference": "e9" })).await;
    assert!(below["tree"].as_str().unwrap().contains("Innermost"), "{below}");
    let noted = bench.ask("observe", "a", json!({})).await.notes;
    assert!(
        noted
            .iter()
            .any(|note| note == "the iframe e4 could not be looked into: hangs"),
        "{noted:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn refs_in_frames_are_found_again_after_a_crash() {
    let mut bench = Bench::new();
    framed(&bench);
    bench.open("a").await;
    tree(&bench).await;
    bench.restart();
    assert_eq!(
        (text(&bench, "e9").await, text(&bench, "e6").await),
        (json!("Innermost"), json!("In one"))
    );
    let after = tree(&bench).await;
    let refs: BTreeSet<_> = (1..=9)
        .filter(|number| after.contains(&format!("[e{number}]")))
        .collect();
    assert_eq!(refs.len(), 9, "{after}");
}

#[tokio::test]
async fn frames_that_cannot_be_found_are_told() {
    let bench = Bench::new();
    framed(&bench);
    bench.world.serve("http://frames.test/three", page("Three", &[]));
    bench.open("a").await;
    for (kind, why) in [
        (Kind::Stale, "gone"),
        (Kind::PageCrashed, "crashed"),
        (Kind::Timeout, "hangs"),
    ] {
        bench
            .world
            .control()
            .fault(Method::FindFrames, 1, Fault::Fail(kind, "no".to_owned()));
        let tree = tree(&bench).await;
        assert_eq!(tree.matches(&format!("[unavailable={why}]")).count(), 3, "{tree}");
        assert!(tree.contains("\"End\""), "{tree}");
    }
    bench.world.control().fault(
        Method::EvaluateInFrame,
        1,
        Fault::Fail(Kind::Stale, "detached".to_owned()),
    );
    let tree = tree(&bench).await;
    assert_eq!(tree.matches("[unavailable=gone]").count(), 1, "{tree}");
}
