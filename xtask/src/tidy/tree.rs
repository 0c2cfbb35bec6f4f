//! The text files of the repository.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

/// Folders that hold nothing of the repository.
const SKIPPED: &[&str] = &["target", ".git", ".greenroom", "node_modules"];

/// Kinds of files that people write.
const EXTENSIONS: &[&str] = &[
    "css", "html", "js", "json", "md", "mjs", "rs", "sh", "snap", "toml", "ts", "txt", "yaml", "yml",
];

/// A file by its path relative to the root, with `/` between its parts.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// Reads all text files below `root`, sorted by path.
pub(super) fn read(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("failed to list `{}`", folder.display()))? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
                folders.extend((!skipped).then_some(path));
            } else if kind.is_file() && is_text(&path) {
                let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
                let relative = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                files.push(File { path: relative, text });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// A file that people write has a known extension, or is a script without one in a folder for such.
fn is_text(path: &Path) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some(extension) => EXTENSIONS.contains(&extension),
        None => path
            .parent()
            .is_some_and(|folder| folder.file_name().is_some_and(|name| name == ".ci")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_files_outside_of_skipped_folders_are_read() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "a/b.rs",
            "target/c.rs",
            "a/.git/d.md",
            ".ci/run",
            "a/picture.png",
            "a/LICENSE",
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let paths: Vec<_> = read(root.path()).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, [".ci/run", "a/b.rs"]);
    }
}
