//! A fresh place to run the real program in: a temporary workspace, its own runtime folder, the test site beside it,
//! and the proof afterwards that nothing is left. Every process started here carries the workspace in its environment,
//! and so do the daemon and the browsers that it starts: they are found by that fact, not by their names.

mod guard;

use std::{
    fs,
    io::{BufRead as _, BufReader, ErrorKind},
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use guard::Guard;

/// How long processes may take to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// A workspace of its own with a running test site.
pub(crate) struct Sandbox {
    folder: TempDir,
    binaries: PathBuf,
    site: Child,
    origin: String,
    guard: Guard,
}

impl Sandbox {
    /// Starts the test site whose binary, like greenroom's, is in `binaries`.
    pub(crate) fn new(binaries: &Path, site_binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("greenroom-").tempdir()?;
        for name in ["workspace", "run", "tmp"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let guard = Guard::start(
            &format!("GREENROOM_WORKSPACE={}", folder.path().join("workspace").display()),
            folder.path(),
        )?;
        let mut site = Command::new(site_binary)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start `{}`", site_binary.display()))?;
        let mut origin = String::new();
        if let Some(stdout) = &mut site.stdout {
            BufReader::new(stdout).read_line(&mut origin)?;
        }
        let sandbox = Self {
            folder,
            binaries: binaries.to_owned(),
            site,
            origin: origin.trim_end().to_owned(),
            guard,
        };
        ensure!(!sandbox.origin.is_empty(), "the test site did not start");
        Ok(sandbox)
    }

    /// The address of a page of the test site.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The folder that holds `.greenroom`.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    /// A `greenroom` command in this workspace, with no setting of the caller's.
    pub(crate) fn greenroom(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(&self.binaries.join("greenroom"));
        command.args(arguments);
        command
    }

    /// Any program in this workspace, to be found among its processes.
    pub(crate) fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.workspace())
            .stdin(Stdio::null())
            .env("GREENROOM_WORKSPACE", self.workspace())
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("TMPDIR", self.folder.path().join("tmp"));
        for name in ["GREENROOM_SESSION", "GREENROOM_TIMEOUT", "RUST_LOG"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs a command; a failure is an error with all that it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output> {
        let output = self
            .greenroom(arguments)
            .output()
            .context("failed to start `greenroom`")?;
        if !output.status.success() {
            let (stdout, stderr) = (
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            bail!(
                "`greenroom {}` ended with {}\n{stdout}{stderr}",
                arguments.join(" "),
                output.status
            );
        }
        Ok(output)
    }

    /// The daemon's process, as its own file tells.
    pub(crate) fn daemon_pid(&self) -> Result<u32> {
        let pid = self.read("daemon.json")?["pid"].as_u64();
        pid.and_then(|pid| u32::try_from(pid).ok())
            .context("`daemon.json` names no pid")
    }

    /// A session's state, as its own file tells.
    pub(crate) fn state(&self, session: &str) -> Result<Value> {
        self.read(&format!("sessions/{session}/state.json"))
    }

    fn read(&self, file: &str) -> Result<Value> {
        let path = self.workspace().join(".greenroom").join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("failed to read `{}`", path.display()))
    }

    /// The processes that belong to this workspace.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let marker = [b"GREENROOM_WORKSPACE=", self.workspace().as_os_str().as_bytes()].concat();
        let folders = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        let pids = folders.filter_map(|folder| folder.file_name().to_str()?.parse().ok());
        pids.filter(|pid| carries(*pid, &marker)).collect()
    }

    /// Kills one process of this workspace at once, and waits until it is gone.
    pub(crate) fn kill(&self, pid: u32) -> Result<()> {
        ensure!(
            self.processes().contains(&pid),
            "process {pid} does not belong to this workspace"
        );
        crate::run::output(Command::new("kill").args(["-9", &pid.to_string()]))?;
        self.wait_until("the killed process to be gone", || !self.processes().contains(&pid))
    }

    /// Waits until no process of this workspace is left, then looks for forgotten sockets and temporary files.
    pub(crate) fn check_nothing_left(&self) -> Result<()> {
        self.wait_for_processes()?;
        for name in ["run", "tmp"] {
            let mut left = files(&self.folder.path().join(name));
            // Locks are empty and stay, since removing one would let two processes hold it; dconf's file is the browser's
            // and the user's.
            left.retain(|file| file.extension().is_none_or(|ending| ending != "lock") && !file.ends_with("dconf/user"));
            ensure!(left.is_empty(), "left behind: {left:?}");
        }
        ensure!(
            !self.workspace().join(".greenroom/daemon.json").exists(),
            "left behind: daemon.json"
        );
        Ok(())
    }

    /// Waits until no process of this workspace is left; its files go with it.
    pub(crate) fn wait_for_processes(&self) -> Result<()> {
        self.wait_until("all processes to be gone", || self.processes().is_empty())
    }

    fn wait_until(&self, what: &str, reached: impl Fn() -> bool) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !reached() {
            if Instant::now() > end {
                bail!("waited {PATIENCE:?} for {what}; still here: {:?}", self.described());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Whether there was anything to kill.
    fn kill_all(&self) -> bool {
        let pids: Vec<String> = self.processes().iter().map(ToString::to_string).collect();
        if !pids.is_empty() {
            // One that has just ended by itself is no failure.
            let _ = Command::new("kill")
                .arg("-9")
                .args(&pids)
                .stderr(Stdio::null())
                .status();
        }
        !pids.is_empty()
    }

    fn described(&self) -> Vec<String> {
        let line = |pid: u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            format!("{pid} {}", String::from_utf8_lossy(&line).replace('\0', " "))
        };
        self.processes().into_iter().map(line).collect()
    }
}

impl Drop for Sandbox {
    /// After a failure, too, nothing of this workspace stays behind.
    fn drop(&mut self) {
        let end = Instant::now() + PATIENCE;
        // One that is being killed is no longer found, while a thread of it may still write into the folder.
        let removed = || {
            fs::remove_dir_all(self.folder.path()).map_or_else(|error| error.kind() == ErrorKind::NotFound, |()| true)
        };
        while Instant::now() < end && (self.kill_all() || !removed()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.site.stdin.take());
        let _ = self.site.wait();
        self.guard.release();
    }
}

/// Whether a living process has `marker` as one of its environment's entries.
fn carries(pid: u32, marker: &[u8]) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|&byte| byte == 0).any(|entry| entry == marker)
}

/// All files, sockets included, below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let below = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => files(&entry.path()),
        _ => vec![entry.path()],
    };
    entries.flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read as _, Write as _},
        os::unix::net::UnixListener,
    };

    #[test]
    fn processes_are_found_by_an_entry_of_their_environment() {
        // An echoing process ends with its input, and its first answer proves that it has started.
        let mut child = Command::new("cat")
            .env("GREENROOM_WORKSPACE", "/nowhere/xtask-test")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        assert!(carries(child.id(), b"GREENROOM_WORKSPACE=/nowhere/xtask-test"));
        assert!(!carries(child.id(), b"GREENROOM_WORKSPACE=/nowhere"));
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!carries(child.id(), b"GREENROOM_WORKSPACE=/nowhere/xtask-test"));
    }

    #[test]
    fn sockets_and_files_in_inner_folders_are_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from));
        let socket = folder.path().join("a/b/s");
        let _listener = UnixListener::bind(&socket).unwrap();
        assert_eq!(files(folder.path()), [socket]);
    }
}
