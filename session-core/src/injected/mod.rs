//! The page-side engine: our own JavaScript in the isolated world of each document, and how it is asked.
//!
//! The modules are in `js/`; `cargo xtask codegen` joins them into `engine.js`. A document that has the engine is asked
//! in one round trip; a new one answers that it has none, and gets it with the question asked again.
//!
//! Whoever writes a backend need not know any of this: the engine runs on every backend whose
//! [`Page::evaluate`] keeps its promises. It is public for the conformance suite, which proves that it runs on yours, and
//! for programs that look at pages without a session.
//!
//! The engine is kept where no page finds it, in whatever world it runs: in a listener of the document for events whose
//! name is the owner's key. Listeners cannot be listed, and a session's key cannot be guessed; a property, be it a symbol,
//! could be. (Nor can a page put one of its elements behind it, as it can behind names of the global object, in every
//! world.) Each owner has an engine of its own, since two sessions can be attached to one page; and so has each version,
//! since documents outlive the program that looked at them. `docs/snapshot.md` says what that is worth in a page's own world.

mod extract;
mod lift;
mod locate;
mod watch;

use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::backend::{FrameKey, Page, Script, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::locator::Locator;
use crate::snapshot::Row;

pub use crate::locator::{TEST_ID, reference};
pub(crate) use extract::is_within;
pub use extract::{Extract, Pick};
pub use locate::{LISTED, Landed, Question, Told};
pub(crate) use watch::Around;
pub use watch::watcher;

/// The modules, joined into one expression.
const BUNDLE: &str = include_str!("engine.js");

/// How the engine is found. The functions are strict, so that a page whose code they run into cannot look at their
/// arguments; and they take what they need of the platform by its own names, behind which no element can be put.
/// Firefox makes our world anew in a document that it shows again: the engine of the old one answers still, and can be asked nothing.
const FIND: &str = "'use strict'; let engine; \
    const found = one => { if (typeof one?.answer === 'function') engine ??= one; }; \
    EventTarget.prototype.dispatchEvent.call(document, new CustomEvent(key, { detail: found }));";

/// Asks the engine that is there; answers `null` without one.
static ASK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "/* greenroom engine */ (key, method, params) => {{ {FIND} return engine ? engine.answer(method, params) : null; }}"
    )
});

/// The same, and brings the engine.
static BRING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "/* greenroom engine */ (key, method, params) => {{ {FIND} \
         if (!engine) {{ engine = {BUNDLE}; engine.listen(key); }} return engine.answer(method, params); }}"
    )
});

/// What tells this engine from another version.
static VERSION: LazyLock<u64> = LazyLock::new(|| {
    // FNV-1a: the same in every build of the program.
    BUNDLE.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
});

/// From here on a ref in a row waits for its number.
pub const WAITING: u32 = 1 << 31;

/// How long a frame may take to answer. One that hangs must not cost the rest of the page.
pub(crate) const FRAME_PATIENCE: Duration = Duration::from_secs(3);

/// How many new refs a look can number by itself, from its [`LookAt::base`] on.
pub const LEASE: u32 = 10_000;

/// The frames that the document could not look into: those of the last look, all of the document, or the one that the
/// last locator goes on in.
static FOREIGN_FRAMES: LazyLock<String> = LazyLock::new(|| {
    format!("/* greenroom frames */ (key, which) => {{ {FIND} return engine ? engine.foreignFrames(which) : []; }}")
});

/// Which frames are meant.
#[derive(Clone, Copy, Debug)]
enum Which {
    /// Those of the last look.
    Looked,
    /// All of the document, which become those of the last look.
    All,
    /// The one that the last locator goes on in. Apart from those of a look, which are asked for again later.
    Entered,
    /// All of the document, apart from those of a look.
    Around,
    /// Not a frame: the element that was got ready to be handed over.
    Held,
}

impl Which {
    fn word(self) -> &'static str {
        match self {
            Self::Looked => "looked",
            Self::All => "all",
            Self::Entered => "entered",
            Self::Around => "around",
            Self::Held => "held",
        }
    }
}

/// A document: the page's own, or that of one of its frames.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The page.
    pub page: &'a dyn Page,
    /// The frame; `None`: the page's main frame.
    pub frame: Option<&'a FrameKey>,
    /// Who looks, for example a session: each has refs of its own. Whoever knows it can ask the engine.
    pub owner: &'a str,
    /// The attribute for test ids, [`TEST_ID`] where nothing else is said.
    pub test_id: &'a str,
}

