//! Rules about single files: length, the opening comment, and words that must not stand there.

use super::{Problem, tree::File};

/// Files longer than this are hard to hold in the head.
const MAX_LINES: usize = 500;

/// Files that are longer, each with the reason why that is better than two files.
const LONG: &[(&str, &str)] = &[
    (
        "session-core/src/injected/engine.js",
        "made by `codegen` from the modules beside it",
    ),
    (
        "cli/script/types/greenroom.d.ts",
        "the one file that `greenroom types` writes",
    ),
];

/// Words with the reason why they stand nowhere. Built from halves, so that this file passes its own check.
const WORDS: &[(&str, &str)] = &[
    (concat!("../sha", "red"), "this repository stands alone"),
    (concat!(".lib", "rary"), "this repository stands alone"),
];

/// Words that stand in no Rust file.
const RUST_WORDS: &[(&str, &str)] = &[
    (concat!("to", "do!("), "unfinished code is not committed"),
    (concat!("unimple", "mented!("), "unfinished code is not committed"),
    (
        concat!("#[ign", "ore"),
        "a test that cannot run here says so while it runs (`skipped: reason`)",
    ),
];

/// All problems of one file.
pub(super) fn check(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = words(path, text, WORDS);
    if has_extension(path, &["rs", "js", "mjs", "ts", "sh"]) {
        problems.extend(length(path, text));
    }
    if has_extension(path, &["rs"]) {
        problems.extend(words(path, text, RUST_WORDS));
        problems.extend(opening(path, text));
    }
    problems
}

/// Exceptions that no longer stand for anything.
pub(super) fn unused_exceptions(files: &[File]) -> Vec<Problem> {
    let is_long = |path: &str| {
        files
            .iter()
            .any(|file| file.path == path && file.text.lines().count() > MAX_LINES)
    };
    LONG.iter()
        .filter(|(path, _)| !is_long(path))
        .map(|(path, _)| Problem::new(path, 0, "is listed as a long file and is none; remove it from the list"))
        .collect()
}

fn length(path: &str, text: &str) -> Option<Problem> {
    let lines = text.lines().count();
    let excepted = LONG.iter().any(|(long, _)| *long == path);
    let message = || format!("{lines} lines; split it, or list it with a reason (at most {MAX_LINES})");
    (lines > MAX_LINES && !excepted).then(|| Problem::new(path, 0, message()))
}

fn words(path: &str, text: &str, words: &[(&str, &str)]) -> Vec<Problem> {
    let found = |(number, line): (usize, &str)| {
        let of_line = words.iter().filter(|(word, _)| line.contains(word));
        of_line
            .map(|(word, why)| Problem::new(path, number + 1, format!("`{word}`: {why}")))
            .collect::<Vec<_>>()
    };
    text.lines().enumerate().flat_map(found).collect()
}

/// Every module says first why it exists; only attributes may stand before that.
fn opening(path: &str, text: &str) -> Option<Problem> {
    let mut in_attribute = false;
    for line in text.lines().map(str::trim) {
        in_attribute |= line.starts_with("#![");
        if in_attribute {
            in_attribute = !line.ends_with(']');
        } else if !line.is_empty() {
            let good = line.starts_with("//!");
            return (!good).then(|| Problem::new(path, 1, "does not begin with `//!` and why it exists"));
        }
    }
    Some(Problem::new(path, 1, "is empty"))
}

pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extensions.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(path, text).into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn long_files_are_found() {
        let text = |lines: usize| format!("//! Why.\n{}", "// line\n".repeat(lines - 1));
        assert_eq!(check("a/src/x.rs", &text(MAX_LINES)), []);
        assert!(
            check("a/src/x.rs", &text(MAX_LINES + 1))[0]
                .message
                .starts_with("501 lines")
        );
        assert_eq!(check("docs/x.md", &text(MAX_LINES + 1)), []);
    }

    #[test]
    fn a_module_begins_with_why_it_exists() {
        assert_eq!(lines("x.rs", "//! Why.\nfn a() {}\n"), [0; 0]);
        assert_eq!(
            lines(
                "x.rs",
                "#![expect(\n    unused,\n    reason = \"x\"\n)]\n#![no_std]\n\n//! Why.\n"
            ),
            [0; 0]
        );
        assert_eq!(lines("x.rs", "use std::fs;\n//! Late.\n"), [1]);
        assert_eq!(lines("x.rs", ""), [1]);
    }

    #[test]
    fn forbidden_words_are_found_with_their_line() {
        for (word, _) in RUST_WORDS {
            assert_eq!(lines("x.rs", &format!("//! Why.\n\n    {word}")), [3], "{word}");
            assert_eq!(lines("x.md", word), [0; 0], "{word}");
        }
        for (word, _) in WORDS {
            assert_eq!(lines("docs/x.md", &format!("text\nsee {word}/a.md")), [2], "{word}");
        }
    }
}
