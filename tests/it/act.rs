//! Acting: every command does what a person would have done, or says precisely why not; and the log tells it as it was.

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::look::ref_of;

fn workshop() -> Option<Bench> {
    let bench = Bench::new()?;
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);
    Some(bench)
}

fn result(bench: &Bench) -> String {
    bench.done(&["get", "text", "css:#result"]).trim().to_owned()
}

fn actions(bench: &Bench) -> Vec<Value> {
    bench.log("a", "actions.jsonl")
}

#[test]
fn a_form_is_filled_in_and_sent() {
    let Some(bench) = workshop() else { return };
    let filled = bench.json(&["fill", "label:Email", "a@b.c"])["result"].clone();
    assert_eq!(filled["bestSemanticSelector"], "role:textbox:\"Email\"", "{filled}");
    assert_eq!((&filled["action"], &filled["value"]), (&json!("fill"), &json!("a@b.c")));
    bench.done(&["fill", "label:Password", "hunter2 is long"]);
    bench.done(&["select", "label:Country", "Norway"]);
    for _ in 0..2 {
        bench.done(&["check", "text:News"]);
    }
    bench.done(&["fill", "label:Day", "2026-11-25"]);
    bench.done(&["click", "role:button:Order"]);
    assert_eq!(result(&bench), "email=a@b.c country=no news=on day=2026-11-25");
    let lines = actions(&bench);
    let told: Vec<_> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        ["fill", "fill", "selectOption", "check", "check", "fill", "click"]
    );
    assert!(
        lines
            .iter()
            .all(|line| line["success"] == true && line["source"] == "agent")
    );
    assert_eq!(lines[0]["selector"], "label:Email");
    assert!(
        lines[0]["coordinates"]["x"].is_number() && lines[0]["nearbyText"] == "Email",
        "{}",
        lines[0]
    );
    assert_eq!(
        (&lines[0]["value"], &lines[1]["value"]),
        (&json!("a@b.c"), &json!("***"))
    );
    // What was typed into a password field is in no file.
    for log in ["actions.jsonl", "logs.jsonl"] {
        let text = std::fs::read_to_string(bench.session("a").join(log)).unwrap();
        assert!(!text.contains("hunter2"), "{log}: {text}");
    }
    bench.close_all();
}

#[test]
fn what_cannot_be_done_says_why_and_changes_nothing() {
    let Some(bench) = workshop() else { return };
    for (args, code, part) in [
        (&["click", "role:button:Covered"][..], 6, "<div#overlay> is in the way"),
        (&["click", "role:button:Nothing"][..], 6, "no element matches"),
        (&["fill", "role:button:Order", "x"][..], 2, "takes no text"),
        (&["fill", "label:Day", "tomorrow"][..], 2, "only `YYYY-MM-DD`"),
        (
            &["select", "label:Country", "Spain"][..],
            6,
            "there is \"Germany\", \"Norway\"",
        ),
        (&["click", "role:textbox"][..], 1, "elements match"),
        (&["press", "Entr"][..], 2, "did you mean `Enter`?"),
        (&["click", "e999"][..], 1, "stale ref e999"),
        (&["upload", "css:#files", "no/such/file"][..], 1, "no/such/file"),
        (&["click", "css:["][..], 2, "failed to read the selector"),
    ] {
        let ran = bench.fails(code, &[args, &["--timeout", "1500ms"]].concat());
        assert!(ran.stderr.contains(part), "{args:?}: {}", ran.stderr);
    }
    let lines = actions(&bench);
    assert!(
        lines
            .iter()
            .all(|line| line["success"] == false && line["error"].is_string()),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 10);
    assert_eq!(result(&bench), "");
    bench.done(&["session-mode", "read-only"]);
    for args in [
        &["click", "role:button:Order"][..],
        &["act", "press:Enter"][..],
        &["wait", "--fn", "1"][..],
    ] {
        assert!(bench.fails(4, args).stderr.contains("read-only"), "{args:?}");
    }
    bench.done(&["wait", "role:button:Order"]);
    bench.close_all();
}

