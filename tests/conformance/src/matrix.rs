//! The capability matrix of the documentation, made of the summaries of the last whole runs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use greenroom_session_core::backend::Capability;

use crate::case::cases;
use crate::report::Outcome;
use crate::summary::Summary;

/// The setups, in the order of their columns.
const SETUPS: &[&str] = &[
    "cdp-chromium",
    "webdriver-chromium",
    "webdriver-firefox",
    "webdriver-webkit",
    "webdriver-grid",
    "fake",
];

const INTRODUCTION: &str = "\
<!-- Made by `cargo xtask codegen` of tests/conformance/reports; not written by hand. -->

# What works on which browser

Made of the last whole run of the [conformance suite](backends.md#proving-it-the-conformance-suite) on each setup. *yes*: declared, and
each case that needs it passes. *yes, but*: declared, and some of its cases fail for a reason that is [known](#known-failures). *no*:
commands that need it answer `Unsupported` (exit 7) with the capability's name and change nothing.
What is in effect in a session is in `greenroom status --json`.
";

/// The page, of what was read; setups without a summary have no column.
pub fn matrix(summaries: &[Summary]) -> String {
    let find = |setup: &&str| summaries.iter().find(|summary| summary.setup == *setup);
    let columns: Vec<&Summary> = SETUPS.iter().filter_map(find).collect();
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Capabilities\n\n");
    page.push_str(&capabilities(&columns));
    page.push_str("\n## The runs\n\n");
    page.push_str(&runs(&columns));
    page.push_str("\n## Known failures\n");
    page.push_str(&reasons(&columns, Outcome::Expected, "None."));
    page.push_str(
        "\n## What could not be tried\n\nCases that need a capability that is not there are left out here.\n",
    );
    page.push_str(&reasons(&columns, Outcome::Skipped, "Nothing."));
    page
}

fn capabilities(columns: &[&Summary]) -> String {
    let head = columns.iter().map(|column| column.setup.as_str());
    let mut table = row(["capability", "what it means"].into_iter().chain(head));
    table.push_str(&row(std::iter::repeat_n("---", columns.len() + 2)));
    for capability in Capability::ALL {
        let name = format!("`{capability}`");
        let cells = columns.iter().map(|column| cell(*capability, column));
        table.push_str(&row([name.as_str(), capability.doc()].into_iter().chain(cells)));
    }
    table
}

pub(crate) fn cell(capability: Capability, column: &Summary) -> &'static str {
    let is_flawed = || {
        cases()
            .filter(|case| case.needs.contains(&capability))
            .any(|case| column.cases.get(case.name) == Some(&Outcome::Expected))
    };
    if !column.capabilities.iter().any(|name| name == capability.name()) {
        "no"
    } else if is_flawed() {
        "yes, but"
    } else {
        "yes"
    }
}

fn runs(columns: &[&Summary]) -> String {
    let head = [
        "setup",
        "browser",
        "works",
        "refuses as it should",
        "known failures",
        "could not be tried",
    ];
    let mut table = row(head.into_iter());
    table.push_str(&row(std::iter::repeat_n("---", head.len())));
    for column in columns {
        let count = |outcome| column.count(outcome).to_string();
        table.push_str(&row([
            format!("`{}`", column.setup),
            column.browser.clone(),
            count(Outcome::Passed),
            count(Outcome::Negative),
            count(Outcome::Expected),
            count(Outcome::Skipped),
        ]
        .iter()
        .map(String::as_str)));
    }
    table
}

/// The cases of an outcome with their reasons, grouped by setup and reason.
fn reasons(columns: &[&Summary], outcome: Outcome, none: &str) -> String {
    let mut text = String::new();
    for column in columns {
        let mut seen = BTreeSet::new();
        let of_outcome = column
            .reasons
            .iter()
            .filter(|(case, _)| column.cases.get(*case) == Some(&outcome));
        let listed: Vec<_> = of_outcome
            .filter(|(_, reason)| !reason.starts_with("needs `"))
            .collect();
        if listed.is_empty() {
            continue;
        }
        // Writing into a string cannot fail.
        let _ = write!(text, "\n### {}\n\n", column.setup);
        for (_, reason) in &listed {
            if !seen.insert(reason.as_str()) {
                continue;
            }
            let names: Vec<String> = listed
                .iter()
                .filter(|(_, other)| other == reason)
                .map(|(case, _)| format!("`{case}`"))
                .collect();
            let _ = writeln!(text, "- {}: {reason}", names.join(", "));
        }
    }
    if text.is_empty() {
        text = format!("\n{none}\n");
    }
    text
}

pub(crate) fn row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(setup: &str, capabilities: &[&str], cases: &[(&str, Outcome, &str)]) -> Summary {
        Summary {
            setup: setup.to_owned(),
            browser: "fox 1".to_owned(),
            capabilities: capabilities.iter().map(|&name| name.to_owned()).collect(),
            cases: cases
                .iter()
                .map(|(case, outcome, _)| ((*case).to_owned(), *outcome))
                .collect(),
            reasons: cases
                .iter()
                .map(|(case, _, why)| ((*case).to_owned(), (*why).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_page_says_what_works_and_what_is_known_to_fail() {
        let fake = summary(
            "fake",
            &["downloads", "dialogs"],
            &[("dialog::confirm", Outcome::Passed, "")],
        );
        let firefox = summary(
            "webdriver-firefox",
            &["downloads"],
            &[
                ("download::saved", Outcome::Expected, "it is slow"),
                ("download::refused", Outcome::Expected, "it is slow"),
                ("options::proxy", Outcome::Skipped, "no proxy here"),
                ("storage::no-cookies", Outcome::Skipped, "needs `storage`"),
            ],
        );
        let page = matrix(&[fake, firefox]);
        assert!(
            page.contains("| capability | what it means | webdriver-firefox | fake |\n"),
            "{page}"
        );
        assert!(
            page.contains("answered at once, on every page | no | yes |\n"),
            "{page}"
        );
        assert!(
            page.contains("where they are told to be | yes, but | yes |\n"),
            "{page}"
        );
        assert!(
            page.contains("\n- `download::refused`, `download::saved`: it is slow\n"),
            "{page}"
        );
        assert!(
            page.contains("| `webdriver-firefox` | fox 1 | 0 | 0 | 2 | 2 |\n"),
            "{page}"
        );
        assert!(
            page.contains("- `options::proxy`: no proxy here\n") && !page.contains("needs `storage`"),
            "{page}"
        );
        assert!(matrix(&[]).contains("## Known failures\n\nNone.\n"));
    }
}
