//! The reading end: lines across the files of a log, while another process may be writing and rotating them.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{Log, Query, file};
use crate::error::{Error, Result};
use crate::store::atomic;

/// How often the files are looked at again when they were rotated meanwhile.
const ATTEMPTS: usize = 20;

/// A file of a log, open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) file: File,
    pub(super) path: PathBuf,
    pub(super) identity: (u64, u64),
}

/// Reads what a log holds, the oldest line first, each with its line break and byte for byte as it stands there.
///
/// A half line at the end, that is still being written, is left out. A log that does not exist is empty.
///
/// # Errors
/// [`Kind::Io`](crate::Kind::Io), here and for each line.
pub fn read(dir: &Path, query: &Query) -> Result<Lines> {
    let files = open_all(dir, query.log)?;
    let Some(last) = query.last else {
        let files = files.into_iter().map(Source::new).collect();
        return Ok(Lines {
            query: query.clone(),
            files,
            chosen: VecDeque::new(),
        });
    };
    // From the newest file back, until there are enough.
    let mut chosen = VecDeque::new();
    for open in files.into_iter().rev() {
        let mut lines = Lines {
            query: query.clone(),
            files: [Source::new(open)].into(),
            chosen: VecDeque::new(),
        };
        let mut here = VecDeque::new();
        while let Some(line) = lines.next().transpose()? {
            here.push_back(line);
            if here.len() + chosen.len() > last {
                here.pop_front();
            }
        }
        here.append(&mut chosen);
        chosen = here;
        if chosen.len() >= last {
            break;
        }
    }
    Ok(Lines {
        query: query.clone(),
        files: VecDeque::new(),
        chosen,
    })
}

/// The lines that answer a [`Query`].
#[derive(Debug)]
pub struct Lines {
    query: Query,
    files: VecDeque<Source>,
    chosen: VecDeque<Vec<u8>>,
}

#[derive(Debug)]
struct Source {
    reader: BufReader<File>,
    path: PathBuf,
}

impl Source {
    fn new(open: Open) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, open.file),
            path: open.path,
        }
    }
}

impl Iterator for Lines {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(line) = self.chosen.pop_front() {
            return Some(Ok(line));
        }
        loop {
            let source = self.files.front_mut()?;
            let mut line = Vec::new();
            match source.reader.read_until(b'\n', &mut line) {
                Ok(_) if line.ends_with(b"\n") => {
                    if self.query.takes(&line) {
                        return Some(Ok(line));
                    }
                }
                Ok(_) => drop(self.files.pop_front()),
                Err(source_error) => {
                    let error = Error::io("read", &source.path, source_error);
                    self.files.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Opens all files of a log, the oldest first, so that each line is in exactly one of them.
pub(super) fn open_all(dir: &Path, log: Log) -> Result<Vec<Open>> {
    for _ in 0..ATTEMPTS {
        let mut files: Vec<Open> = Vec::new();
        let mut absent = 0;
        for number in 0.. {
            match open(&file::path(dir, log, number)).transpose() {
                Some(next) => {
                    files.push(next?);
                    absent = 0;
                }
                // In the middle of a rotation, or after a crash there, one number is free.
                None if absent == 0 => absent = 1,
                None => break,
            }
        }
        let unmoved = files.iter().all(|open| identity_at(&open.path) == Some(open.identity));
        if unmoved {
            files.reverse();
            return Ok(files);
        }
    }
    let path = file::path(dir, log, 0);
    Err(Error::io("read", &path, io::Error::other("it is rotated too fast")))
}

fn open(path: &Path) -> Result<Option<Open>> {
    let failed = |source| Error::io("read", path, source);
    let file = match OpenOptions::new().read(true).custom_flags(atomic::SAFE_OPEN).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(failed(io::Error::other("it is no regular file")));
    }
    Ok(Some(Open {
        file,
        path: path.to_owned(),
        identity: (about.dev(), about.ino()),
    }))
}

/// Which file has this name now.
pub(super) fn identity_at(path: &Path) -> Option<(u64, u64)> {
    std::fs::symlink_metadata(path)
        .ok()
        .map(|about| (about.dev(), about.ino()))
}
