//! The module `session`: which events are sent.

use serde::Serialize;

use super::{Nothing, command};

/// Asks for events.
#[derive(Debug, Serialize)]
pub(crate) struct Subscribe {
    /// Names of events and of modules.
    pub(crate) events: Vec<&'static str>,
}
command!(Subscribe, "session.subscribe", Nothing);
