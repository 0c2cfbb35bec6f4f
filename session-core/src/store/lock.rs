//! Locks between processes: advisory locks on files, that the kernel releases when their holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::atomic;
use crate::error::{Error, Kind, Result};

/// How often a taken lock is tried again. Holders write a small file or two, which takes milliseconds.
const AGAIN: Duration = Duration::from_millis(2);

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock on the file at `path`, that is made where it is missing, and waits for it for at most `limit`.
    ///
    /// # Errors
    /// [`Kind::Timeout`] when somebody else still holds it; [`Kind::Io`].
    pub fn acquire(path: &Path, limit: Duration) -> Result<Self> {
        let end = Instant::now() + limit;
        loop {
            if let Some(lock) = Self::try_acquire(path)? {
                return Ok(lock);
            }
            if Instant::now() >= end {
                let message = format!("deadline passed while waiting for the lock `{}`", path.display());
                return Err(Error::new(Kind::Timeout, message).with_hint("greenroom daemon status"));
            }
            thread::sleep(AGAIN);
        }
    }

    /// Takes the lock if nobody holds it.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>> {
        loop {
            let file = open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", path, source)),
            }
            // Between opening and locking, its former holder may have removed the file: a lock on a file that has no
            // name excludes nobody.
            if is_at(&file, path) {
                return Ok(Some(Self {
                    file,
                    path: path.to_owned(),
                }));
            }
        }
    }

    /// Removes the file and lets go of the lock.
    pub(crate) fn remove(self) {
        // When that fails there is an empty file too many.
        let _ = std::fs::remove_file(&self.path);
        drop(self.file);
    }
}

fn open(path: &Path) -> Result<File> {
    let attempt = || {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(atomic::SAFE_OPEN).open(path)
    };
    match attempt() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                atomic::folder(parent)?;
            }
            attempt()
        }
        other => other,
    }
    .map_err(|source| Error::io("open the lock", path, source))
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => open.ino() == named.ino() && open.dev() == named.dev(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_a_removed_file_locks_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/x.lock");
        let first = Lock::acquire(&path, Duration::ZERO).unwrap();
        assert!(Lock::try_acquire(&path).unwrap().is_none());
        let error = Lock::acquire(&path, Duration::from_millis(5)).unwrap_err();
        assert_eq!(error.kind(), Kind::Timeout);
        assert!(error.message().contains("x.lock"));
        first.remove();
        assert!(!path.exists());
        let second = Lock::try_acquire(&path).unwrap();
        assert!(second.is_some() && path.exists());
    }

    #[test]
    fn holders_exclude_each_other_while_the_file_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        thread::scope(|scope| {
            for turn in 0..4 {
                let (path, inside) = (&path, &inside);
                scope.spawn(move || {
                    for round in 0..2_000 {
                        // Without the pauses of `acquire`, so that they meet often.
                        let Some(lock) = Lock::try_acquire(path).unwrap() else {
                            continue;
                        };
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        thread::yield_now();
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        if (turn + round) % 2 == 0 {
                            lock.remove();
                        } else {
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
