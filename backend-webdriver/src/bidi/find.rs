//! Frames found by the elements that hold them: a function answers the elements, and these the windows inside.

use std::sync::Arc;

use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;

use super::evaluate::{DOING, Form};
use super::page::BidiPage;
use super::protocol::browsing_context::ContextOnly;
use super::protocol::script::Remote;

/// An item of the array: a window, or nothing.
#[derive(Debug, Deserialize)]
struct Item {
    r#type: String,
    value: Option<ContextOnly>,
}

impl BidiPage {
    /// The frames that the elements hold which the function answers.
    pub(crate) async fn find(
        self: &Arc<Self>,
        parent: Option<&FrameKey>,
        script: &Script,
        call: &Call,
    ) -> Result<Vec<Option<FrameKey>>> {
        let document = self.facts.borrow().count;
        let work = async { frames(self.invoke(parent, script, Form::Windows).await?) };
        let found = self.within(parent, call, work).await?;
        self.facts.send_modify(|facts| {
            // Those of a document that has been replaced meanwhile are gone with it.
            if facts.count == document {
                facts.frames.extend(found.iter().flatten().map(|frame| frame.0.clone()));
            }
        });
        Ok(found)
    }
}

fn frames(result: Remote) -> Result<Vec<Option<FrameKey>>> {
    let items: Option<Vec<Item>> = serde_json::from_value(result.value).ok();
    let Some(items) = items.filter(|_| result.r#type == "array") else {
        let message = format!("failed to {DOING}: it answers something else instead of an array of elements");
        return Err(Error::new(Kind::Script, message).with_applied(Applied::Unknown));
    };
    let frame = |item: Item| match item.value {
        Some(window) if item.r#type == "window" => Some(FrameKey(window.context)),
        _ => None,
    };
    Ok(items.into_iter().map(frame).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn windows_are_frames_and_nothing_else_is() {
        let result = json!({"type": "array", "value": [
            {"type": "null"}, {"type": "window", "value": {"context": "F"}}, {"type": "string", "value": null},
        ]});
        let found = frames(serde_json::from_value(result).unwrap()).unwrap();
        assert_eq!(found, [None, Some(FrameKey("F".into())), None]);
        let refused = frames(serde_json::from_value(json!({"type": "boolean", "value": false})).unwrap());
        assert_eq!(refused.unwrap_err().kind(), Kind::Script);
    }
}
