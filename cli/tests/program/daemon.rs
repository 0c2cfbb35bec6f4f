//! The daemon's life: started on first need and once, found, replaced, stopped.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::sandbox::{Done, Sandbox, is_alive, until};

#[test]
fn twenty_first_commands_at_once_start_one_daemon_and_one_browser() {
    let sandbox = Sandbox::new();
    let open = |number: usize| {
        let words = format!("open http://shop.test/ --json -s many-{number}");
        sandbox
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..20).map(open).collect();
    for child in children {
        let done = Done::from(child.wait_with_output().unwrap());
        assert_eq!(done.code, 0, "{done:?}");
    }
    let status = sandbox.run("daemon status --json").json();
    assert_eq!(
        (&status["result"]["sessions"], &status["result"]["browsers"]),
        (&json!(20), &json!(1)),
        "{status}"
    );
    let log = std::fs::read_to_string(sandbox.file("daemon.log")).unwrap();
    assert_eq!(
        log.lines().filter(|line| line.contains("listening")).count(),
        1,
        "{log}"
    );
    let closed = sandbox.run("close --all --json").json();
    assert_eq!(closed["result"]["closed"].as_array().unwrap().len(), 20);
}

#[test]
fn what_needs_no_daemon_starts_none() {
    let sandbox = Sandbox::new();
    for (words, code) in [
        ("list", 0),
        ("list --all", 0),
        ("status", 0),
        ("daemon status", 0),
        ("daemon stop", 0),
        ("close --all", 0),
        ("close --if-exists -s gone", 0),
        ("close", 3),
        ("prune", 0),
        ("get title", 3),
        ("pages -s gone", 3),
        ("logs", 3),
    ] {
        let done = sandbox.run(words);
        assert_eq!(done.code, code, "{words}: {done:?}");
        assert!(!sandbox.file("daemon.log").exists(), "`{words}` started a daemon");
    }
    assert_eq!(sandbox.run("daemon status").ok(), "not running\n");
    assert_eq!(sandbox.run("daemon status --json").json()["result"]["running"], false);
}

#[test]
fn a_daemon_that_holds_nothing_ends_and_leaves_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let pid = sandbox.daemon();
    sandbox.run("close").ok();
    until("the daemon has ended", || !is_alive(pid));
    assert!(!sandbox.file("daemon.json").exists());
    let left: Vec<_> = sockets(&sandbox);
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        sandbox.run("list --all --json").json()["result"]["sessions"][0]["outcome"],
        "closed"
    );
    assert_eq!(sandbox.run("daemon status").ok(), "not running\n");
}

#[test]
fn the_daemon_stays_while_it_holds_a_session_and_says_who_it_is() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let record: Value = serde_json::from_slice(&std::fs::read(sandbox.file("daemon.json")).unwrap()).unwrap();
    assert_eq!(record["pid"], sandbox.daemon());
    let socket = std::path::PathBuf::from(record["socket"].as_str().unwrap());
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o177, 0);
    assert_eq!(
        std::fs::metadata(socket.parent().unwrap())
            .unwrap()
            .permissions()
            .mode()
            & 0o077,
        0
    );
    for file in ["daemon.json", "daemon.log"] {
        assert_eq!(
            std::fs::metadata(sandbox.file(file)).unwrap().permissions().mode() & 0o077,
            0,
            "{file}"
        );
    }
}

/// kill -9: the next command starts another one, past the socket that was left.
#[test]
fn a_killed_daemon_is_replaced() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s shop").ok();
    let pid = sandbox.daemon();
    kill(pid, rustix::process::Signal::KILL);
    until("the daemon has gone", || !is_alive(pid));
    assert_eq!(sockets(&sandbox).len(), 1, "the killed daemon's socket is there");
    // The browser lived in the daemon's memory: it is restored, and its page with it.
    let title = sandbox.run("get title -s shop");
    assert_eq!((title.code, title.stdout.as_str()), (0, "Shop\n"), "{title:?}");
    assert!(title.stderr.contains("note: the browser had died"), "{title:?}");
    assert_ne!(sandbox.daemon(), pid);
}

#[test]
fn sigterm_hibernates_and_the_next_command_restores() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s shop").ok();
    let pid = sandbox.daemon();
    kill(pid, rustix::process::Signal::HUP);
    kill(pid, rustix::process::Signal::INT);
    assert_eq!(sandbox.daemon(), pid, "a daemon of the background heeds neither");
    kill(pid, rustix::process::Signal::TERM);
    until("the daemon has ended", || !is_alive(pid));
    assert!(!sandbox.file("daemon.json").exists());
    let listed = sandbox.run("list --json").json();
    assert_eq!(listed["result"]["sessions"][0]["phase"], "hibernated", "{listed}");
    assert_eq!(sandbox.run("daemon status").ok(), "not running\n");
    let title = sandbox.run("get title --json").json();
    assert_eq!(
        (&title["result"]["value"], &title["restored"]),
        (&json!("Shop"), &json!("hibernated")),
        "{title}"
    );
}

