//! `ci`: everything that must pass before a merge. All steps run, also after a failure, so that one run tells all.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{
    codegen, demo, flags,
    run::{cargo, execute, output},
    test, tidy,
};

/// A step: its name and its code.
type Step = (&'static str, fn() -> Result<()>);

const TESTS: &[Step] = &[("test", || test::run(&[]))];

/// With every case of the conformance suite on every browser.
const ALL_TESTS: &[Step] = &[("test", || test::run(&["--full".into()]))];

const CHECKS: &[Step] = &[
    ("fmt", || execute(&mut cargo(&["fmt", "--all", "--check"]))),
    ("tidy", || tidy::run(&[])),
    ("clippy", || {
        execute(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    }),
    ("doc", documentation),
    ("examples", || {
        execute(&mut cargo(&["build", "--workspace", "--examples"]))
    }),
    ("codegen", || codegen::run(&["--check".into()])),
];

/// What takes long, or needs more than a package registry.
const FULL: &[Step] = &[
    ("release", || {
        execute(&mut cargo(&["build", "--release", "--package", "greenroom"]))
    }),
    ("demo", || demo::run(&[])),
    ("deny", deny),
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [no_test, full] = flags(arguments, ["--no-test", "--full"])?;
    let tests = match (no_test, full) {
        (true, _) => &[],
        (false, true) => ALL_TESTS,
        (false, false) => TESTS,
    };
    let full = if full { FULL } else { &[] };
    let results: Vec<_> = [tests, CHECKS, full].concat().into_iter().map(take).collect();
    println!();
    for (name, result, duration) in &results {
        let word = if result.is_ok() { "ok" } else { "FAILED" };
        println!("{name:<10} {word:<7} {:>6.1} s", duration.as_secs_f64());
    }
    let failed: Vec<_> = results
        .iter()
        .filter(|(_, result, _)| result.is_err())
        .map(|(name, ..)| *name)
        .collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn take((name, step): Step) -> (&'static str, Result<()>, Duration) {
    println!("\n=== {name}");
    let start = Instant::now();
    let result = step();
    if let Err(error) = &result {
        eprintln!("{name} failed: {error:#}");
    }
    (name, result, start.elapsed())
}

fn documentation() -> Result<()> {
    execute(cargo(&["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Advisories come from the network, so this is a step of `--full` only.
fn deny() -> Result<()> {
    if output(&mut cargo(&["deny", "--version"])).is_err() {
        bail!("cargo-deny is not here; install it with: cargo install --locked cargo-deny");
    }
    execute(&mut cargo(&["deny", "--workspace", "check"]))
}
