//! What a function came to: its value from JSON, or what it has thrown.

use greenroom_session_core::{Applied, Error, Kind, Result};
use serde_json::Value;

use super::evaluate::DOING;
use super::protocol::script::{Exception, Remote};

/// The JSON value that a function came to; nothing is null.
pub(crate) fn json(result: Remote) -> Result<Value> {
    let Value::String(text) = result.value else {
        return Ok(Value::Null);
    };
    serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&well_formed(&text)))
        .map_err(|error| {
            let message = format!("failed to {DOING}: what it answers is no JSON: {error}");
            Error::new(Kind::Script, message).with_applied(Applied::Unknown)
        })
}

/// JSON whose texts hold no halves of surrogate pairs: JavaScript writes them, and they are no Unicode.
fn well_formed(json: &str) -> String {
    let unit = |at: usize| {
        let hex = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok()
    };
    let mut whole = String::with_capacity(json.len());
    let mut at = 0;
    while at < json.len() {
        let length = match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                whole.push_str("\\ufffd");
                at += 6;
                continue;
            }
            _ if json[at..].starts_with('\\') => 2,
            _ => json[at..].find('\\').unwrap_or(json.len() - at),
        };
        whole.push_str(&json[at..at + length]);
        at += length;
    }
    whole
}

pub(crate) fn thrown(exception: &Exception, lines_before: u32) -> Error {
    let value = &exception.exception.value;
    let what = match value {
        Value::String(text) if exception.exception.r#type == "string" => text,
        _ => &exception.text,
    };
    let line = exception.line_number.saturating_sub(lines_before);
    let frames = exception.stack_trace.call_frames.iter();
    let stack: Vec<String> = frames.map(ToString::to_string).collect();
    let first = what.lines().next().unwrap_or_default();
    Error::new(
        Kind::Script,
        format!("script threw {first} at {}:{}", line + 1, exception.column_number + 1),
    )
    .with_applied(Applied::Unknown)
    .with_context("stack", stack.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(text: &str) -> Remote {
        serde_json::from_value(json!({"type": "string", "value": text})).unwrap()
    }

    #[test]
    fn a_result_is_json_or_nothing() {
        assert_eq!(json(answer(r#"{"a":[1,null]}"#)).unwrap(), json!({"a": [1, null]}));
        assert_eq!(json(Remote::default()).unwrap(), Value::Null);
        assert_eq!(json(answer("what a page made of it")).unwrap_err().kind(), Kind::Script);
    }

    #[test]
    fn halves_of_characters_are_replaced_and_whole_ones_kept() {
        let text = r#"["\ud83c\udfad","\udead","a\\ud800","\ud800x","ž\n"]"#;
        let wanted = json!(["🎭", "\u{fffd}", "a\\ud800", "\u{fffd}x", "ž\n"]);
        assert_eq!(json(answer(text)).unwrap(), wanted);
    }

    #[test]
    fn an_exception_says_what_and_where() {
        let exception: Exception = serde_json::from_value(json!({
            "text": "TypeError: no", "lineNumber": 6, "columnNumber": 12, "exception": {"type": "error"},
            "stackTrace": {"callFrames": [{"functionName": "f", "url": "x", "lineNumber": 0, "columnNumber": 1}]},
        }))
        .unwrap();
        let error = thrown(&exception, 6);
        assert_eq!(error.message(), "script threw TypeError: no at 1:13");
        assert!(error.context().contains(&("stack", "at f (x:1:2)".to_owned())));
        let plain: Exception =
            serde_json::from_value(json!({"text": "oops", "exception": {"type": "string", "value": "oops\nno"}}))
                .unwrap();
        assert_eq!(thrown(&plain, 0).message(), "script threw oops at 1:1");
    }
}
