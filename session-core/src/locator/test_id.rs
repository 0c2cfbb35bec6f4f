//! The name of the attribute that pages mark their elements with for tests.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name where nothing else is said.
pub const TEST_ID: &str = "data-testid";

/// How long a name may be.
const LONGEST: usize = 64;

/// The name of the attribute for test ids: a letter or `_`, then letters, digits, `-` and `_`. Case does not matter in HTML, so
/// it is kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TestIdAttribute(String);

impl TestIdAttribute {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the one where nothing else is said.
    pub fn is_default(&self) -> bool {
        self.0 == TEST_ID
    }
}

impl Default for TestIdAttribute {
    fn default() -> Self {
        Self(TEST_ID.to_owned())
    }
}

impl FromStr for TestIdAttribute {
    type Err = String;

    /// # Errors
    /// What is wrong with the name.
    fn from_str(text: &str) -> Result<Self, String> {
        let rule = if text.is_empty() {
            "it is empty"
        } else if text.len() > LONGEST {
            "it is longer than 64 characters"
        } else if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            "it has to start with a letter or `_`"
        } else if !text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            "only ASCII letters, digits, `-` and `_` are allowed"
        } else {
            return Ok(Self(text.to_ascii_lowercase()));
        };
        let shown: String = text.chars().take(LONGEST).flat_map(char::escape_default).collect();
        Err(format!("`{shown}` is no attribute for test ids: {rule}"))
    }
}

impl TryFrom<String> for TestIdAttribute {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TestIdAttribute> for String {
    fn from(name: TestIdAttribute) -> Self {
        name.0
    }
}

impl fmt::Display for TestIdAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl schemars::JsonSchema for TestIdAttribute {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TestIdAttribute".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z0-9_-]{0,63}$",
            "description": "The attribute for test ids, for example `data-testid`."
        })
    }
}
