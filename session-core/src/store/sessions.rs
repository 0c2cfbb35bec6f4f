//! The sessions' folders: made, written, read and listed.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Layout, Lock, SessionName, StateRecord, Timestamp, atomic, prune};
use crate::error::{Error, Kind, Result};

/// How long the lock of a session is waited for. Its holders write a file or two.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// The files of a workspace. Clones and other processes may use it at the same time.
#[derive(Clone, Debug)]
pub struct Store {
    layout: Layout,
}

/// The folder of a session that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFiles {
    /// The folder.
    pub dir: PathBuf,
    /// Where the folder of an earlier session of the same name is now.
    pub archived: Option<PathBuf>,
}

/// What stands in the folder of sessions.
#[derive(Debug)]
pub enum Listed {
    /// A session.
    Session(Box<StateRecord>),
    /// A folder whose state cannot be read; it is left as it is.
    Damaged {
        /// The folder's name.
        name: String,
        /// Why.
        error: Error,
    },
}

impl Store {
    /// The files of a workspace; nothing is made yet.
    pub fn new(layout: Layout) -> Self {
        Self { layout }
    }

    /// Where the files are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Makes `.greenroom` with mode 0700, that ignores itself in git. Does nothing when all is there.
    ///
    /// # Errors
    /// [`Kind::Io`], for example on a read-only file system.
    pub fn prepare(&self) -> Result<()> {
        let root = self.layout.root();
        atomic::folder(root)?;
        let mode = fs::metadata(root)
            .map_err(|source| Error::io("read", root, source))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            fs::set_permissions(root, fs::Permissions::from_mode(0o700))
                .map_err(|source| Error::io("protect", root, source))?;
        }
        let ignore = root.join(".gitignore");
        if fs::symlink_metadata(&ignore).is_err() {
            atomic::write(&ignore, b"*\n", 0o600)?;
        }
        atomic::folder(&self.layout.sessions_dir())?;
        atomic::folder(&self.layout.locks_dir())
    }

    /// Makes the folder of a new session. The folder of an ended one of the same name goes to the archive.
    ///
    /// Of several at once, in whatever processes, exactly one succeeds.
    ///
    /// # Errors
    /// [`Kind::NameInUse`] when that session has not ended; [`Kind::Damaged`] when nobody can tell; [`Kind::Io`].
    pub fn create(&self, record: &StateRecord) -> Result<SessionFiles> {
        self.prepare()?;
        let name = &record.session;
        let _lock = self.lock(name)?;
        let dir = self.layout.session_dir(name);
        let former = self.former(name, &dir)?;
        // Made beside it and renamed, so that no session folder is ever without its state. No name starts with a dot.
        let fresh = self.layout.sessions_dir().join(format!(".new-{name}"));
        let made = fill(&fresh, record).and_then(|()| {
            let archived = former
                .map(|since| prune::archive(&self.layout, name, since))
                .transpose()?;
            fs::rename(&fresh, &dir).map_err(|source| Error::io("make the folder", &dir, source))?;
            atomic::sync_folder(&self.layout.sessions_dir())?;
            Ok(archived)
        });
        match made {
            Ok(archived) => Ok(SessionFiles { dir, archived }),
            Err(error) => {
                // The next attempt clears it away where this fails.
                let _ = fs::remove_dir_all(&fresh);
                Err(error)
            }
        }
    }

    /// When the earlier session began whose folder stands in the way; `None`: there is none.
    fn former(&self, name: &SessionName, dir: &Path) -> Result<Option<Timestamp>> {
        match StateRecord::read(&self.layout.state_file(name), name)? {
            Some(record) if record.is_ended() => Ok(Some(record.started_at)),
            Some(record) => Err(in_use(&record)),
            None => match fs::symlink_metadata(dir) {
                // A folder without a state is nobody's session, and its logs may still be of use to somebody.
                Ok(folder) => Ok(Some(
                    folder.modified().map_or_else(|_| Timestamp::now(), Timestamp::from),
                )),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Error::io("read", dir, error)),
            },
        }
    }

    /// Replaces a session's state, durably. A folder that was lost is made again, so that the session stays listed.
    ///
    /// # Errors
    /// [`Kind::Damaged`] when the file there is damaged or of a newer greenroom (it stays as it is);
    /// [`Kind::NameInUse`] when it is of another session of that name; [`Kind::Io`].
    pub fn write(&self, record: &StateRecord) -> Result<()> {
        let name = &record.session;
        let path = self.layout.state_file(name);
        let _lock = self.lock(name)?;
        if record.is_newer() {
            return Err(StateRecord::refuse_newer(&path));
        }
        match StateRecord::read(&path, name)? {
            Some(there) if there.is_newer() => return Err(StateRecord::refuse_newer(&path)),
            Some(there) if there.started_at != record.started_at => return Err(in_use(&there)),
            Some(_) => atomic::sweep(&path),
            None => {
                self.prepare()?;
                atomic::folder(&self.layout.session_dir(name))?;
            }
        }
        atomic::write_json(&path, record)
    }

    /// Reads a session's state; `None`: there is no session of that name.
    ///
    /// # Errors
    /// [`Kind::Damaged`], naming the file, when it is damaged or of a newer major version; [`Kind::Io`].
    pub fn read(&self, name: &SessionName) -> Result<Option<StateRecord>> {
        let path = self.layout.state_file(name);
        let dir = self.layout.session_dir(name);
        for _ in 0..3 {
            match StateRecord::read(&path, name)? {
                Some(record) => return Ok(Some(record)),
                None if fs::symlink_metadata(&dir).is_err() => return Ok(None),
                // Either it has no state, or it was archived and made anew between the two looks: look again.
                None => {}
            }
        }
        Err(atomic::damaged(&path, &"there is no such file in the session's folder"))
    }

    /// Reads all sessions, the oldest first; what is damaged comes last and hides nothing.
    ///
    /// # Errors
    /// [`Kind::Io`] when the folder of sessions cannot be read; a missing one is empty.
    pub fn list(&self) -> Result<Vec<Listed>> {
        let mut all = Vec::new();
        for name in folders(&self.layout.sessions_dir())? {
            let state = name.parse::<SessionName>().and_then(|name| self.read(&name));
            match state {
                Ok(Some(record)) => all.push(Listed::Session(Box::new(record))),
                Ok(None) => {}
                Err(error) => all.push(Listed::Damaged { name, error }),
            }
        }
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(all)
    }

    pub(super) fn lock(&self, name: &SessionName) -> Result<Lock> {
        Lock::acquire(&self.layout.lock_file(name), LOCK_LIMIT)
    }
}

