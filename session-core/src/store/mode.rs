//! The words of state.json: how a session stands, whose the browser is, and where its storage lives.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};

/// Defines an enum whose values are words in files and on the command line.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident ($what:literal) { $($(#[doc = $value_doc:literal])+ $value:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[doc = $value_doc])+ #[serde(rename = $word)] $value),+
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The word for it in files and on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == text).ok_or_else(|| {
                    let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
                    Error::new(Kind::Usage, format!("`{shown}` is no {}", $what))
                        .with_hint(format!("one of: {}", [$($word),+].join(", ")))
                })
            }
        }
    };
}

pub(crate) use words;

words! {
    /// A session's status, as tools know it.
    Status("status") {
        /// Live, parked or hibernated.
        Active = "active",
        /// A workflow waits at `pause()`.
        Paused = "paused",
        /// A workflow has ended well; the browser stays.
        Completed = "completed",
        /// A workflow has failed; the browser stays.
        Failed = "failed",
        /// The session has ended.
        Exited = "exited",
    }
}

words! {
    /// Where a session stands in its life.
    Phase("phase") {
        /// A command is in progress, or a person acts in the window.
        Live = "live",
        /// No client; the browser is as it was left.
        Parked = "parked",
        /// The browser was closed to free memory; the next command brings it back.
        Hibernated = "hibernated",
        /// It is over; its files stay.
        Ended = "ended",
    }
}

words! {
    /// How a session ended.
    Outcome("outcome") {
        /// By `close`.
        Closed = "closed",
        /// Its browser died and could not be brought back.
        Error = "error",
        /// One of its deadlines passed.
        TimedOut = "timed_out",
    }
}

words! {
    /// Whose the browser is.
    Ownership("ownership") {
        /// We launched it, and end it.
        Owned = "owned",
        /// Somebody else did, and we never end it.
        Attached = "attached",
    }
}

words! {
    /// Where cookies and storage live.
    StorageMode("storage mode") {
        /// In a profile folder that stays.
        Persistent = "persistent",
        /// Nowhere; they end with the session.
        Incognito = "incognito",
        /// In the browser that we attached to.
        Attached = "attached",
    }
}

words! {
    /// What happens when a session has been parked for its dormant time.
    OnDormant("action; it is for dormant sessions") {
        /// Its browser is closed, and comes back with the next command.
        Hibernate = "hibernate",
        /// It ends.
        Destroy = "destroy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_json_and_on_the_command_line() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
            assert_eq!(status.name().parse::<Status>().unwrap(), *status);
        }
        assert_eq!(serde_json::to_value(Outcome::TimedOut).unwrap(), "timed_out");
        let error = "running".parse::<Status>().unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert_eq!(error.hint(), Some("one of: active, paused, completed, failed, exited"));
    }
}
