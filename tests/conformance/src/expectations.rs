//! Failures that a setup is known to have, with their reasons.

use std::collections::BTreeMap;
use std::path::Path;

/// The expected failures of one setup: one `case-name  reason` a line, `#` begins a comment.
///
/// The list cannot rot: a case on it that passes, and a line that names no case, fail the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations(BTreeMap<String, String>);

impl Expectations {
    /// Everything is expected to pass.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// A line without a reason, or a case that stands there twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut known = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, reason) = line
                .split_once(char::is_whitespace)
                .ok_or_else(|| format!("line {}: `{line}` has no reason", index + 1))?;
            if known.insert(name.to_owned(), reason.trim().to_owned()).is_some() {
                return Err(format!("line {}: `{name}` stands here twice", index + 1));
            }
        }
        Ok(Self(known))
    }

    /// Reads the list in a file; a file that is not there is an empty list.
    ///
    /// # Errors
    /// A file that cannot be read, and what [`Expectations::parse`] refuses.
    pub fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|error| format!("`{}`: {error}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::none()),
            Err(error) => Err(format!("failed to read `{}`: {error}", path.display())),
        }
    }

    /// Why this case is expected to fail.
    pub fn reason(&self, case: &str) -> Option<&str> {
        self.0.get(case).map(String::as_str)
    }

    /// The names on the list that `known` does not have.
    pub(crate) fn unknown(&self, known: impl Fn(&str) -> bool) -> Vec<String> {
        self.0.keys().filter(|name| !known(name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_reason_a_line() {
        let list = Expectations::parse("# known\n\npage::close  the driver hangs\n").unwrap();
        assert_eq!(list.reason("page::close"), Some("the driver hangs"));
        assert_eq!(list.reason("page::open-blank"), None);
        assert!(Expectations::parse("page::close").unwrap_err().contains("no reason"));
        assert!(Expectations::parse("a::b x\na::b y").unwrap_err().contains("twice"));
    }
}
