//! Events, as a session tells them: who is called, in which order, and what the objects say.

use serde_json::{Value, json};

use crate::bench::Bench;

/// Code that has the session tell these events.
fn tell(events: &Value) -> String {
    format!("await page.evaluate('tell', {});", json!(events.to_string()))
}

fn sent(id: &str, url: &str, from: Option<&str>) -> Value {
    json!(["request-sent", "page-1", {
        "id": id, "url": url, "method": "GET", "headers": { "Accept": "a" }, "postData": null, "resourceType": "document",
        "isNavigation": true, "isMain": true, "redirectedFrom": from,
    }])
}

fn started(id: &str, status: u16) -> Value {
    json!(["response-started", "page-1", { "id": id, "status": status, "statusText": "S", "headers": { "X-A": "1" } }])
}

fn ended(id: &str, body: Option<&str>, error: Option<&str>) -> Value {
    json!(["request-ended", "page-1", {
        "id": id, "requestHeaders": { "Accept": "a", "Cookie": "c" }, "responseHeaders": { "Set-Cookie": "a=1\nb=2" },
        "postData": null, "body": body, "bodyOmitted": body.is_none().then_some("binary"), "error": error,
    }])
}

#[test]
fn globs_are_playwrights() {
    let mut bench = Bench::new();
    for (glob, url, wanted) in [
        ("**/*.js", "http://a/b/c.js", true),
        ("**/*.css", "http://a/b/c.js", false),
        ("http://a/*/c", "http://a/b/c", true),
        ("http://a/*/c", "http://a/b/b/c", false),
        ("http://a/**", "http://a/b/c?d", true),
        ("**/*.{png,jpg}", "http://a/b.jpg", true),
        ("**/*.{png,jpg}", "http://a/b.gif", false),
        ("http://a/b?c=1", "http://a/b?c=1", true),
        ("http://a/b?c", "http://a/bxc", false),
        ("http://a", "http://a/", true),
        ("**/end", "http://a/end", true),
        ("**/e\\\\*d", "http://a/e*d", true),
        ("**/e\\\\*d", "http://a/exd", false),
    ] {
        let code = format!(
            "const told = page.waitForRequest('{glob}', {{ timeout: 100 }}).then(() => true, () => false); {} await told",
            tell(&json!([sent("1", url, None)]))
        );
        assert_eq!(bench.text(&code), wanted.to_string(), "{glob} {url}");
    }
}

