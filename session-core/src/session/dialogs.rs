//! Dialogs that are left open (`--dialogs ask`): while one is, its page answers nothing, and whoever asks it is told so at
//! once instead of waiting for the deadline.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::watch;

use super::notes;
use crate::backend::{
    DialogAnswer, DialogKind, DialogOpened, FrameKey, Frames, Gesture, Image, Input, Loaded, Navigation, Page, PageKey,
    Script, Shot, Size,
};
use crate::call::Call;
use crate::error::{Applied, Error, Kind, Result};

/// The dialogs of a session that are open, at most one a page.
#[derive(Clone, Debug)]
pub(crate) struct OpenDialogs(watch::Sender<Vec<DialogOpened>>);

impl Default for OpenDialogs {
    fn default() -> Self {
        Self(watch::Sender::new(Vec::new()))
    }
}

impl OpenDialogs {
    /// One has opened, and is left open.
    pub(super) fn opened(&self, dialog: DialogOpened) {
        self.0.send_modify(|open| {
            open.retain(|other| other.page != dialog.page);
            open.push(dialog);
        });
    }

    /// A page has none any more, whatever became of it.
    pub(super) fn closed(&self, page: &PageKey) {
        self.0.send_if_modified(|open| {
            let before = open.len();
            open.retain(|dialog| dialog.page != *page);
            open.len() != before
        });
    }

    /// None is open any more.
    pub(super) fn clear(&self) {
        self.0.send_replace(Vec::new());
    }

    /// All of them, the oldest first.
    pub(crate) fn all(&self) -> Vec<DialogOpened> {
        self.0.borrow().clone()
    }

    /// The one of a page.
    pub(crate) fn of(&self, page: &PageKey) -> Option<DialogOpened> {
        self.0.borrow().iter().find(|dialog| dialog.page == *page).cloned()
    }

    /// Waits for one of a page.
    async fn opens(&self, page: &PageKey) -> DialogOpened {
        let mut open = self.0.subscribe();
        loop {
            if let Some(dialog) = self.of(page) {
                return dialog;
            }
            // The sender lives in `self`: this cannot fail.
            let _ = open.changed().await;
        }
    }

    /// The page with its dialogs.
    pub(super) fn around(&self, page: Arc<dyn Page>) -> Arc<dyn Page> {
        Arc::new(Asking {
            page,
            open: self.clone(),
        })
    }
}

/// A page whose dialogs are left open.
#[derive(Debug)]
struct Asking {
    page: Arc<dyn Page>,
    open: OpenDialogs,
}

/// What is in the way of a page.
fn waits(dialog: &DialogOpened) -> Error {
    Error::new(
        Kind::DialogOpen,
        format!("{} waits for its answer", notes::called(dialog)),
    )
}

impl Asking {
    fn free(&self) -> Result<()> {
        match self.open.of(self.page.key()) {
            Some(dialog) => Err(waits(&dialog).with_applied(Applied::No)),
            None => Ok(()),
        }
    }

    /// Does what the page must answer, as long as no dialog holds it up.
    async fn unless_held<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.free()?;
        tokio::select! {
            biased;
            done = work => done,
            dialog = self.open.opens(self.page.key()) => Err(waits(&dialog).with_applied(Applied::Unknown)),
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Page for Asking {
    fn key(&self) -> &PageKey {
        self.page.key()
    }

    async fn url(&self, call: &Call) -> Result<String> {
        self.page.url(call).await
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        self.free()?;
        tokio::select! {
            biased;
            loaded = self.page.navigate(to, call) => loaded,
            dialog = self.open.opens(self.page.key()) => match dialog.kind {
                DialogKind::BeforeUnload => Err(waits(&dialog).with_applied(Applied::No)),
                // The document is there, and waits in the middle of its loading.
                _ => Ok(Loaded { url: self.page.url(call).await?, moved: true, ..Loaded::default() }),
            },
        }
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        self.unless_held(self.page.evaluate(script, call)).await
    }

    async fn evaluate_on(
        &self,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        self.unless_held(self.page.evaluate_on(frame, elements, script, call))
            .await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        self.page.frames().map(|_| self as &dyn Frames)
    }

    fn input(&self) -> Result<&dyn Input> {
        self.page.input().map(|_| self as &dyn Input)
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        self.unless_held(self.page.screenshot(shot, call)).await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        self.unless_held(self.page.set_viewport(size, call)).await
    }

    async fn answer_dialog(&self, answer: &DialogAnswer, call: &Call) -> Result<()> {
        self.page.answer_dialog(answer, call).await
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        self.unless_held(self.page.revive(call)).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        self.page.close(call).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Frames for Asking {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.unless_held(self.page.frames()?.find(parent, script, call)).await
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        self.unless_held(self.page.frames()?.evaluate(frame, script, call))
            .await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Input for Asking {
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()> {
        self.free()?;
        self.page.input()?.perform(gestures, call).await
    }

    async fn settle(&self, call: &Call) -> Result<()> {
        match self.unless_held(self.page.input()?.settle(call)).await {
            // It is what the input led to.
            Err(error) if error.kind() == Kind::DialogOpen => Ok(()),
            settled => settled,
        }
    }

    async fn set_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf], call: &Call) -> Result<()> {
        let work = self.page.input()?.set_files(frame, script, files, call);
        self.unless_held(work).await
    }
}
