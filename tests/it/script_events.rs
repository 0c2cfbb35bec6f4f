//! Scripts that are told what happens: the events of Playwright's API, on each browser that tells them.

use greenroom_session_core::process::find_program;

use crate::bench::Bench;

/// A browser that tells what happens in it.
const SETUPS: [[&str; 4]; 3] = [
    ["--backend", "cdp", "--browser", "chromium"],
    ["--backend", "webdriver", "--browser", "chromium"],
    ["--backend", "webdriver", "--browser", "firefox"],
];

/// Runs a test on each setup that is here; a skip is told, and fails in CI.
pub(crate) fn on_each(path: &str, args: &[&str], test: impl Fn(&Bench, &str)) {
    for setup in SETUPS {
        let driver = match setup {
            [_, "cdp", ..] => None,
            [.., "firefox"] => Some("geckodriver"),
            _ => Some("chromedriver"),
        };
        let Some(bench) = Bench::new() else { return };
        if let Some(driver) =
            driver.filter(|driver| find_program(std::env::var_os("PATH").as_deref(), &[driver], &[]).is_none())
        {
            assert!(std::env::var_os("CI").is_none(), "no {driver} here");
            eprintln!("skipped: no {driver} here (cargo xtask setup installs it)");
            continue;
        }
        bench.done(&[&["open", &bench.url(path), "-s", "a", "--headless"], &setup[..], args].concat());
        test(&bench, &setup.join(" "));
        bench.close_all();
    }
}

pub(crate) fn exec(bench: &Bench, code: &str) -> String {
    bench.done(&["exec", code]).trim_end_matches('\n').to_owned()
}

pub(crate) fn check(bench: &Bench, setup: &str, table: &[(&str, &str)]) {
    for (code, wanted) in table {
        assert_eq!(exec(bench, code), *wanted, "{setup}: {code}");
    }
}

#[test]
fn requests_and_their_answers() {
    on_each("/post", &[], |bench, setup| {
        check(
            bench,
            setup,
            &[
                (
                    "const [request] = await Promise.all([page.waitForRequest('**/echo?from=*'), page.click('#fetch')]);
                     [request.method(), request.resourceType(), request.isNavigationRequest(), request.headers()['content-type'],
                      request.frame() === page.mainFrame(), request.redirectedFrom()]",
                    r#"["POST","fetch",false,"application/json",true,null]"#,
                ),
                (
                    "const [response] = await Promise.all([page.waitForResponse(r => r.url().includes('/echo') && r.status() === 200),
                         page.click('#fetch')]);
                     const sent = await response.json();
                     [response.ok(), response.statusText(), (await response.headerValue('Content-Type')).split(';')[0],
                      response.request().postDataJSON(), await response.finished(), (await response.request().response()) === response,
                      typeof sent]",
                    r#"[true,"OK","application/json",{"name":"lamp","count":2},null,true,"object"]"#,
                ),
                (
                    "const seen = [];
                     page.on('request', r => seen.push('> ' + new URL(r.url()).pathname));
                     page.on('response', r => seen.push('< ' + r.status() + ' ' + new URL(r.url()).pathname));
                     const done = page.waitForEvent('requestfinished', r => new URL(r.url()).pathname === '/title/End');
                     await page.goto(new URL('/redirect-to?url=/title/End', page.url()).href);
                     const last = await done;
                     const first = last.redirectedFrom();
                     [seen.filter(line => /redirect-to|title/.test(line)), first.redirectedTo() === last, first.redirectedFrom(),
                      last.isNavigationRequest(), last.failure()]",
                    r#"[["> /redirect-to","< 302 /redirect-to","> /title/End","< 200 /title/End"],true,null,true,null]"#,
                ),
                (
                    "const answer = await page.goto(new URL('/title/Known', page.url()).href);
                     [answer.status(), answer.request().method(), (await answer.text()).includes('<title>Known'),
                      answer.headers()['content-type'].startsWith('text/html')]",
                    r#"[200,"GET",true,true]"#,
                ),
            ],
        );
        // Nobody listens there any more.
        let refused = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/", listener.local_addr().unwrap())
        };
        let code = format!(
            "const failed = page.waitForEvent('requestfailed');
             await page.evaluate(url => fetch(url).catch(() => 0), '{refused}');
             const lost = await failed;
             [lost.url() === '{refused}', typeof lost.failure().errorText, await lost.response()]"
        );
        check(bench, setup, &[(&code, r#"[true,"string",null]"#)]);
    });
}

