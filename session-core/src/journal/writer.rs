//! The writing end of a session's logs.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use serde_json::{Value, json};

use super::file::{LogFile, Removed};
use super::{ActionEntry, Log, LogEntry, Masker, Origin, entry};
use crate::backend::{ConsoleRecord, FrameRecord, NetworkRecord};
use crate::store::Timestamp;

/// How a session's logs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// Whether secrets are masked.
    pub redact: bool,
    /// The most bytes of one file.
    pub max_bytes: u64,
    /// How many older files of each log are kept.
    pub keep: u32,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            redact: true,
            max_bytes: 16 << 20,
            keep: 7,
        }
    }
}

/// The logs of a session, written by any thread. A line that cannot be written never fails the command that caused it:
/// it is counted, and the next line that can be written comes after one that tells how many are missing and why.
pub struct Journal {
    options: JournalOptions,
    masker: RwLock<Masker>,
    // Locked before `logs` where both are needed.
    files: [Mutex<LogFile>; 3],
    logs: Mutex<LogFile>,
    missing: Mutex<Missing>,
    any_missing: AtomicBool,
}

/// The lines that could not be written.
#[derive(Debug, Default)]
struct Missing {
    lines: [u64; Log::ALL.len()],
    reason: String,
    since: Option<Timestamp>,
}

impl Journal {
    /// The logs in a session's folder. Nothing is opened before the first line.
    pub fn open(dir: &Path, options: JournalOptions) -> Self {
        let file = |log| Mutex::new(LogFile::new(dir, log));
        Self {
            options,
            masker: RwLock::new(if options.redact { Masker::new() } else { Masker::off() }),
            files: [file(Log::Network), file(Log::Actions), file(Log::Console)],
            logs: file(Log::Logs),
            missing: Mutex::default(),
            any_missing: AtomicBool::new(false),
        }
    }

    /// Masks this string from now on, in clear and encoded.
    pub fn register_secret(&self, secret: &str) {
        self.masker
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .register(secret);
    }

    /// The text as the logs would hold it.
    pub fn mask(&self, text: &str) -> String {
        self.with_masker(|masker| masker.mask(text).into_owned())
    }

    /// Writes one of greenroom's own events.
    pub fn log(&self, entry: &LogEntry) {
        let now = Timestamp::now();
        self.write(Log::Logs, self.with_masker(|masker| entry.line(now, masker)));
    }

    /// Writes an action.
    pub fn action(&self, entry: &ActionEntry) {
        let now = Timestamp::now();
        self.write(Log::Actions, self.with_masker(|masker| entry.line(now, masker)));
    }

    /// Writes a request.
    pub fn network(&self, record: &NetworkRecord, origin: &Origin<'_>) {
        self.write(
            Log::Network,
            self.with_masker(|masker| entry::network_line(record, origin, masker)),
        );
    }

    /// Writes a message of a connection, among the requests.
    pub fn frame(&self, record: &FrameRecord, origin: &Origin<'_>) {
        self.write(
            Log::Network,
            self.with_masker(|masker| entry::frame_line(record, origin, masker)),
        );
    }

    /// Writes a console call or an uncaught error.
    pub fn console(&self, record: &ConsoleRecord, origin: &Origin<'_>) {
        self.write(
            Log::Console,
            self.with_masker(|masker| entry::console_line(record, origin, masker)),
        );
    }

    /// Tells now about lines that could not be written, if there are any and it is possible.
    pub fn flush(&self) {
        self.tell_missing(&mut lock(&self.logs));
    }

