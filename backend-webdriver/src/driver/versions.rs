//! What programs say of their version, and the programs that are neither driver nor browser.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use greenroom_session_core::process::find_program;
use tokio::process::Command;
use tokio::time::timeout;

use crate::WebDriverConfig;

/// How long a program may take to tell its version.
const TELLS: Duration = Duration::from_secs(5);

/// The program that makes displays.
pub(crate) fn display_program(config: &WebDriverConfig) -> Option<PathBuf> {
    config
        .told("xvfb")
        .or_else(|| find_program(config.path.as_deref(), &["Xvfb"], &["/usr/bin/Xvfb"]))
}

/// The first line that a program prints for `--version`.
pub(crate) async fn version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(TELLS, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next()?.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

/// The first number of a version.
pub(crate) fn major(version: &str) -> Option<u32> {
    let number = version
        .split_ascii_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))?;
    number.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        for (version, wanted) in [
            ("ChromeDriver 156.0.8078.108 (730482a940ce)", Some(156)),
            (
                "Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)",
                Some(156),
            ),
            ("Mozilla Firefox 153.7.0esr", Some(153)),
            ("geckodriver 0.37.1", Some(0)),
            ("Usage: WebKitWebDriver options", None),
        ] {
            assert_eq!(major(version), wanted, "{version}");
        }
    }
}
