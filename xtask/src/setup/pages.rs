//! The real pages that the engine is compared on: documentation packages of Debian and packages of npm, unpacked under
//! `target/reference-pages` and not installed.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};

use super::fetch::{Package, fetch};
use crate::run::{in_ci, root, target};

/// The pages with their packages, a line each: `debian PACKAGE PATH` or `npm PACKAGE@VERSION PATH`.
const LIST: &str = "backend-cdp/tests/accessibility/real.txt";

/// Fetches the packages that are not here; `check`: only tells which.
///
/// Nobody needs them to build, so what cannot be fetched is an error in CI only.
pub(super) fn run(check: bool) -> Result<()> {
    let list = root().join(LIST);
    let list = fs::read_to_string(&list).with_context(|| format!("failed to read `{}`", list.display()))?;
    for package in packages(&list)? {
        let folder = folder(&package);
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
        match fetch(&package, &folder, |_| Ok(())) {
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

fn folder(package: &Package) -> PathBuf {
    target()
        .join("reference-pages")
        .join(&package.registry)
        .join(&package.name)
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
}
