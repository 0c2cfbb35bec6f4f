//! Requests of scripts that no page makes, by the whole program: what is sent, what is kept, what is denied, what is told.

use serde_json::{Value, json};

use crate::attacks::withstands;
use crate::bench::Bench;
use crate::script_events::{check, on_each};

fn bench(args: &[&str]) -> Option<Bench> {
    let bench = Bench::new()?;
    bench.done(&[&["open", &bench.url("/workshop"), "-s", "a"], args].concat());
    bench.site.clear_requests();
    Some(bench)
}

fn value(bench: &Bench, code: &str) -> Value {
    bench.json(&["exec", code])["result"]["value"].clone()
}

/// The lines of requests that no page has made.
fn lines(bench: &Bench) -> Vec<Value> {
    let mut all = bench.log("a", "network.jsonl");
    all.retain(|line| line["initiator"]["type"] == "greenroom");
    all
}

#[test]
fn the_sessions_cookies_go_along_and_what_is_set_stays() {
    on_each("/headers", &["--header", "x-own: mine"], |bench, setup| {
        bench.site.clear_requests();
        check(
            bench,
            setup,
            &[
                (
                    "await context.addCookies([{ name: 'flavour', value: 'vanilla', url: page.url() },
                         { name: 'deep', value: '1', domain: '127.0.0.1', path: '/deep' }]);
                     const sent = await fetch('/echo?a=b', { method: 'POST', headers: { 'X-Mine': 'yes' }, body: 'hallo' });
                     const told = await sent.json();
                     [sent.ok, sent.status, sent.headers.get('Content-Type'), told.method, told.query, told.body, told.headers.cookie,
                      told.headers['x-mine'], told.headers['x-own'], told.headers['content-type'], sent.redirected]",
                    r#"[true,200,"application/json","POST","a=b","hallo","flavour=vanilla","yes","mine","text/plain;charset=UTF-8",false]"#,
                ),
                (
                    "const set = await page.request.get('/cookies/set?size=large');
                     [new URL(set.url()).pathname, (await context.cookies()).map(c => c.name).sort(), await page.evaluate(() => document.cookie.includes('size=large'))]",
                    r#"["/storage",["deep","flavour","server-only","size"],true]"#,
                ),
                // One goes; the others stay, those of scripts' out of reach included.
                (
                    "await context.request.get('/cookies/set?size=%3B+Max-Age%3D0&other=1');
                     const left = await context.cookies();
                     [left.map(c => c.name).sort(), left.find(c => c.name === 'server-only').httpOnly]",
                    r#"[["deep","flavour","other","server-only"],true]"#,
                ),
                // As a page asked before; over BiDi its body is told at its end.
                (
                    "const [request] = await Promise.all([page.waitForRequest('**/echo?one'),
                         page.evaluate(() => fetch('/echo?one', { method: 'PUT', body: 'b', headers: { 'x-page': '1' } }).then(() => {}))]);
                     await (await request.response()).finished();
                     const again = await (await page.request.fetch(request)).json();
                     const other = await (await page.request.fetch(request, { method: 'POST', data: { a: 1 } })).json();
                     [again.method, again.query, again.body, again.headers['x-page'], other.method, other.body, other.headers['x-page']]",
                    r#"["PUT","one","b","1","POST","{\"a\":1}","1"]"#,
                ),
                // What the browser does not take is no failure of the request.
                (
                    "(await page.request.get('/cookies/set?__Host-x=1&more=2')).status() + ' ' + (await context.cookies()).some(c => c.name === 'more')",
                    "200 true",
                ),
            ],
        );
        // What was set on the way went along to where it led.
        let requests = bench.site.requests();
        let storage = requests.iter().find(|request| request.path == "/storage").unwrap();
        assert!(storage.header("cookie").unwrap().contains("size=large"), "{storage:?}");
    });
}

