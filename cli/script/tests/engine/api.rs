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
        ("page.mouse.click(3, 4)", "click", at("coords:3,4")),
        (
            "page.evaluate((x) => x + 1, [1])",
            "evaluate",
            json!({ "function": "(x) => x + 1", "arg": "[1]" }),
        ),
        ("page.evaluate('1 + 1')", "evaluate", json!({ "function": "1 + 1" })),
        (
            "page.evaluate(({ go() { return 1 } }).go)",
            "evaluate",
            json!({ "function": "function go() {\n\treturn 1;\n}" }),
        ),
        (
            "page.waitForFunction(n => window.x === n, 3)",
            "wait",
            json!({ "fn": "() => ((n) => window.x === n)(3)" }),
        ),
        (
            "page.waitForLoadState('networkidle')",
            "wait",
            json!({ "load": "networkidle" }),
        ),
        (
            "page.waitForSelector('p', { state: 'hidden' })",
            "wait",
            json!({ "selector": "p", "state": "hidden" }),
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
            "page.locator('a').click({ button: 'right', clickCount: 2, modifiers: ['Shift'], position: { x: 1, y: 2 } })",
            "click",
            json!({ "selector": "a", "button": "right", "count": 2, "modifiers": ["Shift"], "position": "1,2" }),
        ),
        ("page.locator('a').dblclick()", "dblclick", at("a")),
        ("page.locator('a').hover()", "hover", at("a")),
        (
            "page.locator('a').clear()",
            "fill",
            json!({ "selector": "a", "value": "" }),
        ),
        (
            "page.locator('a').pressSequentially('hi')",
            "type",
            json!({ "selector": "a", "text": "hi" }),
        ),
        (
            "page.locator('a').press('Tab')",
            "press",
            json!({ "selector": "a", "key": "Tab" }),
        ),
        ("page.locator('a').setChecked(false)", "uncheck", at("a")),
        (
            "page.locator('a').selectOption(['x', { label: 'L' }, { index: 2 }])",
            "select",
            json!({ "selector": "a", "values": ["x", "L", "index=2"] }),
        ),
        (
            "page.locator('a').dragTo(page.locator('b'))",
            "drag",
            json!({ "selector": "a", "to": "b" }),
        ),
        (
            "page.locator('a').scrollIntoViewIfNeeded()",
            "scroll",
            json!({ "to": "a" }),
        ),
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
    for (code, op, args) in table() {
        bench.asked.clear();
        bench.done(&format!("await {code}; 1"));
        let (asked, with, _) = bench
            .asked
            .first()
            .unwrap_or_else(|| panic!("{code} asked for nothing"));
        assert_eq!((asked.as_str(), with), (op, &args), "{code}");
    }
}

#[test]
fn a_function_for_the_page_needs_nothing_that_is_here() {
    let mut bench = Bench::new();
    bench.done("await page.evaluate(async () => await fetch('/x'))");
    let (_, args, _) = bench.asked.pop().unwrap();
    let text = args["function"].as_str().unwrap();
    assert!(text.starts_with("($greenroom => (async () => await "), "{text}");
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
        "page.locator('a').filter({ hasText: 'x' })",
        "page.locator('a', { hasText: 'x' })",
        "await page.route('**', () => {})",
        "page.on('websocket', () => {})",
        "await page.locator('a').click({ force: true })",
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
