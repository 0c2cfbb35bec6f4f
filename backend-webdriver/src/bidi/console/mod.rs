//! Console calls and uncaught errors.

mod format;

use std::time::{Duration, SystemTime};

use greenroom_session_core::backend::{ConsoleRecord, Event, SourceLocation};
use serde_json::value::RawValue;

use self::format::{format, json_of};
use super::connection::read;
use super::error::Native;
use super::hub::Router;
use super::protocol::log::Entry;
use super::protocol::script::StackTrace;

impl Router {
    /// `log.entryAdded`. Drivers tell what was said before once more to whoever asks for events anew.
    pub(crate) fn console_event(&mut self, params: &RawValue) -> Result<(), Native> {
        let entry: Entry = read(params)?;
        let page = entry
            .source
            .context
            .as_deref()
            .and_then(|context| self.page_of(context));
        let Some(page) = page.cloned() else { return Ok(()) };
        let mut record = record(entry);
        if record.at < self.said {
            return Ok(());
        }
        self.said = record.at.min(SystemTime::now());
        record.page = Some(page.page_key().clone());
        if let Some(context) = self.context_of(&page) {
            context.sink.event(Event::Console(Box::new(record)));
        }
        Ok(())
    }
}

fn record(entry: Entry) -> ConsoleRecord {
    let level = level(&entry);
    let stack = entry.stack_trace.unwrap_or_default();
    let text = match entry.text {
        Some(text) if !format::says_more(&entry.args) => text,
        text => format(&entry.args, text.as_deref().unwrap_or_default()),
    };
    let text = if level == "pageerror" { first_line(&text) } else { text };
    ConsoleRecord {
        page: None,
        at: time(entry.timestamp),
        level,
        text,
        args: entry.args.iter().map(json_of).collect(),
        location: location(&stack),
        stack: text_of(&stack),
    }
}

/// The names that DevTools has for calls and their levels.
fn level(entry: &Entry) -> String {
    let name = match (entry.r#type.as_str(), entry.method.as_deref()) {
        ("javascript", _) if entry.level == "error" => "pageerror",
        (_, Some("warn")) => "warning",
        (_, Some("group")) => "startGroup",
        (_, Some("groupCollapsed")) => "startGroupCollapsed",
        (_, Some("groupEnd")) => "endGroup",
        (_, Some(method)) => method,
        (_, None) if entry.level == "warn" => "warning",
        (_, None) => &entry.level,
    };
    name.to_owned()
}

/// What an uncaught error says, without what browsers put before it.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let said = ["Uncaught (in promise) ", "Uncaught ", "uncaught exception: "];
    let bare = said.iter().find_map(|prefix| line.strip_prefix(prefix));
    bare.unwrap_or(line).to_owned()
}

fn time(milliseconds: f64) -> SystemTime {
    match Duration::try_from_secs_f64(milliseconds / 1000.0) {
        Ok(since) if milliseconds > 0.0 => SystemTime::UNIX_EPOCH + since,
        _ => SystemTime::now(),
    }
}

fn location(stack: &StackTrace) -> Option<SourceLocation> {
    let frame = stack.call_frames.first()?;
    Some(SourceLocation {
        url: frame.url.clone(),
        line: frame.line_number + 1,
        column: frame.column_number + 1,
    })
}

fn text_of(stack: &StackTrace) -> Option<String> {
    let lines: Vec<String> = stack.call_frames.iter().map(ToString::to_string).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(entry: Value) -> ConsoleRecord {
        record(serde_json::from_value(entry).unwrap())
    }

    #[test]
    fn a_call_has_the_level_that_devtools_has() {
        for (method, level) in [
            ("log", "log"),
            ("warn", "warning"),
            ("group", "startGroup"),
            ("table", "table"),
        ] {
            let record = told(json!({"type": "console", "method": method, "level": "info", "text": "x", "source": {}}));
            assert_eq!(record.level, level);
        }
        for text in [
            "Error: no\nmore",
            "Uncaught Error: no",
            "Uncaught (in promise) Error: no",
        ] {
            let error = told(json!({"type": "javascript", "level": "error", "text": text, "source": {}}));
            assert_eq!((error.level.as_str(), error.text.as_str()), ("pageerror", "Error: no"));
        }
    }

    #[test]
    fn an_entry_has_its_time_and_place() {
        let record = told(json!({
            "type": "console", "method": "log", "text": "x", "timestamp": 1000, "source": {"context": "c"},
            "stackTrace": {"callFrames": [{"functionName": "f", "url": "http://a/", "lineNumber": 1, "columnNumber": 2}]},
        }));
        assert_eq!(record.at, SystemTime::UNIX_EPOCH + Duration::from_secs(1));
        assert_eq!(record.location.unwrap().line, 2);
        assert_eq!(record.stack.as_deref(), Some("at f (http://a/:2:3)"));
    }

    #[test]
    fn objects_are_said_as_json() {
        let record = told(json!({
            "type": "console", "method": "log", "text": "an object Object(1)", "source": {},
            "args": [{"type": "string", "value": "an object"},
                     {"type": "object", "value": [["a", {"type": "number", "value": 1}]]}],
        }));
        assert_eq!(record.text, r#"an object {"a":1}"#);
        assert_eq!(record.args, [json!("an object"), json!({"a": 1})]);
    }
}
