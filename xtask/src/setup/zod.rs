//! zod, a package of npm in pure JavaScript, which a test has an example import. npm checks what it downloads.

use std::path::PathBuf;

use anyhow::Result;

use super::fetch::{Package, fetch};
use crate::run::target;

const PACKAGE: &str = "zod@4.6.7";

/// What [`is_here`] is about, for people.
pub(super) const NAME: &str = PACKAGE;

/// The folder that the test looks in, too (`tests/it/examples.rs`).
fn folder() -> PathBuf {
    target().join("npm").join(PACKAGE)
}

/// Whether it has been fetched.
pub(super) fn is_here() -> bool {
    folder().join("package/package.json").is_file()
}

/// Fetches it unless it is here.
pub(super) fn run() -> Result<()> {
    if is_here() {
        return Ok(());
    }
    let package = Package {
        registry: "npm".to_owned(),
        name: PACKAGE.to_owned(),
    };
    fetch(&package, &folder(), |_| Ok(()))
}
