//! Where things in frames of other origins are in their page: no document can tell that of itself, so each one around is
//! asked where it shows the frame.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answered, Place, Which};
use crate::backend::FrameKey;
use crate::call::Call;
use crate::error::Result;

/// A point.
#[derive(Deserialize)]
struct Reached {
    x: f64,
    y: f64,
}

impl Place<'_> {
    /// The frames of this document that cannot be looked into, whatever was looked at last; as
    /// [`Place::foreign_frames`], whose list they replace.
    ///
    /// # Errors
    /// Those of [`Place::foreign_frames`].
    pub async fn all_foreign_frames(self, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.find_frames(Which::All, call).await
    }

    /// A point in the viewport of one of the frames that were listed last, as it is in the page's viewport: brought into
    /// view, and what a pointer reaches there.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate); [`Kind::Timeout`](crate::Kind::Timeout): something is
    /// in the way.
    pub async fn reach(self, frame: usize, (x, y): (f64, f64), call: &Call) -> Result<(f64, f64)> {
        let reached: Answered<Reached> = self
            .ask("reach", json!({ "frame": frame, "x": x, "y": y }), call)
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
