//! Functions called in a page or a frame of it: one round trip, in the page's own world or in ours.

use std::sync::Arc;

use chromiumoxide::cdp::js_protocol::runtime::{CallArgument, CallFunctionOnParams};
use greenroom_session_core::backend::{FrameKey, Script, World};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::page::CdpPage;

pub(crate) const DOING: &str = "run a script in the page";

/// How often a script is started anew because the document went away before it could begin.
const STARTS: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Evaluated {
    result: Remote,
    exception_details: Option<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(crate) struct Remote {
    pub(crate) subtype: Option<String>,
    pub(crate) object_id: Option<String>,
    value: Value,
    unserializable_value: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Exception {
    text: String,
    line_number: u32,
    column_number: u32,
    url: Option<String>,
    #[serde(rename = "exception")]
    thrown: Option<Remote>,
}

/// In which form a function's result comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'a> {
    /// As JSON.
    Value,
    /// As a handle of that group.
    Handle(&'a str),
}

impl CdpPage {
    /// Calls the function in a frame (`None`: in the main frame); a promise is awaited.
    pub(crate) async fn run(self: &Arc<Self>, frame: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Value> {
        let work = async { Ok(settled(self.invoke(frame, script, Form::Value).await?.1)) };
        self.within(frame, call, work).await
    }

    /// Calls a function of ours in the main frame; no script of the page is ended because of it.
    pub(crate) async fn run_own(&self, function: &str) -> Result<Value> {
        let script = Script {
            function: function.to_owned(),
            args: Vec::new(),
            world: World::Isolated,
        };
        Ok(settled(self.invoke(None, &script, Form::Value).await?.1))
    }

    /// Runs scripts within a call, and looks after a renderer that may hang in them.
    pub(crate) async fn within<T>(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        call: &Call,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.usable(DOING)?;
        let result = call.bound("the script in the page", work).await;
        if let Err(error) = &result
            && matches!(error.kind(), Kind::Timeout | Kind::Cancelled)
        {
            self.wire.suspect();
            self.unhang_later(self.session_of(frame));
        }
        // One that never was set up hangs since before, or a dialog was open that only a navigation ends.
        result.map_err(|error| match error.kind() {
            Kind::Timeout if !self.facts.borrow().ready => error.with_hint("greenroom reload    # the page hangs"),
            _ => error,
        })
    }

    /// Calls the function; answers what it came to, and the session that knows it.
    pub(crate) async fn invoke(
        &self,
        frame: Option<&FrameKey>,
        script: &Script,
        form: Form<'_>,
    ) -> Result<(SessionId, Remote)> {
        for _ in 0..STARTS {
            let place = self.place(frame, script.world).await?;
            let ask = function(script, &place.world, form);
            let answer = self.wire.ask(Some(&place.session), ask).await;
            // A frame's session ends when it goes on in another process.
            let moved = |native: &Native| frame.is_some() && native.is_session_missing();
            if answer
                .as_ref()
                .is_err_and(|native| native.is_context_missing() || moved(native))
            {
                self.forget(&place.world);
                continue;
            }
            let evaluated = answer
                .and_then(read::<Evaluated>)
                .map_err(|native| self.failure(frame, native))?;
            return outcome(evaluated).map(|result| (place.session, result));
        }
        let message = format!("failed to {DOING}: it navigates again and again");
        Err(Error::new(Kind::Navigation, message).with_retry(true))
    }
}

fn function(script: &Script, world: &str, form: Form<'_>) -> CallFunctionOnParams {
    let mut call = called(script, form);
    call.unique_context_id = Some(world.to_owned());
    call
}

/// The function, in the world and document of an object.
pub(crate) fn on_object(script: &Script, object: String) -> CallFunctionOnParams {
    let mut call = called(script, Form::Value);
    call.object_id = Some(object.into());
    call
}

fn called(script: &Script, form: Form<'_>) -> CallFunctionOnParams {
    let argument = |value: &Value| CallArgument {
        value: Some(value.clone()),
        unserializable_value: None,
        object_id: None,
    };
    let mut call = CallFunctionOnParams::new(script.function.clone());
    call.arguments = Some(script.args.iter().map(argument).collect());
    match form {
        Form::Value => call.return_by_value = Some(true),
        Form::Handle(group) => call.object_group = Some(group.to_owned()),
    }
    call.await_promise = Some(true);
    // The page's own world is for acting in it, as a person would.
    call.user_gesture = Some(script.world == World::Main);
    call
}

/// What a function came to.
pub(crate) fn outcome(evaluated: Evaluated) -> Result<Remote> {
    match evaluated.exception_details {
        Some(exception) => Err(thrown(exception)),
        None => Ok(evaluated.result),
    }
}

/// The JSON value; what JSON cannot hold becomes what `JSON.stringify` makes of it, and a BigInt its digits.
pub(crate) fn settled(remote: Remote) -> Value {
    match remote.unserializable_value.as_deref() {
        None => remote.value,
        Some("-0") => Value::from(0),
        Some(text) => match text.strip_suffix('n') {
            Some(digits) => Value::from(digits),
            None => Value::Null,
        },
    }
}

fn thrown(exception: Exception) -> Error {
    let what = exception
        .thrown
        .map_or(String::new(), |thrown| match (thrown.description, thrown.value) {
            (Some(description), _) => description,
            (None, Value::Null) => String::new(),
            (None, Value::String(text)) => text,
            (None, value) => value.to_string(),
        });
    let mut lines = what.lines();
    let first = lines.next().filter(|line| !line.is_empty()).unwrap_or(&exception.text);
    let place = match exception.url.as_deref() {
        Some(url) if !url.is_empty() => format!("{url}:"),
        _ => String::new(),
    };
    let (line, column) = (exception.line_number + 1, exception.column_number + 1);
    Error::new(Kind::Script, format!("script threw {first} at {place}{line}:{column}"))
        .with_applied(Applied::Unknown)
        .with_context("stack", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(json: &str) -> Remote {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_json_cannot_hold_has_a_form() {
        assert_eq!(settled(remote(r#"{"type":"undefined"}"#)), Value::Null);
        assert_eq!(
            settled(remote(r#"{"type":"number","unserializableValue":"NaN"}"#)),
            Value::Null
        );
        assert_eq!(
            settled(remote(r#"{"type":"number","unserializableValue":"-0"}"#)),
            Value::from(0)
        );
        assert_eq!(
            settled(remote(r#"{"type":"bigint","unserializableValue":"12n"}"#)),
            Value::from("12")
        );
    }

    #[test]
    fn an_exception_says_what_and_where() {
        let exception = serde_json::from_str(
            r#"{"text":"Uncaught","lineNumber":0,"columnNumber":12,
                "exception":{"type":"object","description":"TypeError: no\n    at f (x:1:2)"}}"#,
        );
        let error = thrown(exception.unwrap());
        assert_eq!(error.message(), "script threw TypeError: no at 1:13");
        let plain = serde_json::from_str(r#"{"text":"Uncaught","exception":{"value":"oops"}}"#);
        assert_eq!(thrown(plain.unwrap()).message(), "script threw oops at 1:1");
    }
}