/// What is asked of a look at the tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct LookAt {
    /// The number of the first new ref. More than [`LEASE`] are numbered later; `None`: all are.
    pub base: Option<u32>,
    /// The element to begin at; `None`: the whole document.
    pub reference: Option<u32>,
    /// The document as HTML, too.
    pub html: bool,
    /// Only what can be acted on.
    pub interactive: bool,
    /// What is outside of the viewport is marked.
    pub screen: bool,
}

/// What a look saw.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// The number after the last that a new ref has got.
    pub next: u32,
    /// How many refs wait for their numbers.
    pub pending: u32,
    /// The document's address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// How many frames could not be looked into.
    pub frames: usize,
    /// The rows; refs that wait for their numbers are [`WAITING`] and their place among those that wait.
    pub rows: Vec<Row>,
    /// The document as HTML.
    pub html: Option<String>,
}

/// An answer that is one value.
#[derive(Deserialize)]
struct Answered<T> {
    value: T,
}

impl Place<'_> {
    /// Looks at the tree.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`]; [`Kind::Stale`] when the element to begin at is gone.
    pub async fn look(self, at: LookAt, call: &Call) -> Result<Seen> {
        let LookAt {
            base,
            reference,
            html,
            interactive,
            screen,
        } = at;
        let end = base.map_or(0, |base| base.saturating_add(LEASE));
        let base = base.unwrap_or(0);
        let mut params =
            json!({ "base": base, "end": end, "html": html, "interactive": interactive, "screen": screen });
        if let Some(reference) = reference {
            params["ref"] = reference.into();
        }
        self.ask("look", params, call).await
    }

    /// Numbers the refs of the last look that wait for it, from `base` on.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`].
    pub async fn name(self, base: u32, call: &Call) -> Result<()> {
        let _: Value = self.ask("name", json!({ "base": base }), call).await?;
        Ok(())
    }

    /// Reads one thing of the element that a locator means; without one, of the document. `what` is a word of `get`;
    /// `name` is the attribute's.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`]; [`Kind::Stale`], [`Kind::NotFound`] or [`Kind::Ambiguous`] when there is not one such
    /// element, [`Kind::Usage`] when the selector is none or the element has no such thing.
    pub async fn read(self, what: &str, locator: Option<&Locator>, name: Option<&str>, call: &Call) -> Result<Value> {
        let Some(locator) = locator else {
            let read: Answered<Value> = self.ask("read", json!({ "what": what, "name": name }), call).await?;
            return Ok(read.value);
        };
        let question = Question {
            name,
            ..Question::new(what, locator)
        };
        self.ask_of(&question, call).await?.value
    }

    /// Scrolls the document's viewport by so many CSS pixels, and answers where it is then.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`].
    pub async fn scroll_by(self, x: f64, y: f64, call: &Call) -> Result<(f64, f64)> {
        #[derive(Deserialize)]
        struct At {
            x: f64,
            y: f64,
        }
        let now: Answered<At> = self.ask("scroll", json!({ "x": x, "y": y }), call).await?;
        Ok((now.value.x, now.value.y))
    }

    /// The frames that the last look at this document could not look into, in the order of their rows; `None`: such an
    /// element shows no document. Fewer than the look counted: the document was replaced since.
    ///
    /// # Errors
    /// As [`Frames::find`](crate::backend::Frames::find).
    pub async fn foreign_frames(self, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.find_frames(Which::Looked, call).await
    }

    async fn find_frames(self, which: Which, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.page
            .frames()?
            .find(self.frame, &self.frames_script(which), call)
            .await
    }

    fn frames_script(self, which: Which) -> Script {
        Script {
            function: FOREIGN_FRAMES.clone(),
            args: vec![self.key(), which.word().into()],
            world: World::Isolated,
        }
    }

    /// How many refs the document remembers, those of elements that are gone since included.
    ///
    /// # Errors
    /// As [`Place::look`].
    pub async fn refs(self, call: &Call) -> Result<u64> {
        let refs: Answered<u64> = self.ask("refs", json!({}), call).await?;
        Ok(refs.value)
    }

    /// What the engine is kept under.
    fn key(self) -> Value {
        key_of(self.owner).into()
    }

    async fn ask<T: DeserializeOwned>(self, method: &str, params: Value, call: &Call) -> Result<T> {
        self.answer(method, params, call)
            .await?
            .map_err(|refused| refused.about(None))
    }

    async fn answer<T: DeserializeOwned>(
        self,
        method: &str,
        params: Value,
        call: &Call,
    ) -> Result<std::result::Result<T, Refused>> {
        let args = vec![self.key(), Value::from(method), params];
        let answer = match self.evaluate(&ASK, args.clone(), call).await? {
            Value::Null => self.evaluate(&BRING, args, call).await?,
            answer => answer,
        };
        let Value::String(text) = answer else {
            return Err(malformed("it is no text"));
        };
        if let Some(refused) = text.strip_prefix("{\"error\":").and_then(|rest| rest.strip_suffix('}')) {
            return Ok(Err(serde_json::from_str(refused).map_err(malformed)?));
        }
        serde_json::from_str(&text).map(Ok).map_err(malformed)
    }

    async fn evaluate(self, function: &str, args: Vec<Value>, call: &Call) -> Result<Value> {
        let script = Script {
            function: function.to_owned(),
            args,
            world: World::Isolated,
        };
        match self.frame {
            None => self.page.evaluate(&script, call).await,
            Some(frame) => self.page.frames()?.evaluate(frame, &script, call).await,
        }
    }
}

