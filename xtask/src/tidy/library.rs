//! What libraries must not do: print, exit, look at their surroundings. Only `cli` does; tests may.

use std::collections::BTreeSet;

use super::{Problem, source::has_extension, tree::File};

/// Sources of the libraries, which never print, exit, or look at their surroundings: only `cli` does.
const LIBRARIES: &[&str] = &[
    "backend-cdp/src/",
    "backend-webdriver/src/",
    "cli/mcp/src/",
    "cli/script/src/",
    "policy/src/",
    "session-core/src/",
];

const FORBIDDEN_IN_LIBRARIES: &[&str] = &[
    "print!(",
    "println!(",
    "eprint!(",
    "eprintln!(",
    "dbg!(",
    "process::exit(",
    "process::abort(",
    "env::var(",
    "env::var_os(",
    "env::vars(",
    "env::args(",
    "env::current_dir(",
    "env::set_current_dir(",
    "env::home_dir(",
    "env::temp_dir(",
];

/// Problems of all library sources.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let tests: BTreeSet<String> = files.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        tests.iter().any(|test| {
            module
                .strip_prefix(test.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let is_library = |file: &&File| LIBRARIES.iter().any(|library| file.path.starts_with(library));
    let sources = files
        .iter()
        .filter(is_library)
        .filter(|file| has_extension(&file.path, &["rs"]) && !is_test(&file.path));
    sources.flat_map(|file| check_file(&file.path, &file.text)).collect()
}

/// The modules in files of their own that a file declares for tests only, as paths without `.rs`.
fn test_modules(file: &File) -> Vec<String> {
    let module = file.path.trim_end_matches(".rs");
    let (folder, name) = module.rsplit_once('/').unwrap_or(("", module));
    let folder = if matches!(name, "lib" | "main" | "mod") {
        folder
    } else {
        module
    };
    let mut lines = file.text.lines().map(str::trim);
    let mut modules = Vec::new();
    while lines.any(|line| line == "#[cfg(test)]") {
        let declared = lines.by_ref().find(|line| !line.starts_with("#["));
        let name = declared
            .and_then(|line| line.strip_suffix(';'))
            .and_then(|line| line.rsplit_once("mod "));
        modules.extend(name.map(|(_, name)| format!("{folder}/{name}")));
    }
    modules
}

/// What a library does beyond its work, outside of its tests and comments.
fn check_file(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in without_test_modules(text) {
        let code = line.split("//").next().unwrap_or_default();
        if let Some(call) = FORBIDDEN_IN_LIBRARIES.iter().find(|call| calls(code, call)) {
            let message = format!("`{call}…)` in a library: only `cli` prints, exits and reads its surroundings");
            problems.push(Problem::new(path, number, message));
        }
    }
    problems
}

/// Whether the call stands there as a word of its own (`writeln!(` is no `ln!(`).
fn calls(code: &str, call: &str) -> bool {
    code.match_indices(call)
        .any(|(at, _)| !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

/// The numbered lines of a file without its `#[cfg(test)] mod … { … }` blocks.
fn without_test_modules(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end: Option<String> = None;
    let mut marked = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if let Some(closing) = &end {
            if line == closing {
                end = None;
            }
            return None;
        }
        if marked && !code.starts_with("#[") {
            marked = false;
            if code.contains("mod ") && code.ends_with('{') {
                end = Some(format!("{indent}}}"));
            }
            return None;
        }
        marked |= code == "#[cfg(test)]";
        Some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[file(path, text)])
            .into_iter()
            .map(|problem| problem.line)
            .collect()
    }

    fn file(path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn libraries_neither_print_nor_look_around() {
        for call in FORBIDDEN_IN_LIBRARIES {
            let text = format!("//! Why.\nfn a() {{\n    std::{call}\"x\");\n}}\n");
            assert_eq!(lines("policy/src/x.rs", &text), [3], "{call}");
            assert_eq!(lines("cli/src/x.rs", &text), [0; 0], "{call}");
            assert_eq!(lines("policy/tests/x.rs", &text), [0; 0], "{call}");
        }
        assert_eq!(
            lines(
                "policy/src/x.rs",
                "//! Why.\n// println!(\n/// dbg!(1)\nmy_print!(1);\n"
            ),
            [0; 0]
        );
    }

    #[test]
    fn test_modules_may_print_and_what_follows_them_may_not() {
        let text =
            "//! Why.\n#[cfg(test)]\nmod tests {\n    fn a() {\n        dbg!(1);\n    }\n}\nfn b() { dbg!(2); }\n";
        assert_eq!(lines("policy/src/x.rs", text), [8]);
        let text = "//! Why.\n#[cfg(test)]\n#[path = \"t.rs\"]\nmod tests;\nfn b() { dbg!(2); }\n";
        assert_eq!(lines("policy/src/x.rs", text), [5]);
    }

    #[test]
    fn files_of_test_modules_may_print() {
        let declared = "//! Why.\n#[cfg(test)]\npub(crate) mod golden;\nmod real;\n";
        let files = |at: &str| {
            let paths = [
                "a/golden.rs",
                "a/golden/deep.rs",
                "a/golden/mod.rs",
                "a/goldener.rs",
                "a/real.rs",
            ];
            let print = paths.map(|path| file(&format!("policy/src/{path}"), "//! Why.\ndbg!(1);\n"));
            [vec![file(&format!("policy/src/{at}"), declared)], print.into()].concat()
        };
        for at in ["a/mod.rs", "a.rs"] {
            let found: Vec<_> = check(&files(at)).into_iter().map(|problem| problem.path).collect();
            assert_eq!(found, ["policy/src/a/goldener.rs", "policy/src/a/real.rs"], "{at}");
        }
    }
}
