//! `demo`: the main job of the program, from outside, on a real browser: open a page, look at it with short commands,
//! lose the daemon, go on, close, and leave nothing behind.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{flags, run::build, sandbox::Sandbox};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    flags(arguments, [])?;
    let binaries = build(&["greenroom", "greenroom-test-site"], false)?;
    let sandbox = Sandbox::new(&binaries, &binaries.join("greenroom-test-site"))?;
    println!("\na fresh workspace: {}\n", sandbox.workspace().display());
    look_around(&sandbox)?;
    lose_the_daemon(&sandbox)?;
    close(&sandbox)
}

fn look_around(sandbox: &Sandbox) -> Result<()> {
    step(sandbox, &["open", &sandbox.url("/"), "--session", "demo"])?;
    step(sandbox, &["pages"])?;
    let title = step(sandbox, &["get", "title"])?;
    ensure!(
        title.contains("Greenroom test site"),
        "the title is `{}`",
        title.trim_end()
    );
    step(sandbox, &["screenshot", "page.png"])?;
    let picture = fs::read(sandbox.workspace().join("page.png")).context("failed to read the screenshot")?;
    ensure!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "the screenshot is no PNG");
    println!("  ({} bytes of PNG)\n", picture.len());
    let network = step(sandbox, &["network"])?;
    ensure!(
        network.contains("/api/items.json"),
        "the page's own request is missing in the network log"
    );
    let console = step(sandbox, &["console"])?;
    ensure!(
        console.contains("shop ready"),
        "the page's own line is missing in the console log"
    );
    step(sandbox, &["logs", "--last", "5"])?;
    Ok(())
}

/// The title of that page holds the moment in which it was loaded: the same title later is the same document.
fn lose_the_daemon(sandbox: &Sandbox) -> Result<()> {
    step(sandbox, &["goto", &sandbox.url("/stamp")])?;
    let before = step(sandbox, &["get", "title"])?;
    let daemon = sandbox.daemon_pid()?;
    println!("$ kill -9 {daemon}    # the daemon\n");
    sandbox.kill(daemon)?;
    let after = step(sandbox, &["get", "title"])?;
    ensure!(
        before == after,
        "the page was loaded again: `{}`, then `{}`",
        before.trim_end(),
        after.trim_end()
    );
    ensure!(sandbox.daemon_pid()? != daemon, "no new daemon has started");
    step(sandbox, &["list"])?;
    Ok(())
}

fn close(sandbox: &Sandbox) -> Result<()> {
    step(sandbox, &["close"])?;
    let ended = step(sandbox, &["list", "--all"])?;
    ensure!(ended.contains("exited"), "the session is not listed as ended");
    println!("waiting for the daemon, which holds nothing any more, to end by itself\n");
    sandbox.check_nothing_left()?;
    println!("demo: done; no process, socket or temporary file is left");
    Ok(())
}

/// Runs a command, shows it with what it printed, and gives its stdout.
fn step(sandbox: &Sandbox, arguments: &[&str]) -> Result<String> {
    println!("$ greenroom {}", arguments.join(" "));
    let output = sandbox
        .greenroom(arguments)
        .output()
        .context("failed to start `greenroom`")?;
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    for line in stdout.lines().chain(stderr.lines()) {
        println!("  {line}");
    }
    println!();
    if !output.status.success() {
        bail!("`greenroom {}` ended with {}", arguments.join(" "), output.status);
    }
    Ok(stdout.into_owned())
}
