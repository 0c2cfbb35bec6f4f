//! Functions that the page's own scripts are to run on elements that were found in our world.
//!
//! Objects belong to one world; a node is the same in all of them, and is found again in another one by its id. Five round
//! trips, however many elements there are: those of one kind are under way together.

use chromiumoxide::cdp::browser_protocol::dom::{BackendNodeId, DescribeNodeParams, ResolveNodeParams};
use chromiumoxide::cdp::js_protocol::runtime::CallArgument;
use futures::future::try_join_all;
use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::evaluate::{Form, Remote, on_object, outcome, settled};
use crate::handles::Handles;
use crate::page::CdpPage;

#[derive(Debug, Deserialize)]
struct Described {
    node: Node,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    backend_node_id: i64,
}

#[derive(Debug, Deserialize)]
struct Resolved {
    object: Remote,
}

impl CdpPage {
    /// Calls `script` with the elements that `elements` answers, in the document that they are in.
    pub(crate) async fn run_on(&self, frame: Option<&FrameKey>, elements: &Script, script: &Script) -> Result<Value> {
        let gone = || Error::new(Kind::Stale, "the element is gone");
        let handles = Handles::new(self, frame);
        let (session, items) = self.items(elements, &handles).await?;
        let objects: Option<Vec<String>> = items.into_iter().map(|item| item?.object_id).collect();
        let objects = objects.ok_or_else(gone)?;
        let carried = objects
            .iter()
            .map(|object| self.carried_over(&session, object, &handles.group));
        let carried = try_join_all(carried).await.map_err(|native| match native {
            Native::Refused { .. } if !native.is_session_missing() => gone(),
            native => self.failure(frame, native),
        })?;
        let Some(first) = carried.first() else {
            // There is no document but the frame's.
            return Ok(settled(self.invoke(frame, script, Form::Value).await?.1));
        };
        let mut ask = on_object(script, first.clone());
        let elements = carried.iter().map(|element| CallArgument {
            value: None,
            unserializable_value: None,
            object_id: Some(element.clone().into()),
        });
        ask.arguments.get_or_insert_default().extend(elements);
        let answer = self.wire.ask(Some(&session), ask).await.and_then(read);
        outcome(answer.map_err(|native| self.failure(frame, native))?).map(settled)
    }

    /// The element of our world, in the page's own.
    async fn carried_over(&self, session: &SessionId, object: &str, group: &str) -> Result<String, Native> {
        let ask = DescribeNodeParams {
            object_id: Some(object.to_owned().into()),
            ..DescribeNodeParams::default()
        };
        let Described { node } = self.wire.ask(Some(session), ask).await.and_then(read)?;
        let ask = ResolveNodeParams::builder()
            .backend_node_id(BackendNodeId::new(node.backend_node_id))
            .object_group(group)
            .build();
        let Resolved { object } = self.wire.ask(Some(session), ask).await.and_then(read)?;
        object.object_id.ok_or(Native::Gone)
    }
}
