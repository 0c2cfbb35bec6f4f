//! What a command prints: data on stdout, notes, hints and errors on stderr.

mod clean;
pub(crate) mod entry;
mod spinner;
mod table;
mod text;

use std::io::{IsTerminal, Write};

use clap::builder::StyledStr;
use greenroom_session_core::ipc::{Response, Restored};
use greenroom_session_core::{Kind, WireError};
use serde::Deserialize;

pub(crate) use spinner::Spinner;
pub(crate) use table::table;

use crate::args::{Color, Globals};
use crate::env::Environment;
use crate::exit_code;

/// What a command came to.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The daemon's answer, as its bytes.
    Raw(Vec<u8>),
    /// An operation's answer, from this process.
    Response(Response),
    /// The answer of a command that is no operation, and its text for people.
    Told(Response, String),
    /// All is printed already.
    Printed,
}

impl Answer {
    /// The answer of a command that is no operation and was done.
    pub(crate) fn told(result: serde_json::Value, text: String) -> Self {
        let response = Response {
            ok: true,
            result: Some(result),
            ..Response::default()
        };
        Self::Told(response, text)
    }
}

/// How every answer that was done begins; so its exit code is known without parsing it.
const DONE: &[u8] = b"{\"ok\":true";

/// An answer that was not done, as far as its exit code needs it.
#[derive(Deserialize)]
struct Failed {
    error: WireError,
}

/// Where output goes and how it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    json: bool,
    quiet: bool,
    /// Whether stdout is a terminal: control characters of pages must not reach it.
    terminal: bool,
    color: bool,
    stderr_color: bool,
}

impl Screen {
    /// The screen as the options and the environment have it.
    pub(crate) fn new(globals: &Globals, env: &Environment) -> Self {
        let color = |terminal: bool| match globals.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !env.no_color,
        };
        let terminal = !globals.json && std::io::stdout().is_terminal();
        // Asked only where stderr is used.
        let stderr_color = globals.color == Color::Always;
        Self {
            json: globals.json,
            quiet: globals.quiet,
            terminal,
            color: color(terminal),
            stderr_color: stderr_color || (globals.color == Color::Auto && !env.no_color),
        }
    }

    /// The screen of what no option of a command has been read for.
    pub(crate) fn plain(env: &Environment) -> Self {
        Self::new(&Globals::default(), env)
    }

    /// Prints an answer and says its exit code.
    pub(crate) fn answer(self, name: &str, answer: Answer) -> u8 {
        match answer {
            Answer::Printed => exit_code::DONE,
            Answer::Raw(bytes) if self.json => Self::raw(&bytes),
            Answer::Raw(bytes) => match serde_json::from_slice(&bytes) {
                Ok(response) => self.response(name, &response),
                Err(error) => self.response(name, &unreadable(&error)),
            },
            Answer::Response(response) => {
                if self.json {
                    Self::object(&response)
                } else {
                    self.response(name, &response)
                }
            }
            Answer::Told(response, text) => {
                if self.json {
                    return Self::object(&response);
                }
                print(self.shown(&text).as_bytes());
                self.remarks(&response)
            }
        }
    }

    /// Whether stdout is a terminal.
    pub(crate) fn is_terminal(self) -> bool {
        self.terminal
    }

    /// Writes text of a script's to stderr.
    fn aside(text: &str) {
        if std::io::stderr().is_terminal() {
            complain(&clean::text(text));
        } else {
            complain(text);
        }
    }

    /// Writes a `note:` line.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            complain(&self.labelled("note", "36", text));
        }
    }

    /// Text as a terminal may have it: without control characters, which could be a page's.
    pub(crate) fn shown(self, text: &str) -> std::borrow::Cow<'_, str> {
        if self.terminal { clean::text(text) } else { text.into() }
    }

    /// Text in a colour, named by its number; colour never carries meaning alone.
    pub(crate) fn tinted(self, number: &str, text: &str) -> String {
        if self.color {
            format!("\x1b[{number}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Prints help.
    pub(crate) fn page(self, text: &StyledStr) {
        print(
            if self.color {
                text.ansi().to_string()
            } else {
                text.to_string()
            }
            .as_bytes(),
        );
    }

    /// Prints help that was not asked for.
    pub(crate) fn page_to_stderr(text: &StyledStr) {
        complain(&text.to_string());
    }

    fn raw(bytes: &[u8]) -> u8 {
        let mut line = Vec::with_capacity(bytes.len() + 1);
        line.extend_from_slice(bytes);
        line.push(b'\n');
        print(&line);
        if bytes.starts_with(DONE) {
            return exit_code::DONE;
        }
        serde_json::from_slice::<Failed>(bytes)
            .map_or(exit_code::of(Kind::Internal), |failed| exit_code::of(failed.error.kind))
    }

    fn object(response: &Response) -> u8 {
        Self::raw(&serde_json::to_vec(response).unwrap_or_default())
    }

    fn response(self, name: &str, response: &Response) -> u8 {
        if let Some(result) = &response.result {
            Self::aside(&text::written(name, result));
            print(text::render(name, result, self).as_bytes());
        }
        self.remarks(response)
    }

    /// What stands beside a result, on stderr, and the exit code.
    fn remarks(self, response: &Response) -> u8 {
        if let Some(restored) = response.restored {
            self.note(match restored {
                Restored::Adopted => "the daemon had died; its browser was taken over as it was",
                Restored::Crashed => "the browser had died; the session was restored in a new one",
                Restored::Hibernated => "the session was restored from hibernation",
            });
        }
        for event in &response.events {
            self.note(&event.message);
        }
        for note in &response.notes {
            self.note(note);
        }
        match &response.error {
            None => exit_code::DONE,
            Some(error) => {
                self.error(error);
                exit_code::of(error.kind)
            }
        }
    }

    fn error(self, error: &WireError) {
        let mut lines = self.labelled("error", "1;31", &error.message);
        if let Some(hint) = error.hint.as_deref().filter(|_| !self.quiet) {
            lines.push_str(&self.labelled("hint", "36", hint));
        }
        complain(&lines);
    }

    fn labelled(self, label: &str, number: &str, text: &str) -> String {
        let terminal = std::io::stderr().is_terminal();
        let text = if terminal { clean::text(text) } else { text.into() };
        if self.stderr_color && (terminal || self.color) {
            format!("\x1b[{number}m{label}:\x1b[0m {text}\n")
        } else {
            format!("{label}: {text}\n")
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Response {
    let error =
        greenroom_session_core::Error::new(Kind::DaemonLost, format!("the daemon's answer cannot be read: {error}"))
            .with_hint("greenroom daemon stop    # it may be of another version");
    Response::failed(None, &error)
}

/// Whether the reader of stdout has gone.
pub(crate) fn nobody_reads_stdout() -> bool {
    let stdout = std::io::stdout();
    let mut state = [rustix::event::PollFd::new(&stdout, rustix::event::PollFlags::empty())];
    let at_once = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
    rustix::event::poll(&mut state, Some(&at_once)).is_ok_and(|found| found > 0)
        && state[0]
            .revents()
            .intersects(rustix::event::PollFlags::ERR | rustix::event::PollFlags::HUP)
}

/// Writes to stdout, ending with a line break. A reader that has gone is no failure of ours.
fn print(text: &[u8]) {
    if text.is_empty() {
        return;
    }
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text);
    if !text.ends_with(b"\n") {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