#[test]
fn what_controls_a_browser_is_never_asked() {
    on_each("/headers", &[], |bench, setup| {
        let endpoint = bench.state("a")["endpoint"].clone();
        let mut addresses: Vec<String> = ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433"]
            .iter()
            .map(|place| format!("http://{place}:{}/status", endpoint["port"]))
            .collect();
        let own = ["bidi", "devtools"].map(|key| endpoint["extra"][key].as_str().map(str::to_owned));
        addresses.extend(own.into_iter().flatten().map(|url| url.replace("ws:", "http:")));
        if setup.contains("webdriver") && setup.contains("chromium") {
            assert_eq!(addresses.len(), 7, "{endpoint}");
        }
        for address in addresses {
            let ran = bench.run(&["exec", &format!("await fetch('{address}')")]);
            assert_eq!(ran.code, 4, "{setup} {address}: {ran:?}");
            assert!(ran.stderr.contains("controls a browser"), "{setup} {address}: {ran:?}");
            // A redirect leads there as little.
            let through = bench.url(&format!("/redirect-to?url={address}"));
            let ran = bench.run(&["exec", &format!("await page.request.get('{through}')")]);
            assert_eq!(ran.code, 4, "{setup} {address}: {ran:?}");
            let ran = bench.run(&["readonly-exec", &format!("await get('{through}')")]);
            assert_eq!(ran.code, 4, "{setup} {address}: {ran:?}");
        }
    });
}

#[test]
fn requests_of_the_api_are_playwrights() {
    let Some(bench) = bench(&[]) else { return };
    let code = "
        const told = async (method, options) => {
            const { headers, ...rest } = await (await page.request[method]('/echo', options)).json();
            return [rest.method, rest.query, headers['content-type']?.split(';')[0] ?? null, rest.body];
        };
        const missing = await context.request.get('/status/404');
        const binary = await page.request.get('/binary');
        const moved = await page.request.get('/redirect/2', { maxRedirects: 0 });
        const looped = await page.request.get('/redirect-loop').catch(error => error.message);
        const failed = await page.request.get('/status/500', { failOnStatusCode: true }).catch(error => error.message.split('\\n')[0]);
        const bytes = await binary.body();
        await expect(binary).toBeOK();
        await expect(missing).not.toBeOK();
        const file = { name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('hi') };
        [await told('get', { params: { q: 'a b' } }), await told('post', { data: { a: 1 } }), await told('put', { form: { a: '1 2' } }),
            await told('patch', { data: 'text' }), await told('delete', {}), await told('fetch', { method: 'POST', multipart: { file } }),
            (await page.request.head('/echo')).status(), [missing.ok(), missing.status(), missing.statusText()], [bytes.length, bytes[255]],
            moved.status(), moved.headers().location.includes('/'), looped.includes('more than 20 redirects'), failed]";
    let mut told = value(&bench, code);
    let multipart = told[5][3].take();
    assert!(
        multipart
            .as_str()
            .unwrap()
            .contains("filename=\"x.txt\"\r\ncontent-type: text/plain\r\n\r\nhi\r\n--")
    );
    assert_eq!(
        told,
        json!([
            ["GET", "q=a+b", null, ""],
            ["POST", "", "application/json", "{\"a\":1}"],
            ["PUT", "", "application/x-www-form-urlencoded", "a=1+2"],
            ["PATCH", "", "application/octet-stream", "text"],
            ["DELETE", "", null, ""],
            ["POST", "", "multipart/form-data", null],
            200,
            [false, 404, "Not Found"],
            [1024, 255],
            302,
            true,
            true,
            "apiRequestContext.get: 500 Internal Server Error",
        ])
    );
    // One line each hop, without bodies.
    let lines = lines(&bench);
    let hops: Vec<_> = lines
        .iter()
        .filter(|line| line["url"].as_str().unwrap().contains("/redirect"))
        .collect();
    assert_eq!(hops.len(), 1 + 21);
    assert!(
        hops[2]["redirectOf"].as_str().unwrap().ends_with("/redirect-loop"),
        "{}",
        hops[2]
    );
    assert_eq!(
        (&hops[0]["status"], &hops[0]["bodyOmitted"]),
        (&json!(302), &json!("asked by a script"))
    );
    assert!(hops[21]["error"].as_str().unwrap().contains("more than 20 redirects"));
    assert!(
        lines
            .iter()
            .all(|line| line["postData"].is_null() && line["responseBody"].is_null())
    );
}

