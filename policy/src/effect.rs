//! What an operation can do.

use serde::{Deserialize, Serialize};

/// What an operation can do to the page, the browser or the server's state; every operation has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Looks, and changes nothing.
    Observe,
    /// Loads another document, or opens or closes a page.
    Navigate,
    /// Acts in the page as a person would.
    Input,
    /// Runs code that is not ours in the page.
    Script,
    /// Changes cookies or other storage.
    Storage,
    /// Changes what goes over the network.
    Network,
    /// Makes, ends or configures a session itself, by its owner; touches no page.
    Lifecycle,
}

impl Effect {
    /// Every effect.
    pub const ALL: [Self; 7] = [
        Self::Observe,
        Self::Navigate,
        Self::Input,
        Self::Script,
        Self::Storage,
        Self::Network,
        Self::Lifecycle,
    ];

    /// The effect's name, for example `observe`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Navigate => "navigate",
            Self::Input => "input",
            Self::Script => "script",
            Self::Storage => "storage",
            Self::Network => "network",
            Self::Lifecycle => "lifecycle",
        }
    }
}
