//! What is measured: bare processes as the floor, then commands of the real program on a real browser.

use std::{path::PathBuf, process::Command, rc::Rc, time::Duration};

use anyhow::Result;

use super::{Case, process};
use crate::{run::build, sandbox::Sandbox};

/// How long the idle daemon is watched.
const IDLE: Duration = Duration::from_secs(5);

/// Commands before the daemon's memory is read.
const COMMANDS: usize = 100;

/// The built programs, and a workspace with an open session.
pub(super) struct Bench {
    binaries: PathBuf,
    site: PathBuf,
    warm: Rc<Sandbox>,
}

impl Bench {
    pub(super) fn prepare() -> Result<Self> {
        let binaries = build(&["greenroom"], true)?;
        let site = build(&["greenroom-test-site"], false)?.join("greenroom-test-site");
        let warm = Rc::new(Sandbox::new(&binaries, &site)?);
        warm.run(&["open", &warm.url("/title/Bench"), "--session", "bench", "--headless"])?;
        Ok(Self { binaries, site, warm })
    }

    pub(super) fn cases(&self) -> Vec<Case> {
        let (version, title) = (Rc::clone(&self.warm), Rc::clone(&self.warm));
        let (binaries, site) = (self.binaries.clone(), self.site.clone());
        vec![
            Case::new("a bare process (`true`)", || process::time(&mut Command::new("true"))),
            Case::new("greenroom --version", move || {
                process::time(&mut version.greenroom(&["--version"]))
            }),
            Case::new("get title, warm", move || {
                process::time(&mut title.greenroom(&["get", "title"]))
            }),
            Case::new("open, cold", move || cold_open(&Sandbox::new(&binaries, &site)?)),
        ]
    }

    /// Memory and silence of the daemon after a hundred commands.
    pub(super) fn show_daemon(&self) -> Result<()> {
        for _ in 0..COMMANDS {
            self.warm.run(&["get", "title"])?;
        }
        let pid = self.warm.daemon_pid()?;
        println!(
            "daemon after {COMMANDS} commands: {:.1} MB PSS",
            mega(process::pss(pid)?)
        );
        let before = process::wakeups(pid)?;
        std::thread::sleep(IDLE);
        println!("daemon idle for {IDLE:?}: {} wakeups", process::wakeups(pid)? - before);
        Ok(())
    }

    /// Closes the session, and checks that nothing is left.
    pub(super) fn finish(self) -> Result<()> {
        finish(&self.warm)
    }
}

/// Daemon, browser, context, page and load event: everything that a first `open` starts.
fn cold_open(sandbox: &Sandbox) -> Result<Duration> {
    let duration = process::time(&mut sandbox.greenroom(&["open", &sandbox.url("/title/Cold"), "--headless"]))?;
    finish(sandbox)?;
    Ok(duration)
}

fn finish(sandbox: &Sandbox) -> Result<()> {
    sandbox.run(&["close", "--all", "--force"])?;
    // The daemon would end by itself; it is stopped so that the rounds do not wait for it.
    if sandbox.daemon_pid().is_ok() {
        sandbox.run(&["daemon", "stop"])?;
    }
    sandbox.check_nothing_left()
}

/// From kB to MB, for people.
#[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52 kB")]
fn mega(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}
