//! A schema, read: what it says is known, or it is refused.

use serde_json::{Map, Value};

use super::{Bounds, Property, Range, Schema, Type};
use crate::error::{Error, Kind, Result};
use crate::injected::is_within;
use crate::locator::Locator;

/// What a schema may say that asks for nothing.
const REMARKS: [&str; 14] = [
    "$comment",
    "$id",
    "$schema",
    "additionalProperties",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "format",
    "readOnly",
    "title",
    "type",
    "writeOnly",
];

/// How many properties a schema may have.
const MOST_PROPERTIES: usize = 200;

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// [`Kind::Usage`]: what of it is not known here, and where.
    pub fn parse(schema: &Value) -> Result<Self> {
        let top = object(schema, "the schema")?;
        match top.get("type").and_then(Value::as_str) {
            Some("object") => Ok(Self {
                is_list: false,
                list: None,
                properties: properties(top, "the schema", &[])?,
                bounds: Bounds::default(),
            }),
            Some("array") => {
                known(top, "the schema", &["items", "minItems", "maxItems", "x-selector"])?;
                let Some(items) = top.get("items") else {
                    return Err(refused("the schema", "an array needs `items`: what each of them is"));
                };
                let items = object(items, "`items`")?;
                if items.get("type").and_then(Value::as_str) != Some("object") {
                    return Err(refused("`items`", "its `type` is not `object`"));
                }
                Ok(Self {
                    is_list: true,
                    list: locator(top, "the schema")?,
                    properties: properties(items, "`items`", &[])?,
                    bounds: bounds(top, "minItems", "maxItems", "the schema")?,
                })
            }
            _ => Err(refused("the schema", "its `type` is neither `object` nor `array`")),
        }
    }
}

fn refused(place: &str, why: &str) -> Error {
    Error::new(Kind::Usage, format!("failed to read {place}: {why}"))
        .with_hint("an example is in docs/extract.md: an object, or an array of objects, of plain values")
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| refused(place, "it is no JSON object"))
}

/// Whether all that is said is known.
fn known(schema: &Map<String, Value>, place: &str, words: &[&str]) -> Result<()> {
    let unknown = schema.keys().find(|key| {
        let key = key.as_str();
        !REMARKS.contains(&key) && !words.contains(&key)
    });
    match unknown {
        Some(key) => Err(refused(
            place,
            &format!("`{key}` is not known here, and would not be checked"),
        )),
        None => Ok(()),
    }
}

fn properties(schema: &Map<String, Value>, place: &str, more: &[&str]) -> Result<Vec<Property>> {
    let mut words = vec!["properties", "required"];
    words.extend(more);
    known(schema, place, &words)?;
    let Some(wanted) = schema
        .get("properties")
        .and_then(Value::as_object)
        .filter(|wanted| !wanted.is_empty())
    else {
        return Err(refused(place, "it has no `properties`"));
    };
    if wanted.len() > MOST_PROPERTIES {
        return Err(refused(
            place,
            &format!("it has more than {MOST_PROPERTIES} properties"),
        ));
    }
    let required = required(schema, place)?;
    if let Some(name) = required.iter().find(|name| !wanted.contains_key(**name)) {
        return Err(refused(place, &format!("`{name}` is required, but is no property")));
    }
    let read = |(name, schema): (&String, &Value)| property(name, schema, required.contains(&name.as_str()));
    wanted.iter().map(read).collect()
}

fn required<'a>(schema: &'a Map<String, Value>, place: &str) -> Result<Vec<&'a str>> {
    let Some(required) = schema.get("required") else {
        return Ok(Vec::new());
    };
    let names = required
        .as_array()
        .map(|names| names.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    names
        .flatten()
        .ok_or_else(|| refused(place, "`required` is no list of names"))
}

const OF_PROPERTIES: [&str; 15] = [
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "x-attribute",
    "x-decimal",
    "x-selector",
];

