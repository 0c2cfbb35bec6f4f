//! Drivers that no package of Debian holds (geckodriver), and those that must fit their browser (chromedriver).

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use super::apt;
use crate::run::{cargo, execute, find_program, output};

/// The version that CI tests with; any version that is already there is taken.
const GECKODRIVER: &str = "0.37.1";

/// How Chromium's executable is called.
pub(super) const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// How its driver is called.
pub(super) const CHROMEDRIVER: &[&str] = &["chromedriver"];

/// Whether a geckodriver is here.
pub(super) fn has_geckodriver() -> bool {
    find_program(&["geckodriver"]).is_some()
}

/// Builds geckodriver from crates.io unless there is one. It goes where cargo puts programs, so that it is built once.
pub(super) fn geckodriver() -> Result<()> {
    if has_geckodriver() {
        return Ok(());
    }
    println!("building geckodriver {GECKODRIVER}: about two minutes, once");
    execute(&mut cargo(&[
        "install",
        "--locked",
        "--version",
        GECKODRIVER,
        "geckodriver",
    ]))?;
    if !has_geckodriver() {
        bail!(
            "geckodriver was installed, and is not in PATH\nhint: put cargo's folder of programs there: export PATH=\"$HOME/.cargo/bin:$PATH\""
        );
    }
    Ok(())
}

/// What is wrong with the pair of Chromium and its driver: one that is newer than the other refuses it.
///
/// It comes about by itself: a browser that was installed long ago stays as it is when its driver is installed today.
pub(super) fn disagreement() -> Result<Option<String>> {
    let (Some(browser), Some(driver)) = (find_program(CHROMIUM), find_program(CHROMEDRIVER)) else {
        // What is missing is told elsewhere.
        return Ok(None);
    };
    let (browser, driver) = (version(&browser)?, version(&driver)?);
    Ok(disagree(&browser, &driver))
}

/// Brings Chromium and its driver to the archive's version where they do not fit.
pub(super) fn agree() -> Result<()> {
    let Some(problem) = disagreement()? else { return Ok(()) };
    println!("{problem}");
    apt::install(&["chromium", "chromium-driver"])?;
    match disagreement()? {
        None => Ok(()),
        Some(problem) => bail!("{problem}, also after installing both"),
    }
}

fn version(program: &Path) -> Result<String> {
    let line = output(Command::new(program).arg("--version"))?;
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}

/// `Chromium 156.0.8078.108 built on …` and `ChromeDriver 156.0.8078.108 (…)`: the first numbers must be the same.
fn disagree(browser: &str, driver: &str) -> Option<String> {
    let known = |line: &str| major(line).map_or_else(|| "an unknown version".to_owned(), |major| major.to_string());
    let fit = major(browser).is_some() && major(browser) == major(driver);
    (!fit).then(|| {
        format!(
            "chromedriver is for version {}, and Chromium is {}",
            known(driver),
            known(browser)
        )
    })
}

fn major(line: &str) -> Option<u32> {
    let version = line
        .split(' ')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_fits_a_browser_of_the_same_major_version() {
        let browser = "Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)";
        assert_eq!(
            disagree(browser, "ChromeDriver 156.0.8078.90 (730482a940ce-refs/8078)"),
            None
        );
        assert_eq!(
            disagree(browser, "ChromeDriver 155.0.1.2 (7304)").unwrap(),
            "chromedriver is for version 155, and Chromium is 156"
        );
        assert!(disagree("Google Chrome 156.0.1.2", "?").unwrap().contains("unknown"));
        assert!(disagree("", "").is_some());
    }
}
