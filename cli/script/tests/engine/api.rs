//! The API: which operations its methods ask for, and what their failures are.

use serde_json::{Value, json};

use crate::bench::Bench;

/// The code, the operation that it asks for, and its parameters.
#[expect(clippy::too_many_lines, reason = "a table")]
fn table() -> Vec<(&'static str, &'static str, Value)> {
    let at = |selector: &str| json!({ "selector": selector });
    vec![
        ("page.goto('a.b')", "goto", json!({ "url": "a.b" })),
        (
            "page.goto('a.b', { waitUntil: 'commit' })",
            "goto",
            json!({ "url": "a.b", "waitUntil": "commit" }),
        ),
        ("page.reload()", "reload", json!({})),
        ("page.goBack()", "back", json!({})),
        ("page.title()", "get", json!({ "what": "title" })),
        ("page.content()", "get", json!({ "what": "html" })),
        ("page.click('#a')", "click", at("#a >> nth=0")),
        ("page.click('#a', { strict: true })", "click", at("#a")),
        (
            "page.fill('#a', 'x')",
            "fill",
            json!({ "selector": "#a >> nth=0", "value": "x" }),
        ),
        ("page.keyboard.press('Enter')", "press", json!({ "key": "Enter" })),
        (
            "page.mouse.click(3, 4, { delay: 20.4 })",
            "click",
            json!({ "selector": "coords:3,4", "force": true, "delay": 20 }),
        ),
        (
            "page.keyboard.type('hi', { delay: 5 })",
            "type",
            json!({ "text": "hi", "delay": 5 }),
        ),
        (
            "page.dragAndDrop('a', 'b', { sourcePosition: { x: 1, y: 2 }, targetPosition: { x: 3, y: 4 }, force: true })",
            "drag",
            json!({ "selector": "a >> nth=0", "to": "b >> nth=0", "sourcePosition": "1,2", "targetPosition": "3,4", "force": true }),
        ),
        (
            "page.waitForFunction(n => window.x === n, 3)",
            "wait",
            json!({ "fn": format!("() => ((n) => window.x === n\n)(({})(3))", decoder()) }),
        ),
        (
            "page.waitForLoadState('networkidle')",
            "wait",
            json!({ "load": "networkidle" }),
        ),
        (
            "page.waitForSelector('p', { state: 'hidden' })",
            "wait",
            json!({ "selector": "p >> nth=0", "state": "hidden" }),
        ),
        (
            "page.setViewportSize({ width: 800, height: 600 })",
            "set-viewport",
            json!({ "size": "800x600" }),
        ),
        (
            "page.screenshot({ fullPage: true, type: 'jpeg' })",
            "screenshot",
            json!({ "fullPage": true, "format": "jpeg" }),
        ),
        ("page.close()", "tab.close", json!({ "id": "page-1" })),
        (
            "page.locator('a').waitFor()",
            "wait",
            json!({ "selector": "a", "state": "visible" }),
        ),
        (
            "page.locator('a').count()",
            "get",
            json!({ "what": "count", "selector": "a" }),
        ),
        (
            "page.locator('a').textContent()",
            "get",
            json!({ "what": "text-content", "selector": "a" }),
        ),
        (
            "page.locator('a').innerText()",
            "get",
            json!({ "what": "text", "selector": "a" }),
        ),
        (
            "page.locator('a').innerHTML()",
            "get",
            json!({ "what": "inner-html", "selector": "a" }),
        ),
        (
            "page.locator('a').getAttribute('href')",
            "get",
            json!({ "what": "attr", "selector": "a", "name": "href" }),
        ),
        (
            "page.locator('a').boundingBox()",
            "get",
            json!({ "what": "box", "selector": "a" }),
        ),
        (
            "page.locator('a').isEditable()",
            "get",
            json!({ "what": "editable", "selector": "a" }),
        ),
        (
            "page.locator('a').allInnerTexts()",
            "get",
            json!({ "what": "texts", "selector": "a" }),
        ),
        ("context.newPage()", "tab.new", json!({})),
        (
            "context.addCookies([{ name: 'a', value: 'b', url: 'https://x.test/in/y' }])",
            "script.set-cookies",
            json!({ "cookies": [{ "name": "a", "value": "b", "domain": "x.test", "path": "/in/", "expires": -1, "httpOnly": false, "secure": true }] }),
        ),
        (
            "context.clearCookies()",
            "script.set-cookies",
            json!({ "cookies": [], "clear": true }),
        ),
        (
            "context.addInitScript(n => { window.n = n }, 2)",
            "script.add-init-script",
            json!({ "function": "((n) => {\n\twindow.n = n;\n})(2);" }),
        ),
        (
            "context.setExtraHTTPHeaders({ a: 'b' })",
            "script.set-headers",
            json!({ "headers": { "a": "b" } }),
        ),
        (
            "context.setOffline(true)",
            "script.set-offline",
            json!({ "offline": true }),
        ),
        ("context.setGeolocation(null)", "script.set-geolocation", json!({})),
        (
            "context.grantPermissions(['camera'], { origin: 'http://a/b' })",
            "script.set-permissions",
            json!({ "values": ["camera"], "origin": "http://a", "grant": true }),
        ),
        ("context.clearPermissions()", "script.set-permissions", json!({})),
        (
            "networkLog({ last: 2, page, failed: true })",
            "script.log",
            json!({ "log": "network", "last": 2, "ofPage": "page-1", "failed": true }),
        ),
        ("actionLog()", "script.log", json!({ "log": "actions" })),
    ]
}

