//! Dialogs and choosers of files: told the moment they open, and answered then or, if they are left open, later.

use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event, FileChooserOpened, path_texts};
use greenroom_session_core::{Call, Error, Kind, Result};

use super::hub::Router;
use super::page::BidiPage;
use super::protocol::browsing_context::{HandleUserPrompt, PromptClosed, PromptOpened};
use super::protocol::input::{FileDialogOpened, SetFiles};

impl Router {
    /// `browsingContext.userPromptOpened`. Where the driver answers by itself, it is not ours to tell.
    pub(crate) fn prompt_opened(&mut self, opened: PromptOpened) {
        if !self.known.ignores_prompts {
            return;
        }
        let Some(page) = self.page_of(&opened.context) else {
            return;
        };
        let Some(context) = self.context_of(page) else { return };
        let kind = DialogKind::from_name(&opened.r#type);
        let dialog = DialogOpened {
            page: page.page_key().clone(),
            kind,
            message: opened.message,
            default: opened.default_value.filter(|_| kind == DialogKind::Prompt),
            url: page.facts.borrow().url.clone(),
        };
        let user_context = page.user_context.clone();
        let Some(answer) = context.sink.dialog(&dialog) else {
            page.facts.send_modify(|facts| facts.dialog = Some(dialog));
            return;
        };
        let ask = handle(&answer, &dialog);
        self.wire.then(&ask, move |router, result| {
            if let Err(error) = result {
                tracing::debug!(?error, "a dialog was gone before it was answered");
            }
            if let Some(context) = router.contexts.get(&user_context) {
                context.sink.event(Event::DialogClosed(dialog, answer));
            }
        });
    }

    /// `browsingContext.userPromptClosed`: one that was left open has been answered, by us or by a person.
    pub(crate) fn prompt_closed(&mut self, closed: PromptClosed) {
        let Some(page) = self.page_of(&closed.context) else {
            return;
        };
        let Some(context) = self.context_of(page) else { return };
        let mut open = None;
        page.facts.send_if_modified(|facts| {
            open = facts.dialog.take();
            open.is_some()
        });
        let Some(dialog) = open else { return };
        let answer = if closed.accepted {
            DialogAnswer::Accept(closed.user_text)
        } else {
            DialogAnswer::Dismiss
        };
        context.sink.event(Event::DialogClosed(dialog, answer));
    }

    /// `input.fileDialogOpened`. Of somebody else's browser it is a person's.
    pub(crate) fn chooser_opened(&mut self, opened: FileDialogOpened) {
        let Some(page) = self.page_of(&opened.context).filter(|_| self.known.owned) else {
            return;
        };
        let Some(context) = self.context_of(page) else { return };
        let chooser = FileChooserOpened {
            page: page.page_key().clone(),
            multiple: opened.multiple,
        };
        let files = context.sink.file_chooser(&chooser);
        let user_context = page.user_context.clone();
        let tell = move |router: &mut Self, count| {
            if let Some(context) = router.contexts.get(&user_context) {
                context.sink.event(Event::FileChooserClosed(chooser, count));
            }
        };
        let count = files.len();
        let texts = path_texts(&files).ok().filter(|texts| !texts.is_empty());
        let (Some(element), Some(files)) = (opened.element, texts) else {
            tell(self, 0);
            return;
        };
        let ask = SetFiles {
            context: &opened.context,
            element,
            files,
        };
        self.wire.then(&ask, move |router, result| {
            if let Err(error) = &result {
                tracing::debug!(?error, "a file input was gone before it got its files");
            }
            tell(router, if result.is_ok() { count } else { 0 });
        });
    }
}

impl BidiPage {
    /// Answers the dialog that was left open.
    pub(crate) async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        let Some(dialog) = self.facts.borrow().dialog.clone() else {
            return Err(Error::new(Kind::NotFound, "no dialog is open"));
        };
        self.wire
            .call(handle(answer, &dialog), "answer the dialog", call)
            .await?;
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

fn handle(answer: &DialogAnswer, dialog: &DialogOpened) -> HandleUserPrompt {
    HandleUserPrompt {
        context: dialog.page.0.clone(),
        accept: matches!(answer, DialogAnswer::Accept(_)),
        user_text: dialog.typed(answer),
    }
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::PageKey;

    use super::*;

    fn dialog(kind: DialogKind) -> DialogOpened {
        DialogOpened {
            page: PageKey("p".into()),
            kind,
            message: String::new(),
            default: Some("given".into()),
            url: String::new(),
        }
    }

    #[test]
    fn an_accepted_prompt_keeps_its_default_unless_there_is_a_text() {
        let text = |answer| handle(&answer, &dialog(DialogKind::Prompt)).user_text;
        assert_eq!(text(DialogAnswer::Accept(None)).as_deref(), Some("given"));
        assert_eq!(text(DialogAnswer::Accept(Some("mine".into()))).as_deref(), Some("mine"));
        assert_eq!(text(DialogAnswer::Dismiss), None);
        let alert = handle(&DialogAnswer::Accept(Some("x".into())), &dialog(DialogKind::Alert));
        assert_eq!((alert.accept, alert.user_text), (true, None));
    }
}
