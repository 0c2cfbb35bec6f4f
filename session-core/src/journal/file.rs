//! One log on disk: whole lines appended by one write each, and older files beside it that are bounded in number.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Log;
use crate::store::{Timestamp, atomic};

/// A log that is written to. There is one writer at a time: the daemon that holds the session.
#[derive(Debug)]
pub(super) struct LogFile {
    dir: PathBuf,
    log: Log,
    file: Option<File>,
}

/// What a file held that is about to be removed, or was cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Removed {
    /// The file's name.
    pub(super) file: String,
    /// Its lines.
    pub(super) lines: u64,
    /// Its bytes.
    pub(super) bytes: u64,
    /// The time of its first line.
    pub(super) from: Option<Timestamp>,
    /// The time of its last line.
    pub(super) to: Option<Timestamp>,
}

impl LogFile {
    pub(super) fn new(dir: &Path, log: Log) -> Self {
        Self {
            dir: dir.to_owned(),
            log,
            file: None,
        }
    }

    /// Opens the file where that is needed. Answers the bytes of a half line that a crash had left at its end, and
    /// that is cut off: a line that is not whole is none.
    pub(super) fn ready(&mut self) -> io::Result<Option<u64>> {
        if let Some(file) = &self.file {
            // A file that was removed still takes writes, which nobody would ever see.
            if file.metadata()?.nlink() > 0 {
                return Ok(None);
            }
            self.file = None;
        }
        let mut options = OpenOptions::new();
        options
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(atomic::SAFE_OPEN);
        let mut file = options.open(self.path(0))?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        let torn = cut_torn(&mut file)?;
        self.file = Some(file);
        Ok(torn)
    }

    /// Whether a line of this length would make the file too large. Every file takes at least one line.
    pub(super) fn is_full(&self, line: usize, max_bytes: u64) -> io::Result<bool> {
        let size = self.file()?.metadata()?.len();
        Ok(size > 0 && size + line as u64 > max_bytes)
    }

    /// What the next rotation removes; `None`: nothing.
    pub(super) fn removed_next(&self, keep: u32) -> Option<Removed> {
        examine(&self.path(self.filled_next(keep))).ok().flatten()
    }

    /// Renames each file to the next number, in place of the one that has the last, and begins a new one.
    pub(super) fn rotate(&mut self, keep: u32) -> io::Result<()> {
        self.file = None;
        let last = self.filled_next(keep);
        if last == 0 {
            fs::remove_file(self.path(0))?;
        }
        for number in (0..last).rev() {
            fs::rename(self.path(number), self.path(number + 1))?;
        }
        self.ready().map(drop)
    }

    /// The number that the next rotation fills: the first that is free, as one is after a crash in the middle of a
    /// rotation, else the last that is kept. With none kept, the current file goes.
    fn filled_next(&self, keep: u32) -> u32 {
        let free = |number: &u32| fs::symlink_metadata(self.path(*number)).is_err();
        (1..=keep).find(free).unwrap_or(keep)
    }

    /// Appends a line, that ends with a line break, by one write.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let mut file = self.file()?;
        let before = file.metadata()?.len();
        let result = match file.write(line) {
            Ok(written) if written == line.len() => return Ok(()),
            // A disk that is full after half of a line takes only that half, and fails from then on.
            Ok(_) => Err(io::ErrorKind::StorageFull.into()),
            Err(error) => Err(error),
        };
        if file.metadata().is_ok_and(|now| now.len() > before) {
            file.set_len(before)?;
        }
        result
    }

    fn file(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn path(&self, number: u32) -> PathBuf {
        path(&self.dir, self.log, number)
    }
}

/// The path of a log: 0 the one that is written to, 1 the one before it, and so on.
pub(super) fn path(dir: &Path, log: Log, number: u32) -> PathBuf {
    dir.join(if number == 0 {
        log.file_name()
    } else {
        log.rotated_name(number)
    })
}

/// Cuts off what follows the last line break; answers how many bytes.
fn cut_torn(file: &mut File) -> io::Result<Option<u64>> {
    let size = file.metadata()?.len();
    let mut whole = size;
    let mut chunk = [0; 4096];
    while whole > 0 {
        let length = usize::try_from(whole).map_or(chunk.len(), |whole| whole.min(chunk.len()));
        file.seek(SeekFrom::Start(whole - length as u64))?;
        file.read_exact(&mut chunk[..length])?;
        match chunk[..length].iter().rposition(|byte| *byte == b'\n') {
            Some(last) => {
                whole = whole - length as u64 + last as u64 + 1;
                break;
            }
            None => whole -= length as u64,
        }
    }
    if whole < size {
        file.set_len(whole)?;
        return Ok(Some(size - whole));
    }
    Ok(None)
}

/// Counts the lines of a file; `None`: there is no such file.
fn examine(path: &Path) -> io::Result<Option<Removed>> {
    let file = match OpenOptions::new().read(true).custom_flags(atomic::SAFE_OPEN).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut removed = Removed {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: file.metadata()?.len(),
        ..Removed::default()
    };
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        removed.lines += 1;
        let at = time(&line);
        removed.from = removed.from.min(at).or(removed.from).or(at);
        removed.to = removed.to.max(at);
        line.clear();
    }
    Ok(Some(removed))
}

/// The time of a line.
fn time(line: &[u8]) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Stamp {
        ts: Timestamp,
    }
    serde_json::from_slice::<Stamp>(line).ok().map(|stamp| stamp.ts)
}
