//! Where things in frames of other origins are in their page: no document can tell that of itself, so each one around is
//! asked where it shows the frame.

use serde::Deserialize;
use serde_json::{Value, json};

use super::locate::Described;
use super::{Answered, FRAME_PATIENCE, Place, Which};
use crate::backend::FrameKey;
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::locator::Step;

/// The documents around a frame, the nearest first, each with the place of what it shows in its list of frames.
#[derive(Clone, Debug)]
pub(crate) struct WayOut(pub(crate) Vec<(Option<FrameKey>, usize)>);

/// A document that was come by on the way to a frame.
struct Seen {
    key: Option<FrameKey>,
    /// Where the document around it is among those that were come by, and this one's frame in that one's list.
    around: Option<(usize, usize)>,
}

/// A point.
#[derive(Deserialize)]
struct Reached {
    x: f64,
    y: f64,
}

impl Place<'_> {
    /// The documents around a frame of this page, each of which keeps its list of frames until it is looked at again.
    ///
    /// # Errors
    /// Those of [`Place::foreign_frames`] about the page's own document; [`Kind::Stale`]: the frame is gone.
    pub(crate) async fn way_out(self, frame: &FrameKey, call: &Call) -> Result<WayOut> {
        let mut seen = vec![Seen {
            key: None,
            around: None,
        }];
        let mut next = 0;
        while let Some(Seen { key, .. }) = seen.get(next) {
            let place = Place {
                frame: key.as_ref(),
                ..self
            };
            let found = place.all_foreign_frames(&call.at_most(FRAME_PATIENCE)).await;
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

    /// The steps from the page's own document into the frame at the end of that way, the step into it included.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate); [`Kind::Stale`]: a frame is gone.
    pub(crate) async fn steps_along(self, way: &WayOut, call: &Call) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for (around, index) in way.0.iter().rev() {
            let place = Place {
                frame: around.as_ref(),
                ..self
            };
            let params = json!({ "frame": index, "testId": self.test_id });
            let described: Described = place.ask("describe", params, call).await?;
            steps.extend(described.steps);
            steps.push(Step::Frame);
        }
        Ok(steps)
    }

    /// The frames of this document that cannot be looked into, whatever was looked at last; as
    /// [`Place::foreign_frames`], whose list they replace.
    ///
    /// # Errors
    /// Those of [`Place::foreign_frames`].
    pub async fn all_foreign_frames(self, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.find_frames(Which::All, call).await
    }

    /// A point in the viewport of one of the frames that were listed last, as it is in the page's viewport: brought into
    /// view, and what a pointer reaches there; with `force` whatever that is.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate); [`Kind::Timeout`]: something is
    /// in the way.
    pub async fn reach(self, frame: usize, (x, y): (f64, f64), force: bool, call: &Call) -> Result<(f64, f64)> {
        let reached: Answered<Reached> = self
            .ask("reach", json!({ "frame": frame, "x": x, "y": y, "force": force }), call)
            .await?;
        Ok((reached.value.x, reached.value.y))
    }

    /// A box in the viewport of one of the frames that were listed last, as it is in the page's viewport; with `is_place`
    /// in the page's document. Null: the frame is gone, or not shown. Boxes are as [`Place::read`] answers them.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate).
    pub async fn lift(self, frame: usize, inner: &Value, is_place: bool, call: &Call) -> Result<Value> {
        let params = json!({ "frame": frame, "box": inner, "isPlace": is_place });
        let lifted: Answered<Value> = self.ask("lift", params, call).await?;
        Ok(lifted.value)
    }
}

/// From the document that was come by last to the page's own.
fn way(seen: &[Seen]) -> WayOut {
    let mut way = Vec::new();
    let mut here = seen.last();
    while let Some((around, index)) = here.and_then(|here| here.around) {
        here = seen.get(around);
        way.push((here.and_then(|here| here.key.clone()), index));
    }
    WayOut(way)
}
