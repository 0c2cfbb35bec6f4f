//! Where each file of a workspace is.

use std::path::{Path, PathBuf};

use super::{ProfileName, SessionName};
use crate::journal::Log;

/// The paths of a workspace (spec: files). It only knows them; it makes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    workspace: PathBuf,
    root: PathBuf,
}

impl Layout {
    /// The layout of the workspace in this folder.
    pub fn new(workspace: PathBuf) -> Self {
        let root = workspace.join(".greenroom");
        Self { workspace, root }
    }

    /// The folder that holds `.greenroom`.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// The folder `.greenroom`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The settings, that people write.
    pub fn config_file(&self) -> PathBuf {
        self.root.join("config.json")
    }

    /// Where the running daemon is.
    pub fn daemon_file(&self) -> PathBuf {
        self.root.join("daemon.json")
    }

    /// What a daemon holds locked while it runs.
    pub fn daemon_lock(&self) -> PathBuf {
        self.root.join("daemon.lock")
    }

    /// The daemon's own log.
    pub fn daemon_log(&self) -> PathBuf {
        self.root.join("daemon.log")
    }

    /// The folder of the sessions.
    pub fn sessions_dir(&self) -> PathBuf {
        self.root.join("sessions")
    }

    /// The folder of a session.
    pub fn session_dir(&self, name: &SessionName) -> PathBuf {
        self.sessions_dir().join(name.as_ref())
    }

    /// The state of a session.
    pub fn state_file(&self, name: &SessionName) -> PathBuf {
        self.session_dir(name).join("state.json")
    }

    /// One of the logs of a session.
    pub fn log_file(&self, name: &SessionName, log: Log) -> PathBuf {
        self.session_dir(name).join(log.file_name())
    }

    /// The numbered snapshots of a session.
    pub fn snapshots_dir(&self, name: &SessionName) -> PathBuf {
        self.session_dir(name).join("snapshots")
    }

    /// The downloads of a session.
    pub fn downloads_dir(&self, name: &SessionName) -> PathBuf {
        self.session_dir(name).join("downloads")
    }

    /// The last storage snapshot of a session.
    pub fn storage_file(&self, name: &SessionName) -> PathBuf {
        self.session_dir(name).join("storage.json")
    }

    /// What the scripts of a session put into `state`.
    pub fn script_file(&self, name: &SessionName) -> PathBuf {
        self.session_dir(name).join("script.json")
    }

    /// The folder of the locks.
    pub fn locks_dir(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// What is locked to change a session's files. Not in the session's folder, which moves when it is archived.
    pub fn lock_file(&self, name: &SessionName) -> PathBuf {
        self.locks_dir().join(format!("{name}.lock"))
    }

    /// The folders of earlier sessions.
    pub fn archive_dir(&self) -> PathBuf {
        self.root.join("archive")
    }

    /// The user-data folder of a persistent session.
    pub fn browser_profile_dir(&self, name: &ProfileName) -> PathBuf {
        self.root.join("browser-profiles").join(name.as_ref())
    }

    /// The folder of the auth profiles.
    pub fn profiles_dir(&self) -> PathBuf {
        self.root.join("profiles")
    }

    /// An auth profile.
    pub fn profile_file(&self, name: &ProfileName) -> PathBuf {
        self.profiles_dir().join(format!("{name}.json"))
    }
}
