//! Locators as text: what is rendered reads as the same locator again.

use std::fmt::{self, Formatter, Write as _};

use super::model::{Match, RoleQuery, Step};
use super::parse;

pub(super) fn steps(steps: &[Step], f: &mut Formatter<'_>) -> fmt::Result {
    let mut rest = steps.iter().peekable();
    let mut is_first = true;
    while let Some(here) = rest.next() {
        if !is_first {
            f.write_str(" >> ")?;
        }
        is_first = false;
        let is_source = !here.is_choice() && *here != Step::Frame;
        if is_source && rest.next_if_eq(&&Step::Frame).is_some() {
            f.write_str("frame:")?;
        }
        step(here, f)?;
    }
    Ok(())
}

fn step(step: &Step, f: &mut Formatter<'_>) -> fmt::Result {
    match step {
        Step::Ref { number } => write!(f, "e{number}"),
        Step::Role(query) => role(query, f),
        Step::Text { text } => named("text", text, f),
        Step::Run { text } => write!(f, "text={}", Quoted(text)),
        Step::Label { text } => named("label", text, f),
        Step::Placeholder { text } => named("placeholder", text, f),
        Step::Alt { text } => named("alt", text, f),
        Step::Title { text } => named("title", text, f),
        // Always exact, with or without a mark.
        Step::TestId { text: Match::Exact(id) } => write!(f, "testid:{}", Marked(id)),
        Step::TestId { text } => named("testid", text, f),
        Step::Attribute { name, value } if is_plain(value) => write!(f, "{name}={value}"),
        Step::Attribute { name, value } => write!(f, "{name}={}", Quoted(value)),
        Step::Css(css) if parse::is_css(&css.source) => f.write_str(&css.source),
        Step::Css(css) => write!(f, "css:{}", css.source),
        Step::Xpath { source } => write!(f, "xpath:{source}"),
        Step::Coords { x, y } => write!(f, "coords:{x},{y}"),
        Step::Nth { index } => write!(f, "nth={index}"),
        Step::Visible { visible } => write!(f, "visible={visible}"),
        Step::Has { steps } => chain("has", steps, f),
        Step::HasNot { steps } => chain("has-not", steps, f),
        Step::HasText { text } => has_text("has-text", text, f),
        Step::HasNotText { text } => has_text("has-not-text", text, f),
        Step::And { steps } => chain("and", steps, f),
        Step::Or { steps } => chain("or", steps, f),
        Step::Frame => f.write_str("frame:"),
    }
}

/// A chain in a step.
fn chain(word: &str, inner: &[Step], f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{word}=(")?;
    steps(inner, f)?;
    f.write_char(')')
}

fn has_text(word: &str, text: &Match, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{word}=")?;
    matching(text, f)
}

fn named(engine: &str, text: &Match, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{engine}:")?;
    matching(text, f)
}

fn matching(text: &Match, f: &mut Formatter<'_>) -> fmt::Result {
    match text {
        Match::Part(text) => write!(f, "{}", Quoted(text)),
        Match::Exact(text) => write!(f, "{}!", Quoted(text)),
        Match::Regex { source, flags } => write!(f, "/{source}/{flags}"),
    }
}

fn role(query: &RoleQuery, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "role:{}", query.role)?;
    if let Some(name) = &query.name {
        f.write_char(':')?;
        matching(name, f)?;
    }
    for (state, value) in &query.states {
        match &**value {
            "true" => write!(f, "[{state}]")?,
            value if value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) => {
                write!(f, "[{state}={value}]")?;
            }
            value => write!(f, "[{state}={}]", Quoted(value))?,
        }
    }
    if query.hidden {
        f.write_str("[include-hidden]")?;
    }
    Ok(())
}

fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_.:/".contains(c))
}

/// A text in quotes, with an exclamation mark where it could be taken for blank.
struct Marked<'a>(&'a str);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mark = if super::value::is_blank(self.0) { "!" } else { "" };
        write!(f, "{}{mark}", Quoted(self.0))
    }
}

/// A text in quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}
