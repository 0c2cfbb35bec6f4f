//! What an operation leaves in actions.jsonl: one line each, also when it was denied or failed.

use std::sync::Arc;
use std::time::SystemTime;

use greenroom_policy::Effect;
use serde_json::Value;
use tokio::time::Instant;

use crate::error::Error;
use crate::journal::{ActionEntry, Masker};
use crate::op::OpSpec;
use crate::session::Session;
use crate::session::act::Done;
use crate::session::act::deed::Deed;

/// What stands in place of what was typed, unless the field is known to hold no secret.
const MASK: &str = "***";

/// An action that is being tried. It writes its line when it is over, or when it is dropped because its caller went away.
#[derive(Debug)]
pub(crate) struct Action {
    session: Arc<Session>,
    op: String,
    name: &'static str,
    selector: Option<String>,
    value: Option<String>,
    /// The value may be a secret: only the element tells.
    types: bool,
    /// The page's id and its address when it began.
    place: (Option<String>, Option<String>),
    at: SystemTime,
    began: Instant,
    written: bool,
}

impl Action {
    /// The action that an operation is; `None`: it only looks (some do as they are asked, which is their `effect`), works on
    /// the session itself, or is several actions.
    pub(crate) fn begin(spec: &OpSpec, effect: Effect, args: &Value, session: &Arc<Session>, op: &str) -> Option<Self> {
        if matches!(spec.effect, Effect::Observe | Effect::Lifecycle) || effect == Effect::Observe {
            return None;
        }
        let name = match spec.name {
            // What is in it has lines of its own.
            "act" | "exec" | "script.release" if session.access_mode() == greenroom_policy::AccessMode::WriteAccess => {
                return None;
            }
            "back" => "goBack",
            "forward" => "goForward",
            "tab.new" => "newPage",
            "tab.close" => "closePage",
            "dialog.accept" | "dialog.dismiss" => "dialog",
            "select" => "selectOption",
            "set-viewport" => "setViewport",
            "script.fetch" => "fetch",
            "script.set-cookies" => "addCookies",
            "script.set-headers" => "setExtraHTTPHeaders",
            "script.add-init-script" => "addInitScript",
            "script.set-offline" => "setOffline",
            "script.wheel" => "scroll",
            "script.set-geolocation" => "setGeolocation",
            "script.set-permissions" => "grantPermissions",
            "script.hold-requests" => "route",
            "script.save-download" => "saveAs",
            name => name,
        };
        let text = |key: &str| args.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| {
            let items = args.get(key)?.as_array()?.iter().filter_map(Value::as_str);
            Some(items.collect::<Vec<_>>().join(", "))
        };
        let value = ["url", "id", "value", "text", "key", "to", "size", "function"]
            .into_iter()
            .find_map(text);
        let mut action = Self::new(name, session, op);
        action.types = types(spec.name);
        action.selector = text("selector");
        action.value = value.or_else(|| list("values")).or_else(|| list("files"));
        if spec.name == "type" && action.value.is_none() {
            action.value = action.selector.take();
        }
        Some(action)
    }

    /// A step of `act`.
    pub(crate) fn of_deed(name: &'static str, deed: &Deed, session: &Arc<Session>, op: &str) -> Self {
        let mut action = Self::new(name, session, op);
        action.types = deed.types();
        action.selector = deed.selector().map(str::to_owned);
        action.value = deed.value();
        action
    }

    fn new(name: &'static str, session: &Arc<Session>, op: &str) -> Self {
        Self {
            session: Arc::clone(session),
            op: op.to_owned(),
            name,
            selector: None,
            value: None,
            types: false,
            place: session.place(),
            at: SystemTime::now(),
            began: Instant::now(),
            written: false,
        }
    }

    /// It is over: done to an element, or failed so.
    pub(crate) fn end(mut self, error: Option<&Error>, done: Option<&Done>) {
        self.write(error.map(Error::message), done);
    }

