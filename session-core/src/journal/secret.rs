//! One secret string, found in a text in clear and in the forms in which pages, servers and shells write it.

use std::ops::Range;

/// A secret and its base64 forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    clear: Vec<char>,
    base64: Vec<String>,
}

/// A shorter run of base64 letters is found in any text by chance.
const SHORTEST_BASE64: usize = 4;

impl Secret {
    /// `None` for the empty string, that is everywhere.
    pub(super) fn new(text: &str) -> Option<Self> {
        let clear: Vec<char> = text.chars().collect();
        (!clear.is_empty()).then(|| Self {
            clear,
            base64: base64_forms(text.as_bytes()),
        })
    }

    /// Whether this is the secret of `text`.
    pub(super) fn is(&self, text: &str) -> bool {
        text.chars().eq(self.clear.iter().copied())
    }

    /// Adds the places in `text` where it stands.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Range<usize>>) {
        let first = self.clear[0];
        let mut at = 0;
        while let Some(start) = text[at..].find([first, '%', '\\', '&', '+']) {
            let start = at + start;
            match self.ends(&text[start..]) {
                Some(length) => {
                    found.push(start..start + length);
                    at = start + length;
                }
                None => at = start + text[start..].chars().next().map_or(1, char::len_utf8),
            }
        }
        let letter = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
        };
        for form in &self.base64 {
            for (start, form) in text.match_indices(form.as_str()) {
                let end = start + form.len();
                // The letters beside it hold some of its bits.
                let before = start > 0 && letter(text.as_bytes().get(start - 1));
                let after = letter(text.as_bytes().get(end));
                found.push(start - usize::from(before)..end + usize::from(after));
            }
        }
    }

    /// How long it is at the beginning of `text`, each of its characters in any form; `None`: it is not there.
    fn ends(&self, text: &str) -> Option<usize> {
        // An encoded character may begin like a plain one (`&` and `&amp;`): all readings are followed to the end.
        let (mut ends, mut next) = (vec![0], Vec::new());
        for &wanted in &self.clear {
            for &end in &ends {
                readings(&text[end..], wanted, |length| next.push(end + length));
            }
            next.sort_unstable();
            next.dedup();
            ends.clear();
            std::mem::swap(&mut ends, &mut next);
            if ends.is_empty() {
                return None;
            }
        }
        ends.last().copied()
    }
}

/// Tells each number of bytes at the beginning of `text` that may stand for this character.
fn readings(text: &str, wanted: char, mut tell: impl FnMut(usize)) {
    if text.starts_with(wanted) {
        tell(wanted.len_utf8());
    }
    let encoded = match text.as_bytes().first() {
        Some(b'+') if wanted == ' ' => Some(1),
        Some(b'%') => percent(text, wanted),
        Some(b'&') => entity(text, wanted),
        Some(b'\\') if wanted == '\\' => {
            // In strings within strings, backslashes double each time.
            (2..=backslashes(text)).for_each(&mut tell);
            None
        }
        Some(b'\\') => backslash(text, wanted),
        _ => None,
    };
    encoded.into_iter().for_each(tell);
}

/// `%2F`, of each byte in UTF-8; also encoded twice, `%252F`.
fn percent(text: &str, wanted: char) -> Option<usize> {
    let mut length = 0;
    for byte in wanted.encode_utf8(&mut [0; 4]).bytes() {
        text.get(length..)?.strip_prefix('%')?;
        length += 1;
        while hex(text.get(length..length + 2)?)? != u32::from(byte) {
            if text.get(length..length + 2)? != "25" {
                return None;
            }
            length += 2;
        }
        length += 2;
    }
    Some(length)
}

/// `\n`, `\"`, `\u00e9` and, for what needs two, `\ud83d\ude00`; also where the backslashes were doubled.
fn backslash(text: &str, wanted: char) -> Option<usize> {
    let run = backslashes(text);
    let rest = &text[run..];
    let short = match rest.chars().next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    };
    if short == wanted {
        // `\é` is nobody's escape, but stands for nothing else either.
        return Some(run + rest.chars().next()?.len_utf8());
    }
    if let Some(two) = rest.strip_prefix('x').and_then(|rest| rest.get(..2)) {
        return (hex(two)? == u32::from(wanted)).then_some(run + 3);
    }
    let mut units = [0; 2];
    let mut length = 0;
    for unit in wanted.encode_utf16(&mut units) {
        length += backslashes(&text[length..]);
        if hex(text[length..].strip_prefix('u')?.get(..4)?)? != u32::from(*unit) {
            return None;
        }
        length += 5;
    }
    Some(length)
}

/// How many backslashes a text begins with, as far as anybody would double them: a page that sends nothing else must not
/// take for ever.
fn backslashes(text: &str) -> usize {
    text.bytes().take(32).take_while(|byte| *byte == b'\\').count()
}

/// `&amp;`, `&#38;`, `&#x26;`.
fn entity(text: &str, wanted: char) -> Option<usize> {
    let length = text.bytes().take(14).position(|byte| byte == b';')?;
    let name = text.get(..length)?.strip_prefix('&')?;
    let stands_for = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => hex(digits),
                None => number.parse().ok(),
            };
            code.and_then(char::from_u32)
        }
    };
    (stands_for == Some(wanted)).then_some(name.len() + 2)
}

fn hex(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

/// What is sure to stand in any base64 text whose bytes hold these: of each of the three ways to lie on groups of three
/// bytes, the letters that the neighbours do not touch, in both alphabets.
fn base64_forms(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for shift in 0..3 {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(bytes);
        let letters = letters(&shifted);
        // Letters that hold a bit of what stands before or after.
        let from = (shift * 8).div_ceil(6);
        let to = shifted.len() * 8 / 6;
        let core = letters.get(from..to).unwrap_or_default();
        if core.len() >= SHORTEST_BASE64 {
            let standard: String = core.iter().map(|&letter| char::from(letter)).collect();
            let for_urls = standard.replace('+', "-").replace('/', "_");
            if for_urls != standard {
                forms.push(for_urls);
            }
            forms.push(standard);
        }
    }
    forms
}

fn letters(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        [18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift & 63) as usize])
    };
    bytes.chunks(3).flat_map(group).collect()
}
