//! Debian's packages: what may be done here, and the commands that do it.

use std::{os::unix::fs::MetadataExt as _, process::Command};

use anyhow::{Result, bail};

use crate::run::{execute, find_program, output};

/// Somebody else may be installing at this moment (a new machine's own first updates, for example).
const WAIT_FOR_LOCK: &str = "DPkg::Lock::Timeout=120";

/// How packages can be installed here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rights {
    Root,
    Sudo,
    None,
}

/// Installs packages, and brings those that are already here to the version that the archive has now.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    for mut command in commands(packages, find_program(&["apt-get"]).is_some(), &rights())? {
        execute(command.env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

/// The commands that install `packages`, or an error with what to run by hand.
fn commands(packages: &[&str], apt: bool, rights: &Rights) -> Result<Vec<Command>> {
    let by_hand = format!("sudo apt-get update && sudo apt-get install -y {}", packages.join(" "));
    let packages_shown = packages.join(", ");
    if !apt {
        bail!(
            "failed to install {packages_shown}: no apt-get here\nhint: install it with the package manager of this system; on Debian: {by_hand}"
        );
    }
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    // A new machine has no lists, and those of an old one name versions that the archive no longer has.
    match (apt_get(rights, &["update"]), apt_get(rights, &install)) {
        (Some(update), Some(install)) => Ok(vec![update, install]),
        _ => bail!("failed to install {packages_shown}: not root, and sudo would ask for a password\nhint: {by_hand}"),
    }
}

/// `apt-get ARGUMENTS` with the rights to change the system, where there are any.
pub(super) fn apt_get(rights: &Rights, arguments: &[&str]) -> Option<Command> {
    let program: &[&str] = match rights {
        Rights::Root => &["apt-get"],
        Rights::Sudo => &["sudo", "-n", "apt-get"],
        Rights::None => return None,
    };
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).args(["-o", WAIT_FOR_LOCK]).args(arguments);
    Some(command)
}

pub(super) fn rights() -> Rights {
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
    fn what_cannot_be_installed_is_an_error_with_the_command() {
        let hint = "sudo apt-get update && sudo apt-get install -y chromium";
        for (apt, rights) in [(false, Rights::Root), (true, Rights::None)] {
            let error = commands(&["chromium"], apt, &rights).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
        let commands = commands(&["chromium", "xvfb"], true, &Rights::Sudo).unwrap();
        assert_eq!(
            commands.iter().map(shown).collect::<Vec<_>>(),
            [
                "sudo -n apt-get -o DPkg::Lock::Timeout=120 update",
                "sudo -n apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends chromium xvfb"
            ]
        );
    }
}
