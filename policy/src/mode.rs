//! The access mode of a session.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whether a session may be changed or only be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessMode {
    /// Everything that no other rule forbids.
    #[default]
    WriteAccess,
    /// Looking only.
    ReadOnly,
}

impl AccessMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::WriteAccess, Self::ReadOnly];

    /// The mode's name, for example `read-only`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WriteAccess => "write-access",
            Self::ReadOnly => "read-only",
        }
    }
}

impl fmt::Display for AccessMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AccessMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.name() == text)
            .ok_or_else(|| format!("`{text}` is no access mode; there are `write-access` and `read-only`"))
    }
}
