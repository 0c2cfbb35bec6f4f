//! Where browsers are: an explicit path, `PATH`, and the usual places.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use greenroom_session_core::process::{find_program, is_program};
use greenroom_session_core::{Error, Kind, Result};

use crate::CdpConfig;

/// The browsers that are known by name, the default first.
pub(crate) const NAMES: &[&str] = &["chromium", "chrome", "edge"];

/// A browser's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// One of [`NAMES`], or `chromium` for a path.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) program: PathBuf,
}

/// The names of a browser's programs in `PATH`, and its usual places.
fn programs(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "chrome" => (
            &["google-chrome-stable", "google-chrome", "chrome"],
            &[
                "/opt/google/chrome/chrome",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ],
        ),
        "edge" => (
            &["microsoft-edge-stable", "microsoft-edge"],
            &[
                "/opt/microsoft/msedge/msedge",
                "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            ],
        ),
        _ => (
            &["chromium", "chromium-browser"],
            &[
                "/usr/bin/chromium",
                "/usr/lib/chromium/chromium",
                "/usr/lib/chromium-browser/chromium-browser",
                "/snap/bin/chromium",
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
            ],
        ),
    }
}

/// Finds the browser that is asked for; without a wish, the first of [`NAMES`] that is here.
pub(crate) fn find(wish: Option<&str>, config: &CdpConfig) -> Result<Found> {
    match wish {
        None => NAMES
            .iter()
            .find_map(|name| find_named(name, config))
            .ok_or_else(|| missing("no browser was found: neither chromium, chrome nor edge")),
        Some(wish) => match NAMES.iter().find(|name| **name == wish) {
            Some(name) => find_named(name, config).ok_or_else(|| missing(format!("`{name}` was not found"))),
            None => at_path(wish),
        },
    }
}

fn find_named(name: &'static str, config: &CdpConfig) -> Option<Found> {
    let found = |program: PathBuf| Found { name, program };
    if let Some((_, program)) = config.executables.iter().find(|(of, _)| of == name) {
        return Some(found(program.clone()));
    }
    let (names, places) = programs(name);
    find_program(config.path.as_deref(), names, places).map(found)
}

fn at_path(wish: &str) -> Result<Found> {
    let program = PathBuf::from(wish);
    if !program.is_absolute() {
        let message = format!("`{wish}` is neither the name of a browser nor an absolute path");
        return Err(Error::new(Kind::Usage, message).with_hint(format!("greenroom open --browser {}", NAMES.join("|"))));
    }
    if is_program(&program) {
        return Ok(Found {
            name: guess(&program),
            program,
        });
    }
    Err(missing(format!("`{wish}` is not a program")))
}

/// Which browser a program is, by its name.
fn guess(program: &Path) -> &'static str {
    let file = program.file_name().and_then(OsStr::to_str).unwrap_or_default();
    if file.contains("edge") {
        "edge"
    } else if file.contains("chrome") {
        "chrome"
    } else {
        "chromium"
    }
}

fn missing(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Kind::NotStarted, message).with_hint("apt-get install chromium    # or see: greenroom doctor")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn program(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn an_override_comes_before_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let in_path = program(folder.path(), "google-chrome");
        let wanted = program(other.path(), "mine");
        let mut config = CdpConfig {
            path: Some(folder.path().into()),
            ..CdpConfig::default()
        };
        assert_eq!(find(Some("chrome"), &config).unwrap().program, in_path);
        config.executables.push(("chrome".into(), wanted.clone()));
        assert_eq!(find(Some("chrome"), &config).unwrap().program, wanted);
    }

    #[test]
    fn what_is_not_there_says_how_to_get_it() {
        let config = CdpConfig::default();
        let error = find(Some("/nonexistent/chromium"), &config).unwrap_err();
        assert_eq!(error.kind(), Kind::NotStarted);
        assert!(error.hint().unwrap().contains("apt-get install chromium"));
        assert_eq!(find(Some("chrmium"), &config).unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn a_file_that_cannot_be_run_is_no_browser() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chromium");
        fs::write(&file, "").unwrap();
        assert!(find(file.to_str(), &CdpConfig::default()).is_err());
    }
}
