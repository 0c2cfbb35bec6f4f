//! Read-only sessions, by the whole program.

use crate::bench::Bench;

#[test]
fn a_read_only_session_can_be_looked_at_and_not_changed() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "--read-only", "-s", "a"]);
    bench.site.clear_requests();
    for args in [
        vec!["goto", "about:blank"],
        vec!["back"],
        vec!["forward"],
        vec!["reload"],
        vec!["tab", "new"],
        vec!["tab", "close"],
    ] {
        let ran = bench.fails(4, &args);
        assert!(
            ran.stderr.contains("read-only") && ran.stderr.contains("session-mode write-access"),
            "{ran:?}"
        );
    }
    assert!(bench.site.requests().is_empty());
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
    bench.done(&["screenshot", "a.png"]);
    bench.done(&["pages"]);
    let denied = bench
        .log("a", "actions.jsonl")
        .into_iter()
        .filter(|line| line["success"] == false)
        .count();
    assert_eq!(denied, 6);
    bench.done(&["session-mode", "write-access"]);
    bench.done(&["reload"]);
    bench.done(&["session-mode", "read-only"]);
    bench.fails(4, &["reload"]);
}

#[test]
fn the_mode_survives_the_daemon() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "--read-only", "-s", "a"]);
    bench.kill(bench.daemon());
    bench.fails(4, &["reload"]);
}
