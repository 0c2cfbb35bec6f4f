//! Numbers as people write them. What could be read in two ways is not read.

use std::fmt;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// No number is in it.
    Nothing,
    /// Several numbers are in it, or one of a form of its own, as a date.
    Several,
    /// `1,234` is a thousand to some and one to others.
    Ambiguous,
    /// `1.5k`, `3 million`: it is rounded.
    Abbreviated,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "no number is in it",
            Self::Several => "it is not one plain number",
            Self::Ambiguous => "it can be read as two different numbers",
            Self::Abbreviated => "it is abbreviated",
        })
    }
}

/// Words for thousands and more.
const SHORT: [&str; 20] = [
    "k", "K", "M", "B", "T", "bn", "mn", "mio", "mrd", "tsd", "million", "millions", "milliard", "billion", "billions",
    "thousand", "trillion", "lakh", "crore", "万",
];

/// Codes of currencies that stand right before a number.
const CODES: [&str; 18] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "US", "kr", "Rs",
    "Fr",
];

/// Reads the one number of a text: `1,234.50 €`, `1.234,50`, `-5`, `12.-`, `45 %`. `decimal` is what separates decimals
/// where the text leaves that open.
///
/// # Errors
/// Why it is not read.
pub fn read_number(text: &str, decimal: Option<char>) -> Result<f64, Unread> {
    let number = the_only(text)?;
    let digits = number.parts.written(decimal)?;
    let value: f64 = digits.parse().map_err(|_| Unread::Several)?;
    Ok(if number.negative { -value } else { value })
}

/// What separates decimals in a text, where it leaves no doubt.
pub fn decimal_sign(text: &str) -> Option<char> {
    the_only(text).ok()?.parts.decimal_sign()
}

/// A number that was found.
struct Number {
    negative: bool,
    parts: Parts,
}

/// Groups of digits, and what separates them; an exponent at the end.
#[derive(Default)]
struct Parts {
    groups: Vec<String>,
    signs: Vec<char>,
    exponent: String,
}

fn the_only(text: &str) -> Result<Number, Unread> {
    let chars: Vec<char> = text.chars().take(1000).map(plain).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if starts_number(&chars, at) {
            let (number, end) = number_at(&chars, at)?;
            found.extend(number);
            at = end;
        } else {
            at += 1;
        }
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (None, _) => Err(Unread::Nothing),
        (Some(number), None) => Ok(number),
        _ => Err(Unread::Several),
    }
}

/// Digits, signs and blanks of other scripts as those of this one.
fn plain(char: char) -> char {
    const ZEROS: [u32; 6] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
    let code = u32::from(char);
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return char::from_digit(code - zero, 10).unwrap_or(char);
    }
    match char {
        '\u{2212}' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
        '\u{2019}' | '\u{66c}' => '\'',
        '\u{66b}' => ',',
        char => char,
    }
}

fn digit(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

fn end_of_digits(chars: &[char], start: usize) -> usize {
    (start..chars.len())
        .find(|at| !digit(chars, *at))
        .unwrap_or(chars.len())
}

/// Whether a number begins there: with a digit, or with a point before one.
fn starts_number(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| chars[before]);
    let is_point = chars[at] == '.' && digit(chars, at + 1) && before.is_none_or(|before| !before.is_alphanumeric());
    digit(chars, at) || is_point
}

/// The number there, `None` for digits that are a part of a word, and where it ends.
fn number_at(chars: &[char], start: usize) -> Result<(Option<Number>, usize), Unread> {
    let mut parts = Parts::default();
    let mut at = start;
    loop {
        let end = end_of_digits(chars, at);
        parts.groups.push(chars[at..end].iter().collect());
        at = end;
        match chars.get(at) {
            Some(sign @ ('.' | ',' | '\'')) if digit(chars, at + 1) => parts.signs.push(*sign),
            Some(' ') if is_group(chars, at + 1, &parts) => parts.signs.push(' '),
            _ => break,
        }
        at += 1;
    }
    if let Some('e' | 'E') = chars.get(at) {
        at = parts.read_exponent(chars, at);
    }
    let before: String = chars[..start].iter().collect();
    let word = before
        .rsplit(|char: char| !char.is_alphabetic())
        .next()
        .unwrap_or_default();
    if !word.is_empty() && !CODES.contains(&word) {
        return Ok((None, at));
    }
    if is_short(&chars[at..]) {
        return Err(Unread::Abbreviated);
    }
    parts.check(&before)?;
    let is_negative = is_negative(&before);
    // What accountants write for less than nothing; others count by it.
    if before.ends_with('(') && chars.get(at) == Some(&')') && !parts.signs.is_empty() {
        return Err(Unread::Ambiguous);
    }
    let number = Number {
        negative: is_negative,
        parts,
    };
    Ok((Some(number), at))
}

