//! What is told of a script that failed: the error, where in the user's own text, and the frames that are the user's.

use std::collections::VecDeque;
use std::fmt::Write;

use greenroom_session_core::{Applied, Error, Kind};
use serde::Deserialize;

use crate::compile::{Mistake, Place, Positions};
use crate::files::Files;

/// How many calls' positions are kept: a function of an earlier call may throw in a later one.
const MOST_CALLS: usize = 50;

/// How many frames are told.
const MOST_FRAMES: usize = 8;

impl Thrown {
    /// The error of a mistake in the command that runs a workflow; `None`: it is none of those.
    pub(crate) fn as_usage(&self) -> Option<Error> {
        let error = (self.kind == Some(Kind::Usage)).then(|| Error::new(Kind::Usage, self.message.clone()))?;
        Some(match &self.hint {
            Some(hint) => error.with_hint(hint.clone()),
            None => error,
        })
    }
}

/// What our JavaScript tells of an error.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Thrown {
    name: String,
    message: String,
    stack: String,
    cause: Option<String>,
    kind: Option<Kind>,
    hint: Option<String>,
    applied: Applied,
    retry: bool,
}

impl Thrown {
    /// Whether it is `null`, which an engine throws, too, that has no memory left for an error.
    pub(crate) fn is_null(&self) -> bool {
        self.name == "Uncaught" && self.message == "null"
    }

    /// What is told of such a one.
    pub(crate) fn out_of_memory() -> Self {
        Self {
            name: "InternalError".to_owned(),
            message: "out of memory".to_owned(),
            ..Self::default()
        }
    }
}

/// The positions of the latest calls.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    known: VecDeque<(u64, Positions)>,
}

impl Calls {
    /// Remembers a call's.
    pub(crate) fn add(&mut self, call: u64, positions: Positions) {
        self.known.push_back((call, positions));
        if self.known.len() > MOST_CALLS {
            self.known.pop_front();
        }
    }

    /// The user's frames of a stack, as lines; those of the call `current` without its number.
    fn frames(&self, stack: &str, current: u64, files: Option<&Files>) -> Vec<String> {
        let in_file = |line: &str| files.and_then(|files| files.frame(line));
        let frames = stack.lines().map(str::trim);
        let frames = frames.filter_map(|line| in_file(line).or_else(|| self.frame(line, current)));
        frames.take(MOST_FRAMES).collect()
    }

    /// `at check (exec-3:12:5)` as it is for the user.
    fn frame(&self, line: &str, current: u64) -> Option<String> {
        let at = line.find("exec-")?;
        let (what, place) = (&line[..at], line[at + 5..].trim_end_matches(')'));
        let mut parts = place.split(':');
        let call: u64 = parts.next()?.parse().ok()?;
        let place = Place {
            line: parts.next()?.parse().ok()?,
            column: parts.next().and_then(|column| column.parse().ok()).unwrap_or(1),
        };
        let (_, positions) = self.known.iter().find(|(known, _)| *known == call)?;
        let place = positions.of_run(place)?;
        let file = if call == current {
            "exec".to_owned()
        } else {
            format!("exec, {} calls before", current.saturating_sub(call))
        };
        let name = what.trim().trim_start_matches("at").trim().trim_end_matches('(').trim();
        let place = format!("{file}:{}:{}", place.line, place.column);
        Some(match name {
            "" | "<anonymous>" => format!("at {place}"),
            name => format!("at {name} ({place})"),
        })
    }

    /// The error of something that was thrown, in the realm of these files.
    pub(crate) fn error(&self, thrown: &Thrown, current: u64, files: Option<&Files>) -> Error {
        let mut message = match (thrown.name.as_str(), thrown.message.as_str()) {
            (name, "") => name.to_owned(),
            (name, message) => format!("{name}: {message}"),
        };
        if let Some(cause) = &thrown.cause {
            let _ = write!(message, "\n  cause: {cause}");
        }
        for frame in self.frames(&thrown.stack, current, files) {
            let _ = write!(message, "\n    {frame}");
        }
        // A time that passed inside a script is an error that it could have caught; what was denied stays so.
        let kind = match thrown.kind {
            Some(kind @ (Kind::Denied | Kind::Unsupported | Kind::BrowserLost)) => kind,
            _ => Kind::Script,
        };
        let error = Error::new(kind, message)
            .with_applied(thrown.applied)
            .with_retry(thrown.retry);
        match &thrown.hint {
            Some(hint) => error.with_hint(hint.clone()),
            None => error,
        }
    }
}

/// The error of code that is none, with its line.
pub(crate) fn of_mistake(mistake: &Mistake, source: &str) -> Error {
    let Some(Place { line, column }) = mistake.place else {
        return Error::new(Kind::Script, mistake.message.clone());
    };
    let text = source.lines().nth(line - 1).unwrap_or_default();
    let text: String = text.chars().take(200).collect();
    let mark = " ".repeat(column.saturating_sub(1).min(200));
    let message = format!(
        "{}\n    at exec:{line}:{column}\n    {text}\n    {mark}^",
        mistake.message
    );
    Error::new(Kind::Script, message)
}
