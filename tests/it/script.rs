//! Scripts, by the whole program: `exec` acts through the same operations as the commands, `readonly-exec` cannot act.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use crate::attacks::withstands;
use crate::bench::Bench;

fn workshop(args: &[&str]) -> Option<Bench> {
    let bench = Bench::new()?;
    bench.done(&[&["open", &bench.url("/workshop"), "-s", "a"], args].concat());
    Some(bench)
}

fn exec(bench: &Bench, code: &str) -> String {
    bench.done(&["exec", code]).trim_end_matches('\n').to_owned()
}

#[test]
fn code_from_the_line_and_from_stdin() {
    let Some(bench) = workshop(&[]) else { return };
    assert_eq!(exec(&bench, "1 + 1"), "2");
    assert_eq!(exec(&bench, "const t: string = await page.title(); t"), "Workshop");
    assert_eq!(
        exec(&bench, "console.log('seen', { t }); t.length"),
        "seen {\"t\":\"Workshop\"}\n8"
    );
    assert_eq!(exec(&bench, "undefined"), "Executed successfully");
    let mut child = bench
        .command(&["exec", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"const rows = [1, 2]\nconsole.warn('w')\nreturn { rows }")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["result"]["value"], json!({ "rows": [1, 2] }));
    assert_eq!(answer["result"]["console"], json!([{ "level": "warn", "text": "w" }]));
}

#[test]
fn a_form_is_filled_in_by_a_script_as_by_commands() {
    let Some(bench) = workshop(&[]) else { return };
    let code = "
        await page.getByLabel('Email').fill('a@b.c');
        await page.fill('input[name=password]', 'hunter2 is long');
        const chosen = await page.getByLabel('Country').selectOption({ label: 'Norway' });
        await page.getByLabel('News').check();
        await page.getByLabel('Day').fill('2026-11-25');
        await page.getByRole('button', { name: 'Order', exact: true }).click();
        const result = page.locator('#result');
        await result.waitFor();
        [chosen, await result.textContent(), await page.getByLabel('News').isChecked(), await page.getByLabel('Email').inputValue()]";
    assert_eq!(
        exec(&bench, code),
        r#"[["no"],"email=a@b.c country=no news=on day=2026-11-25",true,"a@b.c"]"#
    );
    let lines = bench.log("a", "actions.jsonl");
    let told: Vec<_> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["fill", "fill", "selectOption", "check", "fill", "click"]);
    assert!(
        lines
            .iter()
            .all(|line| line["success"] == true && line["op"] == lines[0]["op"]),
        "{lines:?}"
    );
    assert_eq!(lines[0]["bestSemanticSelector"], "role:textbox:\"Email\"");
    for log in ["actions.jsonl", "logs.jsonl"] {
        let text = std::fs::read_to_string(bench.session("a").join(log)).unwrap();
        assert!(!text.contains("hunter2"), "{log}: {text}");
    }
    let asked = bench.log("a", "logs.jsonl");
    assert!(
        asked
            .iter()
            .any(|line| line["target"] == "script" && line["message"] == "fill"),
        "{asked:?}"
    );
}

#[test]
fn reads_and_ways_to_elements() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/account"), "-s", "a"]);
    for (code, text) in [
        ("page.url().endsWith('/account')", "true"),
        ("await page.locator('#heading').innerText()", "Your account"),
        ("await page.locator('li').count()", "3"),
        (
            "await page.locator('li').allInnerTexts()",
            r#"["Order 1","Order 2","Order 3"]"#,
        ),
        (
            "await page.locator('#orders').getByText('Order 2').textContent()",
            "Order 2",
        ),
        ("await page.locator('li').last().innerHTML()", "Order 3"),
        ("await page.getByRole('heading', { name: /account/i }).count()", "1"),
        (
            "await page.locator('#box').boundingBox()",
            r#"{"x":400,"y":20,"width":30,"height":40}"#,
        ),
        ("await page.locator('#hidden').boundingBox()", "null"),
        ("await page.locator('#box').getAttribute('data-kind')", "box"),
        ("await page.locator('#box').getAttribute('none')", "null"),
        ("await page.locator('#hidden').isVisible()", "false"),
        ("await page.locator('.nothing').isHidden()", "true"),
        ("await page.locator('#save').isDisabled()", "true"),
        ("await page.locator('#name').isEditable()", "true"),
        ("await page.locator('#news').isChecked()", "true"),
        ("await page.isVisible('li')", "true"),
        ("(await page.content()).startsWith('<!DOCTYPE html>')", "true"),
        (
            "await page.evaluate(([a, b]) => a + b + document.title, [1, 2])",
            "3Account",
        ),
        (
            "await page.evaluate(async () => { const r = await Promise.resolve(4); return r })",
            "4",
        ),
        (
            "(await Promise.all([page.title(), page.locator('li').count()])).join()",
            "Account,3",
        ),
        (
            "await page.waitForFunction(n => document.title.length > n, 2)",
            "Executed successfully",
        ),
        (
            "(await page.goto(new URL('/title/Two', page.url()))).status() + await page.title()",
            "200Two",
        ),
        ("await page.goBack(); await page.title()", "Account"),
        (
            "const two = await context.newPage(); await two.goto(page.url()); context.pages().length",
            "2",
        ),
    ] {
        assert_eq!(exec(&bench, code), text, "{code}");
    }
}

