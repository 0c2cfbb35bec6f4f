//! Each operation's result as people see it.

use greenroom_session_core::op;
use serde_json::json;

use super::*;

fn screen() -> Screen {
    Screen::plain(&crate::env::Environment {
        no_color: true,
        ..Default::default()
    })
}

fn shown(name: &str, result: &Value) -> String {
    known(name, result, screen()).unwrap_or_else(|| panic!("`{name}` has no text"))
}

fn visit_result() -> Value {
    json!({ "page": "page-1", "url": "http://a/", "title": "A\u{1b}[31m\nb", "status": 404, "sameDocument": false })
}

fn page_result() -> Value {
    json!({ "id": "page-2", "url": "http://b/", "title": "B", "active": true })
}

/// What looks answer, and the texts for it.
fn looks() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("get", json!({ "value": null }), ""),
        ("exec", json!({ "value": 2, "text": "2" }), "2\n"),
        (
            "exec",
            json!({ "value": 2, "text": "2", "diff": { "text": "+ - button \"Go\"\n", "added": 1, "removed": 0 } }),
            "2\nchanges in the page:\n+ - button \"Go\"\n",
        ),
        (
            "exec",
            json!({ "value": 2, "text": "2", "diff": { "text": "", "added": 0, "removed": 0 } }),
            "2\nnothing has changed in the page\n",
        ),
        (
            "run",
            json!({ "status": "completed", "value": { "a": "b" }, "console": [{ "level": "info", "text": "aside" }] }),
            "{\"a\":\"b\"}",
        ),
        ("run", json!({ "status": "failed", "value": null }), ""),
        ("resume", json!({ "status": "paused", "value": null }), ""),
        (
            "readonly-exec",
            json!({
                "value": null, "text": "Executed successfully", "consoleDropped": 3,
                "console": [{ "level": "log", "text": "a" }, { "level": "error", "text": "b" }],
            }),
            "a\nb\n… 3 more lines of the console are not kept\nExecuted successfully\n",
        ),
        (
            "exec",
            json!({ "value": null, "console": [{ "level": "log", "text": "then it threw" }] }),
            "then it threw\n",
        ),
        ("evaluate", json!({ "value": "text" }), "text\n"),
        ("evaluate", json!({ "value": { "a": 1 } }), "{\"a\":1}"),
        (
            "snapshot",
            json!({
                "page": "page-1", "url": "http://a/", "title": "A", "tree": "- main [e1]\n", "elements": 1, "shown": 1,
                "files": { "png": "/s/1.png", "html": "/s/1.html", "yaml": "/s/1.yaml", "json": "/s/1.json" },
                "analysis": "it is fine\n",
            }),
            "/s/1.png\n/s/1.html\n/s/1.yaml\n/s/1.json\n\npage-1  http://a/\n- main [e1]\n\nit is fine\n",
        ),
        (
            "snapshot",
            json!({
                "page": "page-1", "url": "http://a/", "title": "A", "tree": "", "elements": 1, "shown": 0,
                "files": { "html": "/s/2.html", "yaml": "/s/2.yaml", "json": "/s/2.json" },
                "comparedWith": "/s/1.yaml",
            }),
            "/s/2.html\n/s/2.yaml\n/s/2.json\n\npage-1  http://a/\nnothing has changed since /s/1.yaml\n",
        ),
        (
            "observe",
            json!({
                "page": "page-1", "url": "http://a/", "title": "A", "total": 1, "offscreen": 0,
                "elements": [{
                    "ref": "e1", "role": "button", "name": "Go", "states": {}, "offscreen": false, "line": "e1 button \"Go\"",
                }],
            }),
            "e1 button \"Go\"\n",
        ),
        (
            "observe",
            json!({ "page": "page-1", "url": "http://a/", "title": "A", "total": 0, "offscreen": 0, "elements": [] }),
            "nothing can be acted on",
        ),
        (
            "extract",
            json!({ "page": "page-1", "url": "http://a/", "title": "A", "items": [{ "a": null }], "total": 1 }),
            "[\n  {\n    \"a\": null\n  }\n]\n",
        ),
        (
            "extract",
            json!({ "page": "page-1", "url": "http://a/", "title": "A", "fields": { "a": "\u{1b}[31m" } }),
            "{\n  \"a\": \"\\u001b[31m\"\n}\n",
        ),
        (
            "extract",
            json!({ "page": "page-1", "url": "http://a/", "title": "A", "data": {} }),
            "{}\n",
        ),
        (
            "observe",
            json!({
                "page": "page-1", "url": "http://a/", "title": "A", "total": 0, "offscreen": 0, "others": 2, "elements": [],
            }),
            "nothing of that can be acted on here",
        ),
        (
            "observe",
            json!({
                "page": "page-1", "url": "http://a/", "title": "A", "total": 1, "offscreen": 0, "elements": [],
                "diff": { "text": "- e1 button \"Go\"\n", "added": 0, "removed": 1, "since": "2026-01-02T03:04:05.678Z" },
            }),
            "changes since 2026-01-02T03:04:05.678Z:\n- e1 button \"Go\"\n",
        ),
    ]
}

