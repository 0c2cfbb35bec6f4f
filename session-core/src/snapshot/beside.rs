//! What stands beside an element's key: in its line where it is short, else in lines of its own.

use serde_json::Value;

use super::row::{Props, Row};

/// What of an element is not told by the key of its line.
#[derive(Debug)]
pub(super) struct Beside<'a> {
    /// A name that is too long.
    pub name: Option<&'a str>,
    pub url: Option<&'a str>,
    pub description: Option<&'a str>,
    /// States that are too long.
    pub states: Vec<(&'a str, &'a Value)>,
    pub value: Option<&'a str>,
}

impl<'a> Beside<'a> {
    pub(super) fn of(row: &'a Row) -> Self {
        let Props {
            url,
            description,
            value,
            ..
        } = &row.props;
        Self {
            name: None,
            url: url.as_deref(),
            description: description.as_deref().filter(|description| *description != row.name),
            states: Vec::new(),
            value: value.as_deref().filter(|value| !value.is_empty()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.value.is_none() && !self.has_lines()
    }

    /// The value, if there is nothing else.
    pub(super) fn only_value(&self) -> Option<&'a str> {
        self.value.filter(|_| !self.has_lines())
    }

    fn has_lines(&self) -> bool {
        let has_text = self.name.or(self.url).or(self.description).is_some();
        has_text || !self.states.is_empty()
    }
}
