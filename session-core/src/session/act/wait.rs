//! What is waited for, as it is written.

use std::str::FromStr;

use super::deed::Awaited;
use crate::backend::WaitUntil;
use crate::error::{Error, Kind, Result};
use crate::op::{ElementState, Span};

/// Reads what one word says: a span of time, `text=…`, `url=…`, `load=…`, a state and a selector, or a selector.
///
/// # Errors
/// [`Kind::Usage`].
pub(crate) fn read(written: &str) -> Result<Awaited> {
    if let Some((word, rest)) = written.split_once('=') {
        match word {
            "text" => return Ok(text(rest.trim_matches('"'), ElementState::Visible)),
            "url" => return Ok(Awaited::Url(rest.to_owned())),
            "load" => return load(rest),
            word => {
                if let Some(state) = ElementState::from_word(word) {
                    let selector = rest.to_owned();
                    return Ok(Awaited::Element { selector, state });
                }
            }
        }
    }
    Ok(element_or_time(written, ElementState::Visible))
}

/// A span of time, else a selector: none of these begins with a digit.
pub(crate) fn element_or_time(written: &str, state: ElementState) -> Awaited {
    if written.starts_with(|letter: char| letter.is_ascii_digit())
        && let Ok(Span(time)) = Span::from_str(written)
    {
        return Awaited::Time(time);
    }
    Awaited::Element {
        selector: written.to_owned(),
        state,
    }
}

/// A text that is in a state.
pub(crate) fn text(text: &str, state: ElementState) -> Awaited {
    Awaited::Element {
        selector: format!("text:{}", serde_json::Value::from(text)),
        state,
    }
}

fn load(word: &str) -> Result<Awaited> {
    let until: Option<WaitUntil> = serde_json::from_value(word.into()).ok();
    until.map(Awaited::Load).ok_or_else(|| {
        let message = format!("`{word}` is no load state; it is commit, domcontentloaded, load or networkidle");
        Error::new(Kind::Usage, message)
    })
}
