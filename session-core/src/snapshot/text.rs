//! The lines of the tree: how an element, its properties and what is left out are written.

use serde_json::Value;

use super::row::{Props, Row};
use super::scalar::{Quoting, is_token, write_quoted, write_scalar, write_word};

/// How long a name may be as part of a key. A YAML parser takes a key of 1,024 characters at most, and single quotes in
/// it may have to be doubled.
const NAME_MOST: usize = 300;

/// How long a key may become by its states; those beyond get lines of their own.
const KEY_MOST: usize = 450;

/// States that are told when they are false. That of `checked` and `selected` is known from the role; `expanded=false`
/// says that there is something to expand, `pressed=false` that a button stays pressed.
const TOLD_FALSE: [&str; 2] = ["expanded", "pressed"];

/// States that often only repeat the value.
const LIKE_VALUE: [&str; 2] = ["valuenow", "valuetext"];

/// What follows an element's own line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Below<'a> {
    /// Nothing is in it.
    Nothing,
    /// Only this text is in it.
    Text(&'a str),
    /// The caller writes what is in it.
    Rows,
    /// So many elements are in it and left out; none: text was left out.
    Hidden(usize),
}

/// Writes lines into one string.
#[derive(Debug)]
pub(super) struct Pen {
    /// What was written.
    pub out: String,
    /// How many characters of a name, text or value are written.
    clip: usize,
}

impl Pen {
    /// A pen that writes names, texts and values as they are.
    pub(super) fn new() -> Self {
        Self::clipped(usize::MAX)
    }

    /// A pen that writes only the first `clip` characters of a name, text or value, and says how many there are more.
    pub(super) fn clipped(clip: usize) -> Self {
        Self {
            out: String::new(),
            clip,
        }
    }

    /// Writes a run of text.
    pub(super) fn text(&mut self, depth: u32, text: &str) {
        self.property(depth, "text", text);
    }

    /// Writes an element: its line, the lines of its properties, and what is below it as far as that is told here.
    pub(super) fn element(&mut self, depth: u32, row: &Row, below: Below<'_>) {
        self.begin(depth);
        let beside = self.key(row);
        let value = row.props.value.as_deref().filter(|value| !value.is_empty());
        let inline = match below {
            _ if beside.any || value.is_some_and(|value| self.is_clipped(value)) => None,
            Below::Nothing => value,
            Below::Text(text) if value.is_none() && !self.is_clipped(text) => Some(text),
            _ => None,
        };
        if let Some(text) = inline {
            self.out.push_str(": ");
            write_scalar(&mut self.out, text);
            return self.end();
        }
        match below {
            Below::Nothing if !beside.any && value.is_none() => return self.end(),
            Below::Hidden(elements) if !beside.any && value.is_none() => {
                self.out.push_str(": ");
                return self.hidden(elements, row.reference);
            }
            _ => self.out.push_str(":\n"),
        }
        self.properties(depth + 1, row, value, &beside);
        match below {
            Below::Text(text) => self.text(depth + 1, text),
            Below::Hidden(elements) => {
                self.begin(depth + 1);
                self.hidden(elements, row.reference);
            }
            Below::Nothing | Below::Rows => {}
        }
    }

    /// Writes the line for siblings that are left out: how many elements they are and have, the first and the last one.
    pub(super) fn rest(&mut self, depth: u32, elements: usize, ends: Option<[u32; 2]>, parent: Option<u32>) {
        self.begin(depth);
        let Some([first, last]) = ends else {
            return self.hidden(0, parent);
        };
        self.out.push_str("… ");
        write_count(&mut self.out, elements);
        self.out.push_str(" more, e");
        write_number(&mut self.out, first);
        if last != first {
            self.out.push_str(" to e");
            write_number(&mut self.out, last);
        }
        self.end();
    }

    /// Writes the line for what is not shown since it cannot be acted on.
    pub(super) fn filtered(&mut self, elements: usize) {
        self.begin(0);
        self.out.push_str("… ");
        write_count(&mut self.out, elements);
        self.out.push_str(" more without --interactive");
        self.end();
    }

    /// Writes a line as `observe` has it; it is no YAML.
    pub(super) fn observed(&mut self, row: &Row) {
        self.out.push('e');
        write_number(&mut self.out, row.reference.unwrap_or_default());
        self.out.push(' ');
        write_word(&mut self.out, &row.role);
        if !row.name.is_empty() {
            self.out.push(' ');
            write_quoted(&mut self.out, &row.name, Quoting::Json);
        }
        for (key, value) in told(&row.props) {
            write_state(&mut self.out, key, value);
        }
        if row.props.offscreen {
            self.out.push_str(" (off screen)");
        }
        if let Some(value) = row.props.value.as_deref().filter(|value| !value.is_empty()) {
            self.out.push_str(": ");
            write_scalar(&mut self.out, value);
        }
    }

    fn hidden(&mut self, elements: usize, whose: Option<u32>) {
        self.out.push_str("… ");
        if elements > 0 {
            write_count(&mut self.out, elements);
            self.out.push_str(" more");
        } else {
            self.out.push_str("more text");
        }
        if let Some(reference) = whose {
            self.out.push_str(" (snapshot e");
            write_number(&mut self.out, reference);
            self.out.push(')');
        }
        self.end();
    }

    fn begin(&mut self, depth: u32) {
        const SPACES: &str = "                                ";
        let mut left = 2 * depth as usize;
        while left > 0 {
            let some = left.min(SPACES.len());
            self.out.push_str(&SPACES[..some]);
            left -= some;
        }
        self.out.push_str("- ");
    }

    fn end(&mut self) {
        self.out.push('\n');
    }

