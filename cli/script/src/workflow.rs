//! How each kind of work begins in a realm: code of a call, and a workflow, which is loaded, started and, where it has paused,
//! goes on.

use greenroom_session_core::script::WorkflowFile;
use rquickjs::{Ctx, Function, Module, Result};
use serde_json::{Value, json};

use crate::files::Files;
use crate::realm::{Realm, named};

/// What a call begins with.
pub(crate) enum Begin {
    /// Code that was compiled.
    Code(String),
    /// A workflow's file, to be loaded.
    Load(Box<WorkflowFile>),
    /// The workflow that was loaded; with what it is told of its session.
    Start(Value),
    /// The workflow that has paused.
    Resume,
}

impl Begin {
    /// Begins; `call`: the call's number.
    pub(crate) fn call(self, realm: &Realm, ctx: &Ctx<'_>, call: u64) -> Result<()> {
        match self {
            Self::Code(code) => {
                let code: Function = ctx.eval_with_options(code, named(&format!("exec-{call}")))?;
                realm.export(ctx, "start")?.call((code,))
            }
            Self::Load(file) => load(realm, ctx, &file),
            Self::Start(about) => realm.export(ctx, "run")?.call((about.to_string(),)),
            Self::Resume => realm.export(ctx, "resume")?.call(()),
        }
    }
}

fn load(realm: &Realm, ctx: &Ctx<'_>, file: &WorkflowFile) -> Result<()> {
    realm.modules.0.borrow_mut().files = Some(Files::new(file));
    let asked = json!({ "export": file.export, "params": file.params, "production": file.production });
    // An import of the file by its own name: relative to itself, whatever that is to be.
    let importing = Module::import(ctx, file.path.display().to_string())?;
    realm.export(ctx, "load")?.call((importing, asked.to_string()))
}