#[test]
fn consoles_errors_and_pages() {
    on_each("/popup", &[], |bench, setup| {
        check(
            bench,
            setup,
            &[
                (
                    "const [message] = await Promise.all([page.waitForEvent('console'), page.evaluate(() => console.warn('seen', 2))]);
                     [message.type(), message.text(), await message.args()[1].jsonValue(), message.page() === page]",
                    r#"["warning","seen 2",2,true]"#,
                ),
                (
                    "const [error] = await Promise.all([page.waitForEvent('pageerror'),
                         page.evaluate(() => { setTimeout(() => { throw new TypeError('boom') }) })]);
                     [error instanceof Error, error.name, error.message]",
                    r#"[true,"TypeError","boom"]"#,
                ),
                (
                    "const [popup, same] = await Promise.all([page.waitForEvent('popup'), context.waitForEvent('page'), page.click('#open')]);
                     await popup.waitForLoadState();
                     const path = new URL(popup.url()).pathname;
                     const closed = popup.waitForEvent('close');
                     await popup.close();
                     [popup === same, path, (await closed) === popup, popup.isClosed()]",
                    r#"[true,"/popup/child",true,true]"#,
                ),
                (
                    "const order = [];
                     for (const name of ['framenavigated', 'domcontentloaded', 'load']) page.once(name, told => order.push([name, told === (name === 'framenavigated' ? page.mainFrame() : page)]));
                     await page.goto(new URL('/title/One', page.url()).href);
                     order",
                    r#"[["framenavigated",true],["domcontentloaded",true],["load",true]]"#,
                ),
                (
                    "const went = page.waitForNavigation({ url: '**/title/Two' });
                     await page.evaluate(() => { location.href = '/title/Two' });
                     [(await went).status(), await page.title()]",
                    r#"[200,"Two"]"#,
                ),
            ],
        );
    });
}

#[test]
fn a_dialog_waits_for_the_script_that_listens() {
    on_each("/title/Asks", &[], |bench, setup| {
        check(
            bench,
            setup,
            &[
                (
                    "page.once('dialog', dialog => dialog.accept('Ann'));
                     await page.evaluate(() => prompt('who?', 'nobody'))",
                    "Ann",
                ),
                (
                    "const seen = [];
                     page.on('dialog', async dialog => {
                         seen.push(dialog.type(), dialog.message(), dialog.defaultValue(), dialog.page() === page);
                         await dialog.dismiss();
                     });
                     const answer = await page.evaluate(() => confirm('sure?'));
                     [answer, ...seen]",
                    r#"[false,"confirm","sure?","",true]"#,
                ),
                // Nobody listens any more: the session's policy.
                ("await page.evaluate(() => confirm('again?'))", "false"),
                // What a script leaves open is answered as the policy has it.
                (
                    "page.on('dialog', () => {});
                     const asked = page.waitForEvent('dialog');
                     await page.evaluate(() => { setTimeout(() => { document.title = 'was ' + confirm('left?') }) });
                     (await asked).message()",
                    "left?",
                ),
                (
                    "await page.waitForFunction(() => document.title === 'was false'); 1",
                    "1",
                ),
            ],
        );
    });
}

#[test]
fn downloads_are_told() {
    on_each("/downloads", &[], |bench, setup| {
        let text = exec(
            bench,
            "const [download] = await Promise.all([page.waitForEvent('download'), page.click('#report')]);
             state.path = await download.path();
             [download.suggestedFilename(), new URL(download.url()).pathname, await download.failure(), download.page() === page]",
        );
        assert_eq!(text, r#"["report.txt","/download/report.txt",null,true]"#, "{setup}");
        let path = exec(bench, "state.path");
        assert!(std::path::Path::new(&path).is_file(), "{setup}: {path}");
    });
}

#[test]
fn listeners_come_and_go_and_their_errors_are_the_calls() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/A"), "-s", "a"]);
    let say = "const say = async text => page.evaluate(text => console.log(text), text);";
    check(
        &bench,
        "cdp",
        &[
            (
                &format!(
                    "{say} const heard = []; const listener = m => heard.push(m.text());
                     page.on('console', listener).once('console', m => heard.push('once ' + m.text()));
                     await say('a'); await say('b');
                     page.off('console', listener); await say('c');
                     context.on('console', listener); page.on('console', listener); await say('d');
                     await page.removeAllListeners('console'); context.removeListener('console', listener); await say('e');
                     heard"
                ),
                r#"["a","once a","b","d","d"]"#,
            ),
            // They end with the call.
            ("page.on('console', m => { state.heard = m.text() }); 1", "1"),
            ("await say('f'); state.heard ?? 'nothing'", "nothing"),
            (
                "try { await page.waitForEvent('console', { timeout: 50 }) } catch (error) { return error.name + ': ' + error.message }",
                "TimeoutError: page.waitForEvent: Timeout 50ms exceeded while waiting for event \"console\"",
            ),
            (
                "const two = await context.newPage(); const never = two.waitForEvent('download').catch(e => e.message); await two.close(); await never",
                "page.waitForEvent: Target page, context or browser has been closed",
            ),
        ],
    );
    for (code, told) in [
        (
            "page.on('console', () => { throw new RangeError('mine') }); await say('g'); await page.waitForTimeout(5000)",
            "RangeError: mine",
        ),
        (
            "page.on('console', async () => { throw new RangeError('later') }); await say('h')",
            "RangeError: later",
        ),
        ("page.on('websocket', () => {})", "is not supported"),
    ] {
        let ran = bench.run(&["exec", code]);
        assert_ne!(ran.code, 0, "{code}: {ran:?}");
        assert!(ran.stderr.contains(told), "{code}: {ran:?}");
    }
    let denied = bench.fails(4, &["readonly-exec", "page.on('dialog', d => d.accept())"]);
    assert!(denied.stderr.contains("page.on is denied"), "{denied:?}");
}