#[test]
fn each_method_asks_for_its_operation() {
    let mut bench = Bench::new();
    for (code, op, args) in table().into_iter().chain(crate::acts::table()) {
        bench.asked.clear();
        bench.done(&format!("await {code}; 1"));
        let (asked, with, _) = bench
            .asked
            .first()
            .unwrap_or_else(|| panic!("{code} asked for nothing"));
        assert_eq!((asked.as_str(), with), (op, &args), "{code}");
    }
}

/// What decodes arguments in a page, as the realm's JavaScript has it.
fn decoder() -> String {
    let source = include_str!("../../src/js/values.js");
    let from = source.split_once("const decodeValue = ").unwrap().1;
    from.split_once("\n};").unwrap().0.to_owned() + "\n}"
}

#[test]
fn a_function_for_the_page_needs_nothing_that_is_here() {
    let mut bench = Bench::new();
    for (code, text) in [
        ("async () => await fetch('/x')", "($greenroom => (async () => await "),
        ("(x) => x + 1, [1]", "(x) => x + 1"),
        ("'1 + 1'", "1 + 1"),
        ("'var a = 1; a'", "(0, eval)(\"var a = 1; a\")"),
        ("({ go() { return 1 } }).go", "function go() {"),
    ] {
        bench.done(&format!("await page.evaluate({code})"));
        let (name, args, _) = bench.asked.pop().unwrap();
        let function = args["function"].as_str().unwrap();
        let (ours, theirs) = function.split_once("})((").unwrap();
        assert!(theirs.starts_with(text), "{code}: {theirs}");
        assert!(name == "evaluate" && !ours.contains("greenroom"), "{ours}");
    }
}

