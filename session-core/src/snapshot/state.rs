//! The states of an element: which are told, and how.

use serde_json::Value;

use super::row::Props;
use super::scalar::{Quoting, write_quoted};
use super::word::{is_token, write_word};

/// States that are told when they are false. That of `checked` and `selected` is known from the role; `expanded=false`
/// says that there is something to expand, `pressed=false` that a button stays pressed.
const TOLD_FALSE: [&str; 2] = ["expanded", "pressed"];

/// States that often only repeat the value.
const LIKE_VALUE: [&str; 2] = ["valuenow", "valuetext"];

/// The states that tell something.
pub(super) fn told(props: &Props) -> impl Iterator<Item = (&str, &Value)> {
    let value = props.value.as_deref();
    let tells = move |key: &str, state: &Value| match state {
        Value::Null => false,
        Value::Bool(false) => TOLD_FALSE.contains(&key),
        _ if value.is_none() || !LIKE_VALUE.contains(&key) => true,
        Value::String(text) => value != Some(text),
        other => value != Some(&other.to_string()),
    };
    props
        .states
        .iter()
        .map(|(key, state)| (key.as_str(), state))
        .filter(move |(key, state)| tells(key, state))
}

/// Writes a state: its name in brackets, and what it is if that is not `true`.
pub(super) fn write_state(out: &mut String, key: &str, value: &Value) {
    out.push_str(" [");
    write_word(out, key);
    match value {
        Value::Bool(true) => {}
        Value::Bool(false) => out.push_str("=false"),
        Value::String(text) if is_token(text) => {
            out.push('=');
            out.push_str(text);
        }
        Value::String(text) => {
            out.push('=');
            write_quoted(out, text, Quoting::Json);
        }
        Value::Number(number) => {
            out.push('=');
            out.push_str(&number.to_string());
        }
        other => {
            out.push('=');
            write_quoted(out, &other.to_string(), Quoting::Json);
        }
    }
    out.push(']');
}
