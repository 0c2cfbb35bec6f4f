//! Input as from a person's hands: pointer, wheel, keys, files.

use std::fmt::Debug;
use std::path::PathBuf;

use async_trait::async_trait;

use super::{FrameKey, Script};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// A person's hands on a page.
#[async_trait]
pub trait Input: Debug + Send + Sync {
    /// Makes the gestures one after the other, without a pause between them. Answers when the page has handled the last
    /// one, or when a dialog that it opened waits for its answer.
    ///
    /// Keys and buttons that are down at the end stay down in no case: what is begun in one call is ended in it.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::TrustedInput`](super::Capability::TrustedInput). Of what began and failed,
    /// [`Applied::Unknown`](crate::Applied::Unknown).
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()>;

    /// Waits until a navigation of the page's main frame that has begun by now has its document, or has come to nothing.
    /// At once where none has begun.
    async fn settle(&self, call: &Call) -> Result<()>;

    /// Gives files to the file input that a function answers as an array of one element, in the document of a frame
    /// (`None`: the main one). The page is told `input` and `change`.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::FileUpload`](super::Capability::FileUpload);
    /// [`Kind::Stale`](crate::Kind::Stale) when the function answers none.
    async fn set_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf], call: &Call) -> Result<()>;
}

/// The paths of files as protocols have them: as text.
///
/// # Errors
/// [`Kind::Usage`](crate::Kind::Usage) for one that is no UTF-8.
pub fn path_texts(files: &[PathBuf]) -> Result<Vec<String>> {
    let text = |file: &PathBuf| {
        let message = || format!("`{}` is no UTF-8, as the browser needs it", file.display());
        let text = file.to_str().map(str::to_owned);
        text.ok_or_else(|| Error::new(Kind::Usage, message()))
    };
    files.iter().map(text).collect()
}

/// One movement of a hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    /// The pointer is moved to a point of the page's viewport, in CSS pixels.
    Move {
        /// From the left edge.
        x: f64,
        /// From the top edge.
        y: f64,
    },
    /// A button of the mouse goes down where the pointer is.
    Press {
        /// Which one.
        button: Button,
        /// 1 for a click, 2 for the second of a double click, and so on.
        count: u8,
    },
    /// It goes up.
    Release {
        /// Which one.
        button: Button,
        /// As when it went down.
        count: u8,
    },
    /// The wheel is turned where the pointer is, by so many CSS pixels.
    Wheel {
        /// To the right.
        dx: f64,
        /// Down.
        dy: f64,
    },
    /// A key goes down.
    KeyDown(Key),
    /// A key goes up.
    KeyUp(Key),
}

/// A button of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    #[default]
    Left,
    /// The wheel.
    Middle,
    /// The right one.
    Right,
}

/// A key as the page is told of it (UI Events: `key`, `code`, `location`, `keyCode`), on a keyboard of the US layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it means now: `a`, `A`, `Enter`, `Shift`; text that no key types stands here whole.
    pub key: String,
    /// Which key it is: `KeyA`, `ShiftLeft`; empty for text that no key types.
    pub code: String,
    /// The text that it types; `None`: it types none, because of what it is or of what is held.
    pub text: Option<String>,
    /// The old number of the key.
    pub number: u32,
    /// 0 anywhere, 1 left, 2 right, 3 on the number pad.
    pub location: u8,
}
