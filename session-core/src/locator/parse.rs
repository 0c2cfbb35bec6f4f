//! Chains of steps, and which engine each step is for.

use super::cursor::{Cursor, Fault};
use super::model::{Match, Step};
use super::value::{self, Escapes};
use super::{MAX_LENGTH, MAX_STEPS, css, reference, role};
use crate::text::nearest;

type Read<T> = Result<T, Fault>;

/// What stands before a colon.
const COLON: &[&str] = &[
    "alt",
    "coords",
    "css",
    "frame",
    "label",
    "placeholder",
    "role",
    "testid",
    "text",
    "title",
    "xpath",
];

/// What stands before an equals sign, as in Playwright.
const EQUALS: &[&str] = &[
    "css",
    "data-test",
    "data-test-id",
    "data-testid",
    "id",
    "nth",
    "role",
    "text",
    "visible",
    "xpath",
];

/// Reads a whole locator.
pub(super) fn locator(text: &str) -> Read<Vec<Step>> {
    let mut cursor = Cursor::new(text);
    if text.len() > MAX_LENGTH {
        return Err(cursor.fault(format!("it is longer than {MAX_LENGTH} bytes")));
    }
    let mut steps = Vec::new();
    loop {
        cursor.skip_space();
        let start = cursor.at();
        if cursor.is_step_end() {
            let what = if text.trim().is_empty() {
                "it is empty"
            } else {
                "a step of the chain is empty"
            };
            return Err(cursor.fault(what));
        }
        let before = steps.len();
        step(&mut cursor, &mut steps)?;
        for index in before..steps.len() {
            check(&cursor, start, &steps, index)?;
        }
        if steps.len() > MAX_STEPS {
            return Err(cursor.fault_at(start, format!("it has more than {MAX_STEPS} steps")));
        }
        cursor.skip_space();
        if !cursor.eat(">>") {
            break;
        }
    }
    if !cursor.rest().is_empty() {
        return Err(cursor.fault("nothing can stand here but `>>`"));
    }
    if steps.last() == Some(&Step::Frame) {
        let fault = cursor.fault("what is meant in the frame is missing");
        return Err(fault.with_hint("write for example `frame:#pay >> role:button:\"Pay\"`"));
    }
    Ok(steps)
}

/// What can stand where.
fn check(cursor: &Cursor<'_>, start: usize, steps: &[Step], index: usize) -> Read<()> {
    let before = index.checked_sub(1).and_then(|before| steps.get(before));
    let wrong = match steps.get(index) {
        Some(Step::Ref { .. }) if before.is_some() => "a ref can only stand first: it is one element of one page",
        Some(Step::Coords { .. }) if !matches!(before, None | Some(Step::Frame)) => {
            "coordinates can only stand first, or first in a frame"
        }
        Some(Step::Nth { .. } | Step::Visible { .. } | Step::Frame) if matches!(before, None | Some(Step::Frame)) => {
            "there is nothing before it to choose from"
        }
        _ => return Ok(()),
    };
    Err(cursor.fault_at(start, wrong))
}

