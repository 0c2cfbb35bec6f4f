//! The folder of a browser, which goes with it: its temporary files and sockets, and its profile unless that one stays.
//!
//! A browser that is killed removes nothing itself. Its `TMPDIR` is therefore in this folder, and never one that others use.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use greenroom_session_core::backend::{LaunchOptions, Profile};
use greenroom_session_core::{Error, Result};
use tempfile::TempDir;

/// What Chromium adds to `TMPDIR` for the socket at which a second start with the same profile finds the first. It does
/// not start when that does not fit into the address of a socket; the folders of Chrome and Edge have shorter names.
const SOCKET: &str = "/org.chromium.Chromium.XXXXXX/SingletonSocket";

/// The longest address of a socket, without the NUL at its end.
const LONGEST: usize = 107;

/// Makes the folder; it goes when it is dropped.
pub(super) fn make(scratch: &Path) -> Result<TempDir> {
    let (place, prefix) = place(scratch);
    private(place)?;
    tempfile::Builder::new()
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(place)
        .map_err(|error| Error::io("create a folder in", place, error))
}

/// The profile's folder, made where it is missing.
pub(super) fn profile(options: &LaunchOptions, folder: &Path) -> Result<PathBuf> {
    let profile = match &options.profile {
        Profile::Folder(profile) => profile.clone(),
        Profile::Temporary => folder.join("profile"),
    };
    private(&profile)?;
    Ok(profile)
}

/// Where to make the folder, and how its name begins: in `scratch`, or where sockets below it would have too long an
/// address, in the one place that is always short.
fn place(scratch: &Path) -> (&Path, &'static str) {
    let longest = scratch.as_os_str().len() + "/b-XXXXXX".len() + SOCKET.len();
    if longest <= LONGEST {
        (scratch, "b-")
    } else {
        (Path::new("/tmp"), "greenroom-")
    }
}

/// Makes a folder for this user alone, and the missing ones above it; one that is there stays as it is.
fn private(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::io("create", folder, error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn the_usual_runtime_folder_is_short_enough() {
        let usual = Path::new("/run/user/1000/greenroom/0123456789abcdef/browsers");
        assert_eq!(place(usual), (usual, "b-"));
    }

    #[test]
    fn a_socket_of_the_browser_always_fits() {
        let parent = tempfile::tempdir().unwrap();
        for length in 1..80 {
            let scratch = parent.path().join("x".repeat(length));
            let folder = make(&scratch).unwrap();
            assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
            let socket = PathBuf::from(format!("{}{SOCKET}", folder.path().display()));
            std::fs::create_dir(socket.parent().unwrap()).unwrap();
            UnixListener::bind(&socket).unwrap();
        }
    }
}
