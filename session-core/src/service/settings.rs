//! Where an option's value comes from: the flag, the environment (which the command line turns into flags and
//! [`Defaults`]), config.json, the default.

use std::path::{Path, PathBuf};

use greenroom_policy::{AccessMode, DialogMode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backend::Size;
use crate::error::{Error, Kind, Result};
use crate::locator::TestIdAttribute;
use crate::op::{Recording, Span};
use crate::store::{Layout, OnDormant, StorageMode, atomic};

/// What holds where neither the caller nor config.json says anything.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The size of a page's viewport.
    pub viewport: Size,
    /// The longest response body kept in the logs, in bytes.
    pub max_body: usize,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            viewport: Size {
                width: 1366,
                height: 768,
            },
            max_body: 256 << 10,
        }
    }
}

/// config.json (files): the only file of a workspace that people write.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schemars(title = "greenroom config.json, version 1")]
pub struct Config {
    /// The version of this format, 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The access mode of new sessions; `sessionMode` is its older name.
    #[serde(skip_serializing_if = "Option::is_none", alias = "sessionMode")]
    #[schemars(with = "Option<String>")]
    pub access_mode: Option<AccessMode>,
    /// The backend of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// The browser of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Whether browsers have no window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headless: Option<bool>,
    /// The size of a page's viewport.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Size>,
    /// Where cookies and storage live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_mode: Option<StorageMode>,
    /// Deadlines of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<TimeoutSettings>,
    /// `goto` on an unknown session opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_open: Option<bool>,
    /// Policy of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicySettings>,
    /// Whether secrets are masked in the logs of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redaction: Option<bool>,
    /// Whether what a person does in the pages of new sessions is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_user_actions: Option<Recording>,
    /// Bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Where a driver runs and what it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webdriver: Option<WebDriverSettings>,
    /// The attribute for test ids of new sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_id_attribute: Option<TestIdAttribute>,
    /// The command that answers snapshots with an objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_analyzer: Option<Vec<String>>,
}

/// Policy of new sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicySettings {
    /// What becomes of dialogs: accept, dismiss, raise, accept-prompt-with:TEXT or ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub dialogs: Option<DialogMode>,
}

/// Deadlines of new sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TimeoutSettings {
    /// How long a session stays parked before its browser is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dormant_ttl: Option<Span>,
    /// What happens then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_dormant: Option<OnDormant>,
    /// How long after its last use a session ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<Span>,
    /// How long after its start a session ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<Span>,
}

/// Bounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Limits {
    /// The longest response body kept in network.jsonl, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body: Option<usize>,
    /// The longest a log file grows before it is rotated, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_log: Option<u64>,
}

/// Where a driver runs and what it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct WebDriverSettings {
    /// A running driver or Grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The driver to start, where none runs; an absolute path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<PathBuf>,
    /// Capabilities asked for, as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<serde_json::Map<String, Value>>,
}

impl Config {
    /// The keys at the top.
    pub const KEYS: [&str; 17] = [
        "version",
        "accessMode",
        "sessionMode",
        "backend",
        "browser",
        "headless",
        "viewport",
        "storageMode",
        "timeouts",
        "autoOpen",
        "policy",
        "redaction",
        "recordUserActions",
        "limits",
        "webdriver",
        "testIdAttribute",
        "snapshotAnalyzer",
    ];

    /// Reads a workspace's config.json; a missing one says nothing.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the key, the line and the nearest valid key.
    pub fn read(layout: &Layout) -> Result<Self> {
        let file = layout.config_file();
        match atomic::read(&file)? {
            Some(bytes) => Self::parse(&file, &bytes),
            None => Ok(Self::default()),
        }
    }

    /// Reads config.json's text; `file` is for the message.
    pub fn parse(file: &Path, bytes: &[u8]) -> Result<Self> {
        let config: Self = serde_json::from_slice(bytes).map_err(|error| told(file, &error))?;
        match config.version {
            None | Some(1) => Ok(config),
            Some(other) => Err(Error::new(
                Kind::Usage,
                format!(
                    "`{}`: version {other} is of a newer greenroom, and this one reads 1",
                    file.display()
                ),
            )),
        }
    }
}

/// serde's words name the key, what was expected, and the line; a misspelt key gets the nearest.
fn told(file: &Path, error: &serde_json::Error) -> Error {
    let words = error.to_string();
    let near = words
        .strip_prefix("unknown field `")
        .and_then(|rest| Some((rest.split_once('`')?.0, rest)))
        .and_then(|(key, rest)| crate::text::nearest(key, rest.split('`').skip(2).step_by(2)).map(str::to_owned));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Error::new(Kind::Usage, format!("`{}`: {words}{near}", file.display()))
        .with_hint("greenroom schema config    # what may stand there")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config> {
        Config::parse(Path::new("config.json"), text.as_bytes())
    }

    #[test]
    fn a_misspelt_key_is_told_with_its_line_and_the_nearest() {
        let error = parse("{\n  \"version\": 1,\n  \"acessMode\": \"read-only\"\n}").unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        for part in ["acessMode", "line 3", "did you mean `accessMode`?"] {
            assert!(error.message().contains(part), "{error}");
        }
    }

    #[test]
    fn a_wrong_type_is_told_with_its_line() {
        let error = parse("{\n\"headless\": \"yes\"}").unwrap_err();
        assert!(
            error.message().contains("line 2") && error.message().contains("expected a boolean"),
            "{error}"
        );
    }

    #[test]
    fn an_attribute_for_test_ids_is_checked() {
        let config = parse(r#"{"testIdAttribute":"data-QA"}"#).unwrap();
        assert_eq!(config.test_id_attribute.unwrap().as_str(), "data-qa");
        let error = parse("{\n\"testIdAttribute\": \"data qa\"}").unwrap_err();
        for part in ["line 2", "`data qa` is no attribute for test ids"] {
            assert!(error.message().contains(part), "{error}");
        }
    }

    #[test]
    fn the_older_name_is_read() {
        assert_eq!(
            parse(r#"{"sessionMode":"read-only"}"#).unwrap().access_mode,
            Some(AccessMode::ReadOnly)
        );
    }

    #[test]
    fn the_list_of_keys_is_the_schema() {
        let schema = schemars::schema_for!(Config);
        let properties = schema.get("properties").and_then(Value::as_object).unwrap();
        for key in properties.keys() {
            assert!(Config::KEYS.contains(&key.as_str()), "{key}");
        }
        assert_eq!(properties.len() + 1, Config::KEYS.len());
    }

    #[test]
    fn a_newer_version_is_refused() {
        assert!(parse(r#"{"version":2}"#).unwrap_err().message().contains("version 2"));
    }
}
