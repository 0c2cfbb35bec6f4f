//! The rows that the page-side engine answers: the accessibility tree in the order in which it is read.

use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A row: an element, or a run of text (role `text`, its content as the name, no ref).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// How many rows are above it.
    pub depth: u32,
    /// The computed role, for example `button`; `text` for text.
    pub role: String,
    /// The accessible name, or the text.
    pub name: String,
    /// The number of its ref: `e12` is 12.
    pub reference: Option<u32>,
    /// What applies and is set; see [`Props`].
    pub props: Props,
}

/// What is told of an element beside its role and name.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own, as in the engine's answer"
)]
pub struct Props {
    /// Its value, as a user sees it; never that of a password field.
    pub value: Option<String>,
    /// The accessible description.
    pub description: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// A person can act on it.
    pub interactive: bool,
    /// It is outside of the viewport; told only where that was asked for.
    pub offscreen: bool,
    /// It is a control of a form, or submits one; told, as the next two, only where what can be acted on was asked for.
    pub form: bool,
    /// It leads somewhere else, or is in navigation, a menu or tabs.
    pub navigation: bool,
    /// It holds a secret, which is not told.
    pub masked: bool,
    /// The place of a frame whose document cannot be looked into from its page's.
    pub frame: Option<usize>,
    /// The states by name, for example `checked`, `expanded`, `level`, in the engine's order.
    pub states: Map<String, Value>,
}

impl Row {
    /// Whether it is text.
    pub fn is_text(&self) -> bool {
        self.reference.is_none()
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of the accessibility tree")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Row, A::Error> {
        let missing = || A::Error::custom("a row is too short");
        let depth = seq.next_element()?.ok_or_else(missing)?;
        let role = seq.next_element()?.ok_or_else(missing)?;
        let name = seq.next_element()?.ok_or_else(missing)?;
        let reference = seq.next_element()?;
        let props = match reference {
            Some(_) => seq.next_element()?.unwrap_or_default(),
            None => Props::default(),
        };
        Ok(Row {
            depth,
            role,
            name,
            reference,
            props,
        })
    }
}

// By hand: that of a flattened map keeps each value in a form between, and rows are what a look spends its time on.
impl<'de> Deserialize<'de> for Props {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Props;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the properties of a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Props, A::Error> {
        let mut props = Props::default();
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "value" => props.value = map.next_value()?,
                "description" => props.description = map.next_value()?,
                "url" => props.url = map.next_value()?,
                "interactive" => props.interactive = map.next_value()?,
                "offscreen" => props.offscreen = map.next_value()?,
                "form" => props.form = map.next_value()?,
                "navigation" => props.navigation = map.next_value()?,
                "masked" => props.masked = map.next_value()?,
                "frame" => props.frame = map.next_value()?,
                _ => drop(props.states.insert(key, map.next_value()?)),
            }
        }
        Ok(props)
    }
}
