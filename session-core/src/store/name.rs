//! Names that become parts of paths: what is not plainly harmless never gets as far as a path.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};

const LONGEST: usize = 64;
const PATTERN: &str = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

macro_rules! name {
    ($(#[doc = $doc:literal])+ $type:ident, $what:literal) => {
        $(#[doc = $doc])+
        ///
        /// 1 to 64 of ASCII letters, digits, `.`, `_` and `-`, the first a letter or digit; no device name (`CON`, `NUL`).
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $type(String);

        impl FromStr for $type {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                check($what, text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $type {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                check($what, &text).map(|()| Self(text))
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": PATTERN, "description": concat!("The name of a ", $what, ".") })
            }
        }
    };
}

name! {
    /// The name of a session.
    SessionName, "session"
}

name! {
    /// The name of a browser profile or an auth profile.
    ProfileName, "profile"
}

impl SessionName {
    /// Makes a name that most likely nobody has: `ses-` and 6 lower-case letters or digits.
    pub fn generate() -> Self {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        // The keys of a `RandomState` come from the operating system's randomness, and differ for each one made.
        let mut random = RandomState::new().build_hasher().finish();
        let mut name = String::from("ses-");
        for _ in 0..6 {
            name.push(char::from(LETTERS[(random % 36) as usize]));
            random /= 36;
        }
        Self(name)
    }
}

impl From<SessionName> for ProfileName {
    /// A session's own name is the default name of its browser profile.
    fn from(name: SessionName) -> Self {
        Self(name.0)
    }
}

fn check(what: &str, text: &str) -> Result<()> {
    let rule = if text.is_empty() {
        "it is empty"
    } else if text.len() > LONGEST {
        "it is longer than 64 characters"
    } else if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        "it has to start with a letter or digit"
    } else if !text.bytes().all(allowed) {
        "only ASCII letters, digits, `.`, `_` and `-` are allowed"
    } else if is_device(text) {
        "it is the name of a device on some systems"
    } else {
        return Ok(());
    };
    let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
    let more = if text.chars().nth(40).is_some() { "…" } else { "" };
    Err(
        Error::new(Kind::Usage, format!("`{shown}{more}` is no {what} name: {rule}"))
            .with_hint(format!("use a name such as `{}`", suggestion(text))),
    )
}

fn allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// Whether a system would open a device instead of a file of this name, whatever its ending.
fn is_device(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or(text).to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.as_bytes()[3].is_ascii_digit())
}

/// The nearest allowed name.
fn suggestion(text: &str) -> String {
    let mut name: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .map(|c| if u8::try_from(c).is_ok_and(allowed) { c } else { '-' })
        .take(LONGEST)
        .collect();
    name.truncate(name.trim_end_matches(['-', '.']).len());
    match name.as_str() {
        "" => "shop-1".to_owned(),
        device if is_device(device) => format!("my-{}", device.chars().take(LONGEST - 3).collect::<String>()),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn harmful_names_are_usage_errors_that_show_an_allowed_one() {
        let long = "a".repeat(300);
        let hostile = [
            "",
            ".",
            "..",
            "a/b",
            "../x",
            "a\\b",
            &long,
            "a\nb",
            "-a",
            "_a",
            ".a",
            "ä",
            "a b",
            "a\0b",
            "CON",
            "con.txt",
            "nul",
            "LPT1",
            "com9.log",
            "a:b",
            "a\u{202e}b",
            "~",
            "*",
        ];
        for text in hostile {
            let error = text.parse::<SessionName>().unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{text:?}");
            assert!(!error.message().contains(['\n', '\0']), "{text:?}");
            assert!(error.message().len() < 200, "{text:?}");
            let hint = error.hint().unwrap();
            let shown = hint.split('`').nth(1).unwrap();
            assert!(shown.parse::<SessionName>().is_ok(), "{text:?} → {shown}");
        }
    }

    #[test]
    fn common_names_are_allowed() {
        for text in [
            "a",
            "shop",
            "Shop_2.x-y",
            "0",
            "console",
            "com10",
            "example.com",
            &"a".repeat(64),
        ] {
            assert_eq!(text.parse::<SessionName>().unwrap().as_ref(), text);
        }
    }

    #[test]
    fn json_is_checked_like_arguments() {
        assert!(serde_json::from_str::<SessionName>("\"../x\"").is_err());
        assert!(serde_json::from_str::<ProfileName>("\"a.b\"").is_ok());
    }

    #[test]
    fn generated_names_differ() {
        let names: std::collections::HashSet<_> = (0..1000).map(|_| SessionName::generate()).collect();
        assert!(names.len() > 990);
        for name in names {
            let tail = name.as_ref().strip_prefix("ses-").unwrap();
            assert!(tail.len() == 6 && tail.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        }
    }

    proptest! {
        #[test]
        fn an_allowed_name_is_one_plain_path_component(text in "\\PC{0,80}|[A-Za-z0-9._-]{0,70}") {
            match text.parse::<SessionName>() {
                Ok(name) => {
                    let mut parts = std::path::Path::new(name.as_ref()).components();
                    prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(part)) if part == name.as_ref()));
                    prop_assert!(parts.next().is_none());
                    prop_assert_eq!(name.to_string(), text);
                }
                Err(error) => {
                    let hint = error.hint().unwrap().to_owned();
                    prop_assert!(hint.split('`').nth(1).unwrap().parse::<SessionName>().is_ok());
                }
            }
        }
    }
}
