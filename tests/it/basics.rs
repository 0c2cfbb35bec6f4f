//! The main job: open, look, drive, close.

use crate::bench::Bench;

#[test]
fn a_page_is_opened_looked_at_and_closed() {
    let Some(bench) = Bench::new() else { return };
    let opened = bench.json(&["open", &bench.url("/title/Hello"), "--session", "a"]);
    assert_eq!(opened["ok"], true);
    assert_eq!(
        (&opened["result"]["page"], &opened["result"]["title"]),
        (&"page-1".into(), &"Hello".into())
    );
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Hello");
    assert_eq!(
        bench.done(&["get", "url", "-s", "a"]).trim_end(),
        bench.url("/title/Hello")
    );
    assert!(bench.done(&["get", "html"]).contains("<title>Hello</title>"));
    let state = bench.state("a");
    for key in ["version", "session", "port", "pid", "startedAt", "status"] {
        assert!(!state[key].is_null(), "{key} is missing in {state}");
    }
    let closed = bench.json(&["close"]);
    assert_eq!(closed["result"]["closed"][0]["browser"], "asked");
    assert_eq!(bench.state("a")["outcome"], "closed");
}

#[test]
fn without_a_name_one_is_made_and_printed() {
    let Some(bench) = Bench::new() else { return };
    let out = bench.done(&["open", &bench.url("/")]);
    assert!(out.contains("ses-") && out.contains("page-1"), "{out}");
    assert!(bench.done(&["list"]).contains("ses-"));
}

#[test]
fn navigation_goes_to_and_fro() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    bench.done(&["goto", &bench.url("/title/Two")]);
    bench.done(&["back"]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
    bench.done(&["forward"]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Two");
    bench.done(&["reload"]);
    let hash = bench.json(&["goto", &format!("{}#part", bench.url("/title/Two"))]);
    assert_eq!(hash["result"]["sameDocument"], true);
    for until in ["commit", "domcontentloaded", "load", "networkidle"] {
        bench.done(&["goto", &bench.url("/"), "--wait-until", until]);
    }
}

#[test]
fn a_loaded_page_is_loaded_whatever_its_status() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/")]);
    for status in [404, 500] {
        let ran = bench.run(&["--json", "goto", &bench.url(&format!("/status/{status}"))]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(answer["result"]["status"], status);
        assert!(answer["notes"][0].as_str().unwrap().contains(&status.to_string()));
    }
}

#[test]
fn options_reach_the_page() {
    let Some(bench) = Bench::new() else { return };
    let answer = bench.json(&[
        "open",
        &bench.url("/headers"),
        "--viewport",
        "800x600",
        "--locale",
        "de-CH",
        "--timezone",
        "Asia/Tokyo",
        "--user-agent",
        "Green/1",
        "--header",
        "X-Green: room",
    ]);
    assert_eq!(answer["ok"], true);
    let received = bench
        .site
        .wait_for_request_blocking(|request| request.path == "/headers")
        .unwrap();
    assert_eq!(received.header("user-agent"), Some("Green/1"));
    assert_eq!(received.header("x-green"), Some("room"));
    assert!(received.header("accept-language").unwrap().starts_with("de-CH"));
    let shot = bench.json(&["screenshot", "a.png"]);
    assert_eq!(shot["result"]["size"], "800x600");
}

#[test]
fn ten_sessions_share_one_process() {
    let Some(bench) = Bench::new() else { return };
    let children: Vec<_> = (0..10)
        .map(|index| {
            bench.spawn(&[
                "open",
                &bench.url(&format!("/title/{index}")),
                "-s",
                &format!("s{index}"),
            ])
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(bench.browsers(), 1);
    for index in 0..10 {
        assert_eq!(
            bench.done(&["get", "title", "-s", &format!("s{index}")]).trim_end(),
            index.to_string()
        );
    }
    let closed = bench.json(&["close", "--prefix", "s"]);
    assert_eq!(closed["result"]["closed"].as_array().unwrap().len(), 10);
}

#[test]
fn a_persistent_profile_survives_its_session() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[
        "open",
        &bench.url("/storage?set=1"),
        "-s",
        "a",
        "--browser-profile",
        "mine",
    ]);
    bench.done(&["close"]);
    assert!(bench.path().join(".greenroom/browser-profiles/mine").is_dir());
    bench.done(&[
        "open",
        &bench.url("/title/Again"),
        "-s",
        "b",
        "--browser-profile",
        "mine",
    ]);
    assert_eq!(bench.state("b")["storageMode"], "persistent");
}

#[test]
fn somebody_elses_browser_is_attached_to_and_left_alone() {
    let Some(bench) = Bench::new() else { return };
    let theirs = bench.foreign_browser(&bench.url("/title/Theirs"));
    bench.done(&["connect", &theirs.endpoint, "-s", "mine"]);
    // It may still be loading when it is attached to.
    crate::bench::until("their page is loaded", || {
        bench.done(&["get", "title"]).trim_end() == "Theirs"
    });
    let state = bench.state("mine");
    assert_eq!(
        (&state["ownership"], &state["pid"]),
        (&"attached".into(), &serde_json::Value::Null)
    );
    bench.kill(bench.daemon());
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Theirs");
    assert_eq!(
        bench.json(&["close", "-s", "mine"])["result"]["closed"][0]["browser"],
        "detached"
    );
    bench.done(&["connect", &theirs.endpoint, "-s", "again"]);
    assert_eq!(
        bench.json(&["pages", "-s", "again"])["result"]["pages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    bench.done(&["close", "-s", "again"]);
}
