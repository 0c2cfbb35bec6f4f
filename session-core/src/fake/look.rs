//! How fake pages answer the page-side engine: by rows that a test writes down as the page's own global `rows`, a list of
//! `{ "role", "name", "depth"?, "props"?, "frame"? }`. `frame` is the `id` of an element whose frame is looked at by itself.
//! Without rows, the body is one row of text. What is to be extracted is the global `extract`, as the engine would answer it.

use serde_json::{Value, json};

use super::script::{FakeAnswer, FakeScope};
use crate::injected::WAITING;

/// The global that holds the refs by the row's place; 0 where there is none.
const REFS: &str = "greenroom refs";

/// `greenroom engine`: `look`, `name`, `extract`, `scroll`, and `read` of `count`, `ref`, `text` and `visible` by ref or by role and name.
pub(super) fn engine(page: &FakeScope<'_>, args: &[Value]) -> FakeAnswer {
    // The first one is whose engine it is: here all have one.
    let params = args.get(2).cloned().unwrap_or_default();
    let answer = match args.get(1).and_then(Value::as_str) {
        Some("look") => look(page, &params),
        Some("name") => name(page, &params),
        Some("read") => read(page, &params),
        Some("extract") => extract(page, &params),
        Some("scroll") => scroll(page, &params),
        _ => return FakeAnswer::Throw("the fake has no such method".to_owned()),
    };
    FakeAnswer::Value(answer.to_string().into())
}

fn scroll(page: &FakeScope<'_>, params: &Value) -> Value {
    let by = |key: &str| params[key].as_f64().unwrap_or_default();
    let (x, y) = page.scroll();
    page.scroll_to(x + by("x"), y + by("y"));
    let (x, y) = page.scroll();
    json!({ "value": { "x": x, "y": y } })
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
    let target = &params["target"];
    let what = params["what"].as_str().unwrap_or_default();
    let found = match find(page, &target["steps"][0]) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let rows = rows(page);
    match (what, &found[..]) {
        ("count", _) => json!({ "value": found.len() }),
        ("visible", []) => json!({ "value": false }),
        (_, []) => refusal(
            "none",
            "0",
            json!({ "step": 0, "near": near(&rows, &target["steps"][0]) }),
        ),
        ("visible", [_]) => json!({ "value": true }),
        ("ref", [place]) => {
            let (mut refs, next) = (refs(page), number(target));
            let next = bind(&mut refs, *place, next);
            page.set_global(REFS, json!(refs));
            json!({ "value": refs[*place], "next": next })
        }
        (_, [place]) => json!({ "value": rows[*place]["name"] }),
        (_, several) => list(page, several, target),
    }
}

/// What a test has written down as the page's global `extract`; no list has items where it has none.
fn extract(page: &FakeScope<'_>, params: &Value) -> Value {
    let mut told = page.own_global("extract").unwrap_or_else(|| json!({}));
    if params.get("target").is_some() && told["items"].as_array().is_none_or(Vec::is_empty) {
        return refusal("none", "0", json!({ "step": 0, "near": [] }));
    }
    told["url"] = page.url().into();
    told["title"] = page.title().into();
    json!({ "value": told })
}

/// The next number that a question has for refs; 0 without any.
fn number(target: &Value) -> u64 {
    match target["end"].as_u64() {
        None | Some(0) => 0,
        Some(_) => target["base"].as_u64().unwrap_or(0),
    }
}

/// Gives a row a number where it has none; answers the next one.
fn bind(refs: &mut [u64], place: usize, next: u64) -> u64 {
    if refs[place] != 0 || next == 0 {
        return next;
    }
    refs[place] = next;
    next + 1
}

fn refusal(kind: &str, message: &str, more: Value) -> Value {
    let mut error = json!({ "kind": kind, "message": message });
    if let (Some(error), Value::Object(more)) = (error.as_object_mut(), more) {
        error.extend(more);
    }
    json!({ "error": error })
}

/// The rows that a step means: by ref, or by role and name. CSS finds nothing.
fn find(page: &FakeScope<'_>, step: &Value) -> Result<Vec<usize>, Value> {
    let rows = rows(page);
    if let Some(number) = step["number"].as_u64() {
        let place = refs(page).iter().position(|given| *given == number);
        let place = place.filter(|place| *place < rows.len());
        return place
            .map(|place| vec![place])
            .ok_or_else(|| refusal("unknown", &format!("e{number}"), json!({})));
    }
    if step["by"] != "role" {
        return Ok(Vec::new());
    }
    let part = step["name"]["part"].as_str().unwrap_or_default().to_lowercase();
    let is_meant = |row: &Value| {
        let name = row["name"].as_str().unwrap_or_default();
        row["role"] == step["role"] && name.to_lowercase().contains(&part)
    };
    Ok((0..rows.len()).filter(|place| is_meant(&rows[*place])).collect())
}

/// The names of that role.
fn near(rows: &[Value], step: &Value) -> Vec<Value> {
    let alike = rows.iter().filter(|row| row["role"] == step["role"]);
    alike.map(|row| row["name"].clone()).take(3).collect()
}

/// Several matches, with refs where there are numbers.
fn list(page: &FakeScope<'_>, found: &[usize], target: &Value) -> Value {
    let (rows, mut refs, mut next) = (rows(page), refs(page), number(target));
    let mut matches = Vec::new();
    for place in found {
        next = bind(&mut refs, *place, next);
        let reference = (target["end"] != 0).then_some(refs[*place]);
        matches.push(json!({ "ref": reference, "what": rows[*place]["role"], "text": rows[*place]["name"] }));
    }
    page.set_global(REFS, json!(refs));
    refusal(
        "several",
        &found.len().to_string(),
        json!({ "step": 0, "matches": matches, "next": next }),
    )
}
