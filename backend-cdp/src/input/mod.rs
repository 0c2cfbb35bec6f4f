//! Input as from a person: sent in order without waiting in between, so that a click is one round trip.

mod drag;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use futures::future::try_join_all;
use greenroom_session_core::backend::{Capability, FrameKey, Gesture, Input, Script, has_taps, lets_go_of, path_texts};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use tokio::time::sleep;

use crate::connection::read;
use crate::error::Native;
use crate::evaluate::Form;
use crate::facts::Facts;
use crate::page::{CdpPage, Handle, Nothing};
use wire::Hand;

const DOING: &str = "give the page input";

/// How many gestures are under way at once.
const AT_ONCE: usize = 256;

/// A tap is answered before the click that the browser makes of it: that comes before the page is drawn next.
const AFTER_TAP: &str =
    "() => new Promise(done => { requestAnimationFrame(() => done(0)); setTimeout(() => done(0), 50); })";

/// The handles of elements that files are for.
const GROUP: &str = "files";

/// Gestures that are being made: what is still held when this goes is let go of, whether they were all made, failed, or
/// their caller went away.
struct Doing<'a> {
    page: &'a CdpPage,
    hand: Hand,
    /// Those that have begun.
    begun: Vec<Gesture>,
}

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        for gesture in lets_go_of(&self.begun) {
            for ask in self.hand.does(&gesture) {
                ask.post(&self.page.wire, &self.page.session);
            }
        }
    }
}

#[async_trait]
impl Input for Handle {
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()> {
        let page = &self.0;
        page.usable(DOING)?;
        if has_taps(gestures) && !page.owned {
            return Err(Error::unsupported(Capability::Touch));
        }
        let work = async {
            let mut doing = Doing {
                page,
                hand: Hand::default(),
                begun: Vec::with_capacity(gestures.len()),
            };
            if drag::is_drag(gestures) {
                return doing.drag(gestures).await;
            }
            for part in gestures.chunk_by(|one, _| !matches!(one, Gesture::Pause(_))) {
                for some in part.chunks(AT_ONCE) {
                    doing.send(some).await?;
                }
                rest(part.last()).await;
            }
            if has_taps(gestures) {
                let _ = page.run_own(AFTER_TAP).await;
            } else if gestures.iter().any(|gesture| matches!(gesture, Gesture::KeyDown(_))) {
                // The page has its turn: what the keys set off is told before its answer.
                let _ = page.run_own("() => 0").await;
            }
            Ok(())
        };
        let done = call.bound("the page to take the input", page.unless_over(work)).await;
        if done.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            page.wire.suspect();
            page.unhang_later(Arc::clone(&page.session));
        }
        done
    }

    async fn settle(&self, call: &Call) -> Result<()> {
        let mut facts = self.0.facts.subscribe();
        let settled = async {
            // An error means that the page is gone, and its navigation with it.
            let _ = facts.wait_for(|facts| !facts.is_leaving() || facts.is_over()).await;
            Ok(())
        };
        call.bound("the document that the page goes on to", settled).await
    }

    async fn set_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf], call: &Call) -> Result<()> {
        let page = &self.0;
        let first = Script {
            function: format!("(...all) => ({})(...all)[0]", script.function),
            ..script.clone()
        };
        let work = async {
            let (session, element) = page.invoke(frame, &first, Form::Handle(GROUP)).await?;
            let object = element.object_id.filter(|_| element.subtype.as_deref() == Some("node"));
            let object = object.ok_or_else(|| Error::new(Kind::Stale, "the file input is gone"))?;
            let mut ask = SetFileInputFilesParams::new(path_texts(files)?);
            ask.object_id = Some(object.into());
            let set = page.wire.ask(Some(&session), ask).await.and_then(read::<Nothing>);
            set.map(drop).map_err(|native| native.into_error("give the page files"))
        };
        page.within(frame, call, work).await
    }
}

/// Waits as a gesture says.
async fn rest(gesture: Option<&Gesture>) {
    if let Some(Gesture::Pause(time)) = gesture {
        sleep(*time).await;
    }
}

impl Doing<'_> {
    /// Sends gestures, and waits until the page has handled all of them. Pauses are the caller's.
    async fn send(&mut self, gestures: &[Gesture]) -> Result<()> {
        let page = self.page;
        self.begun.extend_from_slice(gestures);
        let asks = gestures.iter().flat_map(|gesture| self.hand.does(gesture));
        let answers = asks.map(|ask| ask.send(&page.wire, &page.session));
        match try_join_all(answers).await {
            // What closes the page, or takes it elsewhere, has done what it should.
            Err(native) if native.is_session_missing() || page.facts.borrow().closed => Ok(()),
            sent => sent
                .map(drop)
                .map_err(|native| native.into_error(DOING).with_applied(Applied::Unknown)),
        }
    }
}

impl CdpPage {
    /// Work that is done, too, when the page is closed by it, or when it opens a dialog that is left open.
    async fn unless_over(&self, work: impl Future<Output = Result<()>>) -> Result<()> {
        let mut facts = self.facts.subscribe();
        let crashes = facts.borrow().crashes;
        let over = facts.wait_for(|facts: &Facts| facts.dialog.is_some() || facts.is_over_since(crashes));
        tokio::select! {
            biased;
            done = work => done,
            over = over => match over {
                Ok(facts) if facts.closed || facts.dialog.is_some() => Ok(()),
                Ok(_) => Err(self.over(DOING)),
                Err(_) => Err(Native::Gone.into_error(DOING)),
            },
        }
    }
}
