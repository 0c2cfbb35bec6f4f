//! A program that leads a process group of its own, and is ended with all that it has started.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long processes may take to be gone after they were killed.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// Between two looks at something that has no event.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A running program with its group; the group is killed on drop.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
    log: PathBuf,
}

impl Group {
    /// Starts a program; what it prints goes into a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> io::Result<Self> {
        let output = File::create(log)?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .spawn()?;
        Ok(Self {
            child,
            log: log.to_owned(),
        })
    }

    /// The leader.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The end of what it has printed, without where in Java that was: what went wrong stands before.
    pub(crate) fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let says = |line: &&str| !line.trim_start().starts_with("at ");
        let lines: Vec<&str> = text.lines().filter(says).collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Whether the leader has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The processes of the group that live: pid and command line.
    pub(crate) fn members(&self) -> Vec<(u32, String)> {
        members(self.pid())
    }

    /// Kills the whole group, as if its machine had lost its power, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        if let Some(group) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // It may be gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
        let deadline = Instant::now() + GONE_WITHIN;
        while !self.members().is_empty() && Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn members(group: u32) -> Vec<(u32, String)> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| is_member(*pid, group))
        .map(|pid| (pid, command_line(pid)))
        .collect()
}

/// Whether it lives and is in that group; who is a zombie is dead.
fn is_member(pid: u32, group: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name before the last `)` may hold anything; state, parent and group follow it.
    let Some((_, rest)) = stat.rsplit_once(") ") else {
        return false;
    };
    let mut fields = rest.split(' ');
    let state = fields.next().unwrap_or("Z");
    !matches!(state, "Z" | "X") && fields.nth(1).and_then(|found| found.parse().ok()) == Some(group)
}

fn command_line(pid: u32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_ends_with_what_its_leader_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo begun; sleep 600 & sleep 600"]);
        let group = Group::start(&mut shell, &log).unwrap();
        let pid = group.pid();
        let deadline = Instant::now() + GONE_WITHIN;
        while group.members().len() < 3 && Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
        assert_eq!(group.members().len(), 3, "{:?}", group.members());
        assert_eq!(group.last_words(), "begun");
        drop(group);
        assert_eq!(members(pid), []);
    }
}
