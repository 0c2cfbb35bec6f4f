//! The locator language: how a person, an agent or a script says which element is meant.
//!
//! A locator is a chain of steps, each of which looks in what the one before found. It is read here, sent to the page-side
//! engine as JSON, and resolved there in one round trip. Reading needs no page, so a mistake is told before anything is
//! asked: where it is, and what was probably meant. `docs/selectors.md` is the language for users.
//!
//! What is rendered reads as the same locator again; logs and reports hold rendered ones.

mod css;
mod cursor;
mod model;
mod parse;
mod render;
mod role;
mod test_id;
mod value;

use std::fmt;
use std::str::FromStr;

pub use model::{Combinator, Complex, Css, Match, Part, Pseudo, RoleQuery, Side, Step};
pub use test_id::{TEST_ID, TestIdAttribute};

use crate::error::{Error, Kind, Result};

/// How long a locator may be, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// How many steps a chain may have.
pub const MAX_STEPS: usize = 64;

/// How deep CSS may be nested, as `:has(:not(…))` is, and chains in chains, as `has=(a >> has=(b))` is.
pub const MAX_DEPTH: usize = 16;

/// What elements are meant: a chain of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Locator {
    steps: Vec<Step>,
}

impl Locator {
    /// Reads a locator.
    ///
    /// # Errors
    /// [`Kind::Usage`]: what cannot be read, at which character, and as the hint what was probably meant.
    pub fn parse(text: &str) -> Result<Self> {
        parse::locator(text).map(|steps| Self { steps }).map_err(|fault| {
            let at = text.get(..fault.at).map_or(0, |before| before.chars().count()) + 1;
            let error = Error::new(
                Kind::Usage,
                format!(
                    "failed to read the selector `{}` at character {at}: {}",
                    excerpt(text),
                    fault.message
                ),
            );
            error.with_hint(fault.hint.unwrap_or_else(|| FORMS.to_owned()))
        })
    }

    /// The locator of a ref.
    pub fn of_ref(number: u32) -> Self {
        Self {
            steps: vec![Step::Ref { number }],
        }
    }

    /// A locator of steps that are known to make one.
    ///
    /// # Errors
    /// [`Kind::Usage`] when they do not: what they are rendered as would be another one.
    pub fn of_steps(steps: Vec<Step>) -> Result<Self> {
        Self::parse(&Self { steps }.to_string())
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The number of the ref that it begins with: it is of that element's page and frame.
    pub fn reference(&self) -> Option<u32> {
        match self.steps.first() {
            Some(Step::Ref { number }) => Some(*number),
            _ => None,
        }
    }

    /// The number of the ref that it is.
    pub fn as_ref_only(&self) -> Option<u32> {
        self.reference().filter(|_| self.steps.len() == 1)
    }
}

impl FromStr for Locator {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render::steps(&self.steps, f)
    }
}

/// The hint where nothing better is known.
const FORMS: &str =
    "selectors are refs (`e12`), `role:button:\"Next\"`, `text:\"…\"`, `label:\"…\"`, `testid:\"…\"`, CSS, and more";

/// A long text is told by its beginning.
fn excerpt(text: &str) -> String {
    const MOST: usize = 200;
    let mut cut: String = text.chars().take(MOST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// Whether a text ends in a word that goes on by `=` from what was found, as `nth` and `has-text` do.
pub(crate) fn ends_in_choice(text: &str) -> bool {
    let text = text.trim_end();
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    before.trim_end().ends_with(">>") && parse::is_choice(&text[before.len()..])
}

/// The number of a ref: 12 for `e12`.
pub fn reference(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('e')?;
    let is_number = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests;
