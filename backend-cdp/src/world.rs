//! Where a function is called: the world of a document that may be under way, in a frame that may be moving.

use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::page::CreateIsolatedWorldParams;
use greenroom_session_core::backend::{FrameKey, World};
use greenroom_session_core::{Error, Result};
use tokio::time::timeout;

use crate::connection::{SessionId, read};
use crate::error::{self, Native};
use crate::evaluate::DOING;
use crate::facts::Facts;
use crate::page::{CdpPage, Nothing};
use crate::setup::WORLD;

/// How long the world of a new document is waited for before one is asked for.
const WORLD_COMES: Duration = Duration::from_millis(500);

/// Where a function is called.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) session: SessionId,
    /// The unique id of the world.
    pub(crate) world: String,
}

impl CdpPage {
    /// Where a world is, as soon as it is there.
    pub(crate) async fn place(&self, frame: Option<&FrameKey>, world: World) -> Result<Place> {
        let known = self.place_now(&self.facts.borrow(), frame, world);
        if let Some(place) = known {
            return place.map_err(|native| self.failure(frame, native));
        }
        let mut facts = self.facts.subscribe();
        loop {
            let comes = facts.wait_for(|facts| self.place_now(facts, frame, world).is_some());
            let known = timeout(WORLD_COMES, comes)
                .await
                .ok()
                .and_then(|facts| self.place_now(&*facts.ok()?, frame, world));
            if let Some(place) = known {
                return place.map_err(|native| self.failure(frame, native));
            }
            if world == World::Isolated {
                self.make_world(frame).await?;
            }
        }
    }

    /// Where a world is, or why it will not be; `None`: it is to come.
    fn place_now(&self, facts: &Facts, frame: Option<&FrameKey>, world: World) -> Option<Result<Place, Native>> {
        let (session, worlds) = match frame.map(|frame| facts.frames.get(&frame.0)) {
            None => (&self.session, &facts.worlds),
            Some(None) => return Some(Err(Native::Gone)),
            Some(Some(frame)) if frame.crashed => return Some(Err(Native::Crashed)),
            Some(Some(frame)) => (&frame.session, &frame.worlds),
        };
        match worlds.id(world) {
            Some(world) => Some(Ok(Place {
                session: Arc::clone(session),
                world: world.to_owned(),
            })),
            None => facts.over().map(Err),
        }
    }

    /// The session that a frame lives in now.
    pub(crate) fn session_of(&self, frame: Option<&FrameKey>) -> SessionId {
        let facts = self.facts.borrow();
        let frame = frame.and_then(|frame| facts.frames.get(&frame.0));
        Arc::clone(frame.map_or(&self.session, |frame| &frame.session))
    }

    /// Asks for our world in the present document; its id comes as an event.
    async fn make_world(&self, frame: Option<&FrameKey>) -> Result<()> {
        let ask = CreateIsolatedWorldParams {
            frame_id: frame
                .map_or_else(|| self.page_key().0.clone(), |frame| frame.0.clone())
                .into(),
            world_name: Some(WORLD.to_owned()),
            grant_univeral_access: None,
        };
        let session = self.session_of(frame);
        let made = self.wire.ask(Some(&session), ask).await.and_then(read::<Nothing>);
        match made {
            Ok(_) => Ok(()),
            // It has moved on meanwhile.
            Err(native) if frame.is_some() && (native == Native::Gone || native.is_session_missing()) => Ok(()),
            Err(native @ Native::Refused { .. }) if frame.is_some() => Err(error::frame(native, false, DOING)),
            Err(native) => Err(self.failure(frame, native)),
        }
    }

    /// A world is not there any more.
    pub(crate) fn forget(&self, world: &str) {
        self.facts.send_modify(|facts| {
            facts.worlds.go(world);
            facts.frames.world_went(world);
        });
    }

    /// What it means that a command got no result.
    pub(crate) fn failure(&self, frame: Option<&FrameKey>, native: Native) -> Error {
        let Some(frame) = frame else {
            return native.into_error(DOING);
        };
        let facts = self.facts.borrow();
        match facts.over() {
            Some(over) => over.into_error(DOING),
            None => error::frame(native, facts.frames.get(&frame.0).is_some(), DOING),
        }
    }
}
