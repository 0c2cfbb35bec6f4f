//! What becomes of code, and that nothing that people write overflows a stack.

use super::*;

/// The code without the function around it.
fn inner(source: &str) -> String {
    let code = compile(source).unwrap().code;
    let lines: Vec<_> = code.lines().collect();
    lines[1..lines.len() - 1].join("\n").trim().to_owned()
}

#[test]
fn declarations_become_assignments_and_the_last_expression_is_returned() {
    for (source, code) in [
        ("1 + 1", "return (1 + 1);"),
        ("const a: number = 1, { b } = c", "(a = 1, { b } = c);"),
        ("let a", "(a = void 0);"),
        ("var a", "(a = a);"),
        ("class A {}", "A = class A {};"),
        ("function f() {}\nf()", "function f() {}\nreturn (f());"),
        ("f();\nfunction f() {}", "return (f());\nfunction f() {}"),
        (
            "for (const a of b) { let c = a }",
            "for (const a of b) {\n\tlet c = a;\n}",
        ),
        ("interface A {}", ""),
    ] {
        assert_eq!(inner(source), code, "{source}");
    }
}

#[test]
fn what_is_nested_as_deep_as_it_may_be_is_compiled() {
    const DEEP: usize = 1400;
    let compiled = std::thread::Builder::new().stack_size(64 * 1024 * 1024).spawn(|| {
        let half = DEEP / 2;
        for (before, middle, after) in [
            ("(".repeat(DEEP), "1", ")".repeat(DEEP)),
            ("[".repeat(DEEP), "1", "]".repeat(DEEP)),
            ("{".repeat(DEEP), "1", "}".repeat(DEEP)),
            ("!".repeat(DEEP), "1", String::new()),
            ("a=>".repeat(half / 2), "1", String::new()),
            ("a=".repeat(half), "1", String::new()),
            ("typeof ".repeat(DEEP), "1", String::new()),
            ("if(1)".repeat(half / 2), ";", String::new()),
            (String::new(), "1", "+1".repeat(half)),
            (String::new(), "a", ".a".repeat(half)),
            (String::new(), "a", "()".repeat(half)),
            ("1?1:".repeat(half / 2), "1", String::new()),
            ("f(".repeat(half), "1", ")".repeat(half)),
            ("await ".repeat(DEEP), "1", String::new()),
        ] {
            let code = format!("{before}{middle}{after}");
            let short = &code[..20];
            assert!(compile(&code).is_ok(), "{short}: {:?}", compile(&code).err());
        }
    });
    compiled.unwrap().join().unwrap();
}
