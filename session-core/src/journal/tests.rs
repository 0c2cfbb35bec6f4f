//! The journal as its callers see it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::*;
use crate::backend::{ConsoleRecord, FrameRecord, NetworkRecord, SourceLocation};
use crate::store::Timestamp;
use crate::store::golden::check;

const SMALL: JournalOptions = JournalOptions {
    redact: true,
    max_bytes: 2_000,
    keep: 2,
};
const SOON: Duration = Duration::from_secs(20);

fn console(text: &str) -> ConsoleRecord {
    ConsoleRecord {
        page: None,
        at: UNIX_EPOCH + Duration::from_millis(1_795_241_580_123),
        level: "error".to_owned(),
        text: text.to_owned(),
        args: vec![json!(text), json!({ "password": "x", "n": 1 })],
        location: Some(SourceLocation {
            url: "https://u:p@example.com/a.js".to_owned(),
            line: 3,
            column: 7,
        }),
        stack: Some("at f (https://example.com/a.js:3:7)".to_owned()),
    }
}

fn request() -> NetworkRecord {
    let headers = |all: &[(&str, &str)]| all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    NetworkRecord {
        id: String::new(),
        page: None,
        started: console("").at,
        method: "POST".to_owned(),
        url: "https://u:p@example.com/login?x=hunter2hunter2".to_owned(),
        status: Some(200),
        content_type: Some("application/json".to_owned()),
        request_headers: headers(&[("Authorization", "Bearer x"), ("Accept", "*/*")]),
        response_headers: headers(&[("set-cookie", "a=b\nc=d"), ("content-type", "application/json")]),
        post_data: Some("user=me&password=hunter2hunter2".to_owned()),
        response_body: Some("{\"line\":\"one\\ntwo\"}\n".to_owned()),
        body_omitted: None,
        body_size: Some(19),
        resource_type: "fetch".to_owned(),
        duration_ms: 12.345_678,
        timing: json!({ "dns": 1.5, "connect": null }),
        from_cache: false,
        redirect_of: None,
        initiator: json!({ "type": "script", "url": "https://example.com/a.js" }),
        error: None,
    }
}

fn lines(dir: &Path, query: &Query) -> Vec<Value> {
    let lines = read(dir, query).unwrap();
    lines
        .map(|line| serde_json::from_slice(&line.unwrap()).unwrap())
        .collect()
}

fn all(dir: &Path, log: Log) -> Vec<Value> {
    lines(dir, &Query::new(log))
}

fn message(text: impl Into<String>) -> LogEntry {
    LogEntry {
        level: "info".to_owned(),
        target: "test".to_owned(),
        message: text.into(),
        ..LogEntry::default()
    }
}

#[test]
fn the_form_of_each_line() {
    let origin = Origin {
        op: Some("op-1"),
        page_id: Some("page-1"),
    };
    let ts: Timestamp = console("").at.into();
    let mut masker = Masker::new();
    masker.register("hunter2hunter2");
    let check = |name: &str, lines: &[Vec<u8>]| {
        let text: String = lines
            .iter()
            .map(|line| String::from_utf8(line.clone()).unwrap() + "\n")
            .collect();
        check(name, &text);
    };
    let mut failed = request();
    (failed.status, failed.response_body) = (None, None);
    (failed.body_omitted, failed.error) = (Some("failed".to_owned()), Some("net::ERR_FAILED".to_owned()));
    let frame = FrameRecord {
        page: None,
        at: request().started,
        kind: "websocket-received",
        url: "wss://example.com/".to_owned(),
        data: "hunter2hunter2".to_owned(),
        binary: false,
    };
    check(
        "network.jsonl",
        &[
            entry::network_line(&request(), &origin, &masker),
            entry::network_line(&failed, &Origin::default(), &Masker::off()),
            entry::frame_line(&frame, &origin, &masker),
        ],
    );
    check(
        "console.jsonl",
        &[entry::console_line(&console("hunter2hunter2\nü"), &origin, &masker)],
    );
    let action = ActionEntry {
        op: Some("op-1".to_owned()),
        page_id: Some("page-1".to_owned()),
        source: "agent".to_owned(),
        action: "fill".to_owned(),
        selector: Some("label:\"Password\"".to_owned()),
        coordinates: Some(Point { x: 1.5, y: 2.0 }),
        value: Some("hunter2hunter2".to_owned()),
        url: Some("https://example.com/".to_owned()),
        duration: Some(0.123_456),
        success: true,
        ..ActionEntry::default()
    };
    check("actions.jsonl", &[action.line(ts, &masker)]);
    let log = LogEntry {
        fields: json!({ "args": { "url": "http://a:b@h/" } }),
        op: Some("op-1".to_owned()),
        ..message("goto")
    };
    check(
        "logs.jsonl",
        &[log.line(ts, &masker), message("plain").line(ts, &masker)],
    );
}

