//! Runs a command that answers on its stdout what it was handed on its stdin.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::{ProcessId, stop};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// The longest answer, in bytes.
const LONGEST: u64 = 4 << 20;

/// How much is told of what a command that failed said.
const LAST_WORDS: usize = 2000;

/// Runs `command` (a program and its arguments) in `folder`, hands it `input`, and answers what it prints. It is killed
/// with its group when the call ends first.
///
/// # Errors
/// [`Kind::Io`] when it cannot be started, fails, or prints more than 4 MiB; [`Kind::Timeout`], [`Kind::Cancelled`].
pub async fn filter(command: &[String], folder: &Path, input: Vec<u8>, call: &Call) -> Result<String> {
    let Some((program, args)) = command.split_first() else {
        return Err(Error::new(Kind::Usage, "the command is empty"));
    };
    let failed = |why: String| Error::new(Kind::Io, format!("`{program}` {why}"));
    let mut child = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    let group = Group(child.id().and_then(ProcessId::of));
    let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let work = async {
        let hand = async {
            if let Some(stdin) = &mut stdin {
                // A command that does not read its input to the end is its own affair.
                let _ = stdin.write_all(&input).await;
            }
            drop(stdin.take());
        };
        let ((), answer, words) = tokio::join!(hand, read(stdout), read(stderr));
        let status = child
            .wait()
            .await
            .map_err(|error| failed(format!("was lost: {error}")))?;
        Ok((status, answer, words))
    };
    let (status, answer, words) = call.bound("the command", work).await?;
    drop(group);
    if answer.len() as u64 > LONGEST {
        return Err(failed(format!("printed more than {LONGEST} bytes")));
    }
    if !status.success() {
        return Err(failed(how(status, &words)));
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Reads as much as counts, and closes the pipe: a command that goes on printing ends by that.
async fn read(from: Option<impl AsyncReadExt + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // What was read before it failed counts.
        let _ = from.take(LONGEST + 1).read_to_end(&mut bytes).await;
    }
    bytes
}

fn how(status: ExitStatus, words: &[u8]) -> String {
    let words = String::from_utf8_lossy(&words[words.len().saturating_sub(LAST_WORDS)..]);
    match words.trim() {
        "" => format!("failed ({status}) and said nothing"),
        words => format!("failed ({status}): {words}"),
    }
}

/// The command's group, ended when this goes.
struct Group(Option<ProcessId>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            tokio::spawn(async move { stop(process, std::time::Duration::ZERO, true).await });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn shell(script: &str) -> [String; 3] {
        ["sh".to_owned(), "-c".to_owned(), script.to_owned()]
    }

    async fn run(script: &str, limit: Duration) -> Result<String> {
        let input = vec![b'x'; 1 << 20];
        filter(&shell(script), Path::new("/"), input, &Call::within(limit)).await
    }

    #[tokio::test]
    async fn it_answers_what_the_command_prints() {
        assert_eq!(run("wc -c", Duration::from_secs(20)).await.unwrap().trim(), "1048576");
        assert_eq!(run("echo done", Duration::from_secs(20)).await.unwrap(), "done\n");
    }

    #[tokio::test]
    async fn its_failure_is_told_with_its_last_words() {
        let error = run("echo no such model >&2; exit 3", Duration::from_secs(20))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Io);
        assert!(
            error.message().contains("no such model") && error.message().contains('3'),
            "{error}"
        );
        let missing = ["greenroom-no-such-program".to_owned()];
        let error = filter(&missing, Path::new("/"), vec![], &Call::within(Duration::from_secs(20))).await;
        assert!(error.unwrap_err().message().contains("could not be started"));
    }

    #[tokio::test]
    async fn an_endless_answer_is_refused() {
        let error = run("yes", Duration::from_secs(20)).await.unwrap_err();
        assert!(error.message().contains("more than"), "{error}");
    }

    #[tokio::test]
    async fn it_is_killed_with_its_children_when_the_caller_goes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 1000 & echo $! > {0}.new; mv {0}.new {0}; wait", file.display());
        let cancel = tokio_util::sync::CancellationToken::new();
        let call = Call::new("op-1", None, cancel.clone());
        let command = shell(&script);
        let pid = async {
            while !file.exists() {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
            std::fs::read_to_string(&file).unwrap().trim().parse().unwrap()
        };
        let (ended, pid) = tokio::join!(filter(&command, Path::new("/"), vec![], &call), pid);
        assert_eq!(ended.unwrap_err().kind(), Kind::Cancelled);
        while ProcessId::of(pid).is_some_and(ProcessId::is_alive) {
            tokio::task::yield_now().await;
        }
    }
}
