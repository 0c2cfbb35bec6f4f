//! What can be changed of a context while it is open.

use super::Capability;

/// A change of how a context is set up: for the pages that it has, and for all that come. It holds as long as this process
/// holds the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Adjustment {
    /// Headers added to each request, in place of all that were.
    Headers(Vec<(String, String)>),
    /// A script that runs in each new document, before any of the page's own and with them in sight; beside those that were.
    InitScript(String),
    /// Whether the network is cut off.
    Offline(bool),
    /// Where pages are told that they are; `None`: where they are.
    Geolocation(Option<Geolocation>),
    /// Permissions granted, by the names of the Permissions API; `None`: they are as the browser has them.
    Permissions(Option<Grant>),
}

/// A place on the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geolocation {
    /// Degrees to the north.
    pub latitude: f64,
    /// Degrees to the east.
    pub longitude: f64,
    /// Metres.
    pub accuracy: f64,
}

/// Permissions to grant, beside those that were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// For whom; `None`: for every origin.
    pub origin: Option<String>,
    /// Which ones, for example `geolocation`.
    pub names: Vec<String>,
}

impl Adjustment {
    /// What a browser must be able to do for it.
    pub const fn needs(&self) -> Capability {
        match self {
            Self::Headers(_) => Capability::ExtraHeaders,
            Self::InitScript(_) => Capability::InitScripts,
            Self::Offline(_) => Capability::Offline,
            Self::Geolocation(_) => Capability::Geolocation,
            Self::Permissions(_) => Capability::Permissions,
        }
    }
}
