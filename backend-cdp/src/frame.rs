//! The frames below a page's main frame: in which session each lives now, and the script worlds of what it shows.
//!
//! A frame of another site has a target and so a session of its own; any other lives in that of the frame above. As it
//! navigates it moves between the two. Chromium tells of a frame that its element lets go of, and is silent about
//! those that go with the document around them: that a session's worlds are cleared is the word for it.

use std::collections::HashMap;
use std::sync::Arc;

use greenroom_session_core::backend::World;

use crate::connection::SessionId;

/// The script worlds of a document, by their unique context ids.
#[derive(Debug, Default)]
pub(crate) struct Worlds {
    isolated: Option<String>,
    main: Option<String>,
}

impl Worlds {
    /// The id of a world that is there.
    pub(crate) fn id(&self, world: World) -> Option<&str> {
        match world {
            World::Isolated => self.isolated.as_deref(),
            World::Main => self.main.as_deref(),
        }
    }

    /// A world has come.
    pub(crate) fn come(&mut self, world: World, id: String) {
        match world {
            World::Isolated => self.isolated = Some(id),
            World::Main => self.main = Some(id),
        }
    }

    /// A world has gone.
    pub(crate) fn go(&mut self, id: &str) {
        self.isolated.take_if(|isolated| isolated == id);
        self.main.take_if(|main| main == id);
    }
}

/// A frame below the main frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) session: SessionId,
    pub(crate) worlds: Worlds,
    /// Its renderer crashed, and it shows no other document yet.
    pub(crate) crashed: bool,
    /// The frame around it, where that is known; empty: it is not.
    above: String,
}

/// The frames below a page's main frame, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Frames(HashMap<String, Frame>);

