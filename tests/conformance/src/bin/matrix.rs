//! Prints the capability matrix, for `cargo xtask codegen`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers")]

use std::process::ExitCode;

use greenroom_conformance::{Summary, matrix, reports};

fn main() -> ExitCode {
    match summaries() {
        Ok(summaries) => {
            print!("{}", matrix(&summaries));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn summaries() -> Result<Vec<Summary>, String> {
    let folder = reports();
    let files =
        std::fs::read_dir(&folder).map_err(|error| format!("failed to list `{}`: {error}", folder.display()))?;
    files.flatten().map(|file| Summary::read(&file.path())).collect()
}
