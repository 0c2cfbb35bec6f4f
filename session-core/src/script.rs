//! The seam to a script engine: code of the user's own, whose every call to a browser is an operation of the table.
//!
//! session-core knows no language. An engine makes a [`Repl`] for a session; the service hands it code, carries out the
//! operations that the code asks for (one gate, one record, the command's own turn), and gets what the code came to.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::backend::BrowserIdentity;
use crate::call::Call;
use crate::error::{Error, Result, WireError};
use crate::op::PageInfo;

mod tap;

pub use tap::{Dialogs, Happening, Tap};

/// Runs scripts.
pub trait ScriptEngine: Debug + Send + Sync {
    /// Makes a realm of its own, with nothing in it yet.
    ///
    /// # Errors
    /// [`Kind::Internal`](crate::Kind::Internal) where the process has no room for it.
    fn repl(&self) -> Result<Arc<dyn Repl>>;
}

/// A realm in which one piece of code after the other runs: what one declares, a later one finds.
#[async_trait]
pub trait Repl: Debug + Send + Sync {
    /// Runs code, and answers what it came to. Dropped, the code is interrupted; the realm can be used afterwards.
    ///
    /// At the deadline of the call it answers an error that names what was awaited.
    async fn run(&self, code: Code) -> Ran;
}

/// What a realm is to do.
#[derive(Clone, Debug)]
pub enum Work {
    /// Runs JavaScript or TypeScript; what it declares stays.
    Code(String),
    /// Loads a workflow's file and looks whether it takes its parameters. It can ask for no operation yet. The value is a
    /// [`LoadedWorkflow`].
    Load(Box<WorkflowFile>),
    /// Calls the workflow that was loaded: `session`, `accessMode`, `browser` and `version`, which it is told.
    Start(Value),
    /// Goes on with the workflow that has paused in this realm.
    Resume,
}

/// A workflow's file, and what is asked of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkflowFile {
    /// The file, absolute and without links.
    pub path: PathBuf,
    /// The folder below which it may import files, absolute and without links.
    pub root: PathBuf,
    /// A folder whose files it may not import, wherever that is.
    pub hidden: PathBuf,
    /// The name of the export; `None`: the default one.
    pub export: Option<String>,
    /// The parameters.
    pub params: Value,
    /// Whether `pause()` does nothing.
    pub production: bool,
}

/// What a workflow says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadedWorkflow {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Where its page begins.
    pub start_url: Option<String>,
    /// The size of the viewport that it wants.
    pub viewport: Option<WantedViewport>,
    /// The profile that it wants.
    pub auth_profile: Option<String>,
}

/// The size of a viewport as a workflow writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct WantedViewport {
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
}

/// Work for a realm.
#[derive(Debug)]
pub struct Code {
    /// What is to be done.
    pub work: Work,
    /// The page that the script begins with, where there is one.
    pub page: Option<String>,
    /// The pages of the session as they were last told, at any moment.
    pub pages: Sight,
    /// The browser that they are in.
    pub browser: BrowserIdentity,
    /// Whether it may only look, so that the engine can say so early. The gate decides, whatever this says.
    pub read_only: bool,
    /// The script's variable `state` as it is to begin with.
    pub state: Value,
    /// Where it is told what happens in the session's pages meanwhile.
    pub events: Arc<Tap>,
    /// Where the operations that it asks for go.
    pub operations: mpsc::UnboundedSender<Asked>,
    /// The deadline and cancellation.
    pub call: Call,
}

/// The pages of a session, as a script may look at them at any moment without asking the browser.
#[derive(Clone)]
pub struct Sight(pub Arc<dyn Fn() -> Vec<PageInfo> + Send + Sync>);

impl Debug for Sight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sight")
    }
}

/// An operation that a script asks for.
pub struct Asked {
    /// Its name in the table.
    pub name: String,
    /// Its parameters.
    pub args: Value,
    /// The page.
    pub page: Option<String>,
    /// How long it may take; `None`: as long as the script.
    pub timeout: Option<Duration>,
    /// Is told its result; not called where the script has ended before.
    pub reply: Reply,
}

/// What an operation came to.
pub type Answer = Result<Value, WireError>;

/// What is told a result.
pub type Reply = Box<dyn FnOnce(Answer) + Send>;

impl Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asked({} {})", self.name, self.args)
    }
}

/// What a script came to.
#[derive(Debug)]
pub struct Ran {
    /// Its value, or what it threw.
    pub value: Result<Produced>,
    /// Whether it has not ended, but waits at a `pause()`: [`Work::Resume`] goes on with it.
    pub paused: bool,
    /// What it wrote to the console, in order.
    pub console: Vec<ConsoleLine>,
    /// How many lines more it wrote than are kept.
    pub console_dropped: u64,
    /// What `state` holds now, as far as JSON can tell; `None`: what it held before.
    pub state: Option<Value>,
    /// Remarks for people.
    pub notes: Vec<String>,
}

impl Ran {
    /// A script that did not run.
    pub fn failed(error: Error) -> Self {
        Self {
            value: Err(error),
            paused: false,
            console: Vec::new(),
            console_dropped: 0,
            state: None,
            notes: Vec::new(),
        }
    }
}

/// A script's value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Produced {
    /// As JSON; `null` also for what has no form there.
    pub value: Value,
    /// As it is printed.
    pub text: String,
}

/// A line of a script's console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ConsoleLine {
    /// `log`, `info`, `debug`, `warn` or `error`.
    pub level: String,
    /// What was written.
    pub text: String,
}
