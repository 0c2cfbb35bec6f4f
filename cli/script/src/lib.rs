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

use std::sync::Arc;

use greenroom_session_core::Result;
use greenroom_session_core::script::{Repl, ScriptEngine};

/// The types of the API, for editors and compilers: `greenroom.d.ts`.
pub const TYPES: &str = include_str!("../types/greenroom.d.ts");

/// The settings of the TypeScript compiler that go with it: `tsconfig.json`.
pub const TSCONFIG: &str = include_str!("../types/tsconfig.json");

/// QuickJS, with TypeScript.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuickJs;

impl QuickJs {
    /// An engine; realms are made as sessions need them.
    pub const fn new() -> Self {
        Self
    }
}

impl ScriptEngine for QuickJs {
    fn repl(&self) -> Result<Arc<dyn Repl>> {
        Ok(Arc::new(repl::Thread::default()))
    }
}
