//! `setup`: installs what tests need, from Debian's packages where there is one. Does nothing, and asks the network
//! nothing, when all of it is there; says the exact command where it may not install.

mod apt;
mod drivers;
mod fetch;
mod pages;
mod selenium;
mod zod;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{
    flags,
    run::{cargo, execute, find_program, output},
};

/// The version that CI tests with; any version that is already there is taken.
const NEXTEST: &str = "0.9.143";

/// One thing that tests drive.
struct Need {
    package: &'static str,
    /// Any of these programs will do.
    programs: &'static [&'static str],
    purpose: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        package: "chromium",
        programs: drivers::CHROMIUM,
        purpose: "the tests of backend-cdp, the whole-program tests and the demo",
    },
    Need {
        package: "chromium-driver",
        programs: drivers::CHROMEDRIVER,
        purpose: "the tests of backend-webdriver on Chromium",
    },
    Need {
        package: "firefox-esr",
        programs: &["firefox-esr", "firefox"],
        purpose: "the tests of backend-webdriver on Firefox",
    },
    Need {
        package: "webkit2gtk-driver",
        programs: &["WebKitWebDriver"],
        purpose: "the tests of backend-webdriver on WebKit",
    },
    Need {
        package: "xvfb",
        programs: &["Xvfb"],
        purpose: "browsers that need a display (WebKit) on a machine without one",
    },
    Need {
        package: "dbus",
        programs: &["dbus-run-session"],
        purpose: "browsers that need a message bus (WebKit) on a machine without one",
    },
    Need {
        package: "openjdk-17-jre-headless",
        programs: &["java"],
        purpose: "the tests that start a Selenium Grid",
    },
    Need {
        package: "npm",
        programs: &["npm"],
        purpose: "fetching Selenium's server, zod, and pages to compare on",
    },
    Need {
        package: "python3",
        programs: &["python3"],
        purpose: "the test in which another user talks to the daemon's socket",
    },
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [check] = flags(arguments, ["--check"])?;
    let missing = missing(NEEDS, find_program);
    for need in &missing {
        println!("missing: {} ({})", need.package, need.purpose);
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let nextest = output(&mut cargo(&["nextest", "--version"])).is_ok();
    if check {
        pages::run(true)?;
        return report(&packages, nextest);
    }
    if !packages.is_empty() {
        apt::install(&packages)?;
    }
    drivers::agree()?;
    drivers::geckodriver()?;
    if !nextest {
        execute(&mut cargo(&[
            "install",
            "--locked",
            "--version",
            NEXTEST,
            "cargo-nextest",
        ]))?;
    }
    pages::run(false)?;
    selenium::run()?;
    zod::run()?;
    println!("setup: all that is needed is here");
    Ok(())
}

fn missing(needs: &[Need], find: impl Fn(&[&str]) -> Option<PathBuf>) -> Vec<&Need> {
    needs.iter().filter(|need| find(need.programs).is_none()).collect()
}

/// What `--check` comes to.
fn report(packages: &[&str], nextest: bool) -> Result<()> {
    let others = [
        ("cargo-nextest", nextest),
        ("geckodriver", drivers::has_geckodriver()),
        (selenium::NAME, selenium::is_here()),
        (zod::NAME, zod::is_here()),
    ];
    verdict(packages, &others, drivers::disagreement()?)
}

/// An error that names everything that is not as it should be.
fn verdict(packages: &[&str], others: &[(&str, bool)], disagreement: Option<String>) -> Result<()> {
    let others = others.iter().filter(|(_, here)| !here).map(|(name, _)| *name);
    let missing: Vec<&str> = packages.iter().copied().chain(others).collect();
    let mut problems = Vec::new();
    if !missing.is_empty() {
        problems.push(format!("missing: {}", missing.join(", ")));
    }
    problems.extend(disagreement);
    if !problems.is_empty() {
        bail!("{}; install with: cargo xtask setup", problems.join("; "));
    }
    println!("setup: all that is needed is here");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_named() {
        let names = |find: fn(&[&str]) -> Option<PathBuf>| {
            missing(NEEDS, find).iter().map(|need| need.package).collect::<Vec<_>>()
        };
        assert_eq!(names(|_| Some("/usr/bin/any".into())), [""; 0]);
        assert_eq!(
            names(|programs| programs.contains(&"google-chrome").then(|| "/x".into())).len(),
            NEEDS.len() - 1
        );
    }

    #[test]
    fn a_check_names_everything_at_once() {
        let others = [("cargo-nextest", false), ("geckodriver", true)];
        let error = verdict(&["chromium"], &others, Some("they do not fit".to_owned())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "missing: chromium, cargo-nextest; they do not fit; install with: cargo xtask setup"
        );
        verdict(&[], &[("geckodriver", true)], None).unwrap();
    }
}
