//! Code that does not end, leaks, recurses or floods: each has its defined end, and the realm goes on.

use std::time::{Duration, Instant};

use greenroom_session_core::{Call, Kind};
use tokio_util::sync::CancellationToken;

use crate::bench::Bench;

const SHORT: Duration = Duration::from_millis(400);

/// Runs code that ends at its deadline, and looks that the realm can be used afterwards.
fn expires(bench: &mut Bench, code: &str) -> String {
    let began = Instant::now();
    let error = bench.ran_within(code, SHORT).value.expect_err(code);
    assert_eq!(error.kind(), Kind::Timeout, "{code}: {error}");
    assert!(began.elapsed() < Duration::from_secs(20), "{code}");
    assert_eq!(bench.text("6 * 7"), "42", "{code}");
    error.message().to_owned()
}

#[test]
fn what_does_not_end_ends_at_the_deadline() {
    let mut bench = Bench::new();
    bench.done("var kept = 1");
    for code in [
        "for (;;) {}",
        "for (;;) { try { for (;;) {} } catch {} finally {} }",
        "/(a+)+$/.test('a'.repeat(60) + 'b')",
        "setInterval(() => {}, 1); await new Promise(() => {})",
        "({ toJSON() { for (;;) {} } })",
    ] {
        expires(&mut bench, code);
    }
    assert_eq!(bench.text("kept"), "1");
}

#[test]
fn promises_that_go_on_for_ever_end_and_cost_their_realm_at_most() {
    let mut bench = Bench::new();
    for code in [
        "await (async () => { for (;;) await null })()",
        "const again = () => Promise.resolve().then(again); await again()",
    ] {
        bench.done("var kept = 1; state.kept = 2");
        let ran = bench.ran_within(code, SHORT);
        assert_eq!(ran.value.unwrap_err().kind(), Kind::Timeout, "{code}");
        // Where the interrupt met a job, that was the end of it; between two jobs it cannot be told to end.
        let is_lost = ran.notes.iter().any(|note| note.contains("the realm was given up"));
        let kept = if is_lost { "undefined" } else { "number" };
        assert_eq!(
            bench.text("[typeof kept, state.kept]"),
            format!(r#"["{kept}",2]"#),
            "{code}"
        );
    }
}

#[test]
fn a_deadline_names_the_await() {
    let mut bench = Bench::new();
    for (code, told) in [
        (
            "1;\n  await new Promise(() => {})",
            "`await new Promise(() => {})` at exec:2:3",
        ),
        (
            "const f = async () => {\n  await new Promise(() => {})\n}\nawait f()",
            "at exec:2:3",
        ),
        ("await Promise.resolve(1); await new Promise(() => {})", "at exec:1:27"),
        ("await ({ then() {} })", "`await ({ then() {} })` at exec:1:1"),
    ] {
        let message = expires(&mut bench, code);
        assert!(message.contains(told), "{code}: {message}");
    }
    let message = expires(&mut bench, "for (;;) {}");
    assert_eq!(message, "deadline passed while the script ran");
}

#[test]
fn memory_and_stack_have_an_end() {
    let mut bench = Bench::new();
    let error = bench.fails("const all = []; for (;;) all.push(new Array(1000).fill(all.length))");
    assert_eq!(error.kind(), Kind::Script, "{error}");
    assert!(error.message().contains("out of memory"), "{error}");
    let error = bench.fails("const f = () => f() + 1; f()");
    assert!(error.message().contains("stack"), "{error}");
    let error = bench.fails("'x'.repeat(2 ** 29)");
    assert!(!error.message().is_empty());
    assert_eq!(bench.text("6 * 7"), "42");
}

#[test]
fn a_console_that_is_flooded_is_bounded_and_counted() {
    let mut bench = Bench::new();
    let ran = bench.ran("for (let i = 0; i < 5000; i++) console.log('line', i); 'done'");
    assert_eq!(ran.value.unwrap().text, "done");
    assert_eq!((ran.console.len(), ran.console_dropped), (1000, 4000));
    assert_eq!(ran.console[1].text, "line 1");
    let ran = bench.ran("console.log('x'.repeat(1e6)); console.warn('short')");
    assert_eq!((ran.console.len(), ran.console_dropped), (1, 1));
    assert_eq!(
        (ran.console[0].level.as_str(), ran.console[0].text.as_str()),
        ("warn", "short")
    );
}

#[test]
fn ten_thousand_timers_all_come() {
    let mut bench = Bench::new();
    let code = "let n = 0; await Promise.all(Array.from({ length: 10_000 }, (_, i) => new Promise(done => setTimeout(() => { n += 1; done() }, i % 50)))); n";
    assert_eq!(bench.text(code), "10000");
    assert!(
        bench
            .fails("for (;;) setTimeout(() => {}, 1e6)")
            .message()
            .contains("timers wait")
    );
}

#[test]
fn a_timer_that_throws_is_the_calls_error() {
    let mut bench = Bench::new();
    let error = bench.fails("setTimeout(() => { throw new Error('late') }, 1);\nawait new Promise(() => {})");
    assert!(error.message().starts_with("Error: late\n    at exec:1:"), "{error}");
}

#[test]
fn a_call_that_nobody_waits_for_stops() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut bench = Bench::new();
    for code in [
        "for (;;) {}",
        "await new Promise(() => {})",
        "await (async () => { for (;;) await null })()",
    ] {
        runtime.block_on(async {
            let call = Call::new("op", None, CancellationToken::new());
            // It is dropped in the middle, as the command of a client that went away.
            let _ = tokio::time::timeout(Duration::from_millis(100), bench.run(code, call)).await;
        });
        assert_eq!(bench.text("6 * 7"), "42", "{code}");
    }
}

#[test]
fn a_native_function_that_cannot_be_interrupted_costs_its_realm_only() {
    let mut bench = Bench::new();
    bench.done("var kept = 1; state.kept = 2");
    let slow = "const a = Array.from({ length: 300_000 }, (_, i) => 'x'.repeat(20) + ((i * 7919) % 300007)); for (;;) a.sort((x, y) => 0 * x.length).reverse().join('')";
    let error = bench.ran_within(slow, SHORT).value.expect_err(slow);
    assert_eq!(error.kind(), Kind::Timeout, "{error}");
    assert_eq!(bench.text("state.kept"), "2");
}

/// How many threads of this process run scripts: nextest gives each test a process of its own.
fn script_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "script").count()
}

#[test]
fn a_thread_ends_with_its_realm() {
    let mut bench = Bench::new();
    bench.done("setInterval(() => {}, 1); 1");
    let before = script_threads();
    assert!(before > 0);
    drop(bench);
    let began = Instant::now();
    while script_threads() >= before {
        assert!(began.elapsed() < Duration::from_secs(20), "the thread runs on");
        std::thread::yield_now();
    }
}
