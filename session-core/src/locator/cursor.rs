//! Reading a text from its beginning to its end, and telling where that failed.

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte of the text at which it begins.
    pub(super) at: usize,
    /// A fragment that says what is wrong.
    pub(super) message: String,
    /// What to write instead.
    pub(super) hint: Option<String>,
}

impl Fault {
    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// How many chains it is in, each in the parentheses of a step of the one around it.
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// How many chains it is in.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// The same place, in a chain in parentheses.
    pub(super) const fn deeper(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..*self
        }
    }

    /// Goes on where another one has got to.
    pub(super) const fn go_to(&mut self, other: &Self) {
        self.at = other.at;
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text from a place before on.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Goes past `word` where it stands here.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let is_here = self.rest().starts_with(word);
        if is_here {
            self.at += word.len();
        }
        is_here
    }

    pub(super) fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&is_wanted) {
            self.next();
        }
        self.since(start)
    }

    pub(super) fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Whether the step ends here: at the end of the text, at a `>>`, or at the `)` around its chain.
    pub(super) fn is_step_end(&self) -> bool {
        let rest = self.rest();
        rest.is_empty() || rest.starts_with(">>") || (self.depth > 0 && rest.starts_with(')'))
    }

    /// A fault here.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        self.fault_at(self.at, message)
    }

    #[expect(clippy::unused_self, reason = "faults are made by cursors")]
    pub(super) fn fault_at(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault {
            at,
            message: message.into(),
            hint: None,
        }
    }
}
