//! From words to requests.

use std::path::PathBuf;

use greenroom_session_core::{Kind, op};
use serde_json::{Value, json};

use super::*;
use crate::env::Environment;

fn words(line: &str) -> Vec<OsString> {
    std::iter::once("greenroom")
        .chain(line.split_whitespace())
        .map(OsString::from)
        .collect()
}

fn env() -> Environment {
    Environment {
        folder: Some(PathBuf::from("/here")),
        ..Environment::default()
    }
}

/// The operation and the parameters that a line comes to.
fn request(line: &str) -> (String, Value) {
    match parse(&words(line)) {
        Ok(Parsed::Command(name, matches)) => {
            let spec = op::find(&name).unwrap_or_else(|| panic!("`{name}` of `{line}`"));
            let arguments = arguments(spec, &matches, &env()).unwrap();
            (name, arguments)
        }
        other => panic!("`{line}`: {other:?}"),
    }
}

fn refused(line: &str) -> Error {
    let error = parse(&words(line)).unwrap_err();
    assert_eq!(error.kind(), Kind::Usage, "{line}");
    error
}

#[test]
fn words_become_parameters() {
    for (line, name, arguments) in [
        ("list", "list", json!({})),
        ("sessions --all", "list", json!({ "all": true })),
        ("goto a.b", "goto", json!({ "url": "a.b" })),
        (
            "goto a.b --wait-until commit",
            "goto",
            json!({ "url": "a.b", "waitUntil": "commit" }),
        ),
        ("tab new", "tab.new", json!({})),
        ("tab close page-1", "tab.close", json!({ "id": "page-1" })),
        ("daemon status", "daemon.status", json!({})),
        ("get title", "get", json!({ "what": "title" })),
        ("session-mode read-only", "session-mode", json!({ "mode": "read-only" })),
        (
            "close --idle 5m --prefix a",
            "close",
            json!({ "idle": "5m", "prefix": "a" }),
        ),
        ("open --headed", "open", json!({ "display": "headed" })),
        (
            "open --read-only a",
            "open",
            json!({ "url": "a", "access": "read-only" }),
        ),
        (
            "open --viewport 800x600 --ignore-https-errors",
            "open",
            json!({ "viewport": "800x600", "ignoreHttpsErrors": true }),
        ),
        ("open --arg --a=b --arg -c", "open", json!({ "arg": ["--a=b", "-c"] })),
        (
            "open --header A:b --header C:d",
            "open",
            json!({ "header": ["A:b", "C:d"] }),
        ),
        ("open -- -x", "open", json!({ "url": "-x" })),
        ("open -1", "open", json!({ "url": "-1" })),
        (
            "screenshot a/b.png --full-page",
            "screenshot",
            json!({ "file": "/here/a/b.png", "fullPage": true }),
        ),
        ("screenshot /c.png", "screenshot", json!({ "file": "/c.png" })),
    ] {
        assert_eq!(request(line), (name.to_owned(), arguments), "{line}");
    }
}

#[test]
fn a_command_knows_every_parameter_of_its_operation() {
    let root = build::root();
    root.clone().debug_assert();
    for spec in op::TABLE.iter().filter(|spec| !spec.is_inner()) {
        let command = spec
            .words()
            .fold(&root, |command, word| command.find_subcommand(word).unwrap());
        let arguments = command.get_arguments().count()
            - command
                .get_arguments()
                .filter(|argument| argument.is_global_set())
                .count();
        assert!(arguments >= spec.params.len(), "{}", spec.name);
    }
}

#[test]
fn global_options_stand_anywhere() {
    for line in [
        "-s a --json --timeout 2s get url",
        "get url -s a --json --timeout 2s",
        "get -s a url --timeout 2s --json",
    ] {
        let Ok(Parsed::Command(name, matches)) = parse(&words(line)) else {
            panic!("{line}")
        };
        let globals = Globals::read(&matches, &env()).unwrap();
        assert_eq!(
            (name.as_str(), globals.session.as_deref(), globals.json),
            ("get", Some("a"), true),
            "{line}"
        );
        assert_eq!(globals.timeout.unwrap().as_secs(), 2);
    }
}

#[test]
fn an_option_wins_over_the_environment() {
    let set = Environment {
        session: Some("b".to_owned()),
        timeout: Some("1m".to_owned()),
        ..env()
    };
    let read = |line: &str, env: &Environment| {
        let Ok(Parsed::Command(_, matches)) = parse(&words(line)) else {
            panic!("{line}")
        };
        Globals::read(&matches, env)
    };
    let globals = read("list", &set).unwrap();
    assert_eq!(
        (globals.session.as_deref(), globals.timeout.unwrap().as_secs()),
        (Some("b"), 60)
    );
    let globals = read("list -s a --timeout 5s", &set).unwrap();
    assert_eq!(
        (globals.session.as_deref(), globals.timeout.unwrap().as_secs()),
        (Some("a"), 5)
    );
    let wrong = Environment {
        timeout: Some("soon".to_owned()),
        ..env()
    };
    assert!(
        read("list", &wrong)
            .unwrap_err()
            .message()
            .contains("GREENROOM_TIMEOUT")
    );
    for name in ["..", "a/b", "-a", "ä"] {
        let wrong = Environment {
            session: Some(name.to_owned()),
            ..env()
        };
        assert_eq!(read("list", &wrong).unwrap_err().kind(), Kind::Usage, "{name}");
    }
}