#[test]
fn secrets_reach_no_file_unless_that_is_asked_for() {
    for redact in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(
            folder.path(),
            JournalOptions {
                redact,
                ..JournalOptions::default()
            },
        );
        journal.register_secret("hunter2hunter2");
        journal.network(&request(), &Origin::default());
        journal.console(&console("hunter2%68unter2"), &Origin::default());
        journal.log(&message("hunter2hunter2"));
        journal.action(&ActionEntry {
            value: Some("hunter2hunter2".to_owned()),
            ..ActionEntry::default()
        });
        for log in Log::ALL {
            let text = fs::read_to_string(folder.path().join(log.file_name())).unwrap();
            assert_eq!(text.contains("***"), redact, "{text}");
            assert_eq!(text.contains("unter2"), !redact, "{text}");
        }
        assert_eq!(journal.mask("hunter2hunter2") == "***", redact);
    }
}

#[test]
fn rotation_keeps_whole_lines_and_tells_what_it_removed() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), SMALL);
    for number in 0..100 {
        journal.console(&console(&number.to_string()), &Origin::default());
    }
    let kept: Vec<u64> = all(folder.path(), Log::Console)
        .iter()
        .map(|line| line["text"].as_str().unwrap().parse().unwrap())
        .collect();
    let first = kept[0];
    assert!(first > 0 && kept.iter().copied().eq(first..100), "{kept:?}");
    let notes = all(folder.path(), Log::Logs);
    assert!(
        notes
            .iter()
            .all(|note| note["fields"]["file"] == "console.2.jsonl" && note["fields"]["from"].is_string())
    );
    let removed: u64 = notes.iter().map(|note| note["fields"]["lines"].as_u64().unwrap()).sum();
    assert_eq!(removed, first);
    for name in ["console.jsonl", "console.1.jsonl", "console.2.jsonl"] {
        assert!(fs::metadata(folder.path().join(name)).unwrap().len() <= SMALL.max_bytes);
    }
    assert!(!folder.path().join("console.3.jsonl").exists());
}

#[test]
fn a_rotation_that_a_crash_cut_short_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // `console.1.jsonl` had been renamed already, and `console.jsonl` not yet.
    for (name, number) in [("console.jsonl", 2), ("console.2.jsonl", 1)] {
        let line = json!({ "ts": "2026-01-01T00:00:00.000Z", "text": number.to_string() });
        fs::write(folder.path().join(name), format!("{line}\n")).unwrap();
    }
    assert_eq!(all(folder.path(), Log::Console).len(), 2);
    let journal = Journal::open(folder.path(), SMALL);
    journal.console(&console(&"x".repeat(900)), &Origin::default());
    let texts: Vec<_> = all(folder.path(), Log::Console)
        .iter()
        .map(|line| line["text"].as_str().unwrap().len())
        .collect();
    assert_eq!(texts, [1, 1, 900]);
    assert!(folder.path().join("console.1.jsonl").exists() && !folder.path().join("logs.jsonl").exists());
}

