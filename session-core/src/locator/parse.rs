//! Chains of steps, and which engine each step is for.

use super::cursor::{Cursor, Fault};
use super::model::{Match, Step};
use super::value::{self, Escapes};
use super::{MAX_DEPTH, MAX_LENGTH, MAX_STEPS, css, reference, role};
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

/// What stands before an equals sign: as in Playwright, and what goes on from what was found.
const EQUALS: &[&str] = &[
    "and",
    "css",
    "data-test",
    "data-test-id",
    "data-testid",
    "has",
    "has-not",
    "has-not-text",
    "has-text",
    "id",
    "nth",
    "or",
    "role",
    "text",
    "visible",
    "xpath",
];

/// What goes on from what was found, and so never looks for anything itself.
const CHOICES: &[&str] = &[
    "and",
    "has",
    "has-not",
    "has-not-text",
    "has-text",
    "nth",
    "or",
    "visible",
];

/// Reads a whole locator.
pub(super) fn locator(text: &str) -> Read<Vec<Step>> {
    let mut cursor = Cursor::new(text);
    if text.len() > MAX_LENGTH {
        return Err(cursor.fault(format!("it is longer than {MAX_LENGTH} bytes")));
    }
    let steps = chain(&mut cursor)?;
    if !cursor.rest().is_empty() {
        return Err(cursor.fault("nothing can stand here but `>>`"));
    }
    if steps.last() == Some(&Step::Frame) {
        let fault = cursor.fault("what is meant in the frame is missing");
        return Err(fault.with_hint("write for example `frame:#pay >> role:button:\"Pay\"`"));
    }
    Ok(steps)
}

/// Reads steps up to the end of the text, or to the `)` around them.
fn chain(cursor: &mut Cursor<'_>) -> Read<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        cursor.skip_space();
        let start = cursor.at();
        if cursor.is_step_end() {
            let what = if steps.is_empty() && cursor.rest().is_empty() {
                "it is empty"
            } else {
                "a step of the chain is empty"
            };
            return Err(cursor.fault(what));
        }
        let before = steps.len();
        step(cursor, &mut steps)?;
        for index in before..steps.len() {
            check(cursor, start, &steps, index)?;
        }
        if steps.len() > MAX_STEPS {
            return Err(cursor.fault_at(start, format!("it has more than {MAX_STEPS} steps")));
        }
        cursor.skip_space();
        if !cursor.eat(">>") {
            return Ok(steps);
        }
    }
}

/// A chain that a step has in it: in parentheses, or a single step without them.
fn inner(cursor: &mut Cursor<'_>, word: &str) -> Read<Vec<Step>> {
    cursor.skip_space();
    let start = cursor.at();
    if cursor.depth() >= MAX_DEPTH {
        return Err(cursor.fault(format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    let mut inside = cursor.deeper();
    let steps = if inside.eat("(") {
        let steps = chain(&mut inside)?;
        if !inside.eat(")") {
            return Err(cursor.fault_at(start, format!("the `(` of `{word}=` is not closed")));
        }
        cursor.go_to(&inside);
        value::nothing_more(cursor, "the `)`")?;
        steps
    } else {
        if cursor.is_step_end() {
            let fault = cursor.fault(format!("what `{word}=` is about is missing"));
            return Err(fault.with_hint(format!("write for example `{word}=(role:button:\"Buy\")`")));
        }
        if matches!(engine(cursor)?, Engine::Equals(word) if CHOICES.contains(&word)) {
            return Err(cursor.fault(NOTHING_BEFORE));
        }
        let steps = vec![single(cursor)?];
        check(&cursor.deeper(), start, &steps, 0)?;
        steps
    };
    Ok(steps)
}

const NOTHING_BEFORE: &str = "there is nothing before it to choose from";

/// What can stand where.
fn check(cursor: &Cursor<'_>, start: usize, steps: &[Step], index: usize) -> Read<()> {
    let before = index.checked_sub(1).and_then(|before| steps.get(before));
    let is_inner = cursor.depth() > 0;
    let wrong = match steps.get(index) {
        Some(Step::Ref { .. }) if is_inner => "a ref cannot stand in another step",
        Some(Step::Coords { .. }) if is_inner => "coordinates cannot stand in another step",
        Some(Step::Frame) if is_inner => "a frame cannot be entered in another step",
        Some(Step::Ref { .. }) if before.is_some() => "a ref can only stand first: it is one element of one page",
        Some(Step::Coords { .. }) if !matches!(before, None | Some(Step::Frame)) => {
            "coordinates can only stand first, or first in a frame"
        }
        Some(step) if (step.is_choice() || *step == Step::Frame) && matches!(before, None | Some(Step::Frame)) => {
            NOTHING_BEFORE
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
        if ahead.rest().starts_with('"') || CHOICES.contains(&word) {
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

/// Whether a word goes on by `=` from what was found.
pub(super) fn is_choice(word: &str) -> bool {
    CHOICES.contains(&word)
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
        "has" => Ok(Step::Has {
            steps: inner(cursor, word)?,
        }),
        "has-not" => Ok(Step::HasNot {
            steps: inner(cursor, word)?,
        }),
        "and" => Ok(Step::And {
            steps: inner(cursor, word)?,
        }),
        "or" => Ok(Step::Or {
            steps: inner(cursor, word)?,
        }),
        "has-text" | "has-not-text" => {
            let (text, _) = value::text(cursor)?;
            value::nothing_more(cursor, "the text")?;
            Ok(match word {
                "has-text" => Step::HasText { text },
                _ => Step::HasNotText { text },
            })
        }
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
    let mut open = Vec::new();
    while !cursor.is_step_end() || (!open.is_empty() && cursor.peek() == Some(')')) {
        let at = cursor.at();
        match cursor.next() {
            Some('(') => open.push(at),
            Some(')') if open.pop().is_none() => return Err(cursor.fault_at(at, "a `)` closes nothing")),
            Some(quote @ ('"' | '\'')) => {
                cursor.take_while(|c| c != quote);
                if cursor.next().is_none() {
                    return Err(cursor.fault_at(at, "the quote is not closed"));
                }
            }
            _ => {}
        }
    }
    if let Some(at) = open.pop() {
        return Err(cursor.fault_at(at, "the `(` is not closed"));
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
