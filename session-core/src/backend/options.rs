//! How a browser is started and how a session's context in it is set up.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How to start a browser. Two sessions whose options are equal may share the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LaunchOptions {
    /// One of [`BrowserBackend::browsers`](super::BrowserBackend::browsers), or a path; `None`: the backend's default.
    pub browser: Option<String>,
    /// Without a window.
    pub headless: bool,
    /// Where its profile is.
    pub profile: Profile,
    /// Flags of the user's, as they are.
    pub args: Vec<String>,
    /// Its driver, for backends that have such.
    pub driver: DriverOptions,
    /// The environment the browser and its driver get, on top of this process's. A `TMPDIR` is the user's: what a browser
    /// that is killed has in it stays.
    pub env: Vec<(String, String)>,
    /// How its only context will be set up, for a browser that will hold just one; `None` for one that may be shared.
    /// What can only be set at the start (a proxy, certificate errors) is taken from here.
    pub only: Option<ContextOptions>,
    /// A folder of ours, mode 0700, for what must not outlive the browser.
    pub scratch: PathBuf,
}

/// The driver between us and a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct DriverOptions {
    /// The address of one that runs, or of a Grid; `None`: one is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The program to start; `None`: it is searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<PathBuf>,
    /// Capabilities asked for beside ours, as they are.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub capabilities: serde_json::Map<String, serde_json::Value>,
}

impl DriverOptions {
    /// Whether nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a browser keeps its profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// In a folder below [`LaunchOptions::scratch`] that goes with the browser.
    #[default]
    Temporary,
    /// In this folder, which stays.
    Folder(PathBuf),
}

/// How to attach to a running browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectOptions {
    /// `http://HOST:PORT` or `ws://…`.
    pub endpoint: String,
    /// A driver's session id, for drivers.
    pub session: Option<String>,
}

/// How a session's context is set up; `None` and empty leave the browser's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct ContextOptions {
    /// The size of each page's viewport, in CSS pixels.
    pub viewport: Option<Size>,
    /// A BCP 47 tag, for example `de-CH`.
    pub locale: Option<String>,
    /// An IANA name, for example `Europe/Zurich`.
    pub timezone: Option<String>,
    /// The user agent string.
    pub user_agent: Option<String>,
    /// Headers added to each request.
    pub headers: Vec<(String, String)>,
    /// A proxy URL, for example `http://127.0.0.1:3128`.
    pub proxy: Option<String>,
    /// Opens pages in spite of certificate errors.
    pub ignore_https_errors: bool,
    /// Pages are told of a screen that is touched with one finger, and can be tapped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub touch: bool,
    /// Where downloads are saved; `None`: they are refused.
    pub downloads: Option<PathBuf>,
    /// The longest response body kept, in bytes.
    pub max_body: usize,
    /// What watches each document. It is not kept: who takes a context over says it again.
    #[serde(skip)]
    pub watcher: Option<Watcher>,
}

/// A function that runs in each document of a context, in that of every page, popup and frame, before any script of the
/// page's and with nothing of it in sight, as [`World::Isolated`](super::World::Isolated) does.
///
/// It gets one argument: a function that takes a text, and has it told at once as [`Event::Told`](super::Event::Told),
/// whatever becomes of the document next. No page can see, call or replace that. Documents that are there already are
/// watched from when the context is opened or taken over; in one that was watched before, or that a script opens anew to write to it, it
/// runs once more.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Watcher(pub Arc<str>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watcher({} bytes)", self.0.len())
    }
}

/// A width and height in CSS pixels, written `1366x768`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once(['x', 'X']).and_then(|(width, height)| {
            Some(Self {
                width: width.parse().ok()?,
                height: height.parse().ok()?,
            })
        });
        match parsed {
            Some(size) if (1..=16_384).contains(&size.width) && (1..=16_384).contains(&size.height) => Ok(size),
            _ => Err(format!(
                "`{text}` is no size; write it as `1366x768`, each side 1 to 16384"
            )),
        }
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        size.to_string()
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl schemars::JsonSchema for Size {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]+x[0-9]+$", "description": "Width x height in CSS pixels." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_it_is_written() {
        assert_eq!("800x600".parse::<Size>().unwrap().to_string(), "800x600");
        for bad in ["", "800", "0x5", "800x", "-1x5", "99999x1", "8e2x600"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
