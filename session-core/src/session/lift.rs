//! Where an element in a frame of another origin is in its page. Its own document tells where it is in the frame; each
//! document around that one tells where the frame is, up to the page.

use std::sync::Arc;

use serde_json::Value;

use super::look::{FRAME_PATIENCE, Onlooker};
use crate::backend::{FrameKey, Page};
use crate::error::{Error, Kind, Result};
use crate::injected::Target;

/// A document that was come by on the way to a frame.
struct Seen {
    key: Option<FrameKey>,
    /// Where the document around it is among those that were come by, and this one's frame in that one's list.
    around: Option<(usize, usize)>,
}

impl Onlooker<'_> {
    /// Reads `box` (or, with `is_place`, `place`) of an element in that frame; null where it has none.
    pub(super) async fn read_box(
        &self,
        page: &Arc<dyn Page>,
        frame: &FrameKey,
        target: Option<&Target>,
        is_place: bool,
    ) -> Result<Value> {
        let place = self.place(page, Some(frame));
        let mut found = place.read("box", target, None, self.call).await?;
        if found.is_null() {
            return Ok(found);
        }
        for (around, index) in self.way_out(page, frame).await? {
            let is_last = around.is_none();
            let place = self.place(page, around.as_ref());
            found = place.lift(index, &found, is_place && is_last, self.call).await?;
            if found.is_null() {
                break;
            }
        }
        Ok(found)
    }

    /// The documents around a frame, the nearest first, each with the place of what it shows in its list of frames.
    async fn way_out(&self, page: &Arc<dyn Page>, frame: &FrameKey) -> Result<Vec<(Option<FrameKey>, usize)>> {
        let mut seen = vec![Seen {
            key: None,
            around: None,
        }];
        let mut next = 0;
        while let Some(Seen { key, .. }) = seen.get(next) {
            let place = self.place(page, key.as_ref());
            let found = place.all_foreign_frames(&self.call.at_most(FRAME_PATIENCE)).await;
            let found = match found {
                Err(error) if key.is_none() => return Err(error),
                // What it has in it is not the frame that just answered.
                found => found.unwrap_or_default(),
            };
            for (index, inner) in found.into_iter().enumerate() {
                let is_wanted = inner.as_ref() == Some(frame);
                seen.extend(inner.map(|key| Seen {
                    key: Some(key),
                    around: Some((next, index)),
                }));
                if is_wanted {
                    return Ok(way(&seen));
                }
            }
            next += 1;
        }
        Err(Error::new(Kind::Stale, "the element's frame is gone"))
    }
}

/// From the document that was come by last to the page's own.
fn way(seen: &[Seen]) -> Vec<(Option<FrameKey>, usize)> {
    let mut way = Vec::new();
    let mut here = seen.last();
    while let Some((around, index)) = here.and_then(|here| here.around) {
        here = seen.get(around);
        way.push((here.and_then(|here| here.key.clone()), index));
    }
    way
}
