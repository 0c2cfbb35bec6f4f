//! Golden files: what tools of others read is compared, byte for byte, with what is committed in `tests/golden`.
//!
//! A change there is a change of the format. `GREENROOM_UPDATE_GOLDEN=1` writes the files anew, for review.

use std::path::Path;

use crate::backend::{BrowserIdentity, ContextKey, Endpoint, PageKey, Size};
use crate::process::ProcessId;
use crate::store::{LaunchRecord, Ownership, PageRecord, Phase, StateRecord, Status, StorageMode, Timestamp};

/// Compares a text with the golden file of this name.
pub(crate) fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("GREENROOM_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        actual, golden,
        "`{name}` has changed; if that is meant, set GREENROOM_UPDATE_GOLDEN=1 once"
    );
}

fn record() -> StateRecord {
    let mut record = StateRecord::new(
        "shop".parse().unwrap(),
        "cdp",
        Ownership::Owned,
        StorageMode::Persistent,
    );
    record.started_at = "2026-11-21T06:13:00.123Z".parse().unwrap();
    record.last_used_at = "2026-11-21T06:14:00.000Z".parse().unwrap();
    record.page_key = "0123456789abcdef0123456789abcdef".to_owned();
    record.port = Some(40123);
    record.pid = Some(4711);
    record.pid_started_at = Some(815);
    record.browser = BrowserIdentity {
        name: "chromium".to_owned(),
        version: "156.0.8078.79".to_owned(),
        executable: Some("/usr/bin/chromium".into()),
    };
    record.endpoint = Some(Endpoint {
        others: Vec::new(),
        url: "ws://127.0.0.1:40123/devtools/browser/0".to_owned(),
        port: Some(40123),
        process: Some(ProcessId {
            pid: 4711,
            started_at: 815,
        }),
        ..Endpoint::default()
    });
    record.context = Some(ContextKey("C1".to_owned()));
    record.viewport = Some(Size {
        width: 1366,
        height: 768,
    });
    record.timeouts.max_duration = Some(std::time::Duration::from_hours(1));
    record.pages.push(PageRecord {
        id: "page-1".to_owned(),
        key: PageKey("T1".to_owned()),
        url: "https://example.com/".to_owned(),
        title: "Example \"Domain\"".to_owned(),
        active: true,
    });
    record.next_page = 2;
    record.capabilities = vec!["screenshot".to_owned()];
    record.launch = LaunchRecord {
        headless: true,
        args: vec!["--no-sandbox".to_owned()],
        browser_profile: Some("shop".parse().unwrap()),
        ..LaunchRecord::default()
    };
    record
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
fn state_version_1_is_written_and_read_as_it_was() {
    let record = record();
    check("state.v1.json", &text(&record));
    assert_eq!(serde_json::from_str::<StateRecord>(&text(&record)).unwrap(), record);
}

#[test]
fn the_state_of_an_ended_attached_session() {
    let mut record = record();
    record.ownership = Ownership::Attached;
    record.storage_mode = StorageMode::Attached;
    record.phase = Phase::Ended;
    record.status = Status::Exited;
    record.outcome = Some(crate::store::Outcome::TimedOut);
    record.reason = Some("not used for 1h".to_owned());
    record.ended_at = Some(Timestamp::from_millis(1_800_000_000_000));
    (record.pid, record.pid_started_at, record.endpoint, record.context) = (None, None, None, None);
    check("state.v1.ended.json", &text(&record));
}

#[test]
fn keys_that_came_later_may_be_missing() {
    let minimal = r#"{ "version": 1, "session": "a", "port": null, "startedAt": "2026-11-21T06:13:00.123Z",
        "lastUsedAt": "2026-11-21T06:13:00.123Z", "status": "active", "phase": "live", "backend": "cdp",
        "browser": { "name": "x", "version": "1", "executable": null }, "ownership": "owned", "storageMode": "incognito",
        "accessMode": "read-only", "timeouts": {} }"#;
    let record: StateRecord = serde_json::from_str(minimal).unwrap();
    assert_eq!((record.next_page, record.redact, record.minor), (1, true, 0));
}

#[test]
fn the_schema_of_the_state() {
    check("state.v1.schema.json", &text(&schemars::schema_for!(StateRecord)));
}
