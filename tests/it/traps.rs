//! What others of this kind get wrong: each of these has cost somebody a session, an order or a day.

use serde_json::Value;

use crate::bench::{Bench, until};

#[test]
fn a_dialog_between_two_commands_is_told_with_the_next() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.done(&["wait", "--fn", "setTimeout(() => alert('in between'), 50)"]);
    until("the dialog is logged", || {
        let log = bench.log("a", "logs.jsonl");
        log.iter()
            .any(|line| line["message"].as_str().unwrap_or_default().contains("in between"))
    });
    let told = bench.json(&["get", "title"]);
    assert!(told["events"].to_string().contains("in between"), "{told}");
    assert!(bench.json(&["get", "title"])["events"].is_null());
    bench.close_all();
}

#[test]
fn six_buttons_of_one_name_are_six_elements_and_stay_so() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/Shop"), "-s", "a"]);
    let fill = "() => {
        const add = number => {
            const button = document.createElement('button');
            button.textContent = 'Add to cart';
            button.onclick = () => { document.title = `added ${number}`; };
            return button;
        };
        document.body.replaceChildren(...[1, 2, 3, 4, 5, 6].map(add));
        window.another = () => document.body.prepend(add(0));
        return true;
    }";
    bench.done(&["wait", "--fn", fill]);
    let listed = bench.json(&["observe"])["result"]["elements"].clone();
    let refs: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["ref"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(refs.len(), 6, "{listed}");
    bench.done(&["wait", "--fn", "() => { another(); return true; }"]);
    for (index, one) in refs.iter().enumerate() {
        bench.done(&["click", one]);
        assert_eq!(bench.done(&["get", "title"]), format!("added {}\n", index + 1));
    }
    let several = bench.fails(1, &["click", "text:\"Add to cart\""]);
    assert!(
        several.stderr.contains("7 elements match") && several.stderr.contains(&refs[0]),
        "{several:?}"
    );
    bench.done(&[
        "wait",
        "--fn",
        "() => { document.body.children[1].remove(); return true; }",
    ]);
    let stale = bench.fails(1, &["click", &refs[0]]);
    assert!(stale.stderr.contains(&format!("stale ref {}", refs[0])), "{stale:?}");
    assert_eq!(bench.done(&["get", "title"]), "added 6\n");
    bench.close_all();
}

#[test]
fn no_request_is_noise() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[
        "open",
        &bench.url("/title/One"),
        "-s",
        "a",
        "--arg=--disable-popup-blocking",
    ]);
    let paths = ["/events/list", "/collections/all", "/analytics?x=1", "/favicon-of-ours"];
    for path in paths {
        bench.done(&["goto", &bench.url(path)]);
    }
    bench.done(&["goto", &bench.url("/popup?at=load&child=name%3Dload")]);
    let logged = |path: &str| {
        let lines = bench.log("a", "network.jsonl");
        let found: Vec<Value> = lines
            .into_iter()
            .filter(|line| line["url"] == bench.url(path))
            .collect();
        found
    };
    for path in paths {
        let lines = logged(path);
        assert_eq!(lines.len(), 1, "{path}: {lines:?}");
        assert!(
            lines[0]["durationMs"].as_f64().is_some_and(|took| took > 0.0),
            "{lines:?}"
        );
    }
    until("the popup's document is logged", || {
        !logged("/popup/child?name=load").is_empty()
    });
    let popup = &logged("/popup/child?name=load")[0];
    assert_eq!(
        (&popup["pageId"], &popup["resourceType"]),
        (&"page-2".into(), &"document".into()),
        "{popup}"
    );
    bench.close_all();
}
