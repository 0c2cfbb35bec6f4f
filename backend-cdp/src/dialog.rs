//! Dialogs and choosers of files: told the moment they open, and answered then or, if they are left open, later.

use std::path::PathBuf;

use chromiumoxide::cdp::browser_protocol::dom::{BackendNodeId, SetFileInputFilesParams};
use chromiumoxide::cdp::browser_protocol::page::HandleJavaScriptDialogParams;
use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event, FileChooserOpened, path_texts};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::hub::Router;
use crate::page::{CdpPage, Nothing};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opening {
    #[serde(default)]
    url: String,
    #[serde(default)]
    message: String,
    r#type: String,
    default_prompt: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Closed {
    result: bool,
    #[serde(default)]
    user_input: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChooserOpened {
    mode: String,
    /// Which file input; none: the page asked for a file of the disk itself.
    backend_node_id: Option<BackendNodeId>,
}

impl Router {
    /// Takes `Page.javascriptDialogOpening`.
    pub(crate) fn dialog_opening(&mut self, id: &SessionId, params: Value) {
        let Ok(opening) = read::<Opening>(params) else { return };
        let Some((page, context)) = self.page_of_main(id) else {
            return;
        };
        let kind = DialogKind::from_name(&opening.r#type);
        let dialog = DialogOpened {
            page: page.page_key().clone(),
            kind,
            message: opening.message,
            default: opening.default_prompt.filter(|_| kind == DialogKind::Prompt),
            url: opening.url,
        };
        let Some(answer) = context.sink.dialog(&dialog) else {
            page.facts.send_modify(|facts| facts.dialog = Some(dialog));
            return;
        };
        let ask = handle(&answer, &dialog);
        let key = self.sessions.get(id).map(|session| session.context.clone());
        self.wire.then(Some(id), ask, move |router, result| {
            if let Err(error) = result {
                tracing::debug!(?error, "a dialog was gone before it was answered");
            }
            if let Some(context) = key.and_then(|key| router.contexts.get(&key)) {
                context.sink.event(Event::DialogClosed(dialog, answer));
            }
        });
    }

    /// Takes `Page.javascriptDialogClosed`: one that was left open has been answered, by us or by a person.
    pub(crate) fn dialog_closed(&mut self, id: &SessionId, params: Value) {
        let Ok(closed) = read::<Closed>(params) else { return };
        let Some((page, context)) = self.page_of_main(id) else {
            return;
        };
        let mut open = None;
        page.facts.send_if_modified(|facts| {
            open = facts.dialog.take();
            open.is_some()
        });
        let Some(dialog) = open else { return };
        let text = Some(closed.user_input).filter(|_| dialog.kind == DialogKind::Prompt);
        let answer = if closed.result {
            DialogAnswer::Accept(text)
        } else {
            DialogAnswer::Dismiss
        };
        context.sink.event(Event::DialogClosed(dialog, answer));
    }

    /// Takes `Page.fileChooserOpened`; of a frame of another origin it comes in that frame's session.
    pub(crate) fn chooser_opened(&mut self, id: &SessionId, params: Value) {
        let Ok(opened) = read::<ChooserOpened>(params) else {
            return;
        };
        let (Some((page, _)), Some(session)) = (self.page_of_frame(id), self.sessions.get(id)) else {
            return;
        };
        let Some(context) = self.contexts.get(&session.context) else {
            return;
        };
        let chooser = FileChooserOpened {
            page: page.page_key().clone(),
            multiple: opened.mode == "selectMultiple",
        };
        let files = context.sink.file_chooser(&chooser);
        let key = session.context.clone();
        let tell = move |router: &mut Self, count| {
            if let Some(context) = router.contexts.get(&key) {
                context.sink.event(Event::FileChooserClosed(chooser, count));
            }
        };
        let Some(ask) = opened.backend_node_id.and_then(|node| give(node, &files)) else {
            tell(self, 0);
            return;
        };
        let count = files.len();
        self.wire.then(Some(id), ask, move |router, result| {
            if let Err(error) = &result {
                tracing::debug!(?error, "a file input was gone before it got its files");
            }
            tell(router, if result.is_ok() { count } else { 0 });
        });
    }
}

/// Gives a file input files; without any, a page that waits is told `cancel`.
fn give(node: BackendNodeId, files: &[PathBuf]) -> Option<SetFileInputFilesParams> {
    let mut ask = SetFileInputFilesParams::new(path_texts(files).ok()?);
    ask.backend_node_id = Some(node);
    Some(ask)
}

impl CdpPage {
    /// Answers the dialog that was left open.
    pub(crate) async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        let Some(dialog) = self.facts.borrow().dialog.clone() else {
            return Err(Error::new(Kind::NotFound, "no dialog is open"));
        };
        let ask = handle(answer, &dialog);
        let answered = self
            .wire
            .call::<Nothing, _>(Some(&self.session), ask, "answer the dialog", call);
        answered.await?;
        let mut facts = self.facts.subscribe();
        call.bound("the dialog to close", async {
            let _ = facts
                .wait_for(|facts| facts.dialog.as_ref() != Some(&dialog) || facts.is_over())
                .await;
            Ok(())
        })
        .await
    }
}

fn handle(answer: &DialogAnswer, dialog: &DialogOpened) -> HandleJavaScriptDialogParams {
    let mut ask = HandleJavaScriptDialogParams::new(matches!(answer, DialogAnswer::Accept(_)));
    ask.prompt_text = dialog.typed(answer);
    ask
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::PageKey;

    use super::*;

    #[test]
    fn an_accepted_prompt_keeps_its_default_unless_there_is_a_text() {
        let prompt = DialogOpened {
            page: PageKey("p".into()),
            kind: DialogKind::Prompt,
            message: String::new(),
            default: Some("given".into()),
            url: String::new(),
        };
        let text = |answer| handle(&answer, &prompt).prompt_text;
        assert_eq!(text(DialogAnswer::Accept(None)).as_deref(), Some("given"));
        assert_eq!(text(DialogAnswer::Accept(Some("mine".into()))).as_deref(), Some("mine"));
        assert_eq!(text(DialogAnswer::Dismiss), None);
    }
}
