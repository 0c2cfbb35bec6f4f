//! Scripts and what belongs to the context: cookies, headers, scripts for each document, permissions, and the logs.

use crate::bench::Bench;
use crate::script_events::{check, exec, on_each};

#[test]
fn cookies_are_read_set_and_removed() {
    on_each("/headers", &[], |bench, setup| {
        check(
            bench,
            setup,
            &[
                (
                    "await context.addCookies([{ name: 'one', value: 'first-secret', url: page.url() },
                         { name: 'two', value: '2', domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Lax' }]);
                     const [one] = (await context.cookies(page.url())).filter(cookie => cookie.name === 'one');
                     [one.value, one.domain, one.path, one.expires, one.httpOnly, one.secure, await page.evaluate(() => document.cookie)]",
                    r#"["first-secret","127.0.0.1","/",-1,false,false,"one=first-secret"]"#,
                ),
                ("(await context.cookies('http://other.test/')).length", "0"),
                ("(await context.cookies(['http://other.test/', page.url()])).map(c => c.name).sort()", r#"["one","two"]"#),
                (
                    "await page.evaluate(() => localStorage.setItem('kept', 'x'));
                     const kept = await context.storageState();
                     [kept.cookies.length, kept.origins[0].localStorage, kept.origins[0].origin === new URL(page.url()).origin]",
                    r#"[2,[{"name":"kept","value":"x"}],true]"#,
                ),
                ("await context.clearCookies({ name: /^o/ }); (await context.cookies()).map(c => c.name)", r#"["two"]"#),
                ("await context.clearCookies(); (await context.cookies()).length", "0"),
                (
                    "try { await context.addCookies([{ name: 'a', value: 'b' }]) } catch (error) { return error.message }",
                    "context.addCookies: a cookie needs a url, or a domain and a path",
                ),
            ],
        );
        let log = std::fs::read_to_string(bench.session("a").join("logs.jsonl")).unwrap();
        assert!(log.contains("script.set-cookies"), "{setup}");
        assert!(!log.contains("first-secret"), "{setup}: {log}");
    });
}

#[test]
fn headers_and_scripts_for_each_document() {
    on_each("/title/Begins", &["--header", "x-own: mine"], |bench, setup| {
        bench.site.clear_requests();
        check(
            bench,
            setup,
            &[
                (
                    "await context.setExtraHTTPHeaders({ 'x-added': 'header-secret' });
                     await context.addInitScript(({ n }) => { window.before = n + 1 }, { n: 1 });
                     await context.addInitScript('window.second = window.before + 1');
                     await page.goto(new URL('/title/After', page.url()).href);
                     await page.evaluate(() => [window.before, window.second])",
                    "[2,3]",
                ),
                (
                    "const other = await context.newPage();
                     await other.goto(new URL('/title/Other', page.url()).href);
                     const seen = await other.evaluate(() => window.before);
                     await other.close();
                     seen",
                    "2",
                ),
            ],
        );
        for path in ["/title/After", "/title/Other"] {
            let requests = bench.site.requests();
            let request = requests.iter().find(|request| request.path == path).unwrap();
            for (name, value) in [("x-own", "mine"), ("x-added", "header-secret")] {
                let sent = request.header(name);
                assert_eq!(sent, Some(value), "{setup}: {path}: {request:?}");
            }
        }
        let log = std::fs::read_to_string(bench.session("a").join("logs.jsonl")).unwrap();
        assert!(!log.contains("header-secret"), "{setup}: {log}");
    });
}

#[test]
fn places_permissions_and_no_network() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/Here"), "-s", "a", "--headless"]);
    check(
        &bench,
        "cdp",
        &[
            (
                "await context.grantPermissions(['geolocation']);
                 await context.grantPermissions(['notifications']);
                 await context.setGeolocation({ latitude: 59.95, longitude: 30.31 });
                 await page.evaluate(() => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(
                     ({ coords }) => done([coords.latitude, coords.longitude]), error => fail(new Error(error.message)))))",
                "[59.95,30.31]",
            ),
            (
                "const asked = async name => page.evaluate(async name => (await navigator.permissions.query({ name })).state, name);
                 [await asked('geolocation'), await asked('notifications'), await asked('camera')]",
                r#"["granted","granted","prompt"]"#,
            ),
            ("await context.clearPermissions(); await asked('geolocation') !== 'granted'", "true"),
            (
                "await context.setOffline(true);
                 const off = await page.evaluate(() => fetch('/title/x').then(r => r.status, () => 'none'));
                 const fresh = await context.newPage();
                 const lost = await fresh.goto(page.url()).then(() => 'came', () => 'none');
                 await context.setOffline(false);
                 [off, lost, await page.evaluate(() => fetch('/title/x').then(r => r.status))]",
                r#"["none","none",200]"#,
            ),
        ],
    );
    for code in [
        "await context.grantPermissions(['everything'])",
        "await context.setGeolocation({ latitude: 100, longitude: 0 })",
    ] {
        let ran = bench.run(&["exec", code]);
        assert_ne!(ran.code, 0, "{code}: {ran:?}");
    }
    bench.close_all();
}

#[test]
fn logs_are_read_as_they_stand_masked() {
    on_each("/workshop", &[], |bench, setup| {
        exec(
            bench,
            "await page.fill('input[name=password]', 'hunter2 is long'); await page.goto(new URL('/status/404', page.url()).href)",
        );
        check(
            bench,
            setup,
            &[
                (
                    "(await actionLog({ last: 2 })).map(line => [line.action, line.success])",
                    r#"[["fill",true],["goto",true]]"#,
                ),
                (
                    "(await actionLog({ type: 'fill', source: 'agent', page })).map(line => line.value)",
                    r#"["***"]"#,
                ),
                (
                    "(await networkLog({ url: '**/workshop' })).map(line => [line.method, line.status])",
                    r#"[["GET",200]]"#,
                ),
                (
                    "(await networkLog({ status: '4xx', failed: true, last: 1 })).length",
                    "1",
                ),
                (
                    "try { await networkLog({ nothing: 1 }) } catch (error) { return error.message }",
                    "networkLog: no filter `nothing`: last since method url status type failed page",
                ),
            ],
        );
        let denied = bench.fails(4, &["readonly-exec", "await networkLog()"]);
        assert!(denied.stderr.contains("denied"), "{denied:?}");
    });
}
