//! Values: quoted text, regular expressions, and text without quotes.

use super::cursor::{Cursor, Fault};
use super::model::Match;

type Read<T> = Result<T, Fault>;

/// How a name was written: what may come after it depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// In quotes or slashes: its end is known.
    Closed,
    /// Plainly, up to the end of the step.
    Open,
}

/// A name or text of our own forms: `"…"`, `"…"!`, `/…/flags`, or plain text up to the end of the step.
pub(super) fn text(cursor: &mut Cursor<'_>) -> Read<(Match, Written)> {
    cursor.skip_space();
    let start = cursor.at();
    match cursor.peek() {
        Some('"') => {
            let text = quoted(cursor, Escapes::Strict)?;
            if cursor.eat("!") {
                return Ok((Match::Exact(text), Written::Closed));
            }
            Ok((part(cursor, start, text)?, Written::Closed))
        }
        Some('/') => Ok((regex(cursor)?, Written::Closed)),
        _ => {
            let text = plain(cursor).to_owned();
            Ok((part(cursor, start, text)?, Written::Open))
        }
    }
}

fn part(cursor: &Cursor<'_>, start: usize, text: String) -> Read<Match> {
    if is_blank(&text) {
        let fault = cursor.fault_at(start, "there is no text to look for");
        return Err(fault.with_hint("write the text in quotes, for example `text:\"Next\"`"));
    }
    Ok(Match::Part(text))
}

/// Whether nothing of a text is left when its white space is folded and what nobody sees is left out.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// Characters that text is compared without; the same as in `injected/js/text-match.js`.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Text up to the end of the step, without the white space around it. What it opens by `(` it closes by `)`.
pub(super) fn plain<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let start = cursor.at();
    let mut open = 0_u32;
    while !cursor.is_step_end() || (open > 0 && cursor.peek() == Some(')')) {
        match cursor.next() {
            Some('(') => open += 1,
            Some(')') => open = open.saturating_sub(1),
            _ => {}
        }
    }
    cursor.since(start).trim()
}

/// What a backslash before other characters than those that need one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// A mistake.
    Strict,
    /// The character itself, as in CSS.
    Lenient,
}

/// A text in quotes, of either kind.
pub(super) fn quoted(cursor: &mut Cursor<'_>, escapes: Escapes) -> Read<String> {
    let start = cursor.at();
    let quote = cursor.next();
    let mut text = String::new();
    loop {
        let at = cursor.at();
        match cursor.next() {
            None => return Err(cursor.fault_at(start, "the quote is not closed")),
            next if next == quote => return Ok(text),
            Some('\\') => text.push(escaped(cursor, at, escapes)?),
            Some(other) => text.push(other),
        }
    }
}

/// The character that is meant by what is behind a backslash.
fn escaped(cursor: &mut Cursor<'_>, at: usize, escapes: Escapes) -> Read<char> {
    match cursor.next() {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('r') => Ok('\r'),
        Some('u') => unicode(cursor, at),
        Some(plain @ ('"' | '\'' | '\\' | '/')) => Ok(plain),
        Some(other) if escapes == Escapes::Lenient => Ok(other),
        Some(other) => Err(cursor
            .fault_at(at, format!("`\\{other}` means nothing"))
            .with_hint("write `\\\\` for a backslash")),
        None => Err(cursor.fault_at(at, "nothing is behind the backslash")),
    }
}

/// `\u0041` or `\u{1f600}`; a pair of surrogates is one character.
fn unicode(cursor: &mut Cursor<'_>, at: usize) -> Read<char> {
    let code = if cursor.eat("{") {
        let digits = cursor.take_while(|c| c.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| cursor.eat("}"))
    } else {
        let first = four(cursor);
        match first {
            Some(high @ 0xd800..=0xdbff) if cursor.eat("\\u") => four(cursor)
                .filter(|low| (0xdc00..=0xdfff).contains(low))
                .map(|low| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)),
            code => code,
        }
    };
    code.and_then(char::from_u32).ok_or_else(|| {
        cursor
            .fault_at(at, "there is no such character")
            .with_hint("write `\\u00e9` or `\\u{1f600}`")
    })
}

fn four(cursor: &mut Cursor<'_>) -> Option<u32> {
    let digits = cursor.rest().get(..4)?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (digits.bytes().all(|b| b.is_ascii_hexdigit()) && cursor.eat(digits)).then_some(code)
}

/// `/…/flags`. Flags that change nothing here (`d`, `g`, `y`) are left out.
pub(super) fn regex(cursor: &mut Cursor<'_>) -> Read<Match> {
    let start = cursor.at();
    let unclosed = |cursor: &Cursor<'_>| {
        cursor
            .fault_at(start, "the regular expression has no end")
            .with_hint("write it as `/…/` or `/…/i`, or the text in quotes")
    };
    cursor.next();
    let from = cursor.at();
    let mut in_class = false;
    loop {
        match cursor.peek() {
            None | Some('\n') => return Err(unclosed(cursor)),
            Some('/') if !in_class => break,
            Some('\\') => {
                cursor.next();
                if matches!(cursor.peek(), None | Some('\n')) {
                    return Err(unclosed(cursor));
                }
            }
            Some('[') => in_class = true,
            Some(']') => in_class = false,
            Some(_) => {}
        }
        cursor.next();
    }
    let source = cursor.since(from).to_owned();
    cursor.next();
    if source.is_empty() {
        return Err(cursor.fault_at(start, "the regular expression is empty"));
    }
    let at = cursor.at();
    let written = cursor.take_while(char::is_alphanumeric);
    let flags = flags(written).map_err(|why| {
        let hint = "flags are `i`, `m`, `s`, `u` and `v`; a text with slashes goes in quotes";
        cursor.fault_at(at, why).with_hint(hint)
    })?;
    Ok(Match::Regex { source, flags })
}

/// The flags that matter, in order.
pub(super) fn flags(written: &str) -> Result<String, String> {
    let mut flags: Vec<char> = written.chars().collect();
    flags.sort_unstable();
    if let Some(wrong) = flags.iter().find(|flag| !"dgimsuvy".contains(**flag)) {
        return Err(format!("`{wrong}` is no flag of a regular expression"));
    }
    if flags.windows(2).any(|two| two[0] == two[1]) {
        return Err("a flag is given twice".to_owned());
    }
    if flags.contains(&'u') && flags.contains(&'v') {
        return Err("the flags `u` and `v` exclude each other".to_owned());
    }
    Ok(flags.into_iter().filter(|flag| !"dgy".contains(*flag)).collect())
}

/// The source of a regular expression that matches `text` itself.
pub(super) fn literally(text: &str) -> String {
    let mut source = String::new();
    for c in text.chars() {
        match c {
            '\n' => source.push_str("\\n"),
            '\r' => source.push_str("\\r"),
            '\u{2028}' => source.push_str("\\u2028"),
            '\u{2029}' => source.push_str("\\u2029"),
            _ => {
                if r"\^$.*+?()[]{}|/".contains(c) {
                    source.push('\\');
                }
                source.push(c);
            }
        }
    }
    source
}

/// What may stand behind something that has a known end.
pub(super) fn nothing_more(cursor: &mut Cursor<'_>, behind: &str) -> Read<()> {
    cursor.skip_space();
    if cursor.is_step_end() {
        return Ok(());
    }
    let fault = cursor.fault(format!("nothing can stand behind {behind} but `>>`"));
    Err(fault.with_hint("a quote in a text is written `\\\"`"))
}
