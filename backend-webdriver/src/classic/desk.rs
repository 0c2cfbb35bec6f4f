//! One command at a time, in the window that it is meant for.
//!
//! A driver session has one current window, and one current frame in it. A command takes the desk, goes to its page and
//! frame, is sent, and gives the desk back when it is answered. What was sent is brought to its end by a task of its own,
//! so that a call that is given up leaves no window behind that nobody knows of.
//!
//! A script may wait for long. WebKit's driver has then taken it long ago, and takes others meanwhile, so that the desk is
//! given back after a moment without an answer.
//!
//! Two things of WebKit shape the rest. A dialog that is open keeps its window from ever becoming the current one again, so
//! dialogs are dismissed before a window is left. And the same goes for a renderer that hangs: such a page is left alone
//! until it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use super::command::Command;
use super::error::Native;
use super::hub::Hub;
use super::page::{ClassicPage, Facts};

/// How long an answer is waited for before others may send; no driver takes so long to take a command.
const MOMENT: Duration = Duration::from_millis(250);

/// How soon a renderer answers that does not hang, and a window is there.
const ANSWERS: Duration = Duration::from_secs(2);

/// How often a dialog is dismissed only for another one to open.
const DIALOGS: usize = 20;

/// A script that answers at once, of a renderer that does not hang.
const PING: &str = "return 1";

/// Where the next command goes.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// The current window; `None`: not known.
    pub(crate) window: Option<String>,
    /// The elements of the frames to the current one; `None`: not known.
    frame: Option<Vec<String>>,
    /// How long scripts may run, in milliseconds.
    script_timeout: Option<Option<u64>>,
    /// How many windows may become the current one at any moment, since they did not when they were asked to.
    late: Arc<AtomicUsize>,
}

/// The right to send commands.
pub(crate) type Turn = OwnedMutexGuard<Desk>;

impl Desk {
    /// Whether that is the current window.
    pub(crate) fn is_at(&self, window: &str) -> bool {
        self.late.load(Ordering::Acquire) == 0 && self.window.as_deref() == Some(window)
    }

    /// Nothing is known of where commands go.
    pub(crate) fn forget(&mut self) {
        self.window = None;
        self.frame = None;
    }
}

impl Hub {
    /// Takes the desk.
    pub(crate) async fn turn(&self) -> Turn {
        Arc::clone(&self.desk).lock_owned().await
    }