fn key_of(owner: &str) -> String {
    format!("{:016x} {owner}", *VERSION)
}

fn malformed(why: impl std::fmt::Display) -> Error {
    Error::new(
        Kind::Protocol,
        format!("the page-side engine's answer cannot be read: {why}"),
    )
}

/// Why the engine did not answer; the words are in `js/query.js` and `js/locate.js`.
#[derive(Debug, Default, Deserialize)]
struct Refused {
    kind: String,
    message: String,
    /// The last step that was taken.
    #[serde(default)]
    step: Option<usize>,
    /// What is near, where nothing was found.
    #[serde(default)]
    near: Vec<String>,
    /// The first ones, where several were found.
    #[serde(default)]
    matches: Vec<locate::Listed>,
    /// The number after the last that they got.
    #[serde(default)]
    next: Option<u32>,
}

impl Refused {
    /// The error of a question about the element of a locator.
    fn about(self, locator: Option<&Locator>) -> Error {
        let Self { kind, message, .. } = &self;
        match kind.as_str() {
            "stale" => stale(message, "its element is gone"),
            "unknown" => stale(message, "its document is gone").with_context(UNKNOWN, "it was not given here"),
            "none" => Error::new(Kind::NotFound, locate::none(locator, self.step, &self.near)),
            "several" => Error::new(Kind::Ambiguous, locate::several(locator, message, &self.matches)),
            "selector" => {
                let selector = locator.map(|locator| format!(" `{locator}`")).unwrap_or_default();
                Error::new(Kind::Usage, format!("failed to read the selector{selector}: {message}"))
            }
            "unfit" => Error::new(Kind::Usage, message.clone()),
            "waiting" => Error::new(Kind::Timeout, message.clone()),
            "unready" => Error::new(Kind::Timeout, locate::unready(locator, message)),
            _ => malformed(format!("it refuses with `{kind}`: {message}")),
        }
    }
}

/// The context of a ref that the document asked has not given.
const UNKNOWN: &str = "ref";

/// Whether a stale ref is one that the document has not given at all.
pub(crate) fn is_unknown(error: &Error) -> bool {
    error.context().iter().any(|(key, _)| *key == UNKNOWN)
}

/// The error of a ref whose element is not there.
pub(crate) fn stale(reference: &str, why: &str) -> Error {
    Error::new(Kind::Stale, format!("stale ref {reference}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_kind() {
        for (kind, expected) in [
            ("stale", Kind::Stale),
            ("unknown", Kind::Stale),
            ("none", Kind::NotFound),
            ("several", Kind::Ambiguous),
            ("selector", Kind::Usage),
            ("unfit", Kind::Usage),
            ("unready", Kind::Timeout),
            ("waiting", Kind::Timeout),
            ("else", Kind::Protocol),
        ] {
            let refused = Refused {
                kind: kind.to_owned(),
                message: "e1".to_owned(),
                ..Refused::default()
            };
            assert_eq!(refused.about(None).kind(), expected, "{kind}");
        }
    }
}
