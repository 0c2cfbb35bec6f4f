//! What happened in the browser and is still to be told, once, with the next result of any command (policy: events).

use std::collections::VecDeque;

use serde_json::json;

use crate::backend::{DialogAnswer, DialogOpened, DownloadRecord, FileChooserOpened};
use crate::ipc::EventNote;
use crate::store::Timestamp;

/// How many notes are kept; the logs have them all.
const LIMIT: usize = 200;

/// Notes that wait for the next result.
#[derive(Debug, Default)]
pub(super) struct Notes {
    waiting: VecDeque<EventNote>,
    dropped: usize,
}

impl Notes {
    /// Adds a note; the oldest is counted instead of kept when there are too many.
    pub(super) fn add(&mut self, note: EventNote) {
        if self.waiting.len() == LIMIT {
            self.waiting.pop_front();
            self.dropped += 1;
        }
        self.waiting.push_back(note);
    }

    /// Takes all notes, to be told.
    pub(super) fn take(&mut self) -> Vec<EventNote> {
        let mut notes: Vec<_> = self.waiting.drain(..).collect();
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            notes.insert(
                0,
                note(
                    "omitted",
                    None,
                    format!("{dropped} earlier events are only in the logs"),
                    json!({ "count": dropped }),
                ),
            );
        }
        notes
    }
}

/// A note of now.
pub(super) fn note(kind: &str, page_id: Option<&str>, message: String, detail: serde_json::Value) -> EventNote {
    EventNote {
        kind: kind.to_owned(),
        page_id: page_id.map(str::to_owned),
        ts: Timestamp::now(),
        message,
        detail,
    }
}

/// The note about a dialog and its answer.
pub(super) fn dialog(page_id: Option<&str>, dialog: &DialogOpened, answer: &DialogAnswer) -> EventNote {
    let done = done(answer);
    dialog_note(page_id, dialog, &format!("was {done}"), Some(done))
}

/// The note about a dialog that is left open.
pub(super) fn open_dialog(page_id: Option<&str>, dialog: &DialogOpened) -> EventNote {
    let waits = "waits for its answer: greenroom dialog accept [TEXT], or dismiss";
    dialog_note(page_id, dialog, waits, None)
}

fn dialog_note(page_id: Option<&str>, dialog: &DialogOpened, what: &str, answer: Option<&str>) -> EventNote {
    let detail = json!({
        "dialog": dialog.kind,
        "message": dialog.message,
        "default": dialog.default,
        "url": dialog.url,
        "answer": answer,
    });
    note("dialog", page_id, format!("{} {what}", called(dialog)), detail)
}

/// The word for an answer.
pub(crate) fn done(answer: &DialogAnswer) -> &'static str {
    match answer {
        DialogAnswer::Accept(_) => "accepted",
        DialogAnswer::Dismiss => "dismissed",
    }
}

/// What a dialog is called: `confirm dialog "Sure?"`.
pub(crate) fn called(dialog: &DialogOpened) -> String {
    format!("{} dialog \"{}\"", dialog.kind.name(), clipped(&dialog.message))
}

/// The note about a file chooser that nobody had files for.
pub(super) fn file_chooser(page_id: Option<&str>, chooser: &FileChooserOpened) -> EventNote {
    note(
        "file-chooser",
        page_id,
        "a file chooser was cancelled: greenroom upload SELECTOR FILE, with what opens it".to_owned(),
        json!({ "multiple": chooser.multiple }),
    )
}

/// The note about a download.
pub(super) fn download(page_id: Option<&str>, download: &DownloadRecord) -> EventNote {
    let name = clipped(&download.suggested_name);
    note(
        "download",
        page_id,
        format!("download \"{name}\" {}", download.state),
        json!({ "url": download.url, "name": download.suggested_name, "state": download.state, "path": download.path }),
    )
}

/// A page's text for one line: without line breaks and control characters, and not endless.
fn clipped(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut line: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_once_and_what_is_dropped_is_counted() {
        let mut notes = Notes::default();
        for index in 0..LIMIT + 3 {
            notes.add(note("console", None, index.to_string(), json!(null)));
        }
        let told = notes.take();
        assert_eq!(told.len(), LIMIT + 1);
        assert!(told[0].message.starts_with("3 earlier"));
        assert!(notes.take().is_empty());
    }

    #[test]
    fn a_pages_text_stays_in_its_line() {
        assert_eq!(clipped("a\nnote: b\u{1b}[31m"), "a note: b [31m");
        assert_eq!(clipped(&"x".repeat(300)).chars().count(), 201);
    }
}
