//! Downloads: saved below the folder that was given, or refused.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Capability, ContextOptions, Event, EventSink};
use std::sync::Arc;

use super::{Case, case};
use crate::check::{Checked, Failure, check, fails, refused, same};
use crate::context::{Context, Room};
use crate::recorder::Recorder;

pub(super) const CASES: &[Case] = &[
    case!("download::saved", [Downloads], saved, else unsupported),
    case!("download::refused", [Downloads], not_wanted),
    case!("download::name-that-leads-out", [Downloads], leads_out),
    case!("download::same-name-twice", [Downloads], twice),
];

fn folder() -> Checked<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| Failure(format!("failed to make a folder: {error}")))
}

fn into(folder: &tempfile::TempDir) -> ContextOptions {
    ContextOptions {
        downloads: Some(folder.path().to_owned()),
        ..ContextOptions::default()
    }
}

/// Goes to what is a download; where failures are told, it is told that this is no document.
async fn fetch(cx: &Context<'_>, room: &Room, url: &str) -> Checked {
    let page = room.open_blank().await?;
    let loaded = page.goto(url).await;
    if cx.has(Capability::NavigationStatus) {
        fails("going to what is a download", loaded, &[Kind::Navigation])?;
    }
    Ok(())
}

async fn saved(cx: &Context<'_>) -> Checked {
    let folder = folder()?;
    let room = cx.room_with(into(&folder)).await?;
    let url = cx.url("/download/report.txt");
    fetch(cx, &room, &url).await?;
    let started = room.sink.download("started").await?;
    same("the address", started.url, url)?;
    same("the suggested name", started.suggested_name.as_str(), "report.txt")?;
    let completed = room.sink.download("completed").await?;
    same("the suggested name", completed.suggested_name.as_str(), "report.txt")?;
    let path = completed
        .path
        .ok_or_else(|| Failure("it does not say where it was saved".to_owned()))?;
    same("its folder", path.parent(), Some(folder.path()))?;
    let content = std::fs::read_to_string(&path).unwrap_or_default();
    same("its content", content.as_str(), "content of report.txt\n")?;
    room.open_blank().await?.is_usable(&cx.site()).await
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let folder = folder()?;
    let browser = cx.own_browser().await?;
    let sink = Arc::new(Recorder::default());
    let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
    let opened = browser.open_context(&into(&folder), heard, &cx.call()).await;
    refused("a context with a folder for downloads", opened, Capability::Downloads)?;
    same("events of a context that was refused", sink.events().len(), 0)?;
    let room = cx.room_in(&browser, ContextOptions::default()).await?;
    room.open_blank().await?.is_usable(&cx.site()).await?;
    let told = room.sink.count(|event| matches!(event, Event::Download(_)));
    same("downloads that were told without the capability", told, 0)
}

async fn not_wanted(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    fetch(cx, &room, &cx.url("/download/report.txt")).await?;
    let record = room.sink.download("refused").await?;
    same("where it was saved", record.path, None)?;
    same("the suggested name", record.suggested_name.as_str(), "report.txt")?;
    let saved = room
        .sink
        .count(|event| matches!(event, Event::Download(record) if record.state == "completed"));
    same("downloads that were saved although they were not wanted", saved, 0)
}

async fn leads_out(cx: &Context<'_>) -> Checked {
    let outside = folder()?;
    let inside = outside.path().join("a/b");
    std::fs::create_dir_all(&inside).map_err(|error| Failure(error.to_string()))?;
    let options = ContextOptions {
        downloads: Some(inside.clone()),
        ..ContextOptions::default()
    };
    let room = cx.room_with(options).await?;
    fetch(cx, &room, &cx.url("/download/x?as=..%2F..%2Fescape.txt")).await?;
    let record = room.sink.download("completed").await?;
    check(!record.suggested_name.contains(['/', '\\']), || {
        format!("{:?} is a path", record.suggested_name)
    })?;
    let path = record
        .path
        .ok_or_else(|| Failure("it does not say where it was saved".to_owned()))?;
    same("its folder", path.parent(), Some(inside.as_path()))?;
    check(path.is_file(), || format!("`{}` is not there", path.display()))?;
    check(!outside.path().join("escape.txt").exists(), || {
        "the download was saved outside of its folder".to_owned()
    })
}

async fn twice(cx: &Context<'_>) -> Checked {
    let folder = folder()?;
    let room = cx.room_with(into(&folder)).await?;
    let url = cx.url("/download/report.txt");
    fetch(cx, &room, &url).await?;
    room.sink.download("completed").await?;
    fetch(cx, &room, &url).await?;
    let both = |event: &Event| match event {
        Event::Download(record) if record.state == "completed" => record.path.clone(),
        _ => None,
    };
    let first = room.sink.wait("the first download", both).await?;
    let other = |event: &Event| both(event).filter(|path| *path != first);
    let second = room.sink.wait("the second download under another name", other).await?;
    check(first.is_file() && second.is_file(), || {
        format!("`{}` or `{}` is not there", first.display(), second.display())
    })
}
