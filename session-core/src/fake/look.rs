//! How fake pages answer the page-side engine: by rows that a test writes down as the page's own global `rows`, a list of
//! `{ "role", "name", "depth"?, "props"?, "frame"? }`. `frame` is the `id` of an element whose frame is looked at by itself.
//! Without rows, the body is one row of text.

use serde_json::{Value, json};

use super::script::{FakeAnswer, FakeScope};
use crate::injected::WAITING;

/// The global that holds the refs by the row's place; 0 where there is none.
const REFS: &str = "greenroom refs";

/// `greenroom engine`: `look`, `name`, and `read` of `count`, `text` and `visible` by ref.
pub(super) fn engine(page: &FakeScope<'_>, args: &[Value]) -> FakeAnswer {
    // The first one is whose engine it is: here all have one.
    let params = args.get(2).cloned().unwrap_or_default();
    let answer = match args.get(1).and_then(Value::as_str) {
        Some("look") => look(page, &params),
        Some("name") => name(page, &params),
        Some("read") => read(page, &params),
        _ => return FakeAnswer::Throw("the fake has no such method".to_owned()),
    };
    FakeAnswer::Value(answer.to_string().into())
}

/// `greenroom frames`: the frames that a look leaves to others.
pub(super) fn foreign_frames(page: &FakeScope<'_>, _: &[Value]) -> FakeAnswer {
    let rows = rows(page);
    let frames = rows.iter().filter_map(|row| row["frame"].as_str());
    FakeAnswer::Elements(frames.map(|id| Some(id.to_owned())).collect())
}

fn rows(page: &FakeScope<'_>) -> Vec<Value> {
    match page.own_global("rows") {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    }
}

/// The refs by the row's place, as many as there are rows.
fn refs(page: &FakeScope<'_>) -> Vec<u64> {
    let known = page.global(REFS).unwrap_or_default();
    let mut refs: Vec<_> = known
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    refs.resize(rows(page).len(), 0);
    refs
}

const fn is_waiting(number: u64) -> bool {
    number >= WAITING as u64
}

fn look(page: &FakeScope<'_>, params: &Value) -> Value {
    let (mut next, end) = (
        params["base"].as_u64().unwrap_or(0),
        params["end"].as_u64().unwrap_or(0),
    );
    let (rows, mut refs, mut pending) = (rows(page), refs(page), 0);
    for number in refs.iter_mut().filter(|number| **number == 0 || is_waiting(**number)) {
        if next < end {
            *number = next;
            next += 1;
        } else {
            *number = u64::from(WAITING) + pending;
            pending += 1;
        }
    }
    page.set_global(REFS, json!(refs));
    let mut frames = 0;
    let mut seen = Vec::new();
    for (row, number) in rows.iter().zip(refs) {
        seen.push(element(row, number, &mut frames));
    }
    if seen.is_empty() {
        seen.push(json!([0, "text", page.body()]));
    }
    json!({
        "next": next, "pending": pending, "url": page.url(), "title": page.title(), "frames": frames, "rows": seen,
        "html": page.html(),
    })
}

fn element(row: &Value, number: u64, frames: &mut usize) -> Value {
    let depth = row["depth"].as_u64().unwrap_or(0);
    let mut props = row.get("props").cloned().unwrap_or_else(|| json!({}));
    if row["frame"].is_string() {
        props["frame"] = json!(frames);
        *frames += 1;
    }
    json!([depth, row["role"], row["name"], number, props])
}

fn name(page: &FakeScope<'_>, params: &Value) -> Value {
    let base = params["base"].as_u64().unwrap_or(0);
    let mut refs = refs(page);
    for number in refs.iter_mut().filter(|number| is_waiting(**number)) {
        *number = *number - u64::from(WAITING) + base;
    }
    page.set_global(REFS, json!(refs));
    json!({ "value": null })
}

fn read(page: &FakeScope<'_>, params: &Value) -> Value {
    let Some(number) = params["target"]["ref"].as_u64() else {
        return json!({ "error": { "kind": "none", "message": "0" } });
    };
    let place = refs(page).iter().position(|given| *given == number);
    let Some(row) = place.and_then(|place| rows(page).get(place).cloned()) else {
        return json!({ "error": { "kind": "unknown", "message": format!("e{number}") } });
    };
    match params["what"].as_str() {
        Some("count") => json!({ "value": 1 }),
        Some("visible") => json!({ "value": true }),
        _ => json!({ "value": row["name"] }),
    }
}
