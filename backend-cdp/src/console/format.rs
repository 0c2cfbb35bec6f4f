//! Values of a page as a console would show them, and as JSON.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A value of a page.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Remote {
    r#type: String,
    subtype: Option<String>,
    value: Value,
    unserializable_value: Option<String>,
    pub(super) description: Option<String>,
    preview: Option<Preview>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Preview {
    overflow: bool,
    properties: Vec<Property>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Property {
    name: String,
    r#type: String,
    value: Option<String>,
}

/// The message as a console would show it, with `%s` and its like replaced.
pub(super) fn format(args: &[Remote]) -> String {
    let mut rest = args.iter();
    let mut text = String::new();
    if let Some(Value::String(pattern)) = args.first().map(|first| &first.value).filter(|_| args.len() > 1) {
        rest.next();
        fill(pattern, &mut rest, &mut text);
    }
    for arg in rest {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&plain(arg));
    }
    text
}

fn fill<'a>(pattern: &str, args: &mut impl Iterator<Item = &'a Remote>, text: &mut String) {
    let mut chars = pattern.chars().peekable();
    while let Some(next) = chars.next() {
        let Some(directive) = chars.peek().copied().filter(|_| next == '%') else {
            text.push(next);
            continue;
        };
        match directive {
            '%' => text.push('%'),
            's' | 'd' | 'i' | 'f' | 'o' | 'O' | 'j' => match args.next() {
                Some(arg) => text.push_str(&plain(arg)),
                None => text.extend(['%', directive]),
            },
            // Styles are not text.
            'c' => drop(args.next()),
            _ => {
                text.push('%');
                continue;
            }
        }
        chars.next();
    }
}

pub(super) fn plain(remote: &Remote) -> String {
    match (
        &remote.value,
        &remote.unserializable_value,
        &remote.description,
        &remote.preview,
    ) {
        (Value::String(text), ..) | (_, Some(text), ..) => text.clone(),
        (_, _, _, Some(_)) if remote.subtype.as_deref() != Some("error") => match json_of(remote) {
            Value::String(text) => text,
            value => value.to_string(),
        },
        (_, _, Some(description), _) => description.clone(),
        (Value::Null, ..) if remote.r#type == "undefined" => String::from("undefined"),
        (value, ..) => value.to_string(),
    }
}

/// The argument as JSON, as far as it has such a form: objects as deep as the browser previews them.
pub(super) fn json_of(remote: &Remote) -> Value {
    if let Some(text) = &remote.unserializable_value {
        return json!(text);
    }
    let Some(preview) = remote.preview.as_ref().filter(|preview| !preview.overflow) else {
        return match (&remote.value, &remote.description) {
            (Value::Null, Some(description)) => json!(description),
            (value, _) => value.clone(),
        };
    };
    let properties = preview.properties.iter();
    match remote.subtype.as_deref() {
        Some("array") => Value::Array(properties.map(value_of).collect()),
        None => Value::Object(
            properties
                .map(|property| (property.name.clone(), value_of(property)))
                .collect::<Map<_, _>>(),
        ),
        Some(_) => json!(remote.description),
    }
}

fn value_of(property: &Property) -> Value {
    let text = property.value.clone().unwrap_or_default();
    match property.r#type.as_str() {
        "number" | "boolean" => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        "undefined" => Value::Null,
        "object" if text == "null" => Value::Null,
        _ => Value::String(text),
    }
}
