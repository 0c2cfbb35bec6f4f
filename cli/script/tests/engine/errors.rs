//! Errors: what they say, and where in the user's own text.

use greenroom_session_core::Kind;

use crate::bench::Bench;

#[test]
fn an_error_tells_its_place() {
    let mut bench = Bench::new();
    for (code, told) in [
        ("throw new TypeError('bad')", "TypeError: bad\n    at exec:1:11"),
        ("const a: any = null\n  a.x.y", "at exec:2:"),
        (
            "interface A {\n  a: string\n}\nfunction check(row: A) {\n  throw new Error('bad ' + row.a)\n}\ncheck({ a: 'T' })",
            "at check (exec:5:",
        ),
        (
            "await 1; const x = await Promise.reject(new RangeError('later'))",
            "RangeError: later\n    at exec:1:",
        ),
        (
            "undeclared + 1",
            "ReferenceError: undeclared is not defined\n    at exec:1:1",
        ),
        ("  \n\n  undeclared", "at exec:3:3"),
        ("const ä = '🙂'; undeclared", "at exec:1:17"),
        ("throw 'text'", "Uncaught: text"),
        ("throw { code: 5 }", r#"Uncaught: {"code":5}"#),
        ("throw undefined", "Uncaught: undefined"),
        (
            "throw new Error('a', { cause: new Error('b') })",
            "cause: {\"name\":\"Error\",\"message\":\"b\"}",
        ),
        (
            "class Mine extends Error { name = 'Mine' } throw new Mine('x')",
            "Mine: x",
        ),
    ] {
        let error = bench.fails(code);
        assert_eq!(error.kind(), Kind::Script, "{code}");
        assert!(error.message().contains(told), "{code}\n{error}");
        assert!(
            !error.message().contains("greenroom:") && !error.message().contains("prelude"),
            "{error}"
        );
    }
}

#[test]
fn a_mistake_tells_its_place() {
    let mut bench = Bench::new();
    for (code, told) in [
        ("const a = ;", "at exec:1:11\n    const a = ;\n              ^"),
        ("let a = 1\nlet a = 2", "exec:1:5"),
        ("if (", "SyntaxError"),
        ("import fs from 'fs'", "`import` cannot be used here"),
        ("export const a = 1", "`export` cannot be used here"),
        ("function f() { await 1 }", "exec:1:16"),
    ] {
        let error = bench.fails(code);
        assert_eq!(error.kind(), Kind::Script, "{code}");
        assert!(error.message().contains(told), "{code}\n{error}");
    }
    for code in ["(".repeat(100_000), "a".repeat((1 << 20) + 1)] {
        let error = bench.fails(&code);
        assert!(error.message().starts_with("the code is "), "{error}");
    }
}

#[test]
fn a_function_of_an_earlier_call_tells_which() {
    let mut bench = Bench::new();
    bench.done("function f() {\n  throw new Error('old')\n}");
    let error = bench.fails("1;\nf()");
    assert!(error.message().contains("at f (exec, 1 calls before:2:"), "{error}");
    assert!(error.message().contains("at exec:2:"), "{error}");
}

#[test]
fn a_rejection_without_a_handler_is_an_error() {
    let mut bench = Bench::new();
    let error = bench.fails("Promise.reject(new Error('lost')); 5");
    assert!(
        error
            .message()
            .starts_with("a promise was rejected, and nothing handles that: Error: lost"),
        "{error}"
    );
    let error = bench.fails("for (let i = 0; i < 1000; i++) Promise.reject(i); 5");
    assert!(error.message().contains("(and 999 more)"), "{error}");
    // Handled in time, if late.
    assert_eq!(
        bench.text("const p = Promise.reject(1); await null; p.catch(() => {}); 5"),
        "5"
    );
    assert_eq!(
        bench.text("try { await Promise.reject(2) } catch (error) { error }"),
        "Executed successfully"
    );
}
