//! Scripts: JavaScript and TypeScript inside the daemon, with a Playwright-shaped API whose every call is an operation.
//!
//! Each realm has a thread of its own, so that no code of a user's can hold up the daemon, and QuickJS in it, with bounds on
//! memory, stack and time. The JavaScript side ([`js/`](https://github.com/greenroom-browser/greenroom/tree/main/cli/script/src/js))
//! is thin: what it asks for goes to the service, which decides, does and records it.

mod compile;
mod failure;
mod files;
mod host;
mod loader;
mod realm;
mod repl;
mod turn;
mod workflow;

use std::sync::{Arc, Mutex, PoisonError};

use greenroom_session_core::Result;
use greenroom_session_core::script::{Repl, ScriptEngine};

/// The types of the API, for editors and compilers: `greenroom.d.ts`.
pub const TYPES: &str = include_str!("../types/greenroom.d.ts");

/// The settings of the TypeScript compiler that go with it: `tsconfig.json`.
pub const TSCONFIG: &str = include_str!("../types/tsconfig.json");

/// QuickJS, with TypeScript.
#[derive(Debug, Default)]
pub struct QuickJs {
    /// A realm that nobody has yet: making one takes longer than many a script.
    spare: Mutex<Option<repl::Thread>>,
}

impl QuickJs {
    /// An engine; realms are made as sessions need them, and from the first one on the next is made in advance.
    pub const fn new() -> Self {
        Self {
            spare: Mutex::new(None),
        }
    }
}

impl ScriptEngine for QuickJs {
    fn repl(&self) -> Result<Arc<dyn Repl>> {
        let next = repl::Thread::in_advance();
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).replace(next);
        Ok(Arc::new(spare.unwrap_or_default()))
    }
}
