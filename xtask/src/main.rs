//! `cargo xtask TASK`: what a developer and CI do with this repository, in one place and in the language of the
//! repository, so that both do the same. One file a task. Depends on no crate of ours: it works while they do not
//! compile.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers")]

mod bench;
mod ci;
mod codegen;
mod demo;
mod run;
mod sandbox;
mod setup;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// One task: its name, its arguments, what it is for, and its code.
struct Task {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const TASKS: &[Task] = &[
    Task {
        name: "setup",
        arguments: "[--check]",
        about: "install what the tests need",
        run: setup::run,
    },
    Task {
        name: "demo",
        arguments: "",
        about: "drive a real browser through a session and show it",
        run: demo::run,
    },
    Task {
        name: "test",
        arguments: "[--full]",
        about: "setup, then all tests and doc tests; full: all cases on all browsers",
        run: test::run,
    },
    Task {
        name: "ci",
        arguments: "[--no-test] [--full]",
        about: "everything that must pass before a merge",
        run: ci::run,
    },
    Task {
        name: "tidy",
        arguments: "",
        about: "rules of this repository that no compiler checks",
        run: tidy::run,
    },
    Task {
        name: "codegen",
        arguments: "[--check]",
        about: "write (or compare) the generated files",
        run: codegen::run,
    },
    Task {
        name: "bench",
        arguments: "[--rounds N] [--only NAME]",
        about: "time whole processes, alternating",
        run: bench::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("no task given\n\n{}", usage())
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") {
        println!("{}", usage());
        return Ok(());
    }
    match TASKS.iter().find(|task| task.name == name) {
        Some(task) => (task.run)(rest),
        None => bail!("no task `{name}`\n\n{}", usage()),
    }
}

fn usage() -> String {
    let line = |task: &Task| format!("  {:<8} {:<22} {}", task.name, task.arguments, task.about);
    let lines: Vec<String> = TASKS.iter().map(line).collect();
    format!("usage: cargo xtask TASK [ARGUMENTS]\n\n{}", lines.join("\n"))
}

/// Says which of the `known` flags were given; anything else is an error.
fn flags<const N: usize>(arguments: &[String], known: [&str; N]) -> Result<[bool; N]> {
    if let Some(unknown) = arguments.iter().find(|argument| !known.contains(&argument.as_str())) {
        bail!("unknown argument `{unknown}`\n\n{}", usage());
    }
    Ok(known.map(|flag| arguments.iter().any(|argument| argument == flag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_tasks_and_flags_are_errors_that_show_the_usage() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(
            dispatch(&words("tydi"))
                .unwrap_err()
                .to_string()
                .contains("no task `tydi`\n\nusage:")
        );
        assert!(dispatch(&[]).is_err());
        assert_eq!(flags(&words("--full"), ["--no-test", "--full"]).unwrap(), [false, true]);
        assert!(
            flags(&words("--ful"), ["--full"])
                .unwrap_err()
                .to_string()
                .starts_with("unknown argument `--ful`")
        );
    }
}
