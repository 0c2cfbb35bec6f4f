//! How fake pages answer the page-side engine: by rows that a test writes down as the global `rows` of the page, a list
//! of `{ "role", "name", "depth"?, "props"? }`. Without them, the body is one row of text.

use serde_json::{Value, json};

use super::script::{FakeAnswer, FakeScope};

/// The global that holds the refs by the row's place.
const REFS: &str = "greenroom refs";

/// `greenroom engine`: `look`, `read` of `count`, `text` and `visible` by ref, `name`.
pub(super) fn engine(page: &FakeScope<'_>, args: &[Value]) -> FakeAnswer {
    let params = args.get(1).cloned().unwrap_or_default();
    let answer = match args.first().and_then(Value::as_str) {
        Some("look") => look(page, &params),
        Some("read") => read(page, &params),
        Some("name") => json!({ "value": null }),
        _ => return FakeAnswer::Throw("the fake has no such method".to_owned()),
    };
    FakeAnswer::Value(answer.to_string().into())
}

fn rows(page: &FakeScope<'_>) -> Vec<Value> {
    match page.global("rows") {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    }
}

fn refs(page: &FakeScope<'_>) -> Vec<u64> {
    let refs = page.global(REFS).unwrap_or_default();
    refs.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

fn look(page: &FakeScope<'_>, params: &Value) -> Value {
    let (rows, mut refs) = (rows(page), refs(page));
    let mut next = params["base"].as_u64().unwrap_or(1);
    while refs.len() < rows.len() {
        refs.push(next);
        next += 1;
    }
    page.set_global(REFS, json!(refs));
    let mut seen: Vec<_> = rows
        .iter()
        .zip(&refs)
        .map(|(row, number)| element(row, *number))
        .collect();
    if seen.is_empty() {
        seen.push(json!([0, "text", page.body()]));
    }
    json!({
        "next": next, "pending": 0, "url": page.url(), "title": page.title(), "frames": 0, "rows": seen,
        "html": page.html(),
    })
}

fn element(row: &Value, number: u64) -> Value {
    let depth = row["depth"].as_u64().unwrap_or(0);
    let props = row.get("props").cloned().unwrap_or_else(|| json!({}));
    json!([depth, row["role"], row["name"], number, props])
}

fn read(page: &FakeScope<'_>, params: &Value) -> Value {
    let Some(number) = params["target"]["ref"].as_u64() else {
        return json!({ "error": { "kind": "none", "message": "0" } });
    };
    let found = refs(page)
        .iter()
        .position(|given| *given == number)
        .and_then(|place| rows(page).get(place).cloned());
    let Some(row) = found else {
        return json!({ "error": { "kind": "unknown", "message": format!("e{number}") } });
    };
    match params["what"].as_str() {
        Some("count") => json!({ "value": 1 }),
        Some("visible") => json!({ "value": true }),
        _ => json!({ "value": row["name"] }),
    }
}
