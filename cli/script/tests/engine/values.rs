//! What every kind of value is as a text and as JSON.

use serde_json::{Value, json};

use crate::bench::Bench;

/// The code, its text, and its JSON.
fn table() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("1 + 1", "2", json!(2)),
        ("'a\\nb'", "a\nb", json!("a\nb")),
        ("''", "", json!("")),
        ("undefined", "Executed successfully", json!(null)),
        ("const a = 1", "Executed successfully", json!(null)),
        ("", "Executed successfully", json!(null)),
        ("null", "null", json!(null)),
        ("true", "true", json!(true)),
        ("1.5e300", "1.5e+300", json!(1.5e300)),
        ("-0", "0", json!(0)),
        ("NaN", "NaN", json!("NaN")),
        ("-Infinity", "-Infinity", json!("-Infinity")),
        ("10n ** 20n", "100000000000000000000n", json!("100000000000000000000n")),
        ("Symbol('x')", "Symbol(x)", json!("Symbol(x)")),
        ("(function go() {})", "[Function: go]", json!("[Function: go]")),
        ("() => 1", "[Function: (anonymous)]", json!("[Function: (anonymous)]")),
        ("class A {}; A", "[Function: A]", json!("[Function: A]")),
        (
            "{ a: 1, b: [2, undefined, null] }",
            r#"{"a":1,"b":[2,null,null]}"#,
            json!({ "a": 1, "b": [2, null, null] }),
        ),
        (
            "({ a: undefined, b: 1n, c: NaN })",
            r#"{"b":"1n","c":"NaN"}"#,
            json!({ "b": "1n", "c": "NaN" }),
        ),
        ("[1, , 3]", "[1,null,3]", json!([1, null, 3])),
        (
            "new Date(0)",
            r#""1970-01-01T00:00:00.000Z""#,
            json!("1970-01-01T00:00:00.000Z"),
        ),
        ("new Date(NaN)", r#""Invalid Date""#, json!("Invalid Date")),
        ("/a+/gi", r#""/a+/gi""#, json!("/a+/gi")),
        ("new Map([['a', 1]])", r#"{"a":1}"#, json!({ "a": 1 })),
        (
            "new Map([[1, 'x'], [{ a: 1 }, 2]])",
            r#"[[1,"x"],[{"a":1},2]]"#,
            json!([[1, "x"], [{ "a": 1 }, 2]]),
        ),
        ("new Set([1, 'a'])", r#"[1,"a"]"#, json!([1, "a"])),
        (
            "const c = { n: 1 }; c.c = c; c",
            r#"{"n":1,"c":"[Circular]"}"#,
            json!({ "n": 1, "c": "[Circular]" }),
        ),
        (
            "const t = [1]; ({ x: t, y: t })",
            r#"{"x":[1],"y":[1]}"#,
            json!({ "x": [1], "y": [1] }),
        ),
        (
            "new TypeError('bad')",
            r#"{"name":"TypeError","message":"bad"}"#,
            json!({ "name": "TypeError", "message": "bad" }),
        ),
        ("({ toJSON: () => 'mine' })", r#""mine""#, json!("mine")),
        ("({ toJSON() { throw 1 } })", r#""[Throws]""#, json!("[Throws]")),
        (
            "({ get a() { throw 1 }, b: 2 })",
            r#"{"a":"[Throws]","b":2}"#,
            json!({ "a": "[Throws]", "b": 2 }),
        ),
        ("new Uint8Array([1, 255])", "[1,255]", json!([1, 255])),
        ("Buffer.from('hi')", r#""aGk=""#, json!("aGk=")),
        ("[new Promise(() => {})]", r#"["[Promise]"]"#, json!(["[Promise]"])),
        (
            "new URL('http://a/b?c#d')",
            r#""http://a/b?c#d""#,
            json!("http://a/b?c#d"),
        ),
        ("'\\ud800'", "\u{fffd}", json!("\u{fffd}")),
        ("Promise.resolve(7)", "7", json!(7)),
        ("Object(3)", "3", json!(3)),
        ("new Proxy({ a: 1 }, {})", r#"{"a":1}"#, json!({ "a": 1 })),
        ("'use strict'", "use strict", json!("use strict")),
    ]
}

#[test]
fn every_value_has_a_form() {
    let mut bench = Bench::new();
    for (code, text, value) in table() {
        let produced = bench.done(code);
        assert_eq!((produced.text.as_str(), &produced.value), (text, &value), "{code}");
    }
}

#[test]
fn what_is_deep_or_long_has_an_end() {
    let mut bench = Bench::new();
    let text = bench.text("let deep = {}; for (let i = 0; i < 5000; i++) deep = { deep }; deep");
    assert!(text.contains("[Deep]") && text.len() < 10_000, "{text}");
    let error = bench.fails("new Array(300_000).fill('yyyyyyyyyyyyyyyyyyyyyyyyy')");
    assert!(error.message().contains("longer than"), "{error}");
    let error = bench.fails("new Proxy({}, { ownKeys() { throw new Error('mine') } })");
    assert!(error.message().contains("mine"), "{error}");
}

#[test]
fn values_from_operations_arrive_as_they_are() {
    let mut bench = Bench::new();
    let state =
        json!({ "text": "a\u{2028}\"\\ ü 🙂", "list": [1, -0.5, null, true, {}], "big": 9_007_199_254_740_993_i64 });
    bench.done(&format!("state.it = {state}"));
    assert_eq!(bench.text("state.it.text"), "a\u{2028}\"\\ ü 🙂");
    assert_eq!(bench.text("state.it.list"), "[1,-0.5,null,true,{}]");
}