    fn with_masker<T>(&self, work: impl FnOnce(&Masker) -> T) -> T {
        work(&self.masker.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, log: Log, mut line: Vec<u8>) {
        line.push(b'\n');
        let result = match log {
            Log::Logs => self.append_logs(&mut lock(&self.logs), &line),
            Log::Network => self.append(&self.files[0], &line),
            Log::Actions => self.append(&self.files[1], &line),
            Log::Console => self.append(&self.files[2], &line),
        };
        if let Err(error) = result {
            self.count(log, &error);
        }
    }

    fn append(&self, file: &Mutex<LogFile>, line: &[u8]) -> io::Result<()> {
        let mut file = lock(file);
        if self.any_missing.load(Ordering::Acquire) && !self.tell_missing(&mut lock(&self.logs)) {
            return Err(io::Error::other("the lines before it could not be written either"));
        }
        let torn = file.ready()?;
        if let Some(bytes) = torn {
            self.note(&mut lock(&self.logs), &torn_entry(bytes))?;
        }
        if file.is_full(line.len(), self.options.max_bytes)? {
            // Told first: were this process killed in between, the note would be early rather than missing.
            if let Some(removed) = file.removed_next(self.options.keep) {
                self.note(&mut lock(&self.logs), &removed_entry(&removed))?;
            }
            file.rotate(self.options.keep)?;
        }
        file.append(line)
    }

    fn append_logs(&self, logs: &mut LogFile, line: &[u8]) -> io::Result<()> {
        if !self.tell_missing(logs) {
            return Err(io::Error::other("the lines before it could not be written either"));
        }
        self.append_bounded(logs, line)
    }

    /// Writes a line about the logs themselves.
    fn note(&self, logs: &mut LogFile, entry: &LogEntry) -> io::Result<()> {
        self.append_bounded(logs, &note_line(entry))
    }

    fn append_bounded(&self, logs: &mut LogFile, line: &[u8]) -> io::Result<()> {
        if let Some(bytes) = logs.ready()? {
            logs.append(&note_line(&torn_entry(bytes)))?;
        }
        if logs.is_full(line.len(), self.options.max_bytes)? {
            let removed = logs.removed_next(self.options.keep);
            logs.rotate(self.options.keep)?;
            if let Some(removed) = removed {
                logs.append(&note_line(&removed_entry(&removed)))?;
            }
        }
        logs.append(line)
    }

    fn count(&self, log: Log, error: &io::Error) {
        let mut missing = lock(&self.missing);
        missing.lines[log as usize] += 1;
        if missing.since.is_none() {
            missing.since = Some(Timestamp::now());
            missing.reason = error.to_string();
        }
        self.any_missing.store(true, Ordering::Release);
    }

    /// Answers whether nothing is left to tell.
    fn tell_missing(&self, logs: &mut LogFile) -> bool {
        if !self.any_missing.load(Ordering::Acquire) {
            return true;
        }
        let mut missing = lock(&self.missing);
        let told = missing.since.is_none() || self.note(logs, &missing.entry()).is_ok();
        if told {
            *missing = Missing::default();
            self.any_missing.store(false, Ordering::Release);
        }
        told
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.flush();
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the masker: it holds the secrets.
        f.debug_struct("Journal")
            .field("logs", &self.logs)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Missing {
    fn entry(&self) -> LogEntry {
        let lines: serde_json::Map<String, Value> = Log::ALL
            .iter()
            .filter(|log| self.lines[**log as usize] > 0)
            .map(|log| (log.file_name(), self.lines[*log as usize].into()))
            .collect();
        note(
            "failed to write log lines; they are missing",
            json!({ "lines": lines, "reason": self.reason, "since": self.since }),
        )
    }
}

fn removed_entry(removed: &Removed) -> LogEntry {
    let Removed {
        file,
        lines,
        bytes,
        from,
        to,
    } = removed;
    note(
        "removed the oldest log file",
        json!({ "file": file, "lines": lines, "bytes": bytes, "from": from, "to": to }),
    )
}

fn torn_entry(bytes: u64) -> LogEntry {
    note(
        "removed a half-written line from the end of a log",
        json!({ "bytes": bytes }),
    )
}

fn note(message: &str, fields: Value) -> LogEntry {
    LogEntry {
        level: "warn".to_owned(),
        target: "journal".to_owned(),
        message: message.to_owned(),
        fields,
        op: None,
    }
}

/// Notes hold nothing from outside, so nothing in them is masked: a secret must not hide a count.
fn note_line(entry: &LogEntry) -> Vec<u8> {
    let mut line = entry.line(Timestamp::now(), &Masker::off());
    line.push(b'\n');
    line
}

/// A thread that panicked left at worst a line unwritten.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
