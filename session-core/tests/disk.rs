//! Disks that are full or read-only, on small file systems of the tests' own (`root` ignores permission bits, so a
//! folder without write permission would prove nothing).
//!
//! Mounting needs privileges: without them each test says on stderr that it was skipped, and fails when `CI=true`.

#[cfg(test)]
mod disk {
    use std::fs;
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use greenroom_session_core::Kind;
    use greenroom_session_core::backend::ConsoleRecord;
    use greenroom_session_core::journal::{Journal, JournalOptions, Log, LogEntry, Origin, Query, read};
    use greenroom_session_core::store::{
        Layout, Listed, Ownership, Phase, SessionName, StateRecord, StorageMode, Store, atomic,
    };
    use serde_json::Value;

    /// A file system in memory, that is gone with this value.
    struct Disk {
        folder: tempfile::TempDir,
    }

    impl Disk {
        fn mount(size: &str) -> Option<Self> {
            let folder = tempfile::tempdir().unwrap();
            let options = format!("size={size},mode=0700");
            let mounted = mount(&["-t", "tmpfs", "-o", &options, "greenroom-test"], folder.path());
            if let Err(reason) = mounted {
                assert!(
                    std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                    "cannot mount a tmpfs: {reason}"
                );
                // Not `eprintln`, that the test harness would hide.
                writeln!(std::io::stderr(), "skipped: cannot mount a tmpfs: {reason}").unwrap();
                return None;
            }
            Some(Self { folder })
        }

        fn path(&self) -> &Path {
            self.folder.path()
        }

        fn remount(&self, mode: &str) {
            mount(&["-o", &format!("remount,{mode}")], self.path()).unwrap();
        }

        /// Takes all the space that is left.
        fn fill(&self) -> PathBuf {
            let path = self.path().join("filler");
            let mut file = fs::File::create(&path).unwrap();
            for size in [4096, 512, 1] {
                while file.write_all(&vec![b'x'; size]).is_ok() {}
            }
            path
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
        }
    }

    fn mount(arguments: &[&str], at: &Path) -> Result<(), String> {
        let output = Command::new("mount")
            .args(arguments)
            .arg(at)
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    }

    fn store(disk: &Disk) -> Store {
        Store::new(Layout::new(disk.path().to_owned()))
    }

    fn record(name: &str) -> StateRecord {
        StateRecord::new(name.parse().unwrap(), "fake", Ownership::Owned, StorageMode::Incognito)
    }

    fn message(text: impl Into<String>) -> LogEntry {
        LogEntry {
            level: "info".to_owned(),
            target: "test".to_owned(),
            message: text.into(),
            ..LogEntry::default()
        }
    }

    fn lines(dir: &Path, log: Log) -> Vec<Value> {
        let lines = read(dir, &Query::new(log)).unwrap();
        lines
            .map(|line| serde_json::from_slice(&line.unwrap()).unwrap())
            .collect()
    }

    /// How many lines the log says are missing.
    fn told_missing(lines: &[Value]) -> u64 {
        lines
            .iter()
            .filter_map(|line| line["fields"]["lines"]["logs.jsonl"].as_u64())
            .sum()
    }