    /// Sends a command to a page, or to a frame of it.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        page: &Arc<ClassicPage>,
        frame: &[String],
        command: Command,
        limit: Option<Duration>,
    ) -> Result<Value, Native> {
        let answer = async {
            loop {
                let turn = self.turn().await;
                if page.facts.borrow().hangs && !turn.is_at(&page.page_key().0) {
                    drop(turn);
                    let mut facts = page.facts.subscribe();
                    // It is there as long as the page.
                    let _ = facts.wait_for(|facts| !facts.hangs).await;
                    continue;
                }
                let (hub, page, command) = (Arc::clone(self), Arc::clone(page), command.clone());
                let frame = frame.to_vec();
                let running = tokio::spawn(async move { hub.run(turn, &page, &frame, command, limit).await });
                match running.await {
                    Ok(Err(Native::Hangs)) => {}
                    Ok(answer) => return answer,
                    Err(error) => return Err(Native::Malformed(error.to_string())),
                }
            }
        };
        let mut facts = page.facts.subscribe();
        let answer = tokio::select! {
            biased;
            answer = answer => answer,
            _ = facts.wait_for(Facts::is_over) => Err(Native::Gone),
        };
        self.bell.notify_one();
        match answer {
            Err(Native::Gone) => Err(self.wire.lost_reason().map_or(Native::Gone, Native::Lost)),
            answer => answer,
        }
    }

    /// Sends a command when it is its turn.
    async fn run(
        &self,
        mut turn: Turn,
        page: &Arc<ClassicPage>,
        frame: &[String],
        command: Command,
        limit: Option<Duration>,
    ) -> Result<Value, Native> {
        self.arrive(&mut turn, page).await?;
        self.enter(&mut turn, frame).await?;
        let is_script = command.is_script();
        if is_script {
            self.limit(&mut turn, limit).await?;
        }
        for _ in 0..DIALOGS {
            let wire = Arc::clone(&self.wire);
            let again = command.clone();
            let mut sent = Box::pin(async move { wire.send(again).await });
            let answer = match timeout(MOMENT, &mut sent).await {
                Ok(answer) => answer,
                Err(_) => {
                    drop(turn);
                    page.waiting.fetch_add(1, Ordering::AcqRel);
                    let answer = sent.await;
                    page.waiting.fetch_sub(1, Ordering::AcqRel);
                    turn = self.turn().await;
                    if !turn.is_at(&page.page_key().0) {
                        return self.understood(answer, page, frame, is_script);
                    }
                    answer
                }
            };
            match answer {
                Err(native) if native.is("unexpected alert open") => {
                    self.dismiss().await;
                }
                // A script that opened a dialog is answered with nothing.
                Ok(Value::Null) if is_script => {
                    return Err(Native::Dialog(self.dismiss().await));
                }
                Err(native) if native.is("no such window") => {
                    turn.frame = None;
                    return self.understood(Err(native), page, frame, is_script);
                }
                answer => return answer,
            }
        }
        Err(Native::Dialog(String::from("one after the other")))
    }

    /// What an answer means that says no more than that something is gone.
    fn understood(
        &self,
        answer: Result<Value, Native>,
        page: &ClassicPage,
        frame: &[String],
        is_script: bool,
    ) -> Result<Value, Native> {
        match answer {
            Ok(Value::Null) if is_script => Err(Native::Dialog(String::new())),
            Err(native) if native.is("no such window") && frame.is_empty() => {
                self.closed(&page.page_key().0);
                Err(Native::Gone)
            }
            Err(native) if native.is("no such window") => Err(stale()),
            answer => answer,
        }
    }

    /// Makes the page's window the current one.
    pub(crate) async fn arrive(&self, turn: &mut Turn, page: &Arc<ClassicPage>) -> Result<(), Native> {
        let window = &page.page_key().0;
        if turn.is_at(window) {
            return Ok(());
        }
        if page.facts.borrow().is_over() {
            return Err(Native::Gone);
        }
        self.leave(turn).await;
        turn.forget();
        let (wire, switch) = (Arc::clone(&self.wire), Command::switch(window));
        let mut sent = Box::pin(async move { wire.send(switch).await });
        match timeout(ANSWERS, &mut sent).await {
            Ok(Ok(_)) => {
                turn.window = Some(window.clone());
                turn.frame = Some(Vec::new());
                Ok(())
            }
            Ok(Err(native)) if native.is("no such window") => {
                self.closed(window);
                Err(Native::Gone)
            }
            Ok(Err(native)) => Err(native),
            Err(_) => {
                tracing::info!(%window, "a window does not come when it is asked to: its page hangs, or has a dialog");
                turn.late.fetch_add(1, Ordering::AcqRel);
                let (late, page) = (Arc::clone(&turn.late), Arc::clone(page));
                page.facts.send_modify(|facts| facts.hangs = true);
                tokio::spawn(async move {
                    // Whatever it comes to: it is over.
                    let _ = sent.await;
                    late.fetch_sub(1, Ordering::AcqRel);
                    page.facts.send_modify(|facts| facts.hangs = false);
                });
                Err(Native::Hangs)
            }
        }
    }

    /// Before another window is the current one: this one must be able to become it again.
    async fn leave(&self, turn: &mut Turn) {
        let Some(page) = turn.window.as_deref().and_then(|window| self.page(window)) else {
            return;
        };
        self.dismiss().await;
        if page.waiting.load(Ordering::Acquire) > 0 && !self.answers(turn, &page).await {
            let url = self.wire.send(Command::url()).await;
            let url = url.ok().and_then(|url| url.as_str().map(str::to_owned));
            page.facts.send_modify(|facts| {
                facts.last_url = url.or(facts.last_url.take());
            });
        }
    }

    /// Whether the renderer of the page in the current window answers; one that does not is known to hang until it does.
    pub(crate) async fn answers(&self, turn: &mut Turn, page: &Arc<ClassicPage>) -> bool {
        if self.enter(turn, &[]).await.is_err() {
            return true;
        }
        let wire = Arc::clone(&self.wire);
        let mut ping = Box::pin(async move { wire.send(Command::execute(PING.to_owned())).await });
        if timeout(MOMENT, &mut ping).await.is_ok() {
            return true;
        }
        page.facts.send_modify(|facts| facts.hangs = true);
        let page = Arc::clone(page);
        tokio::spawn(async move {
            // Whatever it comes to: it is over.
            let _ = ping.await;
            page.facts.send_modify(|facts| facts.hangs = false);
        });
        false
    }

    /// Goes to a frame of the current window.
    pub(crate) async fn enter(&self, turn: &mut Turn, frame: &[String]) -> Result<(), Native> {
        if turn.frame.as_deref() == Some(frame) {
            return Ok(());
        }
        let mut steps: Vec<_> = frame.iter().map(|element| Some(element.as_str())).collect();
        if turn.frame.as_ref().is_none_or(|at| !at.is_empty()) {
            steps.insert(0, None);
        }
        turn.frame = None;
        for step in steps {
            let mut answer = self.wire.send(Command::frame(step)).await;
            if answer.as_ref().is_err_and(|native| native.is("unexpected alert open")) {
                self.dismiss().await;
                answer = self.wire.send(Command::frame(step)).await;
            }
            match answer {
                Err(native) if step.is_some() && is_gone(&native) => return Err(stale()),
                answer => answer?,
            };
        }
        turn.frame = Some(frame.to_vec());
        Ok(())
    }

    /// Dismisses the dialogs of the current window; answers the text of the first.
    pub(crate) async fn dismiss(&self) -> String {
        let mut first = None;
        for _ in 0..DIALOGS {
            match self.wire.send(Command::dialog()).await {
                Ok(text) => first.get_or_insert_with(|| text.as_str().unwrap_or_default().to_owned()),
                Err(_) => break,
            };
            // One that is gone by then is no worse.
            let _ = self.wire.send(Command::dismiss()).await;
        }
        first.unwrap_or_default()
    }

    /// Lets scripts run for as long as a call may last, and rather longer: the call's own deadline is what ends it. So it
    /// is seldom said anew.
    async fn limit(&self, turn: &mut Turn, limit: Option<Duration>) -> Result<(), Native> {
        let limit = limit.map(|limit| {
            let seconds = limit.as_secs().saturating_mul(2).max(60);
            seconds.next_power_of_two().saturating_mul(1000)
        });
        let is_enough = match (turn.script_timeout, limit) {
            (Some(None), _) => true,
            (Some(Some(set)), Some(limit)) => set >= limit,
            _ => false,
        };
        if !is_enough {
            self.wire.send(Command::script_timeout(limit)).await?;
            turn.script_timeout = Some(limit);
        }
        Ok(())
    }
}

fn is_gone(native: &Native) -> bool {
    [
        "stale element reference",
        "no such frame",
        "no such element",
        "no such window",
    ]
    .iter()
    .any(|code| native.is(code))
}

fn stale() -> Native {
    Native::Refused {
        code: String::from("stale element reference"),
        message: String::from("the frame is gone"),
    }
}
