//! A driver that is nobody's session yet, started on its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::free;
use crate::http::request;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A driver with its address; it ends with this value.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Driver {
    /// Starts a driver, and waits until it answers.
    ///
    /// # Panics
    /// It cannot be started.
    pub fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [port] = free::ports().expect("a port");
        let mut command = Command::new(program);
        if program.ends_with("geckodriver") {
            command.arg("--websocket-port=0");
        }
        let child = command
            .arg(format!("--port={port}"))
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let driver = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            _folder: folder,
        };
        let deadline = Instant::now() + PATIENCE;
        let status = format!("{}/status", driver.url);
        while request("GET", &status, None, Duration::from_secs(5)).is_err() {
            assert!(Instant::now() < deadline, "{} does not answer", program.display());
            std::thread::sleep(Duration::from_millis(20));
        }
        driver
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many sessions it holds; chromedriver tells.
    ///
    /// # Panics
    /// It does not answer.
    pub fn sessions(&self) -> usize {
        let answer = request("GET", &format!("{}/sessions", self.url), None, Duration::from_secs(10));
        let answer = answer.expect("the driver answers");
        answer.body["value"].as_array().map_or(0, Vec::len)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