#[test]
fn requests_are_put_together_from_what_is_told() {
    let mut bench = Bench::new();
    let events = json!([
        sent("1", "http://a/1", None),
        started("1", 302),
        ended("1", None, None),
        sent("2", "http://a/2", Some("1")),
        started("2", 200),
        ended("2", Some("{\"n\":1}"), None),
        sent("3", "http://a/3", None),
        ended("3", None, Some("refused")),
        started("unknown", 200),
    ]);
    let code = format!(
        "const seen = [];
         for (const name of ['request', 'response', 'requestfinished', 'requestfailed']) page.on(name, o => seen.push([name, o]));
         {}
         seen.map(([name, o]) => name + ' ' + new URL(o.url()).pathname)",
        tell(&events)
    );
    assert_eq!(
        bench.text(&code),
        r#"["request /1","response /1","requestfinished /1","request /2","response /2","requestfinished /2","request /3","requestfailed /3"]"#
    );
    for (code, text) in [
        ("seen[3][1].redirectedFrom() === seen[0][1]", "true"),
        ("seen[0][1].redirectedTo() === seen[3][1]", "true"),
        ("seen[0][1].redirectedFrom()", "null"),
        ("seen[3][1].headers()", r#"{"accept":"a"}"#),
        ("await seen[3][1].allHeaders()", r#"{"accept":"a","cookie":"c"}"#),
        ("seen[7][1].failure()", r#"{"errorText":"refused"}"#),
        ("await seen[7][1].response()", "null"),
        ("await seen[4][1].json()", r#"{"n":1}"#),
        ("(await seen[4][1].body()).toString()", "{\"n\":1}"),
        ("seen[4][1].headers()", r#"{"x-a":"1"}"#),
        ("await seen[4][1].headerValues('set-cookie')", r#"["a=1","b=2"]"#),
        (
            "try { await seen[1][1].text() } catch (error) { return error.message }",
            "response.text: the body is not kept: binary",
        ),
        ("seen[4][1].request() === seen[3][1]", "true"),
    ] {
        assert_eq!(bench.text(code), text, "{code}");
    }
}

#[test]
fn listeners_are_called_in_order_and_end_with_the_call() {
    let mut bench = Bench::new();
    let say = |text: &str| {
        tell(
            &json!([["console", "page-1", { "level": "log", "text": text, "args": [text], "location": { "url": "u", "line": 3, "column": 1 } }]]),
        )
    };
    let code = format!(
        "const seen = []; const plain = m => seen.push('plain ' + m.text());
         page.on('console', plain).once('console', m => seen.push('once ' + m.location().lineNumber));
         page.prependListener('console', m => seen.push('first'));
         context.on('console', m => seen.push('context ' + (m.page() === page)));
         {} page.off('console', plain); {} seen",
        say("a"),
        say("b")
    );
    assert_eq!(
        bench.text(&code),
        r#"["first","plain a","once 2","context true","first","context true"]"#
    );
    assert_eq!(bench.text(&format!("seen.length = 0; {} seen", say("c"))), "[]");
}

#[test]
fn what_a_listener_throws_is_the_calls_error() {
    let mut bench = Bench::new();
    let say = tell(&json!([["console", "page-1", { "level": "log", "text": "a", "args": [], "location": null }]]));
    let error = bench.fails(&format!(
        "let n = 0; page.on('console', () => {{ throw new RangeError('mine') }}); page.on('console', () => {{ n += 1 }}); {say} n"
    ));
    assert!(error.message().starts_with("RangeError: mine\n    at "), "{error}");
    assert_eq!(bench.text("n"), "1", "the others are told first");
    let caught = format!("page.on('console', () => {{}}); {say} 'well'");
    assert_eq!(bench.text(&caught), "well");
}

#[test]
fn errors_of_pages_are_errors() {
    let mut bench = Bench::new();
    for (text, told) in [
        ("Uncaught TypeError: no", r#"["TypeError","no"]"#),
        ("Uncaught (in promise) RangeError: far", r#"["RangeError","far"]"#),
        ("Error: plain", r#"["Error","plain"]"#),
        ("a text", r#"["Error","a text"]"#),
    ] {
        let event = json!([["console", "page-1", { "level": "pageerror", "text": text, "args": [], "location": null, "stack": null }]]);
        let code = format!(
            "const asked = page.waitForEvent('pageerror'); {} const error = await asked; [error.name, error.message]",
            tell(&event)
        );
        assert_eq!(bench.text(&code), told, "{text}");
    }
}

#[test]
fn a_download_is_told_when_it_begins_and_known_when_it_ends() {
    let mut bench = Bench::new();
    let state = |state: &str, path: Option<&str>| json!(["download", "page-1", { "url": "http://a/f", "suggestedName": "f.txt", "state": state, "path": path }]);
    for (end, path, told) in [
        ("completed", Some("/d/f.txt"), r#"["f.txt",null,"/d/f.txt"]"#),
        ("cancelled", None, r#"["f.txt","canceled","download.path: canceled"]"#),
        (
            "refused",
            None,
            r#"["f.txt","the download was refused","download.path: the download was refused"]"#,
        ),
    ] {
        let code = format!(
            "const asked = page.waitForEvent('download'); {} const file = await asked; {}
             [file.suggestedFilename(), await file.failure(), await file.path().catch(e => e.message)]",
            tell(&json!([state("started", None)])),
            tell(&json!([state(end, path)]))
        );
        assert_eq!(bench.text(&code), told, "{end}");
    }
}
