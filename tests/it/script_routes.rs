//! Routes of scripts: requests answered, changed and failed by a script, the same on every browser that can hold them.

use crate::bench::{Bench, until};

const CODE: &str = include_str!("scripts/routes.ts");
const WANTED: &str = include_str!("scripts/routes.txt");

fn route_the_same(args: &[&str]) {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[&["open", &bench.url("/title/Routed"), "-s", "a", "--headless"], args].concat());
    bench.comes_to(CODE, WANTED);
    // They end with the script.
    let after = bench.done(&[
        "exec",
        "await page.evaluate(() => fetch('/made/a').then(r => r.status))",
    ]);
    assert_eq!(after, "404\n");
    bench.close_all();
}

#[test]
fn in_chromium() {
    route_the_same(&["--backend", "cdp"]);
}

#[test]
fn in_chromium_behind_its_driver() {
    route_the_same(&["--backend", "webdriver", "--browser", "chromium"]);
}

#[test]
fn in_firefox() {
    route_the_same(&["--backend", "webdriver", "--browser", "firefox"]);
}

#[test]
fn what_cannot_be_held_is_unsupported() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/"), "--backend", "webdriver", "--browser", "webkit"]);
    let told = bench
        .fails(7, &["exec", "await page.route('**', route => route.continue())"])
        .stderr;
    assert!(told.contains("request-interception"), "{told}");
    bench.close_all();
}

#[test]
fn what_a_script_holds_goes_on_when_it_ends() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/Held"), "-s", "a"]);
    // It never decides: the deadline ends it, and the page's request goes on.
    let code = "await page.route('**/status/200', () => {}); \
        await page.evaluate(() => { window.found = fetch('/status/200').then(r => r.status) }); await new Promise(() => {})";
    bench.fails(6, &["exec", code, "--timeout", "1s"]);
    assert_eq!(
        bench.done(&["exec", "await page.evaluate(() => window.found)"]),
        "200\n"
    );
    // What a handler throws is the script's error.
    let code = "await page.route('**/status/200', () => { throw new Error('no way') }); \
        await page.evaluate(() => { window.found = fetch('/status/200').then(r => r.status) }); \
        await page.waitForTimeout(200)";
    let told = bench.exec(code).stderr;
    assert!(told.contains("no way"), "{told}");
    assert_eq!(
        bench.done(&["exec", "await page.evaluate(() => window.found)"]),
        "200\n"
    );
    // A request whose page has gone elsewhere is nobody's any more.
    let code = "let held; await page.route('**/status/200', route => { held = route }); \
        await page.evaluate(() => { fetch('/status/200') }); while (!held) await page.waitForTimeout(5); \
        await page.goto('/title/Next'); await held.continue(); await page.title()";
    let code = code.replace("'/title/Next'", &format!("'{}'", bench.url("/title/Next")));
    assert_eq!(bench.exec(&code).stdout, "Next\n");
    // One line tells that there were routes; what was decided of each request is in network.jsonl.
    let actions = bench.log("a", "actions.jsonl");
    assert!(actions.iter().any(|line| line["action"] == "route"), "{actions:#?}");
    assert!(
        !actions.iter().any(|line| line["action"] == "script.release"),
        "{actions:#?}"
    );
    bench.close_all();
}

#[test]
fn a_workflow_that_has_paused_has_its_routes_again() {
    let Some(bench) = Bench::new() else { return };
    std::fs::write(bench.path().join("routed.ts"), WORKFLOW).unwrap();
    let params = serde_json::json!({ "url": bench.url("/title/Paused") }).to_string();
    bench.done(&["run", "routed.ts", "--params", &params]);
    // While it is paused, requests go on.
    until("nothing is held", || {
        bench.done(&[
            "exec",
            "await page.evaluate(() => fetch('/made/a').then(r => r.status))",
        ]) == "404\n"
    });
    let told = bench.done(&["resume"]);
    assert!(told.contains("made here"), "{told}");
    bench.close_all();
}

const WORKFLOW: &str = "
import { pause } from 'greenroom';
export default async ({ page, params }) => {
    await page.goto(params.url);
    await page.route('**/made/*', route => route.fulfill({ body: 'made here' }));
    await pause();
    return page.evaluate(() => fetch('/made/a').then(r => r.text()));
};
";
