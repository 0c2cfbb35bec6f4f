//! Answering dialogs that were left open.

use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::{DialogAnswer, DialogOpened, Page};
use crate::error::{Error, Kind, Result};
use crate::op::{DialogAccept, DialogAnswered, DialogDismiss};
use crate::service::dispatch::{Run, Stage};
use crate::session::notes;

#[async_trait]
impl Run for DialogAccept {
    async fn run(self, stage: &mut Stage) -> Result<DialogAnswered> {
        answer(stage, &DialogAnswer::Accept(self.text)).await
    }
}

#[async_trait]
impl Run for DialogDismiss {
    async fn run(self, stage: &mut Stage) -> Result<DialogAnswered> {
        answer(stage, &DialogAnswer::Dismiss).await
    }
}

async fn answer(stage: &Stage, answer: &DialogAnswer) -> Result<DialogAnswered> {
    let (id, page, dialog) = waiting(stage)?;
    page.answer_dialog(answer, &stage.call).await?;
    Ok(DialogAnswered {
        page: id,
        dialog: dialog.kind.name().to_owned(),
        message: dialog.message,
        answer: notes::done(answer).to_owned(),
    })
}

/// The dialog that is meant: that of the page, or, where no page was named and the default one has none, the oldest.
fn waiting(stage: &Stage) -> Result<(String, Arc<dyn Page>, DialogOpened)> {
    let session = stage.session()?;
    let (id, page) = stage.page()?;
    let open = session.dialogs.of(page.key());
    if let Some(dialog) = open.or_else(|| session.taps.held(page.key())) {
        return Ok((id, page, dialog));
    }
    if stage.page.is_none()
        && let Some(dialog) = session.dialogs.all().into_iter().next()
    {
        let other = session.lock().book.by_key(&dialog.page).map(|entry| entry.id.clone());
        let (id, page) = session.page(other.as_deref())?;
        return Ok((id, page, dialog));
    }
    let hint = "greenroom open URL --dialogs ask    # else each dialog is answered as soon as it opens";
    Err(Error::new(Kind::NotFound, format!("no dialog is open in `{id}`")).with_hint(hint))
}
