//! Text of a page inside of a line: quoted where it could be taken for something else.

use std::fmt::Write as _;

/// Which escapes a quoted string uses for characters above U+FFFF: JSON has pairs, YAML has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// As in JSON: for names and states, that are part of a key.
    Json,
    /// As in YAML: for scalars.
    Yaml,
}

/// Writes a scalar: as it is where YAML and a reader take it for nothing else, quoted otherwise.
pub(super) fn write_scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        write_quoted(out, text, Quoting::Yaml);
    }
}

/// Writes text in double quotes, on one line.
pub(super) fn write_quoted(out: &mut String, text: &str, quoting: Quoting) {
    out.push('"');
    let mut from = 0;
    for (at, char) in text.char_indices().filter(|(_, char)| is_suspect(*char)) {
        let next = at + char.len_utf8();
        if char == '[' && !looks_like_ref(&text[next..]) {
            continue;
        }
        out.push_str(&text[from..at]);
        write_escape(out, char, quoting);
        from = next;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// What needs a closer look in quoted text.
fn is_suspect(char: char) -> bool {
    match char {
        '"' | '\\' | '[' => true,
        ' '..='~' => false,
        _ => is_unseen(char),
    }
}

/// Characters that a terminal or a reader would not show as such: controls, line ends, what changes the direction of the
/// text, what has no width (but for the joiners, which scripts and emoji need), tags, and what is no character.
fn is_unseen(char: char) -> bool {
    matches!(
        char,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    ) || u32::from(char) & 0xfffe == 0xfffe
}

/// Whether `[` before it would begin what reads as a ref.
fn looks_like_ref(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'e', digit, ..] if digit.is_ascii_digit())
}

fn write_escape(out: &mut String, char: char, quoting: Quoting) {
    match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{10000}'.. if quoting == Quoting::Yaml => write_hex(out, format_args!("\\U{:08x}", u32::from(char))),
        _ => char
            .encode_utf16(&mut [0; 2])
            .iter()
            .for_each(|unit| write_hex(out, format_args!("\\u{unit:04x}"))),
    }
}

fn write_hex(out: &mut String, hex: std::fmt::Arguments<'_>) {
    // A `String` takes whatever is written to it.
    let _ = out.write_fmt(hex);
}

/// Whether YAML takes text for a string without quotes, and nobody takes it for one of our own lines.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let is_marked = b" -?:,[]{}#&*!|>'\"%@`".contains(first) || text.starts_with('…');
    !is_marked && !b" :".contains(last) && !is_other_than_string(text) && is_plain_inside(text)
}

fn is_plain_inside(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.char_indices();
    chars.all(|(at, char)| {
        let is_fine = match char {
            ' ' => before != ':',
            '#' => before != ' ',
            '[' => !looks_like_ref(&text[at + 1..]),
            '!'..='~' => true,
            _ => !is_unseen(char),
        };
        before = char;
        is_fine
    })
}

/// Whether a parser, of YAML 1.1 or 1.2, could take it for a number, a date, a truth value or nothing.
fn is_other_than_string(text: &str) -> bool {
    const WORDS: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "="];
    const NUMBER: &[u8] = b"0123456789abcdefxoinft_:.,+- z";
    let bytes = text.as_bytes();
    if bytes.len() <= 5 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let is_begun = match bytes {
        [b'.', second, ..] => second.is_ascii_digit() || b"iInN".contains(second),
        [first, ..] => first.is_ascii_digit() || *first == b'+',
        [] => false,
    };
    text == "<<" || is_begun && bytes.iter().all(|byte| NUMBER.contains(&byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> String {
        let mut out = String::new();
        write_scalar(&mut out, text);
        out
    }

    #[test]
    fn scalars_are_plain_where_nothing_speaks_against_it() {
        let plain = [
            "Some text",
            "a@b.c",
            "https://a.b/c?d=e#f",
            "3 items",
            "It's \"here\"",
            "a - b",
            "C# [x] {y}",
            "ü 😀",
        ];
        for text in plain {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn scalars_are_quoted_where_they_could_be_something_else() {
        let table = [
            ("", r#""""#),
            (" a", r#"" a""#),
            ("a: b", r#""a: b""#),
            ("a:", r#""a:""#),
            ("a #b", r#""a #b""#),
            ("- a", r#""- a""#),
            ("'a'", r#""'a'""#),
            ("42", r#""42""#),
            ("1.5e3", r#""1.5e3""#),
            ("2001-12-14 21:59:43", r#""2001-12-14 21:59:43""#),
            ("Yes", r#""Yes""#),
            ("null", r#""null""#),
            (".inf", r#"".inf""#),
            ("… 3 more (snapshot e1)", r#""… 3 more (snapshot e1)""#),
            ("see [e12]", r#""see \u005be12]""#),
            ("a\n- button \"x\"", r#""a\n- button \"x\"""#),
            ("\u{1b}[31m", r#""\u001b[31m""#),
            ("\u{202e}abc", r#""\u202eabc""#),
            ("a\u{85}b\u{2028}c", r#""a\u0085b\u2028c""#),
            ("\u{e0041}", r#""\U000e0041""#),
        ];
        for (text, written) in table {
            assert_eq!(scalar(text), written, "{text:?}");
        }
    }

    #[test]
    fn names_are_quoted_as_in_json() {
        let text = "a \"b\" \\ [e1] [else] \u{7}\u{e0041} ü";
        let mut out = String::new();
        write_quoted(&mut out, text, Quoting::Json);
        assert_eq!(out, r#""a \"b\" \\ \u005be1] [else] \u0007\udb40\udc41 ü""#);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
