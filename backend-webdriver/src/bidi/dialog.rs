//! Dialogs, answered the moment they open, so that no page ever hangs in one.

use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event};

use super::hub::Router;
use super::protocol::browsing_context::{HandleUserPrompt, PromptOpened};

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
        let (kind, default) = match opened.r#type.as_str() {
            "confirm" => (DialogKind::Confirm, None),
            "prompt" => (DialogKind::Prompt, opened.default_value),
            "beforeunload" => (DialogKind::BeforeUnload, None),
            _ => (DialogKind::Alert, None),
        };
        let dialog = DialogOpened {
            page: page.page_key().clone(),
            kind,
            message: opened.message,
            default,
            url: page.facts.borrow().url.clone(),
        };
        let user_context = page.user_context.clone();
        let answer = context.sink.dialog(&dialog);
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
}

fn handle(answer: &DialogAnswer, dialog: &DialogOpened) -> HandleUserPrompt {
    let (accept, text) = match answer {
        DialogAnswer::Dismiss => (false, None),
        DialogAnswer::Accept(text) => (true, text.clone()),
    };
    // Without a text of its own, OK means the text that stands there.
    let user_text = text
        .or_else(|| dialog.default.clone())
        .filter(|_| accept && dialog.kind == DialogKind::Prompt);
    HandleUserPrompt {
        context: dialog.page.0.clone(),
        accept,
        user_text,
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
