//! Values of a page as a console would show them, and as JSON.

use serde_json::{Map, Value, json};

use crate::bidi::protocol::script::Remote;

/// How deep values are followed.
const DEEPEST: usize = 8;

/// Whether the values say more than the driver's own text: of objects it says `Object(1)`. Of errors, the text is all
/// that there is.
pub(super) fn says_more(args: &[Remote]) -> bool {
    let has = |kinds: &[&str]| args.iter().any(|arg| kinds.contains(&arg.r#type.as_str()));
    has(&["object", "array"]) && !has(&["error"])
}

/// The message as a console would show it. `text` is the driver's own, in which directives are replaced.
pub(super) fn format(args: &[Remote], text: &str) -> String {
    let directives = match args.first().map(|first| &first.value) {
        Some(Value::String(pattern)) => pattern.contains('%'),
        _ => false,
    };
    if directives {
        return text.to_owned();
    }
    let words: Vec<String> = args.iter().map(plain).collect();
    words.join(" ")
}

fn plain(remote: &Remote) -> String {
    match json_of(remote) {
        Value::String(text) => text,
        Value::Null if remote.r#type == "undefined" => String::from("undefined"),
        value => value.to_string(),
    }
}

/// The argument as JSON, as far as it has such a form.
pub(super) fn json_of(remote: &Remote) -> Value {
    value_of(&remote.r#type, &remote.value, DEEPEST)
}

fn value_of(kind: &str, value: &Value, depth: usize) -> Value {
    match (kind, value) {
        ("undefined" | "null", _) => Value::Null,
        ("array" | "set" | "nodelist" | "htmlcollection", Value::Array(items)) if depth > 0 => {
            items.iter().map(|item| nested(item, depth)).collect()
        }
        ("object" | "map", Value::Array(entries)) if depth > 0 => {
            let entry = |entry: &Value| Some((key(entry.get(0)?), nested(entry.get(1)?, depth)));
            Value::Object(entries.iter().filter_map(entry).collect::<Map<_, _>>())
        }
        ("regexp", Value::Object(parts)) => {
            let part = |name| parts.get(name).and_then(Value::as_str).unwrap_or_default();
            json!(format!("/{}/{}", part("pattern"), part("flags")))
        }
        (_, Value::Null | Value::Array(_) | Value::Object(_)) => json!(kind),
        (_, value) => value.clone(),
    }
}

fn nested(remote: &Value, depth: usize) -> Value {
    value_of(remote["type"].as_str().unwrap_or_default(), &remote["value"], depth - 1)
}

/// A key of an object, or of a map.
fn key(key: &Value) -> String {
    match key {
        Value::String(key) => key.clone(),
        remote => match nested(remote, 1) {
            Value::String(key) => key,
            other => other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(value: Value) -> Remote {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn each_kind_of_value_has_a_form() {
        for (value, wanted) in [
            (json!({"type": "undefined"}), Value::Null),
            (json!({"type": "number", "value": "NaN"}), json!("NaN")),
            (json!({"type": "bigint", "value": "12"}), json!("12")),
            (json!({"type": "function"}), json!("function")),
            (json!({"type": "node", "value": {"nodeType": 1}}), json!("node")),
            (
                json!({"type": "regexp", "value": {"pattern": "re", "flags": "g"}}),
                json!("/re/g"),
            ),
            (
                json!({"type": "map", "value": [[{"type": "number", "value": 1}, {"type": "null"}]]}),
                json!({"1": null}),
            ),
            (
                json!({"type": "array", "value": [{"type": "boolean", "value": true}]}),
                json!([true]),
            ),
        ] {
            assert_eq!(json_of(&remote(value.clone())), wanted, "{value}");
        }
    }

    #[test]
    fn what_is_too_deep_is_named() {
        let mut value = json!({"type": "number", "value": 1});
        for _ in 0..100 {
            value = json!({"type": "array", "value": [value]});
        }
        assert!(json_of(&remote(value)).to_string().contains("[\"array\"]"));
    }

    #[test]
    fn directives_are_the_drivers_business() {
        let args = [
            remote(json!({"type": "string", "value": "%s!"})),
            remote(json!({"type": "object", "value": []})),
        ];
        assert_eq!(format(&args, "Object(0)!"), "Object(0)!");
    }
}