#[test]
fn the_own_log_tells_of_its_own_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), SMALL);
    for number in 0..200 {
        journal.log(&message(number.to_string()));
    }
    let (notes, kept): (Vec<_>, Vec<_>) = all(folder.path(), Log::Logs)
        .into_iter()
        .partition(|line| line["target"] == "journal");
    assert_eq!(kept.last().unwrap()["message"], "199");
    assert!(!notes.is_empty() && notes.iter().all(|note| note["fields"]["file"] == "logs.2.jsonl"));
}

#[test]
fn nothing_kept_is_told_too_and_a_huge_line_is_still_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), JournalOptions { keep: 0, ..SMALL });
    journal.console(&console(&"x".repeat(10_000)), &Origin::default());
    journal.console(&console("y"), &Origin::default());
    assert_eq!(all(folder.path(), Log::Console).len(), 1);
    assert_eq!(all(folder.path(), Log::Logs)[0]["fields"]["lines"], 1);
}

#[test]
fn a_half_line_of_a_crash_is_removed_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let torn = format!("{{\"ts\":\"x\"}}\n{{\"half\":\"{}", "ü".repeat(5_000));
    fs::write(folder.path().join("console.jsonl"), torn).unwrap();
    fs::write(folder.path().join("logs.jsonl"), "{").unwrap();
    assert_eq!(all(folder.path(), Log::Console).len(), 1);
    let journal = Journal::open(folder.path(), JournalOptions::default());
    journal.console(&console("next"), &Origin::default());
    let console = all(folder.path(), Log::Console);
    assert_eq!((console.len(), &console[1]["text"]), (2, &json!("next")));
    let notes = all(folder.path(), Log::Logs);
    let bytes: Vec<_> = notes
        .iter()
        .map(|note| note["fields"]["bytes"].as_u64().unwrap())
        .collect();
    assert_eq!(bytes, [1, 10_009]);
}

#[test]
fn lines_of_a_lost_folder_are_counted_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("session");
    fs::create_dir(&dir).unwrap();
    let journal = Journal::open(&dir, JournalOptions::default());
    journal.console(&console("before"), &Origin::default());
    journal.log(&message("before"));
    fs::remove_dir_all(&dir).unwrap();
    for _ in 0..3 {
        journal.console(&console("lost"), &Origin::default());
    }
    journal.log(&message("lost"));
    assert!(!dir.exists());
    fs::create_dir(&dir).unwrap();
    journal.console(&console("after"), &Origin::default());
    journal.log(&message("after"));
    let logs = all(&dir, Log::Logs);
    assert_eq!(logs.len(), 2);
    assert_eq!(
        logs[0]["fields"]["lines"],
        json!({ "logs.jsonl": 1, "console.jsonl": 3 })
    );
    assert!(logs[0]["fields"]["reason"].as_str().unwrap().contains("No such file"));
    assert_eq!(all(&dir, Log::Console).len(), 1);
}

#[test]
fn what_is_missing_at_the_end_is_told_when_the_journal_closes() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("session");
    let journal = Journal::open(&dir, JournalOptions::default());
    journal.console(&console("lost"), &Origin::default());
    fs::create_dir(&dir).unwrap();
    drop(journal);
    assert_eq!(all(&dir, Log::Logs)[0]["fields"]["lines"]["console.jsonl"], 1);
}

#[test]
fn a_log_that_is_a_link_or_pipe_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    std::os::unix::fs::symlink(&target, folder.path().join("console.jsonl")).unwrap();
    let journal = Journal::open(folder.path(), JournalOptions::default());
    journal.console(&console("x"), &Origin::default());
    journal.log(&message("next"));
    assert!(!target.exists());
    assert_eq!(all(folder.path(), Log::Logs)[0]["fields"]["lines"]["console.jsonl"], 1);
    assert!(read(folder.path(), &Query::new(Log::Console)).is_err());
}

