//! What state.json holds, and which versions of it are read and written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use greenroom_policy::{AccessMode, DialogMode};
use serde::{Deserialize, Serialize};

use super::{OnDormant, Outcome, Ownership, Phase, ProfileName, SessionName, Status, StorageMode, Timestamp, atomic};
use crate::backend::{BrowserIdentity, ContextKey, ContextOptions, DriverOptions, Endpoint, PageKey, Size};
use crate::error::{Error, Kind, Result};
use crate::locator::TestIdAttribute;

/// The version of state.json; a newer one is not read.
pub const MAJOR: u32 = 1;
/// The minor version of state.json: it grows with each key added. A newer one is read, and never written.
pub const MINOR: u32 = 0;

/// A session's state.json (spec: files).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "greenroom state.json, version 1")]
pub struct StateRecord {
    /// The version of this format, 1.
    pub version: u32,
    /// The minor version of this format.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minor: u32,
    /// The session's name.
    pub session: SessionName,
    /// The DevTools or driver port; `null` where there is none.
    pub port: Option<u16>,
    /// The browser's or driver's process; absent when attached or hibernated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// When that process started, in the kernel's clock ticks since boot: a pid alone proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid_started_at: Option<u64>,
    /// When the session was opened.
    pub started_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Its status, as tools know it.
    pub status: Status,
    /// Where it stands in its life.
    pub phase: Phase,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why it ended, or why its workflow failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The workflow that ran in it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowRecord>,
    /// The backend's name.
    pub backend: String,
    /// The browser.
    pub browser: BrowserIdentity,
    /// Whose the browser is.
    pub ownership: Ownership,
    /// Where cookies and storage live.
    pub storage_mode: StorageMode,
    /// What may be done in it.
    #[schemars(schema_with = "access_mode_schema")]
    pub access_mode: AccessMode,
    /// What a new daemon needs to adopt the browser; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// The session's context in the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<ContextKey>,
    /// The size of the viewport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Size>,
    /// The device that it emulates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Its deadlines.
    pub timeouts: Timeouts,
    /// Its pages at the last change.
    #[serde(default)]
    pub pages: Vec<PageRecord>,
    /// The number of the next page: ids are never used again.
    #[serde(default = "first_page")]
    pub next_page: u32,
    /// A number that no ref of the session has had: refs are never used again.
    #[serde(default)]
    pub next_ref: u32,
    /// A word that nobody can guess, by which the session finds its refs in pages again; no page and no output has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page_key: String,
    /// The attribute for test ids; absent where it is `data-testid`.
    #[serde(default, skip_serializing_if = "TestIdAttribute::is_default")]
    pub test_id_attribute: TestIdAttribute,
    /// The names of the capabilities in effect.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// How its context is set up.
    #[serde(default)]
    pub options: ContextOptions,
    /// How its browser is started.
    #[serde(default)]
    pub launch: LaunchRecord,
    /// What becomes of its pages' dialogs.
    #[serde(default, skip_serializing_if = "crate::op::is_default")]
    #[schemars(with = "String")]
    pub dialogs: DialogMode,
    /// Whether what a person does in its pages is recorded, where the browser tells it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record_user_actions: bool,
    /// Whether secrets are masked in its logs; false after `--no-redact`.
    #[serde(default = "yes")]
    pub redact: bool,
}

/// A workflow that ran in a session; how it stands says the session's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowRecord {
    /// Its file.
    pub file: PathBuf,
    /// The name of the export; absent: the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// The name that it gives itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended; absent: it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// The deadlines of a session, in milliseconds; `null`: none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Timeouts {
    /// How long it stays parked before its browser is closed.
    #[serde(with = "millis")]
    #[schemars(with = "u64")]
    pub dormant_ttl: Duration,
    /// What happens then.
    pub on_dormant: OnDormant,
    /// How long after the last use it ends.
    #[serde(with = "millis::option")]
    #[schemars(with = "Option<u64>")]
    pub idle_timeout: Option<Duration>,
    /// How long after it was opened it ends.
    #[serde(with = "millis::option")]
    #[schemars(with = "Option<u64>")]
    pub max_duration: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            dormant_ttl: Duration::from_mins(30),
            on_dormant: OnDormant::Hibernate,
            idle_timeout: None,
            max_duration: None,
        }
    }
}

/// A page at the last change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageRecord {
    /// The id that `pages` shows, for example `page-1`.
    pub id: String,
    /// Its identity within the browser.
    pub key: PageKey,
    /// Its address.
    pub url: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Whether it is the default page.
    #[serde(default)]
    pub active: bool,
}

