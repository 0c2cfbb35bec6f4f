//! The table of the scripts' methods in the documentation: which of them work on which browser. Made of the types that editors
//! read, which say what each method needs, and of the summaries of the last whole runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use greenroom_session_core::backend::Capability;

use crate::matrix::{cell, row};
use crate::summary::Summary;

/// The setups that have a column: the browsers.
const SETUPS: &[&str] = &[
    "cdp-chromium",
    "webdriver-chromium",
    "webdriver-firefox",
    "webdriver-webkit",
];

/// Interfaces that are no part of what scripts are given.
const OF_WORKFLOWS: &[&str] = &["Schema", "Ctx"];

const INTRODUCTION: &str = "\
<!-- Made by `cargo xtask codegen` of cli/script and tests/conformance/reports; not written by hand. -->

# The methods of scripts on each browser

Each method that [scripts](scripts.md) have, with the [capability](matrix.md) that it needs. *yes*: it is there, and every case of the
conformance suite for what it needs passes. *yes, but*: some of these fail for a reason that is [known](matrix.md#known-failures). *no*: it
throws an error that names the capability, and changes nothing. A method without a capability works everywhere. At the end of each table
is what Playwright has and scripts have not: it throws, too.
";

/// A class or an object of the API.
#[derive(Debug, Default, PartialEq)]
struct Interface {
    extends: Option<String>,
    /// Its methods, and what each needs.
    methods: BTreeMap<String, Option<Capability>>,
}

/// The page. `types`: greenroom.d.ts; `modules`: our JavaScript, which names what is missing.
///
/// # Errors
/// The types name a capability that there is not.
pub fn api(summaries: &[Summary], types: &str, modules: &[String]) -> Result<String, String> {
    let find = |setup: &&str| summaries.iter().find(|summary| summary.setup == *setup);
    let columns: Vec<&Summary> = SETUPS.iter().filter_map(find).collect();
    let interfaces = interfaces(types)?;
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (class, names) in modules.iter().flat_map(|module| unsupported(module)) {
        missing.entry(class).or_default().extend(names);
    }
    let mut page = INTRODUCTION.to_owned();
    for (name, interface) in &interfaces {
        let is_of_api = !interface.methods.is_empty() || interface.extends.is_some();
        if !is_of_api || OF_WORKFLOWS.contains(&name.as_str()) {
            continue;
        }
        let missing = missing.remove(name).unwrap_or_default();
        // Writing into a string cannot fail.
        let _ = write!(page, "\n## {name}\n\n");
        if let Some(base) = &interface.extends {
            let _ = write!(page, "What [{base}](#{}) has, and:\n\n", base.to_lowercase());
        }
        page.push_str(&table(interface, missing, &columns));
    }
    for (class, names) in missing {
        let _ = write!(page, "\n## {class}\n\n");
        page.push_str(&table(&Interface::default(), names, &columns));
    }
    Ok(page)
}

fn table(interface: &Interface, mut missing: Vec<String>, columns: &[&Summary]) -> String {
    let head = columns.iter().map(|column| column.setup.as_str());
    let mut table = row(["method", "needs"].into_iter().chain(head));
    table.push_str(&row(std::iter::repeat_n("---", columns.len() + 2)));
    for (method, needs) in &interface.methods {
        let cells = columns
            .iter()
            .map(|column| needs.map_or("yes", |needs| cell(needs, column)));
        let (method, needs) = (format!("`{method}`"), needs.map(|needs| format!("`{needs}`")));
        let first = [method.as_str(), needs.as_deref().unwrap_or_default()];
        table.push_str(&row(first.into_iter().chain(cells)));
    }
    missing.sort();
    for method in missing {
        let method = format!("`{method}`");
        let cells = columns.iter().map(|_| "no");
        table.push_str(&row([method.as_str(), "is not there"].into_iter().chain(cells)));
    }
    table
}

fn word(text: &str) -> String {
    let is_of_word = |letter: &char| letter.is_alphanumeric() || matches!(letter, '$' | '_');
    text.chars().take_while(is_of_word).collect()
}

/// The interfaces of the types with their methods, in their order. A line is a member; a line of documentation before it may say
/// `Needs` and a capability.
fn interfaces(types: &str) -> Result<Vec<(String, Interface)>, String> {
    let mut found: Vec<(String, Interface)> = Vec::new();
    let (mut is_open, mut needs) = (false, None);
    for line in types.lines() {
        if let Some(rest) = line.strip_prefix("    export interface ") {
            let extends = rest.split_once(" extends ").map(|(_, base)| word(base));
            let extends = extends.filter(|base| {
                found
                    .iter()
                    .any(|(name, known)| name == base && !known.methods.is_empty())
            });
            let interface = Interface {
                extends,
                ..Interface::default()
            };
            found.push((word(rest), interface));
            is_open = true;
        } else if line == "    }" {
            is_open = false;
        } else if let (true, Some(member)) = (is_open, line.strip_prefix("        ")) {
            if let Some((_, named)) = member
                .trim_start()
                .strip_prefix("/**")
                .and_then(|text| text.split_once("Needs `"))
            {
                let named = named.split('`').next().unwrap_or_default();
                let capability = Capability::from_name(named);
                needs = Some(capability.ok_or_else(|| format!("`{named}` is no capability"))?);
                continue;
            }
            let name = word(member);
            let is_method = !name.is_empty() && member[name.len()..].starts_with(['(', '<']);
            if let (true, Some((_, interface))) = (is_method, found.last_mut()) {
                let known = interface.methods.entry(name).or_default();
                *known = known.or(needs);
            }
            needs = None;
        }
    }
    Ok(found)
}

/// The methods that a module says are not there, by their class.
fn unsupported(module: &str) -> Vec<(String, Vec<String>)> {
    let calls = module.split("withUnsupported(").skip(1);
    let of_call = calls.filter_map(|rest| {
        let (call, _) = rest.split_once("]);")?;
        let (head, list) = call.split_once('[')?;
        let names = list.split('\'').skip(1).step_by(2).map(str::to_owned);
        Some((word(head), names.collect()))
    });
    of_call.filter(|(class, _)| !class.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = "\
    export interface Options {
        timeout?: number;
    }
    export interface Scope {
        title(): Promise<string>;
        /** Looks at it. Needs `screenshot`. */
        screenshot(
            options?: Options,
        ): Promise<void>;
    }
    export interface Page extends Scope {
        readonly id: string;
        evaluate<T>(given: () => T): Promise<T>;
    }
";

    fn summary(setup: &str, capabilities: &[&str]) -> Summary {
        Summary {
            setup: setup.to_owned(),
            capabilities: capabilities.iter().map(|&name| name.to_owned()).collect(),
            ..Summary::default()
        }
    }

    #[test]
    fn methods_are_shown_with_what_they_need() {
        let summaries = [
            summary("webdriver-webkit", &[]),
            summary("cdp-chromium", &["screenshot"]),
        ];
        let module = "withUnsupported(Page, 'page', [\n    ...['pdf'],\n    ...['pause'],\n]);".to_owned();
        let page = api(&summaries, TYPES, &[module]).unwrap();
        let wanted = "## Scope\n\n| method | needs | cdp-chromium | webdriver-webkit |\n| --- | --- | --- | --- |\n\
            | `screenshot` | `screenshot` | yes | no |\n| `title` |  | yes | yes |\n\n## Page\n\nWhat [Scope](#scope) has, and:\n\n\
            | method | needs | cdp-chromium | webdriver-webkit |\n| --- | --- | --- | --- |\n| `evaluate` |  | yes | yes |\n\
            | `pause` | is not there | no | no |\n| `pdf` | is not there | no | no |\n";
        assert!(page.ends_with(wanted), "{page}");
        assert!(!page.contains("Options"), "{page}");
    }

    #[test]
    fn a_capability_that_there_is_not_is_an_error() {
        let wrong = TYPES.replace("`screenshot`", "`photography`");
        assert!(api(&[], &wrong, &[]).unwrap_err().contains("photography"));
    }
}
