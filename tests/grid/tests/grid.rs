//! A real Grid: it is ready when it says so, holds sessions of both browsers, loses a node, and leaves nothing.

#![expect(clippy::print_stderr, reason = "a skip is told there")]

use std::path::Path;
use std::time::{Duration, Instant};

use greenroom_test_grid::{Grid, GridOptions, Tools, request};
use serde_json::{Value, json};

/// A browser may take its time on a busy machine.
const WITHIN: Duration = Duration::from_mins(1);

/// The programs, or a visible skip.
fn tools() -> Option<Tools> {
    match Tools::find() {
        Ok(tools) => Some(tools),
        Err(reason) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
            eprintln!("skipped: {reason}");
            None
        }
    }
}

fn new_session(grid: &Grid, browser: &str) -> (u16, Value) {
    let options = if browser == "chrome" {
        (
            "goog:chromeOptions",
            json!({"args": ["--headless=new", "--no-sandbox"]}),
        )
    } else {
        ("moz:firefoxOptions", json!({"args": ["-headless"]}))
    };
    let wanted = json!({"browserName": browser, options.0: options.1});
    let body = json!({"capabilities": {"alwaysMatch": wanted}});
    let answer = request("POST", &format!("{}/session", grid.url()), Some(&body), WITHIN).expect("the Grid answers");
    (answer.status, answer.body["value"].clone())
}

/// Fails unless nothing of a Grid is left.
fn assert_gone(running: &[(u32, String)], scratch: &Path) {
    for (pid, command) in running {
        let now = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        assert!(now.is_empty(), "{pid} {command} runs on");
    }
    assert!(!scratch.exists(), "`{}` was left behind", scratch.display());
}

#[test]
fn a_hub_with_two_nodes() {
    let Some(tools) = tools() else { return };
    let begin = Instant::now();
    let mut grid = Grid::start(
        &tools,
        &GridOptions {
            sessions: 1,
            heartbeat: Duration::from_secs(3),
            ..GridOptions::default()
        },
    )
    .unwrap();
    println!("a hub and two nodes were ready after {:?}", begin.elapsed());
    assert_eq!(grid.nodes().len(), 2);
    for browser in ["chrome", "firefox"] {
        let (status, value) = new_session(&grid, browser);
        assert_eq!(status, 200, "{value}");
    }
    let sessions = grid.sessions();
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    assert_ne!(sessions[0].node, sessions[1].node);
    let running = grid.running();
    assert!(
        running.iter().any(|(_, command)| command.contains("geckodriver")),
        "{running:?}"
    );

    for session in &sessions {
        let browser = grid.browser_of(&session.id).expect("its driver told its process");
        assert!(
            running.iter().any(|(pid, _)| *pid == browser),
            "{browser} is not among {running:?}"
        );
    }

    let [lost, kept] = &sessions[..] else {
        panic!("{sessions:?}")
    };
    grid.kill_node(&lost.node);
    assert!(!grid.running().is_empty());
    assert!(
        grid.wait_for(WITHIN, |grid| grid.sessions() == [kept.clone()]),
        "{:?}",
        grid.sessions()
    );
    grid.end_session(&kept.id).unwrap();
    // The hub learns of it by its node's next word.
    assert!(
        grid.wait_for(WITHIN, |grid| grid.sessions().is_empty()),
        "{:?}",
        grid.sessions()
    );

    let scratch = grid.scratch().to_owned();
    drop(grid);
    assert_gone(&running, &scratch);
}

#[test]
fn a_grid_of_one_process_that_is_full() {
    let Some(tools) = tools() else { return };
    let options = GridOptions {
        nodes: 0,
        sessions: 1,
        queue_timeout: Duration::from_secs(2),
        ..GridOptions::default()
    };
    let begin = Instant::now();
    let grid = Grid::start(&tools, &options).unwrap();
    println!("one process was ready after {:?}", begin.elapsed());
    assert_eq!(new_session(&grid, "chrome").0, 200);
    let (status, value) = new_session(&grid, "chrome");
    assert_eq!((status, &value["error"]), (500, &json!("session not created")));
    assert!(value["message"].to_string().contains("timed out"), "{value}");
    let (running, scratch) = (grid.running(), grid.scratch().to_owned());
    assert!(!running.is_empty());
    drop(grid);
    assert_gone(&running, &scratch);
}
