//! A display of our own, for browsers that cannot do without one: nobody sees it, and nobody else gets a window on it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use greenroom_session_core::process::{self, Spawn, Spawned};
use greenroom_session_core::{Error, Kind, Result};
use tokio::time::sleep;

/// Between two looks for the number.
const LOOK: Duration = Duration::from_millis(3);

/// How much of what it says is looked at, and told when it does not start.
const LINES: usize = 20;

/// Larger than what a viewport is usually asked to be.
const SCREEN: &str = "3840x2160x24";

/// A display server.
#[derive(Debug)]
pub(super) struct Display {
    pub(super) spawned: Spawned,
    number: u32,
}

impl Display {
    /// Its name, for the variable `DISPLAY`.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// What one that is killed leaves.
    pub(super) fn locks(&self) -> [PathBuf; 2] {
        [
            PathBuf::from(format!("/tmp/.X{}-lock", self.number)),
            PathBuf::from(format!("/tmp/.X11-unix/X{}", self.number)),
        ]
    }

    /// Starts one on the first free number; its output goes into `folder`.
    pub(super) fn spawn(program: &Path, folder: &Path) -> Result<(Spawned, PathBuf)> {
        let output = folder.join("display.log");
        let args = [
            "-displayfd",
            "1",
            "-screen",
            "0",
            SCREEN,
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        .map(String::from);
        let spawned = process::spawn(&Spawn {
            program,
            args: &args,
            env: &[],
            output: &output,
        })?;
        Ok((spawned, output))
    }

    /// Waits until it says its number, in a line of its own.
    pub(super) async fn ready(spawned: Spawned) -> Result<Self> {
        let number = async {
            loop {
                if let Some(number) = said(&spawned.last_words(LINES)) {
                    return number;
                }
                sleep(LOOK).await;
            }
        };
        let number = tokio::select! {
            number = number => Ok(number),
            how = spawned.ended() => Err(ended(&how, &spawned.last_words(LINES))),
        }?;
        Ok(Self { spawned, number })
    }
}

fn ended(how: &str, words: &str) -> Error {
    let message = format!("failed to start a display: it ended ({how}); it said: {words}");
    Error::new(Kind::NotStarted, message).with_hint("greenroom doctor")
}

fn said(words: &str) -> Option<u32> {
    words.lines().find_map(|line| line.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stands_alone_in_a_line() {
        assert_eq!(
            said("_XSERVTransmkdir: Owner of /tmp/.X11-unix should be set\n99"),
            Some(99)
        );
        assert_eq!(said("error 99"), None);
    }
}
