//! The functions that fake pages know without being taught. Each is the JavaScript that a real page would run.

use std::sync::Arc;

use serde_json::{Value, json};

use super::script::{FakeAnswer, FakeScope, Scripts};
use super::site::{FakeConsole, FakeDialog, FakeFetch};
use crate::backend::{DialogAnswer, DialogKind};

type Function = fn(&FakeScope<'_>, &[Value]) -> FakeAnswer;

const FUNCTIONS: &[(&str, Function)] = &[
    ("greenroom engine", super::look::engine),
    ("greenroom frames", super::look::foreign_frames),
    ("() => document.title", |page, _| page.title().into()),
    ("() => location.href", |page, _| page.url().into()),
    ("() => document.URL", |page, _| page.url().into()),
    ("() => document.documentElement.outerHTML", |page, _| page.html().into()),
    ("() => document.body.innerHTML", |page, _| page.body().into()),
    ("() => document.readyState", |_, _| "complete".into()),
    ("() => document.cookie", |page, _| page.cookie().into()),
    ("text => { document.cookie = text; }", |page, args| {
        page.set_cookie(text(args, 0));
        Value::Null.into()
    }),
    ("title => { document.title = title; }", |page, args| {
        page.set_title(text(args, 0));
        Value::Null.into()
    }),
    ("() => [innerWidth, innerHeight]", |page, _| {
        let size = page.viewport();
        json!([size.width, size.height]).into()
    }),
    ("() => [scrollX, scrollY]", |page, _| {
        let (x, y) = page.scroll();
        json!([whole(x), whole(y)]).into()
    }),
    ("(x, y) => scrollTo(x, y)", |page, args| {
        page.scroll_to(number(args, 0), number(args, 1));
        Value::Null.into()
    }),
    ("() => navigator.userAgent", |page, _| page.user_agent().into()),
    ("() => navigator.language", |page, _| {
        page.options().locale.unwrap_or_else(|| "en-US".to_owned()).into()
    }),
    ("() => Intl.DateTimeFormat().resolvedOptions().timeZone", |page, _| {
        page.options().timezone.unwrap_or_else(|| "UTC".to_owned()).into()
    }),
    ("value => value", |_, args| {
        args.first().cloned().unwrap_or_default().into()
    }),
    ("name => window[name]", |page, args| {
        page.global(text(args, 0)).unwrap_or_default().into()
    }),
    ("(name, value) => { window[name] = value; }", |page, args| {
        page.set_global(text(args, 0), args.get(1).cloned().unwrap_or_default());
        Value::Null.into()
    }),
    ("(a, b) => a + b", |_, args| sum(args)),
    (
        "() => [...document.querySelectorAll('iframe, frame, object, embed')]",
        |page, _| FakeAnswer::Elements(page.frames().into_iter().map(Some).collect()),
    ),
    (
        "() => [document.body, document.querySelector('iframe'), null, document.createElement('iframe')]",
        |page, _| FakeAnswer::Elements(vec![None, page.frames().into_iter().next(), None, None]),
    ),
    (
        "id => document.getElementById(id).contentDocument !== null",
        |page, args| page.looks_into(text(args, 0)).into(),
    ),
    ("id => { document.getElementById(id).remove(); }", |page, args| {
        page.remove_frame(text(args, 0));
        Value::Null.into()
    }),
    (
        "(id, url) => new Promise(resolve => {
            const frame = document.getElementById(id);
            frame.onload = () => resolve(null);
            frame.src = url;
        })",
        |_, args| FakeAnswer::LoadFrame {
            element: text(args, 0).to_owned(),
            url: text(args, 1).to_owned(),
        },
    ),
    ("() => undefined", |_, _| Value::Null.into()),
    ("value => Promise.resolve(value)", |_, args| {
        args.first().cloned().unwrap_or_default().into()
    }),
    ("message => Promise.reject(new Error(message))", |_, args| {
        FakeAnswer::Throw(format!("Error: {}", text(args, 0)))
    }),
    ("text => { console.log(text); }", |page, args| {
        log(page, text(args, 0));
        Value::Null.into()
    }),
    (
        "count => { for (let i = 0; i < count; i += 1) console.log(`line ${i}`); }",
        |page, args| {
            (0..args.first().and_then(Value::as_u64).unwrap_or_default()).for_each(|i| log(page, &format!("line {i}")));
            Value::Null.into()
        },
    ),
    ("message => alert(message)", |page, args| {
        dialog(page, DialogKind::Alert, args);
        Value::Null.into()
    }),
    ("message => confirm(message)", |page, args| {
        matches!(dialog(page, DialogKind::Confirm, args), DialogAnswer::Accept(_)).into()
    }),
    (
        "(message, initial) => prompt(message, initial)",
        |page, args| match dialog(page, DialogKind::Prompt, args) {
            DialogAnswer::Accept(typed) => typed.unwrap_or_else(|| text(args, 1).to_owned()).into(),
            DialogAnswer::Dismiss => Value::Null.into(),
        },
    ),
    (
        "async (url, body) => (await fetch(url, { method: 'POST', body })).status",
        |_, args| {
            FakeAnswer::Fetch(FakeFetch {
                method: "POST".to_owned(),
                body: Some(text(args, 1).to_owned()),
                ..FakeFetch::get(text(args, 0), "fetch")
            })
        },
    ),
    ("message => { throw new Error(message); }", |_, args| {
        FakeAnswer::Throw(format!("Error: {}", text(args, 0)))
    }),
    ("() => new Promise(() => {})", |_, _| FakeAnswer::Never),
    ("() => { for (;;) {} }", |_, _| FakeAnswer::Loop),
    ("url => { window.open(url); }", |page, args| {
        page.open(text(args, 0));
        Value::Null.into()
    }),
    ("url => { location.href = url; }", |page, args| {
        page.navigate(text(args, 0));
        Value::Null.into()
    }),
    ("url => { history.pushState(null, '', url); }", |page, args| {
        page.push_state(text(args, 0));
        Value::Null.into()
    }),
];

pub(super) fn define_all(scripts: &Scripts) {
    for (text, function) in FUNCTIONS {
        scripts.define(text, Arc::new(function));
    }
}

fn log(page: &FakeScope<'_>, text: &str) {
    page.console(FakeConsole {
        level: "log".to_owned(),
        text: text.to_owned(),
        args: vec![text.into()],
    });
}

fn dialog(page: &FakeScope<'_>, kind: DialogKind, args: &[Value]) -> DialogAnswer {
    page.dialog(&FakeDialog {
        kind,
        message: text(args, 0).to_owned(),
        default: (kind == DialogKind::Prompt).then(|| text(args, 1).to_owned()),
    })
}

/// `a + b` for two whole numbers or two texts.
fn sum(args: &[Value]) -> FakeAnswer {
    match args {
        [Value::Number(a), Value::Number(b)] => {
            (a.as_i64().unwrap_or_default() + b.as_i64().unwrap_or_default()).into()
        }
        _ => format!("{}{}", text(args, 0), text(args, 1)).into(),
    }
}

fn text(args: &[Value], index: usize) -> &str {
    args.get(index).and_then(Value::as_str).unwrap_or_default()
}

fn number(args: &[Value], index: usize) -> f64 {
    args.get(index).and_then(Value::as_f64).unwrap_or_default()
}

/// A number as JavaScript writes it: `0` rather than `0.0`.
fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "scroll positions are small")]
    let rounded = number as i64;
    json!(rounded)
}
