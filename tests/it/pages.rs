//! Tabs, popups, dialogs, images, and pages that misbehave.

use crate::bench::{Bench, until};

fn shown(bench: &Bench, path: &std::path::Path) -> (u32, u32) {
    let bytes = std::fs::read(bench.path().join(path)).unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (side(16), side(20))
}

#[test]
fn tabs_keep_their_ids() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    assert_eq!(
        bench.json(&["tab", "new", &bench.url("/title/Two")])["result"]["page"],
        "page-2"
    );
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Two");
    assert_eq!(bench.done(&["get", "title", "--page", "page-1"]).trim_end(), "One");
    bench.done(&["tab", "select", "page-2"]);
    bench.done(&["tab", "close"]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
    assert_eq!(bench.json(&["tab", "new"])["result"]["page"], "page-3");
    bench.fails(1, &["get", "title", "--page", "page-2"]);
}

#[test]
fn images_show_what_they_should() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/long"), "--viewport", "640x480"]);
    bench.done(&["screenshot", "view.png"]);
    assert_eq!(shown(&bench, "view.png".as_ref()), (640, 480));
    bench.done(&["screenshot", "full.png", "--full-page"]);
    let (width, height) = shown(&bench, "full.png".as_ref());
    assert!(width == 640 && height >= 3000, "{width}x{height}");
    bench.done(&["goto", &bench.url("/")]);
    bench.done(&["screenshot", "part.jpg", "--selector", "h1"]);
    assert!(
        std::fs::read(bench.path().join("part.jpg"))
            .unwrap()
            .starts_with(b"\xff\xd8\xff")
    );
    let state = bench.json(&["get", "html"]);
    assert!(state["result"]["value"].as_str().unwrap().contains("<h1"));
    bench.fails(1, &["screenshot", "none.png", "--selector", "#nothing-like-this"]);
    assert!(!bench.path().join("none.png").exists());
}

#[test]
fn dialogs_never_block_and_are_told_once() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", "about:blank"]);
    for kind in ["alert", "confirm", "prompt"] {
        let answer = bench.json(&["goto", &bench.url(&format!("/dialogs?kind={kind}&at=load"))]);
        let told: Vec<_> = answer["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["type"] == "dialog")
            .collect();
        assert_eq!(told.len(), 1, "{answer}");
        assert_eq!(
            (&told[0]["detail"]["dialog"], &told[0]["detail"]["answer"]),
            (&kind.into(), &"dismissed".into())
        );
        assert!(bench.json(&["get", "title"]).get("events").is_none());
    }
}

#[test]
fn a_popup_is_a_page_and_not_the_default() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/popup?at=load"), "--arg=--disable-popup-blocking"]);
    until("the popup is listed", || {
        bench.json(&["pages"])["result"]["pages"].as_array().unwrap().len() == 2
    });
    let pages = bench.json(&["pages"]);
    assert_eq!(pages["result"]["pages"][0]["active"], true);
    assert_eq!(pages["result"]["pages"][1]["id"], "page-2");
}

#[test]
fn a_page_that_never_loads_costs_its_command_only() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    let ran = bench.fails(6, &["--timeout", "1500ms", "goto", &bench.url("/never-loads")]);
    assert!(ran.stderr.contains("error:") && ran.stderr.contains("hint:"), "{ran:?}");
    let ran = bench.fails(6, &["--timeout", "1500ms", "goto", &bench.url("/hang")]);
    assert!(ran.stderr.contains("deadline"), "{ran:?}");
    bench.done(&["goto", &bench.url("/title/Two")]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Two");
}

#[test]
fn an_endless_loop_ends_at_the_deadline_and_the_session_is_usable_after() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    bench.fails(6, &["--timeout", "1500ms", "goto", &bench.url("/loop?at=load")]);
    // The browser itself knows the address, though the page does not answer.
    assert!(bench.done(&["get", "url"]).contains("/loop"));
    bench.fails(6, &["--timeout", "1s", "get", "title"]);
    bench.done(&["goto", &bench.url("/title/Two")]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "Two");
}

#[test]
fn a_crashed_renderer_is_told_at_once_and_reload_brings_the_page_back() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "--own-process"]);
    let renderers = || {
        bench
            .processes()
            .into_iter()
            .filter(|(_, line)| line.contains("--type=renderer"))
            .map(|(pid, _)| pid)
    };
    for pid in renderers().collect::<Vec<_>>() {
        let _ = rustix::process::kill_process(
            rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(),
            rustix::process::Signal::KILL,
        );
    }
    until("the crash is told", || {
        bench.run(&["--timeout", "5s", "get", "title"]).code == 1
    });
    bench.done(&["reload"]);
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
}