#[test]
fn a_request_ends_at_its_time_and_with_its_script() {
    let Some(bench) = bench(&[]) else { return };
    let code =
        "await page.request.get('/hang', { timeout: 300 }).catch(error => [error.name, error.message.split('\\n')[0]])";
    assert_eq!(
        value(&bench, code),
        json!(["TimeoutError", "apiRequestContext.get: Timeout 300ms exceeded."])
    );
    let code = "const c = new AbortController(); setTimeout(() => c.abort(), 50); await fetch('/hang', { signal: c.signal }).catch(error => error.name)";
    // What was given up is not waited for.
    assert_eq!(
        bench.json(&["exec", code, "--timeout", "20s"])["result"]["value"],
        "AbortError"
    );
    bench.fails(6, &["exec", "await fetch('/hang')", "--timeout", "500ms"]);
    assert_eq!(bench.done(&["get", "title"]), "Workshop\n");
    let errors: Vec<_> = lines(&bench)
        .iter()
        .map(|line| line["error"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].contains("the server to answer"), "{errors:?}");
    assert!(errors[1].contains("cancelled"), "{errors:?}");
    bench.fails(1, &["exec", "await fetch('http://127.0.0.1:1/')"]);
    bench.fails(1, &["exec", "await fetch('/large?kb=9000')"]);
}

#[test]
fn a_script_that_looks_may_get_and_nothing_more() {
    let Some(bench) = bench(&[]) else { return };
    bench.done(&[
        "exec",
        "await context.addCookies([{ name: 'known', value: '1', url: page.url() }])",
    ]);
    bench.site.clear_requests();
    let code = "
        const told = await get('/echo?x', { headers: { accept: 'a/b' } });
        const { method, headers } = await told.json();
        const set = await get('/cookies/set?flavour=vanilla');
        [told.ok, told.status, told.url.endsWith('/echo?x'), told.headers.get('content-type'), method, headers.accept, headers.cookie,
            (await get('/echo', { method: 'HEAD' })).status, set.status, (await get(page.url())).redirected]";
    let told = json!([
        true,
        200,
        true,
        "application/json",
        "GET",
        "a/b",
        "known=1",
        200,
        200,
        false
    ]);
    assert_eq!(bench.json(&["readonly-exec", code])["result"]["value"], told);
    // Nothing of the answers was kept.
    assert_eq!(value(&bench, "(await context.cookies()).length"), 1);
    let reads = |request: &greenroom_test_site::Received| {
        matches!(request.method.as_str(), "GET" | "HEAD") && request.body.is_empty()
    };
    assert!(bench.site.requests().iter().all(reads));
    // Reads are no actions, but they are requests.
    assert!(
        bench
            .log("a", "actions.jsonl")
            .iter()
            .all(|line| line["action"] == "addCookies")
    );
    assert_eq!(lines(&bench).len(), 5);
    bench.done(&["session-mode", "read-only"]);
    assert_eq!(bench.json(&["readonly-exec", code])["result"]["value"], told);
    // It is theirs only.
    bench.done(&["session-mode", "write-access"]);
    assert_eq!(value(&bench, "typeof get"), "undefined");
}

