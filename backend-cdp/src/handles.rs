//! Objects of a page that we hold for a moment.

use std::sync::atomic::{AtomicU64, Ordering};

use chromiumoxide::cdp::js_protocol::runtime::{GetPropertiesParams, ReleaseObjectGroupParams};
use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Applied, Error, Kind, Result};
use serde::Deserialize;

use crate::connection::{SessionId, read};
use crate::evaluate::{DOING, Form, Remote};
use crate::page::CdpPage;

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

/// The handles that one piece of work has in the document of a frame; they go with it, also when it is given up.
#[derive(Debug)]
pub(crate) struct Handles<'a> {
    page: &'a CdpPage,
    frame: Option<&'a FrameKey>,
    pub(crate) group: String,
}

impl<'a> Handles<'a> {
    pub(crate) fn new(page: &'a CdpPage, frame: Option<&'a FrameKey>) -> Self {
        let group = format!("handles {}", GROUPS.fetch_add(1, Ordering::Relaxed));
        Self { page, frame, group }
    }
}

impl Drop for Handles<'_> {
    fn drop(&mut self) {
        // Of a frame that has moved to another session since, the document is gone, and its handles with it.
        let session = self.page.session_of(self.frame);
        let release = ReleaseObjectGroupParams::new(self.group.clone());
        self.page.wire.post(Some(&session), release);
    }
}

impl CdpPage {
    /// The items of the array that a function answers, and the session that knows them.
    pub(crate) async fn items(
        &self,
        script: &Script,
        handles: &Handles<'_>,
    ) -> Result<(SessionId, Vec<Option<Remote>>)> {
        let form = Form::Handle(&handles.group);
        let (session, answer) = self.invoke(handles.frame, script, form).await?;
        let Some(array) = answer.object_id.filter(|_| answer.subtype.as_deref() == Some("array")) else {
            return Err(no_array("something else"));
        };
        let mut ask = GetPropertiesParams::new(array);
        ask.own_properties = Some(true);
        let properties = self.wire.ask(Some(&session), ask).await.and_then(read::<Properties>);
        let items = in_order(properties.map_err(|native| self.failure(handles.frame, native))?)?;
        Ok((session, items))
    }
}

/// The items of an array, in their order.
fn in_order(properties: Properties) -> Result<Vec<Option<Remote>>> {
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
        let items = in_order(serde_json::from_str(json).unwrap())?;
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
