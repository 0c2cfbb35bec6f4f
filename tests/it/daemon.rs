//! The daemon: one for a workspace, for its owner only, gone when it holds nothing.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use crate::bench::{Bench, until};

#[test]
fn twenty_first_commands_at_once_make_one_daemon_and_one_browser() {
    let Some(bench) = Bench::new() else { return };
    let children: Vec<_> = (0..20)
        .map(|index| bench.spawn(&["open", &bench.url("/title/One"), "-s", &format!("s{index}")]))
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let daemons = bench
        .processes()
        .iter()
        .filter(|(_, line)| line.contains("daemon run"))
        .count();
    assert_eq!((daemons, bench.browsers()), (1, 1));
}

#[test]
fn two_opens_of_one_name_have_one_winner() {
    let Some(bench) = Bench::new() else { return };
    for round in 0..5 {
        let name = format!("s{round}");
        let children: Vec<_> = (0..4)
            .map(|_| bench.spawn(&["open", &bench.url("/title/One"), "-s", &name]))
            .collect();
        let codes: Vec<_> = children
            .into_iter()
            .map(|child| child.wait_with_output().unwrap().status.code())
            .collect();
        assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == Some(1)).count(), 3, "{codes:?}");
    }
    assert_eq!(bench.browsers(), 1);
}

#[test]
fn it_ends_when_it_holds_nothing() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One")]);
    bench.done(&["close"]);
    until("the daemon is gone", || bench.processes().is_empty());
    assert!(!bench.path().join(".greenroom/daemon.json").exists());
    assert!(bench.done(&["daemon", "status"]).contains("not running"));
}

#[test]
fn a_stale_socket_is_no_obstacle() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    bench.kill(bench.daemon());
    let stale: serde_json::Value =
        serde_json::from_slice(&std::fs::read(bench.path().join(".greenroom/daemon.json")).unwrap()).unwrap();
    assert!(std::path::Path::new(stale["socket"].as_str().unwrap()).exists());
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
}

#[test]
fn another_user_is_refused_even_where_the_folder_lets_him_in() {
    let Some(bench) = Bench::new() else { return };
    if rustix::process::geteuid().as_raw() != 0 {
        eprintln!("skipped: only root can act as another user");
        return;
    }
    bench.done(&["open", &bench.url("/title/One"), "-s", "a"]);
    let daemon: serde_json::Value =
        serde_json::from_slice(&std::fs::read(bench.path().join(".greenroom/daemon.json")).unwrap()).unwrap();
    let socket = std::path::PathBuf::from(daemon["socket"].as_str().unwrap());
    let open =
        |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for folder in socket
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(bench.runtime()))
    {
        open(folder, 0o755);
    }
    open(&socket, 0o777);
    let said = std::process::Command::new("python3")
        .args(["-c", STRANGER, socket.to_str().unwrap()])
        .uid(65_534)
        .gid(65_534)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "refused", "{said:?}");
    for folder in socket
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(bench.runtime()))
    {
        open(folder, 0o700);
    }
    assert_eq!(bench.done(&["get", "title"]).trim_end(), "One");
}

/// Sends a valid request as somebody else, and says whether it was answered.
const STRANGER: &str = r#"
import json, socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
body = json.dumps({"protocol": 1, "op": "list", "args": {}}).encode()
try:
    s.sendall(struct.pack("<I", len(body)) + body)
    print("answered" if s.recv(4) else "refused")
except (BrokenPipeError, ConnectionResetError):
    print("refused")
"#;
