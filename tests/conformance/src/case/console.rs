//! The console and uncaught errors.

use greenroom_session_core::backend::{ConsoleRecord, Event, PageOpened};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, check, same};
use crate::context::Context;
use crate::scripts::{LOG, LOG_MANY, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("console::levels", [ConsoleEvents], levels, else untold),
    case!("console::arguments", [ConsoleEvents], arguments),
    case!("console::uncaught-errors", [ConsoleEvents], uncaught),
    case!("console::in-order", [ConsoleEvents], in_order),
    case!("console::of-a-popup", [ConsoleEvents, Popups], popup),
];

fn says(text: &str) -> impl Fn(&ConsoleRecord) -> bool {
    move |record| record.text.contains(text)
}

async fn levels(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/console")).await?;
    let wanted = [
        ("a log line", "log"),
        ("an info line", "info"),
        ("a warning", "warning"),
        ("an error line", "error"),
        ("a debug line", "debug"),
        ("multiple\nlines and unicode: žluťoučký 🎭", "log"),
    ];
    for (text, level) in wanted {
        let record = room.sink.console(text, says(text)).await?;
        same(&format!("the level of {text:?}"), record.level.as_str(), level)?;
        same(&format!("the page of {text:?}"), record.page.as_ref(), Some(page.key()))?;
    }
    Ok(())
}

async fn untold(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/console")).await?;
    page.eval(LOG, json!("said")).await?;
    page.eval(TITLE, json!([])).await?;
    let told = room.sink.count(|event| matches!(event, Event::Console(_)));
    same("console calls that were told without the capability", told, 0)
}

async fn arguments(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open(&cx.url("/console")).await?;
    let record = room.sink.console("the first line", says("a log line")).await?;
    let wanted = [json!("a log line"), json!(1), json!(true), Value::Null, Value::Null];
    same("the arguments", record.args.as_slice(), &wanted[..])
}

async fn uncaught(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/console")).await?;
    for text in ["an uncaught error", "an unhandled rejection"] {
        let record = room.sink.console(text, says(text)).await?;
        same(&format!("the level of {text:?}"), record.level.as_str(), "pageerror")?;
        same(&format!("the page of {text:?}"), record.page.as_ref(), Some(page.key()))?;
    }
    let caught = room.sink.count(|event| matches!(event, Event::Console(record) if record.level == "pageerror" && record.text.contains("a caught error")));
    same("caught errors that were told as uncaught", caught, 0)
}

async fn in_order(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    page.eval(LOG_MANY, json!(500)).await?;
    room.sink.console("the last of 500 lines", says("line 499")).await?;
    let texts: Vec<String> = room
        .sink
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Console(record) => Some(record.text),
            _ => None,
        })
        .collect();
    let wanted: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
    check(texts == wanted, || {
        format!("500 lines came as {} lines, or not in order", texts.len())
    })
}

async fn popup(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room.open(&cx.url("/popup?at=load&child=name%3Dload")).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = room.sink.opened("the popup", by_opener).await?.page;
    let record = room
        .sink
        .console("the popup's first line", says("popup first line"))
        .await?;
    same("its page", record.page.as_ref(), Some(popup.key()))
}
