//! The page.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DialogAnswer, Input, Size};
use crate::call::Call;
use crate::error::Result;

/// A tab or a popup.
#[async_trait]
pub trait Page: Debug + Send + Sync {
    /// Its identity within its browser; survives the daemon.
    fn key(&self) -> &PageKey;

    /// The address of its document, from the browser rather than from the page: answers though the page hangs. Without
    /// [`Capability::NavigationStatus`](super::Capability::NavigationStatus) it may be the address under way.
    async fn url(&self, call: &Call) -> Result<String>;

    /// Loads a document, and waits as asked. Without [`Capability::NavigationStatus`](super::Capability::NavigationStatus)
    /// the status is `None`.
    ///
    /// # Errors
    /// With that capability, [`Kind::Navigation`](crate::Kind::Navigation) when it cannot be loaded (an answer of 4xx or 5xx is a loaded page);
    /// [`Kind::Timeout`](crate::Kind::Timeout) at the deadline: the page stays usable.
    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded>;

    /// Calls a function in the page and answers its JSON value; a promise is awaited.
    ///
    /// # Errors
    /// [`Kind::Script`](crate::Kind::Script) with the message and the place when it throws.
    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value>;

    /// Calls a function with the page's own scripts, in the document that the elements are in which `elements` answers: an
    /// array, found in our world in the document of a frame (`None`: of the main one). After its own arguments it gets these
    /// elements, one by one. Answers its JSON value; a promise is awaited.
    ///
    /// As it is here it serves a backend without worlds of its own; one with
    /// [`Capability::IsolatedWorld`](super::Capability::IsolatedWorld) carries the elements over.
    ///
    /// # Errors
    /// Those of [`Frames::evaluate`]; [`Kind::Stale`](crate::Kind::Stale) when an element is in no document any more.
    async fn evaluate_on(
        &self,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        let joined = Script {
            function: format!(
                "(count, ...args) => (\n{}\n)(...args.slice(count), ...(\n{}\n)(...args.slice(0, count)))",
                script.function, elements.function
            ),
            args: std::iter::once(elements.args.len().into())
                .chain(elements.args.iter().cloned())
                .chain(script.args.iter().cloned())
                .collect(),
            world: World::Main,
        };
        match frame {
            None => self.evaluate(&joined, call).await,
            Some(frame) => self.frames()?.evaluate(frame, &joined, call).await,
        }
    }

    /// Its frames, those included whose documents its own scripts cannot look into.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::FramesCrossOrigin`](super::Capability::FramesCrossOrigin).
    fn frames(&self) -> Result<&dyn Frames>;

    /// Input as from a person.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::TrustedInput`](super::Capability::TrustedInput).
    fn input(&self) -> Result<&dyn Input>;

    /// Makes an image. Changes neither scroll position, size nor focus.
    ///
    /// # Errors
    /// `Unsupported` without the capability of its [`Area`] and [`ImageFormat`].
    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image>;

    /// Sets the size of the viewport. Needs [`Capability::Viewport`](super::Capability::Viewport).
    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()>;

    /// Answers the dialog that was left open; what waited for it goes on. `DialogClosed` follows.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::DialogsHeld`](super::Capability::DialogsHeld);
    /// [`Kind::NotFound`](crate::Kind::NotFound) when none is open.
    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()>;

    /// Ends a renderer that hangs or has crashed, and loads the page's URL anew. Where only another page can do that, its
    /// `PageOpened` says what it replaces, before this returns.
    async fn revive(&self, call: &Call) -> Result<()>;

    /// Closes it; an unload handler that objects is overruled. Waits until it is gone.
    async fn close(&self, call: &Call) -> Result<()>;
}

/// The frames of a page, of any origin.
///
/// They are found by the elements that hold them, the one way that every protocol has. A frame keeps its key when it
/// shows another document, of whatever origin, and until its element lets go of it.
#[async_trait]
pub trait Frames: Debug + Send + Sync {
    /// Calls a function that answers an array of elements, and finds the frame that each holds, in that order; `None`
    /// for what holds none (any more). It runs in the frame `parent`; `None`: in the page's main frame.
    ///
    /// # Errors
    /// Those of [`Frames::evaluate`]; [`Kind::Script`](crate::Kind::Script) when the function answers no array.
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>>;

    /// [`Page::evaluate`] in the document that a frame shows.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`]. At once, [`Kind::Stale`](crate::Kind::Stale) when the frame is gone, though the page
    /// is there, and [`Kind::PageCrashed`](crate::Kind::PageCrashed) when its renderer crashed, though the page's own may
    /// be well. [`Kind::Timeout`](crate::Kind::Timeout) when it hangs: the page stays usable.
    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value>;
}

/// A frame's identity within its page; survives the daemon where the page does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct FrameKey(pub String);

/// A page's identity within its browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct PageKey(pub String);

/// A page to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPage {
    /// What to load; `None`: `about:blank`.
    pub url: Option<String>,
    /// What to wait for.
    pub until: WaitUntil,
}

/// A navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// Where to.
    pub target: Target,
    /// What to wait for.
    pub until: WaitUntil,
}

/// Where a navigation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an address.
    Url(String),
    /// One entry back in the history.
    Back,
    /// One entry forward in the history.
    Forward,
    /// The same document again.
    Reload,
}

/// When a navigation is done (`--wait-until`). It may be answered later than asked, never earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WaitUntil {
    /// The answer has arrived and the document has replaced the former one.
    Commit,
    /// The document is parsed.
    DomContentLoaded,
    /// The document and what it needs is loaded.
    #[default]
    Load,
    /// No request for half a second after that.
    NetworkIdle,
}

/// What a navigation came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The address after redirects.
    pub url: String,
    /// The HTTP status; `None` where there is none (`about:`, same-document) or the browser does not tell.
    pub status: Option<u16>,
    /// Only the fragment or the history entry changed.
    pub same_document: bool,
    /// Whether there was somewhere to go (false: no history entry there).
    pub moved: bool,
}

/// A function to call in the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// JavaScript that evaluates to a function, for example `(a, b) => a + b`.
    pub function: String,
    /// Its arguments.
    pub args: Vec<Value>,
    /// Where it runs.
    pub world: World,
}

/// Where a script runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Out of the page's sight and reach where the browser has [`Capability::IsolatedWorld`](super::Capability::IsolatedWorld), else with the page's own scripts.
    #[default]
    Isolated,
    /// With the page's own scripts.
    Main,
}

/// An image to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    /// Of what.
    pub area: Area,
    /// In which format.
    pub format: ImageFormat,
}

/// What an image shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Area {
    /// What the viewport shows.
    Viewport,
    /// The whole page.
    FullPage,
    /// A part of the page; one that the viewport does not show whole needs
    /// [`Capability::FullPageScreenshot`](super::Capability::FullPageScreenshot).
    Part(Rect),
}

/// A rectangle in CSS pixels from the top left of the document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rect {
    /// From the left edge of the document.
    pub x: f64,
    /// From the top edge of the document.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// The format of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    /// Lossless; every backend has it.
    #[default]
    Png,
    /// Lossy, quality 80.
    Jpeg,
    /// Lossy, quality 80.
    Webp,
}

/// An image as the bytes of its file.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// Their format.
    pub format: ImageFormat,
}

impl Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({:?}, {} bytes)", self.format, self.bytes.len())
    }
}
