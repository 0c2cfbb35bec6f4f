//! The lines of the tree: how an element, its properties and what is left out are written.

use serde_json::Value;

use super::beside::Beside;
use super::row::Row;
use super::scalar::{Quoting, write_quoted, write_scalar};
use super::state::{told, write_state};
use super::word::{is_longer, write_count, write_number, write_word};

/// How long a name may be as part of a key. A YAML parser takes a key of 1,024 characters at most, and single quotes in
/// it may have to be doubled.
const NAME_MOST: usize = 300;

/// How long a key may become by its states; those beyond get lines of their own.
const KEY_MOST: usize = 450;

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
        match below {
            Below::Nothing if beside.is_empty() => self.end(),
            Below::Nothing if let Some(value) = beside.only_value().filter(|value| !self.is_clipped(value)) => {
                self.inline(value);
            }
            Below::Text(text) if beside.is_empty() && !self.is_clipped(text) => self.inline(text),
            Below::Hidden(elements) if beside.is_empty() => {
                self.out.push_str(": ");
                self.hidden(elements, row.reference);
            }
            _ => {
                self.out.push_str(":\n");
                self.beside(depth + 1, &beside);
                self.below(depth + 1, row, below);
            }
        }
    }

    fn inline(&mut self, text: &str) {
        self.out.push_str(": ");
        write_scalar(&mut self.out, text);
        self.end();
    }

    fn below(&mut self, depth: u32, row: &Row, below: Below<'_>) {
        match below {
            Below::Text(text) => self.text(depth, text),
            Below::Hidden(elements) => {
                self.begin(depth);
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
        let mut beside = Beside::of(row);
        if !row.name.is_empty() && !self.name(&row.name) {
            beside.name = Some(&row.name);
        }
        for (key, value) in told(&row.props) {
            let end = self.out.len();
            write_state(&mut self.out, key, value);
            if is_longer(&self.out[start..], KEY_MOST) {
                self.out.truncate(end);
                beside.states.push((key, value));
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

    fn beside(&mut self, depth: u32, beside: &Beside<'_>) {
        for (key, text) in [
            ("/name", beside.name),
            ("/url", beside.url),
            ("/description", beside.description),
        ] {
            if let Some(text) = text {
                self.property(depth, key, text);
            }
        }
        for (key, value) in &beside.states {
            let mut property = String::from("/");
            write_word(&mut property, key);
            match value {
                Value::String(text) => self.property(depth, &property, text),
                other => self.property(depth, &property, &other.to_string()),
            }
        }
        if let Some(value) = beside.value {
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
