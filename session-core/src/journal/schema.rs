//! The JSON Schemas of the lines, from the types that they are written by.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::Log;
use super::entry::{ActionEntry, ConsoleLine, FrameLine, LogLine, NetworkLine};

/// The schema of one line of a log.
pub fn schema(log: Log) -> Schema {
    match log {
        Log::Logs => of::<LogLine<'_>>(),
        Log::Actions => of::<ActionEntry>(),
        Log::Console => of::<ConsoleLine<'_>>(),
        Log::Network => network(),
    }
}

fn of<T: JsonSchema>() -> Schema {
    generator().into_root_schema_for::<T>()
}

/// A line of network.jsonl is a request or a message of a connection.
fn network() -> Schema {
    let mut generator = generator();
    let (request, message) = (
        generator.subschema_for::<NetworkLine<'_>>(),
        generator.subschema_for::<FrameLine<'_>>(),
    );
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of network.jsonl",
        "description": "A line with a `kind` is a message of a connection, any other a request.",
        "type": "object",
        "anyOf": [request, message],
        "$defs": Value::Object(generator.take_definitions(true)),
    })
}

/// For what is written: a key is required unless it can be left out.
fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that the journal's own tests keep, against these schemas.
    #[test]
    fn each_line_that_is_written_fits_its_schema() {
        for log in Log::ALL {
            let schema = schema(log).to_value();
            for line in golden(log) {
                assert_eq!(misfit(&schema, &schema, &line), None, "{log:?}: {line}");
            }
        }
    }

    #[test]
    fn a_line_of_another_form_does_not_fit() {
        for log in Log::ALL {
            let schema = schema(log).to_value();
            for line in golden(log) {
                let keys: Vec<String> = line.as_object().unwrap().keys().cloned().collect();
                for key in keys.iter().filter(|key| !matches!(key.as_str(), "pageId" | "op")) {
                    let mut without = line.clone();
                    without.as_object_mut().unwrap().remove(key);
                    assert!(misfit(&schema, &schema, &without).is_some(), "{log:?} without {key}");
                }
                let mut other = line.clone();
                other["ts"] = Value::Bool(true);
                other["untold"] = Value::Null;
                assert!(misfit(&schema, &schema, &other).is_some(), "{log:?}: {other}");
            }
        }
    }

    fn golden(log: Log) -> Vec<Value> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let text = std::fs::read_to_string(folder.join(log.file_name())).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(!lines.is_empty(), "{log:?}");
        lines
    }

    /// Where a value does not fit, by the keywords that these schemas use; a key that is not told does not fit either.
    fn misfit(root: &Value, schema: &Value, value: &Value) -> Option<String> {
        if let Some(path) = schema["$ref"].as_str() {
            return misfit(root, root.pointer(path.trim_start_matches('#')).unwrap(), value);
        }
        if let Some(any) = schema["anyOf"].as_array() {
            let misfits: Vec<_> = any.iter().map(|one| misfit(root, one, value)).collect();
            return misfits.iter().all(Option::is_some).then(|| format!("{misfits:?}"));
        }
        misfit_of_type(&schema["type"], value)
            .or_else(|| misfit_within(root, schema, value))
            .or_else(|| {
                value
                    .as_array()
                    .and_then(|items| items.iter().find_map(|item| misfit(root, &schema["items"], item)))
            })
    }

    fn misfit_of_type(types: &Value, value: &Value) -> Option<String> {
        let is = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let fits = |name: &Value| name == is || (name == "number" && is == "integer");
        let any = match types {
            Value::Null => true,
            Value::Array(several) => several.iter().any(fits),
            one => fits(one),
        };
        (!any).then(|| format!("{value} is {is}, not {types}"))
    }

    fn misfit_within(root: &Value, schema: &Value, value: &Value) -> Option<String> {
        let (object, told) = (value.as_object()?, schema["properties"].as_object()?);
        let required = schema["required"].as_array().into_iter().flatten();
        let mut missing = required
            .filter_map(Value::as_str)
            .filter(|key| !object.contains_key(*key));
        if let Some(key) = missing.next() {
            return Some(format!("{key} is missing"));
        }
        object.iter().find_map(|(key, value)| match told.get(key) {
            Some(schema) => misfit(root, schema, value).map(|why| format!("{key}: {why}")),
            None => Some(format!("{key} is not told")),
        })
    }
}
