//! Text from pages, made harmless for a terminal.

use std::borrow::Cow;

/// The text without what a terminal would obey: control characters but line break and tab, and marks that change the
/// direction of writing.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_harmful) {
        text.chars().filter(|c| !is_harmful(*c)).collect::<String>().into()
    } else {
        text.into()
    }
}

/// The text in one line, for tables and lists: white space folded, without what a terminal would obey, at most so long.
pub(super) fn line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() {
            blank = length > 0;
            continue;
        }
        if is_harmful(c) {
            continue;
        }
        if length + usize::from(blank) >= longest {
            line.push('…');
            break;
        }
        if blank {
            line.push(' ');
            length += 1;
            blank = false;
        }
        line.push(c);
        length += 1;
    }
    line
}

fn is_harmful(c: char) -> bool {
    let marks = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(text("a\x1b[31mb\x07\r\n\tc\u{9b}d\u{202e}e"), "a[31mb\n\tcde");
        assert!(matches!(text("plain ü 漢"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_line_is_one_line_of_bounded_length() {
        assert_eq!(line("  a\n\n b\tc\x1b ", 80), "a b c");
        assert_eq!(line("abcdef", 4), "abcd…");
        assert_eq!(line("abcd", 4), "abcd");
        assert_eq!(line("", 4), "");
    }
}
