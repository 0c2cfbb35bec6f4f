//! What a cold `open` does, done by hand: the same browser with the same flags, a context, a page, its events enabled,
//! the address, the load event. Nothing is kept, logged or guarded: the floor of the real one.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::cdp::{Client, string};
use crate::sandbox::Sandbox;

/// Between two looks for the file that holds the port.
const LOOK: Duration = Duration::from_millis(1);

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a session's browser was started.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    program: PathBuf,
    flags: Vec<String>,
    /// The folder that stands in the flags.
    profile: String,
}

impl Recipe {
    /// Reads it from a session's state and from its running browser.
    pub(super) fn of(state: &Value) -> Result<Self> {
        let pid = &state["endpoint"]["process"]["pid"];
        let path = format!("/proc/{pid}/cmdline");
        let line = fs::read(&path).with_context(|| format!("failed to read `{path}`"))?;
        Self::parse(
            &string(&state["browser"], "executable")?,
            &String::from_utf8_lossy(&line),
        )
    }

    fn parse(program: &str, line: &str) -> Result<Self> {
        let words = line.split('\0').skip(1).filter(|word| !word.is_empty());
        let flags: Vec<String> = words.map(str::to_owned).collect();
        let profile = flags.iter().find_map(|flag| flag.strip_prefix("--user-data-dir="));
        let profile = profile.context("the browser has no --user-data-dir")?.to_owned();
        Ok(Self {
            program: program.into(),
            flags,
            profile,
        })
    }

    fn flags_for(&self, profile: &Path) -> impl Iterator<Item = String> {
        let profile = profile.display().to_string();
        self.flags.iter().map(move |flag| flag.replace(&self.profile, &profile))
    }

    /// The time from the browser's start to the load event; leaves nothing behind.
    pub(super) fn time(&self, sandbox: &Sandbox, url: &str) -> Result<Duration> {
        let profile = sandbox.workspace().join("profile");
        let mut command = sandbox.program(&self.program);
        command.args(self.flags_for(&profile));
        let start = Instant::now();
        fs::create_dir(&profile)?;
        let mut browser = Browser::start(&mut command)?;
        load(&browser.endpoint(&profile.join("DevToolsActivePort"))?, url)?;
        let duration = start.elapsed();
        drop(browser);
        // A browser that is killed leaves a folder with its lock, which goes with the workspace.
        sandbox.wait_for_processes()?;
        Ok(duration)
    }
}

fn load(endpoint: &str, url: &str) -> Result<()> {
    let mut client = Client::connect(endpoint)?;
    let context = client.call(None, "Target.createBrowserContext", &json!({}))?;
    let params = json!({ "url": "about:blank", "browserContextId": string(&context, "browserContextId")? });
    let target = client.call(None, "Target.createTarget", &params)?;
    let session = client.attach(&string(&target, "targetId")?)?;
    let session = Some(session.as_str());
    client.call(session, "Page.enable", &json!({}))?;
    client.call(session, "Network.enable", &json!({}))?;
    client.call(session, "Page.setLifecycleEventsEnabled", &json!({ "enabled": true }))?;
    let navigation = client.call(session, "Page.navigate", &json!({ "url": url }))?;
    ensure!(
        navigation.get("errorText").is_none(),
        "failed to open `{url}`: {navigation}"
    );
    let loader = string(&navigation, "loaderId")?;
    client.wait("the load event", |event| {
        let params = &event["params"];
        event["method"] == "Page.lifecycleEvent" && params["name"] == "load" && params["loaderId"] == loader.as_str()
    })
}

/// A browser in a process group of its own, which ends with this.
struct Browser(Child);

impl Browser {
    fn start(command: &mut Command) -> Result<Self> {
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn();
        Ok(Self(child.with_context(|| format!("failed to start {command:?}"))?))
    }

    /// Waits until it listens.
    fn endpoint(&mut self, port_file: &Path) -> Result<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(endpoint) = fs::read_to_string(port_file).ok().as_deref().and_then(listening) {
                return Ok(endpoint);
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the browser ended with {status} before it listened");
            }
            ensure!(Instant::now() < end, "the browser does not listen after {PATIENCE:?}");
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its processes are found once more by the sandbox, which tells of those that are left.
        let _ = Command::new("kill")
            .args(["-9", "--", &format!("-{}", self.0.id())])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

/// Reads `DevToolsActivePort`: the port, then the path, which ends with a UUID; not written in one go.
fn listening(text: &str) -> Option<String> {
    let (port, path) = text.split_once('\n')?;
    let id = path.trim_end().strip_prefix("/devtools/browser/")?;
    (id.len() == 36).then(|| format!("ws://127.0.0.1:{port}/devtools/browser/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_are_taken_over_with_another_profile() {
        let line = "/lib/chromium\0--user-data-dir=/run/p1\0--crash-dumps-dir=/run/p1/Crashes\0--headless=new\0";
        let recipe = Recipe::parse("/bin/chromium", line).unwrap();
        let flags: Vec<String> = recipe.flags_for(Path::new("/p2")).collect();
        assert_eq!(
            flags,
            ["--user-data-dir=/p2", "--crash-dumps-dir=/p2/Crashes", "--headless=new"]
        );
        assert!(Recipe::parse("/bin/chromium", "/lib/chromium\0--headless=new\0").is_err());
        assert!(Recipe::of(&json!({})).is_err());
    }

    #[test]
    fn a_port_file_counts_when_it_is_whole() {
        let path = "/devtools/browser/01234567-89ab-cdef-0123-456789abcdef";
        assert_eq!(
            listening(&format!("9222\n{path}\n")),
            Some(format!("ws://127.0.0.1:9222{path}"))
        );
        for half in ["", "92", "9222\n", "9222\n/devtools/browser/0123"] {
            assert_eq!(listening(half), None, "{half:?}");
        }
    }

    #[test]
    fn a_browser_that_ends_at_once_is_an_error() {
        let mut browser = Browser::start(Command::new("sh").args(["-c", "exit 3"])).unwrap();
        let error = browser.endpoint(Path::new("/nowhere/DevToolsActivePort")).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }
}
