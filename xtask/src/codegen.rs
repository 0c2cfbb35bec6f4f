//! `codegen [--check]`: files that are generated and committed. The program itself writes them, by the hidden
//! command `greenroom __codegen WHAT`, since only it knows its operations, options and schemas.
//!
//! The bundle of the page-side engine is made first, and by [`engine`]: the program holds it.
//!
//! The capability matrix and the table of the scripts' methods are made of the last runs of the conformance suite, by a program of the suite.
//!
//! A producer of a file prints the file. A producer of a folder prints one JSON object, file name to content (text
//! as it is, anything else as pretty JSON), and nothing else may lie in that folder.

mod engine;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::{
    flags,
    run::{build, output, root},
};

/// Where the output of a producer goes, relative to the root.
enum Target {
    File(&'static str),
    Folder(&'static str),
}

/// Everything that is generated: where it goes, and the word after `__codegen`.
const GENERATED: &[(Target, &str)] = &[
    (Target::File("docs/cli.md"), "cli"),
    (Target::Folder("docs/schema"), "schemas"),
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [check] = flags(arguments, ["--check"])?;
    let mut differing = Vec::new();
    bring_up_to_date(
        &Target::File(engine::BUNDLE),
        engine::bundle(&root().join(engine::SOURCES))?,
        check,
        &mut differing,
    )?;
    let greenroom = build(&["greenroom"], false)?.join("greenroom");
    for (target, what) in GENERATED {
        let produced = printed(Command::new(&greenroom).args(["__codegen", what]))?;
        bring_up_to_date(target, produced, check, &mut differing)?;
    }
    let matrix = build(&["greenroom-conformance"], false)?.join("greenroom-matrix");
    for (page, what) in [("docs/matrix.md", "capabilities"), ("docs/api.md", "api")] {
        let produced = printed(Command::new(&matrix).arg(what))?;
        bring_up_to_date(&Target::File(page), produced, check, &mut differing)?;
    }
    for path in &differing {
        println!("{}: {}", path.display(), if check { "differs" } else { "written" });
    }
    if check && !differing.is_empty() {
        bail!(
            "{} generated files are not up to date; run: cargo xtask codegen",
            differing.len()
        );
    }
    println!("codegen: up to date");
    Ok(())
}

/// What a producer prints.
fn printed(producer: &mut Command) -> Result<String> {
    String::from_utf8(output(producer)?).context("the producer printed no UTF-8")
}

/// Writes what differs from `produced`, unless it is only to be told.
fn bring_up_to_date(target: &Target, produced: String, check: bool, differing: &mut Vec<PathBuf>) -> Result<()> {
    let files = target.files(produced)?;
    let changes = changes(root(), target, &files)?;
    if !check {
        apply(root(), &files, &changes)?;
    }
    differing.extend(changes);
    Ok(())
}

impl Target {
    /// The files that the producer's output stands for.
    fn files(&self, produced: String) -> Result<BTreeMap<PathBuf, String>> {
        match self {
            Self::File(path) => Ok([(PathBuf::from(path), produced)].into()),
            Self::Folder(folder) => {
                let names: BTreeMap<String, Value> =
                    serde_json::from_str(&produced).context("failed to read the producer's output as a JSON object")?;
                names
                    .into_iter()
                    .map(|(name, content)| Ok((in_folder(folder, &name)?, text(content)?)))
                    .collect()
            }
        }
    }
}

fn in_folder(folder: &str, name: &str) -> Result<PathBuf> {
    ensure!(
        !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.'),
        "`{name}` is no file name"
    );
    Ok(Path::new(folder).join(name))
}

fn text(content: Value) -> Result<String> {
    match content {
        Value::String(text) => Ok(text),
        other => Ok(serde_json::to_string_pretty(&other)? + "\n"),
    }
}

/// The files below `root` that differ from what was produced, those that should not be there included.
fn changes(root: &Path, target: &Target, files: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let mut changes = Vec::new();
    for (path, content) in files {
        match fs::read(root.join(path)) {
            Ok(found) if found == content.as_bytes() => {}
            Ok(_) => changes.push(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => changes.push(path.clone()),
            Err(error) => return Err(error).with_context(|| format!("failed to read `{}`", path.display())),
        }
    }
    if let Target::Folder(folder) = target {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
            let path = Path::new(folder).join(entry?.file_name());
            changes.extend((!files.contains_key(&path)).then_some(path));
        }
    }
    Ok(changes)
}

fn apply(root: &Path, files: &BTreeMap<PathBuf, String>, changes: &[PathBuf]) -> Result<()> {
    for path in changes {
        let full = root.join(path);
        match files.get(path) {
            Some(content) => {
                fs::create_dir_all(full.parent().unwrap_or(root))?;
                fs::write(&full, content).with_context(|| format!("failed to write `{}`", full.display()))?;
            }
            None => fs::remove_file(&full).with_context(|| format!("failed to remove `{}`", full.display()))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_written_compared_and_cleared_of_leftovers() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::Folder("docs/schema");
        let produced = r#"{"state.json":{"type":"object"},"note.md":"text\n"}"#;
        let files = target.files(produced.into()).unwrap();
        let differing = changes(root.path(), &target, &files).unwrap();
        assert_eq!(differing.len(), 2);
        apply(root.path(), &files, &differing).unwrap();
        assert_eq!(
            changes(root.path(), &target, &files).unwrap(),
            [""; 0].map(PathBuf::from)
        );
        let written = fs::read_to_string(root.path().join("docs/schema/state.json")).unwrap();
        assert_eq!(written, "{\n  \"type\": \"object\"\n}\n");

        fs::write(root.path().join("docs/schema/old.json"), "{}").unwrap();
        fs::write(root.path().join("docs/schema/note.md"), "changed by hand").unwrap();
        let differing = changes(root.path(), &target, &files).unwrap();
        assert_eq!(
            differing,
            ["docs/schema/note.md", "docs/schema/old.json"].map(PathBuf::from)
        );
        apply(root.path(), &files, &differing).unwrap();
        assert!(changes(root.path(), &target, &files).unwrap().is_empty());
    }

    #[test]
    fn a_missing_file_differs_and_bad_names_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::File("docs/cli.md");
        let files = target.files("# CLI\n".into()).unwrap();
        assert_eq!(
            changes(root.path(), &target, &files).unwrap(),
            [PathBuf::from("docs/cli.md")]
        );
        for name in ["../x", "a/b", "", ".hidden"] {
            assert!(in_folder("docs/schema", name).is_err(), "{name}");
        }
        assert!(Target::Folder("docs/schema").files("no JSON".into()).is_err());
    }
}