/// Attempts to change something by a request, of a script that may only look.
const ATTACKS: &[&str] = &[
    "await fetch(page.url())",
    "await fetch('/echo', { method: 'DELETE' })",
    "await fetch('/echo', { method: 'PUT', body: 'x' })",
    "await page.request.get('/echo')",
    "await page.request.post('/echo', { data: { a: 1 } })",
    "await context.request.delete('/echo')",
    "await context.request.fetch('/echo', { method: 'PATCH' })",
    "await page.request.get.call(page.request, '/cookies/set?gone=1')",
    "await get('/echo', { method: 'POST' })",
    "await get('/echo', { method: 'post' })",
    "await get('/echo', { method: 'PUT' })",
    "await get('/echo', { method: 'DELETE' })",
    "await get('/echo', { method: 'OPTIONS' })",
    "await get('/echo', { method: 'GET\\r\\nX: y' })",
    "await get('/echo', { method: { toString: () => 'POST' } })",
    "let n = 0; await get('/echo', { get method() { n += 1; return n > 0 ? 'POST' : 'GET' } })",
    "await get('/echo', { body: 'x' })",
    "await get('/echo', { method: 'HEAD', body: new Uint8Array(1) })",
    "await get('/echo', { data: 'x' })",
    "await get('/echo', { keepCookies: true })",
    "await get('/echo', { redirect: 'manual' })",
    "await get('/echo', { headers: { 'X-HTTP-Method-Override': 'DELETE' } })",
    "await get('/echo', { headers: [['x-method-override', 'DELETE']] })",
    "await get('/echo', { headers: { 'x_http_method': 'DELETE' } })",
    "await get('/echo', { headers: { 'content-length': '5' } })",
    "await get('/echo', { headers: { 'transfer-encoding': 'chunked' } })",
    "await get('/echo', { headers: { host: 'other.test' } })",
    "await get('/echo', { headers: { a: 'b\\r\\n\\r\\nPOST /echo HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n' } })",
    "await get('/echo', { headers: { 'a: b\\r\\nPOST': 'x' } })",
    "await get('file:///etc/passwd')",
    "await get('data:text/html,x')",
    "await get('chrome://version')",
    "await get(new URL('/echo', page.url()).href.replace('//', '//user:word@'))",
    "await get.constructor('return fetch(\"/echo\", { method: \"POST\" })')()",
    "get.extra = 1; await fetch('/echo')",
    "await new page.request.constructor().post('/echo')",
    "await Object.getPrototypeOf(page.request).post.call(Object.create(page.request), '/echo')",
    "await Reflect.apply(page.request.put, context.request, ['/echo', { data: 'x' }])",
    "await page.request.constructor.prototype.patch('/echo')",
    "scrollBy.call = 1; await page.mouse.wheel(0, 100)",
    "await scrollBy(0, 0); await page.locator('#far').scrollIntoViewIfNeeded()",
    // These spoil their realm for all that follow, and nothing but that.
    "Object.prototype.method = 'POST'; await get('/echo')",
    "Object.prototype.keepCookies = true; Object.prototype.data = 'x'; await get('/echo', { method: 'POST' })",
    "Array.prototype.map = () => ['x-http-method-override: DELETE']; await get('/echo')",
    "Array.prototype[Symbol.iterator] = function* () { yield ['x-http-method', 'PUT'] }; await get('/echo', { headers: [[1, 2]] })",
    "String.prototype.toUpperCase = () => 'POST'; await get('/echo')",
    "JSON.stringify = () => '{\"url\":\"http://127.0.0.1:1/\",\"method\":\"POST\"}'; await get('/echo')",
];

#[test]
fn no_attack_by_a_request_changes_anything() {
    let Some(bench) = bench(&[]) else { return };
    // What is asked first may be; what is done with the answer may not.
    for attack in [
        "const r = await get('/title/A'); r.constructor.prototype.text = 1; await page.reload()",
        "const r = await get('/title/A'); await new r.constructor(Symbol('api'), {}).text()",
        "const r = await get('/title/A'); await r.headers.constructor.constructor('return page.request.post(\"/echo\")')()",
        "await get('/redirect-to?url=file:///etc/passwd')",
        "await get('/redirect-to?url=http://user:word@127.0.0.1:1/')",
        "const r = await get('/title/A'); r.then = () => page.reload(); await r; await fetch('/echo')",
    ] {
        let ran = bench.run(&["readonly-exec", attack, "--timeout", "5s"]);
        assert_ne!(ran.code, 0, "{attack}: {ran:?}");
        assert_eq!(bench.done(&["get", "title"]), "Workshop\n", "{attack}");
    }
    assert!(bench.site.requests().iter().all(|request| request.method == "GET"));
    assert!(
        bench
            .log("a", "actions.jsonl")
            .iter()
            .all(|line| line["success"] == false)
    );
    let denied = lines(&bench)
        .into_iter()
        .rfind(|line| line["url"] == "file:///etc/passwd")
        .unwrap();
    assert!(
        denied["error"].as_str().unwrap().contains("`file:` is denied"),
        "{denied}"
    );
    assert!(
        denied["redirectOf"].as_str().unwrap().contains("/redirect-to"),
        "{denied}"
    );
    withstands(&bench, ATTACKS);
    bench.close_all();
}

