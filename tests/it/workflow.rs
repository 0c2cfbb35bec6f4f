//! Workflows, by the whole program: `run`, `resume`, and runs on several browsers.

use std::io::{BufRead, BufReader, Write};

use serde_json::json;

use crate::bench::{Bench, until};

const FLOWS: &str = r"
import { workflow, pause } from 'greenroom'
import { order, type Order } from './lib/order'

export default async ({ page, session, browser, log }, params: { email: string, at: string }) => {
    log('ordering for', params.email)
    await page.goto(params.at)
    const result = await order(page, params)
    return { result, session: session.name, browser: browser.browserType().name() }
}

export const fails = async ({ page }, { at }: { at: string }) => {
    await page.goto(at)
    await page.getByLabel('Email').fill('half@way')
    throw new RangeError('not today')
}

export const pauses = async ({ page }, { at }: { at: string }) => {
    await page.goto(at)
    let kept = 1
    await pause()
    kept += 1
    return [kept, await page.getByLabel('Email').inputValue()]
}

export const acts = async ({ page }) => { await page.getByLabel('Email').fill('x') }
export const looks = async ({ page }) => await page.title()
export const waits = async ({ page }) => { await page.evaluate(() => { document.title = 'on' }); await page.getByText('No such').click() }
export const loops = async ({ page }) => { await page.evaluate(() => { document.title = 'on' }); for (;;) {} }
export const environment = () => [typeof process, typeof require, typeof globalThis.std, typeof globalThis.os]
export const once = async ({ page }, { at }) => {
    await page.goto(at)
    if ((await page.content()).includes('Count 1')) throw new Error('the first time')
    return 'well'
}
";

const ORDER: &str = r"
export interface Order { email: string }
export async function order(page, { email }: Order): Promise<string> {
    await page.getByLabel('Email').fill(email)
    await page.getByRole('button', { name: 'Order', exact: true }).click()
    await page.locator('#result').waitFor()
    return page.locator('#result').textContent()
}
";

fn bench() -> Option<Bench> {
    let bench = Bench::new()?;
    std::fs::create_dir(bench.path().join("lib")).unwrap();
    std::fs::write(bench.path().join("flow.ts"), FLOWS).unwrap();
    std::fs::write(bench.path().join("lib/order.ts"), ORDER).unwrap();
    Some(bench)
}

fn params(bench: &Bench) -> String {
    json!({ "email": "a@b.c", "at": bench.url("/workshop") }).to_string()
}

