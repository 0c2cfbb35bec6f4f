//! The pages: written ones, one for each rule, and real ones out of packages.

use std::path::{Path, PathBuf};

/// A page with its name in reports.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
}

/// This test's own folder.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accessibility")
}

/// All written pages, in the order of their names.
pub(crate) fn written() -> Vec<Page> {
    let files = std::fs::read_dir(folder().join("pages")).expect("the written pages");
    let files = files.map(|file| file.expect("a page").path());
    let mut pages: Vec<Page> = files
        .map(|file| Page {
            name: stem(&file),
            file,
        })
        .collect();
    pages.sort();
    pages.retain(is_wanted);
    pages
}

/// Real pages that have been fetched, and the names of those that have not.
pub(crate) fn real() -> (Vec<Page>, Vec<String>) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("reference-pages");
    let list = include_str!("real.txt").lines().filter(|line| !line.starts_with('#'));
    let (mut pages, mut missing) = (Vec::new(), Vec::new());
    for line in list {
        let parts: Vec<&str> = line.split(' ').collect();
        let [registry, package, path] = parts[..] else {
            panic!("not `registry package path`: {line}")
        };
        let file = root.join(registry).join(package).join(path);
        let package = package.split('@').next().unwrap_or(package);
        let name = format!("{package}/{}", stem(&file));
        if file.is_file() {
            pages.push(Page { name, file });
        } else {
            missing.push(name);
        }
    }
    pages.retain(is_wanted);
    (pages, missing)
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// `GREENROOM_AX_ONLY` limits a run to the pages whose names contain it.
fn is_wanted(page: &Page) -> bool {
    std::env::var("GREENROOM_AX_ONLY").is_ok_and(|only| page.name.contains(&only))
        || std::env::var_os("GREENROOM_AX_ONLY").is_none()
}
