//! The API of scripts against a real page: what each line of `scripts/api.ts` comes to, the same on every browser.

use crate::bench::Bench;

const CODE: &str = include_str!("scripts/api.ts");
const WANTED: &str = include_str!("scripts/api.txt");

fn comes_to_the_same(args: &[&str]) {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[&["open", &bench.url("/workshop"), "-s", "a", "--headless"], args].concat());
    bench.comes_to(CODE, WANTED);
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
