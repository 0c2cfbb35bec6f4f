//! `setup`: installs what tests need from Debian's packages. Does nothing, and asks the network nothing, when all of
//! it is there; says the exact command where it may not install.

mod pages;

use std::{os::unix::fs::MetadataExt as _, path::PathBuf, process::Command};

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
    required: bool,
}

const NEEDS: &[Need] = &[
    Need {
        package: "chromium",
        programs: &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ],
        purpose: "the tests of backend-cdp, the whole-program tests and the demo",
        required: true,
    },
    Need {
        package: "python3",
        programs: &["python3"],
        purpose: "the test in which another user talks to the daemon's socket",
        required: true,
    },
    Need {
        package: "firefox-esr",
        programs: &["firefox-esr", "firefox"],
        purpose: "the tests of backend-webdriver on Firefox (with geckodriver)",
        required: false,
    },
    Need {
        package: "webkit2gtk-driver",
        programs: &["WebKitWebDriver"],
        purpose: "the tests of backend-webdriver on WebKit",
        required: false,
    },
    Need {
        package: "xvfb",
        programs: &["Xvfb"],
        purpose: "browsers that need a display (WebKit) on a machine without one",
        required: false,
    },
];

/// How packages can be installed here.
#[derive(Debug, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
    None,
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [check] = flags(arguments, ["--check"])?;
    let missing = missing(NEEDS, find_program);
    for need in &missing {
        let word = if need.required {
            "missing"
        } else {
            "not here, not needed yet"
        };
        println!("{word}: {} ({})", need.package, need.purpose);
    }
    let required: Vec<&str> = missing
        .iter()
        .filter(|need| need.required)
        .map(|need| need.package)
        .collect();
    let nextest = output(&mut cargo(&["nextest", "--version"])).is_ok();
    if check {
        pages::run(true)?;
        return report(&required, nextest);
    }
    if !required.is_empty() {
        install_packages(&required)?;
    }
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
    println!("setup: all that is needed is here");
    Ok(())
}

fn missing(needs: &[Need], find: impl Fn(&[&str]) -> Option<PathBuf>) -> Vec<&Need> {
    needs.iter().filter(|need| find(need.programs).is_none()).collect()
}

fn report(required: &[&str], nextest: bool) -> Result<()> {
    let nextest = (!nextest).then_some("cargo-nextest");
    let missing: Vec<&str> = required.iter().copied().chain(nextest).collect();
    if !missing.is_empty() {
        bail!("missing: {}; install with: cargo xtask setup", missing.join(", "));
    }
    println!("setup: all that is needed is here");
    Ok(())
}

fn install_packages(packages: &[&str]) -> Result<()> {
    for mut command in install_commands(packages, find_program(&["apt-get"]).is_some(), &rights())? {
        execute(command.env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

/// The commands that install `packages`, or an error with what to run by hand.
fn install_commands(packages: &[&str], apt: bool, rights: &Rights) -> Result<Vec<Command>> {
    let by_hand = format!("sudo apt-get update && sudo apt-get install -y {}", packages.join(" "));
    let packages_shown = packages.join(", ");
    if !apt {
        bail!(
            "failed to install {packages_shown}: no apt-get here\nhint: install it with the package manager of this system; on Debian: {by_hand}"
        );
    }
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    match (apt_get(rights, &["update"]), apt_get(rights, &install)) {
        (Some(update), Some(install)) => Ok(vec![update, install]),
        _ => bail!("failed to install {packages_shown}: not root, and sudo would ask for a password\nhint: {by_hand}"),
    }
}

/// `apt-get ARGUMENTS` with the rights to change the system, where there are any.
fn apt_get(rights: &Rights, arguments: &[&str]) -> Option<Command> {
    let program: &[&str] = match rights {
        Rights::Root => &["apt-get"],
        Rights::Sudo => &["sudo", "-n", "apt-get"],
        Rights::None => return None,
    };
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).args(arguments);
    Some(command)
}

fn rights() -> Rights {
    let root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if root {
        Rights::Root
    } else if output(Command::new("sudo").args(["-n", "true"])).is_ok() {
        Rights::Sudo
    } else {
        Rights::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::shown;

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
    fn what_cannot_be_installed_is_an_error_with_the_command() {
        let hint = "sudo apt-get update && sudo apt-get install -y chromium";
        for (apt, rights) in [(false, Rights::Root), (true, Rights::None)] {
            let error = install_commands(&["chromium"], apt, &rights).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
        let commands = install_commands(&["chromium", "xvfb"], true, &Rights::Sudo).unwrap();
        assert_eq!(
            commands.iter().map(shown).collect::<Vec<_>>(),
            [
                "sudo -n apt-get update",
                "sudo -n apt-get install -y --no-install-recommends chromium xvfb"
            ]
        );
        assert!(
            report(&["chromium"], false)
                .unwrap_err()
                .to_string()
                .contains("chromium, cargo-nextest")
        );
    }
}
