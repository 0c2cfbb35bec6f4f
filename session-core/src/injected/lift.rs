//! Where things in frames of other origins are in their page: no document can tell that of itself, so each one around is
//! asked where it shows the frame.

use serde_json::{Value, json};

use super::{Answered, Place, Which};
use crate::backend::FrameKey;
use crate::call::Call;
use crate::error::Result;

impl Place<'_> {
    /// The frames of this document that cannot be looked into, whatever was looked at last; as
    /// [`Place::foreign_frames`], whose list they replace.
    ///
    /// # Errors
    /// Those of [`Place::foreign_frames`].
    pub async fn all_foreign_frames(self, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.find_frames(Which::All, call).await
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
