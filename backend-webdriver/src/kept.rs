//! What a new daemon must know of a driver session, since neither driver nor browser tells it again. It is kept in
//! [`Endpoint::extra`](greenroom_session_core::backend::Endpoint::extra).

use greenroom_session_core::backend::{BrowserIdentity, Endpoint};
use greenroom_session_core::{Error, Kind, Result};
use serde::{Deserialize, Serialize};

use crate::driver::Session;
use crate::{bidi, classic};

/// What is known of a driver session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Kept {
    /// The session's id.
    pub(crate) session: String,
    /// Where BiDi is spoken.
    pub(crate) bidi: Option<String>,
    /// Where the browser has its DevTools: nobody may be led there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) devtools: Option<String>,
    /// The browser's name in the driver's words.
    pub(crate) browser_name: String,
    /// Which browser it is.
    pub(crate) identity: BrowserIdentity,
    /// We asked for the session, and end it.
    pub(crate) owned: bool,
    /// Nobody sees its windows.
    pub(crate) headless: bool,
    /// Contexts are made in it.
    pub(crate) isolates: bool,
    /// The window that the session began with: it is never told, and never closed.
    pub(crate) keeper: Option<String>,
    /// The proxy that the browser was started with.
    pub(crate) proxy: Option<String>,
    /// Dialogs are left to us.
    pub(crate) ignores_prompts: bool,
    /// Pages with certificate errors are opened.
    pub(crate) accepts_insecure: bool,
}

impl Kept {
    /// Reads it back.
    pub(crate) fn of(endpoint: &Endpoint) -> Result<Self> {
        serde_json::from_value(endpoint.extra.clone()).map_err(|error| {
            let message = format!("failed to find the driver session again: its record is damaged: {error}");
            Error::new(Kind::BrowserLost, message)
        })
    }

    /// The driver session.
    pub(crate) fn session(&self, endpoint: &Endpoint) -> Session {
        Session {
            driver: endpoint.url.clone(),
            id: self.session.clone(),
        }
    }

    /// What the BiDi client must know, where BiDi is spoken.
    pub(crate) fn bidi(&self, adopted: bool) -> Option<bidi::Known> {
        Some(bidi::Known {
            url: self.bidi.clone()?,
            family: bidi::Family::of(&self.browser_name),
            owned: self.owned,
            headless: self.headless,
            isolates: self.isolates,
            keeper: self.keeper.clone(),
            proxy: self.proxy.clone(),
            ignores_prompts: self.ignores_prompts,
            accepts_insecure: self.accepts_insecure,
            adopted,
        })
    }

    /// What the classic client must know, with the driver at `url`.
    pub(crate) fn classic(&self, url: &str) -> Result<classic::Known> {
        let driver = url.parse().map_err(|error| {
            Error::new(
                Kind::BrowserLost,
                format!("failed to find the driver again: `{url}` is no address: {error}"),
            )
        })?;
        Ok(classic::Known {
            driver,
            session: self.session.clone(),
            owned: self.owned,
            keeper: self.keeper.clone(),
            proxy: self.proxy.clone(),
            accepts_insecure: self.accepts_insecure,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_kept() {
        let kept = Kept {
            session: "s".into(),
            bidi: Some("ws://127.0.0.1:1/session/s".into()),
            browser_name: "firefox".into(),
            owned: true,
            keeper: Some("w".into()),
            ..Kept::default()
        };
        let endpoint = Endpoint {
            url: "http://127.0.0.1:1/".into(),
            extra: serde_json::to_value(&kept).unwrap(),
            ..Endpoint::default()
        };
        assert_eq!(Kept::of(&endpoint).unwrap(), kept);
        assert_eq!(kept.session(&endpoint).driver, endpoint.url);
        assert!(kept.bidi(true).unwrap().adopted);
        let damaged = Endpoint {
            extra: serde_json::json!({ "session": 1 }),
            ..endpoint
        };
        assert_eq!(Kept::of(&damaged).unwrap_err().kind(), Kind::BrowserLost);
    }
}