/// Whether three digits stand there that belong to the number before.
fn is_group(chars: &[char], at: usize, parts: &Parts) -> bool {
    let is_three = (at..at + 3).all(|at| digit(chars, at)) && !digit(chars, at + 3);
    let is_grouped = parts.signs.iter().all(|sign| *sign == ' ');
    is_three && is_grouped && parts.groups.iter().all(|group| group.len() <= 3)
}

/// Whether a sign stands right before the number, or before its currency.
fn is_negative(before: &str) -> bool {
    let before = before.trim_end_matches(|char: char| char.is_alphabetic() || is_currency(char) || char == ' ');
    let Some(rest) = before.strip_suffix('-') else {
        return false;
    };
    rest.chars().next_back().is_none_or(|char| !char.is_alphanumeric())
}

fn is_currency(char: char) -> bool {
    char == '$' || ('\u{a2}'..='\u{a5}').contains(&char) || ('\u{20a0}'..='\u{20c0}').contains(&char)
}

/// Whether a word for thousands follows.
fn is_short(after: &[char]) -> bool {
    let rest: String = after.iter().collect();
    let word: String = rest
        .trim_start()
        .chars()
        .take_while(|char| char::is_alphabetic(*char))
        .collect();
    SHORT.contains(&word.as_str()) || (word.chars().count() > 1 && SHORT.contains(&word.to_lowercase().as_str()))
}

impl Parts {
    fn read_exponent(&mut self, chars: &[char], at: usize) -> usize {
        let sign = usize::from(matches!(chars.get(at + 1), Some('+' | '-')));
        let start = at + 1 + sign;
        let end = end_of_digits(chars, start);
        if end == start || chars.get(end).is_some_and(|char| char.is_alphabetic()) {
            return at;
        }
        self.exponent = chars[at..end].iter().collect();
        end
    }

    /// What cannot be one number.
    fn check(&self, before: &str) -> Result<(), Unread> {
        let is_grouped_by_blanks = self.signs.contains(&' ');
        // `3 250 ml` behind other words may be three times something.
        if is_grouped_by_blanks && before.chars().any(char::is_alphabetic) && !is_price(before) {
            return Err(Unread::Ambiguous);
        }
        if self.signs.is_empty() || self.decimals().is_some() || self.is_open() {
            return Ok(());
        }
        if self.is_grouped(self.groups.len()) {
            Ok(())
        } else {
            Err(Unread::Several)
        }
    }

    /// Where the decimals begin, if there is no doubt.
    fn decimals(&self) -> Option<usize> {
        let (last, others) = self.signs.split_last()?;
        if !matches!(last, '.' | ',') || self.is_open() {
            return None;
        }
        let place = self.groups.len() - 1;
        let is_own = !others.contains(last);
        let fits = others.is_empty() || self.is_grouped(place);
        (is_own && fits).then_some(place)
    }

    /// `1,234`: nobody can tell.
    fn is_open(&self) -> bool {
        let [whole, rest] = &self.groups[..] else { return false };
        matches!(self.signs[..], ['.' | ','])
            && rest.len() == 3
            && (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && self.exponent.is_empty()
    }

    /// Whether the first so many groups are thousands, all separated by the same; in India it is a hundred above them.
    fn is_grouped(&self, count: usize) -> bool {
        let groups = &self.groups[..count];
        let signs = &self.signs[..count - 1];
        let Some((first, rest)) = groups.split_first() else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return true;
        };
        let sizes = |size: usize| middle.iter().all(|group| group.len() == size);
        let is_indian = signs.first() == Some(&',') && sizes(2) && first.len() <= 2;
        signs.windows(2).all(|pair| pair[0] == pair[1])
            && (1..=3).contains(&first.len())
            && last.len() == 3
            && (sizes(3) || is_indian)
    }

