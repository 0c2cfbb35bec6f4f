//! Where an element in a frame of another origin is in its page. Its own document tells where it is in the frame; each
//! document around that one tells where the frame is, up to the page.

use std::sync::Arc;

use serde_json::Value;

use super::look::Onlooker;
use crate::backend::{FrameKey, Page};
use crate::error::Result;
use crate::locator::Step;

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
        let way = self.place(page, None).way_out(frame, self.call).await?;
        for (around, index) in way.0 {
            let is_last = around.is_none();
            let place = self.place(page, around.as_ref());
            found = place.lift(index, &found, is_place && is_last, self.call).await?;
            if found.is_null() {
                break;
            }
        }
        Ok(found)
    }

    /// A point in the viewport of a frame, as it is in the page's viewport, where a pointer reaches it (with `force`:
    /// in view). Before that, the steps into the frame.
    pub(super) async fn reach_in(
        &self,
        page: &Arc<dyn Page>,
        frame: &FrameKey,
        point: (f64, f64),
        force: bool,
    ) -> Result<(Option<Vec<Step>>, (f64, f64))> {
        let own = self.place(page, None);
        let way = own.way_out(frame, self.call).await?;
        let around = own.steps_along(&way, self.call).await.ok();
        let mut found = point;
        for (document, index) in &way.0 {
            let place = self.place(page, document.as_ref());
            found = place.reach(*index, found, force, self.call).await?;
        }
        Ok((around, found))
    }

    /// The steps into a frame from the page's own document on.
    pub(super) async fn steps_into(&self, page: &Arc<dyn Page>, frame: &FrameKey) -> Result<Vec<Step>> {
        let own = self.place(page, None);
        let way = own.way_out(frame, self.call).await?;
        own.steps_along(&way, self.call).await
    }
}
