//! Dialogs: each is answered at once as the sink says, and what waited for it goes on.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{
    Button, Capability, DialogAnswer, DialogKind, DialogOpened, Event, Gesture, World,
};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, check, fails, refused, same};
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
    case!("dialog::held", [DialogsHeld], held, else not_held),
    case!("dialog::held-by-input", [DialogsHeld, TrustedInput], held_by_input),
    case!("dialog::none-to-answer", [DialogsHeld], none),
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

/// Waits until a dialog was asked about.
async fn asked(room: &Room, message: &str) -> Checked<DialogOpened> {
    room.sink
        .until(&format!("the dialog {message:?}"), |sink| {
            sink.asked().into_iter().find(|dialog| dialog.message == message)
        })
        .await
}

const LATER: &str = "(kind, text) => {
    setTimeout(() => { document.title = String(window[kind](text)); }, 0);
}";

async fn held(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let other = room.open(&cx.url("/title/Other")).await?;
    room.sink.hold_dialogs();
    let table = [
        ("confirm", DialogAnswer::Accept(None), "true"),
        ("confirm", DialogAnswer::Dismiss, "false"),
        ("alert", DialogAnswer::Accept(None), "undefined"),
        ("prompt", DialogAnswer::Accept(Some("typed ž".to_owned())), "typed ž"),
        ("prompt", DialogAnswer::Dismiss, "null"),
    ];
    for (index, (kind, answer, wanted)) in table.into_iter().enumerate() {
        let message = format!("{kind} {index}?");
        page.eval(LATER, json!([kind, message])).await?;
        asked(&room, &message).await?;
        same("another page", other.eval(TITLE, json!([])).await?, json!("Other"))?;
        same(
            "the address meanwhile",
            page.0.url(&cx.call()).await?,
            cx.url("/title/Dialogs"),
        )?;
        page.0.answer_dialog(&answer, &cx.call()).await?;
        let (dialog, told) = reported(&room, &message).await?;
        same("its page", &dialog.page, page.key())?;
        same(
            "whether it was accepted",
            matches!(told, DialogAnswer::Accept(_)),
            matches!(answer, DialogAnswer::Accept(_)),
        )?;
        same("what came of it", page.eval(TITLE, json!([])).await?, json!(wanted))?;
    }
    // One that is open does not keep its page from being closed.
    page.eval(LATER, json!(["alert", "last"])).await?;
    asked(&room, "last").await?;
    page.0.close(&cx.call()).await?;
    same("the other page", other.eval(TITLE, json!([])).await?, json!("Other"))
}

async fn not_held(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let answered = page.0.answer_dialog(&DialogAnswer::Accept(None), &cx.call()).await;
    refused("answering a dialog", answered, Capability::DialogsHeld)?;
    page.is_usable(&cx.site()).await
}

async fn held_by_input(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let button = "() => {
        document.body.innerHTML = '<button style=\"position: fixed; left: 0; top: 0; width: 90px; height: 60px\">Ask</button>';
        document.querySelector('button').onclick = () => { document.title = String(confirm('sure?')); };
    }";
    page.eval(button, json!([])).await?;
    room.sink.hold_dialogs();
    let gestures = [
        Gesture::Move { x: 40.0, y: 30.0 },
        Gesture::Press {
            button: Button::Left,
            count: 1,
        },
        Gesture::Release {
            button: Button::Left,
            count: 1,
        },
    ];
    page.0.input()?.perform(&gestures, &cx.call()).await?;
    asked(&room, "sure?").await?;
    page.0.answer_dialog(&DialogAnswer::Accept(None), &cx.call()).await?;
    reported(&room, "sure?").await?;
    same("what came of it", page.eval(TITLE, json!([])).await?, json!("true"))?;
    // The hand is free again.
    page.0.input()?.perform(&gestures, &cx.call()).await?;
    page.0.answer_dialog(&DialogAnswer::Dismiss, &cx.call()).await?;
    same(
        "what came of another",
        page.eval(TITLE, json!([])).await?,
        json!("false"),
    )
}

async fn none(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Dialogs")).await?;
    let answered = page.0.answer_dialog(&DialogAnswer::Dismiss, &cx.call()).await;
    fails("answering no dialog", answered, &[Kind::NotFound])?;
    Ok(())
}