/// A command is found also where another one's name stands before it as a value.
#[test]
fn a_value_that_is_a_command_is_no_command() {
    assert_eq!(request("-s list get url").0, "get");
    assert_eq!(request("goto open").1, json!({ "url": "open" }));
}

#[test]
fn what_is_misspelt_gets_the_nearest() {
    for (line, message, hint) in [
        ("opne a", "no command `opne`; did you mean `open`?", "greenroom --help"),
        (
            "tab nwe",
            "no command `nwe`; did you mean `new`?",
            "greenroom tab --help",
        ),
        (
            "sesions",
            "no command `sesions`; did you mean `sessions`?",
            "greenroom --help",
        ),
        ("zzz", "no command `zzz`", "greenroom --help"),
        (
            "opne list",
            "no command `opne`; did you mean `open`?",
            "greenroom --help",
        ),
        (
            "open --viewprt 1x1",
            "`greenroom open` has no option `--viewprt`; did you mean `--viewport`?",
            "greenroom open --help",
        ),
        (
            "get titel",
            "`titel` is no value of `WHAT`; did you mean `title`?",
            "there are: url, title, viewport, text, text-content, texts, text-contents, html, inner-html, value, attr, attrs, count, box, visible, enabled, checked, editable, focused, empty, in-viewport, document-url, role, name, description, error-message, css, values, aria, ref, refs",
        ),
        ("get", "`greenroom get` needs WHAT", "greenroom get --help"),
        ("-s open", "`greenroom` needs a command", "greenroom --help"),
        (
            "get attr a href more",
            "`greenroom get` takes no `more` here",
            "greenroom get --help",
        ),
        (
            "open --headed --headless",
            "`--headed` and `--headless` do not go together",
            "greenroom open --help",
        ),
        ("open --viewport", "`--viewport` needs a value", "greenroom open --help"),
        (
            "--color purple list",
            "`purple` is no value of `--color`",
            "there are: auto, always, never",
        ),
        (
            "--timeout soon list",
            "`--timeout`: `soon` is no duration; write it as `500ms`, `30s`, `2m`, `1h` or `7d`",
            "greenroom list --help",
        ),
        (
            "-s a -s b list",
            "`--session` may be given once",
            "greenroom list --help",
        ),
    ] {
        let error = refused(line);
        assert_eq!((error.message(), error.hint()), (message, Some(hint)), "{line}");
    }
}

#[test]
fn words_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut line = words("goto");
    line.push(OsString::from_vec(vec![0xff, b'a']));
    assert_eq!(parse(&line).unwrap_err().kind(), Kind::Usage);
    let mut line = words("screenshot");
    line.push(OsString::from_vec(vec![0xff, b'a']));
    let Ok(Parsed::Command(name, matches)) = parse(&line) else {
        panic!()
    };
    let error = arguments(op::find(&name).unwrap(), &matches, &env()).unwrap_err();
    assert!(error.message().contains("UTF-8"), "{error}");
}

#[test]
fn help_and_version_are_texts() {
    for line in [
        "--help",
        "help",
        "-h",
        "--version",
        "open --help",
        "help open",
        "-s open --help",
    ] {
        assert!(matches!(parse(&words(line)), Ok(Parsed::Text(_))), "{line}");
    }
    for line in ["", "tab", "daemon"] {
        assert!(matches!(parse(&words(line)), Ok(Parsed::Incomplete(_))), "{line}");
    }
}

#[test]
fn each_command_has_its_topic_in_the_help() {
    let topics: Vec<&str> = TOPICS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for (words, _) in build::visible_commands() {
        assert_eq!(topics.iter().filter(|name| **name == words[0]).count(), 1, "{words:?}");
    }
    for name in topics {
        assert!(
            build::visible_commands().iter().any(|(words, _)| words[0] == name),
            "{name}"
        );
    }
    let Ok(Parsed::Text(help)) = parse(&words("--help")) else {
        panic!()
    };
    let help = help.to_string();
    assert!(
        help.contains("\nSessions:\n  open  ") && help.contains("\nExamples:\n"),
        "{help}"
    );
    assert!(!help.contains("__codegen"));
}

#[test]
fn a_file_of_json_is_read_where_the_command_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let env = Environment {
        folder: Some(folder.path().to_owned()),
        ..Environment::default()
    };
    let read = |file: &str| {
        let Ok(Parsed::Command(name, matches)) = parse(&words(&format!("extract --schema {file}"))) else {
            panic!("{file}");
        };
        arguments(op::find(&name).unwrap(), &matches, &env)
    };
    std::fs::write(folder.path().join("a.json"), r#"{ "type": "object" }"#).unwrap();
    std::fs::write(folder.path().join("b.json"), "{").unwrap();
    assert_eq!(read("a.json").unwrap(), json!({ "schema": { "type": "object" } }));
    let error = read("b.json").unwrap_err();
    assert!(
        error.kind() == Kind::Usage && error.message().contains("it is no JSON"),
        "{error:?}"
    );
    assert_eq!(read("c.json").unwrap_err().kind(), Kind::Io);
}
