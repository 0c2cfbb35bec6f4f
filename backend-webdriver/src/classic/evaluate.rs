//! Functions called in a page or a frame of it: one round trip.
//!
//! There is one world, the page's own, and the driver's script in it uses what the page may have patched. So as little as
//! can be is asked of either: arguments stand in the script as literals, and a text is answered as it is.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::Value;
use tokio::time::sleep;

use super::command::Command;
use super::error::Native;
use super::page::ClassicPage;

pub(crate) const DOING: &str = "run a script in the page";

/// How often it is looked whether the session is gone, and how long between.
const LOOKS: usize = 25;
const BETWEEN: Duration = Duration::from_millis(20);

/// How what a function throws is told.
pub(crate) const FAILED: &str = "const failed = error => { let what; let place = ''; \
    try { what = '' + error; place = /@(\\S+:\\d+:\\d+)$/m.exec(error.stack)?.[1] ?? ''; } \
    catch { what ??= 'what cannot be told'; } return 'e' + place + '\\n' + what; }; ";

/// How its result is told.
const TOLD: &str = "const told = result => typeof result === 'string' ? 's' + result : 'j' + \
    JSON.stringify(result, (_, value) => typeof value === 'bigint' ? '' + value : value); ";

/// What becomes of the result.
const AFTER: &str = "if (typeof result?.then !== 'function') return told(result); \
    return (async () => { try { return told(await result); } catch (error) { return failed(error); } })(); \
    } catch (error) { return failed(error); }";

/// The body that calls a function.
fn body(script: &Script) -> String {
    format!("{FAILED}{TOLD}try {{ const result = {}; {AFTER}", called(script))
}

/// A function and its arguments, as an expression.
pub(crate) fn called(script: &Script) -> String {
    let args: Vec<_> = script.args.iter().map(literal).collect();
    format!("({}\n)({})", script.function, args.join(", "))
}

/// JSON is JavaScript, but for one name that is no name of a property there.
fn literal(value: &Value) -> String {
    let text = value.to_string();
    if text.contains("__proto__") {
        return format!("JSON.parse({})", Value::from(text));
    }
    text
}

/// What the body has answered.
pub(crate) fn answer(value: &Value) -> Result<Value> {
    let malformed = || Native::Malformed(format!("a script answers {value}")).into_error(DOING);
    let text = value.as_str().ok_or_else(malformed)?;
    let (form, rest) = text.split_at_checked(1).ok_or_else(malformed)?;
    match form {
        "s" => Ok(Value::from(rest)),
        // What has no form in JSON.
        "j" if rest == "undefined" => Ok(Value::Null),
        "j" => serde_json::from_str(rest).map_err(|error| {
            let message = format!("failed to {DOING}: what it answers is no JSON: {error}");
            Error::new(Kind::Script, message).with_applied(Applied::Unknown)
        }),
        "e" => Err(thrown(rest)),
        _ => Err(malformed()),
    }
}

fn thrown(text: &str) -> Error {
    let (place, what) = text.split_once('\n').unwrap_or_default();
    let first = what.lines().next().unwrap_or_default();
    let at = if place.is_empty() {
        String::new()
    } else {
        format!(" at {place}")
    };
    Error::new(Kind::Script, format!("script threw {first}{at}")).with_applied(Applied::Unknown)
}

/// The elements that lead to a frame.
pub(crate) fn path(frame: &FrameKey) -> Vec<String> {
    frame.0.split('/').map(str::to_owned).collect()
}

impl ClassicPage {
    /// Calls the function in a frame (`None`: in the main frame); a promise is awaited.
    pub(crate) async fn evaluate(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        let path = frame.map(path).unwrap_or_default();
        let work = async { answer(&self.execute(&path, body(script), call).await?) };
        call.bound("the script in the page", work).await
    }

    /// Runs the body of a function; answers what the driver does.
    pub(crate) async fn execute(self: &Arc<Self>, path: &[String], body: String, call: &Call) -> Result<Value> {
        let native = match self.ask_in(path, Command::execute(&body), call.remaining()).await {
            Ok(value) => return Ok(value),
            Err(native) => native,
        };
        let native = match native {
            // The document went away: with its frame, or for another one in it.
            native if native.is("no such frame") && !path.is_empty() => {
                match self
                    .ask_in(path, Command::execute("return 1"), Some(Duration::ZERO))
                    .await
                {
                    Err(gone) if gone.kind() == Kind::Stale => gone,
                    _ => native,
                }
            }
            native @ (Native::Malformed(_) | Native::Refused { .. }) if native.kind() == Kind::Protocol => {
                self.lost_soon().await.unwrap_or(native)
            }
            native => native,
        };
        Err(native.into_error(DOING))
    }
}

impl ClassicPage {
    /// A renderer that crashes takes the session with it, a moment behind the answer of its script.
    async fn lost_soon(self: &Arc<Self>) -> Option<Native> {
        for _ in 0..LOOKS {
            if let Err(lost @ Native::Lost(_)) = self.ask(Command::url()).await {
                return Some(lost);
            }
            sleep(BETWEEN).await;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::World;
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_literals() {
        let script = Script {
            function: String::from("(a, b) => a"),
            args: vec![json!({"a": ["\u{2028}", "\""]}), json!({"__proto__": 1})],
            world: World::Main,
        };
        let body = body(&script);
        assert!(
            body.contains("((a, b) => a\n)({\"a\":[\"\u{2028}\",\"\\\"\"]}, JSON.parse(\"{\\\"__proto__\\\":1}\"))")
        );
    }

    #[test]
    fn an_answer_is_a_text_a_value_or_an_error() {
        assert_eq!(answer(&json!("stext")).unwrap(), json!("text"));
        assert_eq!(answer(&json!("j[1,null]")).unwrap(), json!([1, null]));
        assert_eq!(answer(&json!("jundefined")).unwrap(), Value::Null);
        let error = answer(&json!("ehttp://a.test/a.js:1:2\nError: no\nmore")).unwrap_err();
        assert_eq!(error.message(), "script threw Error: no at http://a.test/a.js:1:2");
        assert_eq!(
            answer(&json!("e\nTypeError: x")).unwrap_err().message(),
            "script threw TypeError: x"
        );
        for no_answer in [json!(null), json!(5), json!(""), json!("žx")] {
            assert_eq!(answer(&no_answer).unwrap_err().kind(), Kind::Protocol, "{no_answer}");
        }
    }
}