    fn decimal_sign(&self) -> Option<char> {
        if let Some(place) = self.decimals() {
            return self.signs.get(place - 1).copied();
        }
        match self.signs[..] {
            ['.', '.', ..] => Some(','),
            [',', ',', ..] => Some('.'),
            _ => None,
        }
    }

    /// The number as a computer writes it.
    fn written(&self, decimal: Option<char>) -> Result<String, Unread> {
        let place = match (self.decimals(), decimal) {
            (Some(place), _) => Some(place),
            (None, Some(sign)) if self.is_open() => (self.signs[0] == sign).then_some(1),
            (None, None) if self.is_open() => return Err(Unread::Ambiguous),
            (None, _) => None,
        };
        let (whole, rest) = self.groups.split_at(place.unwrap_or(self.groups.len()));
        let whole = whole.concat();
        let whole = if whole.is_empty() { "0" } else { &whole };
        Ok(if rest.is_empty() {
            format!("{whole}{}", self.exponent)
        } else {
            format!("{whole}.{}{}", rest.concat(), self.exponent)
        })
    }
}

/// Whether the words before a number are its currency.
fn is_price(before: &str) -> bool {
    let before = before.trim().trim_end_matches(is_currency).trim();
    before.is_empty() || CODES.contains(&before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("5", 5.0),
            ("1,234.50 €", 1234.5),
            ("1.234,50 €", 1234.5),
            ("€ 1 234,50", 1234.5),
            ("1\u{202f}234\u{202f}567", 1_234_567.0),
            ("CHF 1'234.50", 1234.5),
            ("1’234.50", 1234.5),
            ("12,5", 12.5),
            ("1,23", 1.23),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("1,23,456.50", 123_456.5),
            ("0,123", 0.123),
            ("1234.567", 1234.567),
            (".5", 0.5),
            ("-5", -5.0),
            ("−5 °C", -5.0),
            ("-$5.25", -5.25),
            ("$-5.25", -5.25),
            ("45 %", 45.0),
            ("12.- kr", 12.0),
            ("US$12.99", 12.99),
            ("EUR12", 12.0),
            ("(17)", 17.0),
            ("2 kg", 2.0),
            ("12 m2", 12.0),
            ("1e5", 100_000.0),
            ("2.5e-3", 0.0025),
            ("٣٫٥", 3.5),
            ("１２", 12.0),
            ("Price: 5.99", 5.99),
            ("Total: $1,299.00", 1299.0),
            ("3rd", 3.0),
        ] {
            assert_eq!(read_number(text, None), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        use Unread::{Abbreviated, Ambiguous, Nothing, Several};
        for (text, why) in [
            ("", Nothing),
            ("ask us", Nothing),
            ("CO2", Nothing),
            ("1,234", Ambiguous),
            ("1.234 €", Ambiguous),
            ("(5.00)", Ambiguous),
            ("Pack of 3 250 ml", Ambiguous),
            ("4.5 of 5", Several),
            ("10–20 €", Several),
            ("10-20", Several),
            ("2024-05-01", Several),
            ("10:30", Several),
            ("1.2.3", Several),
            ("12,34,56", Several),
            ("1.5k", Abbreviated),
            ("3 million", Abbreviated),
            ("2 Mio", Abbreviated),
        ] {
            assert_eq!(read_number(text, None), Err(why), "{text}");
        }
    }

    #[test]
    fn what_is_known_of_decimals_settles_it() {
        assert_eq!(read_number("1,234", Some('.')), Ok(1234.0));
        assert_eq!(read_number("1,234", Some(',')), Ok(1.234));
        assert_eq!(read_number("1.234", Some(',')), Ok(1234.0));
        // What leaves no doubt is not changed by it.
        assert_eq!(read_number("1,234.5", Some(',')), Ok(1234.5));
        for (text, sign) in [
            ("1,234.50", Some('.')),
            ("12,5", Some(',')),
            ("1.234.567", Some(',')),
            ("1,234,567", Some('.')),
            ("1,234", None),
            ("12", None),
            ("none", None),
        ] {
            assert_eq!(decimal_sign(text), sign, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = read_number(&text, None);
            let _ = decimal_sign(&text);
        }

        #[test]
        fn texts_like_numbers_too(text in "[-0-9., '()eEk$€]{0,20}") {
            if let Ok(number) = read_number(&text, None) {
                proptest::prop_assert!(!number.is_nan());
            }
            let _ = decimal_sign(&text);
        }
    }
}
