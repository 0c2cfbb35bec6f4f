//! The folder of a process: for its profile, temporary files and sockets. It goes with the process.
//!
//! A process that is killed removes nothing itself. Its `TMPDIR` is therefore in this folder, and never one that others use.

use std::fs::{DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::{Error, Result};

/// The longest address of a socket, without the NUL at its end.
const LONGEST: usize = 107;

/// Between two attempts: nothing tells when the last file of a process that is being killed has been written.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the removal is tried.
const ATTEMPTS: usize = 20;

/// Makes a folder with a unique name in `scratch`, mode 0700; it goes when it is dropped.
///
/// Sockets at the relative path `socket` (with its leading slash) fit below it: where `scratch` is too long for their
/// address, it is in the one place that is always short.
///
/// # Errors
/// [`Kind::Io`](crate::Kind::Io) with the path.
pub fn make_folder(scratch: &Path, socket: &str) -> Result<TempDir> {
    let (place, prefix) = place(scratch, socket);
    private_folder(place)?;
    tempfile::Builder::new()
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(place)
        .map_err(|error| Error::io("create a folder in", place, error))
}

/// Where to make a folder, and how its name begins.
fn place<'a>(scratch: &'a Path, socket: &str) -> (&'a Path, &'static str) {
    let longest = scratch.as_os_str().len() + "/b-XXXXXX".len() + socket.len();
    if longest <= LONGEST {
        (scratch, "b-")
    } else {
        (Path::new("/tmp"), "greenroom-")
    }
}

/// Makes a folder for this user alone, and the missing ones above it; one that is there stays as it is.
///
/// # Errors
/// [`Kind::Io`](crate::Kind::Io) with the path.
pub fn private_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::io("create", folder, error))
}

/// Removes the folder of a process that has ended; one that is not there is as good.
///
/// A process that was killed is gone for others before a write of its threads has ended: then once more. A folder that
/// cannot be removed at all is logged and left.
pub async fn remove_folder(folder: &Path) {
    for _ in 0..ATTEMPTS {
        match tokio::fs::remove_dir_all(folder).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::debug!(%error, folder = %folder.display(), "failed to remove a process's folder");
                tokio::time::sleep(PAUSE).await;
            }
            _ => return,
        }
    }
    tracing::warn!(folder = %folder.display(), "the folder of a process that has ended is left behind");
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;

    use super::*;

    /// The longest that a browser makes.
    const SOCKET: &str = "/org.chromium.Chromium.XXXXXX/SingletonSocket";

    #[test]
    fn the_usual_runtime_folder_is_short_enough() {
        let usual = Path::new("/run/user/1000/greenroom/0123456789abcdef/browsers");
        assert_eq!(place(usual, SOCKET), (usual, "b-"));
    }

    #[test]
    fn a_socket_below_it_always_fits() {
        let parent = tempfile::tempdir().unwrap();
        for length in 1..80 {
            let scratch = parent.path().join("x".repeat(length));
            let folder = make_folder(&scratch, SOCKET).unwrap();
            assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
            let socket = PathBuf::from(format!("{}{SOCKET}", folder.path().display()));
            std::fs::create_dir(socket.parent().unwrap()).unwrap();
            UnixListener::bind(&socket).unwrap();
        }
    }

    #[tokio::test]
    async fn a_folder_goes_though_something_is_still_written_into_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("b-1");
        std::fs::create_dir(&folder).unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let late = folder.clone();
        let writer = std::thread::spawn(move || {
            let files = (0..2_000).map(|number| late.join(number.to_string()));
            let mut written = files.map_while(|file| std::fs::write(file, "late").ok());
            assert!(written.next().is_some());
            begun.send(()).unwrap();
            written.count()
        });
        begins.await.unwrap();
        remove_folder(&folder).await;
        writer.join().unwrap();
        assert!(!folder.exists());
        remove_folder(&folder).await;
    }
}
