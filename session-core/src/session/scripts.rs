//! What the scripts of a session leave for the next one: the realms that they run in, and the variable `state`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::live::{Session, Shared, on_disk};
use crate::error::{Error, Kind, Result};
use crate::script::Repl;
use crate::store::{Purpose, Status, atomic};

/// The realms of a session, each made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// Of scripts that may do what the session may.
    any: Option<Arc<dyn Repl>>,
    /// Of scripts that only look. What these leave must not run in those.
    reading: Option<Arc<dyn Repl>>,
    /// The workflow that has paused.
    paused: Option<PausedWorkflow>,
    /// The variable `state`, once it was read or written.
    state: Option<Value>,
}

/// A workflow that waits at a `pause()`.
#[derive(Debug)]
pub(crate) struct PausedWorkflow {
    /// The realm that it waits in.
    pub repl: Arc<dyn Repl>,
    /// The page that it began with.
    pub page: Option<String>,
    /// Whether it may only look, whatever the session may.
    pub read_only: bool,
}

impl Scripts {
    /// Keeps a workflow that has paused.
    pub(crate) fn pause(&self, workflow: PausedWorkflow) {
        self.lock().paused = Some(workflow);
    }

    /// The workflow that has paused, which no longer waits.
    pub(crate) fn take_paused(&self) -> Option<PausedWorkflow> {
        self.lock().paused.take()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// A realm of its own, with nothing in it.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] where this program runs no scripts.
    pub(crate) fn fresh_repl(shared: &Shared) -> Result<Arc<dyn Repl>> {
        let engine = shared.scripts.as_ref();
        let engine = engine.ok_or_else(|| Error::new(Kind::Unsupported, "this program has no script engine"))?;
        engine.repl()
    }

    /// A workflow that had not ended is lost with what ran it.
    pub(crate) fn lose_workflow(&self, why: &str) {
        drop(self.scripts.take_paused());
        let mut inner = self.lock();
        if inner.record.has_open_workflow() {
            let was = if inner.record.status == Status::Paused {
                "was paused"
            } else {
                "ran"
            };
            let reason = format!("{why} while the workflow {was}");
            inner.record.end_workflow(Status::Failed, Some(reason));
        }
    }

    /// The realm that such scripts run in.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] where this program runs no scripts.
    pub(crate) fn repl(&self, read_only: bool) -> Result<Arc<dyn Repl>> {
        let mut held = self.scripts.lock();
        let place = if read_only { &mut held.reading } else { &mut held.any };
        match place {
            Some(repl) => Ok(Arc::clone(repl)),
            None => Ok(Arc::clone(place.insert(Self::fresh_repl(&self.shared)?))),
        }
    }

    /// The scripts' variable `state`: also what one left before a crash of the daemon.
    pub(crate) async fn script_state(&self) -> Result<Value> {
        if let Some(state) = self.scripts.lock().state.clone() {
            return Ok(state);
        }
        let file = self.script_file();
        let read = on_disk(move || atomic::read_json(&file)).await?;
        let state = read.unwrap_or_else(|| json!({}));
        Ok(self.scripts.lock().state.get_or_insert(state).clone())
    }

    /// Keeps what `state` holds now, for the next script and for the next daemon.
    pub(crate) async fn keep_script_state(&self, state: Value) -> Result<()> {
        let file = self.script_file();
        self.scripts.lock().state = Some(state.clone());
        on_disk(move || atomic::write_json(&file, &state)).await
    }

    /// The file that a script means by a path.
    ///
    /// # Errors
    /// It must not reach that; see [`Purpose`].
    pub(crate) fn file_of_script(&self, given: &Path, purpose: Purpose) -> Result<PathBuf> {
        self.shared.store.layout().confine(self.name(), given, purpose)
    }

    fn script_file(&self) -> PathBuf {
        self.shared.store.layout().script_file(self.name())
    }
}
