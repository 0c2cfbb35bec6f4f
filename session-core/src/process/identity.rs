//! Which process it is: a pid alone proves nothing, since pids are used again.

use serde::{Deserialize, Serialize};

/// A process by its pid and the time of its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProcessId {
    /// The process id.
    pub pid: u32,
    /// When it started, in the kernel's clock ticks since boot.
    pub started_at: u64,
}

impl ProcessId {
    /// The process that has this pid now; `None`: there is none, or it has ended and only waits to be reaped.
    pub fn of(pid: u32) -> Option<Self> {
        let (state, process) = Self::read(pid)?;
        (!matches!(state, 'Z' | 'X')).then_some(process)
    }

    /// A child of ours that nobody has waited for yet: its pid is its own though it may have ended.
    pub(super) fn of_child(pid: u32) -> Option<Self> {
        Self::read(pid).map(|(_, process)| process)
    }

    /// Its state and identity.
    fn read(pid: u32) -> Option<(char, Self)> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in parentheses may hold anything, blanks and parentheses included: what follows the last one counts.
        let (_, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let started_at = fields.nth(18)?.parse().ok()?;
        Some((state, Self { pid, started_at }))
    }

    /// This process.
    pub fn current() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// Whether it still runs.
    pub fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_itself_and_nobody_else() {
        let me = ProcessId::current().unwrap();
        assert!(me.is_alive());
        assert!(
            !ProcessId {
                started_at: me.started_at + 1,
                ..me
            }
            .is_alive()
        );
    }

    #[test]
    fn a_zombie_is_not_alive() {
        let mut child = std::process::Command::new("true")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // End of file on its stdout says that it has ended, while nobody has waited for it.
        std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut Vec::new()).unwrap();
        let pid = child.id();
        while std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            std::thread::yield_now();
        }
        assert_eq!(ProcessId::of(pid), None);
        child.wait().unwrap();
    }
}