#[test]
fn what_is_only_tried_does_nothing_and_what_is_forced_waits_for_nothing() {
    let Some(bench) = workshop() else { return };
    let overlay = "document.querySelector('#overlay').onclick = () => { document.querySelector('#result').textContent = 'overlay' }";
    bench.done(&["exec", &format!("await page.evaluate(() => {{ {overlay} }})")]);
    let covered = "role:button:Covered";
    let order = "role:button:Order";
    bench.done(&["click", order, "--trial"]);
    bench.done(&["check", "text:News", "--trial"]);
    bench.done(&["drag", order, order, "--trial", "--source-position", "2,2"]);
    bench.fails(6, &["click", covered, "--trial", "--timeout", "1s"]);
    assert_eq!(result(&bench), "");
    assert_eq!(bench.done(&["get", "checked", "label:News"]).trim(), "false");
    let told = |bench: &Bench| -> Vec<String> {
        let lines = actions(bench).into_iter();
        let lines = lines.filter_map(|line| line["action"].as_str().map(str::to_owned));
        lines
            .filter(|action| !["exec", "evaluate"].contains(&action.as_str()))
            .collect()
    };
    assert_eq!(told(&bench), Vec::<String>::new(), "what is tried is no action");
    bench.done(&["click", covered, "--force"]);
    assert_eq!(result(&bench), "overlay");
    assert_eq!(told(&bench), ["click"]);
    bench.done(&["type", "label:Email", "abc", "--delay", "20ms"]);
    assert_eq!(bench.done(&["get", "value", "label:Email"]).trim(), "abc");
    let turned = "await page.evaluate(() => { window.turned = []; \
        addEventListener('wheel', event => turned.push(event.clientX, event.clientY, event.deltaY)); }); \
        await page.mouse.move(31, 42); await page.mouse.wheel(0, 5); \
        await page.waitForFunction(() => turned.length > 0); await page.evaluate(() => turned)";
    assert_eq!(bench.done(&["exec", turned]).trim(), "[31,42,5]");
    let late = bench.fails(6, &["press", "a", "--delay", "5m", "--timeout", "2s"]);
    assert!(late.stderr.contains("the delays take 300000 ms"), "{}", late.stderr);
    bench.close_all();
}

#[test]
fn pages_are_tapped_in_sessions_with_touch() {
    let Some(bench) = workshop() else { return };
    let without = bench.fails(2, &["tap", "role:button:Order"]);
    assert!(without.stderr.contains("open URL --touch"), "{}", without.stderr);
    let thrown = bench.fails(1, &["exec", "await page.tap('#result')"]);
    let words = "page does not support tap. Use hasTouch context option to enable touch support.";
    assert!(thrown.stderr.contains(words), "{}", thrown.stderr);
    assert_eq!(result(&bench), "");
    bench.done(&["close"]);
    bench.done(&["open", &bench.url("/workshop"), "-s", "b", "--touch"]);
    bench.fails(6, &["tap", "role:button:Covered", "--timeout", "1s"]);
    let listen = "page.evaluate(() => { window.touches = 0; addEventListener('touchend', () => { touches += 1; }); })";
    bench.done(&["exec", &format!("await {listen}")]);
    bench.done(&["tap", "role:button:Order"]);
    assert!(result(&bench).starts_with("email="), "{}", result(&bench));
    bench.done(&["act", "tap:text:News"]);
    assert_eq!(bench.done(&["get", "checked", "label:News"]).trim(), "true");
    let script = "const box = await page.getByLabel('News').boundingBox(); \
        await page.touchscreen.tap(box.x + 2, box.y + 2); await page.getByRole('button', { name: 'Order' }).tap({ trial: true }); \
        await page.evaluate(() => touches)";
    assert_eq!(bench.done(&["exec", script]).trim(), "3");
    assert_eq!(bench.done(&["get", "checked", "label:News"]).trim(), "false");
    let steps = bench.done(&["actions", "--steps"]);
    assert!(steps.contains("tap:role:button:"), "{steps}");
    bench.close_all();
}

#[test]
fn what_an_action_sets_off_is_part_of_its_result() {
    let Some(bench) = workshop() else { return };
    let asked = bench.json(&["click", "role:button:Ask"]);
    assert!(asked["events"].to_string().contains("Sure?"), "{asked}");
    assert_eq!(result(&bench), "answer false");
    let popped = bench.json(&["click", "role:button:\"Pop up\""]);
    assert!(popped["events"].to_string().contains("page-2"), "{popped}");
    // The popup was written by a script, is not the default, and closes itself.
    assert_eq!(bench.done(&["get", "title"]), "Workshop\n");
    bench.done(&["click", "role:button:\"Close me\"", "--page", "page-2"]);
    assert_eq!(bench.json(&["pages"])["result"]["pages"].as_array().unwrap().len(), 1);
    let led = bench.json(&["click", "role:link:\"Slow page\""])["result"].clone();
    assert!(led["url"].as_str().unwrap().contains("/slow"), "{led}");
    bench.close_all();
}

