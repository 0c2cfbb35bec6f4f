//! `types [DIR]`: the types of the API, for editors and for the TypeScript compiler.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, value_parser};
use greenroom_script::{TSCONFIG, TYPES as TEXT};
use greenroom_session_core::{Error, Kind, Result};
use serde_json::json;

use super::Local;
use crate::args::resolved;
use crate::output::Answer;

/// The files: their names, what is in them, and whether one that is there already is its owner's to keep.
const FILES: [(&str, &str, bool); 2] = [("greenroom.d.ts", TEXT, false), ("tsconfig.json", TSCONFIG, true)];

pub(super) const TYPES: Local = Local {
    words: &["types"],
    about: "Writes greenroom.d.ts and a tsconfig.json, so that editors complete workflows and `tsc` checks them",
    hidden: false,
    build: |command| {
        command
            .arg(
                Arg::new("folder")
                    .value_name("DIR")
                    .value_parser(value_parser!(PathBuf))
                    .help("Where [default: the current folder]"),
            )
            .arg(
                Arg::new("force")
                    .long("force")
                    .action(ArgAction::SetTrue)
                    .help("Writes over files that are there and differ"),
            )
    },
    run: |context, matches| {
        let named = matches.get_one::<PathBuf>("folder").map(PathBuf::as_path);
        let folder = resolved(named.unwrap_or(Path::new("")), context.env)?;
        let (written, left) = write(&folder, matches.get_flag("force"))?;
        for file in &left {
            let note = format!(
                "`{}` is there already, and is left as it is (--force writes over it)",
                file.display()
            );
            context.screen.note(&note);
        }
        let text: Vec<_> = written.iter().map(|file| file.display().to_string()).collect();
        let text = text.join("\n");
        Ok(Answer::told(json!({ "written": written, "left": left }), text))
    },
};

/// Writes the files; answers those that are as they should be now, and those that were left. Nothing is written where one
/// is in the way.
fn write(folder: &Path, force: bool) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let mut left = Vec::new();
    let mut files = Vec::new();
    for (name, text, is_owners) in FILES {
        let path = folder.join(name);
        let is_other = match std::fs::read(&path) {
            Ok(there) => there != text.as_bytes(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => return Err(Error::io("read", &path, error)),
        };
        match (is_other && !force, is_owners) {
            (true, true) => left.push(path),
            (true, false) => {
                let why = format!("`{}` is there already, and is another", path.display());
                return Err(Error::new(Kind::Io, why)
                    .with_retry(false)
                    .with_hint("greenroom types --force"));
            }
            (false, _) => files.push((path, text)),
        }
    }
    for (path, text) in &files {
        std::fs::write(path, text).map_err(|error| Error::io("write", path, error))?;
    }
    Ok((files.into_iter().map(|(path, _)| path).collect(), left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let (written, left) = write(folder.path(), false).unwrap();
        assert_eq!((written.len(), left.len()), (2, 0));
        // Again: nothing differs.
        assert_eq!(write(folder.path(), false).unwrap().0.len(), 2);
        std::fs::write(file("tsconfig.json"), "{}").unwrap();
        assert_eq!(write(folder.path(), false).unwrap().1, [file("tsconfig.json")]);
        std::fs::write(file("greenroom.d.ts"), "mine").unwrap();
        assert!(
            write(folder.path(), false)
                .unwrap_err()
                .message()
                .contains("greenroom.d.ts")
        );
        assert_eq!(std::fs::read_to_string(file("greenroom.d.ts")).unwrap(), "mine");
        write(folder.path(), true).unwrap();
        assert_eq!(std::fs::read_to_string(file("tsconfig.json")).unwrap(), TSCONFIG);
    }
}
