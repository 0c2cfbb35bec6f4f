//! All that is data in a document, as JSON; and what of it is left out.

use serde_json::{Map, Value, json};

use super::counted;
use super::raw::{Group, Microdata, RawData, RawForm, RawItem, RawTable};
use super::records::Records;

/// The data of a document. What it has none of is absent.
pub fn data(raw: RawData, notes: &mut Vec<String>) -> Map<String, Value> {
    let mut data = Map::new();
    let mut put = |key: &str, values: Vec<Value>| {
        if !values.is_empty() {
            data.insert(key.to_owned(), Value::Array(values));
        }
    };
    put("jsonLd", linked(&raw.linked, notes));
    put("microdata", microdata(raw.microdata, notes));
    let tables = raw.tables.into_iter();
    put("tables", tables.map(|read| table(read, notes)).collect());
    let definitions = raw.definitions.into_iter();
    put(
        "definitions",
        definitions.map(|pairs| Value::Object(merged(pairs))).collect(),
    );
    put("forms", raw.forms.into_iter().map(form).collect());
    put("repeated", raw.repeated.groups.into_iter().map(group).collect());
    if raw.repeated.more > 0 {
        let more = counted(raw.repeated.more, "more group");
        notes.push(format!("left out: {more} of elements that repeat"));
    }
    if !raw.meta.is_empty() {
        data.insert("meta".to_owned(), Value::Object(merged(raw.meta)));
    }
    let left = raw.tables_left;
    for (count, why) in [
        (left.hidden, "hidden"),
        (left.layout, "for layout only"),
        (left.more, "beyond what is read"),
    ] {
        if count > 0 {
            notes.push(format!("left out: {}, {why}", counted(count, "table")));
        }
    }
    data
}

/// Pairs as an object; several values of a name are a list.
fn merged(pairs: Vec<(String, Value)>) -> Map<String, Value> {
    let mut map = Map::new();
    let mut several = std::collections::BTreeSet::new();
    for (name, value) in pairs {
        match map.get_mut(&name) {
            None => drop(map.insert(name, value)),
            Some(Value::Array(values)) if several.contains(&name) => values.push(value),
            Some(first) => {
                *first = json!([first.take(), value]);
                several.insert(name);
            }
        }
    }
    map
}

fn linked(texts: &[Option<String>], notes: &mut Vec<String>) -> Vec<Value> {
    let mut values = Vec::new();
    for text in texts {
        match text.as_deref().map(serde_json::from_str::<Value>) {
            Some(Ok(value)) => values.push(value),
            Some(Err(error)) => notes.push(format!("a script of JSON-LD is left out: it cannot be read: {error}")),
            None => notes.push("a script of JSON-LD is left out: it is too large".to_owned()),
        }
    }
    values
}

fn microdata(raw: Microdata, notes: &mut Vec<String>) -> Vec<Value> {
    let more = raw.total.saturating_sub(raw.items.len());
    if more > 0 {
        notes.push(format!("left out: {} more of microdata", counted(more, "item")));
    }
    if raw.left > 0 {
        let why = "in themselves, too deep or too many";
        let left = counted(raw.left, "item");
        notes.push(format!("left out: {left} of microdata in others, {why}"));
    }
    if raw.is_cut {
        notes.push("the page has more microdata than is read".to_owned());
    }
    raw.items.into_iter().map(item).collect()
}

/// As HTML writes microdata as JSON: each property is a list. The depth is bounded by the engine.
fn item(RawItem(types, id, properties): RawItem) -> Value {
    let mut told = Map::new();
    if !types.is_empty() {
        told.insert("type".to_owned(), types.into());
    }
    if let Some(id) = id {
        told.insert("id".to_owned(), id.into());
    }
    let values = |values: Vec<Value>| values.into_iter().map(property).collect::<Vec<_>>();
    let properties = properties.into_iter().map(|(name, own)| (name, values(own).into()));
    told.insert("properties".to_owned(), Value::Object(properties.collect()));
    Value::Object(told)
}

fn property(mut value: Value) -> Value {
    let Some(inner) = value.get_mut("item").map(Value::take) else {
        return value;
    };
    serde_json::from_value(inner).map_or(Value::Null, item)
}

fn table(raw: RawTable, notes: &mut Vec<String>) -> Value {
    let mut told = Map::new();
    let name = if raw.caption.is_empty() {
        "a table".to_owned()
    } else {
        format!("the table {:?}", raw.caption)
    };
    let more = raw.total.saturating_sub(raw.rows.len());
    if more > 0 {
        let total = raw.total;
        let more = counted(more, "more row");
        notes.push(format!("{more} of {name}: --max {total} reads all"));
    }
    if raw.more_columns > 0 {
        let more = counted(raw.more_columns, "more column");
        notes.push(format!("{more} of {name}: --max N reads them"));
    }
    if !raw.caption.is_empty() {
        told.insert("caption".to_owned(), raw.caption.into());
    }
    let rows = raw.rows.into_iter().map(|row| match &raw.columns {
        Some(columns) => Value::Object(columns.iter().cloned().zip(row).collect()),
        None => Value::Array(row),
    });
    told.insert("rows".to_owned(), rows.collect());
    told.insert("total".to_owned(), raw.total.into());
    Value::Object(told)
}

/// Elements that repeat: how `--list` gets them, and what the first one has.
fn group(raw: Group) -> Value {
    let first = Records::new(vec![raw.first], &[]).items.pop().unwrap_or_default();
    json!({ "selector": raw.selector, "count": raw.count, "first": first })
}

fn form(raw: RawForm) -> Value {
    let mut told = Map::new();
    for (key, text) in [("name", raw.name), ("action", raw.action)] {
        if !text.is_empty() {
            told.insert(key.to_owned(), text.into());
        }
    }
    told.insert("fields".to_owned(), Value::Object(merged(raw.pairs)));
    Value::Object(told)
}
