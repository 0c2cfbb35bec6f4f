//! What a person does in sessions of other kinds: in a browser that is not ours, and in one that ends when it is not used.

use std::time::{Duration, Instant};

use crate::bench::{Bench, until};
use crate::person::Person;
use crate::user::{actions, told, window};

const FAR: &str = "document.getElementById('far')";

#[test]
fn in_somebody_elses_browser_what_they_do_is_told() {
    let Some(bench) = Bench::new() else { return };
    let theirs = bench.foreign_browser(&bench.url("/workshop"));
    bench.done(&["connect", &theirs.endpoint, "-s", "a"]);
    assert_eq!(bench.state("a")["recordUserActions"], true);
    // A page that was there before us, and one that they open after that.
    let mut first = Person::at(&bench, "a", "page-1");
    until("their page is loaded", || bench.done(&["get", "title"]) == "Workshop\n");
    first.click(FAR);
    told(&bench, 1);
    first.opens(&bench.url("/workshop"));
    let mut second = Person::at(&bench, "a", "page-2");
    until("their other page is loaded", || {
        bench.done(&["get", "title", "--page", "page-2"]) == "Workshop\n"
    });
    second.click("document.querySelector('[name=email]')");
    second.types("me");
    second.click(FAR);
    told(&bench, 4);
    // The daemon dies; the next one goes on watching.
    bench.kill(bench.daemon());
    bench.done(&["get", "title", "-s", "a"]);
    second.click("document.querySelector('form button')");
    let pages: Vec<_> = actions(&bench).iter().map(|line| line["pageId"].clone()).collect();
    let lines = told(&bench, 5);
    assert_eq!(
        lines,
        [
            "user click role:button:\"Far below\" -",
            "user click role:textbox:\"Email\" -",
            "user fill role:textbox:\"Email\" me",
            "user click role:button:\"Far below\" -",
            "user click role:button:\"Order\" -",
        ]
    );
    assert_eq!(pages[..4], ["page-1", "page-2", "page-2", "page-2"]);
    bench.close_all();
}

#[test]
fn a_session_lives_as_long_as_a_person_uses_it() {
    const IDLE: Duration = Duration::from_secs(4);
    let Some((bench, _display)) = window(&["/workshop", "--idle-timeout", "4s"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    let opened = Instant::now();
    let mut clicks = 0;
    while opened.elapsed() < IDLE + IDLE / 2 {
        person.click(FAR);
        clicks += 1;
        told(&bench, clicks);
    }
    let state = bench.state("a");
    assert_eq!(state["status"], "active", "{state}");
    assert!(
        bench
            .log("a", "actions.jsonl")
            .iter()
            .all(|line| line["source"] == "user")
    );
    // And no longer.
    let last = actions(&bench).pop().unwrap()["ts"].as_str().unwrap().to_owned();
    until("it has ended", || bench.state("a")["status"] == "exited");
    let state = bench.state("a");
    assert_eq!(state["outcome"], "timed_out", "{state}");
    assert!(state["lastUsedAt"].as_str().unwrap() >= last.as_str(), "{state}");
    until("its browser has ended", || bench.browsers() == 0);
}
