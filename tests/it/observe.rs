//! `observe`: what can be acted on.

use serde_json::json;

use crate::bench::Bench;
use crate::look::account;

#[test]
fn one_line_an_element_with_state_and_value() {
    let Some(bench) = account() else { return };
    let lines: Vec<_> = bench.done(&["observe"]).lines().map(str::to_owned).collect();
    let line = |part: &str| {
        let mut found = lines.iter().filter(|line| line.contains(part));
        let line = found.next().unwrap_or_else(|| panic!("{part}: {lines:?}"));
        assert!(found.next().is_none(), "{part}: {lines:?}");
        let (reference, rest) = line.split_once(' ').unwrap();
        assert!(
            reference.starts_with('e') && reference[1..].parse::<u32>().is_ok(),
            "{line}"
        );
        (reference.to_owned(), rest.to_owned())
    };
    assert_eq!(line("\"Name\"").1, "textbox \"Name\": typed");
    assert_eq!(line("\"Password\"").1, "textbox \"Password\"");
    assert_eq!(line("\"News\"").1, "checkbox \"News\" [checked]");
    assert_eq!(line("\"Save\"").1, "button \"Save\" [disabled]");
    assert!(line("\"Country\"").1.ends_with(": Norway"), "{lines:?}");
    assert_eq!(line("In the shadow").1, "button \"In the shadow\"");
    assert!(
        !lines
            .iter()
            .any(|line| line.contains("Far below") || line.contains("secret")),
        "{lines:?}"
    );
    // The refs are those of snapshots.
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let name = line("\"Name\"").0;
    assert!(
        tree.as_str().unwrap().contains(&format!("textbox \"Name\" [{name}]")),
        "{tree}"
    );
    assert_eq!(bench.done(&["get", "value", &name]), "typed\n");
}

#[test]
fn what_is_left_out_is_counted() {
    let Some(bench) = account() else { return };
    let all = bench.json(&["observe", "--all"])["result"].clone();
    let elements = all["elements"].as_array().unwrap();
    assert_eq!(all["total"].as_u64().unwrap(), elements.len() as u64);
    let far = elements.iter().find(|element| element["name"] == "Far below").unwrap();
    assert_eq!((&far["offscreen"], &far["role"]), (&json!(true), &json!("link")));
    assert!(far["line"].as_str().unwrap().contains("off screen"), "{far}");
    let some = bench.run(&["observe", "--max", "2"]);
    assert_eq!((some.code, some.stdout.lines().count()), (0, 2), "{some:?}");
    assert!(
        some.stderr.contains("more: --max") && some.stderr.contains("--all"),
        "{some:?}"
    );
    let shown = bench.json(&["observe"])["result"].clone();
    let (count, offscreen) = (
        shown["elements"].as_array().unwrap().len(),
        shown["offscreen"].as_u64().unwrap(),
    );
    assert_eq!(count as u64 + offscreen, all["total"].as_u64().unwrap());
    assert!(!all.to_string().contains("secret"));
}

#[test]
fn frames_and_documents_that_cannot_be_looked_into_are_told() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/frames"), "-s", "a"]);
    let frames = bench.json(&["observe", "--all"])["result"]["elements"]
        .as_array()
        .unwrap()
        .len();
    assert!(frames >= 5, "{frames}");
    bench.done(&["goto", &bench.url("/title/Nothing")]);
    bench.done(&["goto", &bench.url("/document/pdf")]);
    let ran = bench.run(&["observe"]);
    assert_eq!(
        (ran.code, ran.stdout.trim_end()),
        (0, "nothing can be acted on"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("could not be looked into: unsupported"), "{ran:?}");
}

#[test]
fn a_read_only_session_may_look() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/account"), "-s", "a", "--read-only"]);
    bench.done(&["snapshot"]);
    bench.done(&["observe"]);
    assert_eq!(bench.done(&["get", "value", "#name"]), "typed\n");
    bench.fails(4, &["goto", &bench.url("/")]);
}

#[test]
fn parts_of_a_page_and_what_changed_in_them() {
    let Some(bench) = account() else { return };
    let forms = bench.run(&["observe", "--forms"]);
    assert!(
        forms.stdout.contains("textbox \"Password\": ••••••••\n") && !forms.stdout.contains("link"),
        "{forms:?}"
    );
    assert!(forms.stderr.contains("not in forms"), "{forms:?}");
    let links = bench.done(&["observe", "--navigation", "--all"]);
    let far = format!("-> {}", bench.url("/title/Far"));
    assert!(links.contains(&far) && !links.contains("textbox"), "{links}");
    assert!(
        bench
            .done(&["observe", "--diff"])
            .starts_with("nothing has changed since ")
    );
    bench.done(&["reload"]);
    let changed = bench.json(&["observe", "--diff", "--forms"])["result"].clone();
    let text = changed["diff"]["text"].as_str().unwrap();
    assert!(text.contains("- e") && text.contains("+ e"), "{changed}");
    assert!(!changed.to_string().contains("secret"), "{changed}");
}
