//! Functions that the page's own scripts are to run on elements that were found in our world: two round trips.
//!
//! An element has an id that means it in every world of its document.

use greenroom_session_core::backend::{FrameKey, Script};
use greenroom_session_core::{Error, Kind, Result};
use serde::Deserialize;
use serde_json::Value;

use super::answer::json;
use super::evaluate::{Form, on_elements};
use super::page::BidiPage;
use super::protocol::script::{Argument, Target};

/// An element, the window that they are in, or the text that says which element stands where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    shared_id: Option<String>,
    value: Option<Plain>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Plain {
    Window { context: String },
    Text(String),
    Other(serde::de::IgnoredAny),
}

/// The elements, each once (the second time drivers tell less of it); then their window, and their order.
const EACH_ONCE: &str = "const once = [...new Set(found)]; \
    return [...once, once[0]?.ownerDocument.defaultView ?? null, found.map(one => once.indexOf(one)).join(' ')];";

/// Elements by the ids that mean them in every world of their document.
#[derive(Debug)]
pub(super) struct Elements {
    /// The page or frame that they are in; nothing where there are none.
    pub(super) context: Option<String>,
    /// Their ids, in the order of the answer; nothing for what is no element, or is gone.
    pub(super) shared: Vec<Option<String>>,
}

impl BidiPage {
    /// Calls `script` with the elements that `elements` answers, in the document that they are in.
    pub(crate) async fn run_on(&self, frame: Option<&FrameKey>, elements: &Script, script: &Script) -> Result<Value> {
        let gone = || Error::new(Kind::Stale, "the element is gone");
        let Elements { context, shared } = self.elements(frame, elements).await?.ok_or_else(gone)?;
        // Of no elements the document is the one that was asked.
        let asked = || frame.map_or_else(|| self.page_key().0.clone(), |frame| frame.0.clone());
        let context = match context {
            Some(context) => context,
            None if shared.is_empty() => asked(),
            None => return Err(gone()),
        };
        let target = Target::Context {
            context: &context,
            sandbox: None,
        };
        let shared = shared.into_iter().map(|id| id.map(Argument::shared));
        let ask = on_elements(target, script, shared.collect::<Option<_>>().ok_or_else(gone)?)?;
        match self.unless_gone(frame, None, self.wire.ask(ask)).await {
            Ok(called) => json(self.done(called)?),
            Err(native) if native.is("no such node") || native.is("no such element") => Err(gone()),
            Err(native) => Err(self.failure(frame, native)),
        }
    }

    /// The elements that a function answers as an array; nothing where it answers something else.
    pub(super) async fn elements(&self, frame: Option<&FrameKey>, script: &Script) -> Result<Option<Elements>> {
        let told = Script {
            function: format!(
                "(...all) => {{ const found = ({})(...all); {EACH_ONCE} }}",
                script.function
            ),
            ..script.clone()
        };
        let answer = self.invoke(frame, &told, Form::Plain).await?;
        let mut found: Vec<Found> = serde_json::from_value(answer.value).unwrap_or_default();
        let (Some(Plain::Text(order)), Some(window)) = (found.pop().and_then(|last| last.value), found.pop()) else {
            return Ok(None);
        };
        let context = match window.value {
            Some(Plain::Window { context }) => Some(context),
            _ => None,
        };
        let shared = order.split_whitespace().map(|index| {
            let found = found.get(index.parse::<usize>().ok()?)?;
            found.shared_id.clone()
        });
        Ok(Some(Elements {
            context,
            shared: shared.collect(),
        }))
    }
}
