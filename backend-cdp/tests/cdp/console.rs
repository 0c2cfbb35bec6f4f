//! What pages write to their console, and errors that nobody catches.

use greenroom_session_core::backend::{ConsoleRecord, Event};
use greenroom_test_site::Site;
use serde_json::json;

use crate::support::{Fixture, eval, go};

fn line(text: &str) -> impl Fn(&Event) -> Option<ConsoleRecord> + '_ {
    move |event| match event {
        Event::Console(record) if record.text.contains(text) => Some((**record).clone()),
        _ => None,
    }
}

#[tokio::test]
async fn calls_and_errors_are_told_with_their_place() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/console")).await;
    let sink = &fixture.sink;
    for (text, level) in [
        ("a log line 1 true null undefined", "log"),
        ("an info line", "info"),
        ("a warning", "warning"),
        ("an error line", "error"),
        ("a debug line", "debug"),
        ("cart has 3 items", "log"),
        ("TypeError: an uncaught error", "pageerror"),
        ("RangeError: an unhandled rejection", "pageerror"),
        ("a rejection that is no error", "pageerror"),
    ] {
        let record = sink.first(text, line(text)).await;
        assert_eq!(record.level, level, "{record:?}");
        assert_eq!(record.page.as_ref(), Some(page.key()));
    }
    let object = sink.first("the object", line("an object")).await;
    assert_eq!(object.args[1]["name"], json!("lamp"));
    let uncaught = sink.first("the error", line("an uncaught error")).await;
    assert_eq!(uncaught.location.as_ref().unwrap().url, site.url("/console"));
    assert!(uncaught.stack.unwrap().contains("fail"), "no stack");
    // The browser's own: what it could not load.
    go(&page, &site.url("/status/404")).await.unwrap();
    sink.first("the browser's message", line("Failed to load resource"))
        .await;
    let uncaught = sink.all(line("an uncaught error"));
    assert_eq!(uncaught.len(), 1, "told twice: {uncaught:#?}");
    fixture.finish().await;
}

#[tokio::test]
async fn a_flood_is_told_line_by_line_and_holds_nothing_up() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    eval(
        &page,
        "() => { for (let i = 0; i < 20000; i += 1) console.log('flood', i) }",
    )
    .await;
    let other = fixture.open(&site.url("/title/Two")).await;
    assert_eq!(eval(&other, "() => document.title").await, "Two");
    fixture.sink.first("the last line", line("flood 19999")).await;
    let lines = fixture.sink.all(line("flood "));
    assert_eq!(lines.len(), 20_000);
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(number, record)| record.text == format!("flood {number}")),
        "out of order"
    );
    fixture.finish().await;
}
