//! CSS, taken apart as far as needed: where compounds begin and end, and which pseudo-classes are ours or Playwright's
//! rather than the browser's. What is left of a compound is for the browser to read.

use super::MAX_DEPTH;
use super::cursor::{Cursor, Fault};
use super::model::{Combinator, Complex, Css, Match, Part, Pseudo, Side};
use super::value::{self, Escapes};

type Read<T> = Result<T, Fault>;

/// What has our meaning.
const OURS: &[&str] = &[
    "above",
    "below",
    "has-text",
    "left-of",
    "near",
    "nth-match",
    "right-of",
    "text",
    "text-is",
    "text-matches",
    "visible",
];

/// What has selectors in it, which may have something of ours in them.
const LISTS: &[&str] = &["has", "is", "not", "where"];

/// What cannot be done.
const REFUSED: &[&str] = &["light"];

/// Other functions of the browser, which tell CSS from a text without quotes (`label:nth-child(2)`).
const NATIVE: &[&str] = &[
    "active-view-transition-type",
    "dir",
    "host",
    "host-context",
    "lang",
    "matches",
    "nth-child",
    "nth-last-child",
    "nth-last-of-type",
    "nth-of-type",
    "state",
];

/// Whether what stands behind a colon is a pseudo-class with arguments.
pub(super) fn is_functional(rest: &str) -> bool {
    let name = rest.split_once('(').map(|(name, _)| name);
    name.is_some_and(|name| [OURS, LISTS, REFUSED, NATIVE].iter().any(|known| known.contains(&name)))
}

/// A step by CSS.
pub(super) fn step(cursor: &mut Cursor<'_>) -> Read<Css> {
    cursor.skip_space();
    let start = cursor.at();
    let list = list(cursor, 0)?;
    let source = unpadded(cursor.since(start)).to_owned();
    if !cursor.is_step_end() {
        return Err(cursor.fault("a `)` closes nothing"));
    }
    let native = list.iter().all(is_native);
    let scoped = contains_pseudo(&source, "scope");
    if scoped && !native {
        let own = "`:scope` does not go together with pseudo-classes that the browser does not know";
        return Err(cursor
            .fault_at(start, own)
            .with_hint("write two steps, with `>>` between them"));
    }
    Ok(Css {
        source,
        list,
        native,
        scoped,
    })
}

/// CSS without the white space around it; what stands behind a backslash, or ends an escape by numbers, is not around it.
fn unpadded(source: &str) -> &str {
    let source = source.trim_start();
    let cut = source.trim_end();
    let is_escaped = |text: &str| (text.len() - text.trim_end_matches('\\').len()) % 2 == 1;
    let number = cut.trim_end_matches(|c: char| c.is_ascii_hexdigit());
    if !is_escaped(cut) && (number.len() == cut.len() || !is_escaped(number)) {
        return cut;
    }
    let behind = source.get(cut.len()..).and_then(|rest| rest.chars().next());
    let end = cut.len() + behind.map_or(0, char::len_utf8);
    source.get(..end).unwrap_or(cut)
}

/// Whether the browser can read all of it.
fn is_native(complex: &Complex) -> bool {
    let pseudos = complex.parts.iter().flat_map(|part| &part.pseudos);
    pseudos.into_iter().all(|pseudo| match pseudo {
        Pseudo::Has { list } | Pseudo::Is { list } | Pseudo::Not { list } => list.iter().all(is_native),
        _ => false,
    })
}

