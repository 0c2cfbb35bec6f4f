//! Words and numbers of our own lines.

/// Writes the words of our own that stand where a page's could: role and state names.
pub(super) fn write_word(out: &mut String, word: &str) {
    let start = out.len();
    let is_letter = |char: &char| char.is_ascii_alphanumeric() || *char == '-';
    out.extend(
        word.chars()
            .skip_while(|char| !char.is_ascii_alphabetic())
            .filter(is_letter)
            .take(40),
    );
    if out.len() == start {
        out.push_str("unknown");
    }
}

/// Whether text can stand in a state without quotes.
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._+/-".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// Whether a text has more than so many characters; looks at no more than it must.
pub(super) fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

/// Writes a number.
pub(super) fn write_number(out: &mut String, number: u32) {
    write_digits(out, number as usize, false);
}

/// Writes a number with a comma after each three digits.
pub(super) fn write_count(out: &mut String, count: usize) {
    write_digits(out, count, true);
}

fn write_digits(out: &mut String, number: usize, grouped: bool) {
    if number >= 1000 {
        write_digits(out, number / 1000, grouped);
        if grouped {
            out.push(',');
        }
    }
    let three = number % 1000;
    let digits = [three / 100, three / 10 % 10, three % 10];
    let skipped = if number >= 1000 {
        0
    } else {
        usize::from(three < 100) + usize::from(three < 10)
    };
    out.extend(
        digits[skipped..]
            .iter()
            .filter_map(|digit| char::from_digit(u32::try_from(*digit).ok()?, 10)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_more_than_a_word() {
        for (word, written) in [
            ("button", "button"),
            ("- a: b\n", "ab"),
            ("", "unknown"),
            ("9]", "unknown"),
        ] {
            let mut out = String::new();
            write_word(&mut out, word);
            assert_eq!(out, written);
        }
    }

    #[test]
    fn counts_have_commas() {
        for (count, written) in [
            (0, "0"),
            (7, "7"),
            (42, "42"),
            (999, "999"),
            (1_000, "1,000"),
            (12_034_005, "12,034,005"),
        ] {
            let mut out = String::new();
            write_count(&mut out, count);
            assert_eq!(out, written);
        }
        let mut out = String::new();
        write_number(&mut out, u32::MAX);
        assert_eq!(out, "4294967295");
    }
}
