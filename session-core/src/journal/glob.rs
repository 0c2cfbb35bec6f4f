//! Globs over URLs: `*` within a segment, `**` across segments, everything else as it is.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind, Result};

/// A pattern that a whole URL has to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// This byte.
    Byte(u8),
    /// `*`: any bytes but `/`.
    Segment,
    /// `**`: any bytes.
    Any,
    /// `**/`: whole segments, or none.
    Segments,
}

impl FromStr for Glob {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            let error = Error::new(Kind::Usage, "a URL pattern must not be empty");
            return Err(error.with_hint("for example `**/api/*`: `*` is within a segment, `**` across"));
        }
        Ok(Self {
            text: text.to_owned(),
            parts: parts(text.as_bytes()),
        })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parts(mut text: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(&byte) = text.first() {
        let stars = text.iter().take_while(|byte| **byte == b'*').count();
        let at_start = matches!(parts.last(), None | Some(Part::Byte(b'/') | Part::Segments));
        let (part, length) = match stars {
            0 => (Part::Byte(byte), 1),
            1 => (Part::Segment, 1),
            many if at_start && text.get(many) == Some(&b'/') => (Part::Segments, many + 1),
            many => (Part::Any, many),
        };
        parts.push(part);
        text = &text[length..];
    }
    parts
}

impl Glob {
    /// Whether the whole text matches. Takes time in proportion to the text and the pattern, whatever they hold.
    pub fn matches(&self, text: &str) -> bool {
        let end = self.parts.len();
        // Which parts may come next; `end`: the pattern is used up.
        let mut here = vec![false; end + 1];
        self.reach(&mut here, 0);
        for byte in text.bytes() {
            let mut next = vec![false; end + 1];
            for index in (0..end).filter(|index| here[*index]) {
                match self.parts[index] {
                    Part::Byte(wanted) if wanted == byte => self.reach(&mut next, index + 1),
                    Part::Segment if byte != b'/' => self.reach(&mut next, index),
                    Part::Any => self.reach(&mut next, index),
                    Part::Segments => {
                        next[index] = true;
                        if byte == b'/' {
                            self.reach(&mut next, index + 1);
                        }
                    }
                    Part::Byte(_) | Part::Segment => {}
                }
            }
            here = next;
        }
        here[end]
    }

    /// Adds the part at `index` and, as long as they may be empty, those after it.
    fn reach(&self, set: &mut [bool], index: usize) {
        for (index, reached) in set.iter_mut().enumerate().skip(index) {
            *reached = true;
            if matches!(self.parts.get(index), None | Some(Part::Byte(_))) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_table() {
        let table = [
            ("https://a/b", "https://a/b", true),
            ("https://a/b", "https://a/b/", false),
            ("https://a/*", "https://a/b?x=1#y", true),
            ("https://a/*", "https://a/b/c", false),
            ("https://a/*/c", "https://a/b/c", true),
            ("https://a/**", "https://a/b/c", true),
            ("https://a/**", "https://a/", true),
            ("**/api/*", "http://127.0.0.1:80/x/api/users", true),
            ("**/api/*", "http://127.0.0.1:80/x/api/users/1", false),
            ("**/api/**", "http://h/api/", true),
            ("https://a/**/c", "https://a/c", true),
            ("https://a/**/c", "https://a/b/b/c", true),
            ("https://a/**/c", "https://a/bc", false),
            ("**.png", "https://a/b/c.png", true),
            ("**.png", "https://a/b/c.png?x", false),
            ("**?x=*", "https://a/b?x=1", true),
            ("*", "https://a", false),
            ("**", "", true),
            ("**/**/a", "a", true),
            ("https://*.a/**", "https://b.a/c", true),
            ("[a].{b,c}", "[a].{b,c}", true),
            ("**/ü*", "https://a/üb", true),
        ];
        for (pattern, url, matches) in table {
            assert_eq!(
                pattern.parse::<Glob>().unwrap().matches(url),
                matches,
                "{pattern} on {url}"
            );
        }
        assert_eq!("".parse::<Glob>().unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn no_pattern_is_slow() {
        let glob: Glob = "**a".repeat(100).parse().unwrap();
        assert!(!glob.matches(&"a".repeat(99)));
        assert!(!glob.matches(&format!("{}b", "a".repeat(2_000))));
    }
}