#[test]
fn the_last_lines_are_found_across_files() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), SMALL);
    for number in 0..20 {
        journal.console(&console(&number.to_string()), &Origin::default());
    }
    let here = all(folder.path(), Log::Console).len();
    for last in [0, 1, 7, here, here + 5] {
        let found = lines(
            folder.path(),
            &Query {
                last: Some(last),
                ..Query::new(Log::Console)
            },
        );
        assert_eq!(
            found,
            all(folder.path(), Log::Console)[here - last.min(here)..],
            "{last}"
        );
    }
    let filtered = Query {
        last: Some(2),
        kind: Some("error".to_owned()),
        ..Query::new(Log::Console)
    };
    assert_eq!(lines(folder.path(), &filtered)[1]["text"], "19");
    assert!(all(&folder.path().join("none"), Log::Console).is_empty());
}

#[test]
fn readers_see_whole_lines_in_order_while_others_write_and_rotate() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(
        folder.path(),
        JournalOptions {
            max_bytes: 1_000,
            keep: 4,
            ..SMALL
        },
    );
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut rounds = 0;
            while !done.load(Ordering::SeqCst) || rounds == 0 {
                // Each is parsed: a half line or a mix of two would fail.
                let numbers: Vec<u64> = all(folder.path(), Log::Logs)
                    .iter()
                    .filter_map(|line| line["fields"]["number"].as_u64())
                    .collect();
                assert!(numbers.is_sorted_by(|a, b| a + 1 == *b), "{numbers:?}");
                rounds += 1;
            }
        });
        let writer = scope.spawn(|| {
            for number in 0..3_000 {
                journal.log(&LogEntry {
                    fields: json!({ "number": number }),
                    ..message("x")
                });
            }
        });
        writer.join().unwrap();
        done.store(true, Ordering::SeqCst);
        reader.join().unwrap();
    });
}

#[test]
fn threads_do_not_mix_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), JournalOptions::default());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let journal = &journal;
            scope.spawn(move || (0..250).for_each(|_| journal.log(&message(thread.to_string()))));
        }
    });
    assert_eq!(all(folder.path(), Log::Logs).len(), 1_000);
}

#[test]
fn following_gives_each_line_once_across_rotations() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let journal = Journal::open(
        dir,
        JournalOptions {
            max_bytes: 4_000,
            keep: 100,
            ..SMALL
        },
    );
    // The log does not exist yet.
    let mut follow = Follow::new(dir, Query::new(Log::Console)).unwrap();
    assert!(follow.next(Duration::ZERO).unwrap().is_none());
    let writer = std::thread::spawn(move || {
        for number in 0..500 {
            journal.console(&console(&number.to_string()), &Origin::default());
        }
    });
    for number in 0..500 {
        let line = follow.next(SOON).unwrap().expect("the next line");
        let line: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(line["text"], number.to_string());
    }
    writer.join().unwrap();
    assert!(follow.next(Duration::ZERO).unwrap().is_none());
}

#[test]
fn following_begins_with_the_last_lines_and_waits_for_whole_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs.jsonl");
    fs::write(&path, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\"").unwrap();
    let mut follow = Follow::new(
        folder.path(),
        Query {
            last: Some(2),
            ..Query::new(Log::Logs)
        },
    )
    .unwrap();
    let mut next = |limit| follow.next(limit).unwrap().map(|line| String::from_utf8(line).unwrap());
    assert_eq!(next(Duration::ZERO).unwrap(), "{\"a\":2}\n");
    assert_eq!(next(Duration::ZERO).unwrap(), "{\"a\":3}\n");
    assert_eq!(next(Duration::ZERO), None);
    fs::write(&path, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n").unwrap();
    assert_eq!(next(SOON).unwrap(), "{\"a\":4}\n");
    // Taken away and begun anew.
    fs::remove_file(&path).unwrap();
    assert_eq!(next(Duration::ZERO), None);
    fs::write(&path, "{\"a\":5}\n").unwrap();
    assert_eq!(next(SOON).unwrap(), "{\"a\":5}\n");
}
