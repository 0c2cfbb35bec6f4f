//! What commands print and how they end.

use serde_json::json;

use crate::sandbox::Sandbox;

#[test]
fn a_session_from_its_opening_to_its_end() {
    let sandbox = Sandbox::new();
    let opened = sandbox.run("open http://shop.test/ -s shop").ok();
    assert!(
        opened.starts_with("session  shop\npage     page-1\nurl      http://shop.test/\ntitle    Shop\n"),
        "{opened}"
    );
    assert_eq!(sandbox.run("get title").ok(), "Shop\n");
    assert_eq!(sandbox.run("get url -s shop").ok(), "http://shop.test/\n");
    assert_eq!(
        sandbox.run("get title --json").ok(),
        "{\"ok\":true,\"session\":\"shop\",\"result\":{\"value\":\"Shop\"}}\n"
    );
    sandbox.run("goto http://shop.test/cart").ok();
    assert_eq!(
        sandbox.run("back").ok(),
        "page    page-1\nurl     http://shop.test/\ntitle   Shop\nstatus  200\n"
    );
    sandbox.run("tab new http://shop.test/cart").ok();
    let pages = sandbox.run("pages").ok();
    assert_eq!(
        pages,
        "ID              TITLE  URL\npage-1          Shop   http://shop.test/\npage-2  active  Cart   http://shop.test/cart\n"
    );
    assert_eq!(sandbox.run("get title --page page-1").ok(), "Shop\n");
    assert!(sandbox.run("list").ok().contains("shop     active  live"));
    assert_eq!(sandbox.run("close").ok(), "closed shop\n");
    assert_eq!(sandbox.run("list").ok(), "no sessions\n");
    assert!(sandbox.run("list --all").ok().contains("exited (closed)"));
    let ended = sandbox.run("get title -s shop");
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("session `shop` ended at "), "{ended:?}");
}

#[test]
fn each_kind_of_failure_has_its_code() {
    let sandbox = Sandbox::new();
    let none = sandbox.run("get title");
    assert_eq!((none.code, none.stdout.as_str()), (3, ""));
    assert_eq!(
        none.stderr,
        "error: the workspace has no live session\nhint: greenroom open URL\n"
    );
    sandbox.run("open http://shop.test/ -s shop --read-only").ok();
    assert_eq!(sandbox.run("goto http://shop.test/cart").code, 4);
    assert_eq!(sandbox.run("session-mode write-access").ok(), "write-access\n");
    assert_eq!(sandbox.run("goto http://nowhere.test/").code, 1);
    assert_eq!(sandbox.run("goto javascript:alert(1)").code, 2);
    let near = sandbox.run("get title -s shpo");
    assert_eq!(near.code, 3);
    assert!(
        near.stderr
            .starts_with("error: no session `shpo`; did you mean `shop`?\n"),
        "{near:?}"
    );
    let in_use = sandbox.run("open -s shop");
    assert_eq!(in_use.code, 1, "{in_use:?}");
    let failed = sandbox.run("goto http://nowhere.test/ --json");
    assert_eq!((failed.code, failed.stderr.as_str()), (1, ""));
    assert_eq!(failed.json()["error"]["kind"], "navigation");
}

#[test]
fn what_is_written_wrongly_is_told_and_starts_nothing() {
    let sandbox = Sandbox::new();
    let typo = sandbox.run("opne http://shop.test/");
    assert_eq!((typo.code, typo.stdout.as_str()), (2, ""));
    assert_eq!(
        typo.stderr,
        "error: no command `opne`; did you mean `open`?\nhint: greenroom --help\n"
    );
    let typo = sandbox.run("open --json --viewport wide");
    assert_eq!((typo.code, typo.stderr.as_str()), (2, ""));
    assert_eq!(
        typo.json(),
        json!({ "ok": false, "session": null, "error": {
            "kind": "usage", "message": "`--viewport`: `wide` is no size; write it as `1366x768`, each side 1 to 16384",
            "hint": "greenroom open --help", "retry": false, "applied": "no" } })
    );
    let name = sandbox.run("open --json -s ../up");
    assert_eq!((name.code, &name.json()["error"]["kind"]), (2, &json!("usage")));
    let quiet = sandbox.run("-q open --session a/b");
    assert_eq!((quiet.code, quiet.stderr.lines().count()), (2, 1), "{quiet:?}");
    let nowhere = sandbox.run("list --workspace /nowhere/at/all");
    assert_eq!(nowhere.code, 2);
    assert!(!sandbox.file("").exists(), "a command that was refused left files");
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let sandbox = Sandbox::new();
    assert!(!sandbox.run("get title").stderr.contains('\x1b'));
    assert!(sandbox.run("get title --color always").stderr.contains("\x1b["));
}

#[test]
fn settings_are_read_and_written() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("config get").ok(), "{}\n");
    assert_eq!(sandbox.run("config set accessMode read-only").ok(), "read-only\n");
    assert_eq!(
        sandbox.run("config get accessMode --json").json()["result"]["value"],
        "read-only"
    );
    let wrong = sandbox.run("config set accesMode read-only");
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `accessMode`?"), "{wrong:?}");
    sandbox.run("open http://shop.test/").ok();
    assert_eq!(sandbox.run("goto http://shop.test/cart").code, 4);
}

#[test]
fn what_describes_the_program_needs_no_daemon() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run("--version").ok().starts_with("greenroom "));
    assert!(sandbox.run("--help").ok().contains("\nSessions:\n"));
    assert!(sandbox.run("schema").ok().contains("open.params\n"));
    for name in ["state", "config", "response", "open.params", "list.result"] {
        let schema: serde_json::Value = serde_json::from_str(&sandbox.run(&format!("schema {name}")).ok()).unwrap();
        assert!(
            schema.get("$schema").is_some() && schema.get("properties").is_some(),
            "{name}"
        );
    }
    for (shell, mark) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef greenroom"),
        ("fish", "complete -c greenroom"),
    ] {
        assert!(
            sandbox.run(&format!("completions {shell}")).ok().contains(mark),
            "{shell}"
        );
    }
    let man = sandbox.run("man").ok();
    assert!(
        man.contains(".TH greenroom") && man.contains("GREENROOM TAB NEW"),
        "{man}"
    );
    let doctor = sandbox.run("doctor").ok();
    assert!(doctor.starts_with("fake\n  ok       fake "), "{doctor}");
    assert!(
        sandbox
            .run("__codegen cli")
            .ok()
            .contains("\n### `greenroom open [URL]`\n")
    );
    let schemas: serde_json::Value = serde_json::from_str(&sandbox.run("__codegen schemas").ok()).unwrap();
    assert!(schemas["state.json"]["properties"].is_object());
    assert!(!sandbox.file("daemon.json").exists());
}

/// The example that readers copy works.
#[test]
fn a_backend_of_ones_own_has_the_whole_command_line() {
    let sandbox = Sandbox::of("custom_backend");
    sandbox.run("open note:hello -s n --backend notes").ok();
    assert_eq!(sandbox.run("get title").ok(), "hello\n");
    sandbox.run("goto note:bye").ok();
    sandbox.run("back").ok();
    assert_eq!(sandbox.run("get url").ok(), "note:hello\n");
    assert_eq!(sandbox.run("screenshot").code, 7);
    assert_eq!(sandbox.run("goto http://a.test/").code, 1);
    assert_eq!(sandbox.run("close").ok(), "closed n\n");
}
