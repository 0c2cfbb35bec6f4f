//! Starts browsers and drivers so that they outlive this process and nothing of theirs reaches a terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::watch;

use super::ProcessId;
use crate::error::{Error, Kind, Result};

/// How much of a program's output is read back for an error message.
const LAST_WORDS: u64 = 16 * 1024;

/// The environment that keeps a daemon small: what a large answer took goes back to the system when it was sent, instead of
/// being kept for the next one. For glibc, whose limits would grow with the first such answer; others do not look at it. The
/// programs that are started here do not get it.
pub const GIVES_MEMORY_BACK: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
];

/// What to start and where its output goes.
#[derive(Debug)]
pub struct Spawn<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments.
    pub args: &'a [String],
    /// The environment it gets on top of this process's.
    pub env: &'a [(String, String)],
    /// The file that takes its stdout and stderr; made anew, mode 0600.
    pub output: &'a Path,
}

/// A process that was started here, and is reaped here when it ends.
#[derive(Debug)]
pub struct Spawned {
    id: ProcessId,
    output: PathBuf,
    ended: watch::Receiver<Option<String>>,
}

impl Spawned {
    /// Which process it is; also the leader of its group.
    pub fn id(&self) -> ProcessId {
        self.id
    }

    /// Waits until it has ended; answers how, for example `exit status: 1`.
    pub async fn ended(&self) -> String {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(how) => how.clone().unwrap_or_default(),
            Err(_) => String::from("it is gone"),
        }
    }

    /// The last lines that it wrote, at most `lines`.
    pub fn last_words(&self, lines: usize) -> String {
        let text = tail(&self.output).unwrap_or_default();
        let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

/// Starts a program in a process group of its own, with nothing to read and its output in a file.
///
/// Needs a tokio runtime with I/O, where a task reaps it.
///
/// # Errors
/// [`Kind::NotStarted`] when it cannot be executed.
pub fn spawn(spawn: &Spawn<'_>) -> Result<Spawned> {
    let output = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(spawn.output)
        .map_err(|error| Error::io("create", spawn.output, error))?;
    let second = output
        .try_clone()
        .map_err(|error| Error::io("open", spawn.output, error))?;
    let failed = |error: io::Error| {
        let program = spawn.program.display();
        Error::new(Kind::NotStarted, format!("failed to start `{program}`: {error}")).with_source(error)
    };
    let mut command = Command::new(spawn.program);
    for (name, _) in GIVES_MEMORY_BACK {
        command.env_remove(name);
    }
    let mut child = command
        .args(spawn.args)
        .envs(spawn.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::from(output))
        .stderr(Stdio::from(second))
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    let pid = child.id().unwrap_or_default();
    let id = ProcessId::of_child(pid).ok_or_else(|| failed(io::Error::other("its start time is unknown")))?;
    let (tell, ended) = watch::channel(None);
    tokio::spawn(async move {
        let how = match child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => format!("it could not be waited for: {error}"),
        };
        tell.send_replace(Some(how));
    });
    Ok(Spawned {
        id,
        output: spawn.output.to_owned(),
        ended,
    })
}

/// The end of a file as text.
fn tail(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(LAST_WORDS);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(LAST_WORDS).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell<'a>(args: &'a [String], output: &'a Path) -> Spawn<'a> {
        Spawn {
            program: Path::new("/bin/sh"),
            args,
            env: &[],
            output,
        }
    }

    #[tokio::test]
    async fn it_leads_its_group_and_its_last_words_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let args = ["-c", "cat; echo one; echo two >&2; exit 3"].map(String::from);
        let spawned = spawn(&shell(&args, &output)).unwrap();
        assert_eq!(spawned.ended().await, "exit status: 3");
        assert_eq!(spawned.last_words(1), "two");
        assert_eq!(spawned.last_words(9), "one\ntwo");
        assert!(!spawned.id().is_alive());
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_not_started() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let error = spawn(&Spawn {
            program: Path::new("/nonexistent/browser"),
            ..shell(&[], &output)
        })
        .unwrap_err();
        assert_eq!(error.kind(), Kind::NotStarted);
        assert!(error.message().contains("/nonexistent/browser"), "{error}");
    }
}
