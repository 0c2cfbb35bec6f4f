//! Where a program is: in `PATH`, or in one of its usual places.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The first program of one of these names in the absolute folders of `path` (the value of `PATH`), else the first of
/// `places` that is one.
pub fn find_program(path: Option<&OsStr>, names: &[&str], places: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = path
        .into_iter()
        .flat_map(std::env::split_paths)
        .filter(|folder| folder.is_absolute())
        .collect();
    let in_path = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    in_path
        .chain(places.iter().map(PathBuf::from))
        .find(|file| is_program(file))
}

/// Whether a file is there that can be executed.
pub fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_path_comes_before_the_usual_places_and_names_before_folders() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = std::env::join_paths([one.path(), two.path()]).unwrap();
        for (folder, name, mode) in [(&one, "b", 0o755), (&two, "a", 0o755), (&one, "a", 0o644)] {
            let file = folder.path().join(name);
            fs::write(&file, "").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        }
        let find = |names: &[&str]| find_program(Some(&path), names, &["/bin/sh"]);
        assert_eq!(find(&["a", "b"]), Some(two.path().join("a")));
        assert_eq!(find(&["c", "b"]), Some(one.path().join("b")));
        assert_eq!(find(&["c"]), Some("/bin/sh".into()));
        assert_eq!(find_program(Some(OsStr::new("bin:.")), &["sh"], &[]), None);
        assert_eq!(find_program(None, &["sh"], &[]), None);
    }
}
