//! What remains to be done when this process is ended in the middle (Ctrl-C, a killed job) and can do it itself no more.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};

/// Waits for a word on stdin. Without one its owner is gone: kills who has `$1` in the environment, removes `$2`.
///
/// A process that is being killed is no longer found, while a thread of it may still write: the folder is removed until
/// it stays away.
const SCRIPT: &str = r#"
read -r word && exit
attempts=0
while test $attempts -lt 100; do
    pids=$(grep -lzxFs -e "$1" /proc/[0-9]*/environ | cut -d / -f 3)
    test -z "$pids" || kill -9 $pids
    rm -rf "$2"
    test -n "$pids" || test -e "$2" || exit
    attempts=$((attempts + 1))
    sleep 0.1
done
"#;

/// A process that cleans up after this one, unless it is released.
pub(super) struct Guard {
    child: Child,
}

impl Guard {
    /// Guards the processes that have `entry` in their environment, and a folder.
    pub(super) fn start(entry: &str, folder: &Path) -> Result<Self> {
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "guard", entry])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C is for its owner.
            .process_group(0)
            .spawn()
            .context("failed to start `sh`")?;
        Ok(Self { child })
    }

    /// Everything has been cleaned up.
    pub(super) fn release(&mut self) {
        if let Some(mut stdin) = self.child.stdin.take() {
            // A guard that was killed has nothing to be told.
            let _ = stdin.write_all(b"done\n");
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    /// A process that runs until its stdin closes, certainly in its program when this returns.
    fn marked(entry: &str) -> Child {
        let (name, value) = entry.split_once('=').unwrap();
        let mut child = Command::new("cat")
            .env(name, value)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        child
    }

    #[test]
    fn whose_owner_is_gone_is_cleaned_up() {
        let folder = tempfile::tempdir().unwrap();
        let lost = folder.path().join("lost");
        std::fs::create_dir(&lost).unwrap();
        std::fs::write(lost.join("file"), "").unwrap();
        let entry = format!("GREENROOM_GUARD_TEST={}", folder.path().display());
        let (mut ours, mut other) = (marked(&entry), marked(&format!("{entry}-other")));
        let mut guard = Guard::start(&entry, &lost).unwrap();
        drop(guard.child.stdin.take());
        // Waiting closes it, which would end the process by itself.
        let _open = ours.stdin.take();
        assert!(!ours.wait().unwrap().success());
        guard.release();
        assert!(!lost.exists());
        assert_eq!(other.try_wait().unwrap(), None);
        drop(other.stdin.take());
        assert!(other.wait().unwrap().success());
    }

    #[test]
    fn a_released_guard_touches_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let entry = format!("GREENROOM_GUARD_TEST={}", folder.path().display());
        let mut ours = marked(&entry);
        Guard::start(&entry, folder.path()).unwrap().release();
        assert!(folder.path().exists());
        drop(ours.stdin.take());
        assert!(ours.wait().unwrap().success());
    }
}
