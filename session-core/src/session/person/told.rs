//! What the watcher of a document tells: the words of `injected/js/record.js`.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::locator::Step;

/// One event of a person's, or the way there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event {
    pub(super) kind: Word,
    /// When it was, in milliseconds of the page's wall clock.
    pub(super) at: f64,
    /// When it was told, by the same clock.
    pub(super) sent: f64,
    /// Which document it was in, and which element of it.
    pub(super) document: String,
    pub(super) element: u64,
    /// The document's address.
    pub(super) url: String,
    /// The steps begin in a frame that nobody in the page can look out of.
    pub(super) is_inner: bool,
    /// The way to the element; of a field that is typed into, told once.
    pub(super) steps: Option<Vec<Step>>,
    pub(super) near: Option<String>,
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) value: Option<String>,
    /// The value is one, and not told.
    pub(super) secret: bool,
    /// How many clicks came in a row.
    pub(super) count: u8,
}

/// What it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Word {
    /// Somebody's hand is in the document.
    #[default]
    Here,
    /// The pointer is pressed: a click if the document goes before anything comes of it.
    Down,
    /// It is let go of elsewhere, or drags.
    Up,
    Click,
    Dblclick,
    /// A field holds another value.
    Input,
    /// A field that was typed into is left.
    Left,
    SelectOption,
    Check,
    Uncheck,
    Upload,
    Press,
    Submit,
    /// What a later version tells.
    #[serde(other)]
    Other,
}

impl Word {
    /// The action that it is; `None`: none of its own.
    pub(super) fn action(self) -> Option<&'static str> {
        Some(match self {
            Self::Here | Self::Down | Self::Up | Self::Left | Self::Other => return None,
            Self::Click => "click",
            Self::Dblclick => "dblclick",
            Self::Input => "fill",
            Self::SelectOption => "selectOption",
            Self::Check => "check",
            Self::Uncheck => "uncheck",
            Self::Upload => "upload",
            Self::Press => "press",
            Self::Submit => "submit",
        })
    }
}

/// How far the clock of a page may be from ours before it is taken for that of another machine.
const SKEW: Duration = Duration::from_secs(2);

impl Event {
    /// Reads it.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// When it was, by our clock; it was told `now`.
    pub(super) fn time(&self, now: SystemTime) -> SystemTime {
        let (Some(at), Some(sent)) = (moment(self.at), moment(self.sent)) else {
            return now;
        };
        let apart = now.duration_since(sent).unwrap_or_else(|early| early.duration());
        if apart <= SKEW {
            return at;
        }
        let ago = sent.duration_since(at).unwrap_or_default();
        now.checked_sub(ago).unwrap_or(now)
    }
}

fn moment(milliseconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(milliseconds / 1000.0).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}
