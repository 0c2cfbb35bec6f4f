//! Scripts: their code runs in a realm of the session; what they ask for is done here, in their command's own turn.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use greenroom_policy::Caller;
use serde_json::json;
use tokio::sync::mpsc;

use crate::backend::{Script, World};
use crate::error::{Error, Kind, Result};
use crate::layer::record;
use crate::op::{Evaluate, Evaluated, Exec, Executed, ReadonlyExec};
use crate::script::{Asked, Code, Ran, Sight, Tap};
use crate::service::dispatch::{Run, Stage, nested};

#[async_trait]
impl Run for Exec {
    async fn run(self, stage: &mut Stage) -> Result<Executed> {
        execute(stage, self.code.0, Caller::Script).await
    }
}

#[async_trait]
impl Run for ReadonlyExec {
    async fn run(self, stage: &mut Stage) -> Result<Executed> {
        execute(stage, self.code.0, Caller::ReadOnlyScript).await
    }
}

async fn execute(stage: &mut Stage, source: String, caller: Caller) -> Result<Executed> {
    let session = stage.session()?.clone();
    let page = match &stage.page {
        Some(id) => Some(session.page(Some(id))?.0),
        None => session.page(None).ok().map(|(id, _)| id),
    };
    let read_only = caller == Caller::ReadOnlyScript;
    let repl = session.repl(read_only)?;
    let (operations, asked) = mpsc::unbounded_channel();
    let seen = session.clone();
    // What looks is told nothing: it could hold a dialog, and with that its page.
    let events = Arc::new(if read_only { Tap::deaf() } else { Tap::default() });
    let listening = session.listening(Arc::clone(&events));
    let code = Code {
        source,
        page,
        pages: Sight(Arc::new(move || seen.lock().book.infos())),
        browser: session.browser()?.0.identity().clone(),
        read_only,
        events: Arc::clone(&events),
        state: session.script_state().await?,
        operations,
        call: stage.call.clone(),
    };
    let Ran {
        value,
        console,
        console_dropped,
        state,
        notes,
    } = serve(stage, repl.run(code), asked, caller).await;
    drop(listening);
    stage.notes.extend(notes);
    if events.untold() > 0 {
        let untold = events.untold();
        let note = format!("{untold} events were not told to the script: too many others waited for it");
        stage.notes.push(note);
    }
    if let Some(state) = state
        && let Err(error) = session.keep_script_state(state).await
    {
        let note = format!("`state` is not kept beyond this daemon: {error}");
        stage.notes.push(note);
    }
    let executed = Executed {
        console,
        console_dropped,
        ..Executed::default()
    };
    match value {
        Ok(produced) => Ok(Executed {
            value: produced.value,
            text: Some(produced.text),
            ..executed
        }),
        Err(error) => {
            if !executed.console.is_empty() {
                stage.done_so_far = serde_json::to_value(executed).ok();
            }
            Err(error)
        }
    }
}

/// Does what a script asks for, side by side, until it has ended. What is still under way then is dropped.
async fn serve(
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
                stage.typed |= record::types(&asked.name);
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
                "async arg => {{
                    let found = (\n{}\n);
                    if (typeof found === 'function') found = await found(arg);
                    return await found;
                }}",
                self.function
            ),
            args: vec![arg.unwrap_or_else(|| json!(null))],
            world: World::Main,
        };
        let value = page.evaluate(&script, &stage.call).await?;
        Ok(Evaluated { value })
    }
}
