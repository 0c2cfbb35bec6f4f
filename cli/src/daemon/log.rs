//! What the process logs of itself: the daemon into daemon.log, a client on stderr when it is asked to.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// How long daemon.log grows before it is moved aside, in bytes. One earlier file is kept.
const LONGEST: u64 = 1 << 20;

/// Logs to stderr, as `RUST_LOG` says, or what greenroom does.
pub(crate) fn to_stderr(filter: Option<&str>) {
    let filter = EnvFilter::new(filter.unwrap_or("greenroom=debug,greenroom_session_core=debug"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false)
        .try_init();
}

/// Logs to a file of bounded size, as `RUST_LOG` says, or what is worth knowing.
pub(crate) fn to_file(path: &Path, filter: Option<&str>) {
    let filter = EnvFilter::new(filter.unwrap_or("info"));
    let writer = Mutex::new(Bounded::open(path, LONGEST, true));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .try_init();
}

/// A file that is moved aside when it gets too long.
#[derive(Debug)]
struct Bounded {
    path: PathBuf,
    file: Option<File>,
    length: u64,
    longest: u64,
    takes_stderr: bool,
}

impl Bounded {
    fn open(path: &Path, longest: u64, takes_stderr: bool) -> Self {
        let mut log = Self {
            path: path.to_owned(),
            file: None,
            length: 0,
            longest,
            takes_stderr,
        };
        log.reopen();
        log
    }

    fn reopen(&mut self) {
        self.file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)
            .ok();
        self.length = self
            .file
            .as_ref()
            .and_then(|file| file.metadata().ok())
            .map_or(0, |found| found.len());
    }

    fn rotate(&mut self) {
        let _ = std::fs::rename(&self.path, self.path.with_extension("1.log"));
        self.reopen();
        // Panics of the runtime go to stderr, which must follow the file.
        if let Some(file) = self.file.as_ref().filter(|_| self.takes_stderr) {
            let _ = rustix::stdio::dup2_stderr(file);
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.length > 0 && self.length + line.len() as u64 > self.longest {
            self.rotate();
        }
        // A log that cannot be written (a full disk) must not stop the daemon.
        if let Some(file) = &mut self.file
            && file.write_all(line).is_ok()
        {
            self.length += line.len() as u64;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_keeps_the_file_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon.log");
        let mut log = Bounded::open(&path, 100, false);
        for number in 0..50 {
            log.write_all(format!("line {number:02} of the log\n").as_bytes())
                .unwrap();
        }
        let now = std::fs::read_to_string(&path).unwrap();
        let before = std::fs::read_to_string(folder.path().join("daemon.1.log")).unwrap();
        assert!(
            now.len() <= 100 && before.len() <= 100,
            "{} {}",
            now.len(),
            before.len()
        );
        assert!(now.ends_with("line 49 of the log\n") && now.starts_with("line "));
    }
}
