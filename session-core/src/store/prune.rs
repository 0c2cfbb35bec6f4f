//! What is over: archived when its name is used again, and removed when asked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::sessions::{folders, in_use};
use super::{Layout, SessionName, Store, Timestamp, atomic};
use crate::error::{Error, Result};

/// How many earlier sessions of one name the archive keeps.
const KEPT: usize = 20;

/// What pruning removed.
#[derive(Debug, Default)]
pub struct PruneReport {
    /// Ended sessions whose folders were removed.
    pub sessions: Vec<SessionName>,
    /// The names of the folders that were removed from the archive.
    pub archived: Vec<String>,
    /// What could not be removed.
    pub failed: Vec<Error>,
}

impl Store {
    /// Removes the folder of an ended session; false: there is none.
    ///
    /// # Errors
    /// [`Kind::NameInUse`](crate::Kind::NameInUse) when it has not ended; [`Kind::Damaged`](crate::Kind::Damaged) when
    /// nobody can tell; [`Kind::Io`](crate::Kind::Io).
    pub fn remove(&self, name: &SessionName) -> Result<bool> {
        if self.read(name)?.is_none() {
            return Ok(false);
        }
        let lock = self.lock(name)?;
        let Some(record) = self.read(name)? else {
            // Somebody else has removed it meanwhile.
            lock.remove();
            return Ok(false);
        };
        if !record.is_ended() {
            return Err(in_use(&record));
        }
        // Renamed first: a folder that is half removed would be listed as damaged.
        let gone = self.layout().sessions_dir().join(format!(".gone-{name}"));
        delete(&gone)?;
        let dir = self.layout().session_dir(name);
        fs::rename(&dir, &gone).map_err(|source| Error::io("remove", &dir, source))?;
        delete(&gone)?;
        lock.remove();
        Ok(true)
    }

    /// Removes all ended sessions and the archive. Sessions that have not ended and damaged ones stay.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::Kind::Io) when the folders cannot be read; what cannot be removed is in the report.
    pub fn prune(&self) -> Result<PruneReport> {
        let mut report = PruneReport::default();
        for folder in folders(&self.layout().sessions_dir())? {
            let Ok(name) = folder.parse::<SessionName>() else {
                continue;
            };
            // Anything but a session that has ended is none of ours to remove, or was removed by somebody else.
            if !matches!(self.read(&name), Ok(Some(record)) if record.is_ended()) {
                continue;
            }
            match self.remove(&name) {
                Ok(true) => report.sessions.push(name),
                Ok(false) => {}
                Err(error) => report.failed.push(error),
            }
        }
        let archive = self.layout().archive_dir();
        for folder in folders(&archive)? {
            match delete(&archive.join(&folder)) {
                Ok(()) => report.archived.push(folder),
                Err(error) => report.failed.push(error),
            }
        }
        Ok(report)
    }
}

/// Moves the folder of the session `name`, that began at `since`, to the archive. The caller holds its lock.
pub(super) fn archive(layout: &Layout, name: &SessionName, since: Timestamp) -> Result<PathBuf> {
    let (from, archive) = (layout.session_dir(name), layout.archive_dir());
    atomic::folder(&archive)?;
    let stem = format!("{name}-{}", since.compact());
    let mut to = archive.join(&stem);
    let mut copy = 2;
    while fs::symlink_metadata(&to).is_ok() {
        to = archive.join(format!("{stem}-{copy}"));
        copy += 1;
    }
    fs::rename(&from, &to).map_err(|source| Error::io("archive", &from, source))?;
    atomic::sync_folder(&archive)?;
    retain(&archive, name);
    Ok(to)
}

/// Removes the oldest folders of `name` beyond those that are kept. What cannot be removed is tried again next time.
fn retain(archive: &Path, name: &SessionName) {
    let mut earlier: Vec<_> = folders(archive)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|folder| Some((age(folder.strip_prefix(name.as_ref())?.strip_prefix('-')?)?, folder)))
        .collect();
    earlier.sort();
    let surplus = earlier.len().saturating_sub(KEPT);
    for (_, folder) in earlier.drain(..surplus) {
        if let Err(error) = delete(&archive.join(folder)) {
            tracing::warn!(%error, "an old archive stays");
        }
    }
}

/// What the part of a folder's name after the session's name sorts by; `None`: it is of a session of another name.
fn age(suffix: &str) -> Option<(String, u32)> {
    let (stamp, rest) = suffix.split_at_checked("20261121T061300.123Z".len())?;
    let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
    let copy = match rest {
        "" => 1,
        rest => rest.strip_prefix('-')?.parse().ok()?,
    };
    (stamp.chars().map(shape).eq("00000000T000000.000Z".chars())).then(|| (stamp.to_owned(), copy))
}

fn delete(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_known_by_the_whole_name() {
        assert_eq!(
            age("20261121T061300.123Z"),
            Some(("20261121T061300.123Z".to_owned(), 1))
        );
        assert_eq!(age("20261121T061300.123Z-2").unwrap().1, 2);
        for other in [
            "x-20261121T061300.123Z",
            "20261121T061300.123Z-20261121T061300.123Z",
            "2026",
            "",
            "ä20261121T061300.12Z",
        ] {
            assert_eq!(age(other), None, "{other}");
        }
    }
}