fn results() -> Vec<(&'static str, Value, &'static str)> {
    let opened = json!({
        "session": "ses-a", "page": "page-1", "url": "http://a/", "title": "A", "status": 200,
        "browser": { "name": "chromium", "version": "156", "executable": null }, "accessMode": "read-only"
    });
    let opened_text =
        "session  ses-a\npage     page-1\nurl      http://a/\ntitle    A\nbrowser  chromium 156\nmode     read-only\n";
    let visited_text = "page    page-1\nurl     http://a/\ntitle   A[31m b\nstatus  404\n";
    vec![
        ("open", opened.clone(), opened_text),
        ("connect", opened, opened_text),
        ("goto", visit_result(), visited_text),
        ("back", visit_result(), visited_text),
        ("forward", visit_result(), visited_text),
        ("reload", visit_result(), visited_text),
        ("tab.new", visit_result(), visited_text),
        ("list", json!({ "sessions": [] }), "no sessions"),
        (
            "session-mode",
            json!({ "accessMode": "read-only", "changed": true }),
            "read-only",
        ),
        (
            "close",
            json!({ "closed": [{ "session": "a", "browser": "asked" }, { "session": "b", "browser": "killed" }] }),
            "closed a\nclosed b (its browser had to be killed)\n",
        ),
        (
            "prune",
            json!({ "sessions": ["a"], "archived": 2 }),
            "removed a\n1 ended sessions and 2 archived ones removed\n",
        ),
        (
            "pages",
            json!({ "pages": [page_result()] }),
            "ID              TITLE  URL\npage-2  active  B      http://b/\n",
        ),
        (
            "tab.select",
            page_result(),
            "page   page-2\nurl    http://b/\ntitle  B\n",
        ),
        (
            "tab.close",
            json!({ "closed": "page-1", "active": "page-2" }),
            "closed  page-1\nactive  page-2\n",
        ),
        (
            "dialog.accept",
            json!({ "page": "page-1", "dialog": "confirm", "message": "Sure?", "answer": "accepted" }),
            "page     page-1\ndialog   confirm\nmessage  Sure?\nanswer   accepted\n",
        ),
        (
            "dialog.dismiss",
            json!({ "page": "page-1", "dialog": "alert", "message": "", "answer": "dismissed" }),
            "page    page-1\ndialog  alert\nanswer  dismissed\n",
        ),
        ("get", json!({ "value": "a\nb" }), "a\nb\n"),
        ("get", json!({ "value": 3 }), "3"),
        (
            "screenshot",
            json!({ "path": "/a.png", "format": "png", "bytes": 1, "size": "1x1" }),
            "/a.png",
        ),
        (
            "status",
            json!({ "workspace": "/w", "capabilities": [], "pages": [], "sessions": [] }),
            "workspace  /w\nno sessions",
        ),
        (
            "daemon.status",
            json!({ "pid": 7, "version": "0.1.0", "startedAt": "2026-11-21T06:13:00.123Z", "sessions": 1, "browsers": 1 }),
            "pid       7\nversion   0.1.0\nstarted   2026-11-21T06:13:00.123Z\nsessions  1\nbrowsers  1\n",
        ),
        (
            "daemon.stop",
            json!({ "running": true, "hibernated": ["a"] }),
            "stopped\nhibernated a\n",
        ),
    ]
}

