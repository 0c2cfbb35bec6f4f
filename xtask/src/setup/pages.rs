//! The real pages that the engine is compared on: documentation packages of Debian and packages of npm, unpacked under
//! `target/reference-pages` and not installed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{apt_get, rights};
use crate::run::{execute, find_program, in_ci, root, target};

/// The pages with their packages, a line each: `debian PACKAGE PATH` or `npm PACKAGE@VERSION PATH`.
const LIST: &str = "backend-cdp/tests/accessibility/real.txt";

/// Where a package is from, and its name there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    registry: String,
    name: String,
}

/// Fetches the packages that are not here; `check`: only tells which.
///
/// Nobody needs them to build, so what cannot be fetched is an error in CI only.
pub(super) fn run(check: bool) -> Result<()> {
    let list = root().join(LIST);
    let list = fs::read_to_string(&list).with_context(|| format!("failed to read `{}`", list.display()))?;
    for package in packages(&list)? {
        let folder = package.folder();
        if folder.is_dir() {
            continue;
        }
        println!(
            "missing: {} of {} (pages to compare on)",
            package.name, package.registry
        );
        if check {
            continue;
        }
        match fetch(&package, &folder) {
            Err(error) if in_ci() => return Err(error),
            Err(error) => println!("not fetched: {error:#}"),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// The packages of a list, each once.
fn packages(list: &str) -> Result<BTreeSet<Package>> {
    let lines = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let package = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
        [registry @ ("debian" | "npm"), name, _] => Ok(Package {
            registry: registry.to_owned(),
            name: name.to_owned(),
        }),
        _ => bail!("`{LIST}` has a line that is not `debian PACKAGE PATH` or `npm PACKAGE@VERSION PATH`: {line}"),
    };
    lines.map(package).collect()
}

impl Package {
    fn folder(&self) -> PathBuf {
        target().join("reference-pages").join(&self.registry).join(&self.name)
    }
}

/// Unpacks beside the folder first: one that is there is whole.
fn fetch(package: &Package, folder: &Path) -> Result<()> {
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
    fn a_list_names_each_package_once() {
        let list = "# why\ndebian a-doc usr/a.html\nnpm b@1.0.0 package/b.html\ndebian a-doc usr/c.html\n";
        let found = packages(list).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|package| (&*package.registry, &*package.name))
            .collect();
        assert_eq!(found, [("debian", "a-doc"), ("npm", "b@1.0.0")]);
        for bad in ["pypi a b", "debian a", "npm a b c"] {
            assert!(packages(bad).unwrap_err().to_string().ends_with(bad), "{bad}");
        }
    }

    #[test]
    fn the_list_in_the_repository_is_good() {
        let list = fs::read_to_string(root().join(LIST)).unwrap();
        assert!(packages(&list).unwrap().len() > 10);
    }

    #[test]
    fn an_archive_is_found_by_its_extension() {
        let folder = std::env::temp_dir().join(format!("greenroom-setup-{}", std::process::id()));
        fs::create_dir_all(folder.join("unpacked")).unwrap();
        assert!(archive(&folder, "deb").is_err());
        fs::write(folder.join("x_1.deb"), "").unwrap();
        assert_eq!(archive(&folder, "deb").unwrap(), folder.join("x_1.deb"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
