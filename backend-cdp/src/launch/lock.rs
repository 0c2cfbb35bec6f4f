//! The lock of a profile that stays, where a browser that was killed has left it.
//!
//! Chromium's lock is a symbolic link to `HOST-PID`, without the process's start time. Where another browser has that pid
//! by now, Chrome waits 20 s for it to answer, and then kills it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The lock's name in a profile.
const LOCK: &str = "SingletonLock";

/// Removes the lock where its holder is none: a process of this computer that has nothing of the profile open.
pub(super) fn remove_stale(profile: &Path) {
    let lock = profile.join(LOCK);
    let Some((host, pid)) = holder(&lock) else { return };
    if host == this_host() && !uses(pid, profile) {
        tracing::debug!(profile = %profile.display(), pid, "removed the lock that a browser has left");
        // What cannot be removed is told by the browser.
        let _ = fs::remove_file(&lock);
    }
}

/// The lock, where another computer's browser has or had it. Only people know whether that one still runs.
pub(super) fn of_another_host(profile: &Path) -> Option<PathBuf> {
    let lock = profile.join(LOCK);
    let (host, _) = holder(&lock)?;
    (host != this_host()).then_some(lock)
}

fn holder(lock: &Path) -> Option<(String, u32)> {
    let target = fs::read_link(lock).ok()?;
    let (host, pid) = target.to_str()?.rsplit_once('-')?;
    Some((host.to_owned(), pid.parse().ok()?))
}

fn this_host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim_end().to_owned()
}

/// Whether a process has a file of the profile open, as each browser has with its own. One that may not be looked at
/// counts as if it had.
fn uses(pid: u32, profile: &Path) -> bool {
    let Ok(profile) = profile.canonicalize() else {
        return false;
    };
    match fs::read_dir(format!("/proc/{pid}/fd")) {
        Ok(open) => open
            .filter_map(|file| fs::read_link(file.ok()?.path()).ok())
            .any(|file| file.starts_with(&profile)),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A profile with the lock of that holder.
    fn locked(host: &str, pid: u32) -> tempfile::TempDir {
        let profile = tempfile::tempdir().unwrap();
        symlink(format!("{host}-{pid}"), profile.path().join(LOCK)).unwrap();
        profile
    }

    fn is_locked(profile: &Path) -> bool {
        profile.join(LOCK).symlink_metadata().is_ok()
    }

    #[test]
    fn the_lock_of_somebody_who_only_has_the_pid_is_removed() {
        // A pid that is in use, by a process that has nothing to do with the profile, and one that cannot be.
        for pid in [std::process::id(), u32::MAX] {
            let profile = locked(&this_host(), pid);
            remove_stale(profile.path());
            assert!(!is_locked(profile.path()), "{pid}");
        }
    }

    #[test]
    fn the_lock_of_who_uses_the_profile_stays() {
        let profile = locked(&this_host(), std::process::id());
        let _open = fs::File::create(profile.path().join("History")).unwrap();
        remove_stale(profile.path());
        assert!(is_locked(profile.path()));
    }

    #[test]
    fn the_lock_of_another_computer_stays_and_is_told() {
        let profile = locked("a-computer-that-is-not-here", std::process::id());
        remove_stale(profile.path());
        assert_eq!(of_another_host(profile.path()), Some(profile.path().join(LOCK)));
        assert_eq!(of_another_host(locked(&this_host(), 7).path()), None);
    }
}
