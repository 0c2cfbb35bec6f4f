//! Where the files may be that a script names: in the workspace, and not among those that greenroom keeps there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Layout, SessionName};
use crate::error::{Error, Kind, Result};

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is read: it may also be one that its session has saved.
    Read,
    /// It is written.
    Write,
}

impl Layout {
    /// The file that a script of a session means by a path, which is relative to the workspace; no symbolic link is left in it.
    ///
    /// # Errors
    /// [`Kind::Denied`] for one that lies elsewhere, by itself or by a link; [`Kind::Usage`] where there is none to read.
    pub(crate) fn confine(&self, session: &SessionName, given: &Path, purpose: Purpose) -> Result<PathBuf> {
        let named = self.workspace().join(given);
        let meant = match purpose {
            Purpose::Read => fs::canonicalize(&named).map_err(|error| missing(given, &error))?,
            Purpose::Write => to_be(&named).ok_or_else(|| denied(given))?,
        };
        let is_below = |folder: &Path| fs::canonicalize(folder).is_ok_and(|folder| meant.starts_with(folder));
        let is_saved = || is_below(&self.downloads_dir(session)) || is_below(&self.snapshots_dir(session));
        let is_kept = is_below(self.root());
        if is_below(self.workspace()) && (!is_kept || purpose == Purpose::Read && is_saved()) {
            return Ok(meant);
        }
        Err(denied(given))
    }
}

/// Where a file will be that is written there: what is there already may be links, and what is not is made.
fn to_be(named: &Path) -> Option<PathBuf> {
    let mut new = Vec::new();
    let mut here = named;
    loop {
        if let Ok(mut real) = fs::canonicalize(here) {
            real.extend(new.into_iter().rev());
            return Some(real);
        }
        // A link to nothing leads to where nobody has looked.
        if here.symlink_metadata().is_ok() {
            return None;
        }
        new.push(here.file_name()?);
        here = here.parent()?;
    }
}

fn denied(given: &Path) -> Error {
    let message = format!("a script cannot reach `{}`", given.display());
    Error::new(Kind::Denied, message).with_hint("it reaches files of its workspace, but for those in .greenroom")
}

fn missing(given: &Path, error: &io::Error) -> Error {
    Error::new(Kind::Usage, format!("`{}`: {error}", given.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn kind(found: Result<PathBuf>) -> Kind {
        found.unwrap_err().kind()
    }

    #[test]
    fn files_of_the_workspace_are_reached_and_no_others() {
        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let layout = Layout::new(root.clone());
        let session: SessionName = "a".parse().unwrap();
        let other: SessionName = "b".parse().unwrap();
        for folder in [
            layout.downloads_dir(&session),
            layout.downloads_dir(&other),
            root.join("in"),
        ] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(root.join("in/a.txt"), "").unwrap();
        fs::write(outside.path().join("secret"), "").unwrap();
        let saved = layout.downloads_dir(&session).join("b.txt");
        let of_other = layout.downloads_dir(&other).join("c.txt");
        for file in [&saved, &of_other, &layout.state_file(&session)] {
            fs::write(file, "").unwrap();
        }
        symlink(outside.path(), root.join("way-out")).unwrap();
        symlink(outside.path().join("new"), root.join("dangling")).unwrap();
        symlink("in", root.join("way-in")).unwrap();
        let reads = |path: &Path| layout.confine(&session, path, Purpose::Read);
        let writes = |path: &Path| layout.confine(&session, path, Purpose::Write);

        for path in ["in/a.txt", "./in/../in/a.txt", "way-in/a.txt"] {
            assert_eq!(reads(Path::new(path)).unwrap(), root.join("in/a.txt"), "{path}");
            assert_eq!(writes(Path::new(path)).unwrap(), root.join("in/a.txt"), "{path}");
        }
        for path in ["in/new.png", "in/deep/er/new.png", "way-in/new.png"] {
            let wanted = root.join(path.replace("way-in", "in"));
            assert_eq!(writes(Path::new(path)).unwrap(), wanted, "{path}");
        }
        assert_eq!(reads(&saved).unwrap(), saved);

        let secret = outside.path().join("secret");
        let escapes = [
            "/etc/passwd",
            "../secret",
            "way-out/secret",
            "in/../../x",
            secret.to_str().unwrap(),
        ];
        for path in escapes {
            assert!(
                reads(Path::new(path)).is_err() && writes(Path::new(path)).is_err(),
                "{path}"
            );
        }
        assert_eq!(kind(writes(Path::new("way-out/new"))), Kind::Denied);
        assert_eq!(kind(writes(Path::new("dangling"))), Kind::Denied);
        assert_eq!(kind(writes(&saved)), Kind::Denied);
        assert_eq!(kind(reads(&of_other)), Kind::Denied);
        assert_eq!(kind(reads(&layout.state_file(&session))), Kind::Denied);
        assert_eq!(kind(writes(Path::new(".greenroom/config.toml"))), Kind::Denied);
        assert_eq!(kind(reads(Path::new("not/there"))), Kind::Usage);
        for path in ["..", "new/../../x", "dangling/x"] {
            assert_eq!(kind(writes(Path::new(path))), Kind::Denied, "{path}");
        }
    }
}
