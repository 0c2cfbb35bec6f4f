//! A workspace with the program under test, and the check that nothing outlives it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use greenroom_session_core::process::ProcessId;
use greenroom_test_site::Site;
use serde_json::Value;

/// How long a fact may take to become true.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A workspace, its runtime folder, and a site. Dropped, it closes everything and looks that nothing is left.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
    runtime: tempfile::TempDir,
    /// The folder for temporary files of every process that this test starts.
    temporary: tempfile::TempDir,
    /// In the environment of every process that this test starts, by itself or through others.
    mark: String,
    pub(crate) site: Site,
}

/// A browser that is not ours.
pub(crate) struct Foreign {
    pub(crate) endpoint: String,
    child: Child,
    /// Its profile, and what a killed one leaves beside it.
    folder: PathBuf,
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = rustix::process::kill_process_group(raw(self.child.id()), rustix::process::Signal::KILL);
        let _ = self.child.wait();
        // Processes of its group may still be writing.
        let removed = || std::fs::remove_dir_all(&self.folder).is_ok();
        if !removed() && !std::thread::panicking() {
            until("the other browser's folder is removed", removed);
        }
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    /// A workspace for a test with a real browser; `None`: there is none here, which has been told.
    pub(crate) fn new() -> Option<Self> {
        let found = ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| {
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
                .any(|folder| folder.join(name).is_file())
        });
        if !found {
            assert!(
                std::env::var_os("CI").is_none(),
                "no Chromium here, and CI must have one: cargo xtask setup"
            );
            eprintln!("skipped: no Chromium here (cargo xtask setup installs it)");
            return None;
        }
        Some(Self::bare())
    }

    /// A workspace for a test that needs no browser.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().file_name().unwrap().to_string_lossy().into_owned();
        Self {
            folder,
            runtime: tempfile::tempdir().unwrap(),
            temporary: tempfile::tempdir().unwrap(),
            mark,
            site: Site::start_blocking(),
        }
    }

    /// The workspace's folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder for sockets and temporary profiles.
    pub(crate) fn runtime(&self) -> &Path {
        self.runtime.path()
    }

    /// An address on the test site.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.origin())
    }

    /// The program, ready to be run in this workspace.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_greenroom-under-test"));
        command
            .args(args)
            .current_dir(self.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GREENROOM_SESSION")
            .env_remove("GREENROOM_TIMEOUT")
            .env_remove("RUST_LOG")
            .env("GREENROOM_WORKSPACE", self.path())
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .env("TMPDIR", self.temporary.path())
            .env("GREENROOM_TEST_MARK", &self.mark)
            .stdin(Stdio::null());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs it, and expects it to be done.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran.stdout
    }

    /// Runs it with `--json`, and expects it to be done; answers the whole object.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let stdout = self.done(&[&["--json"], args].concat());
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {stdout}"))
    }

    /// Runs it, and expects it to fail with this exit code.
    pub(crate) fn fails(&self, code: i32, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        ran
    }

    /// Runs code of a script that it is given by stdin.
    pub(crate) fn exec(&self, code: &str) -> Ran {
        let mut child = self
            .command(&["exec", "-", "--timeout", "60s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(code.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Runs code that prints what each of its lines comes to, and expects that.
    pub(crate) fn comes_to(&self, code: &str, wanted: &str) {
        let told = self.exec(code);
        assert_eq!(told.code, 0, "{told:?}");
        for (told, wanted) in told.stdout.lines().zip(wanted.lines()) {
            assert_eq!(told, wanted);
        }
        assert_eq!(told.stdout.lines().count(), wanted.lines().count(), "{told:?}");
    }

    /// Starts it, and lets it run.
    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// A browser that is not ours, showing this page; it ends when it is dropped.
    pub(crate) fn foreign_browser(&self, url: &str) -> Foreign {
        let folder = tempfile::tempdir_in(&self.temporary).unwrap().keep();
        let mut command = Command::new("chromium");
        command.env("TMPDIR", &folder);
        command.args([
            "--headless",
            "--remote-debugging-port=0",
            "--no-first-run",
            "--disable-background-networking",
        ]);
        command.args([
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--disable-gpu",
        ]);
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        command
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg(url);
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        let child = std::os::unix::process::CommandExt::process_group(&mut command, 0)
            .spawn()
            .unwrap();
        let file = folder.join("profile/DevToolsActivePort");
        until("the other browser listens", || {
            std::fs::read_to_string(&file).is_ok_and(|text| text.contains('\n'))
        });
        let port = std::fs::read_to_string(&file)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned();
        Foreign {
            endpoint: format!("http://127.0.0.1:{port}"),
            child,
            folder,
        }
    }

    /// A session's state.json.
    pub(crate) fn state(&self, session: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.session(session).join("state.json")).unwrap()).unwrap()
    }

    /// A session's folder.
    pub(crate) fn session(&self, session: &str) -> PathBuf {
        self.path().join(".greenroom/sessions").join(session)
    }

    /// The lines of a session's log.
    pub(crate) fn log(&self, session: &str, file: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.session(session).join(file)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The pid of a session's browser.
    pub(crate) fn browser(&self, session: &str) -> u32 {
        u32::try_from(self.state(session)["pid"].as_u64().unwrap()).unwrap()
    }

    /// The daemon's pid.
    pub(crate) fn daemon(&self) -> u32 {
        let file = std::fs::read(self.path().join(".greenroom/daemon.json")).unwrap();
        let state: Value = serde_json::from_slice(&file).unwrap();
        u32::try_from(state["pid"].as_u64().unwrap()).unwrap()
    }

    /// Kills a process and waits until it is gone.
    pub(crate) fn kill(&self, pid: u32) {
        let id = ProcessId::of(pid).unwrap();
        rustix::process::kill_process(raw(pid), rustix::process::Signal::KILL).unwrap();
        until("the killed process is gone", || !id.is_alive());
    }

    /// Sends a process SIGTERM.
    pub(crate) fn terminate(&self, pid: u32) {
        rustix::process::kill_process(raw(pid), rustix::process::Signal::TERM).unwrap();
    }

    /// The living processes that this test started, by itself or through others, with their command lines.
    pub(crate) fn processes(&self) -> Vec<(u32, String)> {
        let mark = format!("GREENROOM_TEST_MARK={}\0", self.mark);
        let folders = [
            self.path().to_string_lossy().into_owned(),
            self.runtime.path().to_string_lossy().into_owned(),
        ];
        let pids = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.filter(|pid: &u32| *pid != std::process::id() && ProcessId::of(*pid).is_some())
            .filter_map(|pid| {
                let environ = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                let ours = String::from_utf8_lossy(&environ).contains(&mark)
                    || folders.iter().any(|folder| line.contains(folder));
                ours.then_some((pid, line))
            })
            .collect()
    }

    /// How many browsers of ours run: processes that are no other's child within them.
    pub(crate) fn browsers(&self) -> usize {
        self.processes()
            .iter()
            .filter(|(_, line)| line.contains("--remote-debugging-port") && !line.contains("--type="))
            .count()
    }

    /// What is in the folder for temporary files, and in the folders that must not outlive a browser.
    pub(crate) fn temporary_files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.temporary.path().to_owned()];
        let workspaces = entries(&self.runtime.path().join("greenroom"));
        folders.extend(workspaces.iter().map(|workspace| workspace.join("browsers")));
        folders.iter().flat_map(|folder| entries(folder)).collect()
    }

    /// Closes everything and waits until nothing of this test runs any more.
    pub(crate) fn close_all(&self) {
        let ran = self.run(&["close", "--all", "--force"]);
        assert!(ran.code == 0, "{ran:?}");
        until("nothing is left running", || self.processes().is_empty());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Whatever failed, nothing of it may disturb other tests.
            let _ = self.run(&["close", "--all", "--force"]);
            for (pid, line) in self.processes() {
                eprintln!("left running: {pid} {line}");
                let _ = rustix::process::kill_process(raw(pid), rustix::process::Signal::KILL);
            }
            if let Ok(log) = std::fs::read_to_string(self.path().join(".greenroom/daemon.log")) {
                eprintln!("--- daemon.log\n{log}");
            }
            return;
        }
        self.close_all();
        let left = self.temporary_files();
        assert!(left.is_empty(), "temporary files are left: {left:?}");
    }
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn raw(pid: u32) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
}

/// Waits for a fact.
pub(crate) fn until(what: &str, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "it never came that {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
