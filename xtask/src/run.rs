//! Running other programs: shown before they start, with their failure in words.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// The root of the repository: the parent of this package.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The folder of everything built.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// `cargo ARGUMENTS` in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Whether this run must not skip anything.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

/// The command as a person would type it, with the program's name in place of its path.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy);
    let quoted = words.map(|word| {
        if word.contains([' ', '*']) {
            format!("'{word}'")
        } else {
            word.into_owned()
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Shows and runs a command; a failure is an error that names it.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command
        .status()
        .with_context(|| format!("failed to start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Shows and runs a command, hands every line of its stdout both to the terminal and to `line`.
pub(crate) fn execute_reading(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    println!("$ {}", shown(command));
    command.stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("failed to start `{}`", shown(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for text in BufReader::new(stdout).lines() {
            let text = text?;
            println!("{text}");
            line(&text);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command quietly and gives its stdout; a failure is an error with its stderr.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .output()
        .with_context(|| format!("failed to start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` ended with {}\n{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output.stdout)
}

/// Looks for the first of several programs in the folders of PATH.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// Builds the binaries of the given packages and returns the folder in which they are.
pub(crate) fn build(packages: &[&str], release: bool) -> Result<PathBuf> {
    let mut arguments = vec!["build", "--quiet", "--bins"];
    arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
    arguments.extend(release.then_some("--release"));
    execute(&mut cargo(&arguments))?;
    Ok(target().join(if release { "release" } else { "debug" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = execute(Command::new("sh").args(["-c", "exit 3"]))
            .unwrap_err()
            .to_string();
        assert_eq!(error, "`sh -c 'exit 3'` ended with exit status: 3");
        let error = output(Command::new("sh").args(["-c", "echo why >&2; exit 1"]))
            .unwrap_err()
            .to_string();
        assert!(error.ends_with("\nwhy\n"), "{error}");
        assert!(
            execute(&mut Command::new("no-such-program-here"))
                .unwrap_err()
                .to_string()
                .contains("failed to start")
        );
    }

    #[test]
    fn lines_are_handed_on_and_programs_found() {
        let mut lines = Vec::new();
        execute_reading(Command::new("printf").arg("a\\nb\\n"), |line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(lines, ["a", "b"]);
        assert!(find_program(&["no-such-program-here", "sh"]).unwrap().ends_with("sh"));
        assert_eq!(find_program(&["no-such-program-here"]), None);
    }
}
