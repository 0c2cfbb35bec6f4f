//! The process's surroundings: the only place that reads the environment and the current folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use greenroom_session_core::{Error, Kind, Result};

/// The longest path of a socket that every system takes, in bytes.
const LONGEST_SOCKET: usize = 100;

/// What the environment says, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// `GREENROOM_SESSION`: the session, where no option names one.
    pub session: Option<String>,
    /// `GREENROOM_WORKSPACE`: the workspace, where no option names one.
    pub workspace: Option<PathBuf>,
    /// `GREENROOM_TIMEOUT`: the deadline, where no option sets one.
    pub timeout: Option<String>,
    /// `NO_COLOR`: no colour, unless an option asks for it.
    pub no_color: bool,
    /// `RUST_LOG`: what is logged.
    pub log: Option<String>,
    /// Whether `GREENROOM_ENV` is `production`: workflows do not pause.
    pub production: bool,
    /// Whether a display is there: `DISPLAY` or `WAYLAND_DISPLAY`.
    pub display: bool,
    /// `GREENROOM_CHROMIUM`, `GREENROOM_GECKODRIVER` and so on: the programs of browsers and drivers, by their names.
    pub programs: Vec<(String, PathBuf)>,
    /// `PATH`: where browsers and drivers are looked for.
    pub path: Option<OsString>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime: Option<PathBuf>,
    /// `TMPDIR`, or `/tmp`.
    pub temporary: PathBuf,
    /// The current folder; `None`: it was removed.
    pub folder: Option<PathBuf>,
}

impl Environment {
    /// Reads it. An empty variable is as good as none.
    pub(crate) fn read() -> Self {
        Self {
            session: text("GREENROOM_SESSION"),
            workspace: path("GREENROOM_WORKSPACE"),
            timeout: text("GREENROOM_TIMEOUT"),
            no_color: given("NO_COLOR").is_some(),
            log: text("RUST_LOG"),
            production: text("GREENROOM_ENV").as_deref() == Some("production"),
            display: given("DISPLAY").is_some() || given("WAYLAND_DISPLAY").is_some(),
            programs: programs(),
            path: given("PATH"),
            runtime: path("XDG_RUNTIME_DIR"),
            temporary: path("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp")),
            folder: std::env::current_dir().ok(),
        }
    }

    /// The current folder.
    ///
    /// # Errors
    /// [`Kind::Io`] when it was removed.
    pub(crate) fn folder(&self) -> Result<&Path> {
        self.folder.as_deref().ok_or_else(|| {
            Error::new(Kind::Io, "failed to find the current folder: it was removed")
                .with_hint("cd to a folder that exists")
        })
    }

    /// The folder that holds the runtime folders of this user's workspaces.
    pub(crate) fn runtime_base(&self) -> PathBuf {
        let of_session = self
            .runtime
            .as_ref()
            .filter(|folder| folder.is_dir())
            .map(|folder| folder.join("greenroom"));
        let below = |folder: &Path| folder.join(format!("greenroom-{}", rustix::process::geteuid().as_raw()));
        let base = of_session.unwrap_or_else(|| below(&self.temporary));
        // A socket below it is `/0123456789abcdef/daemon.sock` longer.
        if base.as_os_str().len() + 29 > LONGEST_SOCKET {
            below(Path::new("/tmp"))
        } else {
            base
        }
    }
}

/// The names of programs that a variable can tell the place of.
const PROGRAMS: [&str; 9] = [
    "chromium",
    "chrome",
    "edge",
    "firefox",
    "webkit",
    "chromedriver",
    "geckodriver",
    "webkitwebdriver",
    "xvfb",
];

fn programs() -> Vec<(String, PathBuf)> {
    let told = |name: &str| {
        Some((
            name.to_owned(),
            path(&format!("GREENROOM_{}", name.to_ascii_uppercase()))?,
        ))
    };
    PROGRAMS.iter().filter_map(|name| told(name)).collect()
}

fn given(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str) -> Option<String> {
    given(name).map(|value| value.to_string_lossy().into_owned())
}

fn path(name: &str) -> Option<PathBuf> {
    given(name).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_folder_gives_way_to_a_short_one() {
        let long = Environment {
            temporary: format!("/{}", "x".repeat(90)).into(),
            ..Environment::default()
        };
        assert!(long.runtime_base().starts_with("/tmp"));
        let short = Environment {
            temporary: "/var/tmp".into(),
            ..Environment::default()
        };
        assert!(short.runtime_base().starts_with("/var/tmp"));
    }

    #[test]
    fn a_runtime_folder_that_is_none_is_passed_over() {
        let here = tempfile::tempdir().unwrap();
        let mut env = Environment {
            runtime: Some(here.path().to_owned()),
            temporary: "/var/tmp".into(),
            ..Environment::default()
        };
        assert_eq!(env.runtime_base(), here.path().join("greenroom"));
        env.runtime = Some(here.path().join("missing"));
        assert!(env.runtime_base().starts_with("/var/tmp"));
    }
}
