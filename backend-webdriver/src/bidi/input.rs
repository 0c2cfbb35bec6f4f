//! Input as from a person: all gestures of a call in one command.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use greenroom_session_core::backend::{Capability, FrameKey, Gesture, Input, Script, has_taps, path_texts};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::json;

use super::Family;
use super::error::Native;
use super::evaluate::Form;
use super::evaluate_on::Elements;
use super::page::{BidiPage, Handle};
use super::protocol::goog::SendCommand;
use super::protocol::input::{PerformActions, ReleaseActions, SetFiles, Shared};
use crate::actions::{self, Ways};
use crate::drag;

const DOING: &str = "give the page input";

/// How many gestures are under way at once.
const AT_ONCE: usize = 512;

/// Lets go of what is held when not all gestures were made, also by a caller who goes away.
struct Holding<'a> {
    page: &'a BidiPage,
    context: String,
    is_over: bool,
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        if !self.is_over && !self.page.facts.borrow().is_over() {
            self.page.wire.post(&ReleaseActions { context: &self.context });
        }
    }
}

#[async_trait]
impl Input for Handle {
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()> {
        let page = &self.0;
        page.usable(DOING)?;
        let done = call.bound("the page to take the input", page.act(gestures)).await;
        if done.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            page.wire.suspect();
            page.unhang_later(None);
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
        let work = page.give_files(frame, script, files);
        page.within(frame, call, work).await
    }
}

impl BidiPage {
    /// Makes the gestures, one after the other.
    async fn act(self: &Arc<Self>, gestures: &[Gesture]) -> Result<()> {
        if has_taps(gestures) && !self.is_touched() {
            return Err(Error::unsupported(Capability::Touch));
        }
        let aimed = self.aimed(gestures).await?;
        let gestures = aimed.gestures.as_deref().unwrap_or(gestures);
        let ways = self.ways();
        if self.known.family == Family::Firefox
            && let Some(script) = drag::question(gestures)
            && self.says_yes(&aimed.context, &script).await
        {
            return Err(drag::refused("Firefox"));
        }
        // Nothing is done of what cannot be done whole.
        let parts = gestures.chunks(AT_ONCE).map(|some| actions::sources(some, ways));
        let parts = parts
            .collect::<Result<Vec<_>>>()
            .map_err(|error| error.with_applied(Applied::No))?;
        self.come_forward();
        let mut holding = Holding {
            page: self,
            context: aimed.context,
            is_over: false,
        };
        let work = async {
            if let Some(session) = self.popup_session() {
                return self.act_in_popup(session, gestures).await;
            }
            for actions in parts {
                let ask = PerformActions {
                    context: &holding.context,
                    actions,
                };
                self.wire.ask(ask).await?;
            }
            Ok(())
        };
        let mut facts = self.facts.subscribe();
        let done = tokio::select! {
            biased;
            done = self.unless_gone(None, None, work) => done,
            // A dialog that is left open holds up the rest.
            _ = facts.wait_for(|facts| facts.dialog.is_some()) => Ok(()),
        };
        match done {
            // What closes the page, or takes it elsewhere, has done what it should.
            Ok(()) | Err(Native::Gone) => {}
            Err(native) if native.kind() == Kind::Navigation => {}
            Err(native) if native.kind() == Kind::PageGone && self.is_elsewhere(&holding.context) => {}
            Err(native) => return Err(refused(native, Capability::TrustedInput)),
        }
        holding.is_over = !actions::leaves_held(gestures);
        if let Some(turn) = actions::turn(gestures) {
            // What it comes to does not matter: it is over.
            let _ = self.invoke(None, &turn, Form::Json).await;
        }
        Ok(())
    }

    async fn says_yes(&self, context: &str, script: &Script) -> bool {
        let frame = Some(FrameKey(context.to_owned())).filter(|frame| frame.0 != self.page_key().0);
        let answer = self.invoke(frame.as_ref(), script, Form::Json).await;
        answer.is_ok_and(|answer| answer.value == "true")
    }

    /// Whether its context was opened with a screen that is touched.
    fn is_touched(&self) -> bool {
        let Some(hub) = self.hub.upgrade() else { return false };
        hub.lock().context_of(self).is_some_and(|context| context.options.touch)
    }

    fn ways(&self) -> Ways {
        Ways {
            rounds: false,
            // Chromium's event has room for three.
            longest: if self.known.family == Family::Firefox {
                usize::MAX
            } else {
                3
            },
            lacks: &[],
        }
    }

    /// Whether a frame, or the page itself, is gone or shows another document.
    fn is_elsewhere(&self, context: &str) -> bool {
        let facts = self.facts.borrow();
        facts.closed || facts.is_leaving() || (context != self.page_key().0 && !facts.frames.contains(context))
    }

    /// Chromium handles no input in a page that is not shown, unless it is told that it is.
    fn come_forward(&self) {
        if let Some(session) = self.session.get() {
            self.wire.post(&SendCommand {
                method: "Emulation.setFocusEmulationEnabled",
                params: json!({ "enabled": true }),
                session: Some(session.clone()),
            });
        }
    }

    async fn give_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf]) -> Result<()> {
        let gone = || Error::new(Kind::Stale, "the file input is gone");
        let files = path_texts(files)?;
        let Elements { context, shared } = self.elements(frame, script).await?.ok_or_else(gone)?;
        let context = context.ok_or_else(gone)?;
        let shared_id = shared.into_iter().next().flatten().ok_or_else(gone)?;
        let ask = SetFiles {
            context: &context,
            element: Shared { shared_id },
            files,
        };
        let set = self.unless_gone(frame, None, self.wire.ask(ask)).await;
        set.map(drop).map_err(|native| {
            let is_gone = native.is("no such element") || native.is("no such node");
            if is_gone {
                gone()
            } else {
                refused(native, Capability::FileUpload)
            }
        })
    }
}

/// The error of a command that the driver refuses, or does not know.
fn refused(native: Native, capability: Capability) -> Error {
    if native.is("unknown command") || native.is("unknown method") {
        return Error::unsupported(capability);
    }
    native.into_error(DOING).with_applied(Applied::Unknown)
}
