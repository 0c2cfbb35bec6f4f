//! The operation table: every operation with its name, effect, parameters, result, capabilities and documentation.
//!
//! The command line, the socket's methods, other servers, the reference and the JSON Schemas are made from it; the gate
//! and the queue read it. One file a topic.

mod act;
mod extract;
mod fetch;
mod look;
mod navigate;
mod pages;
mod param;
mod realm;
mod route;
mod script;
mod session;
mod spec;
mod workflow;

pub use act::{
    Act, ActResult, Acted, Check, Click, Dblclick, Drag, Fill, Focus, Hover, Press, Scroll, Select, SetViewport,
    StepResult, Tap, Type, Uncheck, Upload, Wait, Waited, takes_itself,
};
pub use extract::{Extract, Extracted, FieldSource};
pub use fetch::{Fetched, ScriptFetch};
pub use look::{
    Get, Got, Observe, Observed, ObservedDiff, ObservedElement, Screenshot, ScreenshotTaken, Snapshot, SnapshotFiles,
    SnapshotTaken,
};
pub use navigate::{Back, Forward, Goto, Reload, Visit};
pub use pages::{
    DialogAccept, DialogAnswered, DialogDismiss, PageInfo, PageList, Pages, TabClose, TabClosed, TabNew, TabSelect,
};
pub(crate) use param::is_default;
pub use param::{
    Access, Display, ElementState, JsonFile, JsonText, LogName, MouseButton, Param, ParamKind, Property, Recording,
    Source, Span,
};
pub use realm::{
    Adjusted, CookieList, CookiesSet, LogLines, ScriptAddInitScript, ScriptCookies, ScriptLog, ScriptSaveDownload,
    ScriptScrollBy, ScriptSetCookies, ScriptSetGeolocation, ScriptSetHeaders, ScriptSetOffline, ScriptSetPermissions,
    ScriptWheel, Scrolled,
};
pub use route::{Ruled, ScriptHoldRequests, ScriptRelease};
pub use script::{Evaluate, Evaluated, Exec, Executed, ReadonlyExec, TreeDiff};
pub use session::{
    Close, CloseResult, ClosedSession, Connect, DaemonStatus, DaemonStatusResult, DaemonStop, DaemonStopped, List,
    ListResult, Mode, Open, Opened, Prune, Pruned, SessionLine, SessionMode, Status, StatusResult,
};
pub use spec::{Lane, OpSpec, Operation, ParamSpec, Scope, Shape};
pub use workflow::{ResumeWorkflow, RunWorkflow, WorkflowRan, has_no_deadline};

/// Calls a macro with the name of every operation's type.
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            Open, Connect, List, Status, SessionMode, Close, Prune, Pages, TabNew, TabSelect, TabClose, Goto, Back, Forward,
            Reload, Get, Snapshot, Observe, Extract, Screenshot, Wait, Click, Dblclick, Tap, Hover, Fill, Type, Press, Select, Check, Uncheck,
            Focus, Drag, Upload, Scroll, DialogAccept, DialogDismiss, SetViewport, Act, Evaluate, Exec, ReadonlyExec, RunWorkflow, ResumeWorkflow,
            ScriptWheel, ScriptLog, ScriptScrollBy, ScriptFetch, ScriptCookies, ScriptSetCookies, ScriptSetHeaders,
            ScriptAddInitScript, ScriptSetOffline, ScriptSetGeolocation, ScriptSetPermissions, ScriptHoldRequests, ScriptRelease,
            ScriptSaveDownload, DaemonStatus, DaemonStop,
        }
    };
}

pub(crate) use for_each_operation;

macro_rules! table {
    ($($name:ident),+ $(,)?) => {
        /// Every operation, in the order of the documentation.
        pub const TABLE: &[&OpSpec] = &[$(<$name as Operation>::SPEC),+];

        /// The JSON Schemas of every operation's parameters and result, by its name.
        pub fn schemas() -> Vec<(&'static str, schemars::Schema, schemars::Schema)> {
            vec![$((
                <$name as Operation>::SPEC.name,
                schemars::schema_for!($name),
                schemars::schema_for!(<$name as Operation>::Output),
            )),+]
        }
    };
}

for_each_operation!(table);

/// The row of the operation of that name.
pub fn find(name: &str) -> Option<&'static OpSpec> {
    TABLE.iter().copied().find(|spec| spec.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let names: BTreeSet<_> = TABLE.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for spec in TABLE {
            assert!(!spec.summary().is_empty(), "{}", spec.name);
            for param in spec.params {
                assert!(!param.doc.is_empty(), "{}.{}", spec.name, param.field);
            }
        }
    }

    #[test]
    fn keys_and_flags_come_from_the_field() {
        let params = Open::SPEC.params;
        let param = params
            .iter()
            .find(|param| param.field == "ignore_https_errors")
            .unwrap();
        assert_eq!(
            (param.key().as_str(), param.flag().as_str()),
            ("ignoreHttpsErrors", "ignore-https-errors")
        );
    }

    #[test]
    fn unknown_parameters_are_refused() {
        let error = serde_json::from_str::<Goto>(r#"{"url":"a","incognitoo":true}"#).unwrap_err();
        assert!(error.to_string().contains("incognitoo"));
    }
}