fn property(name: &str, schema: &Value, is_required: bool) -> Result<Property> {
    let place = format!("the property `{name}`");
    let schema = object(schema, &place)?;
    known(schema, &place, &OF_PROPERTIES)?;
    let (word, may_be_null) = type_of(schema, &place)?;
    let is_list = word == Some("array");
    let inner = match schema.get("items") {
        Some(items) if is_list => object(items, &place)?,
        Some(_) => return Err(refused(&place, "it has `items`, but is no array")),
        None => schema,
    };
    let (inner_word, is_inner_nullable) = if is_list && schema.contains_key("items") {
        known(inner, &place, &OF_PROPERTIES[..11])?;
        type_of(inner, &place)?
    } else if is_list {
        (None, false)
    } else {
        (word, false)
    };
    if is_inner_nullable {
        return Err(refused(&place, "what is in a list is never `null`"));
    }
    Ok(Property {
        name: name.to_owned(),
        selector: locator(schema, &place)?,
        attribute: text(schema, "x-attribute", &place)?,
        kind: kind(inner_word, &place)?,
        is_list,
        is_nullable: may_be_null || schema.get("nullable") == Some(&Value::Bool(true)),
        is_required,
        decimal: decimal(schema, &place)?,
        allowed: allowed(inner),
        range: range(inner, &place)?,
        bounds: bounds(schema, "minItems", "maxItems", &place)?,
    })
}

/// The type, and whether `null` is one of two.
fn type_of<'a>(schema: &'a Map<String, Value>, place: &str) -> Result<(Option<&'a str>, bool)> {
    match schema.get("type") {
        None => Ok((None, false)),
        Some(Value::String(word)) => Ok((Some(word), false)),
        Some(Value::Array(words)) => {
            let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
            let own: Vec<_> = words.iter().copied().filter(|word| *word != "null").collect();
            match own[..] {
                [word] => Ok((Some(word), words.len() > 1)),
                _ => Err(refused(place, "it may be of one type, and `null`")),
            }
        }
        Some(_) => Err(refused(place, "its `type` is no word")),
    }
}

fn kind(word: Option<&str>, place: &str) -> Result<Type> {
    Ok(match word {
        None => Type::Any,
        Some("string") => Type::String,
        Some("number") => Type::Number,
        Some("integer") => Type::Integer,
        Some("boolean") => Type::Boolean,
        Some(other) => {
            let why = format!("its type `{other}` is none of string, number, integer, boolean, or an array of these");
            return Err(refused(place, &why));
        }
    })
}

fn text(schema: &Map<String, Value>, key: &str, place: &str) -> Result<Option<String>> {
    match schema.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(refused(place, &format!("`{key}` is no text"))),
    }
}

fn decimal(schema: &Map<String, Value>, place: &str) -> Result<Option<char>> {
    match text(schema, "x-decimal", place)?.as_deref() {
        None => Ok(None),
        Some(".") => Ok(Some('.')),
        Some(",") => Ok(Some(',')),
        Some(_) => Err(refused(place, "`x-decimal` is neither `.` nor `,`")),
    }
}

fn locator(schema: &Map<String, Value>, place: &str) -> Result<Option<Locator>> {
    let Some(text) = text(schema, "x-selector", place)? else {
        return Ok(None);
    };
    let locator = Locator::parse(&text)?;
    let is_own = place == "the schema" || locator.steps().iter().all(is_within);
    if is_own {
        return Ok(Some(locator));
    }
    let why = "its `x-selector` looks in the item: refs, points and `frame:` have no place there";
    Err(refused(place, why))
}

fn allowed(schema: &Map<String, Value>) -> Option<Vec<Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => Some(vec![only.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    }
}

fn bounds(schema: &Map<String, Value>, least: &str, most: &str, place: &str) -> Result<Bounds> {
    let read = |key: &str| match schema.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| refused(place, &format!("`{key}` is no count"))),
    };
    Ok(Bounds {
        least: read(least)?,
        most: read(most)?,
    })
}

fn range(schema: &Map<String, Value>, place: &str) -> Result<Range> {
    let read = |key: &str| match schema.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_f64()
            .map(Some)
            .ok_or_else(|| refused(place, &format!("`{key}` is no number"))),
    };
    Ok(Range {
        minimum: read("minimum")?,
        above: read("exclusiveMinimum")?,
        maximum: read("maximum")?,
        below: read("exclusiveMaximum")?,
        length: bounds(schema, "minLength", "maxLength", place)?,
    })
}
