//! What a call leaves for the next one, and what its value is.

use serde_json::json;

use crate::bench::Bench;

#[test]
fn a_value_is_the_last_expression_or_what_is_returned() {
    let mut bench = Bench::new();
    for (code, text) in [
        ("1; 2; 3", "3"),
        ("1; 2; 3;", "3"),
        ("await 5", "5"),
        ("return 4; 5", "4"),
        ("if (true) { return 'in' } 'out'", "in"),
        ("const x: number = await Promise.resolve(2); x * 2", "4"),
        ("for (const i of [1, 2]) i", "Executed successfully"),
        ("// nothing\n", "Executed successfully"),
        ("({ a: 1 }).a", "1"),
        ("{ a: 1 }", r#"{"a":1}"#),
        ("{ let b = 2; return b }", "2"),
        ("await (await (async () => 3)())", "3"),
        ("[1, 2].map(n => n * 2) // doubled", "[2,4]"),
        (
            "interface A { a: number } enum E { X = 4, Y } const v = E.Y as number; v!",
            "5",
        ),
        ("const f = <T,>(x: T): T => x; f<number>(1)", "1"),
        ("namespace N { export const a = 1 } N.a", "1"),
        (
            "class P { constructor(private readonly x: number) {} get() { return this.x } } new P(3).get()",
            "3",
        ),
        ("let a, b = 2; [a, b]", "[null,2]"),
        ("const { a, ...rest } = { a: 1, b: 2 }; rest", r#"{"b":2}"#),
        ("var q = q || 7; q", "7"),
        ("`a${1 + 1}b`", "a2b"),
        ("label: for (;;) { break label }", "Executed successfully"),
        ("type T = string; let s: T = 'x'; s satisfies T", "x"),
        ("this === undefined", "true"),
        ("typeof $greenroom.wait", "function"),
    ] {
        assert_eq!(bench.text(code), text, "{code}");
    }
}

#[test]
fn declarations_stay_and_can_be_made_anew() {
    let mut bench = Bench::new();
    bench.done("const a = 1; let b = 2; var c = 3; function f() { return a + b } class K { v = 9 } enum E { X = 7 }");
    assert_eq!(bench.text("[a, b, c, f(), new K().v, E.X]"), "[1,2,3,3,9,7]");
    bench.done("const a = 10; class K { v = 90 } function g() { return f() + a }");
    assert_eq!(bench.text("[f(), g(), new K().v]"), "[12,22,90]");
    bench.done("var c; function f() { return 'new' }");
    assert_eq!(
        bench.text("[c, f(), hoisted()]; function hoisted() { return 1 }"),
        r#"[3,"new",1]"#
    );
    bench.done("const { x, y: [z] } = { x: 1, y: [2] }");
    assert_eq!(bench.text("x + z"), "3");
    bench.done("import type { A } from 'a'");
}

#[test]
fn a_call_that_fails_leaves_what_it_had_done() {
    let mut bench = Bench::new();
    bench.fails("let n = 5; throw new Error('after')");
    assert_eq!(bench.text("n"), "5");
    bench.fails("nobody");
    bench.fails("nobodyDeclaredThis = 1");
}

#[test]
fn state_is_what_json_can_tell_of_it() {
    let mut bench = Bench::new();
    let ran = bench
        .ran("state.n = 1; state.f = () => 1; state.d = new Date(0); state.m = new Map([['k', 2]]); state.s = state");
    assert_eq!(
        ran.state,
        Some(json!({ "n": 1, "d": "1970-01-01T00:00:00.000Z", "m": { "k": 2 } }))
    );
    assert_eq!(bench.text("typeof state.f"), "function");
    assert_eq!(bench.ran("state.n").state, None);
    assert_eq!(
        bench.ran("state = { other: true }").state,
        Some(json!({ "other": true }))
    );
    // A realm of its own begins with what was kept.
    let kept = bench.ran("state.n = 3").state;
    assert_eq!(kept, Some(json!({ "other": true, "n": 3 })));
    bench.repl = Bench::new().repl;
    assert_eq!(bench.text("state"), r#"{"other":true,"n":3}"#);
}

#[test]
fn what_ends_with_a_call_does_not_touch_the_next() {
    let mut bench = Bench::new();
    bench.done("globalThis.ticks = 0; setInterval(() => { ticks += 1 }, 1); 1");
    bench.done("await new Promise(done => setTimeout(done, 30))");
    assert_eq!(bench.text("ticks"), "0");
}

#[test]
fn what_a_script_declares_by_the_name_of_a_given_global_stays() {
    for name in ["page", "frame"] {
        let mut bench = Bench::new();
        bench.done(&format!("const {name} = 'mine'"));
        assert_eq!(bench.text(name), "mine");
        assert_eq!(bench.text(&format!("{name} = undefined; typeof {name}")), "undefined");
        assert_eq!(bench.text(&format!("typeof {name}")), "undefined");
    }
}