#[test]
fn values_keep_their_kinds_both_ways() {
    let mut bench = Bench::new();
    let code = "const v = await page.evaluate('1'); \
        [v.self === v, v.date instanceof Date, v.date.getTime(), 'none' in v, v.none === undefined]";
    assert_eq!(bench.text(code), "[true,true,1795824000000,true,true]");
    let code = "const o = { n: -0, nan: NaN, big: 12n, when: new Date(0), re: /a/i, err: new TypeError('t'), u: undefined, \
        list: new Uint8Array([1, 2]), url: new URL('http://a/') }; o.me = o; await page.evaluate(x => x, o)";
    bench.done(code);
    let (_, args, _) = bench.asked.pop().unwrap();
    let mut tree: Value = serde_json::from_str(args["arg"].as_str().unwrap()).unwrap();
    for entry in tree["o"].as_array_mut().unwrap() {
        if entry[0] == "err" {
            entry[1]["e"][2] = "stack".into();
        }
    }
    assert_eq!(
        tree,
        json!({ "i": 0, "o": [
            ["n", { "s": "-0" }], ["nan", { "s": "NaN" }], ["big", { "n": "12" }],
            ["when", { "d": "1970-01-01T00:00:00.000Z" }], ["re", { "x": ["a", "i"] }],
            ["err", { "e": ["TypeError", "t", "stack"] }], ["u", { "s": "undefined" }],
            ["list", { "t": ["Uint8Array", [1, 2]] }], ["url", { "u": "http://a/" }], ["me", { "r": 0 }],
        ] })
    );
}

