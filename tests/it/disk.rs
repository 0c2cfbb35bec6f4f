//! Disks that take nothing.

use std::path::Path;
use std::process::Command;

use crate::bench::Bench;

/// A small file system in memory, mounted over a folder; unmounted when dropped.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    fn new(folder: &'a Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "none"])
            .arg(folder)
            .status();
        let done = done.is_ok_and(|status| status.success());
        if !done {
            assert!(std::env::var_os("CI").is_none(), "CI must be able to mount a tmpfs");
            eprintln!("skipped: a tmpfs cannot be mounted here");
        }
        done.then_some(Self(folder))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_read_only_folder_is_told_with_its_path() {
    let bench = Bench::bare();
    let folder = bench.path().join("mounted");
    let Some(_mount) = Mount::new(&folder, "ro,size=1m") else {
        return;
    };
    let ran = bench
        .command(&["open", "about:blank", "-s", "a"])
        .env("GREENROOM_WORKSPACE", &folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        !ran.status.success() && said.contains(".greenroom") && said.contains("Read-only"),
        "{said}"
    );
}

#[test]
fn a_full_disk_fails_the_command_and_not_the_sessions() {
    let Some(bench) = Bench::new() else { return };
    let folder = bench.path().join("mounted");
    let Some(_mount) = Mount::new(&folder, "size=1m") else {
        return;
    };
    let run = |args: &[&str]| {
        bench
            .command(args)
            .env("GREENROOM_WORKSPACE", &folder)
            .output()
            .unwrap()
    };
    let opened = run(&["open", &bench.url("/title/One"), "-s", "a"]);
    assert!(opened.status.success(), "{opened:?}");
    // All that is left of the disk goes to one file.
    let _ = std::fs::write(folder.join("filler"), vec![0; 4 << 20]);
    let failed = run(&["open", &bench.url("/title/Two"), "-s", "b"]);
    assert!(!failed.status.success(), "{failed:?}");
    let title = run(&["get", "title", "-s", "a"]);
    assert_eq!(String::from_utf8_lossy(&title.stdout).trim_end(), "One", "{title:?}");
    std::fs::remove_file(folder.join("filler")).unwrap();
    let opened = run(&["open", &bench.url("/title/Three"), "-s", "c"]);
    assert!(opened.status.success(), "{opened:?}");
    let closed = run(&["close", "--all", "--force"]);
    assert!(closed.status.success(), "{closed:?}");
    crate::bench::until("nothing is left running", || bench.processes().is_empty());
}
