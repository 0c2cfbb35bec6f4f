//! `snapshot`: its files, its views, what has changed, and whom it is handed to.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::look::{account, ref_of, refs};

fn read(file: &Value) -> String {
    std::fs::read_to_string(file.as_str().unwrap()).unwrap()
}

#[test]
fn four_files_of_one_number_hold_what_the_page_is_now() {
    let Some(bench) = account() else { return };
    let printed = bench.done(&["snapshot"]);
    let folder = bench.session("a").join("snapshots");
    for ending in ["png", "html", "yaml", "json"] {
        let file = folder.join(format!("snapshot-001.{ending}"));
        assert!(printed.contains(&format!("{}\n", file.display())), "{printed}");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let text = |ending: &str| std::fs::read_to_string(folder.join(format!("snapshot-001.{ending}"))).unwrap();
    let (html, yaml, record) = (text("html"), text("yaml"), text("json"));
    for part in [
        "<input id=\"name\" value=\"typed\">",
        "<input id=\"news\" type=\"checkbox\" checked=\"\">",
        "<option>Austria</option><option selected=\"\">Norway</option>",
        "<textarea id=\"about\">written</textarea>",
        "<template shadowrootmode=\"open\"><button id=\"inner\">In the shadow</button><slot></slot></template>in the light",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for part in [
        "heading \"Your account\" [level=1] [e",
        "textbox \"Name\" [e",
        ": typed\n",
        "checkbox \"News\" [checked] [e",
        "option \"Norway\" [selected] [e",
        "button \"Save\" [disabled] [e",
        "button \"In the shadow\" [e",
    ] {
        assert!(yaml.contains(part), "{part}: {yaml}");
        assert!(printed.contains(part), "{part}: {printed}");
    }
    for text in [&printed, &html, &yaml, &record] {
        assert!(!text.contains("secret"), "a password is told: {text}");
    }
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(
        (&record["page"], &record["url"], &record["title"]),
        (&json!("page-1"), &json!(bench.url("/account")), &json!("Account"))
    );
    assert!(
        record["time"].is_string() && record["elements"].as_u64().unwrap() > 10,
        "{record}"
    );
    let image = std::fs::read(folder.join("snapshot-001.png")).unwrap();
    let side = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
    assert_eq!(side(16), 1366, "the image's width");
    assert!(side(20) > 3000, "the whole page is in the image: {}", side(20));
}

#[test]
fn the_object_for_programs_has_all_of_it() {
    let Some(bench) = account() else { return };
    let taken = bench.json(&["snapshot", "--no-image"])["result"].clone();
    assert_eq!(
        (&taken["page"], &taken["url"]),
        (&json!("page-1"), &json!(bench.url("/account")))
    );
    assert_eq!(
        taken["files"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["html", "yaml", "json"]
    );
    assert!(!bench.session("a").join("snapshots/snapshot-001.png").exists());
    assert_eq!(read(&taken["files"]["yaml"]), taken["tree"].as_str().unwrap());
    assert_eq!(taken["elements"], taken["shown"]);
    assert!(!taken.to_string().contains("secret"));
}

#[test]
fn views_leave_out_what_they_count_and_files_have_everything() {
    let Some(bench) = account() else { return };
    let whole = bench.json(&["snapshot", "--no-image"])["result"].clone();
    let (tree, all) = (whole["tree"].as_str().unwrap(), whole["elements"].as_u64().unwrap());
    for args in [
        &["--depth", "2"][..],
        &["--interactive"],
        &["--max-chars", "300"],
        &["--depth", "3", "--interactive"],
    ] {
        let taken = bench.json(&[&["snapshot", "--no-image"], args].concat())["result"].clone();
        let shown = taken["tree"].as_str().unwrap();
        assert!(shown.len() < tree.len() && shown.contains('…'), "{args:?}: {shown}");
        assert!(taken["shown"].as_u64().unwrap() < all, "{args:?}: {taken}");
        assert_eq!(
            (taken["elements"].as_u64(), read(&taken["files"]["yaml"])),
            (Some(all), tree.to_owned())
        );
    }
    let little = bench.json(&["snapshot", "--no-image", "--max-chars", "300"])["result"]["tree"].clone();
    assert!(little.as_str().unwrap().chars().count() <= 300, "{little}");
    let flat = bench.json(&["snapshot", "--no-image", "--depth", "1"])["result"]["tree"].clone();
    let main = ref_of(flat.as_str().unwrap(), "main");
    assert!(
        flat.as_str().unwrap().contains(&format!("more (snapshot {main})")),
        "{flat}"
    );
    // What was left out can be asked for.
    let below = bench.json(&["snapshot", &main, "--no-image"])["result"]["tree"].clone();
    assert_eq!(below.as_str().unwrap(), tree);
    let form = ref_of(tree, "form \"Profile\"");
    let below = bench.json(&["snapshot", &form, "--no-image"])["result"].clone();
    let inside = below["tree"].as_str().unwrap();
    assert!(
        inside.starts_with("- form \"Profile\"") && !inside.contains("Orders"),
        "{inside}"
    );
    let record: Value = serde_json::from_str(&read(&below["files"]["json"])).unwrap();
    assert_eq!(record["ref"], json!(form));
}

#[test]
fn what_changed_is_shown_and_nothing_else() {
    let Some(bench) = account() else { return };
    // Without one before it is all new.
    let first = bench.json(&["snapshot", "--no-image", "--diff"])["result"].clone();
    assert!(first.get("comparedWith").is_none(), "{first}");
    let again = bench.done(&["snapshot", "--no-image", "--diff"]);
    assert!(
        again.contains("nothing has changed since") && !again.contains("button"),
        "{again}"
    );
    bench.done(&["goto", &bench.url("/account#add")]);
    bench.done(&["goto", &bench.url("/account#rename")]);
    let taken = bench.json(&["snapshot", "--no-image", "--diff"])["result"].clone();
    let changes = taken["tree"].as_str().unwrap();
    for line in ["Your account", "Your old account", "Order 4"] {
        assert!(changes.contains(line), "{changes}");
    }
    assert!(
        changes
            .lines()
            .any(|line| line.starts_with('+') && line.contains("Your old account")),
        "{changes}"
    );
    for unchanged in ["Order 1", "Save", "Name"] {
        assert!(!changes.contains(unchanged), "{unchanged}: {changes}");
    }
    assert!(
        taken["comparedWith"].as_str().unwrap().ends_with("snapshot-002.yaml"),
        "{taken}"
    );
    bench.done(&["goto", &bench.url("/account#remove")]);
    let little = bench.json(&["snapshot", "--no-image", "--diff", "--max-chars", "60"])["result"]["tree"].clone();
    let little = little.as_str().unwrap();
    assert!(
        little.chars().count() <= 60 && little.contains("more lines of changes"),
        "{little}"
    );
    bench.fails(2, &["snapshot", "--diff", "--interactive"]);
}

#[test]
fn what_changed_in_an_element_is_compared_with_the_same_element() {
    let Some(bench) = account() else { return };
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let orders = ref_of(tree.as_str().unwrap(), "list \"Orders\"");
    let first = bench.json(&["snapshot", &orders, "--no-image", "--diff"])["result"].clone();
    assert!(first.get("comparedWith").is_none(), "{first}");
    let printed = bench.done(&["snapshot", &orders, "--no-image", "--diff"]);
    assert!(printed.contains("nothing has changed since"), "{printed}");
}

#[test]
fn a_ref_that_is_gone_is_told_with_what_to_do() {
    let Some(bench) = account() else { return };
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let orders = ref_of(tree.as_str().unwrap(), "list \"Orders\"");
    bench.done(&["goto", &bench.url("/account#remove")]);
    for gone in [&orders, "e99999"] {
        let ran = bench.fails(1, &["snapshot", gone]);
        assert!(
            ran.stderr.contains(&format!("stale ref {gone}")) && ran.stderr.contains("hint:"),
            "{ran:?}"
        );
    }
    let ran = bench.fails(1, &["snapshot", "orders"]);
    assert!(
        ran.stderr.contains("no element matches `orders`") && ran.stderr.contains("hint:"),
        "{ran:?}"
    );
    bench.fails(2, &["snapshot", "lits:\"Orders\""]);
    bench.fails(2, &["snapshot", "--depth", "-1"]);
    // Nothing of these attempts is left behind.
    assert!(!bench.session("a").join("snapshots/snapshot-002.yaml").exists());
}

/// Makes a program of the configuration's `snapshotAnalyzer`.
fn analyzer(bench: &Bench, script: &str) {
    let config = json!({ "version": 1, "snapshotAnalyzer": ["sh", "-c", script] });
    std::fs::write(bench.path().join(".greenroom/config.json"), config.to_string()).unwrap();
}

const ASK: [&str; 6] = [
    "snapshot",
    "--no-image",
    "--objective",
    "find the orders",
    "--context",
    "logged in",
];

#[test]
fn an_objective_is_kept_and_handed_to_the_analyzer() {
    let Some(bench) = account() else { return };
    let taken = bench.json(&ASK)["result"].clone();
    let record: Value = serde_json::from_str(&read(&taken["files"]["json"])).unwrap();
    assert_eq!(
        (&record["objective"], &record["context"]),
        (&json!("find the orders"), &json!("logged in"))
    );
    assert!(taken.get("analysis").is_none(), "{taken}");

    analyzer(&bench, "cat > input.json; echo 'three orders'");
    let printed = bench.done(&ASK);
    assert!(
        printed.ends_with("three orders\n") && printed.contains("list \"Orders\""),
        "{printed}"
    );
    let input: Value = serde_json::from_slice(&std::fs::read(bench.path().join("input.json")).unwrap()).unwrap();
    assert_eq!(
        (&input["objective"], &input["context"]),
        (&json!("find the orders"), &json!("logged in"))
    );
    assert_eq!(
        (&input["url"], &input["title"]),
        (&json!(bench.url("/account")), &json!("Account"))
    );
    assert_eq!(input["tree"].as_str().unwrap(), read(&input["files"]["yaml"]));
    for file in ["html", "yaml", "json"] {
        assert!(Path::new(input["files"][file].as_str().unwrap()).is_file(), "{input}");
    }
    assert_eq!(bench.json(&ASK)["result"]["analysis"], json!("three orders\n"));
    // Whoever asks nothing gets no answer.
    std::fs::remove_file(bench.path().join("input.json")).unwrap();
    bench.done(&["snapshot", "--no-image"]);
    assert!(!bench.path().join("input.json").exists());
}

#[test]
fn an_analyzer_that_fails_is_told_and_the_files_stay() {
    let Some(bench) = account() else { return };
    analyzer(&bench, "echo 'no idea' >&2; exit 3");
    let ran = bench.fails(1, &[&["--json"], &ASK[..]].concat());
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("the snapshot was taken") && message.contains("no idea"),
        "{answer}"
    );
    assert!(read(&answer["result"]["files"]["yaml"]).contains("Orders"), "{answer}");
    analyzer(&bench, "sleep 100");
    bench.fails(6, &[&["--timeout", "2s"], &ASK[..]].concat());
    std::fs::write(
        bench.path().join(".greenroom/config.json"),
        r#"{"version":1,"snapshotAnalyzer":["/nowhere/analyzer"]}"#,
    )
    .unwrap();
    let ran = bench.fails(1, &ASK);
    assert!(
        ran.stderr.contains("/nowhere/analyzer") && ran.stderr.contains("hint:"),
        "{ran:?}"
    );
    crate::bench::until("the analyzers are gone", || {
        !bench.processes().iter().any(|(_, line)| line.contains("sleep 100"))
    });
}

#[test]
fn frames_of_all_origins_are_in_one_tree() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/frames"), "-s", "a"]);
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let tree = tree.as_str().unwrap();
    assert!(!tree.contains("unavailable"), "{tree}");
    let all = refs(tree);
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(all.len(), distinct.len(), "{tree}");
    for name in ["same origin", "cross origin", "cross site", "inline document"] {
        let frame = ref_of(tree, &format!("iframe \"{name}\""));
        let inside = bench.json(&["snapshot", &frame, "--no-image"])["result"]["tree"].clone();
        assert!(inside.as_str().unwrap().lines().count() > 1, "{name}: {inside}");
    }
    // Each ref is known where it was given, and nowhere else.
    for reference in &all {
        let count = bench.done(&["get", "count", reference]);
        assert_eq!(count.trim_end(), "1", "{reference}: {tree}");
    }
    let again = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    assert_eq!(again.as_str().unwrap(), tree);
}

#[test]
fn what_is_below_a_hundred_levels_is_counted_in_the_file_and_goes_on_from_there() {
    const LEVELS: usize = 250;
    let Some(bench) = Bench::new() else { return };
    let page = format!(
        "data:text/html,{}<button>Deep</button>",
        "<div role=group aria-label=g>".repeat(LEVELS)
    );
    bench.done(&["open", &page, "-s", "a"]);
    let mut taken = bench.json(&["snapshot", "--no-image"])["result"].clone();
    assert_eq!(taken["elements"], json!(LEVELS + 1));
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let tree = read(&taken["files"]["yaml"]);
        assert_eq!(tree, taken["tree"].as_str().unwrap());
        seen.extend(refs(&tree));
        // The last line is either the button, or the one that counts what is missing and says how to go on.
        let last = tree.lines().last().unwrap();
        if last.contains("button \"Deep\"") {
            break;
        }
        let missing = taken["elements"].as_u64().unwrap() - taken["shown"].as_u64().unwrap();
        let (_, ways) = last.split_once(&format!("… {missing} more (snapshot ")).unwrap();
        let next = ways.trim_end_matches(')');
        assert_eq!(refs(last), [next], "{last}");
        taken = bench.json(&["snapshot", next, "--no-image"])["result"].clone();
        assert!(
            taken["tree"].as_str().unwrap().contains(&format!("[{next}]")),
            "{taken}"
        );
    }
    assert_eq!(seen.len(), LEVELS + 1);
}

