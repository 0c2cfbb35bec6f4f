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

/// An element, or the window that one is in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    shared_id: Option<String>,
    value: Option<Window>,
}

#[derive(Debug, Deserialize)]
struct Window {
    context: Option<String>,
}

impl BidiPage {
    /// Calls `script` with the elements that `elements` answers, in the document that they are in.
    pub(crate) async fn run_on(&self, frame: Option<&FrameKey>, elements: &Script, script: &Script) -> Result<Value> {
        let gone = || Error::new(Kind::Stale, "the element is gone");
        let with_window = Script {
            function: format!(
                "(...all) => {{ const found = ({})(...all); return found[0] \
                    ? [...found, found[0].ownerDocument.defaultView] : found; }}",
                elements.function
            ),
            ..elements.clone()
        };
        let answer = self.invoke(frame, &with_window, Form::Plain).await?;
        let mut found: Vec<Found> = serde_json::from_value(answer.value).unwrap_or_default();
        let context = match found.pop() {
            // Of no elements the document is the one that was asked.
            None => frame.map_or_else(|| self.page_key().0.clone(), |frame| frame.0.clone()),
            Some(window) => window.value.and_then(|window| window.context).ok_or_else(gone)?,
        };
        let shared = found.into_iter().map(|found| found.shared_id.map(Argument::shared));
        let target = Target::Context {
            context: &context,
            sandbox: None,
        };
        let ask = on_elements(target, script, shared.collect::<Option<_>>().ok_or_else(gone)?)?;
        match self.unless_gone(frame, None, self.wire.ask(ask)).await {
            Ok(called) => json(self.done(called)?),
            Err(native) if native.is("no such node") || native.is("no such element") => Err(gone()),
            Err(native) => Err(self.failure(frame, native)),
        }
    }
}
