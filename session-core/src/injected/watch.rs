//! What a person does in a document: the engine, there from the document's first moment, and listening.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{BUNDLE, FIND, Place, TEST_ID, Which, key_of};
use crate::backend::{FrameKey, Watcher};
use crate::call::Call;
use crate::error::Result;
use crate::journal::Point;
use crate::locator::Step;

/// What tells what a person does in each document, as JSON in the words of `js/record.js`, and brings the engine of that
/// owner with it.
pub fn watcher(owner: &str) -> Watcher {
    let (key, test_id) = (Value::from(key_of(owner)), Value::from(TEST_ID));
    let text = format!(
        "tell => {{ const key = {key}, kept = `${{key}} watcher`; {FIND} engine ??= globalThis[kept]; \
         if (!engine) {{ engine = {BUNDLE}; engine.listen(key); }} \
         globalThis[kept] = engine; engine.record(tell, {{ testId: {test_id} }}); }}"
    );
    Watcher(text.into())
}

/// How a frame is told in the document around it.
#[derive(Debug, Deserialize)]
pub(crate) struct Around {
    /// The steps to it, and into it.
    pub(crate) steps: Vec<Step>,
    /// Where in the page the point is that was asked for, if the frame is shown.
    pub(crate) point: Option<Point>,
}

impl Place<'_> {
    /// The frames of this document that cannot be looked into, whatever is looked at meanwhile.
    pub(crate) async fn frames_around(self, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        self.find_frames(Which::Around, call).await
    }

    /// How one of the frames that [`Place::frames_around`] has listed is told, and where a point in it is.
    pub(crate) async fn around(self, frame: usize, point: Option<Point>, call: &Call) -> Result<Around> {
        let params = json!({ "frame": frame, "point": point, "testId": TEST_ID });
        self.ask("around", params, call).await
    }
}