#[test]
fn documents_that_are_no_pages_are_told() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", "about:blank", "-s", "a"]);
    let blank = bench.json(&["snapshot"])["result"].clone();
    assert_eq!((&blank["tree"], &blank["elements"]), (&json!("[]\n"), &json!(0)));
    for (path, seen) in [
        ("/document/pdf", "document \"PDF\" [unavailable=unsupported]"),
        ("/document/xml", "Desk lamp"),
        ("/document/svg", "link \"A drawn link\""),
        ("/document/strict", "textbox \"Name\""),
        ("/logo.png", "- img"),
    ] {
        bench.done(&["goto", &bench.url(path)]);
        let printed = bench.done(&["snapshot"]);
        assert!(printed.contains(seen), "{path}: {printed}");
    }
}

#[test]
fn behind_a_dialog() {
    let Some(bench) = account() else { return };
    bench.done(&["goto", &bench.url("/account#alert")]);
    assert!(bench.done(&["snapshot"]).contains("Your account"));
    bench.done(&[
        "goto",
        &bench.url("/dialogs?kind=alert&at=load"),
        "--wait-until",
        "commit",
    ]);
    assert!(bench.done(&["snapshot", "--no-image"]).contains("page-1"));
}

/// The page is told of nothing: neither of snapshots with their images, nor of anything else that looks.
#[test]
fn no_trace_is_left_in_the_page() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/recorder?log"), "-s", "a"]);
    let console = |word: &str| {
        let lines = bench.log("a", "console.jsonl");
        let said = lines.iter().filter_map(|line| line["text"].as_str().map(str::to_owned));
        said.filter(|text| text.contains(word)).collect::<Vec<_>>()
    };
    crate::bench::until("the page records", || !console("recording").is_empty());
    for args in [
        &["snapshot", "--no-image"][..],
        &["snapshot", "--no-image", "--interactive"],
        &["observe", "--all"],
        &["get", "text"],
        &["get", "title"],
        &["get", "html"],
        &["get", "html", "main, form"],
        &["get", "value", "#text"],
        &["get", "box", "#far"],
        &["get", "visible", "#trapped"],
    ] {
        bench.done(args);
    }
    assert_eq!(console("told"), Vec::<String>::new());
    bench.done(&["snapshot"]);
    // What Chromium itself lets a page know of an image: `change` of media queries that have not changed.
    let told = console("told").join("\n").replace("told ", "");
    let allowed = |line: &str| line.starts_with("media") || line.starts_with("crossed");
    assert!(told.lines().all(allowed), "{told}");
    bench.done(&["goto", &bench.url("/recorder?log#end")]);
    // The record has worked until now.
    crate::bench::until("a navigation is recorded", || {
        console("told").iter().any(|text| text.contains("hashchange"))
    });
}