#[test]
fn secrets_of_requests_are_not_in_logs() {
    let Some(bench) = bench(&[]) else { return };
    let code = "const told = async options => (await (await fetch('/echo', options)).json());
                await context.addCookies([{ name: 'a', value: 'sweet-0', url: page.url() }]);
                const a = await told({ method: 'POST', headers: { authorization: 'Bearer sweet-1', 'x-api-key': 'sweet-2' }, body: 'sweet-3' });
                await page.request.get('/cookies/set?b=sweet-4');
                [a.headers.authorization, a.headers.cookie, a.body]";
    assert_eq!(value(&bench, code), json!(["Bearer sweet-1", "a=sweet-0", "sweet-3"]));
    for log in ["actions.jsonl", "logs.jsonl", "network.jsonl"] {
        let text = std::fs::read_to_string(bench.session("a").join(log)).unwrap();
        let text = text.replace("/cookies/set?b=sweet-4", "");
        assert!(!text.contains("sweet-"), "{log}: {text}");
        assert!(text.contains("/echo"), "{log}: {text}");
    }
    let actions = bench.log("a", "actions.jsonl");
    let told: Vec<_> = actions.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["addCookies", "fetch", "fetch"]);
    let lines = lines(&bench);
    assert_eq!(lines[0]["requestHeaders"]["authorization"], "***");
    assert_eq!(lines[0]["requestHeaders"]["cookie"], "***");
    assert_eq!(lines[1]["responseHeaders"]["set-cookie"], "***");
    // Who only looks, and says a secret.
    let code = "(await (await get('/echo', { headers: { authorization: 'sweet-5' } })).json()).headers.authorization";
    assert_eq!(bench.json(&["readonly-exec", code])["result"]["value"], "sweet-5");
    let text = std::fs::read_to_string(bench.session("a").join("logs.jsonl")).unwrap();
    assert!(!text.contains("sweet-5"), "{text}");
}

#[test]
fn a_session_with_a_proxy_asks_nothing_beside_it() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", "about:blank", "-s", "a", "--proxy", "http://127.0.0.1:1"]);
    let ran = bench.fails(7, &["exec", &format!("await fetch('{}')", bench.url("/echo"))]);
    assert!(ran.stderr.contains("proxy"), "{ran:?}");
    assert_eq!(bench.site.requests().len(), 0);
}

#[test]
fn the_viewport_is_scrolled_by_whoever_looks() {
    on_each("/workshop", &[], |bench, setup| {
        let moved = "window.scrollBy = () => { document.title = 'caught' }; document.documentElement.scrollBy = window.scrollBy; document.body.style.height = '5000px'";
        check(
            bench,
            setup,
            &[
                (
                    &format!(
                        "await page.evaluate(() => {{ {moved} }}); await scrollBy(0, 300); await page.evaluate(() => scrollY)"
                    ),
                    "300",
                ),
                (
                    "await scrollBy('no', -100.0); await scrollBy(); [await page.evaluate(() => scrollY), await page.title()]",
                    r#"[200,"Workshop"]"#,
                ),
            ],
        );
        let top = "(await page.locator('#far').boundingBox()).y";
        let looked = bench.json(&[
            "readonly-exec",
            &format!("const before = {top}; await scrollBy(0, 50); before - {top}"),
        ]);
        assert_eq!(looked["result"]["value"], 50, "{setup}");
        bench.done(&["session-mode", "read-only"]);
        bench.done(&["readonly-exec", "await scrollBy(0, -1e9)"]);
        bench.done(&["session-mode", "write-access"]);
        assert_eq!(
            bench.done(&["exec", "await page.evaluate(() => scrollY)"]),
            "0\n",
            "{setup}"
        );
        // It looks, and is no action; but it is told.
        let actions = bench.log("a", "actions.jsonl");
        assert!(
            actions.iter().all(|line| line["action"] == "evaluate"),
            "{setup}: {actions:?}"
        );
        let asked = bench.log("a", "logs.jsonl");
        let scrolls = asked.iter().filter(|line| line["message"] == "script.scroll-by");
        let outcomes: Vec<_> = scrolls
            .map(|line| line["fields"]["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(outcomes, ["ok"; 5], "{setup}");
    });
}