#[test]
fn failures_have_their_exit_codes_and_leave_the_session_usable() {
    let Some(bench) = workshop(&[]) else { return };
    let ran = bench.fails(1, &["exec", "const a = 1\nthrow new TypeError('bad ' + a)"]);
    assert!(
        ran.stderr.starts_with("error: TypeError: bad 1\n    at exec:2:"),
        "{ran:?}"
    );
    let ran = bench.fails(1, &["exec", "const = 5"]);
    assert!(
        ran.stderr.contains("SyntaxError") && ran.stderr.contains("exec:1:7"),
        "{ran:?}"
    );
    let ran = bench.fails(
        1,
        &[
            "exec",
            "console.log('before'); await page.getByText('No such').click({ timeout: 300 })",
        ],
    );
    assert!(
        ran.stderr
            .contains("TimeoutError: locator.click: Timeout 300ms exceeded.\nCall log:"),
        "{ran:?}"
    );
    assert_eq!(ran.stdout, "before\n");
    let ran = bench.fails(1, &["exec", "await page.locator('button').click()"]);
    assert!(ran.stderr.contains("strict mode violation"), "{ran:?}");
    let ran = bench.fails(
        1,
        &["exec", "await page.locator('#nope').textContent({ timeout: 200 })"],
    );
    assert!(ran.stderr.contains("TimeoutError: locator.textContent"), "{ran:?}");
    let ran = bench.fails(7, &["exec", "await page.exposeFunction('a', () => {})"]);
    assert!(ran.stderr.contains("page.exposeFunction is not supported"), "{ran:?}");
    let ran = bench.fails(6, &["exec", "for (;;) {}", "--timeout", "500ms"]);
    assert!(ran.stderr.contains("deadline passed while the script ran"), "{ran:?}");
    let ran = bench.fails(
        6,
        &[
            "exec",
            "1;\nawait page.getByText('No such').click()",
            "--timeout",
            "700ms",
        ],
    );
    assert!(ran.stderr.contains("exec:2:1"), "{ran:?}");
    assert_eq!(exec(&bench, "await page.title()"), "Workshop");
}

#[test]
fn what_a_script_changed_is_told() {
    let Some(bench) = workshop(&[]) else { return };
    let add = "await page.evaluate(() => { document.body.append(Object.assign(document.createElement('button'), { textContent: 'Brand new' })) })";
    let told = bench.done(&["exec", add, "--diff-snapshot"]);
    let (value, changes) = told
        .split_once("changes in the page:\n")
        .unwrap_or_else(|| panic!("{told}"));
    assert_eq!(value, "Executed successfully\n");
    let added: Vec<_> = changes.lines().filter(|line| line.starts_with("+ ")).collect();
    assert!(
        added.iter().any(|line| line.contains("button \"Brand new\" [e")),
        "{told}"
    );
    assert!(!added.iter().any(|line| line.contains("Email")), "{told}");
    let code = "await page.goto(new URL('/title/Two', page.url())); throw new Error('after')";
    let answer = bench.run(&["--json", "exec", code, "--diff-snapshot"]);
    let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(answer["error"]["kind"], "script");
    assert!(answer["result"]["diff"]["removed"].as_u64().unwrap() > 5, "{answer}");
    bench.done(&["goto", &bench.url("/account")]);
    assert_eq!(
        bench.done(&["exec", "1", "--diff-snapshot"]),
        "1\nnothing has changed in the page\n"
    );
}