#[test]
fn stopping_hibernates_and_says_what() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/ -s shop").ok();
    assert_eq!(sandbox.run("daemon stop").ok(), "stopped\nhibernated shop\n");
    assert_eq!(sandbox.run("get title").ok(), "Shop\n");
}

/// A daemon of another version refuses each request; it can be stopped all the same.
#[test]
fn a_daemon_that_cannot_be_asked_is_ended_by_its_pid() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let pid = sandbox.daemon();
    let [socket] = sockets(&sandbox).try_into().unwrap();
    std::fs::remove_file(&socket).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    let other_version = std::thread::spawn(move || answer(&listener.accept().unwrap().0));
    let stopped = sandbox.run("daemon stop");
    other_version.join().unwrap();
    assert_eq!(stopped.code, 0, "{stopped:?}");
    assert!(stopped.stderr.contains("ended by"), "{stopped:?}");
    until("the daemon has ended", || !is_alive(pid));
}

/// Answers one request as a daemon of another version does.
fn answer(mut stream: &UnixStream) {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut request = vec![0; u32::from_le_bytes(length) as usize];
    stream.read_exact(&mut request).unwrap();
    let answer = json!({ "ok": false, "session": null, "error": {
        "kind": "daemon-lost", "message": "the daemon speaks protocol 0", "hint": null, "retry": false, "applied": "no" } });
    let answer = answer.to_string();
    stream
        .write_all(&u32::try_from(answer.len()).unwrap().to_le_bytes())
        .unwrap();
    stream.write_all(answer.as_bytes()).unwrap();
}

/// A daemon is found by its record where the environment names another runtime folder.
#[test]
fn another_runtime_folder_finds_the_same_daemon() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let other = tempfile::tempdir().unwrap();
    let mut command = sandbox.command("daemon status --json");
    let there: Done = command.env("XDG_RUNTIME_DIR", other.path()).output().unwrap().into();
    assert_eq!(there.json()["result"]["pid"], sandbox.daemon());
}

/// A second daemon of a workspace says who has it, and leaves it alone.
#[test]
fn a_second_daemon_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let pid = sandbox.daemon();
    let second = sandbox.run("daemon run");
    assert_eq!(second.code, 5, "{second:?}");
    assert!(second.stderr.contains(&format!("with the pid {pid}")), "{second:?}");
    assert_eq!(sandbox.daemon(), pid);
}

/// In the foreground, Ctrl-C ends it as SIGTERM does.
#[test]
fn a_daemon_in_the_foreground_obeys_ctrl_c() {
    let sandbox = Sandbox::new();
    let mut foreground = sandbox.command("daemon run").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = [0; 6];
    foreground.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
    assert_eq!(&line, b"ready\n");
    sandbox.run("open http://shop.test/ -s shop").ok();
    assert_eq!(sandbox.daemon(), u64::from(foreground.id()));
    kill(foreground.id().into(), rustix::process::Signal::INT);
    assert!(foreground.wait().unwrap().success());
    assert_eq!(
        sandbox.run("list --json").json()["result"]["sessions"][0]["phase"],
        "hibernated"
    );
}

/// The runtime folder must be this user's alone.
#[test]
fn a_runtime_folder_that_others_can_enter_is_refused() {
    let sandbox = Sandbox::new();
    let base = sandbox.runtime().join("greenroom");
    std::fs::create_dir(&base).unwrap();
    std::fs::set_permissions(&base, std::fs::Permissions::from_mode(0o777)).unwrap();
    let open = sandbox.run("open http://shop.test/");
    assert_eq!(open.code, 4, "{open:?}");
    assert!(open.stderr.contains("hint: set XDG_RUNTIME_DIR"), "{open:?}");
}

/// Why a daemon does not start reaches the command that needed it.
#[test]
fn a_daemon_that_cannot_start_says_why() {
    let sandbox = Sandbox::new();
    sandbox.run("open http://shop.test/").ok();
    let [socket] = sockets(&sandbox).try_into().unwrap();
    sandbox.run("daemon stop").ok();
    until("the daemon has gone", || !sandbox.file("daemon.json").exists());
    // Where the socket should be there is something that cannot be removed as a file.
    std::fs::create_dir(&socket).unwrap();
    let open = sandbox.run("open http://shop.test/ --json");
    assert_ne!(open.code, 0, "{open:?}");
    let message = open.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("daemon.sock"), "{message}");
    std::fs::remove_dir(&socket).unwrap();
}

fn kill(pid: u64, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

fn sockets(sandbox: &Sandbox) -> Vec<std::path::PathBuf> {
    let base = sandbox.runtime().join("greenroom");
    let folders = std::fs::read_dir(base)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    folders
        .map(|folder| folder.join("daemon.sock"))
        .filter(|socket| socket.exists())
        .collect()
}