#[test]
fn elements_that_are_made_anew_are_found_again_and_refs_are_not() {
    let Some(bench) = workshop() else { return };
    bench.done(&["click", "role:button:Rebuilt"]);
    assert_eq!(result(&bench), "rebuilt");
    bench.done(&["click", "css:#far"]);
    assert_eq!(result(&bench), "far");
    let tree = bench.json(&["snapshot", "--no-image"])["result"]["tree"].clone();
    let rebuilt = ref_of(tree.as_str().unwrap(), "Rebuilt");
    bench.done(&["wait", "300ms"]);
    let stale = bench.fails(1, &["click", &rebuilt]).stderr;
    assert!(stale.contains(&format!("stale ref {rebuilt}")), "{stale}");
    bench.close_all();
}

#[test]
fn steps_are_done_in_order_until_one_fails() {
    let Some(bench) = workshop() else { return };
    let done = bench.json(&[
        "act",
        "fill:label:\"Email\"=\"x=y@z\"",
        "fill:label:Password=secret word",
        "select:label:Country=no",
        "check:label:News",
        "click:role:button:Order",
        "wait:text=country=no",
    ]);
    let steps = done["result"]["steps"].as_array().unwrap();
    assert!(
        steps.len() == 6 && steps.iter().all(|step| step["ok"] == true),
        "{done}"
    );
    assert_eq!(result(&bench), "email=x=y@z country=no news=on day=");
    assert!(!done.to_string().contains("secret word"));
    assert_eq!(actions(&bench).len(), 5);
    let bad = bench.fails(6, &["act", "click:css:#none", "click:css:#ask", "--timeout", "1s"]);
    assert!(bad.stderr.contains("step 1 of 2"), "{bad:?}");
    assert_eq!(result(&bench), "email=x=y@z country=no news=on day=");
    bench.fails(
        6,
        &[
            "act",
            "click:css:#none",
            "click:css:#ask",
            "--timeout",
            "1500ms",
            "--continue",
        ],
    );
    bench.fails(2, &["act", "click:css:#ask", "clik:css:#ask"]);
    let log = std::fs::read_to_string(bench.session("a").join("logs.jsonl")).unwrap();
    assert!(!log.contains("secret word"), "{log}");
    bench.close_all();
}

#[test]
fn recorded_actions_can_be_done_again() {
    let Some(bench) = workshop() else { return };
    bench.done(&["fill", "label:Email", "it's \"me\""]);
    bench.done(&["select", "label:Country", "Norway"]);
    bench.done(&["check", "label:News"]);
    bench.done(&["type", "label:Day", "x"]);
    bench.done(&["click", "role:button:Order"]);
    let wanted = result(&bench);
    let steps = bench.done(&["actions", "--steps"]);
    // As a shell would read them.
    let steps: Vec<_> = steps
        .lines()
        .map(|step| step.trim_matches('\'').replace("'\\''", "'"))
        .collect();
    let script = bench.done(&["actions", "--script"]);
    assert!(
        script.contains("getByRole(\"button\", { name: \"Order\" }).click()"),
        "{script}"
    );
    bench.done(&["open", &bench.url("/"), "-s", "b"]);
    let args: Vec<_> = ["act", "-s", "b"]
        .into_iter()
        .chain(steps.iter().map(String::as_str))
        .collect();
    bench.done(&args);
    assert_eq!(bench.done(&["get", "text", "css:#result", "-s", "b"]).trim(), wanted);
    bench.close_all();
}

