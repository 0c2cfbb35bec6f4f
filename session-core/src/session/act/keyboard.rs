//! Keys by their names, and the way from a text or a chord to what the fingers do. Pure. The layout is that of a US keyboard;
//! what it has no key for is typed as text.

use std::time::Duration;

use crate::backend::{Gesture, Key};
use crate::error::{Error, Kind, Result};
use crate::text::nearest;

/// A key of the keyboard: what it means alone and with shift, which one it is, and its old number.
struct Row(&'static str, &'static str, &'static str, u32);

/// The keys that type.
const TYPING: &[Row] = &[
    Row("`", "~", "Backquote", 192),
    Row("-", "_", "Minus", 189),
    Row("=", "+", "Equal", 187),
    Row("[", "{", "BracketLeft", 219),
    Row("]", "}", "BracketRight", 221),
    Row("\\", "|", "Backslash", 220),
    Row(";", ":", "Semicolon", 186),
    Row("'", "\"", "Quote", 222),
    Row(",", "<", "Comma", 188),
    Row(".", ">", "Period", 190),
    Row("/", "?", "Slash", 191),
    Row(" ", " ", "Space", 32),
    Row("1", "!", "Digit1", 49),
    Row("2", "@", "Digit2", 50),
    Row("3", "#", "Digit3", 51),
    Row("4", "$", "Digit4", 52),
    Row("5", "%", "Digit5", 53),
    Row("6", "^", "Digit6", 54),
    Row("7", "&", "Digit7", 55),
    Row("8", "*", "Digit8", 56),
    Row("9", "(", "Digit9", 57),
    Row("0", ")", "Digit0", 48),
];

/// The keys that do something: their names, which also say which ones they are, and their old numbers.
const NAMED: &[(&str, u32)] = &[
    ("Enter", 13),
    ("Tab", 9),
    ("Escape", 27),
    ("Backspace", 8),
    ("Delete", 46),
    ("Insert", 45),
    ("Home", 36),
    ("End", 35),
    ("PageUp", 33),
    ("PageDown", 34),
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
    ("ContextMenu", 93),
    ("CapsLock", 20),
    ("Pause", 19),
    ("PrintScreen", 44),
    ("F1", 112),
    ("F2", 113),
    ("F3", 114),
    ("F4", 115),
    ("F5", 116),
    ("F6", 117),
    ("F7", 118),
    ("F8", 119),
    ("F9", 120),
    ("F10", 121),
    ("F11", 122),
    ("F12", 123),
];

/// The keys that change what others mean.
const MODIFIERS: &[(&str, u32)] = &[("Shift", 16), ("Control", 17), ("Alt", 18), ("Meta", 91)];

/// Other names that people use.
const ALIASES: &[(&str, &str)] = &[
    ("ctrl", "Control"),
    ("controlormeta", "Control"),
    ("cmd", "Meta"),
    ("command", "Meta"),
    ("win", "Meta"),
    ("option", "Alt"),
    ("return", "Enter"),
    ("esc", "Escape"),
    ("space", " "),
    ("plus", "+"),
    ("del", "Delete"),
    ("left", "ArrowLeft"),
    ("right", "ArrowRight"),
    ("up", "ArrowUp"),
    ("down", "ArrowDown"),
];

/// The movements of a chord, for example `Control+A`, `Shift+Tab`, `Enter`, `a`, `+`; its last key stays down for `delay`.
///
/// # Errors
/// [`Kind::Usage`] with the nearest name for what is no key.
pub(crate) fn press(chord: &str, delay: Duration) -> Result<Vec<Gesture>> {
    let (held, last) = split(chord);
    let held = held.iter().map(|name| modifier(name)).collect::<Result<Vec<_>>>()?;
    let shift = held.iter().any(|key| key.key == "Shift");
    let types = held.iter().all(|key| key.key == "Shift");
    let mut key = named(last, shift)?;
    if !types {
        key.text = None;
    }
    let down = held.iter().cloned().map(Gesture::KeyDown);
    let up = held.iter().rev().cloned().map(Gesture::KeyUp);
    let rest = (!delay.is_zero()).then_some(Gesture::Pause(delay));
    let stroke = [Some(Gesture::KeyDown(key.clone())), rest, Some(Gesture::KeyUp(key))];
    Ok(down.chain(stroke.into_iter().flatten()).chain(up).collect())
}

/// The movements of a text, letter by letter, with `delay` in between; a letter of several signs is one.
pub(crate) fn type_text(text: &str, delay: Duration) -> Vec<Gesture> {
    use unicode_segmentation::UnicodeSegmentation;
    let mut gestures = Vec::new();
    for letter in text.graphemes(true) {
        if !delay.is_zero() && !gestures.is_empty() {
            gestures.push(Gesture::Pause(delay));
        }
        let letter = if letter == "\r\n" { "\n" } else { letter };
        let (key, shift) = typed(letter);
        let shift = shift.then(|| modifier("Shift").ok()).flatten();
        gestures.extend(shift.clone().map(Gesture::KeyDown));
        gestures.push(Gesture::KeyDown(key.clone()));
        gestures.push(Gesture::KeyUp(key));
        gestures.extend(shift.map(Gesture::KeyUp));
    }
    gestures
}

/// The keys to hold for the words of `--modifiers`, down and up.
///
/// # Errors
/// [`Kind::Usage`] for what is none.
pub(crate) fn hold(names: &[String]) -> Result<(Vec<Gesture>, Vec<Gesture>)> {
    let names = names.iter().flat_map(|names| names.split(['+', ',']));
    let keys = names.map(|name| modifier(name.trim())).collect::<Result<Vec<_>>>()?;
    Ok((
        keys.iter().cloned().map(Gesture::KeyDown).collect(),
        keys.into_iter().rev().map(Gesture::KeyUp).collect(),
    ))
}

/// The parts of a chord. A `+` at its end is a key.
fn split(chord: &str) -> (Vec<&str>, &str) {
    let body = chord.strip_suffix("++").map(|body| (body, "+"));
    let (before, last) = body
        .or_else(|| (chord.len() > 1).then(|| chord.rsplit_once('+')).flatten())
        .unwrap_or(("", chord));
    let held = if before.is_empty() {
        Vec::new()
    } else {
        before.split('+').collect()
    };
    (held, last)
}

fn alias(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    ALIASES
        .iter()
        .find(|(other, _)| *other == lower)
        .map_or(name, |(_, key)| key)
}

fn modifier(name: &str) -> Result<Key> {
    let meant = alias(name);
    let found = MODIFIERS.iter().find(|(key, ..)| key.eq_ignore_ascii_case(meant));
    let (key, number) = found.ok_or_else(|| unknown(name, MODIFIERS.iter().map(|(key, ..)| *key)))?;
    Ok(Key {
        key: (*key).to_owned(),
        code: format!("{key}Left"),
        text: None,
        number: *number,
        location: 1,
    })
}

fn named(name: &str, shift: bool) -> Result<Key> {
    let meant = alias(name);
    if meant.chars().count() == 1 {
        let (mut key, _) = typed(meant);
        if shift {
            shifted(&mut key);
        }
        return Ok(key);
    }
    if let Some((key, number)) = NAMED.iter().find(|(key, ..)| key.eq_ignore_ascii_case(meant)) {
        return Ok(function(key, *number));
    }
    if MODIFIERS.iter().any(|(key, ..)| key.eq_ignore_ascii_case(meant)) {
        return modifier(meant);
    }
    Err(unknown(name, NAMED.iter().chain(MODIFIERS).map(|(key, ..)| *key)))
}

fn unknown(name: &str, names: impl IntoIterator<Item = &'static str>) -> Error {
    let near = nearest(name, names);
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let error = Error::new(Kind::Usage, format!("`{name}` is no key{near}"));
    error.with_hint("greenroom press Enter    # or Tab, Escape, ArrowDown, a, Control+A, Shift+Tab, …")
}

fn function(key: &str, number: u32) -> Key {
    Key {
        key: key.to_owned(),
        code: key.to_owned(),
        text: (key == "Enter").then(|| "\r".to_owned()),
        number,
        location: 0,
    }
}

/// The key that types a letter, and whether shift is held for it.
fn typed(letter: &str) -> (Key, bool) {
    if letter == "\n" || letter == "\r" {
        return (function("Enter", 13), false);
    }
    if letter == "\t" {
        return (function("Tab", 9), false);
    }
    let key = |code: String, number| Key {
        key: letter.to_owned(),
        code,
        text: Some(letter.to_owned()),
        number,
        location: 0,
    };
    if let &[byte] = letter.as_bytes()
        && byte.is_ascii_alphabetic()
    {
        let upper = byte.to_ascii_uppercase();
        return (key(format!("Key{}", char::from(upper)), upper.into()), byte == upper);
    }
    let found = TYPING
        .iter()
        .find(|Row(plain, shifted, ..)| letter == *plain || letter == *shifted);
    match found {
        Some(Row(plain, _, code, number)) => (key((*code).to_owned(), *number), letter != *plain),
        None => (key(String::new(), 0), false),
    }
}

/// What a key means while shift is held.
fn shifted(key: &mut Key) {
    let upper = match TYPING.iter().find(|Row(plain, ..)| key.key == *plain) {
        Some(Row(_, shifted, ..)) => (*shifted).to_owned(),
        None if key.key.is_ascii() => key.key.to_ascii_uppercase(),
        None => return,
    };
    key.key.clone_from(&upper);
    key.text = Some(upper);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(gestures: &[Gesture]) -> String {
        let word = |gesture: &Gesture| match gesture {
            Gesture::KeyDown(key) => format!("+{}", key.key),
            Gesture::KeyUp(key) => format!("-{}", key.key),
            Gesture::Pause(time) => format!("{}ms", time.as_millis()),
            other => format!("{other:?}"),
        };
        gestures.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chords_are_pressed_from_left_to_right_and_let_go_of_backwards() {
        for (chord, wanted) in [
            ("a", "+a -a"),
            ("Control+a", "+Control +a -a -Control"),
            ("ctrl+shift+Tab", "+Control +Shift +Tab -Tab -Shift -Control"),
            ("Shift+a", "+Shift +A -A -Shift"),
            ("Shift+1", "+Shift +! -! -Shift"),
            ("+", "++ -+"),
            ("Control++", "+Control ++ -+ -Control"),
            ("enter", "+Enter -Enter"),
            ("space", "+  - "),
            ("Shift", "+Shift -Shift"),
            ("é", "+é -é"),
        ] {
            assert_eq!(told(&press(chord, Duration::ZERO).unwrap()), wanted, "{chord}");
        }
    }

    #[test]
    fn nothing_is_typed_while_a_command_key_is_held() {
        for (chord, types) in [("a", true), ("Shift+a", true), ("Control+a", false), ("Alt+a", false)] {
            let pressed = press(chord, Duration::ZERO).unwrap();
            let typed = pressed
                .iter()
                .any(|gesture| matches!(gesture, Gesture::KeyDown(Key { text: Some(_), .. })));
            assert_eq!(typed, types, "{chord}");
        }
    }

    #[test]
    fn what_is_no_key_is_told_with_the_nearest() {
        let error = press("Entr", Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.message().contains("`Enter`"), "{error}");
        assert!(press("Hyper+a", Duration::ZERO).is_err() && press("", Duration::ZERO).is_err());
    }

    #[test]
    fn texts_are_typed_letter_by_letter() {
        let type_text = |text| type_text(text, Duration::ZERO);
        assert_eq!(told(&type_text("aB!")), "+a -a +Shift +B -B -Shift +Shift +! -! -Shift");
        assert_eq!(told(&type_text("é👩‍👧\r\n")), "+é -é +👩‍👧 -👩‍👧 +Enter -Enter");
    }

    #[test]
    fn delays_are_between_letters_and_while_a_key_is_down() {
        let delay = Duration::from_millis(30);
        assert_eq!(told(&type_text("aB", delay)), "+a -a 30ms +Shift +B -B -Shift");
        assert_eq!(
            told(&press("Control+a", delay).unwrap()),
            "+Control +a 30ms -a -Control"
        );
    }
}
