//! A workspace of its own with a runtime folder of its own; its daemon goes with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A workspace for one test.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    program: PathBuf,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// stdout as the one JSON object that it must be.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts that it was done, and answers stdout.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Sandbox {
    /// A workspace whose program has the in-memory browser.
    pub(crate) fn new() -> Self {
        Self::of("fake_backend")
    }

    /// A workspace whose program is this example.
    pub(crate) fn of(example: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("greenroom-cli-").tempdir().unwrap();
        for part in ["work", "run"] {
            std::fs::create_dir(folder.path().join(part)).unwrap();
        }
        let here = std::env::current_exe().unwrap();
        let program = here.ancestors().nth(2).unwrap().join("examples").join(example);
        assert!(program.exists(), "`{}` is not built", program.display());
        Self { folder, program }
    }

    /// The workspace's folder.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.path().join("work").canonicalize().unwrap()
    }

    /// A file of `.greenroom`.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.workspace().join(".greenroom").join(name)
    }

    /// The folder of runtime folders.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// A command in the workspace, its words parted by blanks.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words.split_whitespace())
            .current_dir(self.workspace())
            .env_clear()
            .env("XDG_RUNTIME_DIR", self.runtime())
            .stdin(Stdio::null());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, words: &str) -> Done {
        self.command(words).output().unwrap().into()
    }

    /// The pid of the daemon.
    pub(crate) fn daemon(&self) -> u64 {
        self.run("daemon status --json").json()["result"]["pid"]
            .as_u64()
            .unwrap()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let stopped = self.run("daemon stop");
        if !std::thread::panicking() {
            assert_eq!(stopped.code, 0, "{stopped:?}");
            until("the daemon has gone", || !self.file("daemon.json").exists());
        }
    }
}

/// Waits for a fact; a test that waits in vain fails.
pub(crate) fn until(what: &str, mut fact: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !fact() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process of this pid is there.
pub(crate) fn is_alive(pid: u64) -> bool {
    Path::new("/proc").join(pid.to_string()).join("exe").read_link().is_ok()
}
