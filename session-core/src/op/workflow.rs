//! Workflows: files of the user's own that run in a session.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::look::SnapshotFiles;
use super::param::{Access, Display, JsonText, Recording, Span};
use super::spec::{Shape, operation};
use crate::backend::Size;
use crate::locator::TestIdAttribute;
use crate::script::ConsoleLine;
use crate::store::StorageMode;

operation! {
    /// Runs a workflow: a function that a file of TypeScript or JavaScript exports.
    ///
    /// The function is called with `{session, page, context, browser, params, log}` and its parameters; what it returns is the result. It runs in the session that is named, or in a new one with the options of `open`. The session stays open: after a failure as it was at that point, with a snapshot in its folder. There is no deadline unless one is given; Ctrl-C cancels the workflow.
    RunWorkflow("run"): Lifecycle, Workspace, Beside, wakes false, needs [] -> WorkflowRan {
        /// The file.
        file: PathBuf = Shape::Place("FILE"),
        /// The name of the export [default: default].
        export: Option<String> = Shape::Place("EXPORT"),
        /// The parameters, as JSON [default: {}].
        params: Option<JsonText> = Shape::Flag("JSON"),
        /// An auth profile to begin with.
        auth_profile: Option<String> = Shape::Flag("NAME"),
        /// With a window or without [default: headed when a display is there].
        display: Option<Display> = Shape::Flags,
        /// The backend [default: cdp].
        backend: Option<String> = Shape::Flag("NAME"),
        /// The browser: chromium, chrome, edge, firefox, webkit, or a path [default: the first that is found].
        browser: Option<String> = Shape::Flag("BROWSER"),
        /// Attaches the new session to a running browser that listens there, as `connect` does.
        cdp: Option<String> = Shape::Flag("URL"),
        /// A running driver or a Selenium Grid, for backends with drivers; implies `--backend webdriver`.
        webdriver_url: Option<String> = Shape::Flag("URL"),
        /// The driver to start, for backends with drivers [default: it is searched].
        driver: Option<PathBuf> = Shape::Flag("FILE"),
        /// The size of the viewport [default: the workflow's, or 1366x768].
        viewport: Option<Size> = Shape::Flag("WxH"),
        /// Where cookies and storage live: incognito (they end with the session) or persistent (a profile that stays) [default: incognito].
        storage: Option<StorageMode> = Shape::Flag("MODE"),
        /// The profile of a persistent session [default: the session's name]; implies `--storage persistent`.
        browser_profile: Option<String> = Shape::Flag("NAME"),
        /// What may be done [default: write-access]. With `--read-only`, in a session that is there already, this run may only look.
        access: Option<Access> = Shape::Flags,
        /// What becomes of dialogs, as with `open` [default: raise].
        dialogs: Option<String> = Shape::Flag("MODE"),
        /// Gives the session a browser process of its own.
        own_process: bool = Shape::Flag(""),
        /// A flag for the browser, as it is; may be given several times.
        arg: Vec<String> = Shape::Flag("FLAG"),
        /// A proxy for all of the session's requests.
        proxy: Option<String> = Shape::Flag("URL"),
        /// The language of pages, as a BCP 47 tag.
        locale: Option<String> = Shape::Flag("TAG"),
        /// The time zone of pages, as an IANA name.
        timezone: Option<String> = Shape::Flag("NAME"),
        /// The user agent string.
        user_agent: Option<String> = Shape::Flag("TEXT"),
        /// A header for every request, as `Name: value`; may be given several times.
        header: Vec<String> = Shape::Flag("K:V"),
        /// Opens pages in spite of certificate errors.
        ignore_https_errors: bool = Shape::Flag(""),
        /// Tells pages of a screen that is touched, so that `tap` can be used.
        touch: bool = Shape::Flag(""),
        /// Ends the session when it was not used for so long [default: never].
        idle_timeout: Option<Span> = Shape::Flag("D"),
        /// Ends the session so long after it was opened [default: never].
        max_duration: Option<Span> = Shape::Flag("D"),
        /// The attribute that `testid:` selectors look for [default: data-testid].
        test_id_attribute: Option<TestIdAttribute> = Shape::Flag("NAME"),
        /// Whether what a person does in the pages is recorded: auto (with a window), on or off [default: auto].
        record_user_actions: Option<Recording> = Shape::Flag("WHEN"),
        /// Writes logs without masking secrets; recorded in state.json.
        no_redact: bool = Shape::Flag(""),
    }
}

operation! {
    /// Goes on with the workflow that waits at a `pause()` in the session, and answers as `run` would have.
    ResumeWorkflow("resume"): Lifecycle, Session, Queue, wakes true, needs [] -> WorkflowRan {}
}

/// What running a workflow came to, this far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowRan {
    /// How it stands: `completed`, `paused` or `failed`, as the session's status.
    pub status: String,
    /// What it returned, as JSON; `null` where it has not.
    #[serde(default)]
    pub value: serde_json::Value,
    /// What it wrote by `ctx.log` and to the console, in order, since it was last told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub console: Vec<ConsoleLine>,
    /// How many lines more it wrote than are kept.
    #[serde(default, skip_serializing_if = "super::param::is_default")]
    pub console_dropped: u64,
    /// The snapshot of the page as it was when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotFiles>,
}

/// Whether an operation has no deadline where its caller sets none.
pub fn has_no_deadline(op: &str) -> bool {
    use super::Operation;
    [RunWorkflow::SPEC.name, ResumeWorkflow::SPEC.name].contains(&op)
}
