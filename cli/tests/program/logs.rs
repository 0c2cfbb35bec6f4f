//! The logs, read without a daemon.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::sandbox::Sandbox;

#[test]
fn logs_are_read_with_and_without_a_daemon() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("network").code, 3);
    sandbox.run("open http://shop.test/ -s shop").ok();
    sandbox.run("goto http://shop.test/cart").ok();
    let _ = sandbox.run("goto http://nowhere.test/");
    let check = || {
        let lines = sandbox.run("network --json").ok();
        let urls: Vec<String> = lines
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["url"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(
            urls,
            ["http://shop.test/", "http://shop.test/cart", "http://nowhere.test/"]
        );
        assert_eq!(
            sandbox
                .run("network --url http://shop.test/* --last 1")
                .ok()
                .lines()
                .count(),
            1
        );
        assert_eq!(sandbox.run("network --status 2xx --json").ok().lines().count(), 2);
        assert!(sandbox.run("network --failed").ok().contains("http://nowhere.test/"));
        assert_eq!(sandbox.run("network --since 1h --method post").ok(), "");
        assert_eq!(
            sandbox.run("actions --source agent --type goto").ok().lines().count(),
            2
        );
        assert_eq!(sandbox.run("actions --source agent --failed").ok().lines().count(), 1);
        assert!(sandbox.run("logs --type command").ok().contains("goto"));
    };
    check();
    sandbox.run("close").ok();
    sandbox.run("daemon stop").ok();
    check();
    let near = sandbox.run("network -s shpo");
    assert_eq!(near.code, 3);
    assert!(near.stderr.contains("did you mean `shop`?"), "{near:?}");
    for wrong in [
        "network --status 9xx",
        "network --since soon",
        "console --level loud",
        "actions --source me",
        "logs --last -1",
    ] {
        assert_eq!(sandbox.run(wrong).code, 2, "{wrong}");
    }
}

#[test]
fn the_session_is_the_one_that_is_meant() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s one").ok();
    sandbox.run("open http://shop.test/cart -s two").ok();
    let several = sandbox.run("network");
    assert_eq!(several.code, 3);
    assert!(several.stderr.contains("one, two"), "{several:?}");
    sandbox.run("close -s one").ok();
    assert!(sandbox.run("network").ok().contains("/cart"), "the live one was meant");
    assert!(!sandbox.run("network -s one").ok().contains("/cart"));
}

#[test]
fn following_shows_new_lines_until_the_session_ends() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s shop").ok();
    let mut follower = sandbox
        .command("network --follow --json")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("http://shop.test/"), "{line}");
    sandbox.run("goto http://shop.test/cart").ok();
    line.clear();
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("http://shop.test/cart"), "{line}");
    sandbox.run("close").ok();
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(follower.wait().unwrap().code(), Some(0));
}

/// `greenroom network | head -1` ends quietly, also while it follows and nothing new comes.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s shop").ok();
    for words in ["network --follow", "get title", "schema state", "list --json"] {
        let mut child = sandbox
            .command(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{words}"
        );
    }
}
