//! The JSON Schemas of the lines of the four logs (spec: files, the logs).

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

/// What lines of every log have: its key, its type, what it is.
const COMMON: &[Key] = &[
    ("ts", "string", "When: ISO 8601, UTC, milliseconds."),
    ("pageId?", "string", "The page's id."),
    ("op?", "string", "The id of the command that caused it."),
];

const LOGS: &[Key] = &[
    ("level", "string", "error, warn, info, debug or trace."),
    ("target", "string", "The part of greenroom, for example command."),
    ("message", "string", "What happened."),
    ("fields", "object", "Its parts."),
];

const ACTIONS: &[Key] = &[
    ("source", "string", "user or agent."),
    ("action", "string", "click, fill, goto, …"),
    ("selector", "string|null", "The locator as it was written."),
    (
        "bestSemanticSelector",
        "string|null",
        "The canonical locator, unique at that moment.",
    ),
    ("nearbyText", "string|null", "The text around the element."),
    ("coordinates", "object|null", "Where in the viewport: x and y."),
    ("value", "string|null", "What was typed, chosen or asked for."),
    ("url", "string|null", "The page's address."),
    ("duration", "number|null", "Milliseconds."),
    ("success", "boolean", "Whether it was done."),
    ("error", "string|null", "Why it was not done."),
];

const NETWORK: &[Key] = &[
    ("method?", "string", "The request's method; not in a line with a kind."),
    ("url", "string", "The address."),
    (
        "status?",
        "integer|null",
        "The HTTP status; null where there was no answer.",
    ),
    ("contentType?", "string|null", "The answer's media type."),
    ("requestHeaders?", "object", "The request's headers, secrets masked."),
    ("responseHeaders?", "object", "The answer's headers, secrets masked."),
    ("postData?", "string|null", "The request's body, if it is text."),
    (
        "responseBody?",
        "string|null",
        "The answer's body, if it is text and short enough.",
    ),
    ("bodyOmitted?", "string|null", "Why there is no body."),
    ("bodySize?", "integer|null", "The bytes of the answer's body."),
    ("resourceType?", "string", "document, script, fetch, …"),
    ("durationMs?", "number", "Milliseconds from its start to its end."),
    (
        "timing?",
        "any",
        "Milliseconds of its parts, by the names of Resource Timing.",
    ),
    ("fromCache?", "boolean", "Answered without the network."),
    (
        "redirectOf?",
        "string|null",
        "The address that was redirected to this one.",
    ),
    ("initiator?", "any", "What caused it."),
    ("error?", "string|null", "Why it failed."),
    (
        "kind?",
        "string",
        "Of a message of a connection: websocket-sent, eventsource-message, …",
    ),
    ("data?", "string", "The message's payload."),
    ("binary?", "boolean", "Whether data is base64."),
];

const CONSOLE: &[Key] = &[
    ("type", "string", "log, warning, error, …, or pageerror."),
    ("text", "string", "The message as a console would show it."),
    ("args", "array", "The arguments, as far as they have a JSON form."),
    ("location", "object|null", "Where it was called: url, line, column."),
    ("stack", "string|null", "The stack, one frame a line."),
];

/// A key (with `?` where it may be missing), its JSON types, what it is.
type Key = (&'static str, &'static str, &'static str);

/// The schemas by their names.
pub(super) fn schemas() -> [(String, Schema); 4] {
    [
        ("logs", LOGS),
        ("actions", ACTIONS),
        ("network", NETWORK),
        ("console", CONSOLE),
    ]
    .map(|(log, keys)| {
        let schema = line(&format!("One line of {log}.jsonl"), keys);
        (format!("{log}.line"), schema)
    })
}

fn line(title: &str, keys: &[Key]) -> Schema {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, types, about) in COMMON.iter().chain(keys) {
        let name = key.trim_end_matches('?');
        if name == *key {
            required.push(name);
        }
        let mut property = json!({ "description": about });
        match types.split('|').collect::<Vec<_>>().as_slice() {
            ["any"] => {}
            [one] => property["type"] = json!(one),
            several => property["type"] = json!(several),
        }
        properties.insert(name.to_owned(), property);
    }
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": Value::Object(properties),
        "required": required,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that the journal's own tests keep, against these schemas.
    #[test]
    fn each_line_that_is_written_fits_its_schema() {
        for (name, schema) in schemas() {
            let log = name.trim_end_matches(".line");
            let golden = format!(
                "{}/../session-core/tests/golden/{log}.jsonl",
                env!("CARGO_MANIFEST_DIR")
            );
            let lines = std::fs::read_to_string(&golden).unwrap();
            assert!(!lines.is_empty());
            for line in lines.lines() {
                fits(&name, schema.as_value(), &serde_json::from_str(line).unwrap());
            }
        }
    }

    fn fits(name: &str, schema: &Value, line: &Map<String, Value>) {
        for key in schema["required"].as_array().unwrap() {
            assert!(line.contains_key(key.as_str().unwrap()), "{name}: {key} is missing");
        }
        for (key, value) in line {
            let property = schema["properties"]
                .get(key)
                .unwrap_or_else(|| panic!("{name}: {key} is not told"));
            let types = match &property["type"] {
                Value::Null => continue,
                Value::String(one) => vec![one.as_str()],
                several => several
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one.as_str().unwrap())
                    .collect(),
            };
            let is = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_u64() => "integer",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            let wide = is == "integer" && types.contains(&"number");
            assert!(wide || types.contains(&is), "{name}: {key} is {is}, not {types:?}");
        }
    }
}
