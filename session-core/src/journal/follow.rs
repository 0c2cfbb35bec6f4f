//! Following a log: the lines that are there, then each new one as it comes, across rotations.

use std::collections::VecDeque;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::read::{Open, identity_at, open_all};
use super::{Query, file};
use crate::error::{Error, Result};

/// How often a quiet log is looked at: soon for a person, and cheap.
const LOOK: Duration = Duration::from_millis(100);

/// A log that is being followed.
#[derive(Debug)]
pub struct Follow {
    dir: PathBuf,
    query: Query,
    /// The files to read, the oldest first; the last one is the one that is written to.
    files: VecDeque<Open>,
    /// What of the first file has been read, in whole lines.
    offset: u64,
    lines: VecDeque<Vec<u8>>,
}

impl Follow {
    /// Begins with what [`read`](fn@super::read) answers to this query, with nothing lost or told twice in between.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::Kind::Io).
    pub fn new(dir: &Path, query: Query) -> Result<Self> {
        let files = open_all(dir, query.log)?.into();
        let mut follow = Self {
            dir: dir.to_owned(),
            query,
            files,
            offset: 0,
            lines: VecDeque::new(),
        };
        if let Some(last) = follow.query.last {
            follow.advance(last)?;
        }
        Ok(follow)
    }

    /// The next line, with its line break; waits for it for at most `limit`. `None`: none came.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::Kind::Io).
    pub fn next(&mut self, limit: Duration) -> Result<Option<Vec<u8>>> {
        let end = Instant::now() + limit;
        loop {
            if self.lines.is_empty() {
                self.advance(usize::MAX)?;
            }
            if let Some(line) = self.lines.pop_front() {
                return Ok(Some(line));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            thread::sleep(LOOK.min(left));
        }
    }

    /// Takes in what is new, keeping the last `keep` lines.
    fn advance(&mut self, keep: usize) -> Result<()> {
        loop {
            while self.take_chunk(keep)? {
                // Lines of a large backlog are handed out before more are read.
                if keep == usize::MAX && !self.lines.is_empty() {
                    return Ok(());
                }
            }
            if !self.step()? {
                return Ok(());
            }
        }
    }

    /// Reads on in the first file; false: there is no whole line more.
    fn take_chunk(&mut self, keep: usize) -> Result<bool> {
        let Some(open) = self.files.front() else {
            return Ok(false);
        };
        let mut chunk = vec![0; 1 << 16];
        let mut length = 0;
        let whole = loop {
            let read = open
                .file
                .read_at(&mut chunk[length..], self.offset + length as u64)
                .map_err(|source| Error::io("read", &open.path, source))?;
            length += read;
            if let Some(last) = chunk[..length].iter().rposition(|byte| *byte == b'\n') {
                break last + 1;
            }
            if read == 0 {
                return Ok(false);
            }
            if length == chunk.len() {
                chunk.resize(chunk.len() * 2, 0);
            }
        };
        self.offset += whole as u64;
        for line in chunk[..whole].split_inclusive(|byte| *byte == b'\n') {
            if self.query.takes(line) {
                self.lines.push_back(line.to_vec());
            }
            if self.lines.len() > keep {
                self.lines.pop_front();
            }
        }
        Ok(true)
    }

    /// Goes on to the next file when the first is read to its end and was rotated; false: there is none.
    fn step(&mut self) -> Result<bool> {
        let current = file::path(&self.dir, self.query.log, 0);
        match self.files.front() {
            Some(_) if self.files.len() > 1 => {}
            // Nothing was rotated, or the new file is not there yet.
            Some(open) if identity_at(&current).is_none_or(|now| now == open.identity) => return Ok(false),
            Some(_) => self.look_again()?,
            // The log's first file has come.
            None => {
                self.files = open_all(&self.dir, self.query.log)?.into();
                return Ok(!self.files.is_empty());
            }
        }
        if self.files.len() < 2 {
            return Ok(false);
        }
        // Its last lines may have come after it was read and before it was rotated.
        if self.has_more()? {
            return Ok(true);
        }
        self.files.pop_front();
        self.offset = 0;
        Ok(true)
    }

    /// Opens the files that have come after the first one.
    fn look_again(&mut self) -> Result<()> {
        let mut all: VecDeque<Open> = open_all(&self.dir, self.query.log)?.into();
        let Some(first) = self.files.pop_front() else {
            return Ok(());
        };
        // Where it is gone, rotation has removed it: all that are there came after it.
        if let Some(position) = all.iter().position(|open| open.identity == first.identity) {
            all.drain(..=position);
        }
        all.push_front(first);
        self.files = all;
        Ok(())
    }

    fn has_more(&self) -> Result<bool> {
        let Some(open) = self.files.front() else {
            return Ok(false);
        };
        let size = open
            .file
            .metadata()
            .map_err(|source| Error::io("read", &open.path, source))?
            .len();
        if size <= self.offset {
            return Ok(false);
        }
        // A half line at the end of a file that was rotated stays one.
        let mut rest = vec![0; usize::try_from(size - self.offset).unwrap_or(0)];
        let read = open
            .file
            .read_at(&mut rest, self.offset)
            .map_err(|source| Error::io("read", &open.path, source))?;
        Ok(rest[..read].contains(&b'\n'))
    }
}