impl Listed {
    /// The name of its folder.
    pub fn name(&self) -> &str {
        match self {
            Self::Session(record) => record.session.as_ref(),
            Self::Damaged { name, .. } => name,
        }
    }

    fn order(&self) -> (bool, Option<Timestamp>, &str) {
        match self {
            Self::Session(record) => (false, Some(record.started_at), record.session.as_ref()),
            Self::Damaged { name, .. } => (true, None, name),
        }
    }
}

/// Makes the folder `fresh` with a state in it, in place of what a killed process may have left there.
fn fill(fresh: &Path, record: &StateRecord) -> Result<()> {
    match fs::remove_dir_all(fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io("remove", fresh, error)),
        _ => {}
    }
    atomic::folder(fresh)?;
    atomic::write_json(&fresh.join("state.json"), record)
}

/// The names of the folders in a folder, without hidden ones; none when it is missing.
pub(super) fn folders(path: &Path) -> Result<Vec<String>> {
    let failed = |source| Error::io("read", path, source);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

pub(super) fn in_use(record: &StateRecord) -> Error {
    let name = &record.session;
    let message = format!(
        "a session `{name}` has been open since {} and has not ended",
        record.started_at
    );
    Error::new(Kind::NameInUse, message).with_hint(format!(
        "greenroom --session {name} status    # use it as it is, or end it with `close`"
    ))
}
