//! What the logs say.

use serde_json::Value;

use crate::bench::{Bench, until};

/// The memory of a process in kilobytes, its shared parts counted by share.
fn pss(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn every_request_is_there_when_the_command_has_returned() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/"), "-s", "a"]);
    let lines = bench.log("a", "network.jsonl");
    let document = lines
        .iter()
        .find(|line| line["url"] == bench.url("/"))
        .expect("the document's line");
    assert_eq!(
        (&document["status"], &document["method"], &document["resourceType"]),
        (&200.into(), &"GET".into(), &"document".into())
    );
    assert!(document["responseBody"].as_str().unwrap().contains("<title>"));
    assert!(document["durationMs"].as_f64().unwrap() > 0.0);
    assert_eq!(document["pageId"], "page-1");
    for part in ["style.css", "app.js"] {
        assert!(
            lines.iter().any(|line| line["url"].as_str().unwrap().ends_with(part)),
            "{part} is missing"
        );
    }
    bench.done(&["goto", &bench.url("/redirect/2")]);
    bench.done(&["goto", &bench.url("/status/404")]);
    let network = bench.done(&["network", "--json", "--status", "4xx"]);
    let missing: Value = serde_json::from_str(network.lines().next().unwrap()).unwrap();
    assert_eq!((&missing["status"], network.lines().count()), (&404.into(), 1));
    let lines = bench.log("a", "network.jsonl");
    assert_eq!(
        lines
            .iter()
            .filter(|line| line["status"] == 302 || line["status"] == 303 || line["status"] == 307)
            .count(),
        2
    );
    let op = bench.log("a", "actions.jsonl").last().unwrap()["op"].clone();
    assert_eq!(missing["op"], op);
}

#[test]
fn the_console_and_its_errors_are_there() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/console"), "-s", "a"]);
    until("the uncaught error is logged", || {
        bench
            .log("a", "console.jsonl")
            .iter()
            .any(|line| line["type"] == "pageerror")
    });
    let lines = bench.log("a", "console.jsonl");
    for kind in ["log", "warning", "error"] {
        assert!(lines.iter().any(|line| line["type"] == kind), "{kind} is missing");
    }
    let error = lines.iter().find(|line| line["type"] == "pageerror").unwrap();
    assert!(
        error["stack"].as_str().is_some_and(|stack| !stack.is_empty()) || error["location"].is_object(),
        "{error}"
    );
    assert!(bench.done(&["console", "--level", "error"]).contains("error"));
}

#[test]
fn a_flood_is_logged_whole_and_memory_stays_flat() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    let before = pss(bench.daemon());
    bench.done(&["goto", &bench.url("/console-flood?n=100000")]);
    let counted = || {
        let folder = bench.session("a");
        let logs = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let consoles = logs.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("console"));
        consoles
            .map(|path| std::fs::read_to_string(path).unwrap().lines().count())
            .sum::<usize>()
    };
    let dropped = || {
        let lines = bench.log("a", "logs.jsonl");
        let lost = lines
            .iter()
            .filter_map(|line| line["fields"]["lines"].as_u64())
            .sum::<u64>();
        usize::try_from(lost).unwrap()
    };
    until("all lines are logged or counted as dropped", || {
        counted() + dropped() >= 100_000
    });
    let after = pss(bench.daemon());
    assert!(after < before + 12_000, "the daemon grew from {before} to {after} kB");
}

#[test]
fn secrets_are_masked_before_they_are_written() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[
        "open",
        &bench.url("/headers"),
        "-s",
        "a",
        "--header",
        "Authorization: Bearer hunter2hunter2",
    ]);
    let received = bench
        .site
        .wait_for_request_blocking(|request| request.path == "/headers")
        .unwrap();
    assert_eq!(received.header("authorization"), Some("Bearer hunter2hunter2"));
    let lines = bench.log("a", "network.jsonl");
    let document = lines.iter().find(|line| line["resourceType"] == "document").unwrap();
    let headers = document["requestHeaders"].to_string();
    assert!(
        headers.to_lowercase().contains("authorization") && !headers.contains("hunter2"),
        "{headers}"
    );
    assert!(
        bench
            .log("a", "logs.jsonl")
            .iter()
            .all(|line| !line.to_string().contains("hunter2"))
    );
}

#[test]
fn logs_of_an_ended_session_can_be_read_without_a_daemon() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.close_all();
    assert!(bench.done(&["network", "-s", "a"]).contains("/title/One"));
    assert!(bench.processes().is_empty());
}

#[test]
fn downloads_are_saved_in_the_sessions_folder_and_told() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.run(&["goto", &bench.url("/download/report.txt")]);
    let folder = bench.session("a").join("downloads");
    until("the download is saved", || folder.join("report.txt").is_file());
    let told = |line: &Value| {
        line["message"]
            .as_str()
            .is_some_and(|message| message.contains("report.txt"))
    };
    until("the download is logged", || {
        bench.log("a", "logs.jsonl").iter().any(told)
    });
}
