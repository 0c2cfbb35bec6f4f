//! Choosers of files: noticed when a page opens one, given files, and never shown.

use std::path::PathBuf;

use greenroom_session_core::backend::{Button, Event, Gesture};
use serde_json::json;

use super::frames::only_frame;
use super::look::SET_BODY;
use super::{Case, case};
use crate::check::{Checked, Failure, same};
use crate::context::Context;
use crate::room::{Room, Tab};
use crate::scripts::{DRAWN, SEND_FRAME};

pub(super) const CASES: &[Case] = &[
    case!("choosers::files", [TrustedInput, FileChoosers], files),
    case!("choosers::cancelled", [TrustedInput, FileChoosers], cancelled),
    case!(
        "choosers::frames-of-other-origins",
        [TrustedInput, FileChoosers, FramesCrossOrigin],
        in_frame
    ),
];

/// A button that opens the chooser of a file input that is not in the document.
const OPENS: &str = "several => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', multiple: several });
    const told = text => { document.title = text; };
    input.onchange = () => told([...input.files].map(file => `${file.name} ${file.size}`).join(', '));
    document.body.innerHTML = '<button style=\"position: fixed; left: 0; top: 0; width: 90px; height: 60px\">Files</button>';
    document.querySelector('button').onclick = () => { told('asked'); input.click(); };
}";

const FRAME: &str = "<iframe id=frame-0 style=\"position: fixed; left: 0; top: 0; border: 0\"></iframe>";

async fn press(cx: &Context<'_>, page: &Tab) -> Checked {
    let (button, count) = (Button::Left, 1);
    let gestures = [
        Gesture::Move { x: 40.0, y: 30.0 },
        Gesture::Press { button, count },
        Gesture::Release { button, count },
    ];
    Ok(page.0.input()?.perform(&gestures, &cx.call()).await?)
}

async fn given(room: &Room, wanted: usize) -> Checked {
    let find = |event: &Event| match event {
        Event::FileChooserClosed(_, count) if *count == wanted => Some(()),
        _ => None,
    };
    room.sink.wait(&format!("a chooser with {wanted} files"), find).await
}

fn two_files(folder: &tempfile::TempDir) -> Checked<Vec<PathBuf>> {
    let paths = ["one.txt", "zwei ü.txt"].map(|name| folder.path().join(name));
    for path in &paths {
        std::fs::write(path, "12345").map_err(|error| Failure(error.to_string()))?;
    }
    Ok(paths.to_vec())
}

async fn files(cx: &Context<'_>) -> Checked {
    let folder = tempfile::tempdir().map_err(|error| Failure(error.to_string()))?;
    let paths = two_files(&folder)?;
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Choosers")).await?;
    for (several, files, wanted) in [
        (true, &paths[..], "one.txt 5, zwei ü.txt 5"),
        (false, &paths[..1], "one.txt 5"),
    ] {
        page.eval(OPENS, json!([several])).await?;
        room.sink.give_files(files.to_vec());
        press(cx, &page).await?;
        given(&room, files.len()).await?;
        same(
            "the files",
            page.eval("() => document.title", json!([])).await?,
            json!(wanted),
        )?;
    }
    Ok(())
}

async fn cancelled(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Choosers")).await?;
    page.eval(OPENS, json!([false])).await?;
    press(cx, &page).await?;
    given(&room, 0).await?;
    same(
        "the page goes on",
        page.eval("() => document.title", json!([])).await?,
        json!("asked"),
    )?;
    page.is_usable(&cx.site()).await
}

async fn in_frame(cx: &Context<'_>) -> Checked {
    let folder = tempfile::tempdir().map_err(|error| Failure(error.to_string()))?;
    let paths = two_files(&folder)?;
    let room = cx.room().await?;
    let site = cx.site();
    let Some(other) = &site.other_site else {
        return Err(Failure("there is no other site".to_owned()));
    };
    let page = room.open(&cx.url("/title/Choosers")).await?;
    page.eval(SET_BODY, json!([FRAME])).await?;
    page.eval(SEND_FRAME, json!(["frame-0", format!("{other}/title/In")]))
        .await?;
    let frame = only_frame(&page, None).await?;
    page.eval_frame(&frame, OPENS, json!([false])).await?;
    page.eval_frame(&frame, DRAWN, json!([])).await?;
    room.sink.give_files(paths[..1].to_vec());
    press(cx, &page).await?;
    given(&room, 1).await?;
    let title = page.eval_frame(&frame, "() => document.title", json!([])).await?;
    same("the files", title, json!("one.txt 5"))
}
