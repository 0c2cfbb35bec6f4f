//! Lock files and sockets that a process leaves when it is killed.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::ProcessId;

/// Removes a file unless it is in use: a socket that somebody listens on, or a file with the pid of a process that runs.
/// One that is not there, or is neither, stays as it is.
pub fn remove_stale(path: &Path) {
    let Ok(found) = path.symlink_metadata() else { return };
    let is_stale = if found.file_type().is_socket() {
        UnixStream::connect(path).is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
    } else {
        found.is_file() && holder(path).is_some_and(|pid| ProcessId::of(pid).is_none())
    };
    if is_stale && let Err(error) = fs::remove_file(path) {
        tracing::debug!(%error, path = %path.display(), "what a process has left could not be removed");
    }
}

/// The pid that a file holds, and nothing else.
fn holder(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_what_nobody_uses_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let (dead, alive) = (
            file("dead", "4294967295\n"),
            file("alive", &std::process::id().to_string()),
        );
        let other = file("other", "not a pid");
        let (listened, left) = (folder.path().join("listened"), folder.path().join("left"));
        let _listener = UnixListener::bind(&listened).unwrap();
        drop(UnixListener::bind(&left).unwrap());
        for path in [&dead, &alive, &other, &listened, &left, &folder.path().join("missing")] {
            remove_stale(path);
        }
        assert!(!dead.exists() && !left.exists());
        assert!(alive.exists() && other.exists() && listened.exists());
    }
}