/// How a session's browser is started; kept to start it again and to say what differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct LaunchRecord {
    /// The browser that was asked for: a name or a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Without a window.
    pub headless: bool,
    /// Flags of the user's, as they are.
    pub args: Vec<String>,
    /// The profile folder's name, for a persistent session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_profile: Option<ProfileName>,
    /// Whether it has a browser process of its own.
    pub own_process: bool,
    /// Its driver.
    #[serde(skip_serializing_if = "DriverOptions::is_default")]
    pub driver: DriverOptions,
}

impl StateRecord {
    /// The state of a session that begins now, live and with every option at its default.
    pub fn new(session: SessionName, backend: impl Into<String>, ownership: Ownership, storage: StorageMode) -> Self {
        let now = Timestamp::now();
        Self {
            version: MAJOR,
            minor: MINOR,
            session,
            port: None,
            pid: None,
            pid_started_at: None,
            started_at: now,
            last_used_at: now,
            ended_at: None,
            status: Status::Active,
            phase: Phase::Live,
            outcome: None,
            reason: None,
            workflow: None,
            backend: backend.into(),
            browser: BrowserIdentity::default(),
            ownership,
            storage_mode: storage,
            access_mode: AccessMode::default(),
            endpoint: None,
            context: None,
            viewport: None,
            device: None,
            timeouts: Timeouts::default(),
            pages: Vec::new(),
            next_page: first_page(),
            next_ref: 0,
            page_key: super::random::word(),
            test_id_attribute: TestIdAttribute::default(),
            capabilities: Vec::new(),
            options: ContextOptions::default(),
            launch: LaunchRecord::default(),
            dialogs: DialogMode::default(),
            record_user_actions: false,
            redact: true,
        }
    }

    /// Whether a workflow of it has not ended: it runs, or is paused.
    pub fn has_open_workflow(&self) -> bool {
        self.workflow
            .as_ref()
            .is_some_and(|workflow| workflow.ended_at.is_none())
    }

    /// Its workflow has ended, if it has one that had not. The status of a session that has ended stays.
    pub(crate) fn end_workflow(&mut self, status: Status, reason: Option<String>) {
        let Some(workflow) = self.workflow.as_mut().filter(|workflow| workflow.ended_at.is_none()) else {
            return;
        };
        workflow.ended_at = Some(Timestamp::now());
        if self.phase != Phase::Ended {
            self.status = status;
            self.reason = reason;
        }
    }

    /// Whether it is over.
    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Whether a newer greenroom wrote it: it can be read, and must not be written back.
    pub fn is_newer(&self) -> bool {
        self.version > MAJOR || (self.version == MAJOR && self.minor > MINOR)
    }

    /// Reads a state file; `None`: there is no such file.
    ///
    /// # Errors
    /// [`Kind::Damaged`] for what is no state of the session `name`, and for a newer major version.
    pub(super) fn read(path: &Path, name: &SessionName) -> Result<Option<Self>> {
        let Some(bytes) = atomic::read(path)? else {
            return Ok(None);
        };
        let head: Head = serde_json::from_slice(&bytes).map_err(|why| atomic::damaged(path, &why))?;
        if head.version > MAJOR {
            return Err(newer(path, head.version));
        }
        if head.version < MAJOR {
            return Err(atomic::damaged(path, &format!("it has version {}", head.version)));
        }
        let record: Self = serde_json::from_slice(&bytes).map_err(|why| atomic::damaged(path, &why))?;
        if record.session == *name {
            Ok(Some(record))
        } else {
            Err(atomic::damaged(
                path,
                &format!("it is of the session `{}`", record.session),
            ))
        }
    }

    /// The error of writing a file back that a newer greenroom has written.
    pub(super) fn refuse_newer(path: &Path) -> Error {
        let message = format!("failed to write `{}`: a newer greenroom wrote it", path.display());
        Error::new(Kind::Damaged, message).with_hint("use that greenroom for this session, or open one of another name")
    }
}

/// What is read first, whatever the version.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

fn newer(path: &Path, version: u32) -> Error {
    let message = format!(
        "failed to read `{}`: it has version {version} of a newer greenroom, and this one reads {MAJOR}",
        path.display()
    );
    Error::new(Kind::Damaged, message).with_hint("use the newer greenroom for this session; the file was left as it is")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn first_page() -> u32 {
    1
}

fn yes() -> bool {
    true
}

fn access_mode_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": AccessMode::ALL.map(AccessMode::name) })
}

/// Durations as whole milliseconds.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }

    pub(super) mod option {
        use super::{Deserialize, Deserializer, Duration, Serializer};

        #[expect(clippy::ref_option, reason = "serde asks by reference")]
        pub(in super::super) fn serialize<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
            match span {
                Some(span) => super::serialize(span, to),
                None => to.serialize_none(),
            }
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
            Option::<u64>::deserialize(from).map(|millis| millis.map(Duration::from_millis))
        }
    }
}