#[test]
fn each_way_to_an_element_is_a_selector() {
    let mut bench = Bench::new();
    for (code, selector) in [
        ("locator('css=a')", "css=a"),
        ("getByRole('button')", "role:button"),
        (
            "getByRole('button', { name: 'Say \"hi\"' })",
            r#"role:button:"Say \"hi\"""#,
        ),
        (
            "getByRole('checkbox', { name: 'News', exact: true, checked: true, disabled: false })",
            r#"role:checkbox[checked][disabled=false]:"News"!"#,
        ),
        (
            "getByRole('heading', { level: 2, includeHidden: true, name: /^a\\/b/i })",
            r"role:heading[level=2][include-hidden]:/^a\/b/i",
        ),
        ("getByText('a >> b\\nc')", r#"text:"a >> b\nc""#),
        ("getByText('a', { exact: true })", r#"text:"a"!"#),
        ("getByLabel('Email')", r#"label:"Email""#),
        ("getByPlaceholder('x')", r#"placeholder:"x""#),
        ("getByAltText('x')", r#"alt:"x""#),
        ("getByTitle('x')", r#"title:"x""#),
        ("getByTestId('x')", r#"testid:"x""#),
        ("locator('ul').locator('li').nth(2)", "ul >> li >> nth=2"),
        ("locator('ul').getByText('a').first()", r#"ul >> text:"a" >> nth=0"#),
        ("locator('ul').locator(page.locator('li')).last()", "ul >> li >> nth=-1"),
        ("frameLocator('#f').getByRole('button')", "#f >> frame: >> role:button"),
        (
            "frameLocator('#f').first().frameLocator('g').locator('b')",
            "#f >> nth=0 >> frame: >> g >> frame: >> b",
        ),
        ("locator('iframe').contentFrame().locator('b')", "iframe >> frame: >> b"),
        ("locator('li').filter({ hasText: 'a' })", r#"li >> has-text="a""#),
        ("locator('li', { hasText: /^a/i })", "li >> has-text=/^a/i"),
        (
            "locator('li').filter({ has: page.locator('b').first(), hasNot: page.getByRole('button'), visible: true })",
            "li >> has=(b >> nth=0) >> has-not=(role:button) >> visible=true",
        ),
        ("locator('a').and(page.locator('b'))", "a >> and=(b)"),
        ("locator('a').or(page.getByText('b'))", r#"a >> or=(text:"b")"#),
        (
            "frameLocator('#f').locator('a').filter({ has: page.frameLocator('#f').locator('b') })",
            "#f >> frame: >> a >> has=(b)",
        ),
        ("locator('a').describe('the link')", "the link"),
    ] {
        assert_eq!(bench.text(&format!("String(page.{code})")), selector, "{code}");
    }
}

#[test]
fn answers_are_what_playwright_gives() {
    let mut bench = Bench::new();
    for (code, text) in [
        ("page.url()", "http://a/b"),
        ("await page.url()", "http://a/b"),
        ("context.pages().length + ' ' + (context.pages()[0] === page)", "1 true"),
        (
            "[browser.version(), browser.browserType().name(), browser.contexts()[0] === context, context.browser() === browser]",
            r#"["1.2","chromium",true,true]"#,
        ),
        ("page.isClosed()", "false"),
        ("page", "\"page(page-1)\""),
        ("page.locator('a')", "\"locator(a)\""),
        ("(await page.locator('a').all()).length", "0"),
    ] {
        assert_eq!(bench.text(code), text, "{code}");
    }
}

#[test]
fn failures_are_playwrights_errors() {
    let mut bench = Bench::new();
    for (selector, told) in [
        (
            "timeout",
            "TimeoutError: locator.click: Timeout 500ms exceeded.\nCall log:\n  - waiting for timeout\n  - it failed\n    at exec:2:",
        ),
        ("ambiguous", "Error: locator.click: strict mode violation: it failed"),
        ("stale", "Error: locator.click: it failed"),
    ] {
        let error = bench.fails(&format!(
            "1;\nawait page.locator('{selector}').click({{ timeout: 500 }})"
        ));
        assert!(error.message().starts_with(told), "{error}");
    }
    let caught =
        "try { await page.locator('timeout').click() } catch (error) { return [error.name, error instanceof Error] }";
    assert_eq!(bench.text(caught), r#"["TimeoutError",true]"#);
}

#[test]
fn a_deadline_names_the_operation_that_was_awaited() {
    let mut bench = Bench::new();
    let ran = bench.ran_within(
        "await page.locator('never').click()",
        std::time::Duration::from_millis(300),
    );
    let error = ran.value.unwrap_err();
    assert!(
        error
            .message()
            .contains("`await page.locator('never').click()` at exec:1:1"),
        "{error}"
    );
}

#[test]
fn what_is_not_there_says_so() {
    let mut bench = Bench::new();
    for code in [
        "await page.routeFromHAR('a.har')",
        "page.on('websocket', () => {})",
        "await page.locator('a').evaluateHandle(e => e)",
        "await page.locator('a').dragTo(page.locator('b'), { steps: 3 })",
        "await context.newCDPSession(page)",
        "await browser.newContext()",
    ] {
        let error = bench.fails(code);
        assert_eq!(
            error.kind(),
            greenroom_session_core::Kind::Unsupported,
            "{code}: {error}"
        );
        assert!(error.message().contains("is not supported"), "{error}");
    }
}

#[test]
fn its_classes_cannot_be_changed_or_made() {
    let mut bench = Bench::new();
    for code in [
        "page.title = () => 'mine'",
        "Object.getPrototypeOf(page).title = () => 'mine'",
        "page.locator('a').constructor.prototype.click = 1",
        "new page.constructor()",
        "new (page.locator('a').constructor)(Symbol('api'), page, 'a')",
        "Object.setPrototypeOf(Object.getPrototypeOf(page), {})",
    ] {
        assert!(bench.fails(code).message().starts_with("TypeError"), "{code}");
    }
    assert_eq!(bench.text("const p = page; globalThis.page = 5; p.url()"), "http://a/b");
    assert_eq!(bench.text("page"), "5");
}

#[test]
fn expectations_of_values() {
    let mut bench = Bench::new();
    for passes in [
        "expect(1).toBe(1)",
        "expect(NaN).toBe(NaN)",
        "expect(0).not.toBe(-0)",
        "expect(0.1 + 0.2).toBeCloseTo(0.3)",
        "expect(0.1 + 0.2).not.toBeCloseTo(0.3, 17)",
        "expect({ a: undefined, b: 1 }).toEqual({ b: 1 })",
        "expect({ a: undefined, b: 1 }).not.toStrictEqual({ b: 1 })",
        "expect(new Map([[1, { a: 1 }]])).toEqual(new Map([[1, { a: 1 }]]))",
        "expect(new Set([1, 2])).toEqual(new Set([2, 1]))",
        "expect(new Date(1)).not.toEqual(new Date(2))",
        "expect([1, [2]]).toEqual([1, [2]])",
        "expect([, 1]).not.toStrictEqual([undefined, 1])",
        "expect({ a: { b: 1, c: 2 } }).toMatchObject({ a: { b: 1 } })",
        "expect({ a: 1 }).not.toMatchObject({ a: 1, b: 2 })",
        "expect('abc').toMatch(/B/i)",
        "expect('abc').toContain('bc')",
        "expect([1, 2]).toContain(2)",
        "expect([{ a: 1 }]).toContainEqual({ a: 1 })",
        "expect('abc').toHaveLength(3)",
        "expect({ a: [{ b: 3 }] }).toHaveProperty('a[0].b', 3)",
        "expect({ 'a.b': 3 }).toHaveProperty(['a.b'])",
        "expect({ a: 1 }).not.toHaveProperty('b')",
        "expect(() => { throw new TypeError('no way') }).toThrow('way')",
        "expect(() => { throw new TypeError('no way') }).toThrow(TypeError)",
        "expect(() => { throw new TypeError('no way') }).not.toThrow(RangeError)",
        "expect(() => {}).not.toThrow()",
        "expect(3n).toBeGreaterThan(2)",
        "expect([]).toBeInstanceOf(Array)",
        "expect('a1').toEqual(expect.stringMatching(/\\d/))",
        "expect({ a: 1, b: 'x' }).toEqual({ a: expect.anything(), b: expect.any(String) })",
        "expect([1, 2, 3]).toEqual(expect.arrayContaining([3, 1]))",
        "expect({ a: 1, b: 2 }).toEqual(expect.not.objectContaining({ c: 1 }))",
        "expect({ f: 0.30001 }).toEqual({ f: expect.closeTo(0.3) })",
        "const o = { a: 1 }; o.o = o; const p = { a: 1 }; p.o = p; expect(o).toEqual(p)",
        "await expect(Promise.reject(new Error('x'))).rejects.toThrow('x')",
        "await expect(async () => 5).resolves.toBe(5)",
    ] {
        bench.done(&format!("{passes}; 1"));
    }
    for (fails, told) in [
        (
            "expect(1, 'the count').toBe(2)",
            "Error: the count\n\nexpect(received).toBe(expected) failed\n\nExpected: 2\nReceived: 1",
        ),
        (
            "expect(1).not.toBe(1)",
            "Error: expect(received).not.toBe(expected) failed\n\nExpected: not 1\nReceived: 1",
        ),
        (
            "expect(null).toBeTruthy()",
            "Error: expect(received).toBeTruthy() failed\n\nExpected: \"something truthy\"\nReceived: null",
        ),
        (
            "await expect(Promise.resolve(1)).rejects.toBe(1)",
            "Error: expect(received).rejects.toBe(expected) failed\n\nThe promise resolved",
        ),
        (
            "await expect.poll(() => 1, { timeout: 30 }).toBe(2)",
            "Error: expect(poll).toBe(expected) failed\n\nTimeout:  30ms\nExpected: 2\nReceived: 1",
        ),
        (
            "await expect(() => { throw new Error('still') }).toPass({ timeout: 30 })",
            "Error: still",
        ),
    ] {
        let error = bench.fails(fails);
        assert!(error.message().starts_with(told), "{fails}: {error}");
    }
    let error = bench.fails("expect.soft(1).toBe(2); expect.soft(3).toBe(4); globalThis.went = 'on'; 'the end'");
    assert!(
        error.message().contains("(and 1 more that `expect.soft` kept)"),
        "{error}"
    );
    assert_eq!(bench.text("went"), "on");
}
