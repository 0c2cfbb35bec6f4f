//! The folder of a browser, which goes with it: its temporary files and sockets, and its profile unless that one stays.

use std::path::{Path, PathBuf};

use greenroom_session_core::backend::{LaunchOptions, Profile};
use greenroom_session_core::{Result, process};
use tempfile::TempDir;

/// What Chromium adds to `TMPDIR` for the socket at which a second start with the same profile finds the first. It does
/// not start when that does not fit into the address of a socket; the folders of Chrome and Edge have shorter names.
const SOCKET: &str = "/org.chromium.Chromium.XXXXXX/SingletonSocket";

/// Makes the folder; it goes when it is dropped.
pub(super) fn make(scratch: &Path) -> Result<TempDir> {
    process::make_folder(scratch, SOCKET)
}

/// The profile's folder, made where it is missing.
pub(super) fn profile(options: &LaunchOptions, folder: &Path) -> Result<PathBuf> {
    let profile = match &options.profile {
        Profile::Folder(profile) => profile.clone(),
        Profile::Temporary => folder.join("profile"),
    };
    process::private_folder(&profile)?;
    Ok(profile)
}
