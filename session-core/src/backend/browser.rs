//! The factory and the browser.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Adjustment, CapabilitySet, ConnectOptions, ContextOptions, EventSink, Interception, LaunchOptions, Loaded, NewPage,
    Page,
};
use crate::call::Call;
use crate::error::Result;
use crate::process::ProcessId;

/// Makes browsers of one kind: launches them, attaches to running ones, and takes over those of a daemon that died.
#[async_trait]
pub trait BrowserBackend: Debug + Send + Sync {
    /// The name in `--backend` and in state files, for example `cdp`.
    fn name(&self) -> &str;

    /// The browsers that `--browser` accepts beside a path, the default first, for example `chromium`.
    fn browsers(&self) -> &[&str];

    /// Whether its browsers are reached through drivers, so that [`LaunchOptions::driver`] and
    /// [`ConnectOptions::session`] mean something.
    fn has_drivers(&self) -> bool;

    /// What the browser of that name, or path, can do at best (`None`: the default); a live browser says what is in effect.
    fn capabilities(&self, browser: Option<&str>) -> CapabilitySet;

    /// Starts a browser in a process group of its own, so that it outlives this process.
    ///
    /// Cancelled or failed, it leaves no process and no folder behind.
    ///
    /// # Errors
    /// [`Kind::NotStarted`](crate::Kind::NotStarted) with the browser's last words, or with how to install it.
    async fn launch(&self, options: &LaunchOptions, call: &Call) -> Result<Arc<dyn Browser>>;

    /// Attaches to a browser that is somebody else's, and touches nothing of it.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`](crate::Kind::BrowserLost) when nothing answers there.
    async fn connect(&self, options: &ConnectOptions, call: &Call) -> Result<Arc<dyn Browser>>;

    /// Takes over a browser that a former daemon launched or was attached to.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`](crate::Kind::BrowserLost) when it is gone.
    async fn adopt(&self, endpoint: &Endpoint, call: &Call) -> Result<Arc<dyn Browser>>;

    /// What of this backend's needs is here, what is missing and how to install it.
    async fn diagnose(&self) -> Vec<Diagnosis>;
}

/// A running browser: a process, or a connection to one.
#[async_trait]
pub trait Browser: Debug + Send + Sync {
    /// Which browser it is.
    fn identity(&self) -> &BrowserIdentity;

    /// What a new daemon needs to adopt it; goes into state files.
    fn endpoint(&self) -> &Endpoint;

    /// What is in effect after negotiation.
    fn capabilities(&self) -> CapabilitySet;

    /// Makes an isolated context; its events go to `sink`. In a browser of a persistent profile or without
    /// [`Capability::Contexts`](super::Capability::Contexts), it is the browser's own context, and without the capability
    /// a second one answers `Unsupported`; in an attached browser, `options` that would change
    /// the user's pages are not applied.
    async fn open_context(&self, options: &ContextOptions, sink: Arc<dyn EventSink>, call: &Call)
    -> Result<ContextKey>;

    /// Takes a context over that was opened before, with these options, by a process that is gone. The pages that it
    /// holds are told to `sink` as `PageOpened` before this returns, and their state is untouched.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`](crate::Kind::BrowserLost) when the context is gone.
    async fn adopt_context(
        &self,
        key: &ContextKey,
        options: &ContextOptions,
        sink: Arc<dyn EventSink>,
        call: &Call,
    ) -> Result<()>;

    /// Ends a context with its pages. Of an attached browser, it only stops listening.
    async fn close_context(&self, key: &ContextKey, call: &Call) -> Result<()>;

    /// Opens a page and, where it has a URL, waits as asked. Its `PageOpened` is told before this returns.
    ///
    /// A navigation that fails leaves the page open: the error is in the pair's second half.
    async fn open_page(
        &self,
        context: &ContextKey,
        new: &NewPage,
        call: &Call,
    ) -> Result<(Arc<dyn Page>, Result<Loaded>)>;

    /// Asks an owned browser to end, and lets go of an attached one. Does not wait for the process: its owner does.
    async fn close(&self, call: &Call) -> Result<()>;

    /// Changes how a context is set up.
    ///
    /// # Errors
    /// `Unsupported` without what it [needs](Adjustment::needs); [`Kind::Usage`](crate::Kind::Usage) for a permission that
    /// there is not.
    async fn adjust(&self, context: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()>;

    /// Cookies and origin storage of a context.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::Storage`](super::Capability::Storage).
    fn storage(&self) -> Result<&dyn Storage>;

    /// Requests held before they are sent.
    ///
    /// # Errors
    /// `Unsupported` without [`Capability::RequestInterception`](super::Capability::RequestInterception).
    fn interception(&self) -> Result<&dyn Interception>;
}

/// Cookies and origin storage of a context. Needs [`Capability::Storage`](super::Capability::Storage).
#[async_trait]
pub trait Storage: Debug + Send + Sync {
    /// Reads all cookies of the context.
    async fn cookies(&self, context: &ContextKey, call: &Call) -> Result<Vec<serde_json::Value>>;

    /// Removes all cookies of the context.
    async fn clear_cookies(&self, context: &ContextKey, call: &Call) -> Result<()>;

    /// Sets cookies as [`Storage::cookies`] reads them. One whose time is over takes away the one of the same name, domain
    /// and path.
    async fn set_cookies(&self, context: &ContextKey, cookies: &[serde_json::Value], call: &Call) -> Result<()>;
}

/// The storage state of a session: what `storage.json` and auth profiles hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StorageState {
    /// Cookies: name, value, domain, path, expires (seconds since 1970, -1: a session's), httpOnly, secure, sameSite.
    pub cookies: Vec<serde_json::Value>,
}

/// Which browser it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BrowserIdentity {
    /// The browser's name, for example `chromium`.
    pub name: String,
    /// Its version, for example `156.0.8078.79`.
    pub version: String,
    /// Where its program is; `None` for an attached one.
    pub executable: Option<PathBuf>,
}

/// What a new daemon needs to adopt a browser. Serialised into `state.json` as `endpoint`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Where the browser or driver listens, for example `ws://127.0.0.1:9222/devtools/browser/…`.
    pub url: String,
    /// The DevTools or driver port.
    pub port: Option<u16>,
    /// The owned process, that is also its group's leader; `None` when attached.
    pub process: Option<ProcessId>,
    /// Further processes of ours that must end with it, in its group or not (a driver's browser, a display server).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<ProcessId>,
    /// Files that these processes leave when they are killed (a display server's lock); they go when nobody uses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<PathBuf>,
    /// A folder of ours that goes when the browser has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_profile: Option<PathBuf>,
    /// What else the backend needs, in its own words (a driver's session id; the identity, where no driver tells it again).
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub extra: serde_json::Value,
}

/// A context's identity within its browser; survives the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct ContextKey(pub String);

/// One line of `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Diagnosis {
    /// What was looked for, for example `chromium`.
    pub subject: String,
    /// What was found.
    pub finding: Finding,
    /// Where, which version, or what is wrong.
    pub detail: String,
    /// The exact command that installs it, as arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Vec<String>>,
}

/// What `doctor` found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// It is here and usable.
    Ok,
    /// It is missing, and something else does its work.
    Optional,
    /// It is missing or unusable.
    Missing,
}
