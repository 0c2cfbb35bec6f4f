//! A sign of life for work that takes a while, on a terminal.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use greenroom_session_core::op::{Lane, OpSpec};

use crate::command::Context;

/// How long work may take before the spinner shows.
const PATIENCE: Duration = Duration::from_millis(300);

/// How fast it turns.
const TURN: Duration = Duration::from_millis(100);

const FRAMES: [&str; 8] = ["⣷", "⣯", "⣟", "⡿", "⢿", "⣻", "⣽", "⣾"];

/// A spinner on stderr until it is dropped.
#[derive(Debug)]
pub(crate) struct Spinner {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Spinner {
    /// Starts it for an operation that may take long; for others, and without a terminal, there is none.
    pub(crate) fn start(context: &Context, spec: &OpSpec) -> Self {
        use greenroom_policy::Effect;
        let slow = !matches!(spec.effect, Effect::Observe)
            && (spec.lane == Lane::Queue || matches!(spec.name, "open" | "connect" | "close" | "run"));
        let wanted = slow && !context.globals.json && !context.globals.quiet && std::io::stderr().is_terminal();
        Self {
            running: wanted.then(|| spin(spec.name)),
        }
    }
}

fn spin(what: &'static str) -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = channel();
    let thread = std::thread::spawn(move || {
        let mut pause = PATIENCE;
        for frame in FRAMES.iter().cycle() {
            if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                break;
            }
            pause = TURN;
            let _ = write!(std::io::stderr(), "\r{frame} {what} ");
        }
        if pause == TURN {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    });
    (stop, thread)
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // The line is wiped before anything else is printed.
            let _ = thread.join();
        }
    }
}
