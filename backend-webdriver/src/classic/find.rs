//! Frames found by the elements that hold them. A frame's key is the way to it: the elements from the page down.
//!
//! An element is known to the driver in the document that it stands in only. A function can answer elements of frames of
//! the same origin, too; those are asked for again where they stand.

use std::sync::Arc;

use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;

use super::command::ELEMENT;
use super::evaluate::{self, DOING, FAILED, called, path};
use super::page::ClassicPage;

/// What becomes of the elements: each is told by itself where it stands in this document, else by the elements of the
/// frames around it and its number among those of its document.
const TELL: &str = "if (!Array.isArray(elements)) return 'none'; \
    const ways = []; \
    for (let index = 0; index < elements.length; index += 1) { \
        const element = elements[index]; \
        if (!element?.contentWindow || !element.isConnected) { ways[index] = null; continue; } \
        const inner = []; let here = element; \
        while (here && here.ownerDocument !== document) { \
            const view = here.ownerDocument.defaultView; let number = -1; \
            for (let at = 0; at < view.length; at += 1) if (view[at] === here.contentWindow) number = at; \
            inner.unshift(number); here = view.frameElement; \
        } \
        ways[index] = here ? { element: here, inner } : null; \
    } \
    return ways; \
    } catch (error) { return failed(error); } })()";

/// The element of a window's frame of that number, in open shadow roots too.
const INNER: &str = "number => { \
    const window_ = window[number]; \
    const look = root => { \
        for (const element of root.querySelectorAll('*')) { \
            if (element.contentWindow && element.contentWindow === window_) return element; \
            const found = element.shadowRoot && look(element.shadowRoot); \
            if (found) return found; \
        } \
        return null; \
    }; \
    return window_ ? look(document) : null; }";

/// Where an element is.
#[derive(Debug, Deserialize)]
struct Way {
    element: Value,
    inner: Vec<i64>,
}

impl ClassicPage {
    /// The frames that the elements hold which the function answers.
    pub(crate) async fn find(
        self: &Arc<Self>,
        parent: Option<&FrameKey>,
        script: &Script,
        call: &Call,
    ) -> Result<Vec<Option<FrameKey>>> {
        let parent = parent.map(path).unwrap_or_default();
        let work = async {
            let mut found = Vec::new();
            for way in self.ways(&parent, script, call).await? {
                found.push(match way {
                    Some(way) => self.follow(&parent, way, call).await?,
                    None => None,
                });
            }
            Ok(found)
        };
        call.bound("the script in the page", work).await
    }

    async fn ways(self: &Arc<Self>, parent: &[String], script: &Script, call: &Call) -> Result<Vec<Option<Way>>> {
        let called = called(script);
        let body = format!("{FAILED}return (async () => {{ try {{ const elements = await {called}; {TELL}");
        let answer = self.execute(parent, body, call).await?;
        match &answer {
            Value::String(text) if text == "none" => {
                let message = format!("failed to {DOING}: it answers something else instead of an array of elements");
                Err(Error::new(Kind::Script, message).with_applied(Applied::Unknown))
            }
            Value::String(_) => evaluate::answer(&answer).map(|_| Vec::new()),
            _ => serde_json::from_value(answer).map_err(|error| {
                Error::new(
                    Kind::Protocol,
                    format!("failed to {DOING}: the driver answers no elements"),
                )
                .with_source(error)
            }),
        }
    }

    /// The key of an element's frame; `None`: it is gone meanwhile.
    async fn follow(self: &Arc<Self>, parent: &[String], way: Way, call: &Call) -> Result<Option<FrameKey>> {
        let mut key = parent.to_vec();
        let Some(element) = id(&way.element) else {
            return Ok(None);
        };
        key.push(element);
        for number in way.inner {
            let body = format!("return ({INNER})({number})");
            match self.execute(&key, body, call).await {
                Ok(element) => match id(&element) {
                    Some(element) => key.push(element),
                    None => return Ok(None),
                },
                Err(error) if matches!(error.kind(), Kind::Stale | Kind::Script | Kind::Navigation) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(FrameKey(key.join("/"))))
    }
}

/// The driver's name of an element.
fn id(element: &Value) -> Option<String> {
    element.get(ELEMENT)?.as_str().map(str::to_owned)
}
