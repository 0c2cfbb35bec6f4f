//! What is to be done, whoever says so: a command of its own, or a step of `act`.

use std::path::PathBuf;
use std::time::Duration;

use crate::backend::{Button, WaitUntil};
use crate::op::ElementState;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Clicks an element.
    Click(Click),
    /// Moves the pointer over an element.
    Hover(Pointing),
    /// Taps an element with a finger.
    Tap(Pointing),
    /// Puts a text into a field, in place of what it holds.
    Fill {
        selector: String,
        value: String,
        force: bool,
    },
    /// Types a text where the focus is, or at an element.
    Type {
        selector: Option<String>,
        text: String,
        delay: Duration,
    },
    /// Presses a key or a chord.
    Press {
        selector: Option<String>,
        key: String,
        delay: Duration,
    },
    /// Chooses options of a select.
    Select {
        selector: String,
        values: Vec<String>,
        force: bool,
    },
    /// Checks a box, or takes the check away.
    Check {
        at: Pointing,
        state: bool,
    },
    /// Gives an element the focus.
    Focus {
        selector: String,
    },
    /// Drags an element to another.
    Drag(Drag),
    /// Gives a file input files.
    Upload {
        selector: String,
        files: Vec<PathBuf>,
    },
    /// Turns the wheel by so many pixels to the right and down.
    Wheel {
        dx: f64,
        dy: f64,
        /// Where; `None`: in the middle of the viewport.
        at: Option<(f64, f64)>,
    },
    /// Brings an element into view.
    ScrollTo {
        selector: String,
    },
    /// Waits.
    Wait(Awaited),
    /// Loads an address.
    Goto {
        url: String,
    },
    /// One entry back or forward in the history, or the same document again.
    Back,
    Forward,
    Reload,
}

/// An element that is pointed at, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pointing {
    pub selector: String,
    /// The names of the keys to hold.
    pub modifiers: Vec<String>,
    /// Where, from the element's top left corner; `None`: in its middle.
    pub position: Option<(f64, f64)>,
    /// Whatever it looks like, and whatever is over it.
    pub force: bool,
    /// It is only seen that it could be done.
    pub trial: bool,
}

impl Pointing {
    /// In the middle of an element that can be reached.
    pub(crate) fn at(selector: String) -> Self {
        Self {
            selector,
            ..Self::default()
        }
    }
}

/// A click, or several in a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Click {
    pub at: Pointing,
    pub button: Button,
    pub count: u8,
    /// How long the button is held.
    pub delay: Duration,
}

/// A way from an element to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Drag {
    pub selector: String,
    pub to: String,
    /// Where it is taken, as in [`Pointing::position`].
    pub taken_at: Option<(f64, f64)>,
    /// Where it is let go of in the other, likewise.
    pub left_at: Option<(f64, f64)>,
    pub force: bool,
    pub trial: bool,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Awaited {
    Element { selector: String, state: ElementState },
    Url(String),
    Load(WaitUntil),
    Function(String),
    Time(Duration),
}

impl Deed {
    /// The word in actions.jsonl (spec: files); `None`: it is no action.
    pub(crate) fn action(&self) -> Option<&'static str> {
        Some(match self {
            Self::Click(Click { count: 2, .. }) => "dblclick",
            Self::Click(_) => "click",
            Self::Hover(_) => "hover",
            Self::Tap(_) => "tap",
            Self::Fill { .. } => "fill",
            Self::Type { .. } => "type",
            Self::Press { .. } => "press",
            Self::Select { .. } => "selectOption",
            Self::Check { state: true, .. } => "check",
            Self::Check { .. } => "uncheck",
            Self::Focus { .. } => "focus",
            Self::Drag(_) => "drag",
            Self::Upload { .. } => "upload",
            Self::Wheel { .. } | Self::ScrollTo { .. } => "scroll",
            Self::Goto { .. } => "goto",
            Self::Back => "goBack",
            Self::Forward => "goForward",
            Self::Reload => "reload",
            Self::Wait(_) => return None,
        })
    }

    /// The element that it is done to, as it was written.
    pub(crate) fn selector(&self) -> Option<&str> {
        match self {
            Self::Click(Click {
                at: Pointing { selector, .. },
                ..
            })
            | Self::Hover(Pointing { selector, .. })
            | Self::Tap(Pointing { selector, .. })
            | Self::Fill { selector, .. }
            | Self::Select { selector, .. }
            | Self::Check {
                at: Pointing { selector, .. },
                ..
            }
            | Self::Focus { selector }
            | Self::Drag(Drag { selector, .. })
            | Self::Upload { selector, .. }
            | Self::ScrollTo { selector }
            | Self::Wait(Awaited::Element { selector, .. }) => Some(selector),
            Self::Type { selector, .. } | Self::Press { selector, .. } => selector.as_deref(),
            _ => None,
        }
    }

    /// What is typed, chosen or asked for.
    pub(crate) fn value(&self) -> Option<String> {
        Some(match self {
            Self::Fill { value: text, .. } | Self::Type { text, .. } | Self::Press { key: text, .. } => text.clone(),
            Self::Select { values, .. } => values.join(", "),
            Self::Drag(Drag { to, .. }) => to.clone(),
            Self::Goto { url } => url.clone(),
            Self::Wheel { dx, dy, .. } => format!("{dx},{dy}"),
            Self::Upload { files, .. } => {
                let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
                files.join(", ")
            }
            _ => return None,
        })
    }

    /// Whether its value may be a secret, which only the element tells.
    pub(crate) fn types(&self) -> bool {
        matches!(self, Self::Fill { .. } | Self::Type { .. } | Self::Press { .. })
    }
}
