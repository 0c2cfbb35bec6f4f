//! The API of scripts against a real page: what each line of `scripts/api.ts` comes to, the same on every browser.

use std::io::Write;
use std::process::Stdio;

use crate::bench::Bench;

const CODE: &str = include_str!("scripts/api.ts");
const WANTED: &str = include_str!("scripts/api.txt");

fn comes_to_the_same(args: &[&str]) {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[&["open", &bench.url("/workshop"), "-s", "a", "--headless"], args].concat());
    let mut child = bench
        .command(&["exec", "-", "--timeout", "60s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(CODE.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    for (told, wanted) in told.lines().zip(WANTED.lines()) {
        assert_eq!(told, wanted);
    }
    assert_eq!(told.lines().count(), WANTED.lines().count(), "{told}");
    bench.close_all();
}

#[test]
fn in_chromium() {
    comes_to_the_same(&["--backend", "cdp"]);
}

#[test]
fn in_chromium_behind_its_driver() {
    comes_to_the_same(&["--backend", "webdriver", "--browser", "chromium"]);
}

#[test]
fn in_firefox() {
    comes_to_the_same(&["--backend", "webdriver", "--browser", "firefox"]);
}

#[test]
fn in_webkit() {
    comes_to_the_same(&["--backend", "webdriver", "--browser", "webkit"]);
}
