//! Functions called in a page: one round trip, in the page's own world or in ours.

use std::sync::Arc;

use chromiumoxide::cdp::browser_protocol::page::CreateIsolatedWorldParams;
use chromiumoxide::cdp::js_protocol::runtime::{CallArgument, CallFunctionOnParams};
use greenroom_session_core::backend::{Script, World};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Duration, timeout};

use crate::connection::read;
use crate::error::Native;
use crate::facts::Facts;
use crate::page::{CdpPage, Nothing};
use crate::setup::WORLD;

const DOING: &str = "run a script in the page";

/// How long the world of a new document is waited for before one is asked for.
const WORLD_COMES: Duration = Duration::from_millis(500);

/// How often a script is started anew because the document went away before it could begin.
const STARTS: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluated {
    result: Remote,
    exception_details: Option<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Remote {
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

impl CdpPage {
    /// Calls the function; a promise is awaited.
    pub(crate) async fn run(self: &Arc<Self>, script: &Script, call: &Call) -> Result<Value> {
        self.usable(DOING)?;
        let result = call.bound("the script in the page", self.run_now(script)).await;
        if let Err(error) = &result
            && matches!(error.kind(), Kind::Timeout | Kind::Cancelled)
        {
            self.wire.suspect();
            self.unhang_later();
        }
        // One that never was set up hangs since before, or a dialog was open that only a navigation ends.
        result.map_err(|error| match error.kind() {
            Kind::Timeout if !self.facts.borrow().ready => error.with_hint("greenroom reload    # the page hangs"),
            _ => error,
        })
    }

    async fn run_now(&self, script: &Script) -> Result<Value> {
        for _ in 0..STARTS {
            let world = self.world(script.world).await?;
            let answer = self.wire.ask(Some(&self.session), function(script, &world)).await;
            if answer.as_ref().is_err_and(Native::is_context_missing) {
                self.forget(&world);
                continue;
            }
            let evaluated = answer
                .and_then(read::<Evaluated>)
                .map_err(|native| native.into_error(DOING))?;
            return match evaluated.exception_details {
                Some(exception) => Err(thrown(exception)),
                None => Ok(value(evaluated.result)),
            };
        }
        let message = format!("failed to {DOING}: it navigates again and again");
        Err(Error::new(Kind::Navigation, message).with_retry(true))
    }

    /// The unique id of a world of the main frame.
    async fn world(&self, world: World) -> Result<String> {
        let pick = |facts: &Facts| match world {
            World::Isolated => facts.isolated.clone(),
            World::Main => facts.main.clone(),
        };
        if let Some(id) = pick(&self.facts.borrow()) {
            return Ok(id);
        }
        let mut facts = self.facts.subscribe();
        loop {
            let comes = facts.wait_for(|facts| pick(facts).is_some() || facts.is_over());
            let known = timeout(WORLD_COMES, comes)
                .await
                .ok()
                .map(|facts| facts.ok().and_then(|facts| pick(&facts)));
            if let Some(world) = known {
                return match world {
                    Some(id) => Ok(id),
                    None => Err(self.over(DOING)),
                };
            }
            if world == World::Isolated {
                self.make_world().await?;
            }
        }
    }

    /// Asks for our world in the present document; its id comes as an event.
    async fn make_world(&self) -> Result<()> {
        let ask = CreateIsolatedWorldParams {
            frame_id: self.page_key().0.clone().into(),
            world_name: Some(WORLD.to_owned()),
            grant_univeral_access: None,
        };
        let made = self.wire.ask(Some(&self.session), ask).await.and_then(read::<Nothing>);
        made.map(drop).map_err(|native| native.into_error(DOING))
    }

    fn forget(&self, world: &str) {
        self.facts.send_modify(|facts| {
            facts.isolated.take_if(|id| id == world);
            facts.main.take_if(|id| id == world);
        });
    }
}

fn function(script: &Script, world: &str) -> CallFunctionOnParams {
    let argument = |value: &Value| CallArgument {
        value: Some(value.clone()),
        unserializable_value: None,
        object_id: None,
    };
    let mut call = CallFunctionOnParams::new(script.function.clone());
    call.arguments = Some(script.args.iter().map(argument).collect());
    call.unique_context_id = Some(world.to_owned());
    call.return_by_value = Some(true);
    call.await_promise = Some(true);
    // The page's own world is for acting in it, as a person would.
    call.user_gesture = Some(script.world == World::Main);
    call
}

/// The JSON value; what JSON cannot hold becomes what `JSON.stringify` makes of it, and a BigInt its digits.
fn value(remote: Remote) -> Value {
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
        assert_eq!(value(remote(r#"{"type":"undefined"}"#)), Value::Null);
        assert_eq!(
            value(remote(r#"{"type":"number","unserializableValue":"NaN"}"#)),
            Value::Null
        );
        assert_eq!(
            value(remote(r#"{"type":"number","unserializableValue":"-0"}"#)),
            Value::from(0)
        );
        assert_eq!(
            value(remote(r#"{"type":"bigint","unserializableValue":"12n"}"#)),
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
