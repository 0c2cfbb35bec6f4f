//! Console calls, uncaught errors and the browser's own messages.

mod format;

use std::time::{Duration, SystemTime};

use chromiumoxide::cdp::browser_protocol::log::ClearParams;
use chromiumoxide::cdp::js_protocol::runtime::DiscardConsoleEntriesParams;
use greenroom_session_core::backend::{ConsoleRecord, Event, SourceLocation};
use serde::Deserialize;
use serde_json::Value;

use self::format::{Remote, format, json_of, plain};
use crate::connection::{SessionId, read};
use crate::hub::Router;

/// After how many messages a target is told to forget those that it keeps for who attaches later.
const FORGETS: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    r#type: String,
    #[serde(default)]
    args: Vec<Remote>,
    #[serde(default)]
    timestamp: f64,
    stack_trace: Option<Stack>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stack {
    call_frames: Vec<CallFrame>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CallFrame {
    function_name: String,
    url: String,
    line_number: u32,
    column_number: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thrown {
    #[serde(default)]
    timestamp: f64,
    exception_details: Details,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    text: String,
    line_number: u32,
    column_number: u32,
    url: Option<String>,
    stack_trace: Option<Stack>,
    exception: Option<Remote>,
}

#[derive(Debug, Deserialize)]
struct Added {
    entry: Entry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    source: String,
    level: String,
    text: String,
    timestamp: f64,
    url: Option<String>,
    line_number: Option<u32>,
    stack_trace: Option<Stack>,
}

impl Router {
    /// Takes `Runtime.consoleAPICalled`, `Runtime.exceptionThrown` and `Log.entryAdded`.
    pub(crate) fn console_event(&mut self, id: &SessionId, method: &str, params: Value) {
        let record = match method {
            "Runtime.consoleAPICalled" => read(params).ok().map(called),
            "Runtime.exceptionThrown" => read(params).ok().map(thrown),
            _ => read(params).ok().and_then(added),
        };
        let (Some(mut record), Some(session)) = (record, self.sessions.get_mut(id)) else {
            return;
        };
        let Some(context) = self.contexts.get(&session.context) else {
            return;
        };
        // Of an attached browser, what was said before is not ours to tell.
        if !self.owned && record.at < context.since {
            return;
        }
        record.page = session.page.as_ref().map(|page| page.page_key().clone());
        context.sink.event(Event::Console(Box::new(record)));
        if !self.owned {
            return;
        }
        session.messages += 1;
        if session.messages >= FORGETS {
            session.messages = 0;
            self.forget_messages(id);
        }
    }

    /// Lets a target forget its messages: they are told, and whoever adopts it must not be told them again.
    pub(crate) fn forget_messages(&self, id: &SessionId) {
        self.wire.post(Some(id), DiscardConsoleEntriesParams::default());
        self.wire.post(Some(id), ClearParams::default());
    }

    /// The targets that hold messages which have been told.
    pub(crate) fn forget_all_messages(&mut self) {
        let mut told = Vec::new();
        for session in self.sessions.values_mut() {
            if std::mem::take(&mut session.messages) > 0 {
                told.push(SessionId::clone(&session.id));
            }
        }
        for id in &told {
            self.forget_messages(id);
        }
    }
}

fn called(call: Called) -> ConsoleRecord {
    let stack = call.stack_trace.unwrap_or_default();
    ConsoleRecord {
        page: None,
        at: time(call.timestamp),
        level: call.r#type,
        text: format(&call.args),
        args: call.args.iter().map(json_of).collect(),
        location: location(&stack),
        stack: text_of(&stack),
    }
}

fn thrown(thrown: Thrown) -> ConsoleRecord {
    let details = thrown.exception_details;
    let stack = details.stack_trace.unwrap_or_default();
    let described = details
        .exception
        .as_ref()
        .map(|exception| match &exception.description {
            Some(description) => description.clone(),
            None => format!("{} {}", details.text, plain(exception)),
        });
    let text = described.unwrap_or(details.text);
    let own = || {
        let url = details.url.clone()?;
        Some(SourceLocation {
            url,
            line: details.line_number + 1,
            column: details.column_number + 1,
        })
    };
    ConsoleRecord {
        page: None,
        at: time(thrown.timestamp),
        level: String::from("pageerror"),
        text: text.lines().next().unwrap_or_default().to_owned(),
        args: details.exception.iter().map(json_of).collect(),
        location: own().or_else(|| location(&stack)),
        stack: text_of(&stack).or_else(|| text.split_once('\n').map(|(_, rest)| rest.to_owned())),
    }
}

/// The browser's own messages; what scripts said is told by themselves.
fn added(added: Added) -> Option<ConsoleRecord> {
    let entry = added.entry;
    if matches!(entry.source.as_str(), "javascript" | "console-api" | "worker") {
        return None;
    }
    let stack = entry.stack_trace.unwrap_or_default();
    let own = entry.url.map(|url| SourceLocation {
        url,
        line: entry.line_number.unwrap_or(0) + 1,
        column: 1,
    });
    Some(ConsoleRecord {
        page: None,
        at: time(entry.timestamp),
        level: entry.level,
        text: entry.text,
        args: Vec::new(),
        location: own.or_else(|| location(&stack)),
        stack: text_of(&stack),
    })
}

fn time(milliseconds: f64) -> SystemTime {
    match Duration::try_from_secs_f64(milliseconds / 1000.0) {
        Ok(since) if milliseconds > 0.0 => SystemTime::UNIX_EPOCH + since,
        _ => SystemTime::now(),
    }
}

fn location(stack: &Stack) -> Option<SourceLocation> {
    let frame = stack.call_frames.first()?;
    Some(SourceLocation {
        url: frame.url.clone(),
        line: frame.line_number + 1,
        column: frame.column_number + 1,
    })
}

fn text_of(stack: &Stack) -> Option<String> {
    let line = |frame: &CallFrame| {
        let name = if frame.function_name.is_empty() {
            "<anonymous>"
        } else {
            &frame.function_name
        };
        format!(
            "at {name} ({}:{}:{})",
            frame.url,
            frame.line_number + 1,
            frame.column_number + 1
        )
    };
    let lines: Vec<String> = stack.call_frames.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(json: &str) -> ConsoleRecord {
        called(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn directives_are_filled_in() {
        let record = call(
            r#"{"type":"log","timestamp":1000,"args":[{"type":"string","value":"%s is %d%% %cbold"},
                {"type":"string","value":"it"},{"type":"number","value":5,"description":"5"},
                {"type":"string","value":"color: red"},{"type":"string","value":"rest"}]}"#,
        );
        assert_eq!(record.text, "it is 5% bold rest");
        assert_eq!(record.at, SystemTime::UNIX_EPOCH + Duration::from_secs(1));
    }

    #[test]
    fn objects_are_json_as_far_as_they_are_previewed() {
        let record = call(
            r#"{"type":"log","args":[{"type":"object","description":"Object","preview":{"overflow":false,
                "properties":[{"name":"a","type":"number","value":"1"},{"name":"b","type":"string","value":"x"}]}},
                {"type":"undefined"}]}"#,
        );
        assert_eq!(record.args, [json!({"a": 1, "b": "x"}), Value::Null]);
        assert_eq!(record.text, r#"{"a":1,"b":"x"} undefined"#);
    }

    #[test]
    fn an_uncaught_error_has_its_stack() {
        let record = thrown(
            serde_json::from_str(
                r#"{"timestamp":1,"exceptionDetails":{"text":"Uncaught","lineNumber":1,"columnNumber":2,"url":"http://a/",
                "exception":{"type":"object","subtype":"error","description":"Error: no\n    at f (http://a/:2:3)"}}}"#,
            )
            .unwrap(),
        );
        assert_eq!(
            (record.level.as_str(), record.text.as_str()),
            ("pageerror", "Error: no")
        );
        assert_eq!(record.location.unwrap().line, 2);
        assert!(record.stack.unwrap().contains("at f"));
    }

    #[test]
    fn what_scripts_said_is_not_told_twice() {
        let entry = |source: &str| serde_json::from_value(json!({"entry": {"source": source, "text": "x"}})).unwrap();
        assert!(added(entry("javascript")).is_none());
        assert!(added(entry("network")).is_some());
    }
}
