//! Scripts of the user's own.

use serde::{Deserialize, Serialize};

use super::param::Source;
use super::spec::{Shape, operation};
use crate::script::ConsoleLine;

operation! {
    /// Runs JavaScript or TypeScript with the Playwright-shaped globals `page` and `state`; `-` reads it from stdin.
    ///
    /// `await` works at the top level. The last expression, or what `return` returns, is the result: a text as it is, everything else as JSON. What is declared stays for later calls, and so does what is put into `state`.
    Exec("exec"): Script, Page, Queue, wakes true, needs [] -> Executed {
        /// The code, or `-`.
        code: Source = Shape::Place("CODE"),
        /// Tells, too, what it changed in the accessibility tree of the page.
        diff_snapshot: bool = Shape::Flag(""),
    }
}

operation! {
    /// Runs a script that can look and nothing else; `-` reads it from stdin.
    ///
    /// What would change anything throws `ReadonlyExecDenied`. It shares `state` with `exec`, and nothing that either declares.
    ReadonlyExec("readonly-exec"): Observe, Page, Queue, wakes true, needs [] -> Executed {
        /// The code, or `-`.
        code: Source = Shape::Place("CODE"),
    }
}

/// What a script came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Executed {
    /// Its value as JSON; `null` also for what has no form there.
    #[serde(default)]
    pub value: serde_json::Value,
    /// Its value as it is printed; nothing beside an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it wrote to the console, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub console: Vec<ConsoleLine>,
    /// How many lines more it wrote than are kept.
    #[serde(default, skip_serializing_if = "super::param::is_default")]
    pub console_dropped: u64,
    /// What changed in the accessibility tree meanwhile, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<TreeDiff>,
}

/// What changed in the accessibility tree of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TreeDiff {
    /// The lines that changed, `- ` or `+ ` before each, below the unchanged lines that they are in; empty: nothing changed.
    pub text: String,
    /// How many lines came.
    pub added: usize,
    /// How many lines went.
    pub removed: usize,
}

operation! {
    /// Calls a function of the caller's own in the page.
    ///
    /// It runs with the page's own scripts. Elements that it is given come after the argument, one by one, and it runs in their document, whatever the frame.
    Evaluate("evaluate"): Script, Page, Queue, wakes true, needs [] -> Evaluated {
        /// JavaScript: an expression, or a function that is called.
        function: String = Shape::Place("JS"),
        /// What the function is given, as JSON.
        arg: Option<String> = Shape::Flag("JSON"),
        /// Selectors of elements that it is given: each is waited for, and means one.
        elements: Vec<String> = Shape::Flag("SELECTOR"),
        /// A selector, all elements of which it is given, as they are now.
        all: Option<String> = Shape::Flag("SELECTOR"),
    }
}

/// What a function answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Evaluated {
    /// Its answer as JSON.
    pub value: serde_json::Value,
}
