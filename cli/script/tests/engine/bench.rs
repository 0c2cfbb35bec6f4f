//! A realm, and a service that answers what a test says.

use std::sync::Arc;
use std::time::Duration;

use greenroom_script::QuickJs;
use greenroom_session_core::script::{Code, Produced, Ran, Repl, ScriptEngine};
use greenroom_session_core::{Call, Error};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How long a call may take where a test says nothing: long enough for a machine that is busy.
const LONG: Duration = Duration::from_mins(1);

pub(crate) struct Bench {
    pub(crate) repl: Arc<dyn Repl>,
    state: Value,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            repl: QuickJs::new().repl().unwrap(),
            state: json!({}),
        }
    }

    /// Runs code; operations are answered with their parameters, but `never`, which is not answered.
    pub(crate) fn ran_within(&mut self, source: &str, limit: Duration) -> Ran {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(self.run(source, Call::within(limit)))
    }

    pub(crate) async fn run(&mut self, source: &str, call: Call) -> Ran {
        let (operations, mut asked) = mpsc::unbounded_channel();
        let code = Code {
            source: source.to_owned(),
            page: Some("page-1".to_owned()),
            read_only: false,
            state: self.state.clone(),
            operations,
            call,
        };
        let run = self.repl.run(code);
        let mut run = std::pin::pin!(run);
        let mut unanswered = Vec::new();
        let ran = loop {
            tokio::select! {
                ran = &mut run => break ran,
                Some(asked) = asked.recv() => {
                    if asked.args["selector"] == "never" {
                        unanswered.push(asked);
                        continue;
                    }
                    let answer = json!({ "op": asked.name, "args": asked.args, "page": asked.page, "value": asked.name });
                    (asked.reply)(Ok(answer));
                }
            }
        };
        if let Some(state) = &ran.state {
            self.state = state.clone();
        }
        ran
    }

    pub(crate) fn ran(&mut self, source: &str) -> Ran {
        self.ran_within(source, LONG)
    }

    /// Runs code that works.
    pub(crate) fn done(&mut self, source: &str) -> Produced {
        let ran = self.ran(source);
        ran.value.unwrap_or_else(|error| panic!("{source}\n{error:?}"))
    }

    /// What code prints.
    pub(crate) fn text(&mut self, source: &str) -> String {
        self.done(source).text
    }

    /// The error of code that fails.
    pub(crate) fn fails(&mut self, source: &str) -> Error {
        self.ran(source).value.expect_err(source)
    }
}
