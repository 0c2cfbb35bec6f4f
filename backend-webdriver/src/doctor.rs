//! What of drivers, their browsers and displays is here, for `doctor`.

use greenroom_session_core::backend::{Diagnosis, Finding};

use crate::WebDriverConfig;
use crate::driver::{Make, browser, display_program, driver_of, install, major, version};

/// One line for each driver with its browser, and one for the display.
pub(crate) async fn diagnose(config: &WebDriverConfig) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    for (name, make) in [
        ("chromium", Make::Chromium),
        ("firefox", Make::Firefox),
        ("webkit", Make::WebKit),
    ] {
        all.push(pair(name, make, config).await);
    }
    all.push(display(config));
    // One browser with its driver is enough.
    if all
        .iter()
        .any(|line| line.finding == Finding::Ok && line.subject != DISPLAY)
    {
        for line in &mut all {
            if line.finding == Finding::Missing && line.fix.is_some() {
                line.finding = Finding::Optional;
            }
        }
    }
    all
}

const DISPLAY: &str = "private display";

/// A browser and its driver.
async fn pair(name: &str, make: Make, config: &WebDriverConfig) -> Diagnosis {
    let line = |finding, detail: String, fix: &[&str]| Diagnosis {
        subject: name.to_owned(),
        finding,
        detail,
        fix: (!fix.is_empty()).then(|| fix.iter().map(ToString::to_string).collect()),
    };
    let Some(browser) = browser(name, config) else {
        return line(
            Finding::Missing,
            String::from("the browser was not found"),
            install(name),
        );
    };
    let Some(driver) = driver_of(make, config) else {
        let detail = format!("its driver `{}` was not found", make.driver());
        return line(Finding::Missing, detail, make.install_driver());
    };
    let place = driver.display();
    if make == Make::WebKit {
        // It has no way to tell its version without being started on a display.
        return line(Finding::Ok, format!("{} with {place}", browser.display()), &[]);
    }
    let (Some(of_browser), Some(of_driver)) = (version(&browser).await, version(&driver).await) else {
        let detail = format!(
            "{} or {place} does not tell its version: it may be damaged",
            browser.display()
        );
        return line(Finding::Missing, detail, &[]);
    };
    if make == Make::Chromium && major(&of_browser) != major(&of_driver) {
        let detail = format!("the driver's version is not the browser's: {of_driver} at {place}, {of_browser}");
        return line(
            Finding::Missing,
            detail,
            &["apt-get", "install", "-y", "chromium", "chromium-driver"],
        );
    }
    line(Finding::Ok, format!("{of_browser}, {of_driver} at {place}"), &[])
}

/// The display of our own that WebKit gets when nobody wants to see it.
fn display(config: &WebDriverConfig) -> Diagnosis {
    let (finding, detail, fix) = match display_program(config) {
        Some(program) => (
            Finding::Ok,
            format!("{}, started for headless WebKit and ended with it", program.display()),
            None,
        ),
        None => (
            Finding::Optional,
            String::from("`Xvfb` was not found; headless WebKit needs it"),
            Some(["apt-get", "install", "-y", "xvfb"].map(String::from).to_vec()),
        ),
    };
    Diagnosis {
        subject: DISPLAY.to_owned(),
        finding,
        detail,
        fix,
    }
}
