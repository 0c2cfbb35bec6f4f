//! Dialogs and choosers of files: whatever a page opens, no command ever hangs in it.

use serde_json::json;

use crate::bench::Bench;

fn result(bench: &Bench) -> String {
    bench.done(&["get", "text", "css:#result"]).trim().to_owned()
}

#[test]
fn a_dialog_that_is_left_open_waits_for_its_answer_and_holds_nobody_up() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/workshop"), "-s", "a", "--dialogs", "ask"]);
    for (answer, wanted) in [("accept", "answer true"), ("dismiss", "answer false")] {
        let asked = bench.json(&["click", "role:button:Ask"]);
        let event = &asked["events"][0];
        assert_eq!(
            (&event["type"], &event["detail"]["answer"]),
            (&json!("dialog"), &json!(null)),
            "{asked}"
        );
        for args in [
            &["get", "title"][..],
            &["snapshot"],
            &["screenshot"],
            &["click", "css:#ask"],
            &["goto", "about:blank"],
        ] {
            let told = bench.fails(1, args);
            assert!(
                told.stderr.contains("confirm dialog \"Sure?\" waits"),
                "{args:?}: {told:?}"
            );
            assert!(
                told.stderr.contains("hint: greenroom dialog accept"),
                "{args:?}: {told:?}"
            );
        }
        let pages = bench.json(&["pages"]);
        assert_eq!(pages["result"]["pages"][0]["dialog"], "confirm dialog \"Sure?\"");
        assert!(bench.done(&["get", "url"]).contains("/workshop"));
        let answered = bench.json(&["dialog", answer]);
        assert_eq!(answered["result"]["message"], "Sure?", "{answered}");
        assert_eq!(result(&bench), wanted);
    }
    let none = bench.fails(1, &["dialog", "accept"]);
    assert!(none.stderr.contains("no dialog is open"), "{none:?}");
    bench.done(&["session-mode", "read-only"]);
    bench.fails(4, &["dialog", "accept"]);
    let told: Vec<_> = bench.log("a", "actions.jsonl");
    let told: Vec<_> = told
        .iter()
        .filter(|line| line["success"] == true)
        .map(|line| line["action"].clone())
        .collect();
    assert_eq!(told, ["click", "dialog", "click", "dialog"]);
    bench.close_all();
}

#[test]
fn a_page_that_asks_while_it_loads_is_open_all_the_same() {
    let Some(bench) = Bench::new() else { return };
    let url = bench.url("/dialogs?kind=prompt&at=parse");
    let opened = bench.json(&["open", &url, "-s", "a", "--dialogs", "ask"]);
    assert_eq!(opened["result"]["url"], url.as_str(), "{opened}");
    bench.done(&["dialog", "accept", "me"]);
    assert_eq!(bench.done(&["get", "title"]), "Dialogs\n");
    let second = bench.json(&["tab", "new", &url]);
    assert!(second["events"].to_string().contains("waits"), "{second}");
    bench.done(&["tab", "close", "page-2"]);
    assert_eq!(bench.done(&["get", "title"]), "Dialogs\n");
    bench.close_all();
}

#[test]
fn dialogs_are_answered_as_the_session_says() {
    let Some(bench) = Bench::new() else { return };
    std::fs::create_dir_all(bench.path().join(".greenroom")).unwrap();
    std::fs::write(
        bench.path().join(".greenroom/config.json"),
        r#"{"policy":{"dialogs":"accept"}}"#,
    )
    .unwrap();
    let url = bench.url("/workshop");
    bench.done(&["open", &url, "-s", "a"]);
    bench.done(&["click", "css:#ask", "-s", "a"]);
    assert_eq!(bench.done(&["get", "text", "css:#result", "-s", "a"]), "answer true\n");
    bench.done(&["open", &url, "-s", "b", "--dialogs", "dismiss"]);
    bench.done(&["click", "css:#ask", "-s", "b"]);
    assert_eq!(bench.done(&["get", "text", "css:#result", "-s", "b"]), "answer false\n");
    let bad = bench.fails(2, &["open", &url, "-s", "c", "--dialogs", "acept"]);
    assert!(bad.stderr.contains("accept-prompt-with:TEXT"), "{bad:?}");
    bench.close_all();
}

#[test]
fn files_are_given_to_the_chooser_that_a_button_opens() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);
    for name in ["one.txt", "two.txt"] {
        std::fs::write(bench.path().join(name), "1").unwrap();
    }
    bench.done(&["upload", "role:button:Choose", "one.txt"]);
    assert_eq!(result(&bench), "chosen one.txt");
    let several = bench.fails(2, &["upload", "role:button:Choose", "one.txt", "two.txt"]);
    assert!(several.stderr.contains("takes one file"), "{several:?}");
    let none = bench.fails(6, &["upload", "role:button:Order", "one.txt", "--timeout", "2s"]);
    assert!(none.stderr.contains("opened no chooser"), "{none:?}");
    // A chooser that nobody has files for is cancelled and told.
    let cancelled = bench.json(&["click", "role:button:Choose"]);
    let told = cancelled["events"].to_string() + &bench.json(&["get", "title"])["events"].to_string();
    assert!(told.contains("file chooser was cancelled"), "{cancelled}");
    bench.close_all();
}
