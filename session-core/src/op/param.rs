//! What the parameters of operations hold, and how each is written in JSON and on a command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use greenroom_policy::AccessMode;
use serde::{Deserialize, Serialize};

use crate::backend::{Button, ImageFormat, Size, WaitUntil};
use crate::locator::TestIdAttribute;

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Any text.
    Text,
    /// Yes when it is there.
    Switch,
    /// A whole number from 0.
    Integer,
    /// A span of time, see [`Span`].
    Duration,
    /// `1366x768`.
    Size,
    /// A file's path, resolved against the caller's folder.
    Path,
    /// What a file of JSON holds: the caller reads it.
    Json,
    /// Any JSON, written as such.
    JsonText,
    /// Any text; `-` on a command line: what stdin holds.
    Source,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// A type that a parameter can have.
pub trait Param {
    /// What it holds.
    const KIND: ParamKind;
    /// Whether it must be given.
    const REQUIRED: bool = true;
    /// Whether it may be given several times.
    const MANY: bool = false;
}

impl Param for String {
    const KIND: ParamKind = ParamKind::Text;
}

impl Param for bool {
    const KIND: ParamKind = ParamKind::Switch;
    const REQUIRED: bool = false;
}

impl Param for u32 {
    const KIND: ParamKind = ParamKind::Integer;
}

impl Param for Span {
    const KIND: ParamKind = ParamKind::Duration;
}

impl Param for Size {
    const KIND: ParamKind = ParamKind::Size;
}

impl Param for TestIdAttribute {
    const KIND: ParamKind = ParamKind::Text;
}

impl Param for PathBuf {
    const KIND: ParamKind = ParamKind::Path;
}

/// What a file of JSON holds. On the command line it is the file; over the wire the JSON itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct JsonFile(pub serde_json::Value);

impl Param for JsonFile {
    const KIND: ParamKind = ParamKind::Json;
}

/// JSON. On the command line its text; over the wire the JSON itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct JsonText(pub serde_json::Value);

impl Param for JsonText {
    const KIND: ParamKind = ParamKind::JsonText;
}

/// A text that may be long. On the command line `-` is what stdin holds; over the wire it is the text itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Source(pub String);

impl Param for Source {
    const KIND: ParamKind = ParamKind::Source;
}

impl<T: Param> Param for Option<T> {
    const KIND: ParamKind = T::KIND;
    const REQUIRED: bool = false;
    const MANY: bool = T::MANY;
}

impl<T: Param> Param for Vec<T> {
    const KIND: ParamKind = T::KIND;
    const REQUIRED: bool = false;
    const MANY: bool = true;
}

impl Param for WaitUntil {
    const KIND: ParamKind = ParamKind::Choice(&["commit", "domcontentloaded", "load", "networkidle"]);
}

impl Param for ImageFormat {
    const KIND: ParamKind = ParamKind::Choice(&["png", "jpeg", "webp"]);
}

impl Param for crate::store::StorageMode {
    const KIND: ParamKind = ParamKind::Choice(&["persistent", "incognito"]);
}

impl Param for crate::store::OnDormant {
    const KIND: ParamKind = ParamKind::Choice(&["hibernate", "destroy"]);
}

/// Defines a choice: an enum whose values are words.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $value_doc:literal])+ $value:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[doc = $value_doc])+ #[serde(rename = $word)] $value),+
        }

        impl $name {
            /// The word for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl Param for $name {
            const KIND: ParamKind = ParamKind::Choice(&[$($word),+]);
        }
    };
}

choice! {
    /// Whether what a person does in a session's pages is recorded.
    Recording {
        /// Where a person can act: in a window, and in somebody else's browser.
        Auto = "auto",
        /// Always; an error where the browser cannot tell.
        On = "on",
        /// Never.
        Off = "off",
    }
}

choice! {
    /// With a window or without.
    Display {
        /// With a window.
        Headed = "headed",
        /// Without a window.
        Headless = "headless",
    }
}

choice! {
    /// The access mode, as a parameter; see [`AccessMode`].
    Access {
        /// Looking only.
        ReadOnly = "read-only",
        /// Everything that no other rule forbids.
        WriteAccess = "write-access",
    }
}

impl From<Access> for AccessMode {
    fn from(access: Access) -> Self {
        match access {
            Access::ReadOnly => Self::ReadOnly,
            Access::WriteAccess => Self::WriteAccess,
        }
    }
}

