//! Frames found by the elements that hold them: a function answers the elements, the browser whose frames they hold.

use std::sync::Arc;

use chromiumoxide::cdp::browser_protocol::dom::DescribeNodeParams;
use futures::future::try_join_all;
use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Call, Result};
use serde::Deserialize;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::evaluate::Remote;
use crate::handles::Handles;
use crate::page::CdpPage;

/// The elements that hold frames. Others have a frame's id, too: the one that they are in.
const HOLDERS: [&str; 4] = ["iframe", "frame", "object", "embed"];

#[derive(Debug, Deserialize)]
struct Described {
    node: Node,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Node {
    local_name: String,
    frame_id: Option<String>,
}

impl CdpPage {
    /// The frames that the elements hold which the function answers.
    pub(crate) async fn find(
        self: &Arc<Self>,
        parent: Option<&FrameKey>,
        script: &Script,
        call: &Call,
    ) -> Result<Vec<Option<FrameKey>>> {
        self.within(parent, call, self.find_now(parent, script)).await
    }

    async fn find_now(&self, parent: Option<&FrameKey>, script: &Script) -> Result<Vec<Option<FrameKey>>> {
        let handles = Handles::new(self, parent);
        let (session, items) = self.items(script, &handles).await?;
        let frames = try_join_all(items.into_iter().map(|item| self.frame_in(&session, item))).await;
        frames.map_err(|native| self.failure(parent, native))
    }

    /// The frame that an item of the array holds.
    async fn frame_in(&self, session: &SessionId, item: Option<Remote>) -> Result<Option<FrameKey>, Native> {
        let is_node = |item: &Remote| item.subtype.as_deref() == Some("node");
        let Some(object) = item.filter(is_node).and_then(|item| item.object_id) else {
            return Ok(None);
        };
        let ask = DescribeNodeParams {
            object_id: Some(object.into()),
            ..DescribeNodeParams::default()
        };
        match self.wire.ask(Some(session), ask).await.and_then(read::<Described>) {
            Ok(Described { node }) => Ok(node
                .frame_id
                .filter(|_| HOLDERS.contains(&&*node.local_name))
                .map(FrameKey)),
            // It went meanwhile.
            Err(native @ Native::Refused { .. }) if !native.is_session_missing() => Ok(None),
            Err(native) => Err(native),
        }
    }
}
