//! Packages of registries, downloaded and unpacked into a folder of the build, and not installed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::apt::{apt_get, rights};
use crate::run::{execute, find_program};

/// Where a package is from, and its name there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Package {
    /// `debian` or `npm`.
    pub(super) registry: String,
    /// `NAME`, for npm `NAME@VERSION`.
    pub(super) name: String,
}

/// Unpacks a package into `folder`.
///
/// It is unpacked beside the folder first, and must be as `check` wants it: a folder that is there is whole.
pub(super) fn fetch(package: &Package, folder: &Path, check: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let scratch = folder.with_file_name(format!("{}.part", package.name));
    let _ = fs::remove_dir_all(&scratch);
    let unpacked = scratch.join("unpacked");
    fs::create_dir_all(&unpacked).with_context(|| format!("failed to create `{}`", unpacked.display()))?;
    if package.registry == "debian" {
        download_debian(&package.name, &scratch)?;
        let archive = archive(&scratch, "deb")?;
        execute(Command::new("dpkg-deb").arg("--extract").args([&archive, &unpacked]))?;
    } else {
        need("npm")?;
        execute(
            Command::new("npm")
                .args(["pack", "--silent", &package.name])
                .current_dir(&scratch),
        )?;
        let archive = archive(&scratch, "tgz")?;
        execute(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&unpacked))?;
    }
    check(&unpacked)?;
    fs::rename(&unpacked, folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
    fs::remove_dir_all(&scratch).with_context(|| format!("failed to remove `{}`", scratch.display()))
}

/// A machine that is new has no lists of packages, or old ones.
fn download_debian(name: &str, into: &Path) -> Result<()> {
    need("apt-get")?;
    let download = || {
        execute(
            Command::new("apt-get")
                .args(["--quiet", "download", name])
                .current_dir(into),
        )
    };
    download().or_else(|error| {
        let mut update = apt_get(&rights(), &["update"]).ok_or(error)?;
        execute(&mut update)?;
        download()
    })
}

fn need(program: &str) -> Result<()> {
    match find_program(&[program]) {
        Some(_) => Ok(()),
        None => bail!("no {program} here"),
    }
}

/// The one file of that extension in a folder.
fn archive(folder: &Path, extension: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let mut files = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let found = files.find(|path| path.extension().is_some_and(|found| found == extension));
    found.with_context(|| format!("nothing was downloaded into `{}`", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_found_by_its_extension() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("unpacked")).unwrap();
        assert!(archive(folder.path(), "deb").is_err());
        fs::write(folder.path().join("x_1.deb"), "").unwrap();
        assert_eq!(archive(folder.path(), "deb").unwrap(), folder.path().join("x_1.deb"));
    }
}
