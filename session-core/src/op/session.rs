//! Making, finding, configuring and ending sessions.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::pages::PageInfo;
use super::param::{Access, Display, Recording, Span};
use super::spec::{Shape, operation};
use crate::backend::{BrowserIdentity, ContextOptions, Size, WaitUntil};
use crate::locator::TestIdAttribute;
use crate::store::{OnDormant, StateRecord, StorageMode, Timestamp};

operation! {
    /// Opens a session on a browser of its own and, with a URL, loads it.
    ///
    /// Without `--session` it makes a unique name and prints it. Sessions with incognito storage and the same browser and
    /// flags share one browser process, each isolated in a context of its own.
    Open("open"): Lifecycle, Workspace, Beside, wakes false, needs [] -> Opened {
        /// What to load; without a scheme it gets `https://`, or `http://` for localhost and IP addresses.
        url: Option<String> = Shape::Place("URL"),
        /// With a window or without [default: headed when a display is there].
        display: Option<Display> = Shape::Flags,
        /// The backend [default: cdp].
        backend: Option<String> = Shape::Flag("NAME"),
        /// The browser: chromium, chrome, edge, firefox, webkit, or a path [default: the first that is found].
        browser: Option<String> = Shape::Flag("BROWSER"),
        /// A running driver or a Selenium Grid, for backends with drivers; implies `--backend webdriver`.
        webdriver_url: Option<String> = Shape::Flag("URL"),
        /// The driver to start, for backends with drivers [default: it is searched].
        driver: Option<PathBuf> = Shape::Flag("FILE"),
        /// The size of the viewport [default: 1366x768].
        viewport: Option<Size> = Shape::Flag("WxH"),
        /// Where cookies and storage live: incognito (they end with the session) or persistent (a profile that stays) [default: incognito].
        storage: Option<StorageMode> = Shape::Flag("MODE"),
        /// The profile of a persistent session [default: the session's name]; implies `--storage persistent`.
        browser_profile: Option<String> = Shape::Flag("NAME"),
        /// What may be done in it [default: write-access].
        access: Option<Access> = Shape::Flags,
        /// What becomes of alert, confirm, prompt and beforeunload: accept, dismiss, raise (dismissed, but a page may be left), `accept-prompt-with:TEXT`, or ask (left open until `dialog` answers) [default: raise].
        dialogs: Option<String> = Shape::Flag("MODE"),
        /// Gives the session a browser process of its own.
        own_process: bool = Shape::Flag(""),
        /// A flag for the browser, as it is; may be given several times.
        arg: Vec<String> = Shape::Flag("FLAG"),
        /// A proxy for all of the session's requests.
        proxy: Option<String> = Shape::Flag("URL"),
        /// The language of pages, as a BCP 47 tag.
        locale: Option<String> = Shape::Flag("TAG"),
        /// The time zone of pages, as an IANA name.
        timezone: Option<String> = Shape::Flag("NAME"),
        /// The user agent string.
        user_agent: Option<String> = Shape::Flag("TEXT"),
        /// A header for every request, as `Name: value`; may be given several times.
        header: Vec<String> = Shape::Flag("K:V"),
        /// Opens pages in spite of certificate errors.
        ignore_https_errors: bool = Shape::Flag(""),
        /// Tells pages of a screen that is touched, so that `tap` can be used.
        touch: bool = Shape::Flag(""),
        /// How long it may stay unused before its browser is closed, to be restored by the next command [default: 30m].
        dormant_ttl: Option<Span> = Shape::Flag("D"),
        /// What happens then: hibernate, or destroy (the session ends) [default: hibernate].
        on_dormant: Option<OnDormant> = Shape::Flag("WHAT"),
        /// Ends the session when it was not used for so long [default: never].
        idle_timeout: Option<Span> = Shape::Flag("D"),
        /// Ends the session so long after it was opened [default: never].
        max_duration: Option<Span> = Shape::Flag("D"),
        /// The attribute that `testid:` selectors look for [default: data-testid].
        test_id_attribute: Option<TestIdAttribute> = Shape::Flag("NAME"),
        /// Whether what a person does in the pages is recorded: auto (with a window), on or off [default: auto].
        record_user_actions: Option<Recording> = Shape::Flag("WHEN"),
        /// Writes logs without masking secrets; recorded in state.json.
        no_redact: bool = Shape::Flag(""),
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

operation! {
    /// Attaches a session to a running browser of somebody else's.
    ///
    /// It touches nothing there, and closing the session never ends the browser.
    Connect("connect"): Lifecycle, Workspace, Beside, wakes false, needs [] -> Opened {
        /// Where the browser listens: `http://HOST:PORT` or `ws://…`.
        endpoint: String = Shape::Place("ENDPOINT"),
        /// The backend [default: cdp].
        backend: Option<String> = Shape::Flag("NAME"),
        /// The driver's session to attach to, for backends with drivers.
        webdriver_session: Option<String> = Shape::Flag("ID"),
        /// What may be done in it [default: write-access].
        access: Option<Access> = Shape::Flags,
        /// What becomes of dialogs, as with `open` [default: raise].
        dialogs: Option<String> = Shape::Flag("MODE"),
        /// Ends the session when it was not used for so long [default: never].
        idle_timeout: Option<Span> = Shape::Flag("D"),
        /// Ends the session so long after it was opened [default: never].
        max_duration: Option<Span> = Shape::Flag("D"),
        /// The attribute that `testid:` selectors look for [default: data-testid].
        test_id_attribute: Option<TestIdAttribute> = Shape::Flag("NAME"),
        /// Whether what a person does in the pages is recorded: auto (with a window), on or off [default: auto].
        record_user_actions: Option<Recording> = Shape::Flag("WHEN"),
        /// Writes logs without masking secrets; recorded in state.json.
        no_redact: bool = Shape::Flag(""),
    }
}

/// A session that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// Its name.
    pub session: String,
    /// The id of its default page; `null` where an attached browser has none.
    pub page: Option<String>,
    /// The address after redirects.
    pub url: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The HTTP status; `null` where there is none or the browser does not tell.
    pub status: Option<u16>,
    /// The browser.
    pub browser: BrowserIdentity,
    /// The access mode.
    pub access_mode: Access,
}

operation! {
    /// Lists the workspace's sessions.
    List("list"): Observe, Workspace, Beside, wakes false, needs [] -> ListResult {
        /// With those that have ended.
        all: bool = Shape::Flag(""),
        /// Only those of this status: active, paused, completed, failed or exited.
        status: Option<String> = Shape::Flag("STATUS"),
    }
}

/// The sessions of a workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ListResult {
    /// In the order in which they were opened.
    pub sessions: Vec<SessionLine>,
}

