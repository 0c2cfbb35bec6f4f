//! Files that are replaced as a whole: a reader sees the old one or the new one, after any crash.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Kind, Result};

/// Follows no symbolic link in the last component, and does not wait for the other end of a named pipe.
pub(crate) const SAFE_OPEN: i32 = rustix::fs::OFlags::NOFOLLOW
    .union(rustix::fs::OFlags::NONBLOCK)
    .bits()
    .cast_signed();

/// The largest file that is read into memory; ours are far smaller.
const LARGEST: u64 = 64 << 20;

/// Replaces the file at `path` by `bytes`, with these permission bits, durably.
///
/// It writes a temporary file in the same folder, syncs it, renames it and syncs the folder.
///
/// # Errors
/// [`Kind::Io`]; then the old file is still there, unharmed.
pub fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    told(path, try_write(path, bytes, mode, true))
}

/// Makes the file at `path` of `bytes` for what could be made again: as [`write()`], but a crash of the machine may lose
/// it. Readers never see a half one.
///
/// # Errors
/// [`Kind::Io`].
pub fn publish(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    told(path, try_write(path, bytes, mode, false))
}

fn told(path: &Path, written: io::Result<()>) -> Result<()> {
    written.map_err(|source| {
        let full = matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        let error = Error::io("write", path, source);
        if full {
            error.with_hint("df -h . # then free some space; greenroom prune removes ended sessions")
        } else {
            error
        }
    })
}

fn try_write(path: &Path, bytes: &[u8], mode: u32, durably: bool) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut temporary = tempfile::Builder::new()
        .prefix(&temporary_prefix(&name.to_string_lossy()))
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    // The permissions that a file is made with are cut by the process's umask.
    temporary.as_file().set_permissions(Permissions::from_mode(mode))?;
    if durably {
        temporary.as_file().sync_all()?;
    }
    temporary.persist(path).map_err(|error| error.error)?;
    if durably {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn temporary_prefix(name: &str) -> String {
    format!(".{name}.tmp-")
}

/// Removes what writers of `path` that were killed have left. The caller holds the lock of that file.
pub fn sweep(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let prefix = temporary_prefix(&name.to_string_lossy());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // A leftover that cannot be removed does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Writes `value` as indented JSON, mode 0600; see [`write()`].
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|source| {
        Error::new(
            Kind::Internal,
            format!("failed to write `{}` as JSON: {source}", path.display()),
        )
        .with_source(source)
    })?;
    bytes.push(b'\n');
    write(path, &bytes, 0o600)
}

/// Reads JSON; `None`: there is no such file.
///
/// # Errors
/// [`Kind::Damaged`] when it is not what `T` expects; [`Kind::Io`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(bytes) = read(path)? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|source| damaged(path, &source))
}

/// Reads a file; `None`: there is no such file.
///
/// # Errors
/// [`Kind::Damaged`] when it is no regular file or larger than any of ours; [`Kind::Io`].
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match OpenOptions::new().read(true).custom_flags(SAFE_OPEN).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // NOFOLLOW answers ELOOP for a symbolic link.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(damaged(path, &"it is a symbolic link"));
        }
        Err(error) => return Err(Error::io("read", path, error)),
    };
    let size = file.metadata().map_err(|source| Error::io("read", path, source))?;
    if !size.is_file() {
        return Err(damaged(path, &"it is no regular file"));
    }
    if size.len() > LARGEST {
        return Err(damaged(path, &"it is far too large"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io("read", path, source))?;
    Ok(Some(bytes))
}

/// The error of a file that is not what it should be. It stays as and where it is.
pub fn damaged(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Damaged, format!("failed to read `{}`: {why}", path.display()))
        .with_hint("mend the file or move its folder away; it was left as it is")
}

/// Makes a folder and the missing ones above it, all with mode 0700.
///
/// # Errors
/// [`Kind::Io`]; no error when it is there.
pub fn folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| Error::io("make the folder", path, source))
}

/// Makes sure that what was made, renamed or removed in a folder stays so after a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::io("sync", path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_with_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, b"a long first content", 0o644).unwrap();
        write_json(&path, &[1]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[\n  1\n]\n");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_killed_writer_leaves_the_old_file_and_a_leftover_that_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_json(&path, &1).unwrap();
        std::fs::write(folder.path().join(".a.json.tmp-x1"), b"{\"hal").unwrap();
        std::fs::write(folder.path().join(".b.json.tmp-x1"), b"somebody else's").unwrap();
        assert_eq!(read_json::<u8>(&path).unwrap(), Some(1));
        sweep(&path);
        assert!(!folder.path().join(".a.json.tmp-x1").exists());
        assert!(folder.path().join(".b.json.tmp-x1").exists());
    }

    #[test]
    fn a_symbolic_link_is_replaced_and_never_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        std::fs::write(&target, "1").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(read(&link).unwrap_err().kind(), Kind::Damaged);
        write(&link, b"2", 0o600).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "1");
        assert_eq!(std::fs::read_to_string(&link).unwrap(), "2");
    }

    #[test]
    fn what_is_no_file_is_damaged_and_never_hangs() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        assert_eq!(read(&pipe).unwrap_err().kind(), Kind::Damaged);
        assert_eq!(read(folder.path()).unwrap_err().kind(), Kind::Damaged);
        assert!(read(&folder.path().join("none")).unwrap().is_none());
        let error = write(&folder.path().join("gone/a"), b"", 0o600).unwrap_err();
        assert!(error.message().contains("gone/a"));
    }
}
