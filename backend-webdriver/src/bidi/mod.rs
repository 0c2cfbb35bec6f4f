//! Browsers over WebDriver BiDi: what a driver grants beside the classic protocol, by a WebSocket.
//!
//! One task owns the connection (`connection`) and hands each event to the state that calls read (`hub`, `tree`,
//! `document`, `facts`). A driver session is somebody else's to make and to end; user contexts are contexts, top-level
//! browsing contexts are pages, and both have the ids that the classic protocol knows them by.

mod aim;
mod answer;
mod binding;
mod browser;
mod connection;
mod console;
mod context;
mod dialog;
mod document;
mod download;
mod error;
mod evaluate;
mod evaluate_on;
mod facts;
mod find;
mod hub;
mod input;
mod intercept;
mod known_to_driver;
mod leaving;
mod navigate;
mod network;
mod page;
mod place;
mod popup;
mod protocol;
mod revive;
mod screenshot;
mod setup;
mod silence;
mod socket;
mod storage;
mod subscribe;
#[cfg(test)]
mod tests;
mod tree;
mod wait;
mod watch;

pub(crate) use browser::{BEST, Bidi, Known};

/// Whose words and ways a browser has. The protocol is the same; what it leaves open is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Chromium and its relatives, whose driver lets DevTools commands through.
    Chromium,
    /// Firefox.
    Firefox,
    /// Whatever else comes.
    Other,
}

impl Family {
    /// By the capability `browserName`.
    pub(crate) fn of(browser_name: &str) -> Self {
        match browser_name.to_ascii_lowercase().as_str() {
            "chrome" | "chromium" | "chrome-headless-shell" | "msedge" | "microsoftedge" => Self::Chromium,
            "firefox" => Self::Firefox,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod family {
    use super::Family;

    #[test]
    fn a_browser_is_known_by_its_drivers_word() {
        for (name, family) in [
            ("chrome", Family::Chromium),
            ("MicrosoftEdge", Family::Chromium),
            ("firefox", Family::Firefox),
            ("ladybird", Family::Other),
        ] {
            assert_eq!(Family::of(name), family, "{name}");
        }
    }
}