/// One session in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionLine {
    /// Its name.
    pub session: String,
    /// active, paused, completed, failed, exited; or `damaged` when its state file cannot be read.
    pub status: String,
    /// live, parked, hibernated or ended.
    pub phase: Option<String>,
    /// closed, error or timed_out, once it has ended.
    pub outcome: Option<String>,
    /// Why it ended, or what is damaged.
    pub reason: Option<String>,
    /// The backend.
    pub backend: Option<String>,
    /// The browser's name and version.
    pub browser: Option<String>,
    /// The access mode.
    pub access_mode: Option<String>,
    /// How many pages it has.
    pub pages: usize,
    /// The address of its default page.
    pub url: Option<String>,
    /// When it was opened.
    pub started_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

operation! {
    /// Tells everything about one session, or about the workspace where there is none to tell about.
    Status("status"): Observe, Workspace, Beside, wakes false, needs [] -> StatusResult {}
}

/// Everything about one session, or about the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusResult {
    /// The workspace's folder.
    pub workspace: std::path::PathBuf,
    /// The session's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<std::path::PathBuf>,
    /// The session's state, as state.json has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<StateRecord>>,
    /// The names of the capabilities in effect.
    pub capabilities: Vec<String>,
    /// The pages.
    pub pages: Vec<PageInfo>,
    /// The session's options that differ from the browser's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<ContextOptions>,
    /// How many sessions share the browser's process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_by: Option<usize>,
    /// The workspace's sessions, where no session was asked for.
    pub sessions: Vec<SessionLine>,
}

operation! {
    /// Shows or changes the session's access mode.
    SessionMode("session-mode"): Lifecycle, Session, Beside, wakes false, needs [] -> Mode {
        /// The new mode; without it, the mode is shown.
        mode: Option<Access> = Shape::Place("MODE"),
    }
}

/// The access mode of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mode {
    /// The mode now.
    pub access_mode: Access,
    /// Whether it was another before.
    pub changed: bool,
}

operation! {
    /// Ends sessions: by `--session`, or all that match `--all`, `--prefix` and `--idle` together.
    ///
    /// It asks the browser, then terminates its process group, then kills it, and says which was needed. It never waits
    /// for a session's running command: that is cancelled. A browser that is somebody else's is only let go.
    Close("close"): Lifecycle, Workspace, Beside, wakes false, needs [] -> CloseResult {
        /// All sessions of the workspace.
        all: bool = Shape::Flag(""),
        /// Those whose name starts with this.
        prefix: Option<String> = Shape::Flag("P"),
        /// Those not used for so long.
        idle: Option<Span> = Shape::Flag("D"),
        /// Kills at once instead of asking.
        force: bool = Shape::Flag(""),
        /// An unknown or ended session is no error.
        if_exists: bool = Shape::Flag(""),
    }
}

/// What closing came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CloseResult {
    /// The sessions that this call ended.
    pub closed: Vec<ClosedSession>,
}

/// A session that was ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClosedSession {
    /// Its name.
    pub session: String,
    /// What ending its browser needed: `asked`, `terminated`, `killed`, `gone` (it had ended before), `detached` (somebody else's), or `shared` (others still use it).
    pub browser: String,
}

operation! {
    /// Removes the folders of ended sessions and the archive.
    Prune("prune"): Lifecycle, Workspace, Beside, wakes false, needs [] -> Pruned {}
}

/// What was removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Pruned {
    /// Ended sessions whose folders were removed.
    pub sessions: Vec<String>,
    /// Folders removed from the archive.
    pub archived: usize,
}

operation! {
    /// Tells about the workspace's daemon.
    DaemonStatus("daemon.status"): Observe, Workspace, Beside, wakes false, needs [] -> DaemonStatusResult {}
}

/// About the daemon; where none runs, only that is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct DaemonStatusResult {
    /// Whether one runs.
    pub running: bool,
    /// Its process id.
    pub pid: Option<u32>,
    /// Its version of greenroom.
    pub version: Option<String>,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// How many sessions it holds.
    pub sessions: usize,
    /// How many browser processes it holds.
    pub browsers: usize,
}

operation! {
    /// Ends the daemon; its sessions are hibernated and come back with the next command.
    DaemonStop("daemon.stop"): Lifecycle, Workspace, Beside, wakes false, needs [] -> DaemonStopped {}
}

/// What stopping the daemon came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DaemonStopped {
    /// Whether one ran.
    pub running: bool,
    /// The sessions that were hibernated.
    pub hibernated: Vec<String>,
}