#[test]
fn a_client_that_goes_away_ends_its_script() {
    let Some(bench) = workshop(&[]) else { return };
    for code in [
        "await page.evaluate(() => document.title = 'on'); for (;;) {}",
        "await page.evaluate(() => document.title = 'on'); await page.locator('#never').click()",
    ] {
        exec(&bench, "await page.evaluate(() => { document.title = 'off' })");
        let mut child = bench.spawn(&["exec", code]);
        let file = bench.session("a").join("logs.jsonl");
        crate::bench::until("the script has begun", || {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let last = text.lines().last().unwrap_or_default();
            last.contains("\"message\":\"evaluate\"") && last.contains(r#"title = \"on\""#)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(exec(&bench, "await page.title()"), "on", "{code}");
    }
}

#[test]
fn state_outlives_the_daemon_and_declarations_do_not() {
    let Some(bench) = workshop(&[]) else { return };
    exec(
        &bench,
        "const declared = 1; state.rows = [1, { a: 'b' }]; state.f = () => 1",
    );
    assert_eq!(exec(&bench, "[declared, typeof state.f]"), r#"[1,"function"]"#);
    assert_eq!(bench.done(&["readonly-exec", "state.rows.length"]), "2\n");
    bench.kill(bench.daemon());
    assert_eq!(
        exec(&bench, "[typeof declared, state]"),
        r#"["undefined",{"rows":[1,{"a":"b"}]}]"#
    );
}

#[test]
fn a_read_only_session_runs_only_what_looks() {
    let Some(bench) = workshop(&["--read-only"]) else {
        return;
    };
    bench.fails(4, &["exec", "1"]);
    assert_eq!(
        bench.done(&[
            "readonly-exec",
            "await page.getByRole('button', { name: 'Order' }).innerText()"
        ]),
        "Order\n"
    );
    let ran = bench.fails(4, &["readonly-exec", "await page.getByText('Order').click()"]);
    assert!(
        ran.stderr.contains("ReadonlyExecDenied: locator.click is denied"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("textContent"), "it names alternatives: {ran:?}");
    let code = "try { await page.goto('about:blank') } catch (error) { return error.name }";
    assert_eq!(bench.done(&["readonly-exec", code]), "ReadonlyExecDenied\n");
}

/// Attempts to change something from a script that may only look.
const ATTACKS: &[&str] = &[
    "await page.goto('/title/Gone')",
    "await page.reload()",
    "await page.goBack()",
    "await page.setContent('<p>gone')",
    "await page.close()",
    "await context.newPage()",
    "await page.click('#rebuilt')",
    "await page.locator('#far').click()",
    "await page.locator('#far').hover()",
    "await page.locator('#far').focus()",
    "await page.locator('#far').scrollIntoViewIfNeeded()",
    "await page.fill('input[name=email]', 'x')",
    "await page.getByLabel('Email').type('x')",
    "await page.getByLabel('News').check()",
    "await page.getByLabel('Country').selectOption('no')",
    "await page.keyboard.press('Tab')",
    "await page.keyboard.type('x')",
    "await page.mouse.click(5, 5)",
    "await page.setViewportSize({ width: 300, height: 300 })",
    "await page.evaluate(() => { document.title = 'gone' })",
    "await page.evaluate('document.title = \"gone\"')",
    "await page.waitForFunction(() => { document.title = 'gone'; return true })",
    "await page.screenshot()",
    "await page.locator('a').evaluate(e => e.remove())",
    "await Promise.all([page.click('#far'), page.reload(), page.evaluate('1')])",
    "await page.title.constructor('return this')().page.reload()",
    "await page.click.call(page, '#far')",
    "await Reflect.apply(Object.getPrototypeOf(page).click, page, ['#far'])",
    "const p = new Proxy(page, {}); await p.reload()",
    "await Object.create(page).reload()",
    "class Mine extends page.constructor {} new Mine()",
    "page.locator('#far').click = null; await page.locator('#far').constructor.prototype.click.call(page.locator('#far'))",
    "await { then(done) { page.reload().then(done, done) } }",
    "await ({ then(done, fail) { page.reload().then(done, fail) } })",
    "JSON.stringify({ toJSON() { page.reload() } }); await page.reload()",
    "try { await page.reload() } catch (error) { await error.constructor.constructor('return page.reload()')() }",
    "function* go() { yield page.reload() } for (const step of go()) await step",
    "async function* go() { yield* [page.reload()] } for await (const step of go()) {}",
    "new FinalizationRegistry(() => page.reload()).register({}, 1); await page.reload()",
    "state.__proto__.then = done => done(); ({}).then = 1; await page.reload()",
    "Object.prototype.op = 'goto'; Object.prototype.name = 'goto'; Object.prototype.fn = '1'; Array.prototype.push = () => {}; await page.waitForLoadState(); await page.reload()",
    "Promise.prototype.then = function () { return page.reload() }; await page.reload()",
    "JSON.stringify = () => '{\"url\":\"about:blank\"}'; await page.title()",
    "JSON.parse = () => ({ value: 1 }); Map.prototype.get = () => undefined; await page.reload()",
    "globalThis.host = 1; host.ask('reload')",
    "arguments[0].at.constructor('return host')().ask(1, 'reload', '{}', '', 0)",
    "await import('os')",
    "await import('file:///etc/passwd')",
    "require('fs').writeFileSync('gone', '')",
    "process.exit(1)",
    "await fetch(page.url(), { method: 'POST' })",
    "new XMLHttpRequest()",
    "await page.locator('css=#far').dispatchEvent('click')",
    "await page.addInitScript('1')",
    "await page.route('**', r => r.abort())",
    "await page.exposeFunction('x', () => 1)",
    "await context.addCookies([{ name: 'a', value: 'b', url: page.url() }])",
    "await context.clearCookies()",
    "await page.locator('a[href]').waitFor({ state: 'visible', fn: '1' }); await page.reload()",
    "await page.getByRole('button[onclick=reload()]', { name: '\"!>>css:#far' }).click({ timeout: 100 })",
];

#[test]
fn no_attack_from_a_script_that_looks_changes_anything() {
    let Some(bench) = workshop(&[]) else { return };
    withstands(&bench, ATTACKS);
    assert!(!bench.path().join("gone").exists());
    // What an attack leaves behind in its realm does not reach a script that may act.
    bench.run(&[
        "readonly-exec",
        "Promise.prototype.then = null; Object.prototype.url = 'about:blank'",
    ]);
    assert_eq!(
        exec(
            &bench,
            "await page.click('#far'); await page.locator('#result').textContent()"
        ),
        "far"
    );
}
