//! What scripts take: the first of a session, the next, a loop of small questions; and what each session's realm holds.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Case, cdp::Client, process};
use crate::sandbox::Sandbox;

pub(super) const EXEC: &str = "exec 1+1, warm";
pub(super) const FIRST_EXEC: &str = "exec 1+1, the first of a session";
pub(super) const LOOP: &str = "exec, 1,000 times isVisible";
pub(super) const BARE_LOOP: &str = "1,000 bare round trips: is it visible?";

/// How many questions a loop asks.
const QUESTIONS: usize = 1000;

/// How many sessions with a realm each the daemon's memory is read with, and without.
const REALMS: usize = 25;

/// A session that has run no script yet runs one; it is opened before, and closed after, the clock.
pub(super) fn first_exec(sandbox: &Rc<Sandbox>) -> Case {
    let (sandbox, count) = (Rc::clone(sandbox), Cell::new(0));
    Case::new(FIRST_EXEC, 1, move || {
        count.set(count.get() + 1);
        let session = format!("first-{}", count.get());
        sandbox.run(&[
            "open",
            &sandbox.url("/title/First"),
            "--session",
            &session,
            "--headless",
        ])?;
        let took = process::time(&mut sandbox.greenroom(&["exec", "1+1", "--session", &session]));
        sandbox.run(&["close", "--session", &session])?;
        took
    })
}

/// The code that asks again and again.
pub(super) fn question_loop() -> String {
    format!("for (let left = {QUESTIONS}; left > 0; left--) await page.locator('h1').isVisible()")
}

/// The same questions by hand.
pub(super) fn ask_by_hand(client: &mut Client, session: &str) -> Result<Duration> {
    let visible = "(() => { const e = document.querySelector('h1'); return !!e && e.checkVisibility(); })()";
    let params = json!({ "expression": visible, "returnByValue": true });
    let start = Instant::now();
    for _ in 0..QUESTIONS {
        let answer = client.call(Some(session), "Runtime.evaluate", &params)?;
        ensure!(answer["result"]["value"].is_boolean(), "no answer: {answer}");
    }
    Ok(start.elapsed())
}

/// Kilobytes of the daemon for each session that has run a script, beyond what the session itself takes.
pub(super) fn realm_kilobytes(sandbox: &Sandbox, daemon: u32) -> Result<u64> {
    let names: Vec<String> = (0..REALMS).map(|number| format!("realm-{number}")).collect();
    for name in &names {
        sandbox.run(&["open", &sandbox.url("/title/Realm"), "--session", name, "--headless"])?;
        sandbox.run(&["get", "title", "--session", name])?;
    }
    let before = process::pss(daemon)?;
    for name in &names {
        sandbox.run(&["exec", "const kept = await page.title(); kept", "--session", name])?;
    }
    let after = process::pss(daemon)?;
    sandbox.run(&["close", "--prefix", "realm-"])?;
    Ok(after.saturating_sub(before) / REALMS as u64)
}
