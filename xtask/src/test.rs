//! `test`: everything that a change must keep working, from a machine that has only Rust and apt.

use std::fs;

use anyhow::{Context as _, Result};

use crate::{
    flags,
    run::{cargo, execute, execute_reading, in_ci, target},
    setup,
};

/// Says which cases of the conformance suite run on each browser; a value that is there already stands.
const CONFORMANCE: &str = "GREENROOM_CONFORMANCE";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [full] = flags(arguments, ["--full"])?;
    let conformance = match std::env::var(CONFORMANCE) {
        Ok(asked) => asked,
        Err(_) => (if full { "full" } else { "ci" }).to_owned(),
    };
    setup::run(&[])?;
    let profile = if in_ci() { "ci" } else { "default" };
    let report = target().join("nextest").join(profile).join("junit.xml");
    // A report of an earlier run must not speak for this one.
    let _ = fs::remove_file(&report);
    let mut nextest = cargo(&["nextest", "run", "--workspace", "--profile", profile]);
    let tests = execute(nextest.env(CONFORMANCE, &conformance));
    let report = fs::read_to_string(&report).with_context(|| format!("failed to read `{}`", report.display()));
    // Skips are shown even when something failed: they may be the reason.
    let report = report.map(|text| Report::read(&text));
    for (test, reason) in report.iter().flat_map(|report| &report.skips) {
        println!("skipped: {test}: {reason}");
    }
    println!("the conformance suite ran by `{CONFORMANCE}={conformance}`; each setup's report is in target/tmp");
    tests?;
    let report = report?;
    let mut doc_tests = 0;
    execute_reading(&mut cargo(&["test", "--quiet", "--workspace", "--doc"]), |line| {
        doc_tests += passed(line);
    })?;
    println!(
        "\n{} tests and {doc_tests} doc tests passed, {} of the tests skipped",
        report.tests - report.skips.len(),
        report.skips.len()
    );
    Ok(())
}

/// What the runner's JUnit file tells.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    tests: usize,
    /// Test and reason of each skip: a test that cannot run here prints a line `skipped: REASON`.
    skips: Vec<(String, String)>,
}

impl Report {
    fn read(text: &str) -> Self {
        let mut report = Self::default();
        let mut current = String::new();
        for line in text.lines() {
            if let Some((_, rest)) = line.split_once("<testcase ") {
                report.tests += 1;
                rest.split("name=\"")
                    .nth(1)
                    .and_then(|name| name.split('"').next())
                    .unwrap_or("?")
                    .clone_into(&mut current);
            }
            // An output's first line stands behind its opening tag or the runner's `test NAME ... `.
            if let Some((before, reason)) = line.split_once("skipped: ")
                && (before.is_empty() || before.ends_with('>') || before.ends_with("... "))
            {
                let reason = reason.split("</").next().unwrap_or(reason);
                report.skips.push((current.clone(), reason.to_owned()));
            }
        }
        report
    }
}

/// The number in a line `test result: ok. N passed; …`.
fn passed(line: &str) -> usize {
    let count = line
        .strip_prefix("test result: ok. ")
        .and_then(|rest| rest.split(' ').next());
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_skips_are_read() {
        let text = "<testsuites tests=\"2\">\n  <testcase name=\"launch::cold\" classname=\"a\">\n    \
                    <system-err>skipped: no chromium here\nmore</system-err>\n  </testcase>\n  \
                    <testcase name=\"other\" classname=\"a\">\n    <system-out>running 1 test\n\
                    skipped: no display</system-out>\n</testcase>\n<testcase name=\"third\">\n    \
                    test third ... skipped: also\n</testcase><testcase name=\"fine\"/>\n";
        let skips = [
            ("launch::cold", "no chromium here"),
            ("other", "no display"),
            ("third", "also"),
        ];
        let skips = skips
            .map(|(test, reason)| (test.to_owned(), reason.to_owned()))
            .to_vec();
        assert_eq!(Report::read(text), Report { tests: 4, skips });
        assert_eq!(passed("test result: ok. 12 passed; 0 failed; 0 ignored"), 12);
        assert_eq!(passed("running 12 tests"), 0);
    }
}
