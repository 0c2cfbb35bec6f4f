//! Where an element in a frame of another origin is in its page. Its own document tells where it is in the frame; each
//! document around that one tells where the frame is, up to the page.

use std::sync::Arc;

use serde_json::Value;

use super::look::{FRAME_PATIENCE, Onlooker};
use crate::backend::{FrameKey, Page};
use crate::error::{Error, Kind, Result};

/// A document that was come by on the way to a frame.
struct Seen {
    key: Option<FrameKey>,
    /// Where the document around it is among those that were come by, and this one's frame in that one's list.
    around: Option<(usize, usize)>,
}

impl Onlooker<'_> {
    /// A box in the viewport of a frame, as it is in the page's viewport; with `is_place` in the page's document. Null: it is
    /// not shown.
    pub(super) async fn lift(
        &self,
        page: &Arc<dyn Page>,
        frame: &FrameKey,
        inner: Value,
        is_place: bool,
    ) -> Result<Value> {
        let mut found = inner;
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

    /// A point in the viewport of a frame, as it is in the page's viewport, where a pointer reaches it.
    pub(super) async fn reach(&self, page: &Arc<dyn Page>, frame: &FrameKey, point: (f64, f64)) -> Result<(f64, f64)> {
        let mut found = point;
        for (around, index) in self.way_out(page, frame).await? {
            let place = self.place(page, around.as_ref());
            found = place.reach(index, found, self.call).await?;
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
