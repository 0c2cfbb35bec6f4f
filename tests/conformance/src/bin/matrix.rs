//! Prints the capability matrix, or with `api` the table of the scripts' methods, for `cargo xtask codegen`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use greenroom_conformance::{Summary, api, matrix, reports};

fn main() -> ExitCode {
    let is_api = std::env::args().nth(1).as_deref() == Some("api");
    match if is_api {
        methods()
    } else {
        summaries().map(|all| matrix(&all))
    } {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn summaries() -> Result<Vec<Summary>, String> {
    files(&reports())?.iter().map(|file| Summary::read(file)).collect()
}

fn methods() -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cli/script");
    let types = text(&script.join("types/greenroom.d.ts"))?;
    let modules = files(&script.join("src/js"))?
        .iter()
        .map(|file| text(file))
        .collect::<Result<Vec<_>, _>>()?;
    api(&summaries()?, &types, &modules)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let files = fs::read_dir(folder).map_err(|error| format!("failed to list `{}`: {error}", folder.display()))?;
    Ok(files.flatten().map(|file| file.path()).collect())
}

fn text(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("failed to read `{}`: {error}", file.display()))
}