fn step(cursor: &mut Cursor<'_>, steps: &mut Vec<Step>) -> Read<()> {
    match engine(cursor)? {
        Engine::Colon("frame") => {
            cursor.eat("frame:");
            cursor.skip_space();
            if !cursor.is_step_end() {
                steps.push(single(cursor)?);
            }
            steps.push(Step::Frame);
        }
        _ => steps.push(single(cursor)?),
    }
    Ok(())
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine<'a> {
    Colon(&'a str),
    Equals(&'a str),
    Ref(u32),
    Xpath,
    Quoted,
    Css,
}

/// Looks at the beginning of a step, and does not go past it.
fn engine<'a>(cursor: &Cursor<'a>) -> Read<Engine<'a>> {
    let mut ahead = *cursor;
    let word = ahead.take_while(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if let Some(number) = reference(word) {
        let mut behind = ahead;
        behind.skip_space();
        if behind.is_step_end() {
            return Ok(Engine::Ref(number));
        }
    }
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_word && ahead.eat(":") {
        if COLON.contains(&word) && !css::is_functional(ahead.rest()) {
            return Ok(Engine::Colon(word));
        }
        // CSS has no quote behind a colon.
        if ahead.rest().starts_with('"') || word == "nth" || word == "visible" {
            return Err(unknown(cursor, word));
        }
        return Ok(Engine::Css);
    }
    if is_word && ahead.eat("=") {
        let is_known = EQUALS.contains(&word);
        return is_known
            .then_some(Engine::Equals(word))
            .ok_or_else(|| unknown(cursor, word));
    }
    let rest = cursor.rest();
    let opened = rest.trim_start_matches('(');
    if opened.starts_with("//") || rest.starts_with("..") {
        return Ok(Engine::Xpath);
    }
    Ok(match rest.chars().next() {
        Some('"' | '\'') => Engine::Quoted,
        _ => Engine::Css,
    })
}

fn unknown(cursor: &Cursor<'_>, word: &str) -> Fault {
    let fault = cursor.fault(format!("there is no engine `{word}`"));
    if EQUALS.contains(&word) {
        return fault.with_hint(format!("write `{word}=…`"));
    }
    if COLON.contains(&word) {
        return fault.with_hint(format!("write `{word}:\"…\"`"));
    }
    match nearest(word, COLON.iter().chain(EQUALS).copied()) {
        Some(known) if COLON.contains(&known) => fault.with_hint(format!("did you mean `{known}:…`?")),
        Some(known) => fault.with_hint(format!("did you mean `{known}=…`?")),
        None => fault.with_hint(format!("engines are `{}:`", COLON.join(":`, `"))),
    }
}

/// Whether a text that stands for CSS reads as that, and not as something else.
pub(super) fn is_css(text: &str) -> bool {
    engine(&Cursor::new(text)) == Ok(Engine::Css)
}

/// One step that is no frame.
fn single(cursor: &mut Cursor<'_>) -> Read<Step> {
    let start = cursor.at();
    match engine(cursor)? {
        Engine::Ref(number) => {
            cursor.take_while(|c| c.is_ascii_alphanumeric());
            Ok(Step::Ref { number })
        }
        Engine::Xpath => xpath(cursor),
        Engine::Quoted => run(cursor),
        Engine::Css => css::step(cursor).map(Step::Css),
        Engine::Colon(word) => {
            cursor.eat(word);
            cursor.eat(":");
            by_colon(cursor, word, start)
        }
        Engine::Equals(word) => {
            cursor.eat(word);
            cursor.eat("=");
            by_equals(cursor, word, start)
        }
    }
}

fn by_colon(cursor: &mut Cursor<'_>, word: &str, start: usize) -> Read<Step> {
    match word {
        "css" => return css::step(cursor).map(Step::Css),
        "xpath" => return xpath(cursor),
        "coords" => return coords(cursor, start),
        "role" => return role::role(cursor, true).map(Step::Role),
        "frame" => return Err(cursor.fault_at(start, "a frame is entered by one `frame:` a step")),
        _ => {}
    }
    let (text, _) = value::text(cursor)?;
    value::nothing_more(cursor, "the text")?;
    Ok(match word {
        "text" => Step::Text { text },
        "label" => Step::Label { text },
        "placeholder" => Step::Placeholder { text },
        "alt" => Step::Alt { text },
        "title" => Step::Title { text },
        _ => Step::TestId {
            // A test id is no prose: one that is part of another is another one.
            text: match text {
                Match::Part(text) => Match::Exact(text),
                text => text,
            },
        },
    })
}

fn by_equals(cursor: &mut Cursor<'_>, word: &str, start: usize) -> Read<Step> {
    match word {
        "css" => css::step(cursor).map(Step::Css),
        "xpath" => xpath(cursor),
        "role" => role::role(cursor, false).map(Step::Role),
        "text" => {
            cursor.skip_space();
            if matches!(cursor.peek(), Some('"' | '\'')) {
                return run(cursor);
            }
            let (text, _) = value::text(cursor)?;
            value::nothing_more(cursor, "the text")?;
            Ok(Step::Text { text })
        }
        "nth" => {
            let at = cursor.at();
            let index = value::plain(cursor);
            let index = index.parse().map_err(|_| {
                let fault = cursor.fault_at(at, format!("`{index}` is no whole number"));
                fault.with_hint("`nth=0` is the first, `nth=-1` the last")
            })?;
            Ok(Step::Nth { index })
        }
        "visible" => match value::plain(cursor) {
            "true" => Ok(Step::Visible { visible: true }),
            "false" => Ok(Step::Visible { visible: false }),
            _ => Err(cursor.fault_at(start, "write `visible=true` or `visible=false`")),
        },
        name => attribute(cursor, name),
    }
}

fn attribute(cursor: &mut Cursor<'_>, name: &str) -> Read<Step> {
    cursor.skip_space();
    let at = cursor.at();
    let value = match cursor.peek() {
        Some('"' | '\'') => value::quoted(cursor, Escapes::Lenient)?,
        _ => value::plain(cursor).to_owned(),
    };
    value::nothing_more(cursor, "the value")?;
    if value.is_empty() {
        return Err(cursor.fault_at(at, "a value is missing"));
    }
    Ok(Step::Attribute {
        name: name.to_owned(),
        value,
    })
}

/// Playwright's text in quotes.
fn run(cursor: &mut Cursor<'_>) -> Read<Step> {
    let text = value::quoted(cursor, Escapes::Lenient)?;
    value::nothing_more(cursor, "the text")?;
    Ok(Step::Run { text })
}

fn xpath(cursor: &mut Cursor<'_>) -> Read<Step> {
    cursor.skip_space();
    let start = cursor.at();
    while !cursor.is_step_end() {
        let at = cursor.at();
        let Some(quote) = cursor.next().filter(|c| *c == '"' || *c == '\'') else {
            continue;
        };
        cursor.take_while(|c| c != quote);
        if cursor.next().is_none() {
            return Err(cursor.fault_at(at, "the quote is not closed"));
        }
    }
    let source = cursor.since(start).trim().to_owned();
    if source.is_empty() {
        return Err(cursor.fault_at(start, "an XPath expression is missing"));
    }
    Ok(Step::Xpath { source })
}

fn coords(cursor: &mut Cursor<'_>, start: usize) -> Read<Step> {
    let text = value::plain(cursor);
    let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let point = text.split_once(',').map(|(x, y)| (number(x), number(y)));
    let Some((Some(x), Some(y))) = point else {
        let fault = cursor.fault_at(start, format!("`{text}` is no point"));
        return Err(fault.with_hint("write two numbers, for example `coords:200,150`"));
    };
    Ok(Step::Coords { x, y })
}
