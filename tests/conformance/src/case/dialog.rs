//! Dialogs: each is answered at once as the sink says, and what waited for it goes on.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event, World};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Room};
use crate::scripts::{ALERT, CONFIRM, PROMPT, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("dialog::alert", [Dialogs], alert, else untold),
    case!("dialog::confirm", [Dialogs], confirm),
    case!("dialog::prompt", [Dialogs], prompt),
    case!("dialog::while-loading", [Dialogs], loading),
    case!("dialog::beforeunload-accepted", [Dialogs], leaves),
    case!("dialog::beforeunload-dismissed", [Dialogs], stays),
    case!("dialog::from-our-own-world", [Dialogs, IsolatedWorld], isolated),
];

/// Waits for the report of a dialog.
async fn reported(room: &Room, message: &str) -> Checked<(DialogOpened, DialogAnswer)> {
    let find = |event: &Event| match event {
        Event::DialogClosed(dialog, answer) if dialog.message == message => Some((dialog.clone(), answer.clone())),
        _ => None,
    };
    room.sink
        .wait(&format!("the report of the dialog {message:?}"), find)
        .await
}

async fn alert(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = cx.url("/title/Dialogs");
    let page = room.open(&url).await?;
    same(
        "what alert returns",
        page.eval(ALERT, json!("hello žluť")).await?,
        Value::Null,
    )?;
    let (dialog, answer) = reported(&room, "hello žluť").await?;
    let wanted = DialogOpened {
        page: page.key().clone(),
        kind: DialogKind::Alert,
        message: "hello žluť".to_owned(),
        default: None,
        url,
    };
    same("the dialog", &dialog, &wanted)?;
    same("its answer", answer, DialogAnswer::Dismiss)?;
    same("what was asked about", room.sink.asked(), vec![wanted])?;
    page.is_usable(&cx.site()).await
}

async fn untold(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    for function in [ALERT, CONFIRM] {
        // A driver may answer it in its own way, or report it as an error; it must not hang.
        if let Err(error) = page.eval(function, json!("hello")).await {
            check(error.kind() != Kind::Timeout, || {
                format!("a dialog blocked the page: {error:?}")
            })?;
        }
    }
    same(
        "dialogs that were asked about without the capability",
        room.sink.asked().len(),
        0,
    )?;
    let told = room.sink.count(|event| matches!(event, Event::DialogClosed(..)));
    same("dialogs that were told without the capability", told, 0)?;
    page.is_usable(&cx.site()).await
}

async fn confirm(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    for (answer, wanted) in [(DialogAnswer::Accept(None), true), (DialogAnswer::Dismiss, false)] {
        room.sink.answer_dialogs(answer.clone());
        let message = format!("{wanted}?");
        same(
            "what confirm returns",
            page.eval(CONFIRM, json!(message)).await?,
            json!(wanted),
        )?;
        let (dialog, told) = reported(&room, &message).await?;
        same("its kind", dialog.kind, DialogKind::Confirm)?;
        same("its answer", told, answer)?;
    }
    Ok(())
}

async fn prompt(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let answers = [
        (DialogAnswer::Accept(Some("typed ž".to_owned())), json!("typed ž")),
        (DialogAnswer::Accept(Some(String::new())), json!("")),
        (DialogAnswer::Dismiss, Value::Null),
    ];
    for (index, (answer, wanted)) in answers.into_iter().enumerate() {
        room.sink.answer_dialogs(answer);
        let message = format!("name {index}?");
        let returned = page.eval(PROMPT, json!([message, "nobody"])).await?;
        same("what prompt returns", returned, wanted)?;
        let (dialog, _) = reported(&room, &message).await?;
        same("its kind", dialog.kind, DialogKind::Prompt)?;
        same("what it starts with", dialog.default.as_deref(), Some("nobody"))?;
    }
    Ok(())
}

async fn loading(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    for at in ["parse", "load"] {
        let page = room.open(&cx.url(&format!("/dialogs?kind=confirm&at={at}"))).await?;
        let find = |event: &Event| match event {
            Event::DialogClosed(dialog, _) if dialog.page == *page.key() => Some(dialog.message.clone()),
            _ => None,
        };
        let message = room.sink.wait(&format!("the dialog at {at}"), find).await?;
        same("its text", message.as_str(), "a question?")?;
        page.is_usable(&cx.site()).await?;
    }
    Ok(())
}

async fn leaves(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.sink.answer_dialogs(DialogAnswer::Accept(None));
    let page = room.open(&cx.url("/dialogs?kind=beforeunload&at=load")).await?;
    page.is_usable(&cx.site()).await
}

async fn stays(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/dialogs?kind=beforeunload&at=load")).await?;
    let left = page.goto(&cx.url("/title/Left")).await;
    // Browsers ask only where a person has touched the page.
    if room.sink.asked().is_empty() {
        left?;
    } else {
        fails("leaving a page that stays", left, &[Kind::Navigation])?;
        same("its title", page.eval(TITLE, json!([])).await?, json!("Dialogs"))?;
    }
    room.sink.answer_dialogs(DialogAnswer::Accept(None));
    page.is_usable(&cx.site()).await
}

async fn isolated(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let returned = page
        .eval_in(World::Isolated, CONFIRM, json!("ours?"), &cx.call())
        .await?;
    same("what confirm returns", returned, json!(false))?;
    reported(&room, "ours?").await.map(drop)
}
