//! Where a workspace's daemon listens.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// The runtime folder of one workspace: its socket, its locks and what must not outlive a browser.
///
/// Its path is short (a socket's has 108 bytes at most) and follows from the workspace's path alone, so that a client finds
/// the daemon without reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    folder: PathBuf,
}

impl Address {
    /// The runtime folder of `workspace` (an absolute path without links) below `base`, a folder of the user's.
    pub fn new(base: &Path, workspace: &Path) -> Self {
        Self {
            folder: base.join(format!("{:016x}", fnv1a(workspace.as_os_str().as_bytes()))),
        }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("daemon.sock")
    }

    /// Held by the daemon as long as it lives.
    pub fn daemon_lock(&self) -> PathBuf {
        self.folder.join("daemon.lock")
    }

    /// Held by a client while it starts a daemon, so that many first commands start one.
    pub fn start_lock(&self) -> PathBuf {
        self.folder.join("start.lock")
    }

    /// What must not outlive a browser.
    pub fn scratch(&self) -> PathBuf {
        self.folder.join("browsers")
    }

    /// Makes the folder and its parent, mode 0700, and refuses one that is not this user's alone.
    ///
    /// # Errors
    /// [`Kind::Io`] when it cannot be made, [`Kind::Denied`] when it is somebody else's.
    pub fn prepare(&self) -> Result<()> {
        for folder in self.folder.parent().into_iter().chain([self.folder.as_path()]) {
            match std::fs::DirBuilder::new().mode(0o700).create(folder) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                result => result.map_err(|error| Error::io("create the runtime folder", folder, error))?,
            }
            let found = std::fs::symlink_metadata(folder).map_err(|error| Error::io("look at", folder, error))?;
            let ours = found.is_dir() && found.uid() == rustix::process::geteuid().as_raw();
            if !ours || found.mode() & 0o077 != 0 {
                return Err(Error::new(
                    Kind::Denied,
                    format!(
                        "the runtime folder `{}` is not a folder of this user's alone",
                        folder.display()
                    ),
                )
                .with_hint("set XDG_RUNTIME_DIR to a folder that only you can enter"));
            }
        }
        Ok(())
    }
}

/// FNV-1a: stable over versions of everything, which a folder's name must be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn somebody_elses_folder_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let address = Address::new(&base.path().join("greenroom"), Path::new("/work"));
        address.prepare().unwrap();
        address.prepare().unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(address.folder(), open).unwrap();
        assert_eq!(address.prepare().unwrap_err().kind(), Kind::Denied);
    }

    #[test]
    fn a_link_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let address = Address::new(&base.path().join("greenroom"), Path::new("/work"));
        std::fs::create_dir(base.path().join("greenroom")).unwrap();
        std::os::unix::fs::symlink(base.path(), address.folder()).unwrap();
        assert_eq!(address.prepare().unwrap_err().kind(), Kind::Denied);
    }
}
