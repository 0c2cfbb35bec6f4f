//! Elements for functions of the caller's own, which the page's own scripts are to run.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::backend::{FrameKey, Page, Script};
use crate::error::{Error, Kind, Result};
use crate::locator::Locator;
use crate::session::look::Onlooker;

/// Where elements are kept.
#[derive(Debug)]
pub(crate) struct Held {
    page: Arc<dyn Page>,
    frame: Option<FrameKey>,
}

impl Onlooker<'_> {
    /// Keeps the one element that a selector means, as soon as it is there, or `all` that it means now; `beside` those that
    /// are kept.
    ///
    /// # Errors
    /// [`Kind::Usage`] where the element is in another frame than those.
    pub(crate) async fn hold(&self, selector: &str, all: bool, beside: Option<&Held>) -> Result<Held> {
        let locator = Locator::parse(selector)?;
        let doing = json!({ "all": all, "isMore": beside.is_some() });
        let ready = self.get_ready("hold", &locator, &doing, None).await?;
        let (page, frame) = (ready.page, ready.frame);
        if beside.is_some_and(|held| held.page.key() != page.key() || held.frame != frame) {
            let why = "elements of several frames cannot be given to one function";
            return Err(Error::new(Kind::Usage, why));
        }
        Ok(Held { page, frame })
    }

    /// Calls a function with the page's own scripts; the elements that are kept come after its arguments.
    pub(crate) async fn call_on(&self, held: &Held, script: &Script) -> Result<Value> {
        let frame = held.frame.as_ref();
        let elements = self.place(&held.page, frame).held();
        held.page.evaluate_on(frame, &elements, script, self.call).await
    }
}
