//! Bad input: each is told with what to do, by the right exit code, and changes nothing.

use crate::bench::Bench;

#[test]
fn names_that_are_none_are_refused_before_anything_is_touched() {
    let bench = Bench::bare();
    for name in ["..", "a/b", "", &"x".repeat(300), "a\nb", "-x", "é", "../../victim"] {
        let ran = bench.run(&["open", "about:blank", &format!("--session={name}")]);
        assert_eq!(ran.code, 2, "{name:?}: {ran:?}");
        assert!(ran.stderr.contains("error:"), "{ran:?}");
    }
    let left = bench.path().join(".greenroom/sessions");
    assert!(!left.exists() || std::fs::read_dir(left).unwrap().next().is_none());
}

#[test]
fn misspelt_words_get_the_nearest() {
    let bench = Bench::bare();
    for (args, near) in [
        (vec!["opne", "x"], "open"),
        (vec!["open", "--viewpot", "1x1"], "--viewport"),
        (vec!["goto", "x", "--wait-until", "lod"], "load"),
        (vec!["get", "titel"], "title"),
        (vec!["session-mode", "readonly"], "read-only"),
    ] {
        let ran = bench.fails(2, &args);
        assert!(ran.stderr.contains(near), "{args:?}: {ran:?}");
    }
    let ran = bench.fails(2, &["--json", "opne"]);
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&answer["ok"], &answer["error"]["kind"]),
        (&false.into(), &"usage".into())
    );
}

#[test]
fn a_session_that_is_not_there_is_never_made() {
    let bench = Bench::bare();
    let ran = bench.fails(3, &["goto", "example.com", "-s", "nobody"]);
    assert!(ran.stderr.contains("hint: greenroom open"), "{ran:?}");
    bench.fails(3, &["get", "title"]);
    bench.fails(3, &["close", "-s", "nobody"]);
    bench.done(&["close", "-s", "nobody", "--if-exists"]);
    assert_eq!(bench.browsers(), 0);
}

#[test]
fn a_name_in_use_is_told_with_what_differs() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/"), "-s", "shop"]);
    let ran = bench.fails(1, &["open", &bench.url("/"), "-s", "shop", "--viewport", "500x500"]);
    assert!(
        ran.stderr.contains("viewport") && ran.stderr.contains("greenroom goto"),
        "{ran:?}"
    );
    let ran = bench.fails(3, &["get", "title", "-s", "shp"]);
    assert!(ran.stderr.contains("did you mean `shop`?"), "{ran:?}");
}

#[test]
fn addresses_that_are_none_or_lead_nowhere() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", "about:blank", "-s", "a"]);
    for url in ["http://", "http://a b/", "javascript:alert(1)"] {
        bench.fails(2, &["goto", url]);
    }
    bench.fails(4, &["goto", "file:///etc/passwd"]);
    // A port on which nobody listens: bound, and let go of again.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let ran = bench.fails(1, &["--json", "goto", &format!("http://127.0.0.1:{port}/")]);
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(answer["error"]["kind"], "navigation");
    assert!(
        answer["error"]["message"].as_str().unwrap().contains("refused"),
        "{answer}"
    );
    let ran = bench.fails(1, &["goto", "http://nowhere.invalid/"]);
    assert!(ran.stderr.contains("nowhere.invalid"), "{ran:?}");
    // Without a scheme: https for names, http for localhost and addresses.
    let port = bench.site.origin().rsplit(':').next().unwrap().to_owned();
    bench.done(&["goto", &format!("localhost:{port}/title/Local")]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Local");
}

#[test]
fn a_browser_that_is_not_there_or_does_not_start() {
    let bench = Bench::bare();
    let ran = bench.fails(5, &["open", "about:blank", "--browser", "/nowhere/chromium", "-s", "a"]);
    assert!(ran.stderr.contains("/nowhere/chromium"), "{ran:?}");
    let ran = bench.fails(5, &["open", "about:blank", "--browser", "/bin/false", "-s", "b"]);
    assert!(ran.stderr.contains("hint:"), "{ran:?}");
    let ran = bench.fails(2, &["open", "about:blank", "--browser", "chromum", "-s", "c"]);
    assert!(ran.stderr.contains("chromium"), "{ran:?}");
    let list = bench.json(&["list", "--all"]);
    for line in list["result"]["sessions"].as_array().unwrap() {
        assert_eq!(line["phase"], "ended", "{line}");
    }
}

#[test]
fn a_misspelt_setting_is_told_with_its_line() {
    let bench = Bench::bare();
    std::fs::create_dir(bench.path().join(".greenroom")).unwrap();
    std::fs::write(
        bench.path().join(".greenroom/config.json"),
        "{\n  \"version\": 1,\n  \"viewprt\": \"1x1\"\n}",
    )
    .unwrap();
    let ran = bench.fails(2, &["open", "about:blank"]);
    for part in ["viewprt", "line 3", "viewport"] {
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
}

#[test]
fn damaged_and_newer_states_are_told_and_left() {
    let Some(bench) = Bench::new() else { return };
    for name in ["damaged", "newer", "fine"] {
        bench.done(&["open", &bench.url("/title/One"), "-s", name]);
    }
    bench.done(&["daemon", "stop"]);
    crate::bench::until("nothing runs", || bench.processes().is_empty());
    std::fs::write(bench.session("damaged").join("state.json"), "{").unwrap();
    let newer = r#"{"version":2,"session":"newer"}"#;
    std::fs::write(bench.session("newer").join("state.json"), newer).unwrap();
    let list = bench.json(&["list"]);
    let statuses: std::collections::BTreeMap<_, _> = list["result"]["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["session"].as_str().unwrap(), line["status"].as_str().unwrap()))
        .collect();
    assert_eq!(
        (statuses["damaged"], statuses["newer"], statuses["fine"]),
        ("damaged", "damaged", "active")
    );
    assert_eq!(bench.done(&["get", "title", "-s", "fine"]).trim_end(), "One");
    let ran = bench.fails(1, &["get", "title", "-s", "newer"]);
    assert!(
        ran.stderr.contains("state.json") && ran.stderr.contains("version 2"),
        "{ran:?}"
    );
    assert_eq!(
        std::fs::read_to_string(bench.session("newer").join("state.json")).unwrap(),
        newer
    );
}
