//! Functions that run on elements which another function answers: with one world it is one function, and one round trip.
//!
//! A function runs in the document that it is sent to. So elements of a frame of the same origin, which the document around
//! it can look into, are handed over to that frame first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use greenroom_session_core::backend::{FrameKey, Frames, Script, World};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::{Value, json};

use super::page::{ClassicPage, Handle};

static HANDED: AtomicU64 = AtomicU64::new(0);

/// A name in a window under which something is handed over to it.
pub(super) fn handed_name() -> String {
    let number = HANDED.fetch_add(1, Ordering::Relaxed);
    format!("greenroom-{:x}-{number}", std::process::id())
}

impl ClassicPage {
    /// Calls `script` with the elements that `elements` answers, in the document that they are in.
    pub(super) async fn evaluate_on(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        elements: &Script,
        script: &Script,
        call: &Call,
    ) -> Result<Value> {
        let name = handed_name();
        let here = Script {
            function: format!(
                "(name, count, ...args) => {{ \
                    const found = (\n{}\n)(...args.slice(0, count)); \
                    if (found.some(one => !one)) return {{ [name]: 'gone' }}; \
                    const {{ ownerDocument }} = found[0] ?? {{ ownerDocument: document }}; \
                    if (ownerDocument === document) return (\n{}\n)(...args.slice(count), ...found); \
                    if (!ownerDocument.defaultView) return {{ [name]: 'gone' }}; \
                    ownerDocument.defaultView[name] = found; \
                    return {{ [name]: 'inside' }}; }}",
                elements.function, script.function
            ),
            args: [json!(name), json!(elements.args.len())]
                .into_iter()
                .chain(elements.args.iter().cloned())
                .chain(script.args.iter().cloned())
                .collect(),
            world: World::Main,
        };
        let gone = || Error::new(Kind::Stale, "the element is gone");
        let answer = self.evaluate(frame, &here, call).await?;
        match answer.get(&name).and_then(Value::as_str) {
            None => return Ok(answer),
            Some("inside") => {}
            Some(_) => return Err(gone()),
        }
        let inner = self.frame_of(frame, elements, call).await?.ok_or_else(gone)?;
        let there = Script {
            function: format!(
                "(name, ...args) => {{ const found = window[name]; delete window[name]; return (\n{}\n)(...args, ...found); }}",
                script.function
            ),
            args: std::iter::once(json!(name))
                .chain(script.args.iter().cloned())
                .collect(),
            world: World::Main,
        };
        self.evaluate(Some(&inner), &there, call).await
    }

    /// The frame that the element is in which a function answers.
    pub(super) async fn frame_of(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        script: &Script,
        call: &Call,
    ) -> Result<Option<FrameKey>> {
        let around = Script {
            function: format!(
                "(...all) => Array.from(({})(...all), element => element?.ownerDocument.defaultView.frameElement)",
                script.function
            ),
            ..script.clone()
        };
        let found = Handle(Arc::clone(self)).find(frame, &around, call).await?;
        Ok(found.into_iter().flatten().next())
    }
}