    /// Writes role, name, states and ref; answers what did not fit beside them.
    fn key<'a>(&mut self, row: &'a Row) -> Beside<'a> {
        let start = self.out.len();
        write_word(&mut self.out, &row.role);
        let mut beside = Beside::of(&row.props);
        if !row.name.is_empty() && !self.name(&row.name) {
            beside.set_name(&row.name);
        }
        for (key, value) in told(&row.props) {
            let end = self.out.len();
            write_state(&mut self.out, key, value);
            if is_longer(&self.out[start..], KEY_MOST) {
                self.out.truncate(end);
                beside.add_state(key, value);
            }
        }
        if let Some(reference) = row.reference {
            self.out.push_str(" [e");
            write_number(&mut self.out, reference);
            self.out.push(']');
        }
        self.seal_key(start);
        beside
    }

    /// Writes a name if it is short enough for a key.
    fn name(&mut self, name: &str) -> bool {
        let (shown, more) = self.clip(name);
        let start = self.out.len();
        if is_longer(shown, NAME_MOST) {
            return false;
        }
        self.out.push(' ');
        write_quoted(&mut self.out, shown, Quoting::Json);
        self.more(more);
        let fits = !is_longer(&self.out[start..], NAME_MOST);
        if !fits {
            self.out.truncate(start);
        }
        fits
    }

    /// Puts a key in single quotes where YAML would take a part of it for the end of the key, or for a comment.
    fn seal_key(&mut self, start: usize) {
        let key = &self.out[start..];
        if !key.as_bytes().windows(2).any(|pair| pair == b": " || pair == b" #") {
            return;
        }
        let sealed = format!("'{}'", key.replace('\'', "''"));
        self.out.truncate(start);
        self.out.push_str(&sealed);
    }

    fn properties(&mut self, depth: u32, row: &Row, value: Option<&str>, beside: &Beside<'_>) {
        if let Some(name) = beside.name {
            self.property(depth, "/name", name);
        }
        if let Some(url) = &row.props.url {
            self.property(depth, "/url", url);
        }
        if let Some(description) = &row.props.description {
            self.property(depth, "/description", description);
        }
        for (key, value) in &beside.states {
            let mut property = String::from("/");
            write_word(&mut property, key);
            match value {
                Value::String(text) => self.property(depth, &property, text),
                other => self.property(depth, &property, &other.to_string()),
            }
        }
        if let Some(value) = value {
            self.property(depth, "/value", value);
        }
    }

    fn property(&mut self, depth: u32, key: &str, text: &str) {
        self.begin(depth);
        self.out.push_str(key);
        let (shown, more) = self.clip(text);
        self.more(more);
        self.out.push_str(": ");
        write_scalar(&mut self.out, shown);
        self.end();
    }

    /// Writes how many characters are left out.
    fn more(&mut self, characters: usize) {
        if characters > 0 {
            self.out.push_str(" [… ");
            write_count(&mut self.out, characters);
            self.out.push_str(" more characters]");
        }
    }

    fn is_clipped(&self, text: &str) -> bool {
        is_longer(text, self.clip)
    }

    /// What of a text is written, and how many characters are not.
    fn clip<'t>(&self, text: &'t str) -> (&'t str, usize) {
        if !self.is_clipped(text) {
            return (text, 0);
        }
        let end = text.char_indices().nth(self.clip).map_or(text.len(), |(at, _)| at);
        (&text[..end], text[end..].chars().count())
    }
}

/// What of an element is told below its line.
#[derive(Debug)]
struct Beside<'a> {
    any: bool,
    name: Option<&'a str>,
    states: Vec<(&'a str, &'a Value)>,
}

impl<'a> Beside<'a> {
    fn of(props: &'a Props) -> Self {
        let any = props.url.is_some() || props.description.is_some();
        Self {
            any,
            name: None,
            states: Vec::new(),
        }
    }

    fn set_name(&mut self, name: &'a str) {
        self.any = true;
        self.name = Some(name);
    }

    fn add_state(&mut self, key: &'a str, value: &'a Value) {
        self.any = true;
        self.states.push((key, value));
    }
}

/// The states that tell something.
fn told(props: &Props) -> impl Iterator<Item = (&str, &Value)> {
    let value = props.value.as_deref();
    let tells = move |key: &str, state: &Value| match state {
        Value::Null => false,
        Value::Bool(false) => TOLD_FALSE.contains(&key),
        _ if value.is_none() || !LIKE_VALUE.contains(&key) => true,
        Value::String(text) => value != Some(text),
        other => value != Some(&other.to_string()),
    };
    props
        .states
        .iter()
        .map(|(key, state)| (key.as_str(), state))
        .filter(move |(key, state)| tells(key, state))
}

fn write_state(out: &mut String, key: &str, value: &Value) {
    out.push_str(" [");
    write_word(out, key);
    match value {
        Value::Bool(true) => {}
        Value::Bool(false) => out.push_str("=false"),
        Value::String(text) if is_token(text) => {
            out.push('=');
            out.push_str(text);
        }
        Value::String(text) => {
            out.push('=');
            write_quoted(out, text, Quoting::Json);
        }
        Value::Number(number) => {
            out.push('=');
            out.push_str(&number.to_string());
        }
        other => {
            out.push('=');
            write_quoted(out, &other.to_string(), Quoting::Json);
        }
    }
    out.push(']');
}

/// Whether a text has more than so many characters; looks at no more than it must.
fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

fn write_number(out: &mut String, number: u32) {
    write_digits(out, number as usize, false);
}

/// Writes a number with a comma after each three digits.
fn write_count(out: &mut String, count: usize) {
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
