//! The store as its callers see it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Barrier;

use proptest::prelude::*;

use super::*;
use crate::error::Kind;

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Layout::new(folder.path().to_owned()));
    (folder, store)
}

fn record(name: &str) -> StateRecord {
    StateRecord::new(name.parse().unwrap(), "cdp", Ownership::Owned, StorageMode::Incognito)
}

fn ended(mut record: StateRecord) -> StateRecord {
    record.phase = Phase::Ended;
    record.status = Status::Exited;
    record.outcome = Some(Outcome::Closed);
    record
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn damaged(store: &Store) -> Vec<String> {
    let listed = store.list().unwrap();
    listed
        .iter()
        .filter(|one| matches!(one, Listed::Damaged { .. }))
        .map(|one| one.name().to_owned())
        .collect()
}

#[test]
fn the_workspace_ignores_itself_and_is_private() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| store.prepare().unwrap());
        }
    });
    let root = store.layout().root().to_owned();
    assert_eq!(fs::read_to_string(root.join(".gitignore")).unwrap(), "*\n");
    assert_eq!(mode(&root), 0o700);
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(root.join(".gitignore"), "mine").unwrap();
    store.prepare().unwrap();
    assert_eq!(mode(&root), 0o700);
    assert_eq!(fs::read_to_string(root.join(".gitignore")).unwrap(), "mine");
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let (_folder, store) = store();
    let mut record = record("a");
    let files = store.create(&record).unwrap();
    assert_eq!(files.dir, store.layout().session_dir(&record.session));
    assert_eq!(mode(&files.dir), 0o700);
    record.phase = Phase::Parked;
    record.timeouts.max_duration = Some(std::time::Duration::from_millis(1500));
    store.write(&record).unwrap();
    assert_eq!(store.read(&record.session).unwrap().as_ref(), Some(&record));
    assert_eq!(mode(&store.layout().state_file(&record.session)), 0o600);
    assert_eq!(store.read(&"b".parse().unwrap()).unwrap(), None);
}

#[test]
fn a_name_in_use_is_refused_and_untouched() {
    let (_folder, store) = store();
    let first = record("a");
    store.create(&first).unwrap();
    let error = store.create(&record("a")).unwrap_err();
    assert_eq!(error.kind(), Kind::NameInUse);
    assert!(error.message().contains("`a`") && error.hint().unwrap().contains("--session a"));
    assert_eq!(store.read(&first.session).unwrap(), Some(first));
}

#[test]
fn of_simultaneous_creates_exactly_one_wins() {
    let (_folder, store) = store();
    for round in 0..25 {
        let start = Barrier::new(4);
        let wins: usize = std::thread::scope(|scope| {
            let attempts: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        // A store of its own each, as other processes have: only the files are common.
                        let store = Store::new(store.layout().clone());
                        let record = record("same");
                        start.wait();
                        match store.create(&record) {
                            Ok(_) => 1,
                            Err(error) => {
                                assert_eq!(error.kind(), Kind::NameInUse, "{error:?}");
                                0
                            }
                        }
                    })
                })
                .collect();
            attempts.into_iter().map(|attempt| attempt.join().unwrap()).sum()
        });
        assert_eq!(wins, 1, "round {round}");
        let winner = store.read(&"same".parse().unwrap()).unwrap().unwrap();
        store.write(&ended(winner)).unwrap();
    }
}

#[test]
fn an_ended_session_is_archived_and_the_newest_twenty_stay() {
    let (_folder, store) = store();
    let other = record("a-b");
    store.create(&ended(other.clone())).unwrap();
    store.create(&other).unwrap();
    for number in 0..24 {
        let mut record = ended(record("a"));
        record.started_at = Timestamp::from_millis(1_000 * number);
        let files = store.create(&record).unwrap();
        fs::write(files.dir.join("logs.jsonl"), number.to_string()).unwrap();
    }
    let mut archives: Vec<_> = fs::read_dir(store.layout().archive_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    archives.sort();
    assert_eq!(archives.len(), 21);
    assert_eq!(archives[0], "a-19700101T000003.000Z");
    assert!(archives[20].starts_with("a-b-"));
    let log = store.layout().archive_dir().join("a-19700101T000022.000Z/logs.jsonl");
    assert_eq!(fs::read_to_string(log).unwrap(), "22");
}

#[test]
fn archives_of_one_moment_do_not_overwrite_each_other() {
    let (_folder, store) = store();
    let record = ended(record("a"));
    for _ in 0..3 {
        store.create(&record).unwrap();
    }
    assert_eq!(fs::read_dir(store.layout().archive_dir()).unwrap().count(), 2);
}

#[test]
fn damaged_and_newer_files_hide_nothing_and_stay_as_they_are() {
    let (_folder, store) = store();
    store.create(&record("good")).unwrap();
    let newer = serde_json::to_string(&record("newer"))
        .unwrap()
        .replace("\"version\":1", "\"version\":2");
    let swapped = serde_json::to_string(&record("somebody")).unwrap();
    for (name, text) in [
        ("half", "{\"version\":1,"),
        ("empty", ""),
        ("newer", &newer),
        ("swapped", &swapped),
        ("zero", "{\"version\":0}"),
    ] {
        fs::create_dir(store.layout().sessions_dir().join(name)).unwrap();
        fs::write(store.layout().sessions_dir().join(name).join("state.json"), text).unwrap();
        let session: SessionName = name.parse().unwrap();
        let mine = record(name);
        for error in [
            store.read(&session).unwrap_err(),
            store.create(&mine).unwrap_err(),
            store.write(&mine).unwrap_err(),
        ] {
            assert_eq!(error.kind(), Kind::Damaged, "{name}: {error:?}");
            assert!(error.message().contains(&format!("{name}/state.json")), "{error}");
        }
        assert_eq!(fs::read_to_string(store.layout().state_file(&session)).unwrap(), text);
    }
    fs::create_dir(store.layout().sessions_dir().join("no state")).unwrap();
    fs::create_dir(store.layout().sessions_dir().join("stateless")).unwrap();
    fs::write(store.layout().sessions_dir().join("stray.txt"), "").unwrap();
    assert_eq!(store.list().unwrap()[0].name(), "good");
    assert_eq!(
        damaged(&store),
        ["empty", "half", "newer", "no state", "stateless", "swapped", "zero"]
    );
    assert!(store.prune().unwrap().sessions.is_empty());
    assert_eq!(damaged(&store).len(), 7);
}

#[test]
fn a_newer_minor_is_read_and_never_written_back() {
    let (_folder, store) = store();
    let mut newer = serde_json::to_value(record("a")).unwrap();
    newer["minor"] = 7.into();
    newer["futureKey"] = serde_json::json!({ "x": [1] });
    store.create(&record("a")).unwrap();
    let path = store.layout().state_file(&"a".parse().unwrap());
    fs::write(&path, newer.to_string()).unwrap();
    let read = store.read(&"a".parse().unwrap()).unwrap().unwrap();
    assert!(read.is_newer());
    let mut mine = read.clone();
    mine.minor = 0;
    for record in [read, mine] {
        assert_eq!(store.write(&record).unwrap_err().kind(), Kind::Damaged);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), newer.to_string());
}

