//! Input as from a person's hands: pointer, wheel, keys, files.

use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;

use super::{FrameKey, Script};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// A person's hands on a page.
#[async_trait]
pub trait Input: Debug + Send + Sync {
    /// Makes the gestures one after the other, without a pause between them but where one is said. Answers when the page has
    /// handled the last one, or when a dialog that it opened waits for its answer.
    ///
    /// Keys and buttons that are down at the end stay down in no case: what is begun in one call is ended in it, also when it
    /// is dropped or its deadline passes in a pause ([`lets_go_of`]).
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::TrustedInput`](super::Capability::TrustedInput), and of taps without
    /// [`Capability::Touch`](super::Capability::Touch). Of what began and failed, [`Applied::Unknown`](crate::Applied::Unknown).
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
    /// Nothing for so long; what is held stays so.
    Pause(Duration),
    /// A finger touches a point of the page's viewport, and leaves it; the page is told the touch, and what the browser makes of
    /// it, a click included. Only in contexts with [`ContextOptions::touch`](super::ContextOptions::touch).
    Tap {
        /// From the left edge, in CSS pixels.
        x: f64,
        /// From the top edge.
        y: f64,
    },
}

/// What lets go of all that is held after these gestures, what went down last first.
pub fn lets_go_of(gestures: &[Gesture]) -> Vec<Gesture> {
    let mut held: Vec<Gesture> = Vec::new();
    for gesture in gestures {
        match gesture {
            Gesture::Press { button, count } => held.push(Gesture::Release {
                button: *button,
                count: *count,
            }),
            Gesture::KeyDown(key) => held.push(Gesture::KeyUp(key.clone())),
            Gesture::Release { button: up, .. } => {
                held.retain(|one| !matches!(one, Gesture::Release { button, .. } if button == up));
            }
            Gesture::KeyUp(up) => {
                held.retain(|one| !matches!(one, Gesture::KeyUp(key) if (&key.key, &key.code) == (&up.key, &up.code)));
            }
            Gesture::Move { .. } | Gesture::Wheel { .. } | Gesture::Pause(_) | Gesture::Tap { .. } => {}
        }
    }
    held.reverse();
    held
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

/// Whether a finger touches the page.
pub fn has_taps(gestures: &[Gesture]) -> bool {
    gestures.iter().any(|gesture| matches!(gesture, Gesture::Tap { .. }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_let_go_of_in_the_reverse_order() {
        let key = Key {
            key: "Shift".to_owned(),
            code: "ShiftLeft".to_owned(),
            text: None,
            number: 16,
            location: 1,
        };
        let (button, count) = (Button::Right, 2);
        let release = Gesture::Release { button, count };
        let down = [
            Gesture::KeyDown(key.clone()),
            Gesture::Press { button, count },
            Gesture::Pause(Duration::from_millis(5)),
        ];
        assert_eq!(lets_go_of(&down), [release.clone(), Gesture::KeyUp(key.clone())]);
        let more = [&down[..], &[Gesture::KeyUp(key)]].concat();
        assert_eq!(lets_go_of(&more), std::slice::from_ref(&release));
        assert_eq!(lets_go_of(&[more, vec![release]].concat()), []);
    }
}
