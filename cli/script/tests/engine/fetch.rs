//! Requests that no page makes: what is asked for, and what the answers are to a script.

use serde_json::{Value, json};

use crate::bench::Bench;

/// What a script says, and the parameters of the operation that it asks for.
fn table() -> Vec<(&'static str, Value)> {
    vec![
        (
            "fetch('http://c/d')",
            json!({ "url": "http://c/d", "method": "GET", "header": [], "keepCookies": true }),
        ),
        (
            "fetch(new URL('/x?y', page.url()), { headers: new Headers([['A', 'b'], ['a', 'c']]), redirect: 'manual' })",
            json!({ "url": "http://a/x?y", "method": "GET", "header": ["a: b, c"], "maxRedirects": 0, "keepCookies": true }),
        ),
        (
            "fetch('d', { method: 'post', body: 'text', headers: { 'X-Own': 1 } })",
            json!({
                "url": "http://a/d", "method": "POST", "header": ["x-own: 1", "content-type: text/plain;charset=UTF-8"],
                "data": "text", "keepCookies": true,
            }),
        ),
        (
            "fetch('d', { method: 'PUT', body: new Uint8Array([0, 255]), headers: [['content-type', 'a/b']] })",
            json!({
                "url": "http://a/d", "method": "PUT", "header": ["content-type: a/b"], "data": "AP8=", "base64": true,
                "keepCookies": true,
            }),
        ),
        (
            "page.request.get('/d?q=1', { params: { a: 1, b: true, c: undefined }, maxRedirects: 3 })",
            json!({
                "url": "http://a/d?q=1&a=1&b=true", "method": "GET", "header": [], "maxRedirects": 3, "ignoreHttpsErrors": false,
                "keepCookies": true,
            }),
        ),
        (
            "context.request.head('http://c/', { params: 'x=1&x=2', ignoreHTTPSErrors: true })",
            json!({ "url": "http://c/?x=1&x=2", "method": "HEAD", "header": [], "ignoreHttpsErrors": true, "keepCookies": true }),
        ),
        (
            "page.request.post('/d', { data: { a: [1] } })",
            json!({
                "url": "http://a/d", "method": "POST", "header": ["content-type: application/json"], "data": "{\"a\":[1]}",
                "ignoreHttpsErrors": false, "keepCookies": true,
            }),
        ),
        (
            "page.request.patch('/d', { data: 'a', headers: { 'Content-Type': 'application/json' } })",
            json!({
                "url": "http://a/d", "method": "PATCH", "header": ["content-type: application/json"], "data": "\"a\"",
                "ignoreHttpsErrors": false, "keepCookies": true,
            }),
        ),
        (
            "page.request.put('/d', { data: 'a' })",
            json!({
                "url": "http://a/d", "method": "PUT", "header": ["content-type: application/octet-stream"], "data": "a",
                "ignoreHttpsErrors": false, "keepCookies": true,
            }),
        ),
        (
            "page.request.delete('/d', { form: { a: '1 2', b: 3, c: undefined } })",
            json!({
                "url": "http://a/d", "method": "DELETE", "header": ["content-type: application/x-www-form-urlencoded"],
                "data": "a=1+2&b=3", "ignoreHttpsErrors": false, "keepCookies": true,
            }),
        ),
        (
            "page.request.fetch('/d', { method: 'options' })",
            json!({ "url": "http://a/d", "method": "OPTIONS", "header": [], "ignoreHttpsErrors": false, "keepCookies": true }),
        ),
        ("scrollBy(0, 120.5)", json!({ "by": { "x": 0, "y": 120.5 } })),
        ("scrollBy('7')", json!({ "by": { "x": 7, "y": 0 } })),
    ]
}

#[test]
fn each_request_asks_for_one_operation() {
    let mut bench = Bench::new();
    for (code, args) in table() {
        bench.asked.clear();
        bench.done(&format!("void await {code}"));
        let (name, asked, _) = bench.asked.pop().unwrap();
        let expected = if code.starts_with("scrollBy") {
            "script.scroll-by"
        } else {
            "script.fetch"
        };
        assert_eq!((name.as_str(), &asked), (expected, &args), "{code}");
        assert!(bench.asked.is_empty(), "{code}");
    }
}

#[test]
fn a_form_with_files_is_made_of_parts() {
    let mut bench = Bench::new();
    let file = "{ name: 'a\"b.txt', mimeType: 'text/plain', buffer: Buffer.from('hi') }";
    bench.done(&format!(
        "void await page.request.post('/d', {{ multipart: {{ n: 1, f: {file} }} }})"
    ));
    let args = bench.asked.pop().unwrap().1;
    let header = args["header"][0].as_str().unwrap();
    let boundary = header
        .strip_prefix("content-type: multipart/form-data; boundary=")
        .unwrap();
    let body = bench.text(&format!(
        "Buffer.from('{}', 'base64').toString()",
        args["data"].as_str().unwrap()
    ));
    assert_eq!(
        body.replace(boundary, "B").replace('\r', ""),
        "--B\ncontent-disposition: form-data; name=\"n\"\n\n1\n\
         --B\ncontent-disposition: form-data; name=\"f\"; filename=\"a%22b.txt\"\ncontent-type: text/plain\n\nhi\n--B--\n"
    );
}