    #[test]
    fn a_read_only_workspace_can_be_looked_at_and_says_why_it_takes_nothing() {
        let Some(disk) = Disk::mount("4m") else { return };
        let (store, mut session) = (store(&disk), record("shop"));
        let dir = store.create(&session).unwrap().dir;
        // Dropped at once: a file system with files open for writing cannot become read-only.
        Journal::open(&dir, JournalOptions::default()).log(&message("before"));
        let journal = Journal::open(&dir, JournalOptions::default());
        disk.remount("ro");

        assert_eq!(store.read(&session.session).unwrap().as_ref(), Some(&session));
        assert!(matches!(&store.list().unwrap()[..], [Listed::Session(found)] if **found == session));
        session.phase = Phase::Parked;
        for error in [
            store.create(&record("other")).unwrap_err(),
            store.write(&session).unwrap_err(),
        ] {
            assert_eq!(error.kind(), Kind::Io);
            assert!(error.message().contains("Read-only file system"), "{error}");
            assert!(error.message().contains(".greenroom"), "{error}");
        }
        journal.log(&message("lost"));
        journal.console(&console(), &Origin::default());

        disk.remount("rw");
        journal.log(&message("after"));
        let logs = lines(&dir, Log::Logs);
        let messages: Vec<_> = logs.iter().map(|line| line["message"].as_str().unwrap()).collect();
        assert_eq!(
            messages,
            ["before", "failed to write log lines; they are missing", "after"]
        );
        assert!(logs[1]["fields"]["reason"].as_str().unwrap().contains("Read-only"));
        assert_eq!(
            logs[1]["fields"]["lines"],
            serde_json::json!({ "logs.jsonl": 1, "console.jsonl": 1 })
        );
        store.write(&session).unwrap();
    }

    #[test]
    fn a_new_workspace_on_a_read_only_disk_is_an_error_that_names_the_folder() {
        let Some(disk) = Disk::mount("1m") else { return };
        disk.remount("ro");
        let error = store(&disk).prepare().unwrap_err();
        assert_eq!(error.kind(), Kind::Io);
        assert!(
            error.message().contains(".greenroom") && error.message().contains("Read-only"),
            "{error}"
        );
        assert!(store(&disk).list().unwrap().is_empty());
    }

    #[test]
    fn a_full_disk_harms_no_state_and_leaves_nothing_behind() {
        let Some(disk) = Disk::mount("256k") else { return };
        let (store, mut session) = (store(&disk), record("shop"));
        let dir = store.create(&session).unwrap().dir;
        let before = session.clone();
        let filler = disk.fill();
        session.reason = Some("x".repeat(20_000));
        let error = store.write(&session).unwrap_err();
        assert_eq!(error.kind(), Kind::Io);
        assert!(
            error.message().contains("state.json") && error.hint().is_some(),
            "{error:?}"
        );
        assert_eq!(store.read(&before.session).unwrap(), Some(before));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "a temporary file was left");

        let other: SessionName = "other".parse().unwrap();
        assert_eq!(store.create(&record("other")).unwrap_err().kind(), Kind::Io);
        assert_eq!(store.read(&other).unwrap(), None);
        assert_eq!(store.list().unwrap().len(), 1);
        fs::remove_file(filler).unwrap();
        store.write(&session).unwrap();
        store.create(&record("other")).unwrap();
        let left = atomic::read(&store.layout().state_file(&other)).unwrap();
        assert!(left.is_some());
    }

    #[test]
    fn a_full_disk_costs_log_lines_that_are_all_counted() {
        let Some(disk) = Disk::mount("256k") else { return };
        let dir = disk.path().join("session");
        fs::create_dir(&dir).unwrap();
        let journal = Journal::open(&dir, JournalOptions::default());
        journal.log(&message("first"));
        let filler = disk.fill();
        // No line is as long as a page, so that some end in the middle of the last one.
        for number in 0..100 {
            journal.log(&message(format!("{number} {}", "x".repeat(300))));
        }
        let whole = lines(&dir, Log::Logs);
        assert!((1..101).contains(&whole.len()), "{}", whole.len());
        assert!(
            fs::read(dir.join("logs.jsonl")).unwrap().ends_with(b"}\n"),
            "half a line was left"
        );
        fs::remove_file(filler).unwrap();
        journal.log(&message("last"));
        let all = lines(&dir, Log::Logs);
        assert_eq!(all.last().unwrap()["message"], "last");
        let written = all.iter().filter(|line| line["target"] == "test").count() as u64;
        assert_eq!(written + told_missing(&all), 102);
        assert!(told_missing(&all) > 0);
    }

    fn console() -> ConsoleRecord {
        ConsoleRecord {
            page: None,
            at: std::time::SystemTime::now(),
            level: "log".to_owned(),
            text: "lost".to_owned(),
            args: Vec::new(),
            location: None,
            stack: None,
        }
    }
}
