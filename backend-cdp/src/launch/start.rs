//! The start of a browser, until it listens; whatever goes wrong, nothing of it is left.

use std::fs;
use std::path::Path;
use std::time::Duration;

use greenroom_session_core::backend::LaunchOptions;
use greenroom_session_core::process::{self, ProcessId, Spawn, Spawned, Starting};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};

use super::args::args;
use super::find::Found;
use super::{folder, lock};

/// Between two looks for the file that holds the port.
const LOOK: Duration = Duration::from_millis(3);

/// The file in a profile that holds the port.
const PORT_FILE: &str = "DevToolsActivePort";

/// How much of what a browser said is told when it could not be started.
const LAST_LINES: usize = 5;

/// A browser that listens. Unless it is kept, it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Started {
    /// Its DevTools WebSocket.
    pub(crate) url: String,
    /// Its port.
    pub(crate) port: u16,
    /// Its process, that leads its group.
    pub(crate) process: ProcessId,
    /// What ends with this.
    pub(crate) starting: Starting,
}

/// Starts a browser and waits until it listens.
pub(crate) async fn start(found: &Found, options: &LaunchOptions, root: bool, call: &Call) -> Result<Started> {
    let folder = folder::make(&options.scratch)?;
    let profile = folder::profile(options, folder.path())?;
    lock::remove_stale(&profile);
    // That of an earlier start would be taken for this one's.
    let port_file = profile.join(PORT_FILE);
    match fs::remove_file(&port_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io("remove", &port_file, error));
        }
        _ => {}
    }
    let args = args(options, &profile, root);
    let output = profile.join("greenroom-browser.log");
    let _ = fs::remove_file(&output);
    let env = env(options, &profile, folder.path());
    let spawned = process::spawn(&Spawn {
        program: &found.program,
        args: &args,
        env: &env,
        output: &output,
    })?;
    let mut starting = Starting::new(folder);
    starting.add(&spawned);
    match call.bound("the browser to start", wait(&spawned, &profile)).await {
        Ok((port, path)) => Ok(Started {
            url: format!("ws://127.0.0.1:{port}{path}"),
            port,
            process: spawned.id(),
            starting,
        }),
        Err(error) => {
            let error = error.with_context("browser", spawned.last_words(LAST_LINES));
            starting.abandon().await;
            Err(error.with_applied(Applied::No))
        }
    }
}

/// Where temporary files and sockets go, and where crash reports: else that is a folder in the user's home that nobody
/// removes. The user's variables come last, and win.
fn env(options: &LaunchOptions, profile: &Path, folder: &Path) -> Vec<(String, String)> {
    let ours = [
        ("TMPDIR", folder.to_owned()),
        ("BREAKPAD_DUMP_LOCATION", profile.join("Crashes")),
    ];
    let ours = ours.map(|(name, path)| (name.to_owned(), path.display().to_string()));
    ours.into_iter().chain(options.env.iter().cloned()).collect()
}

/// Waits for the port and path that the browser listens at, or for its end.
async fn wait(spawned: &Spawned, profile: &Path) -> Result<(u16, String)> {
    let port_file = profile.join(PORT_FILE);
    let listening = async {
        loop {
            if let Some(found) = fs::read_to_string(&port_file).ok().as_deref().and_then(parse) {
                return found;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        found = listening => Ok(found),
        how = spawned.ended() => Err(ended(&how, spawned, profile)),
    }
}

/// Reads `DevToolsActivePort`: the port, then the path; not written in one go.
fn parse(text: &str) -> Option<(u16, String)> {
    let (port, path) = text.split_once('\n')?;
    let path = path.trim_end();
    let is_whole = path.starts_with("/devtools/browser/") && path.len() >= "/devtools/browser/".len() + 36;
    Some((port.parse().ok()?, path.to_owned())).filter(|_| is_whole)
}

fn ended(how: &str, spawned: &Spawned, profile: &Path) -> Error {
    let words = spawned.last_words(LAST_LINES);
    let said = if words.is_empty() {
        String::from("it said nothing")
    } else {
        format!("it said: {words}")
    };
    Error::new(
        Kind::NotStarted,
        format!("failed to start the browser: it ended ({how}); {said}"),
    )
    .with_hint(match lock::of_another_host(profile) {
        Some(lock) => format!(
            "rm '{}'    # if no browser on another computer uses the profile any more",
            lock.display()
        ),
        None => String::from("greenroom doctor"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_file_counts_when_it_is_whole() {
        let path = "/devtools/browser/01234567-89ab-cdef-0123-456789abcdef";
        assert_eq!(parse(&format!("9222\n{path}")), Some((9222, path.to_owned())));
        for half in ["", "92", "9222", "9222\n", "9222\n/devtools/browser/0123"] {
            assert_eq!(parse(half), None, "{half:?}");
        }
    }
}
