//! Scripts: their code runs in a realm of the session; what they ask for is done here, in their command's own turn.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use greenroom_policy::Caller;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::look::about;
use super::snapshot::tree;
use crate::backend::{Script, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::layer::record;
use crate::op::{Evaluate, Evaluated, Exec, Executed, ReadonlyExec, TreeDiff};
use crate::script::{Asked, Code, Ran, Sight, Tap, Work};
use crate::service::dispatch::{Run, Stage, nested};
use crate::session::Session;
use crate::session::look::Onlooker;
use crate::session::taps::Listening;
use crate::snapshot::{Diff, diff};

/// How long the look at what a script changed may take.
const LAST_LOOK: Duration = Duration::from_secs(10);

#[async_trait]
impl Run for Exec {
    async fn run(self, stage: &mut Stage) -> Result<Executed> {
        execute(stage, self.code.0, Caller::Script, self.diff_snapshot).await
    }
}

#[async_trait]
impl Run for ReadonlyExec {
    async fn run(self, stage: &mut Stage) -> Result<Executed> {
        execute(stage, self.code.0, Caller::ReadOnlyScript, false).await
    }
}

/// A script is told what happens in its session's pages, as long as this is there.
pub(super) struct Told {
    pub(super) events: Arc<Tap>,
    listening: Listening,
}

impl Told {
    pub(super) fn of(session: &Arc<Session>, read_only: bool) -> Self {
        // What looks is told nothing: it could hold a dialog, and with that its page.
        let events = Arc::new(if read_only { Tap::deaf() } else { Tap::default() });
        let listening = session.listening(Arc::clone(&events));
        Self { events, listening }
    }

    /// The script has ended.
    pub(super) fn end(self, stage: &mut Stage) {
        drop(self.listening);
        let untold = self.events.untold();
        if untold > 0 {
            let note = format!("{untold} events were not told to the script: too many others waited for it");
            stage.notes.push(note);
        }
    }
}

async fn execute(stage: &mut Stage, source: String, caller: Caller, compares: bool) -> Result<Executed> {
    let session = stage.session()?.clone();
    let page = match &stage.page {
        Some(id) => Some(session.page(Some(id))?.0),
        None => session.page(None).ok().map(|(id, _)| id),
    };
    let before = if compares {
        Some(tree(stage.page()?.1, stage, &stage.call).await?)
    } else {
        None
    };
    let read_only = caller == Caller::ReadOnlyScript;
    let repl = session.repl(read_only)?;
    let (operations, asked) = mpsc::unbounded_channel();
    let seen = session.clone();
    let told = Told::of(&session, read_only);
    let code = Code {
        work: Work::Code(source),
        page,
        pages: Sight(Arc::new(move || seen.lock().book.infos())),
        browser: session.browser()?.0.identity().clone(),
        read_only,
        events: Arc::clone(&told.events),
        state: session.script_state().await?,
        operations,
        call: stage.call.clone(),
    };
    let Ran {
        value,
        paused: _,
        console,
        console_dropped,
        state,
        notes,
    } = serve(stage, repl.run(code), asked, caller).await;
    told.end(stage);
    stage.notes.extend(notes);
    keep(state, &session, stage).await;
    let executed = Executed {
        console,
        console_dropped,
        diff: match before {
            Some(before) => changes(&before, stage).await,
            None => None,
        },
        ..Executed::default()
    };
    match value {
        Ok(produced) => Ok(Executed {
            value: produced.value,
            text: Some(produced.text),
            ..executed
        }),
        Err(error) => {
            if !executed.console.is_empty() || executed.diff.is_some() {
                stage.done_so_far = serde_json::to_value(executed).ok();
            }
            Err(error)
        }
    }
}

/// What changed in the tree of the page; a note says why that cannot be told.
async fn changes(before: &str, stage: &mut Stage) -> Option<TreeDiff> {
    // The script's own time may be over.
    let until = tokio::time::Instant::now() + LAST_LOOK;
    let call = Call::new(stage.call.op(), Some(until), stage.call.cancellation().clone());
    let page = stage.page().or_else(|_| stage.session()?.page(None));
    let after = match page {
        Ok((_, page)) => tree(page, stage, &call).await,
        Err(error) => Err(error),
    };
    match after {
        Ok(after) => {
            let Diff { text, added, removed } = diff(before, &after);
            Some(TreeDiff { text, added, removed })
        }
        Err(error) => {
            stage
                .notes
                .push(format!("what changed cannot be told: {}", error.message()));
            None
        }
    }
}

/// Keeps what `state` holds, where that is other than before.
pub(super) async fn keep(state: Option<Value>, session: &Session, stage: &mut Stage) {
    if let Some(state) = state
        && let Err(error) = session.keep_script_state(state).await
    {
        let note = format!("`state` is not kept beyond this daemon: {error}");
        stage.notes.push(note);
    }
}

/// Does what a script asks for, side by side, until it has ended. What is still under way then is dropped.
pub(super) async fn serve(
    stage: &mut Stage,
    run: impl Future<Output = Ran>,
    mut asked: mpsc::UnboundedReceiver<Asked>,
    caller: Caller,
) -> Ran {
    // Each has a stage of its own; of the call's own stage is noted what they did.
    let base = stage.fork();
    let mut under_way = FuturesUnordered::new();
    let mut run = std::pin::pin!(run);
    loop {
        tokio::select! {
            ran = &mut run => return ran,
            Some(asked) = asked.recv() => {
                stage.typed |= record::hides_code(&asked.name, &asked.args);
                under_way.push(answer(&base, asked, caller));
            }
            Some(()) = under_way.next() => {}
        }
    }
}

async fn answer(stage: &Stage, asked: Asked, caller: Caller) {
    let Asked {
        name,
        args,
        page,
        timeout,
        reply,
    } = asked;
    let stage = stage.for_script(&name, &args, page, timeout);
    let done = nested(&name, args, stage, caller).await;
    reply(done.map_err(|error| error.to_wire()));
}

#[async_trait]
impl Run for Evaluate {
    async fn run(self, stage: &mut Stage) -> Result<Evaluated> {
        let (_, page) = stage.page()?;
        let arg = self.arg.as_deref().map(serde_json::from_str).transpose();
        let arg = arg.map_err(|error| Error::new(Kind::Usage, format!("`--arg` is no JSON: {error}")))?;
        let script = Script {
            function: format!(
                "async (...args) => {{
                    let found = (\n{}\n);
                    if (typeof found === 'function') found = await found(...args);
                    return await found;
                }}",
                self.function
            ),
            args: vec![arg.unwrap_or_else(|| json!(null))],
            world: World::Main,
        };
        let onlooker = Onlooker::new(stage.session()?, page.clone(), &stage.call);
        let ones = self.elements.iter().map(|selector| (selector, false));
        let mut held = None;
        for (selector, all) in ones.chain(self.all.iter().map(|selector| (selector, true))) {
            let kept = onlooker.hold(selector, all, held.as_ref()).await;
            held = Some(kept.map_err(|error| about(error, Some(selector)))?);
        }
        let value = match held {
            Some(held) => onlooker.call_on(&held, &script).await?,
            None => page.evaluate(&script, &stage.call).await?,
        };
        Ok(Evaluated { value })
    }
}
