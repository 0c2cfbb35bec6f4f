//! What is killed, and what survives it.

use std::io::Read;

use crate::bench::{Bench, until};

#[test]
fn a_killed_daemon_loses_nothing() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/state"), "-s", "a"]);
    let before = bench.done(&["get", "html"]);
    let port = bench.state("a")["port"].clone();
    bench.kill(bench.daemon());
    let answer = bench.json(&["get", "html"]);
    assert_eq!(answer["restored"], "adopted");
    assert_eq!(
        answer["result"]["value"].as_str().unwrap().trim_end(),
        before.trim_end()
    );
    assert_eq!(bench.state("a")["port"], port);
    assert_eq!(bench.browsers(), 1);
    assert!(bench.json(&["get", "title"]).get("restored").is_none());
}

#[test]
fn a_daemon_killed_again_and_again_adopts_again_and_again() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.done(&["open", &bench.url("/title/Two"), "-s", "b"]);
    for _ in 0..3 {
        bench.kill(bench.daemon());
        assert_eq!(bench.done(&["get", "title", "-s", "a"]).trim_end(), "One");
        assert_eq!(bench.done(&["get", "title", "-s", "b"]).trim_end(), "Two");
    }
    assert_eq!(bench.browsers(), 1);
}

#[test]
fn a_killed_browser_is_restored_and_that_is_said() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/storage?set=1"), "-s", "a"]);
    bench.done(&["tab", "new", &bench.url("/title/Two")]);
    until("the session is parked", || bench.state("a")["phase"] == "parked");
    bench.kill(bench.browser("a"));
    let answer = bench.json(&["get", "title"]);
    assert_eq!(
        (&answer["restored"], &answer["result"]["value"]),
        (&"crashed".into(), &"Two".into())
    );
    assert!(!answer["notes"].as_array().unwrap().is_empty());
    let pages = bench.json(&["pages"]);
    assert_eq!(
        (&pages["result"]["pages"][0]["id"], &pages["result"]["pages"][1]["id"]),
        (&"page-1".into(), &"page-2".into())
    );
    assert_eq!(bench.browsers(), 1);
}

#[test]
fn daemon_and_browser_killed_together_are_restored() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    until("the session is parked", || bench.state("a")["phase"] == "parked");
    bench.kill(bench.daemon());
    bench.kill(bench.browser("a"));
    let answer = bench.json(&["get", "title"]);
    assert_eq!(
        (&answer["restored"], &answer["result"]["value"]),
        (&"crashed".into(), &"One".into())
    );
}

#[test]
fn a_forced_close_leaves_no_file_of_the_browser() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    assert_eq!(bench.temporary_files().len(), 1, "{:?}", bench.temporary_files());
    let closed = bench.json(&["close", "--force"]);
    assert_eq!(closed["result"]["closed"][0]["browser"], "killed");
    assert!(bench.temporary_files().is_empty(), "{:?}", bench.temporary_files());
}

#[test]
fn a_killed_browser_leaves_no_file() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    assert_eq!(bench.temporary_files().len(), 1, "{:?}", bench.temporary_files());
    bench.kill(bench.browser("a"));
    until("its files are removed", || bench.temporary_files().is_empty());
}

#[test]
fn daemon_and_browser_killed_together_leave_no_file_once_the_session_is_closed() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.kill(bench.daemon());
    bench.kill(bench.browser("a"));
    assert_eq!(bench.temporary_files().len(), 1, "{:?}", bench.temporary_files());
    let closed = bench.json(&["close"]);
    assert_eq!(closed["result"]["closed"][0]["browser"], "gone");
    assert!(bench.temporary_files().is_empty(), "{:?}", bench.temporary_files());
}

#[test]
fn a_persistent_profile_can_be_used_again_after_a_kill() {
    let Some(bench) = Bench::new() else { return };
    let open = |name| {
        bench.done(&[
            "open",
            &bench.url("/title/One"),
            "-s",
            name,
            "--browser-profile",
            "mine",
        ])
    };
    open("a");
    bench.kill(bench.browser("a"));
    assert_eq!(bench.json(&["get", "title"])["restored"], "crashed");
    bench.done(&["close", "--force"]);
    assert!(bench.temporary_files().is_empty(), "{:?}", bench.temporary_files());
    open("b");
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
}

#[test]
fn a_stopped_daemon_hibernates() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.done(&["daemon", "stop"]);
    until("nothing runs", || bench.processes().is_empty());
    assert_eq!(bench.state("a")["phase"], "hibernated");
    assert!(!bench.path().join(".greenroom/daemon.json").exists());
    let answer = bench.json(&["get", "title"]);
    assert_eq!(
        (&answer["restored"], &answer["result"]["value"]),
        (&"hibernated".into(), &"One".into())
    );
}

#[test]
fn a_terminated_daemon_hibernates() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.terminate(bench.daemon());
    until("nothing runs", || bench.processes().is_empty());
    assert_eq!(bench.json(&["get", "title"])["restored"], "hibernated");
}

#[test]
fn a_client_that_dies_in_the_middle_cancels_its_command() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    let mut stuck = bench.spawn(&["goto", &bench.url("/hang")]);
    bench
        .site
        .wait_for_request_blocking(|request| request.path == "/hang")
        .unwrap();
    stuck.kill().unwrap();
    stuck.wait().unwrap();
    // Its turn in the queue is over, and its navigation too: nobody waits for either.
    bench.done(&["--timeout", "2s", "goto", &bench.url("/title/Two")]);
    let actions = bench.log(bench.json(&["status"])["session"].as_str().unwrap(), "actions.jsonl");
    let cancelled = actions.iter().filter(|line| line["success"] == false).count();
    assert_eq!(cancelled, 1, "{actions:?}");
}

#[test]
fn close_gets_through_whatever_runs() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    let mut stuck = bench.spawn(&["goto", &bench.url("/hang")]);
    bench
        .site
        .wait_for_request_blocking(|request| request.path == "/hang")
        .unwrap();
    bench.done(&["list"]);
    bench.done(&["network"]);
    bench.done(&["--timeout", "10s", "close"]);
    assert_eq!(stuck.wait().unwrap().code(), Some(3));
    let mut said = String::new();
    stuck.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("ended while the command ran"), "{said}");
}

#[test]
fn an_interrupted_open_leaves_nothing() {
    let Some(bench) = Bench::new() else { return };
    let mut opening = bench.spawn(&["open", &bench.url("/hang"), "-s", "a"]);
    bench
        .site
        .wait_for_request_blocking(|request| request.path == "/hang")
        .unwrap();
    opening.kill().unwrap();
    opening.wait().unwrap();
    until("the session has ended", || bench.state("a")["phase"] == "ended");
    until("nothing runs", || bench.browsers() == 0);
}