#[test]
fn a_killed_process_leaves_nothing_in_the_way() {
    let (_folder, store) = store();
    store.prepare().unwrap();
    let fresh = store.layout().sessions_dir().join(".new-a");
    fs::create_dir(&fresh).unwrap();
    fs::write(fresh.join("state.json"), "{\"hal").unwrap();
    assert!(store.list().unwrap().is_empty());
    let record = record("a");
    let files = store.create(&record).unwrap();
    assert!(!fresh.exists());
    fs::write(files.dir.join(".state.json.tmp-abc"), "{\"hal").unwrap();
    store.write(&record).unwrap();
    assert_eq!(fs::read_dir(files.dir).unwrap().count(), 1);
}

#[test]
fn a_folder_without_a_state_is_archived_when_its_name_is_used() {
    let (_folder, store) = store();
    store.prepare().unwrap();
    let dir = store.layout().sessions_dir().join("a");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("logs.jsonl"), "kept").unwrap();
    let archived = store.create(&record("a")).unwrap().archived.unwrap();
    assert_eq!(fs::read_to_string(archived.join("logs.jsonl")).unwrap(), "kept");
}

#[test]
fn a_lost_folder_is_made_again_and_another_session_is_never_overwritten() {
    let (_folder, store) = store();
    let mut first = record("a");
    store.create(&first).unwrap();
    fs::remove_dir_all(store.layout().root()).unwrap();
    store.write(&first).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
    store.write(&ended(first.clone())).unwrap();
    let mut second = record("a");
    second.started_at = first.started_at.after(std::time::Duration::from_secs(1));
    store.create(&second).unwrap();
    first.reason = Some("late".to_owned());
    assert_eq!(store.write(&first).unwrap_err().kind(), Kind::NameInUse);
    assert_eq!(store.read(&second.session).unwrap(), Some(second));
}

#[test]
fn pruning_takes_only_what_is_over() {
    let (folder, store) = store();
    assert!(store.prune().unwrap().sessions.is_empty());
    assert!(!store.remove(&"none".parse().unwrap()).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "looking makes nothing");
    let (live, over) = (record("live"), ended(record("over")));
    store.create(&live).unwrap();
    store.create(&over).unwrap();
    store.create(&over).unwrap();
    assert_eq!(store.remove(&live.session).unwrap_err().kind(), Kind::NameInUse);
    let report = store.prune().unwrap();
    assert_eq!(report.sessions, std::slice::from_ref(&over.session));
    assert_eq!(report.archived.len(), 1);
    assert!(report.failed.is_empty());
    assert_eq!(store.list().unwrap().len(), 1);
    assert!(!store.remove(&over.session).unwrap());
    assert!(!store.layout().lock_file(&over.session).exists());
}

#[test]
fn sessions_are_listed_in_the_order_in_which_they_were_opened() {
    let (_folder, store) = store();
    for (name, at) in [("a", 3), ("b", 1), ("c", 2)] {
        let mut record = record(name);
        record.started_at = Timestamp::from_millis(at);
        store.create(&record).unwrap();
    }
    let names: Vec<_> = store.list().unwrap().iter().map(|one| one.name().to_owned()).collect();
    assert_eq!(names, ["b", "c", "a"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_bytes_are_damaged_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (_folder, store) = store();
        let name: SessionName = "a".parse().unwrap();
        fs::create_dir_all(store.layout().session_dir(&name)).unwrap();
        fs::write(store.layout().state_file(&name), &bytes).unwrap();
        prop_assert_eq!(store.read(&name).unwrap_err().kind(), Kind::Damaged);
    }
}
