//! The four logs of a session and the names of their files.

use crate::backend::Capability;

/// One of the logs of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Log {
    /// greenroom's own events.
    Logs,
    /// Requests and their answers, and messages of connections.
    Network,
    /// What was done in the pages, by whom.
    Actions,
    /// What pages wrote to their console, and errors they did not catch.
    Console,
}

impl Log {
    /// Every log.
    pub const ALL: [Self; 4] = [Self::Logs, Self::Network, Self::Actions, Self::Console];

    /// What a browser must be able to do for this log to have lines.
    pub const fn needs(self) -> Option<Capability> {
        match self {
            Self::Network => Some(Capability::NetworkEvents),
            Self::Console => Some(Capability::ConsoleEvents),
            Self::Logs | Self::Actions => None,
        }
    }

    /// Its name, for example `network`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Network => "network",
            Self::Actions => "actions",
            Self::Console => "console",
        }
    }

    /// The file that it is written to, for example `network.jsonl`.
    pub fn file_name(self) -> String {
        format!("{}.jsonl", self.name())
    }

    /// A file that it was written to before, 1 the latest: `network.1.jsonl`.
    pub fn rotated_name(self, number: u32) -> String {
        format!("{}.{number}.jsonl", self.name())
    }
}