#[test]
fn answers_are_what_the_api_gives() {
    let mut bench = Bench::new();
    for (code, told) in [
        (
            "const r = await fetch('d'); [r.ok, r.status, r.statusText, r.url, r.redirected, r.bodyUsed]",
            r#"[true,200,"Told","http://a/d",true,false]"#,
        ),
        ("[...r.headers]", r#"[["a","1, 2"],["set-cookie","x=1, y=2"]]"#),
        (
            "[r.headers.get('A'), r.headers.get('b'), r.headers.has('a'), r.headers.getSetCookie()]",
            r#"["1, 2",null,true,["x=1","y=2"]]"#,
        ),
        (
            "const c = r.clone(); [(await r.json()).url, r.bodyUsed, (await c.text()).length > 0]",
            r#"["http://a/d",true,true]"#,
        ),
        ("await r.text().catch(error => error.name)", "TypeError"),
        ("[...await (await fetch('/binary')).bytes()]", "[0,255]"),
        (
            "[...new Uint8Array(await (await fetch('/binary')).arrayBuffer())]",
            "[0,255]",
        ),
        ("await (await fetch('/binary')).text()", "\0\u{fffd}"),
        (
            "const a = await page.request.get('/binary'); [a.ok(), a.status(), a.statusText(), a.url()]",
            r#"[false,404,"Told","http://a/binary"]"#,
        ),
        (
            "[a.headers(), a.headersArray().length]",
            r#"[{"a":"1, 2","set-cookie":"x=1\ny=2"},4]"#,
        ),
        (
            "const b = await a.body(); [b instanceof Buffer, b.length, b[1]]",
            "[true,2,255]",
        ),
        (
            "await a.dispose(); await a.body().catch(error => error.message)",
            "Response has been disposed",
        ),
        (
            "(await page.request.get('/d')).json().then(told => told.url)",
            "http://a/d",
        ),
        (
            "await expect(await page.request.get('/d')).toBeOK()",
            "Executed successfully",
        ),
        ("await expect(a).not.toBeOK()", "Executed successfully"),
        (
            "await expect(a).toBeOK().then(() => 'passed', error => error.message.includes('404'))",
            "true",
        ),
        (
            "await page.request.get('/binary', { failOnStatusCode: true }).catch(error => error.message.split('\\n')[0])",
            "apiRequestContext.get: 404 Told",
        ),
        ("page.request === context.request", "true"),
    ] {
        assert_eq!(bench.text(code), told, "{code}");
    }
}

#[test]
fn what_cannot_be_asked_is_an_error_before_it_is() {
    let mut bench = Bench::new();
    for (code, message) in [
        ("fetch('d', { body: 'x' })", "cannot have body"),
        ("fetch('d', { signal: AbortSignal.abort() })", "aborted"),
        ("fetch('http://')", "Invalid URL"),
        ("page.request.post('/d', { data: 'x', form: {} })", "Only one of"),
        ("page.request.get('/d', { maxRetries: 2 })", "maxRetries"),
        ("page.request.get('/d', { timeout: -1 })", "timeout"),
        ("page.request.storageState()", "not supported"),
        ("new page.request.constructor()", "Illegal constructor"),
    ] {
        let error = bench.fails(&format!("await {code}"));
        assert!(error.message().contains(message), "{code}: {error}");
        assert!(bench.asked.is_empty(), "{code}");
    }
}

#[test]
fn bodies_as_large_as_they_come_have_room() {
    let mut bench = Bench::new();
    let code = "const sent = new Uint8Array(300_000).fill(7); sent[299_999] = 255; \
                const got = await (await fetch('/echoed', { method: 'PUT', body: sent })).json(); \
                [got.data.length, got.data.slice(0, 4), got.data.slice(-4)]";
    assert_eq!(bench.text(code), r#"[400000,"BwcH","Bwf/"]"#);
    let code = "const r = await page.request.get('/large'); const all = await r.body(); [all.length, all.at(-1), (await r.body()).length]";
    assert_eq!(bench.text(code), "[8388606,0,8388606]");
}

#[test]
fn what_is_given_up_is_not_waited_for() {
    let mut bench = Bench::new();
    let code = "const all = []; \
                for (const reason of [undefined, 'mine']) { \
                    const control = new AbortController(); \
                    setTimeout(() => control.abort(reason), 5); \
                    await fetch('/never', { signal: control.signal }).catch(error => all.push(error.name ?? error)); \
                } \
                await fetch('/never', { signal: AbortSignal.timeout(5) }).catch(error => all.push(error.name)); all";
    assert_eq!(bench.text(code), r#"["AbortError","mine","TimeoutError"]"#);
}
