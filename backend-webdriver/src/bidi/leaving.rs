//! How far a navigation is that a page has begun: by the protocol's own events, and on Chromium by DevTools' too, which
//! tell what a page has only asked for, as when a form is sent.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::connection::read;
use super::error::Native;
use super::facts::Facts;
use super::hub::Router;
use super::protocol::goog::CdpEvent;

/// How far a navigation of the main frame is that has no document yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// There is none.
    #[default]
    No,
    /// The page asked for it.
    Asked,
    /// The browser is at it.
    Begun(String),
}

impl Leaving {
    /// It is over, if this is the navigation that is under way.
    pub(crate) fn ends(&mut self, navigation: &str) {
        if matches!(self, Self::Begun(begun) if begun == navigation) {
            *self = Self::No;
        }
    }

    /// The page asks for one.
    fn asked(&mut self) {
        if *self == Self::No {
            *self = Self::Asked;
        }
    }

    /// What the page asked for came to nothing.
    pub(crate) fn stays(&mut self) {
        if *self == Self::Asked {
            *self = Self::No;
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    frame_id: String,
    disposition: Option<String>,
}

impl Facts {
    /// Whether a navigation of the main frame has begun that has no document yet.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving != Leaving::No
    }
}

impl Router {
    /// A `Page.` event of DevTools.
    pub(crate) fn leaving_event(&mut self, name: &str, params: &RawValue) -> Result<(), Native> {
        let event: CdpEvent<Change> = read(params)?;
        let session = event.session.unwrap_or_default();
        let Change { frame_id, disposition } = event.params;
        let page = self.sessions.get(&session).filter(|id| **id == frame_id);
        let is_elsewhere = disposition.is_some_and(|disposition| disposition != "currentTab");
        if let Some(page) = page.and_then(|id| self.pages.get(id)).filter(|_| !is_elsewhere) {
            page.facts.send_modify(|facts| match name {
                "Page.frameRequestedNavigation" | "Page.frameScheduledNavigation" => facts.leaving.asked(),
                _ => facts.leaving.stays(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_begun_ends_by_its_own_name_only() {
        let mut leaving = Leaving::No;
        leaving.asked();
        assert_eq!(leaving, Leaving::Asked);
        leaving = Leaving::Begun(String::from("A"));
        leaving.asked();
        leaving.stays();
        leaving.ends("B");
        assert_eq!(leaving, Leaving::Begun(String::from("A")));
        leaving.ends("A");
        assert_eq!(leaving, Leaving::No);
    }
}
