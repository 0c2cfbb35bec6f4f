//! Which folder is the workspace (spec: files).

use std::path::{Path, PathBuf};

use greenroom_session_core::{Error, Kind, Result};

use crate::env::Environment;

/// The workspace's folder, absolute and without links: the option, the environment, the nearest ancestor with a
/// `.greenroom`, the git top level, the current folder.
///
/// # Errors
/// [`Kind::Usage`] when the folder that was named is none.
pub(crate) fn find(option: Option<&Path>, env: &Environment) -> Result<PathBuf> {
    if let Some(named) = option.or(env.workspace.as_deref()) {
        return named_folder(named, env);
    }
    let here = env.folder()?;
    let above = |marker: &str, only_folders: bool| {
        here.ancestors().find(|folder| {
            let marker = folder.join(marker);
            if only_folders { marker.is_dir() } else { marker.exists() }
        })
    };
    // `.git` is a file in worktrees and submodules.
    Ok(above(".greenroom", true)
        .or_else(|| above(".git", false))
        .unwrap_or(here)
        .to_owned())
}

fn named_folder(named: &Path, env: &Environment) -> Result<PathBuf> {
    let named = if named.is_absolute() {
        named.to_owned()
    } else {
        env.folder()?.join(named)
    };
    let found = named.canonicalize().and_then(|folder| {
        if folder.is_dir() {
            Ok(folder)
        } else {
            Err(std::io::ErrorKind::NotADirectory.into())
        }
    });
    found.map_err(|error| {
        Error::new(
            Kind::Usage,
            format!("the workspace `{}` cannot be used: {error}", named.display()),
        )
        .with_hint(format!("mkdir -p '{}'", named.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `top/.git`, `top/mid/.greenroom`, `top/mid/low`, `top/other`.
    fn tree() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let top = root.path().canonicalize().unwrap().join("top");
        for folder in ["mid/.greenroom", "mid/low", "other"] {
            std::fs::create_dir_all(top.join(folder)).unwrap();
        }
        std::fs::write(top.join(".git"), "gitdir: elsewhere").unwrap();
        (root, top)
    }

    fn from(folder: &Path) -> Environment {
        Environment {
            folder: Some(folder.to_owned()),
            ..Environment::default()
        }
    }

    #[test]
    fn the_nearest_marked_ancestor_is_found() {
        let (_root, top) = tree();
        for (here, found) in [("mid/low", "mid"), ("mid", "mid"), ("other", "")] {
            let found = if found.is_empty() { top.clone() } else { top.join(found) };
            assert_eq!(find(None, &from(&top.join(here))).unwrap(), found, "{here}");
        }
    }

    #[test]
    fn without_a_mark_it_is_the_current_folder() {
        let plain = tempfile::tempdir().unwrap();
        let plain = plain.path().canonicalize().unwrap();
        // The folder of temporary files may itself stand below a marked one on a developer's machine.
        if plain
            .ancestors()
            .all(|folder| !folder.join(".git").exists() && !folder.join(".greenroom").exists())
        {
            assert_eq!(find(None, &from(&plain)).unwrap(), plain);
        }
    }

    #[test]
    fn a_named_one_wins_and_loses_its_links() {
        let (_root, top) = tree();
        std::os::unix::fs::symlink(top.join("other"), top.join("link")).unwrap();
        let mut env = from(&top.join("mid/low"));
        env.workspace = Some(top.join("link"));
        assert_eq!(find(None, &env).unwrap(), top.join("other"));
        assert_eq!(find(Some(Path::new("../../mid")), &env).unwrap(), top.join("mid"));
        let missing = find(Some(Path::new("nowhere")), &env).unwrap_err();
        assert_eq!(missing.kind(), Kind::Usage);
        assert!(missing.message().contains("nowhere"));
        assert_eq!(find(Some(&top.join(".git")), &env).unwrap_err().kind(), Kind::Usage);
    }
}