    fn write(&mut self, error: Option<&str>, done: Option<&Done>) {
        self.written = true;
        let (page_id, url) = match self.place.clone() {
            (None, _) => self.session.place(),
            place => place,
        };
        let may_tell = !self.types || done.is_some_and(|done| !done.secret);
        let value = self.value.take();
        self.session.write_person();
        self.session.journal().action(&ActionEntry {
            ts: Some(self.at.into()),
            op: Some(self.op.clone()),
            page_id,
            source: "agent".to_owned(),
            action: self.name.to_owned(),
            selector: self.selector.take(),
            best_semantic_selector: done.and_then(|done| done.described.clone()),
            nearby_text: done.and_then(|done| done.near.clone()),
            coordinates: done.and_then(|done| done.point),
            value: if may_tell {
                value
            } else {
                value.map(|_| MASK.to_owned())
            },
            url,
            duration: Some(self.began.elapsed().as_secs_f64() * 1000.0),
            success: error.is_none(),
            error: error.map(str::to_owned),
        });
    }
}

impl Drop for Action {
    fn drop(&mut self) {
        if !self.written {
            self.write(Some("cancelled: the caller went away"), None);
        }
    }
}

/// Whether it is only seen that something could be done.
pub(crate) fn is_trial(args: &Value) -> bool {
    args.get("trial") == Some(&Value::Bool(true))
}

/// Whether an operation types what may be a secret.
pub(crate) fn types(name: &str) -> bool {
    matches!(
        name,
        "fill" | "type" | "press" | "script.set-cookies" | "script.set-headers"
    )
}

/// Masks what was typed in the parameters of an operation, unless the field is known to hold no secret. Of steps, the values
/// are in actions.jsonl, each masked where it must be.
pub(crate) fn mask(name: &str, args: &mut Value, done: Option<&Done>) {
    if name == "act"
        && let Some(steps) = args.get_mut("steps").and_then(Value::as_array_mut)
    {
        for step in steps {
            let word = step.as_str().and_then(|step| step.split(':').next()).map(str::to_owned);
            *step = word.unwrap_or_default().into();
        }
    }
    if name == "script.set-cookies" {
        // Of cookies, their names are told.
        for cookie in args
            .get_mut("cookies")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let name = cookie.get("name").and_then(Value::as_str).unwrap_or(MASK).to_owned();
            *cookie = name.into();
        }
    }
    if name == "script.fetch" {
        mask_request(args);
    }
    if name == "script.set-headers" {
        for (_, value) in args
            .get_mut("headers")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            *value = MASK.into();
        }
    }
    if name == "script.release" {
        hide(args, "headers");
        hide(args, "body");
    }
    if !types(name) || done.is_some_and(|done| !done.secret) {
        return;
    }
    for key in ["value", "text", "key"] {
        if let Some(value) = args.get_mut(key) {
            *value = MASK.into();
        }
    }
    if name == "type"
        && args.get("text").is_none_or(Value::is_null)
        && let Some(text) = args.get_mut("selector")
    {
        *text = MASK.into();
    }
}

/// Masks a parameter that was given.
fn hide(args: &mut Value, key: &str) {
    if let Some(value) = args.get_mut(key).filter(|value| !value.is_null()) {
        *value = MASK.into();
    }
}

/// Masks the body of a request, and the headers that are secrets by their names.
fn mask_request(args: &mut Value) {
    hide(args, "data");
    for line in args
        .get_mut("header")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(name) = secret_header(line) {
            *line = format!("{name}: {MASK}").into();
        }
    }
}

/// The name of a header whose value is a secret.
fn secret_header(line: &Value) -> Option<&str> {
    let name = line.as_str()?.split(':').next()?;
    Masker::is_secret_name(name).then_some(name)
}

/// Whether what a script gives an operation may be a secret, which stands in its code then.
pub(crate) fn hides_code(name: &str, args: &Value) -> bool {
    let headers = || args.get("header").and_then(Value::as_array).into_iter().flatten();
    let has_body = || args.get("data").is_some_and(|data| !data.is_null());
    types(name) || (name == "script.fetch" && (has_body() || headers().any(|line| secret_header(line).is_some())))
}

/// Masks the code of a script that typed something: that may be a secret, and stand in it. What it did has lines of its own.
pub(crate) fn mask_code(args: &mut Value) {
    if let Some(code) = args.get_mut("code") {
        *code = MASK.into();
    }
}

/// Masks the parameters of a workflow: what it will do with them, nobody knows yet.
pub(crate) fn mask_params(op: &str, args: &mut Value) {
    if op == "run"
        && let Some(params) = args.get_mut("params")
    {
        *params = MASK.into();
    }
}
