//! The commands that are sent, as fantoccini takes them.

use std::borrow::Cow;

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::actions::Source;

/// A command of a driver session. Ours rather than the library's: its `goto` asks for the present address first, and its
/// `execute` knows elements by types of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Command {
    method: Method,
    path: Cow<'static, str>,
    body: Option<Value>,
}

impl Command {
    fn get(path: &'static str) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
        }
    }

    fn post(path: impl Into<Cow<'static, str>>, body: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(body),
        }
    }

    /// The address of the current window: of its document, or the one that is being loaded.
    pub(crate) fn url() -> Self {
        Self::get("url")
    }

    /// Loads an address.
    pub(crate) fn go(url: &str) -> Self {
        Self::post("url", json!({ "url": url }))
    }

    /// One entry back.
    pub(crate) fn back() -> Self {
        Self::post("back", json!({}))
    }

    /// One entry forward.
    pub(crate) fn forward() -> Self {
        Self::post("forward", json!({}))
    }

    /// The same again.
    pub(crate) fn refresh() -> Self {
        Self::post("refresh", json!({}))
    }

    /// All windows.
    pub(crate) fn windows() -> Self {
        Self::get("window/handles")
    }

    /// Makes a window the current one.
    pub(crate) fn switch(window: &str) -> Self {
        Self::post("window", json!({ "handle": window }))
    }

    /// Opens a window, which does not become the current one.
    pub(crate) fn open() -> Self {
        Self::post("window/new", json!({ "type": "window" }))
    }

    /// Closes the current window; answers those that are left.
    pub(crate) fn close() -> Self {
        Self {
            method: Method::DELETE,
            path: "window".into(),
            body: None,
        }
    }

    /// Sets the outer size of the current window.
    pub(crate) fn resize(width: i64, height: i64) -> Self {
        Self::post("window/rect", json!({ "width": width, "height": height }))
    }

    /// Goes to the frame of an element; `None`: to the page.
    pub(crate) fn frame(element: Option<&str>) -> Self {
        let id = element.map_or(Value::Null, |id| json!({ ELEMENT: id }));
        Self::post("frame", json!({ "id": id }))
    }

    /// Runs the body of a function.
    pub(crate) fn execute(body: &str) -> Self {
        Self::post("execute/sync", json!({ "script": body, "args": [] }))
    }

    /// How long scripts may run; `None`: for ever.
    pub(crate) fn script_timeout(milliseconds: Option<u64>) -> Self {
        Self::post("timeouts", json!({ "script": milliseconds }))
    }

    /// Has the devices do what they are told, tick by tick.
    pub(crate) fn actions(sources: &[Source]) -> Self {
        Self::post("actions", json!({ "actions": sources }))
    }

    /// Lets go of all that is held.
    pub(crate) fn release() -> Self {
        Self {
            method: Method::DELETE,
            path: "actions".into(),
            body: None,
        }
    }

    /// Types into an element; into a file input, the paths of files.
    pub(crate) fn send_keys(element: &str, text: &str) -> Self {
        Self::post(format!("element/{element}/value"), json!({ "text": text }))
    }

    /// The text of the dialog that is open.
    pub(crate) fn dialog() -> Self {
        Self::get("alert/text")
    }

    /// Cancels the dialog that is open.
    pub(crate) fn dismiss() -> Self {
        Self::post("alert/dismiss", json!({}))
    }

    /// An image of what the viewport of the current window shows.
    pub(crate) fn screenshot() -> Self {
        Self::get("screenshot")
    }

    /// Whether it runs a script.
    pub(crate) fn is_script(&self) -> bool {
        self.path == "execute/sync"
    }
}

/// What elements are called by in JSON.
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_addressed_to_its_session() {
        let base = Url::parse("http://127.0.0.1:4444/wd/hub/").unwrap();
        let command = Command::go("http://a.test/");
        let to = command.endpoint(&base, Some("s-1")).unwrap();
        assert_eq!(to.as_str(), "http://127.0.0.1:4444/wd/hub/session/s-1/url");
        let (method, body) = command.method_and_body(&to);
        assert_eq!(method, Method::POST);
        assert_eq!(body.as_deref(), Some(r#"{"url":"http://a.test/"}"#));
        assert_eq!(Command::url().method_and_body(&to).1, None);
    }
}
