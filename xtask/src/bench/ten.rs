//! Ten sessions at once: opened by ten processes that start together, and closed again by one. Both are measured, by two
//! cases that share the work: one cannot be done without the other.

use std::{
    cell::Cell,
    process::{Child, Stdio},
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::process;
use crate::sandbox::Sandbox;

const SESSIONS: usize = 10;

/// The times of both halves that nobody has asked for yet.
pub(super) struct Ten {
    sandbox: Rc<Sandbox>,
    opening: Cell<Option<Duration>>,
    closing: Cell<Option<Duration>>,
}

impl Ten {
    pub(super) fn new(sandbox: &Rc<Sandbox>) -> Rc<Self> {
        Rc::new(Self {
            sandbox: Rc::clone(sandbox),
            opening: Cell::default(),
            closing: Cell::default(),
        })
    }

    /// How long it took until all ten were open.
    pub(super) fn opening(&self) -> Result<Duration> {
        self.half(&self.opening)
    }

    /// How long it took until all ten were closed.
    pub(super) fn closing(&self) -> Result<Duration> {
        self.half(&self.closing)
    }

    fn half(&self, half: &Cell<Option<Duration>>) -> Result<Duration> {
        if half.get().is_none() {
            self.opening.set(Some(self.open()?));
            let mut close = self.sandbox.greenroom(&["close", "--prefix", "ten-"]);
            self.closing.set(Some(process::time(&mut close)?));
            // The folders of the ended ones would pile up, round after round.
            self.sandbox.run(&["prune"])?;
        }
        half.take().context("nothing was measured")
    }

    fn open(&self) -> Result<Duration> {
        let start = Instant::now();
        let open = |number| {
            let (name, url) = (format!("ten-{number}"), self.sandbox.url("/title/Ten"));
            let mut command = self
                .sandbox
                .greenroom(&["open", &url, "--session", &name, "--headless"]);
            let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().context("failed to start `greenroom open`")
        };
        let children = (0..SESSIONS).map(open).collect::<Result<Vec<Child>>>()?;
        // All are waited for before any failure is told.
        let ended: Vec<_> = children.into_iter().map(Child::wait_with_output).collect();
        let duration = start.elapsed();
        for output in ended {
            let output = output?;
            let stderr = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "one of ten `greenroom open` failed: {stderr}");
        }
        Ok(duration)
    }
}
