//! Frames found by the elements that hold them: a function answers the elements, the browser whose frames they hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chromiumoxide::cdp::browser_protocol::dom::DescribeNodeParams;
use chromiumoxide::cdp::js_protocol::runtime::{GetPropertiesParams, ReleaseObjectGroupParams};
use futures::future::try_join_all;
use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::evaluate::{DOING, Form, Remote};
use crate::page::CdpPage;

/// The elements that hold frames. Others have a frame's id, too: the one that they are in.
const HOLDERS: [&str; 4] = ["iframe", "frame", "object", "embed"];

static GROUPS: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Deserialize)]
struct Properties {
    #[serde(rename = "result")]
    own: Vec<Property>,
}

#[derive(Debug, Deserialize)]
struct Property {
    name: String,
    value: Option<Remote>,
}

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

/// The handles that one search has in a page; they go with it, also when it is given up.
#[derive(Debug)]
struct Handles<'a> {
    page: &'a CdpPage,
    parent: Option<&'a FrameKey>,
    group: String,
}

impl Drop for Handles<'_> {
    fn drop(&mut self) {
        // Of a frame that has moved to another session since, the document is gone, and its handles with it.
        let session = self.page.session_of(self.parent);
        let release = ReleaseObjectGroupParams::new(self.group.clone());
        self.page.wire.post(Some(&session), release);
    }
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
        let handles = Handles {
            page: self,
            parent,
            group: format!("frames {}", GROUPS.fetch_add(1, Ordering::Relaxed)),
        };
        let (session, answer) = self.invoke(parent, script, Form::Handle(&handles.group)).await?;
        let Some(array) = answer.object_id.filter(|_| answer.subtype.as_deref() == Some("array")) else {
            return Err(no_array("something else"));
        };
        let mut ask = GetPropertiesParams::new(array);
        ask.own_properties = Some(true);
        let properties = self.wire.ask(Some(&session), ask).await.and_then(read::<Properties>);
        let items = items(properties.map_err(|native| self.failure(parent, native))?)?;
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

/// The items of an array, in their order.
fn items(properties: Properties) -> Result<Vec<Option<Remote>>> {
    let mut items: Vec<(usize, Option<Remote>)> = properties
        .own
        .into_iter()
        .filter_map(|property| Some((property.name.parse().ok()?, property.value)))
        .collect();
    items.sort_by_key(|(index, _)| *index);
    // The one that it should have is asked for by nobody: a page may set any length, and any index.
    if items.last().is_some_and(|(last, _)| last + 1 != items.len()) {
        return Err(no_array("an array with holes"));
    }
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

fn no_array(what: &str) -> Error {
    let message = format!("failed to {DOING}: it answers {what} instead of an array of elements");
    Error::new(Kind::Script, message).with_applied(Applied::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Vec<Option<String>>> {
        let items = items(serde_json::from_str(json).unwrap())?;
        Ok(items
            .into_iter()
            .map(|item| item.and_then(|item| item.object_id))
            .collect())
    }

    #[test]
    fn items_come_in_the_order_of_their_indexes() {
        let got = parse(
            r#"{"result":[{"name":"10","value":{"objectId":"k"}},{"name":"0","value":{"objectId":"a"}},
                {"name":"length","value":{"value":11}},{"name":"__proto__"},
                {"name":"2"},{"name":"1","value":{"objectId":"b"}},{"name":"3"},{"name":"4"},{"name":"5"},
                {"name":"6"},{"name":"7"},{"name":"8"},{"name":"9","value":{"subtype":"null","value":null}}]}"#,
        );
        let mut wanted = vec![None; 11];
        (wanted[0], wanted[1], wanted[10]) = (Some("a".into()), Some("b".into()), Some("k".into()));
        assert_eq!(got.unwrap(), wanted);
        assert_eq!(
            parse(r#"{"result":[{"name":"length","value":{"value":0}}]}"#).unwrap(),
            []
        );
    }

    #[test]
    fn an_array_with_holes_is_refused() {
        let error = parse(r#"{"result":[{"name":"4000000000","value":{"objectId":"a"}}]}"#).unwrap_err();
        assert_eq!(error.kind(), Kind::Script);
    }
}