impl Frames {
    pub(crate) fn get(&self, id: &str) -> Option<&Frame> {
        self.0.get(id)
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// It lives in that session from now on.
    pub(crate) fn moved(&mut self, id: &str, session: &SessionId) {
        if self.0.get(id).is_none_or(|frame| frame.session != *session) {
            let above = self.0.remove(id).map(|frame| frame.above).unwrap_or_default();
            let frame = Frame {
                session: Arc::clone(session),
                worlds: Worlds::default(),
                crashed: false,
                above,
            };
            self.0.insert(id.to_owned(), frame);
        }
    }

    /// It is there, in a session, in the frame around it.
    pub(crate) fn attached(&mut self, id: &str, above: &str, session: &SessionId) {
        self.moved(id, session);
        if let Some(frame) = self.0.get_mut(id) {
            above.clone_into(&mut frame.above);
        }
    }

    /// The frames from the outermost below `main` to that one, as far as they are known.
    pub(crate) fn way_to(&self, id: &str, main: &str) -> Vec<String> {
        let mut way = Vec::new();
        let mut here = id;
        while here != main && !way.iter().any(|seen| seen == here) {
            way.push(here.to_owned());
            match self.0.get(here) {
                Some(frame) if !frame.above.is_empty() => here = &frame.above,
                _ => break,
            }
        }
        way.reverse();
        way
    }

    /// Its element has let go of it.
    pub(crate) fn removed(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// A world has come in a session. A frame that has moved on by then has others.
    pub(crate) fn world_came(&mut self, id: &str, session: &SessionId, world: World, world_id: String) {
        if !self.0.contains_key(id) {
            self.moved(id, session);
        }
        if let Some(frame) = self.0.get_mut(id).filter(|frame| frame.session == *session) {
            frame.crashed = false;
            frame.worlds.come(world, world_id);
        }
    }

    /// A world has gone.
    pub(crate) fn world_went(&mut self, world_id: &str) {
        self.0.values_mut().for_each(|frame| frame.worlds.go(world_id));
    }

    /// The document of a session's topmost frame went, and with it every frame inside.
    pub(crate) fn cleared(&mut self, session: &SessionId, top: &str) {
        self.0.retain(|id, frame| frame.session != *session || id == top);
        if let Some(frame) = self.0.get_mut(top).filter(|frame| frame.session == *session) {
            frame.worlds = Worlds::default();
        }
    }

    /// The renderer of a session crashed.
    pub(crate) fn crashed(&mut self, session: &SessionId, top: &str) {
        self.cleared(session, top);
        if let Some(frame) = self.0.get_mut(top).filter(|frame| frame.session == *session) {
            frame.crashed = true;
        }
    }

    /// A session has ended. What it showed is gone, or comes back in the session of the frame above.
    pub(crate) fn ended(&mut self, session: &SessionId, top: &str, above: Option<&SessionId>) {
        self.cleared(session, top);
        let lived_there = self.0.get(top).is_some_and(|frame| frame.session == *session);
        match above {
            Some(above) if lived_there => self.moved(top, above),
            None if lived_there => self.removed(top),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> (SessionId, SessionId) {
        ("page".into(), "own".into())
    }

    fn isolated<'a>(frames: &'a Frames, id: &str) -> Option<&'a str> {
        frames.get(id)?.worlds.id(World::Isolated)
    }

    #[test]
    fn a_frame_takes_its_worlds_from_where_it_lives() {
        let (page, own) = sessions();
        let mut frames = Frames::default();
        frames.moved("F", &page);
        frames.world_came("F", &page, World::Isolated, "1".into());
        frames.world_came("F", &page, World::Main, "2".into());
        assert_eq!(isolated(&frames, "F"), Some("1"));
        // The target of another site is attached before the old document is gone.
        frames.moved("F", &own);
        assert_eq!(isolated(&frames, "F"), None);
        frames.world_came("F", &page, World::Isolated, "3".into());
        assert_eq!(isolated(&frames, "F"), None);
        frames.world_came("F", &own, World::Isolated, "4".into());
        frames.world_went("1");
        assert_eq!(isolated(&frames, "F"), Some("4"));
        // And it is let go of before the frame is told to be back, or after.
        frames.ended(&own, "F", Some(&page));
        assert_eq!(frames.get("F").map(|frame| &frame.session), Some(&page));
        frames.moved("F", &own);
        frames.moved("F", &page);
        frames.world_came("F", &page, World::Isolated, "5".into());
        frames.ended(&own, "F", Some(&page));
        assert_eq!(isolated(&frames, "F"), Some("5"));
    }

    #[test]
    fn frames_go_with_the_document_around_them() {
        let (page, own) = sessions();
        let mut frames = Frames::default();
        frames.world_came("near", &page, World::Main, "1".into());
        frames.world_came("far", &own, World::Main, "2".into());
        frames.world_came("inside", &own, World::Main, "3".into());
        frames.cleared(&own, "far");
        assert!(frames.get("inside").is_none() && frames.get("near").is_some());
        assert_eq!(frames.get("far").unwrap().worlds.id(World::Main), None);
        frames.cleared(&page, "main");
        assert!(frames.get("near").is_none() && frames.get("far").is_some());
        frames.ended(&own, "far", Some(&page));
        frames.cleared(&page, "main");
        assert!(frames.is_empty());
    }

    #[test]
    fn the_way_to_a_frame_is_known_wherever_it_moves() {
        let (page, own) = sessions();
        let mut frames = Frames::default();
        frames.attached("outer", "main", &page);
        frames.attached("inner", "outer", &page);
        frames.moved("outer", &own);
        assert_eq!(frames.way_to("inner", "main"), ["outer", "inner"]);
        assert!(frames.way_to("main", "main").is_empty());
        // Of a page that was there before, only what is told is known.
        frames.world_came("old", &page, World::Main, "1".into());
        assert_eq!(frames.way_to("old", "main"), ["old"]);
    }

    #[test]
    fn a_crash_lasts_until_there_is_a_world_again() {
        let (_, own) = sessions();
        let mut frames = Frames::default();
        frames.world_came("F", &own, World::Main, "1".into());
        frames.world_came("inside", &own, World::Main, "2".into());
        frames.crashed(&own, "F");
        assert!(frames.get("F").unwrap().crashed && frames.get("inside").is_none());
        frames.world_came("F", &own, World::Main, "3".into());
        assert!(!frames.get("F").unwrap().crashed);
    }
}