/// What actions answer, and the texts for it.
fn deeds() -> Vec<(&'static str, Value, &'static str)> {
    let words = [
        "click",
        "dblclick",
        "hover",
        "tap",
        "fill",
        "type",
        "press",
        "select",
        "check",
        "uncheck",
        "focus",
        "drag",
        "upload",
        "scroll",
        "set-viewport",
    ];
    let done = json!({ "page": "page-1", "url": "http://a/", "action": "fill", "bestSemanticSelector": "role:textbox:\"A\"",
        "value": "a\u{1b}[31m" });
    let text = "done     fill\nelement  role:textbox:\"A\"\nvalue    a[31m\nurl      http://a/\n";
    let deeds = words.map(|word| (word, done.clone(), text));
    let steps = json!({ "steps": [
        { "step": "press:Enter", "ok": true, "duration": 12.4 },
        { "step": "click:e1", "ok": false, "error": "stale ref e1", "errorKind": "stale", "duration": 1.0 },
    ] });
    let others = [
        (
            "wait",
            json!({ "page": "page-1", "url": "http://a/" }),
            "url  http://a/\n",
        ),
        (
            "act",
            steps,
            "ok      press:Enter  12 ms\nfailed  click:e1  1 ms: stale ref e1\n",
        ),
    ];
    deeds.into_iter().chain(others).collect()
}

fn all() -> Vec<(&'static str, Value, &'static str)> {
    [results(), looks(), deeds()].concat()
}

#[test]
fn each_operation_has_its_text() {
    for (name, result, text) in all() {
        assert_eq!(shown(name, &result), text, "{name}");
    }
    for spec in op::TABLE.iter().filter(|spec| !spec.is_inner()) {
        assert!(
            all().iter().any(|(name, ..)| *name == spec.name),
            "{} has no text and no test",
            spec.name
        );
    }
}

#[test]
fn a_missing_daemon_is_said_to_be_missing() {
    assert_eq!(shown("daemon.status", &json!({ "running": false })), "not running");
    assert_eq!(
        shown("daemon.stop", &json!({ "running": false, "hibernated": [] })),
        "not running"
    );
}

#[test]
fn sessions_stand_in_a_table() {
    let ago = |seconds: u64| {
        let now = Timestamp::now().as_millis();
        Timestamp::from_millis(now - i64::try_from(seconds * 1000).unwrap()).to_string()
    };
    let result = json!({ "sessions": [
        {
            "session": "a", "status": "active", "phase": "live", "outcome": null, "reason": null, "backend": "cdp", "browser": "chromium 156",
            "accessMode": "write-access", "pages": 2, "url": "http://a/", "startedAt": ago(7300), "lastUsedAt": ago(65)
        },
        {
            "session": "bad", "status": "damaged", "phase": null, "outcome": null, "reason": "no JSON", "backend": null, "browser": null,
            "accessMode": null, "pages": 0, "url": null, "startedAt": null, "lastUsedAt": null
        }
    ] });
    assert_eq!(
        shown("list", &result),
        "SESSION  STATUS             PHASE  BACKEND  BROWSER       MODE          PAGES  AGE  USED  URL\n\
         a        active             live   cdp      chromium 156  write-access  2      2h   1m    http://a/\n\
         bad      damaged (no JSON)                                              0\n"
    );
}

#[test]
fn what_is_not_known_is_json() {
    assert_eq!(render("later", &json!({ "a": 1 }), screen()), "{\n  \"a\": 1\n}");
}