#[test]
fn keys_files_and_the_wheel() {
    let Some(bench) = workshop() else { return };
    bench.done(&["type", "label:Email", "Ä b👍 👩\u{200d}👩\u{200d}👧"]);
    bench.done(&["press", "Control+A"]);
    bench.done(&["type", "new"]);
    assert_eq!(bench.done(&["get", "value", "label:Email"]), "new\n");
    bench.done(&["type", "label:Password", "hidden words"]);
    bench.done(&["press", "x"]);
    let text = std::fs::read_to_string(bench.session("a").join("actions.jsonl")).unwrap();
    assert!(
        !text.contains("hidden words") && text.contains("\"value\":\"new\""),
        "{text}"
    );
    assert_eq!(actions(&bench).last().unwrap()["value"], "***");
    std::fs::write(bench.path().join("up.txt"), "1").unwrap();
    bench.done(&["upload", "css:#files", "up.txt"]);
    assert_eq!(result(&bench), "up.txt");
    let before = bench.json(&["get", "box", "css:h1"])["result"]["value"]["y"]
        .as_f64()
        .unwrap();
    bench.done(&["scroll", "down", "--pixels", "300"]);
    bench.done(&["wait", "--fn", "scrollY >= 290"]);
    let after = bench.json(&["get", "box", "css:h1"])["result"]["value"]["y"]
        .as_f64()
        .unwrap();
    assert!(before - after > 290.0, "{before} {after}");
    let seen = bench.done(&["hover", "role:button:Order", "--observe"]);
    assert!(seen.contains("button \"Order\""), "{seen}");
    bench.close_all();
}

#[test]
fn waiting_ends_with_what_was_waited_for() {
    let Some(bench) = workshop() else { return };
    bench.done(&["wait", "--load", "load"]);
    bench.done(&["wait", "--url", "**/workshop"]);
    bench.done(&["wait", "text:Never", "--state", "hidden"]);
    let late = bench.fails(6, &["wait", "--url", "**/elsewhere", "--timeout", "500ms"]);
    assert!(late.stderr.contains("/workshop"), "{late:?}");
    bench.fails(2, &["wait"]);
    bench.fails(2, &["wait", "css:h1", "--text", "x"]);
    bench.done(&["wait", "--text", "Never", "--state", "hidden"]);
    bench.fails(2, &["wait", "--url", "**", "--state", "hidden"]);
    // A wait is longer than the command's deadline by its own time.
    bench.done(&["wait", "700ms", "--timeout", "300ms"]);
    assert!(actions(&bench).is_empty());
    bench.close_all();
}

#[test]
fn another_attribute_holds_the_test_ids_also_after_a_crash() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&[
        "open",
        &bench.url("/workshop"),
        "-s",
        "a",
        "--test-id-attribute",
        "name",
    ]);
    bench.kill(bench.daemon());
    let filled = bench.json(&["fill", "testid:email", "a@b.c"])["result"].clone();
    assert_eq!(filled["bestSemanticSelector"], "testid:\"email\"", "{filled}");
    let refused = bench.fails(2, &["open", "-s", "b", "--test-id-attribute", "a b"]);
    assert!(
        refused.stderr.contains("`a b` is no attribute for test ids"),
        "{}",
        refused.stderr
    );
    bench.close_all();
}

#[test]
fn elements_in_frames_of_other_origins_are_reached_wherever_they_are() {
    let Some(bench) = Bench::new() else { return };
    let inner = format!("{}/workshop", bench.site.other_origin());
    // Nothing in it needs another form in a query.
    bench.done(&["open", &bench.url(&format!("/framed?src={inner}")), "-s", "a"]);
    let at = |selector: &str| format!("frame:css:iframe >> {selector}");
    // The frame is scrolled away, and what is in it, too.
    bench.done(&["wait", &at("role:button:Order")]);
    for (button, wanted) in [("Far below", "far"), ("Rebuilt", "rebuilt")] {
        bench.done(&["click", &at(&format!("role:button:\"{button}\""))]);
        assert_eq!(bench.done(&["get", "text", &at("css:#result")]).trim(), wanted);
    }
    bench.done(&["fill", &at("label:Email"), "a@b.c"]);
    bench.done(&["check", &at("label:News")]);
    bench.done(&["click", &at("role:button:Order")]);
    // The log says where they are from the page on, so that it can be done again.
    for line in actions(&bench).iter().filter(|line| line["action"] != "wait") {
        let told = line["bestSemanticSelector"].as_str().unwrap_or_default();
        assert!(told.starts_with("frame:role:iframe:\"frame 0\" >> "), "{line}");
        assert_eq!(bench.done(&["get", "count", told]).trim(), "1", "{told}");
    }
    let sent = bench.done(&["get", "text", &at("css:#result")]);
    assert_eq!(sent.trim(), "email=a@b.c country=de news=on day=");
    let covered = bench.fails(6, &["click", &at("role:button:Covered"), "--timeout", "1s"]);
    assert!(covered.stderr.contains("<div#overlay>"), "{covered:?}");
    bench.close_all();
}
