//! One scenario on every browser: the same commands have the same results, or say precisely why not.

use greenroom_session_core::process::find_program;
use greenroom_test_grid::{Driver, Proxy};
use serde_json::{Value, json};

use crate::bench::{Bench, until};

/// How a browser is asked for, and what it cannot do of the scenario.
struct Kind {
    args: [&'static str; 4],
    /// It tells neither requests nor the status of answers.
    is_silent: bool,
}

const CDP: Kind = kind("cdp", "chromium", false);

const fn kind(backend: &'static str, browser: &'static str, is_silent: bool) -> Kind {
    Kind {
        args: ["--backend", backend, "--browser", browser],
        is_silent,
    }
}

/// Runs the scenario; answers what every browser must agree on.
fn scenario(bench: &Bench, kind: &Kind) -> Value {
    let (home, long) = (bench.url("/"), bench.url("/title/Second"));
    let opened = bench.json(&[&["open", &home, "-s", "a", "--headless"], &kind.args[..]].concat());
    let opened = &opened["result"];
    let gone = bench.json(&["goto", &bench.url("/redirect/1")]);
    if kind.is_silent {
        assert!(opened["status"].is_null(), "{opened}");
        assert!(bench.fails(7, &["network"]).stderr.contains("network-events"));
        assert!(bench.fails(7, &["console"]).stderr.contains("console-events"));
    } else {
        assert_eq!(opened["status"], 200, "{opened}");
        let requests = bench.log("a", "network.jsonl");
        let document = requests.iter().find(|line| line["url"] == *home).unwrap();
        assert_eq!((&document["status"], &document["method"]), (&json!(200), &json!("GET")));
    }
    let title = bench.json(&["get", "title"])["result"].clone();
    bench.json(&["goto", &home]);
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let observed = bench.done(&["observe", "--all"]);
    bench.json(&["tab", "new", &long]);
    let pages: Vec<Value> = bench.json(&["pages"])["result"]["pages"].as_array().unwrap().clone();
    let pages: Vec<Value> = pages
        .iter()
        .map(|page| json!([page["id"], page["url"], page["title"], page["active"]]))
        .collect();
    bench.json(&["session-mode", "read-only"]);
    let denied = bench.fails(4, &["goto", &home]).stderr;
    let before = bench.browser("a");
    bench.kill(bench.daemon());
    let adopted = bench.json(&["get", "title"]);
    assert_eq!(bench.browser("a"), before, "the browser is the same");
    // Refs are of nodes that have lived on.
    let text = bench.json(&["get", "text", "e1"])["result"]["value"].clone();
    // Where empty lines are between blocks is the browser's own.
    let words: Vec<&str> = text.as_str().unwrap().split_whitespace().collect();
    let closed = bench.json(&["close"])["result"].clone();
    until("nothing but the daemon runs", || {
        bench.processes().iter().all(|(_, line)| line.contains("daemon run"))
    });
    json!({
        "opened": [opened["session"], opened["page"], opened["url"], opened["title"]],
        "gone": [gone["result"]["url"], gone["result"]["title"]],
        "title": title, "tree": tree, "observed": observed, "pages": pages, "denied": denied, "adopted": adopted,
        "words": words, "closed": closed,
    })
}

/// Compares a browser with Chromium over the DevTools protocol.
fn is_as_chromium(kind: &Kind) {
    let (Some(ours), Some(theirs)) = (Bench::new(), Bench::new()) else {
        return;
    };
    let wanted = told_of(&theirs, &scenario(&theirs, &CDP));
    let found = told_of(&ours, &scenario(&ours, kind));
    for (key, wanted) in wanted.as_object().unwrap() {
        assert_eq!(&found[key], wanted, "{key}");
    }
}

/// What was told, with a word for the site's address.
fn told_of(bench: &Bench, told: &Value) -> Value {
    let text = told.to_string().replace(bench.site.origin(), "SITE");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn chromium_by_its_driver_is_as_chromium() {
    is_as_chromium(&kind("webdriver", "chromium", false));
}

#[test]
fn firefox_is_as_chromium() {
    is_as_chromium(&kind("webdriver", "firefox", false));
}

#[test]
fn webkit_is_as_chromium() {
    is_as_chromium(&kind("webdriver", "webkit", true));
}

/// What a command sends to a driver and waits for, by WebDriver BiDi. What is kept of storage behind it does not count, nor
/// that a page comes to the front, which nothing waits for.
fn sent(proxy: &Proxy, command: impl FnOnce()) -> Vec<String> {
    proxy.forget();
    command();
    let seen = proxy.seen().into_iter().filter(|seen| seen.message);
    seen.map(|seen| seen.method)
        .filter(|method| !method.starts_with("storage.") && method != "goog:cdp.sendCommand")
        .collect()
}

/// Commands that look need one round trip to the driver, and those that act as few as can be.
fn round_trips_are_few(browser: &str, driver: &str) {
    let Some(bench) = Bench::new() else { return };
    let path = std::env::var_os("PATH");
    let driver = find_program(path.as_deref(), &[driver], &[]).expect("the driver is here: cargo xtask setup");
    let driver = Driver::start(&driver);
    let proxy = Proxy::before(driver.url()).unwrap();
    let url = proxy.url();
    let mut open = vec![
        "open",
        "--headless",
        "--browser",
        browser,
        "--webdriver-url",
        &url,
        "-s",
        "a",
    ];
    if browser == "chromium" && rustix::process::geteuid().is_root() {
        open.push("--arg=--no-sandbox");
    }
    let home = bench.url("/");
    open.push(&home);
    bench.done(&open);
    assert_eq!(bench.state("a")["backend"], "webdriver");
    // Brings the engine.
    bench.done(&["snapshot", "--no-image"]);
    for command in [
        &["get", "title"][..],
        &["get", "text", "e1"],
        &["get", "count", "a"],
        &["observe"],
        &["snapshot", "--no-image"],
    ] {
        let sent = sent(&proxy, || drop(bench.done(command)));
        assert_eq!(sent.len(), 1, "{command:?}: {sent:?}");
    }
    bench.done(&["goto", &bench.url("/workshop")]);
    bench.done(&["snapshot", "--no-image"]);
    // A click: it is waited for and aimed at, the hand moves, and the page says who got it.
    for (command, most) in [
        (&["click", "role:button:Order"][..], 3),
        (&["fill", "label:Email", "a@b.c"], 1),
        (&["select", "label:Country", "Norway"], 1),
        (
            &["act", "fill:label:Email=1", "fill:label:Email=2", "fill:label:Email=3"],
            3,
        ),
    ] {
        let sent = sent(&proxy, || drop(bench.done(command)));
        assert!(sent.len() <= most, "{command:?}: {sent:?}");
    }
    bench.done(&["close"]);
}

#[test]
fn round_trips_are_few_in_chromium() {
    round_trips_are_few("chromium", "chromedriver");
}

#[test]
fn round_trips_are_few_in_firefox() {
    round_trips_are_few("firefox", "geckodriver");
}

#[test]
fn a_second_session_shares_the_driver() {
    let Some(bench) = Bench::new() else { return };
    let home = bench.url("/");
    for session in ["a", "b"] {
        bench.done(&[
            "open",
            &home,
            "-s",
            session,
            "--headless",
            "--backend",
            "webdriver",
            "--browser",
            "chromium",
        ]);
    }
    assert_eq!(bench.browser("a"), bench.browser("b"));
    bench.done(&["close", "-s", "a"]);
    assert_eq!(bench.json(&["get", "title", "-s", "b"])["ok"], true);
}
