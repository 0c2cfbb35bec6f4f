//! Dialogs, answered the moment they open, so that no page ever hangs in one.

use chromiumoxide::cdp::browser_protocol::page::HandleJavaScriptDialogParams;
use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::hub::Router;

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

impl Router {
    /// Takes `Page.javascriptDialogOpening`.
    pub(crate) fn dialog_opening(&mut self, id: &SessionId, params: Value) {
        let Ok(opening) = read::<Opening>(params) else { return };
        let Some((page, context)) = self.page_of_main(id) else {
            return;
        };
        let (kind, default) = match opening.r#type.as_str() {
            "confirm" => (DialogKind::Confirm, None),
            "prompt" => (DialogKind::Prompt, opening.default_prompt),
            "beforeunload" => (DialogKind::BeforeUnload, None),
            _ => (DialogKind::Alert, None),
        };
        let page = page.page_key().clone();
        let dialog = DialogOpened {
            page,
            kind,
            message: opening.message,
            default,
            url: opening.url,
        };
        let answer = context.sink.dialog(&dialog);
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
}

fn handle(answer: &DialogAnswer, dialog: &DialogOpened) -> HandleJavaScriptDialogParams {
    match answer {
        DialogAnswer::Dismiss => HandleJavaScriptDialogParams::new(false),
        DialogAnswer::Accept(text) => {
            let mut ask = HandleJavaScriptDialogParams::new(true);
            if dialog.kind == DialogKind::Prompt {
                // Without a text of its own, OK means the text that stands there.
                ask.prompt_text = text.clone().or_else(|| dialog.default.clone());
            }
            ask
        }
    }
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
