//! What becomes of a page's dialogs (`alert`, `confirm`, `prompt`, `beforeunload`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a session answers dialogs (spec: policy, browser events).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum DialogMode {
    /// Dismissed, but that a page is left is let through, or navigation would stick.
    #[default]
    Raise,
    /// Accepted; a prompt with the text that stands there.
    Accept,
    /// Dismissed, one that asks whether to leave the page too: it stays.
    Dismiss,
    /// Accepted; a prompt with this text.
    AcceptPromptWith(String),
    /// Left open, until somebody answers.
    Ask,
}

/// What is to be done with a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialogRuling {
    /// Accept it, a prompt with this text; `None`: with the one that stands there.
    Accept(Option<String>),
    /// Dismiss it.
    Dismiss,
    /// Leave it open.
    Ask,
}

impl DialogMode {
    /// The modes as they are written, for messages.
    pub const WORDS: &str = "accept, dismiss, raise, accept-prompt-with:TEXT, ask";

    /// What is to be done with a dialog; `is_leaving`: it asks whether the page may be left.
    pub fn rule(&self, is_leaving: bool) -> DialogRuling {
        match self {
            Self::Raise if is_leaving => DialogRuling::Accept(None),
            Self::Raise | Self::Dismiss => DialogRuling::Dismiss,
            Self::Accept => DialogRuling::Accept(None),
            Self::AcceptPromptWith(text) => DialogRuling::Accept(Some(text.clone())),
            Self::Ask => DialogRuling::Ask,
        }
    }
}

impl fmt::Display for DialogMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raise => f.write_str("raise"),
            Self::Accept => f.write_str("accept"),
            Self::Dismiss => f.write_str("dismiss"),
            Self::AcceptPromptWith(text) => write!(f, "accept-prompt-with:{text}"),
            Self::Ask => f.write_str("ask"),
        }
    }
}

impl FromStr for DialogMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "raise" => Ok(Self::Raise),
            "accept" => Ok(Self::Accept),
            "dismiss" => Ok(Self::Dismiss),
            "ask" => Ok(Self::Ask),
            _ => match text.strip_prefix("accept-prompt-with:") {
                Some(text) => Ok(Self::AcceptPromptWith(text.to_owned())),
                None => Err(format!("`{text}` is no mode for dialogs; there are {}", Self::WORDS)),
            },
        }
    }
}

impl From<DialogMode> for String {
    fn from(mode: DialogMode) -> Self {
        mode.to_string()
    }
}

impl TryFrom<String> for DialogMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_as_they_are_written() {
        for text in [
            "raise",
            "accept",
            "dismiss",
            "ask",
            "accept-prompt-with:a: b",
            "accept-prompt-with:",
        ] {
            assert_eq!(text.parse::<DialogMode>().unwrap().to_string(), text);
        }
        for text in ["", "Accept", "accept-prompt-with", "asks"] {
            assert!(
                text.parse::<DialogMode>()
                    .unwrap_err()
                    .contains("accept-prompt-with:TEXT"),
                "{text}"
            );
        }
    }

    #[test]
    fn only_leaving_is_let_through_where_nothing_is_said() {
        assert_eq!(DialogMode::default().rule(false), DialogRuling::Dismiss);
        assert_eq!(DialogMode::default().rule(true), DialogRuling::Accept(None));
        assert_eq!(DialogMode::Dismiss.rule(true), DialogRuling::Dismiss);
        assert_eq!(DialogMode::Ask.rule(true), DialogRuling::Ask);
        let text = DialogMode::AcceptPromptWith("x".into()).rule(false);
        assert_eq!(text, DialogRuling::Accept(Some("x".into())));
    }
}
