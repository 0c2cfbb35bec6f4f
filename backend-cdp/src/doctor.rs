//! What of the browsers is here, for `doctor`.

use std::process::Stdio;
use std::time::Duration;

use greenroom_session_core::backend::{Diagnosis, Finding};
use tokio::process::Command;
use tokio::time::timeout;

use crate::CdpConfig;
use crate::launch::{Found, NAMES, find};

/// How long a browser may take to tell its version.
const TELLS: Duration = Duration::from_secs(5);

/// One line for each browser that is known by name.
pub(crate) async fn diagnose(config: &CdpConfig) -> Vec<Diagnosis> {
    let any = find(None, config).is_ok();
    let mut all = Vec::new();
    for name in NAMES {
        all.push(match find(Some(name), config) {
            Ok(found) => here(&found).await,
            Err(_) => absent(name, any),
        });
    }
    all
}

async fn here(found: &Found) -> Diagnosis {
    let place = found.program.display();
    let (finding, detail) = match version(found).await {
        Some(version) => (Finding::Ok, format!("{version} at {place}")),
        None => (
            Finding::Missing,
            format!("{place} does not tell its version: it may be damaged"),
        ),
    };
    Diagnosis {
        subject: found.name.to_owned(),
        finding,
        detail,
        fix: None,
    }
}

fn absent(name: &str, any: bool) -> Diagnosis {
    let is_default = NAMES.first() == Some(&name);
    let fix = is_default.then(|| ["apt-get", "install", "-y", "chromium"].map(String::from).to_vec());
    let (finding, detail) = if any || !is_default {
        (Finding::Optional, "not found; another browser is used")
    } else {
        (
            Finding::Missing,
            "not found; no session can be opened without a browser",
        )
    };
    Diagnosis {
        subject: name.to_owned(),
        finding,
        detail: detail.to_owned(),
        fix,
    }
}

async fn version(found: &Found) -> Option<String> {
    let mut command = Command::new(&found.program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(TELLS, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_default_says_how_to_install_it() {
        let line = absent("chromium", false);
        assert_eq!(line.finding, Finding::Missing);
        assert_eq!(line.fix.unwrap().join(" "), "apt-get install -y chromium");
        assert_eq!(absent("edge", false).finding, Finding::Optional);
        assert_eq!(absent("chromium", true).finding, Finding::Optional);
    }
}
