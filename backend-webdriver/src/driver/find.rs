//! Which driver and which browser: by name, by path, by what is here.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use greenroom_session_core::backend::LaunchOptions;
use greenroom_session_core::process::{find_program, is_program};
use greenroom_session_core::{Error, Kind, Result};

use crate::WebDriverConfig;

/// The browsers that are known by name, the default first.
pub(crate) const NAMES: &[&str] = &["chromium", "chrome", "firefox", "webkit"];

/// Browsers that have a driver in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    /// Chromium, Chrome and their relatives, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK, by WebKitWebDriver.
    WebKit,
}

impl Make {
    /// The driver's name, in messages and settings.
    pub(crate) fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        }
    }

    /// The usual places of its driver.
    fn places(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "/usr/bin/chromedriver",
                "/usr/lib/chromium/chromedriver",
                "/usr/lib/chromium-browser/chromedriver",
                "/snap/bin/chromium.chromedriver",
                "/opt/homebrew/bin/chromedriver",
            ],
            Self::Firefox => &[
                "/usr/bin/geckodriver",
                "/usr/local/bin/geckodriver",
                "/snap/bin/geckodriver",
                "/opt/homebrew/bin/geckodriver",
            ],
            Self::WebKit => &["/usr/bin/WebKitWebDriver", "/usr/libexec/webkit2gtk/WebKitWebDriver"],
        }
    }

    /// The command that installs its driver.
    pub(crate) fn install_driver(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["apt-get", "install", "-y", "chromium-driver"],
            Self::Firefox => &["cargo", "install", "--locked", "geckodriver"],
            Self::WebKit => &["apt-get", "install", "-y", "webkit2gtk-driver"],
        }
    }
}

/// The names of a browser's programs in `PATH`, and its usual places.
fn programs(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "chrome" => (
            &["google-chrome-stable", "google-chrome", "chrome"],
            &["/opt/google/chrome/chrome"],
        ),
        "firefox" => (
            &["firefox", "firefox-esr"],
            &[
                "/usr/lib/firefox/firefox",
                "/usr/lib/firefox-esr/firefox-esr",
                "/snap/bin/firefox",
            ],
        ),
        "webkit" => (
            &["MiniBrowser"],
            &[
                "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                "/usr/lib/x86_64-linux-gnu/webkitgtk-6.0/MiniBrowser",
                "/usr/lib/aarch64-linux-gnu/webkitgtk-6.0/MiniBrowser",
                "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
                "/usr/lib/webkit2gtk-4.1/MiniBrowser",
            ],
        ),
        _ => (
            &["chromium", "chromium-browser"],
            &["/usr/bin/chromium", "/usr/lib/chromium/chromium", "/snap/bin/chromium"],
        ),
    }
}

/// A driver and the browser that it will start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// One of [`NAMES`].
    pub(crate) name: &'static str,
    /// Whose driver it is.
    pub(crate) make: Make,
    /// The driver's program.
    pub(crate) driver: PathBuf,
    /// The browser's program.
    pub(crate) browser: PathBuf,
}

/// The kind of browser that is meant by a name or a path; `None`: the default.
pub(crate) fn make_of(wish: Option<&str>) -> (&'static str, Make) {
    let name = match wish {
        None => "chromium",
        Some(wish) => NAMES
            .iter()
            .find(|name| **name == wish)
            .copied()
            .unwrap_or_else(|| guess(Path::new(wish))),
    };
    let make = match name {
        "firefox" => Make::Firefox,
        "webkit" => Make::WebKit,
        _ => Make::Chromium,
    };
    (name, make)
}

/// Which browser a program is, by its name.
fn guess(program: &Path) -> &'static str {
    let file = program.file_name().and_then(OsStr::to_str).unwrap_or_default();
    match file.to_ascii_lowercase() {
        file if file.contains("firefox") || file.contains("librewolf") => "firefox",
        file if file.contains("minibrowser") || file.contains("webkit") || file.contains("epiphany") => "webkit",
        file if file.contains("chrome") => "chrome",
        _ => "chromium",
    }
}

/// Finds what is asked for; without a wish, the first of [`NAMES`] that is here with its driver.
pub(crate) fn find(options: &LaunchOptions, config: &WebDriverConfig) -> Result<Found> {
    let Some(wish) = options.browser.as_deref() else {
        let mut all = NAMES.iter().map(|name| find_named(name, options, config));
        return all
            .find_map(Result::ok)
            .map_or_else(|| find_named(NAMES[0], options, config), Ok);
    };
    if NAMES.contains(&wish) {
        return find_named(make_of(Some(wish)).0, options, config);
    }
    let program = PathBuf::from(wish);
    if !program.is_absolute() {
        let message = format!("`{wish}` is neither the name of a browser nor an absolute path");
        return Err(Error::new(Kind::Usage, message).with_hint(format!("greenroom open --browser {}", NAMES.join("|"))));
    }
    if !is_program(&program) {
        return Err(missing(&format!("`{wish}` is not a program"), &[]));
    }
    let (name, make) = make_of(Some(wish));
    Ok(Found {
        name,
        make,
        driver: driver(make, options, config)?,
        browser: program,
    })
}