/// Selectors with commas between them, up to the end of the step or to the `)` around them.
fn list(cursor: &mut Cursor<'_>, depth: usize) -> Read<Vec<Complex>> {
    if depth > MAX_DEPTH {
        return Err(cursor.fault(format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    let mut list = vec![complex(cursor, depth)?];
    while cursor.eat(",") {
        // `:nth-match(a, b, 2)` ends with a number.
        let mut ahead = *cursor;
        skip(&mut ahead)?;
        if depth > 0 && ahead.peek().is_some_and(|c| c.is_ascii_digit()) {
            *cursor = ahead;
            return Ok(list);
        }
        list.push(complex(cursor, depth)?);
    }
    Ok(list)
}

fn complex(cursor: &mut Cursor<'_>, depth: usize) -> Read<Complex> {
    let mut parts = Vec::new();
    skip(cursor)?;
    // Only in `:has()` something stands before the first one.
    let first = if depth > 0 { combinator(cursor) } else { None };
    let mut combinator = first.unwrap_or(Combinator::Descendant);
    skip(cursor)?;
    loop {
        let start = cursor.at();
        parts.push(compound(cursor, combinator, depth)?);
        if cursor.at() == start {
            return Err(missing(cursor));
        }
        let end = cursor.at();
        skip(cursor)?;
        let is_end = cursor.is_step_end() || matches!(cursor.peek(), Some(',' | ')'));
        if is_end {
            return Ok(Complex { parts });
        }
        combinator = match self::combinator(cursor) {
            Some(found) => found,
            None if cursor.at() > end => Combinator::Descendant,
            None => return Err(missing(cursor)),
        };
        skip(cursor)?;
    }
}

fn missing(cursor: &Cursor<'_>) -> Fault {
    match cursor.peek() {
        Some(c) if !cursor.is_step_end() => cursor.fault(format!("`{c}` cannot stand here in CSS")),
        _ => cursor.fault("a CSS selector is missing"),
    }
}

fn combinator(cursor: &mut Cursor<'_>) -> Option<Combinator> {
    if cursor.is_step_end() {
        return None;
    }
    let found = match cursor.peek()? {
        '>' => Combinator::Child,
        '+' => Combinator::Next,
        '~' => Combinator::Later,
        _ => return None,
    };
    cursor.next();
    Some(found)
}

/// Goes past white space and comments.
fn skip(cursor: &mut Cursor<'_>) -> Read<()> {
    loop {
        cursor.skip_space();
        let at = cursor.at();
        if !cursor.eat("/*") {
            return Ok(());
        }
        while !cursor.eat("*/") {
            if cursor.next().is_none() {
                return Err(cursor.fault_at(at, "the comment is not closed"));
            }
        }
    }
}

fn compound(cursor: &mut Cursor<'_>, combinator: Combinator, depth: usize) -> Read<Part> {
    let mut part = Part {
        combinator,
        css: String::new(),
        pseudos: Vec::new(),
    };
    while let Some(c) = cursor.peek() {
        let start = cursor.at();
        match c {
            '\\' => {
                cursor.next();
                if cursor.next().is_none() {
                    return Err(cursor.fault_at(start, "nothing is behind the backslash"));
                }
                // White space ends an escape by numbers, and belongs to it.
                let digits = cursor.since(start + 1).chars().all(|c| c.is_ascii_hexdigit());
                if digits {
                    cursor.take_while(|c| c.is_ascii_hexdigit());
                    if cursor.peek() == Some(' ') {
                        cursor.next();
                    }
                }
                part.css.push_str(cursor.since(start));
            }
            '[' => {
                balanced(cursor)?;
                part.css.push_str(cursor.since(start));
            }
            ':' => pseudo(cursor, &mut part, depth)?,
            '.' | '#' | '*' | '-' | '_' | '|' | '&' => {
                cursor.next();
                part.css.push(c);
            }
            c if c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() => {
                cursor.next();
                part.css.push(c);
            }
            _ => break,
        }
    }
    if part.css.is_empty() {
        part.css.push('*');
    }
    Ok(part)
}

/// Goes past what is between brackets or parentheses, and past quotes in it.
fn balanced(cursor: &mut Cursor<'_>) -> Read<()> {
    let start = cursor.at();
    let mut open = Vec::new();
    loop {
        let at = cursor.at();
        match cursor.peek() {
            None => {
                let which = open.first().copied().unwrap_or('[');
                return Err(cursor.fault_at(start, format!("a `{which}` is not closed")));
            }
            Some('"' | '\'') => {
                value::quoted(cursor, Escapes::Lenient)?;
                continue;
            }
            Some('\\') => {
                cursor.next();
            }
            Some(c @ ('(' | '[')) => open.push(c),
            Some(c @ (')' | ']')) => {
                let opened = if c == ')' { '(' } else { '[' };
                if open.pop() != Some(opened) {
                    return Err(cursor.fault_at(at, format!("a `{c}` closes nothing")));
                }
            }
            Some(_) => {}
        }
        cursor.next();
        if open.is_empty() {
            return Ok(());
        }
    }
}

fn pseudo(cursor: &mut Cursor<'_>, part: &mut Part, depth: usize) -> Read<()> {
    let start = cursor.at();
    cursor.next();
    let is_element = cursor.eat(":");
    let name = cursor.take_while(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let has_arguments = cursor.peek() == Some('(');
    if !is_element && REFUSED.contains(&name) && has_arguments {
        return Err(cursor.fault_at(start, format!("`:{name}()` is not supported")));
    }
    if !is_element && OURS.contains(&name) && has_arguments != (name == "visible") {
        let found = ours(cursor, name, start, depth)?;
        part.pseudos.push(found);
        return Ok(());
    }
    if !is_element && LISTS.contains(&name) && has_arguments {
        cursor.next();
        let list = list(cursor, depth + 1)?;
        close(cursor, name, start)?;
        // Taken apart also where the browser could read it: it does not look into shadow roots.
        part.pseudos.push(match name {
            "has" => Pseudo::Has { list },
            "not" => Pseudo::Not { list },
            _ => Pseudo::Is { list },
        });
        return Ok(());
    }
    if has_arguments {
        balanced(cursor)?;
        let inside = cursor.since(start);
        let lost = OURS.iter().find(|own| contains_pseudo(inside, own));
        if let Some(own) = lost {
            return Err(cursor.fault_at(start, format!("`:{own}` cannot stand in `:{name}()`")));
        }
    }
    part.css.push_str(cursor.since(start));
    Ok(())
}

/// Whether a text has that pseudo-class in it.
fn contains_pseudo(text: &str, name: &str) -> bool {
    let wanted = format!(":{name}");
    text.match_indices(&wanted).any(|(at, _)| {
        let behind = text.get(at + wanted.len()..).and_then(|rest| rest.chars().next());
        match name {
            "visible" | "scope" => behind.is_none_or(|c| !c.is_alphanumeric() && c != '-'),
            _ => behind == Some('('),
        }
    })
}

fn close(cursor: &mut Cursor<'_>, name: &str, start: usize) -> Read<()> {
    cursor.skip_space();
    if cursor.eat(")") {
        return Ok(());
    }
    Err(cursor.fault_at(start, format!("the `(` of `:{name}()` is not closed")))
}

fn ours(cursor: &mut Cursor<'_>, name: &str, start: usize, depth: usize) -> Read<Pseudo> {
    if name == "visible" {
        return Ok(Pseudo::Visible);
    }
    cursor.next();
    let found = match name {
        "nth-match" => {
            let list = list(cursor, depth + 1)?;
            let n = cursor
                .take_while(|c| c.is_ascii_digit())
                .parse()
                .ok()
                .filter(|n| *n > 0);
            let n = n.ok_or_else(|| {
                let fault = cursor.fault_at(start, "`:nth-match()` needs a selector and a number from 1 on");
                fault.with_hint("write for example `:nth-match(li, 2)`")
            })?;
            Pseudo::NthMatch { list, n }
        }
        "above" => layout(cursor, Side::Above, depth)?,
        "below" => layout(cursor, Side::Below, depth)?,
        "left-of" => layout(cursor, Side::LeftOf, depth)?,
        "near" => layout(cursor, Side::Near, depth)?,
        "right-of" => layout(cursor, Side::RightOf, depth)?,
        "has-text" => Pseudo::HasText {
            text: argument(cursor, name, start)?,
        },
        "text-is" => Pseudo::TextIs {
            text: argument(cursor, name, start)?,
        },
        "text-matches" => Pseudo::Text {
            text: expression(cursor, start)?,
        },
        _ if cursor.peek() == Some('/') => Pseudo::Text {
            text: value::regex(cursor)?,
        },
        _ => Pseudo::Text {
            text: Match::Part(argument(cursor, name, start)?),
        },
    };
    close(cursor, name, start)?;
    Ok(found)
}

/// Selectors, and how far away it may be.
fn layout(cursor: &mut Cursor<'_>, side: Side, depth: usize) -> Read<Pseudo> {
    let list = list(cursor, depth + 1)?;
    let at = cursor.at();
    let pixels = cursor.take_while(|c| c.is_ascii_digit());
    let most = if pixels.is_empty() {
        None
    } else {
        let most = pixels
            .parse()
            .map_err(|_| cursor.fault_at(at, "no page is that large"))?;
        Some(most)
    };
    Ok(Pseudo::Layout { side, list, most })
}

/// A text, in quotes or not.
fn argument(cursor: &mut Cursor<'_>, name: &str, start: usize) -> Read<String> {
    cursor.skip_space();
    let text = match cursor.peek() {
        Some('"' | '\'') => value::quoted(cursor, Escapes::Lenient)?,
        _ => cursor.take_while(|c| c != ')' && c != '(').trim().to_owned(),
    };
    if value::is_blank(&text) {
        let fault = cursor.fault_at(start, format!("`:{name}()` has no text to look for"));
        return Err(fault.with_hint(format!("write for example `:{name}(\"Next\")`")));
    }
    Ok(text)
}

/// `"…"` or `"…", "flags"`.
fn expression(cursor: &mut Cursor<'_>, start: usize) -> Read<Match> {
    let source = argument(cursor, "text-matches", start)?;
    cursor.skip_space();
    let at = cursor.at();
    let flags = if cursor.eat(",") {
        argument(cursor, "text-matches", start)?
    } else {
        String::new()
    };
    let flags = value::flags(&flags).map_err(|why| cursor.fault_at(at, why))?;
    Ok(Match::Regex { source, flags })
}