#[test]
fn a_file_runs_and_its_value_is_data() {
    let Some(bench) = bench() else { return };
    let params = params(&bench);
    let ran = bench.run(&["run", "flow.ts", "--params", &params, "-s", "a"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.starts_with("{\"result\":\"email=a@b.c ")
            && ran.stdout.ends_with("\"session\":\"a\",\"browser\":\"chromium\"}\n"),
        "{ran:?}"
    );
    assert_eq!(ran.stderr, "ordering for a@b.c\n");
    assert_eq!(bench.state("a")["status"], "completed");
    // In the same session, from a file of parameters, as JSON; and without a name in a new one, which is told.
    std::fs::write(bench.path().join("p.json"), &params).unwrap();
    let answer = bench.json(&["run", "flow.ts", "--params-file", "p.json", "-s", "a"]);
    assert_eq!(answer["result"]["value"]["session"], "a");
    assert_eq!(answer["result"]["console"][0]["text"], "ordering for a@b.c");
    let ran = bench.run(&["run", "flow.ts", "environment"]);
    assert_eq!(
        ran.stdout,
        "[\"undefined\",\"undefined\",\"undefined\",\"undefined\"]\n"
    );
    assert!(ran.stderr.starts_with("note: session ses-"), "{ran:?}");
    let told: Vec<_> = bench
        .log("a", "actions.jsonl")
        .iter()
        .map(|line| line["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["goto", "fill", "click", "goto", "fill", "click"]);
}

#[test]
fn mistakes_of_the_command_are_told_before_anything_is_opened() {
    let Some(bench) = bench() else { return };
    for (args, told) in [
        (&["run", "none.ts"][..], "failed to read"),
        (&["run", "flow.ts", "none"], "no export `none`"),
        (&["run", "flow.ts", "--params", "{"], "`--params` is no JSON"),
        (
            &["run", "flow.ts", "--shard", "3/2", "--retries", "1"],
            "`3/2` is no part",
        ),
        (
            &["run", "flow.ts", "--browsers", "chromium", "--browser", "firefox"],
            "do not go together",
        ),
    ] {
        let ran = bench.fails(2, args);
        assert!(ran.stderr.contains(told), "{args:?}: {ran:?}");
    }
    bench.fails(7, &["run", "flow.ts", "--auth-profile", "me"]);
    assert!(
        !bench.path().join(".greenroom/sessions").exists() || bench.json(&["list"])["result"]["sessions"] == json!([])
    );
}

#[test]
fn a_failure_stays_open_to_be_looked_at() {
    let Some(bench) = bench() else { return };
    let ran = bench.fails(1, &["run", "flow.ts", "fails", "-s", "a", "--params", &params(&bench)]);
    assert!(
        ran.stderr
            .contains("error: RangeError: not today\n    at fails (flow.ts:15:")
            && ran.stderr.contains("hint: greenroom observe --session a"),
        "{ran:?}"
    );
    assert_eq!(bench.state("a")["status"], "failed");
    assert_eq!(bench.done(&["get", "value", "label:Email", "-s", "a"]), "half@way\n");
    for ending in ["png", "html", "yaml", "json"] {
        assert!(
            bench
                .session("a")
                .join(format!("snapshots/snapshot-001.{ending}"))
                .is_file(),
            "{ending}"
        );
    }
}

#[test]
fn a_pause_outlives_its_process_and_not_the_daemon() {
    let Some(bench) = bench() else { return };
    let params = params(&bench);
    let ran = bench.run(&["run", "flow.ts", "pauses", "-s", "a", "--params", &params]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stderr.contains("greenroom resume --session a"), "{ran:?}");
    assert_eq!(bench.state("a")["status"], "paused");
    bench.done(&["fill", "label:Email", "by@hand", "-s", "a"]);
    assert_eq!(bench.done(&["resume", "-s", "a"]), "[2,\"by@hand\"]\n");
    assert_eq!(bench.state("a")["status"], "completed");
    bench.fails(1, &["resume", "-s", "a"]);
    // In production nothing pauses.
    let output = bench
        .command(&["run", "flow.ts", "pauses", "-s", "a", "--params", &params])
        .env("GREENROOM_ENV", "production")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[2,\"\"]\n");
    // A daemon that dies takes the workflow with it, and says so; the page stays.
    bench.done(&["run", "flow.ts", "pauses", "-s", "a", "--params", &params]);
    bench.kill(bench.daemon());
    let ran = bench.fails(1, &["resume", "-s", "a"]);
    assert!(
        ran.stderr.contains("the daemon ended while the workflow was paused")
            && ran.stderr.contains("flow.ts --session a"),
        "{ran:?}"
    );
    assert_eq!(bench.state("a")["status"], "failed");
    assert_eq!(bench.done(&["get", "title", "-s", "a"]), "Workshop\n");
}

#[test]
fn a_client_that_goes_away_cancels_its_workflow() {
    let Some(bench) = bench() else { return };
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);
    for export in ["waits", "loops"] {
        bench.done(&[
            "exec",
            "await page.evaluate(() => { document.title = 'off' })",
            "-s",
            "a",
        ]);
        let before = bench.log("a", "logs.jsonl").len();
        let mut child = bench.spawn(&["run", "flow.ts", export, "-s", "a"]);
        until("the workflow has begun", || {
            bench
                .log("a", "logs.jsonl")
                .iter()
                .skip(before)
                .any(|line| line["target"] == "script" && line["message"] == "evaluate")
        });
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        child.wait().unwrap();
        assert_eq!(bench.done(&["get", "title", "-s", "a"]), "on\n", "{export}");
        until("the session says so", || bench.state("a")["status"] == "failed");
        assert_eq!(bench.done(&["run", "flow.ts", "looks", "-s", "a"]), "\"on\"\n");
    }
}

#[test]
fn what_only_looks_is_not_let_act() {
    let Some(bench) = bench() else { return };
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);
    assert_eq!(
        bench.done(&["run", "flow.ts", "looks", "--read-only", "-s", "a"]),
        "\"Workshop\"\n"
    );
    let ran = bench.fails(4, &["run", "flow.ts", "acts", "--read-only", "-s", "a"]);
    assert!(
        ran.stderr.contains("ReadonlyExecDenied: locator.fill is denied"),
        "{ran:?}"
    );
    assert_eq!(bench.done(&["get", "value", "label:Email", "-s", "a"]), "\n");
    bench.done(&["run", "flow.ts", "acts", "-s", "a"]);
    assert_eq!(bench.done(&["get", "value", "label:Email", "-s", "a"]), "x\n");
    let ran = bench.fails(
        4,
        &[
            "run",
            "flow.ts",
            "--read-only",
            "-s",
            "new",
            "--params",
            &params(&bench),
        ],
    );
    assert!(ran.stderr.contains("page.goto"), "{ran:?}");
    assert_eq!(bench.state("new")["accessMode"], "read-only");
}

#[test]
fn a_workflow_runs_in_somebody_elses_browser() {
    let Some(bench) = bench() else { return };
    let foreign = bench.foreign_browser(&bench.url("/workshop"));
    let ran = bench.run(&["run", "flow.ts", "looks", "--cdp", &foreign.endpoint, "-s", "a"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "\"Workshop\"\n"), "{ran:?}");
    assert_eq!(bench.state("a")["ownership"], "attached");
    bench.done(&["close", "-s", "a"]);
}

#[test]
fn several_runs_end_in_one_table_and_a_report() {
    let Some(bench) = bench() else { return };
    let params = params(&bench);
    let ran = bench.fails(
        1,
        &[
            "run",
            "flow.ts",
            "default",
            "fails",
            "--browsers",
            "chromium,webdriver:chromium",
            "--junit",
            "out.xml",
            "--params",
            &params,
        ],
    );
    let rows: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .take(5)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[1][..4], ["flow.ts", "default", "chromium", "completed"], "{ran:?}");
    assert_eq!(rows[2][..4], ["flow.ts", "default", "webdriver:chromium", "completed"]);
    assert_eq!(rows[3][..4], ["flow.ts", "fails", "chromium", "failed"]);
    assert!(
        ran.stdout
            .contains("flow.ts fails on webdriver:chromium:\n  RangeError: not today"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("error: 2 of 4 runs failed"), "{ran:?}");
    let report = std::fs::read_to_string(bench.path().join("out.xml")).unwrap();
    assert!(
        report.contains("<testsuites name=\"greenroom\" tests=\"4\" failures=\"2\""),
        "{report}"
    );
    // What is done is closed, what failed stays.
    let left = bench.json(&["list"])["result"]["sessions"].clone();
    let left: Vec<_> = left.as_array().unwrap().iter().map(|line| &line["status"]).collect();
    assert_eq!(left, ["failed", "failed"]);
}

/// A server whose page tells how many have come, as long as the test runs.
fn counting() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}/page", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut count = 0;
        while let Ok((mut stream, _)) = listener.accept() {
            let mut head = String::new();
            let mut lines = BufReader::new(&stream);
            while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
            count += u32::from(head.starts_with("GET /page"));
            let body = format!("<p>Count {count}</p>");
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    origin
}

#[test]
fn what_fails_is_tried_again_and_parts_make_a_whole() {
    let Some(bench) = bench() else { return };
    // The first who comes fails.
    let params = json!({ "at": counting() }).to_string();
    let answer = bench.json(&[
        "run",
        "flow.ts",
        "once",
        "--retries",
        "2",
        "--params",
        &params,
        "-s",
        "try",
    ]);
    let runs = &answer["result"]["runs"];
    assert_eq!(
        (&runs[0]["status"], &runs[0]["tries"]),
        (&json!("completed"), &json!(2)),
        "{answer}"
    );
    assert_eq!(bench.json(&["list"])["result"]["sessions"], json!([]));
    let mut seen = Vec::new();
    for shard in ["1/2", "2/2"] {
        let answer = bench.json(&[
            "run",
            "flow.ts",
            "environment",
            "looks",
            "environment",
            "--shard",
            shard,
        ]);
        seen.push(answer["result"]["runs"].as_array().unwrap().len());
    }
    assert_eq!(seen, [2, 1]);
}