fn find_named(name: &'static str, options: &LaunchOptions, config: &WebDriverConfig) -> Result<Found> {
    let (_, make) = make_of(Some(name));
    let browser = browser(name, config).ok_or_else(|| missing(&format!("`{name}` was not found"), install(name)))?;
    Ok(Found {
        name,
        make,
        driver: driver(make, options, config)?,
        browser,
    })
}

/// The command that installs a browser.
pub(crate) fn install(name: &str) -> &'static [&'static str] {
    match name {
        "firefox" => &["apt-get", "install", "-y", "firefox-esr"],
        "webkit" => &["apt-get", "install", "-y", "webkit2gtk-driver"],
        "chrome" => &[],
        _ => &["apt-get", "install", "-y", "chromium"],
    }
}

/// Where a browser is.
pub(crate) fn browser(name: &str, config: &WebDriverConfig) -> Option<PathBuf> {
    let (names, places) = programs(name);
    config
        .told(name)
        .or_else(|| find_program(config.path.as_deref(), names, places))
}

/// Where the driver is that starts browsers of a make.
pub(crate) fn driver_of(make: Make, config: &WebDriverConfig) -> Option<PathBuf> {
    let name = make.driver();
    config
        .told(&name.to_ascii_lowercase())
        .or_else(|| find_program(config.path.as_deref(), &[name], make.places()))
}

fn driver(make: Make, options: &LaunchOptions, config: &WebDriverConfig) -> Result<PathBuf> {
    match &options.driver.program {
        Some(program) if is_program(program) => Ok(program.clone()),
        Some(program) => Err(missing(&format!("`{}` is not a program", program.display()), &[])),
        None => driver_of(make, config).ok_or_else(|| {
            let message = format!("the driver `{}` was not found", make.driver());
            missing(&message, make.install_driver())
        }),
    }
}

fn missing(message: &str, install: &[&str]) -> Error {
    let hint = match install {
        [] => String::from("greenroom doctor"),
        command => format!("{}    # or see: greenroom doctor", command.join(" ")),
    };
    Error::new(Kind::NotStarted, message.to_owned()).with_hint(hint)
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

    fn wish(browser: &str) -> LaunchOptions {
        LaunchOptions {
            browser: Some(browser.to_owned()),
            ..LaunchOptions::default()
        }
    }

    #[test]
    fn what_is_told_comes_before_what_is_found() {
        let (here, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (browser, driver) = (program(here.path(), "firefox"), program(here.path(), "geckodriver"));
        let mut config = WebDriverConfig {
            path: Some(here.path().into()),
            ..WebDriverConfig::default()
        };
        let found = find(&wish("firefox"), &config).unwrap();
        assert_eq!(
            (found.make, &found.driver, &found.browser),
            (Make::Firefox, &driver, &browser)
        );
        let told = program(other.path(), "gd");
        config.programs.push((String::from("geckodriver"), told.clone()));
        assert_eq!(find(&wish("firefox"), &config).unwrap().driver, told);
        let mut options = wish("firefox");
        options.driver.program = Some(driver.clone());
        assert_eq!(find(&options, &config).unwrap().driver, driver);
        options.driver.program = Some("/nonexistent/driver".into());
        assert_eq!(find(&options, &config).unwrap_err().kind(), Kind::NotStarted);
    }

    #[test]
    fn a_path_is_the_browser_that_its_name_says() {
        for (path, name, make) in [
            ("/opt/firefox/firefox-bin", "firefox", Make::Firefox),
            ("/opt/MiniBrowser", "webkit", Make::WebKit),
            ("/opt/google/chrome/chrome", "chrome", Make::Chromium),
            ("/opt/brave/brave", "chromium", Make::Chromium),
        ] {
            assert_eq!(make_of(Some(path)), (name, make), "{path}");
        }
        assert_eq!(make_of(None), ("chromium", Make::Chromium));
        let error = find(&wish("fierfox"), &WebDriverConfig::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
    }

    #[test]
    fn a_missing_driver_says_how_to_get_it() {
        let here = tempfile::tempdir().unwrap();
        let driver = here.path().join("not-here");
        let config = WebDriverConfig {
            programs: vec![(String::from("chromium"), program(here.path(), "chromium"))],
            ..WebDriverConfig::default()
        };
        let mut options = wish("chromium");
        options.driver.program = Some(driver);
        let error = find(&options, &config).unwrap_err();
        assert!(error.message().contains("not-here"), "{error}");
        let error = missing("the driver `geckodriver` was not found", Make::Firefox.install_driver());
        assert!(error.hint().unwrap().starts_with("cargo install --locked geckodriver"));
    }
}
