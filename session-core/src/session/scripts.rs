//! What the scripts of a session leave for the next one: the realms that they run in, and the variable `state`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::live::{Session, on_disk};
use crate::error::{Error, Kind, Result};
use crate::script::Repl;
use crate::store::atomic;

/// The realms of a session, each made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// Of scripts that may do what the session may.
    any: Option<Arc<dyn Repl>>,
    /// Of scripts that only look. What these leave must not run in those.
    reading: Option<Arc<dyn Repl>>,
    /// The variable `state`, once it was read or written.
    state: Option<Value>,
}

impl Scripts {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// The realm that such scripts run in.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] where this program runs no scripts.
    pub(crate) fn repl(&self, read_only: bool) -> Result<Arc<dyn Repl>> {
        let engine = self.shared.scripts.as_ref();
        let engine = engine.ok_or_else(|| Error::new(Kind::Unsupported, "this program has no script engine"))?;
        let mut held = self.scripts.lock();
        let place = if read_only { &mut held.reading } else { &mut held.any };
        match place {
            Some(repl) => Ok(Arc::clone(repl)),
            None => Ok(Arc::clone(place.insert(engine.repl()?))),
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

    fn script_file(&self) -> PathBuf {
        self.shared.store.layout().script_file(self.name())
    }
}