choice! {
    /// What `get` reads.
    Property {
        /// The page's address.
        Url = "url",
        /// The page's title.
        Title = "title",
        /// The size of the viewport in CSS pixels.
        Viewport = "viewport",
        /// The text as it is shown.
        Text = "text",
        /// All the text in it, shown or not, as it is in the document.
        TextContent = "text-content",
        /// The texts as they are shown, of each element that matches.
        Texts = "texts",
        /// All the text in each element that matches.
        TextContents = "text-contents",
        /// The HTML as it is now.
        Html = "html",
        /// The HTML of what is in it.
        InnerHtml = "inner-html",
        /// What a form control holds now.
        Value = "value",
        /// An attribute.
        Attr = "attr",
        /// That attribute of each element that matches.
        Attrs = "attrs",
        /// How many elements match.
        Count = "count",
        /// The place in CSS pixels from the top left of the viewport.
        Box = "box",
        /// Whether it has a size and is not hidden.
        Visible = "visible",
        /// Whether it is not disabled.
        Enabled = "enabled",
        /// Whether it is checked.
        Checked = "checked",
        /// Whether a text can be put into it.
        Editable = "editable",
        /// Whether it has the focus.
        Focused = "focused",
        /// Whether there is no text in it, or no value.
        Empty = "empty",
        /// How much of it the viewport shows, from 0 to 1.
        InViewport = "in-viewport",
        /// The address of the document that it is in.
        DocumentUrl = "document-url",
        /// The role.
        Role = "role",
        /// The accessible name.
        Name = "name",
        /// The accessible description.
        Description = "description",
        /// What `aria-errormessage` says, where `aria-invalid` is set.
        ErrorMessage = "error-message",
        /// The value of a CSS property as it is computed.
        Css = "css",
        /// The values of the options that are chosen.
        Values = "values",
        /// The accessibility tree below it, without refs.
        Aria = "aria",
        /// The ref.
        Ref = "ref",
        /// The ref of each element that matches.
        Refs = "refs",
    }
}

choice! {
    /// One of the session's logs.
    LogName {
        /// `network.jsonl`.
        Network = "network",
        /// `actions.jsonl`.
        Actions = "actions",
        /// `console.jsonl`.
        Console = "console",
        /// `logs.jsonl`.
        Logs = "logs",
    }
}

impl Default for LogName {
    /// On the wire it must be given all the same.
    fn default() -> Self {
        Self::Network
    }
}

choice! {
    /// A button of the mouse, as a parameter.
    MouseButton {
        /// The left one.
        Left = "left",
        /// The wheel.
        Middle = "middle",
        /// The right one.
        Right = "right",
    }
}

impl From<MouseButton> for Button {
    fn from(button: MouseButton) -> Self {
        match button {
            MouseButton::Left => Self::Left,
            MouseButton::Middle => Self::Middle,
            MouseButton::Right => Self::Right,
        }
    }
}

choice! {
    /// The state of an element that is waited for.
    ElementState {
        /// It is in the document.
        Attached = "attached",
        /// It is not in the document.
        Detached = "detached",
        /// It can be seen.
        Visible = "visible",
        /// It cannot be seen, or is not there.
        Hidden = "hidden",
    }
}

impl ElementState {
    /// The state of that word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Attached, Self::Detached, Self::Visible, Self::Hidden];
        all.into_iter().find(|state| state.word() == word)
    }
}

impl Default for Property {
    /// The cheapest to read. On the wire it must be given all the same.
    fn default() -> Self {
        Self::Url
    }
}

/// Whether a value is its type's default, and need not be written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A span of time, written `500ms`, `30s`, `2m`, `1h`, `7d`; a bare number is milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "Written")]
pub struct Span(pub Duration);

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// The two ways in which JSON writes a span.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Milliseconds(u64),
    Text(String),
}

impl TryFrom<Written> for Span {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Milliseconds(number) => Ok(Self(Duration::from_millis(number))),
            Written::Text(text) => text.parse(),
        }
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("`{text}` is no duration; write it as `500ms`, `30s`, `2m`, `1h` or `7d`");
        let digits = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = match unit {
            "" => 1,
            unit => UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?.1,
        };
        let number: f64 = number.parse().map_err(|_| bad())?;
        #[expect(clippy::cast_precision_loss, reason = "the units are small")]
        let millis = number * unit as f64;
        if !millis.is_finite() || millis > 1e14 {
            return Err(bad());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above, and digits have no sign"
        )]
        let millis = millis.round() as u64;
        Ok(Self(Duration::from_millis(millis)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let fits = UNITS
            .iter()
            .rev()
            .find(|(_, unit)| millis > 0 && millis.is_multiple_of(u128::from(*unit)));
        let (name, unit) = fits.unwrap_or(&("ms", 1));
        write!(f, "{}{name}", millis / u128::from(*unit))
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["string", "integer"],
            "description": "A span of time: `500ms`, `30s`, `2m`, `1h`, `7d`; a number is milliseconds."
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_read() {
        for (text, millis) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("1.5s", 1_500),
            ("250", 250),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().0.as_millis(), millis, "{text}");
        }
        for bad in ["", "s", "-1s", "1y", "1 s", "1e400", "..s", "99999999999d"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_span_is_read_as_it_is_written(millis in 0u64..10_000_000_000) {
            let span = Span(Duration::from_millis(millis));
            prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
            prop_assert_eq!(serde_json::from_value::<Span>(serde_json::to_value(span).unwrap()).unwrap(), span);
        }
    }
}
