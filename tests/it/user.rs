//! What a person does in a window is told in actions.jsonl: once, in order, as the person's, whatever the page does about it.

use serde_json::Value;

use crate::bench::{Bench, until};
use crate::hand::Hand;
use crate::person::{Display, Person};

const EMAIL: &str = "document.querySelector('[name=email]')";
const PASSWORD: &str = "document.querySelector('[name=password]')";
const NEWS: &str = "document.querySelector('[name=news]')";

/// A window with the session `a`, opened with a path of the site and options; the display goes last.
pub(crate) fn window(open: &[&str]) -> Option<(Bench, Display)> {
    let bench = Bench::new()?;
    let display = Display::start()?;
    let url = bench.url(open[0]);
    let opened = bench
        .command(&[&["open", &url, "-s", "a", "--headed"], &open[1..]].concat())
        .env("DISPLAY", &display.name)
        .output()
        .unwrap();
    assert!(opened.status.success(), "{opened:?}");
    Some((bench, display))
}

pub(crate) fn actions(bench: &Bench) -> Vec<Value> {
    bench.log("a", "actions.jsonl")
}

/// The lines, each as `source action selector value`, once there are so many.
pub(crate) fn told(bench: &Bench, count: usize) -> Vec<String> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or("-").to_owned();
    let words = |line: &Value| {
        ["source", "action", "bestSemanticSelector", "value"]
            .map(|key| text(line, key))
            .join(" ")
    };
    let lines = || actions(bench).iter().map(words).collect::<Vec<_>>();
    let start = std::time::Instant::now();
    while lines().len() < count && start.elapsed() < crate::bench::PATIENCE {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let lines = lines();
    assert!(lines.len() >= count, "{count} lines: {lines:#?}");
    lines
}

#[test]
fn what_a_person_does_in_a_form_is_told_and_can_be_done_again() {
    let Some((bench, _display)) = window(&["/workshop"]) else {
        return;
    };
    let state = bench.state("a");
    assert_eq!(state["recordUserActions"], true, "{state}");
    let mut person = Person::at(&bench, "a", "page-1");
    person.click(EMAIL);
    person.types("a@b.c");
    person.click(PASSWORD);
    person.types("hunter2");
    person.presses("Tab", 9);
    person.types("n");
    person.click(&format!("{NEWS}.parentElement"));
    person.click("document.querySelector('form button')");
    person.double_click("document.getElementById('far')");
    person.presses("Escape", 27);
    let lines = told(&bench, 10);
    assert_eq!(
        lines,
        [
            "user click role:textbox:\"Email\" -",
            "user fill role:textbox:\"Email\" a@b.c",
            "user click role:textbox:\"Password\" -",
            "user fill role:textbox:\"Password\" ***",
            "user press role:textbox:\"Password\" Tab",
            "user selectOption role:combobox:\"Country\" no",
            "user check role:checkbox:\"News\" -",
            "user click role:button:\"Order\" -",
            "user dblclick role:button:\"Far below\" -",
            "user press role:button:\"Far below\" Escape",
        ]
    );
    let log = actions(&bench);
    assert!(
        log.is_sorted_by_key(|line| line["ts"].as_str().unwrap().to_owned()),
        "{log:#?}"
    );
    for line in &log {
        assert_eq!(
            (&line["pageId"], &line["success"]),
            (&"page-1".into(), &true.into()),
            "{line}"
        );
        assert_eq!(line["url"], bench.url("/workshop"), "{line}");
        assert!(line["coordinates"]["x"].is_number(), "{line}");
    }
    assert_eq!(log[1]["nearbyText"], "Email");
    for name in ["actions.jsonl", "logs.jsonl"] {
        let text = std::fs::read_to_string(bench.session("a").join(name)).unwrap();
        assert!(!text.contains("hunter2") && !text.contains("hunt"), "{name}: {text}");
    }
    // It counts as use.
    let last = log[log.len() - 1]["ts"].as_str().unwrap().to_owned();
    until("the session was used by then", || {
        let state = bench.state("a");
        state["lastUsedAt"].as_str().unwrap() >= last.as_str() && state["phase"] == "parked"
    });
    // It can be done again.
    let steps = bench.done(&["actions", "--steps", "--source", "user", "-s", "a"]);
    let steps: Vec<_> = steps.lines().map(|step| step.trim_matches('\'').to_owned()).collect();
    bench.done(&["open", &bench.url("/"), "-s", "b", "--headless"]);
    let mut again = vec!["act", "-s", "b"];
    again.extend(
        steps
            .iter()
            .map(String::as_str)
            .take_while(|step| !step.contains("Far below")),
    );
    bench.done(&again);
    let result = |session: &str| bench.done(&["get", "text", "css:#result", "-s", session]);
    assert_eq!(result("b"), "email=a@b.c country=no news=on day=\n");
    bench.close_all();
}

#[test]
fn agent_and_person_are_told_apart_in_their_order() {
    let Some((bench, _display)) = window(&["/workshop"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    person.click(EMAIL);
    person.types("mine");
    bench.done(&["type", "label:Email", " yours"]);
    person.types(" mine");
    bench.done(&["click", "role:button:Order"]);
    bench.done(&["check", "text:News"]);
    bench.done(&["fill", "label:Email", "x@y.z"]);
    person.click(NEWS);
    bench.done(&["select", "label:Country", "Norway"]);
    bench.done(&["press", "Escape"]);
    person.click(EMAIL);
    person.presses("Enter", 13);
    let lines = told(&bench, 12);
    let short: Vec<_> = lines.iter().map(|line| line.replace("role:", "")).collect();
    assert_eq!(
        short,
        [
            "user click textbox:\"Email\" -",
            "user fill textbox:\"Email\" mine",
            "agent type textbox:\"Email\"  yours",
            "user fill textbox:\"Email\" mine yours mine",
            "agent click button:\"Order\" -",
            "agent check checkbox:\"News\" -",
            "agent fill textbox:\"Email\" x@y.z",
            "user uncheck checkbox:\"News\" -",
            "agent selectOption combobox:\"Country\" Norway",
            "agent press combobox:\"Country\" Escape",
            "user click textbox:\"Email\" -",
            "user press textbox:\"Email\" Enter",
        ]
    );
    bench.close_all();
}

#[test]
fn popups_frames_and_navigations_are_told_where_they_are() {
    let Some((bench, _display)) = window(&["/workshop"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    // A popup that a script wrote, and that goes with the click.
    person.click("document.getElementById('popup')");
    let mut popup = Person::at(&bench, "a", "page-2");
    popup.click("document.querySelector('button')");
    assert_eq!(
        told(&bench, 2),
        [
            "user click role:button:\"Pop up\" -",
            "user click role:button:\"Close me\" -"
        ]
    );
    assert_eq!(actions(&bench)[1]["pageId"], "page-2");
    // A frame of another site.
    let frame = format!("{}/workshop", bench.site.other_site());
    let _ = person.sees(&format!(
        "new Promise(resolve => {{ const frame = document.createElement('iframe'); frame.title = 'Inside'; \
         frame.width = 600; frame.height = 400; frame.onload = () => resolve(); frame.src = '{frame}'; \
         document.body.prepend(frame); }})"
    ));
    let inside = bench.json(&["get", "box", "frame:css:iframe >> label:Email", "-s", "a"])["result"].clone();
    let side = |name: &str| inside["value"][name].as_f64().unwrap_or_else(|| panic!("{inside}"));
    let middle = (side("x") + side("width") / 2.0, side("y") + side("height") / 2.0);
    person.click_at(middle, 1);
    let in_frame = told(&bench, 3).pop().unwrap();
    assert_eq!(
        in_frame,
        "user click frame:role:iframe:\"Inside\" >> role:textbox:\"Email\" -"
    );
    let line = actions(&bench).pop().unwrap();
    assert!(
        (line["coordinates"]["x"].as_f64().unwrap() - middle.0).abs() < 2.0,
        "{line}"
    );
    assert_eq!(line["url"], bench.url("/workshop"));
    // The browser's own controls, and a link.
    person.ask(
        "Page.navigate",
        &serde_json::json!({ "url": bench.url("/title/Typed") }),
    );
    until("the typed page is there", || bench.done(&["get", "title"]) == "Typed\n");
    person.travels(-1);
    until("the page before is there", || {
        bench.done(&["get", "title"]) == "Workshop\n"
    });
    told(&bench, 5);
    person.ask("Page.reload", &Value::Null);
    told(&bench, 6);
    bench.done(&["goto", &bench.url("/workshop"), "-s", "a"]);
    person.click("document.querySelector('a[href]')");
    let lines = told(&bench, 8);
    assert_eq!(
        &lines[3..],
        [
            format!("user goto - {}", bench.url("/title/Typed")),
            "user goBack - -".to_owned(),
            "user reload - -".to_owned(),
            format!("agent goto - {}", bench.url("/workshop")),
            "user click role:link:\"Slow page\" -".to_owned(),
        ]
    );
    bench.close_all();
}

#[test]
fn a_persons_way_through_the_history_is_told_wherever_it_leads() {
    let Some((bench, _display)) = window(&["/workshop"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    let typed = bench.url("/title/Typed");
    for (count, address) in (1..).zip([&typed, &format!("{typed}#part")]) {
        person.ask("Page.navigate", &serde_json::json!({ "url": address }));
        told(&bench, count);
    }
    // Within the document, to another, and all the way back at once; each is there before the next begins.
    for (count, step) in (3..).zip([-1, -1, 1, 1, -2]) {
        person.travels(step);
        told(&bench, count);
    }
    // What the page does, and what we do, is nobody's.
    let _ = person.sees("history.pushState(null, '', '#pushed')");
    person.travels(-1);
    told(&bench, 8);
    bench.done(&["forward", "-s", "a"]);
    bench.done(&["back", "-s", "a"]);
    let lines = told(&bench, 10);
    assert_eq!(
        lines,
        [
            format!("user goto - {typed}"),
            format!("user goto - {typed}#part"),
            "user goBack - -".to_owned(),
            "user goBack - -".to_owned(),
            "user goForward - -".to_owned(),
            "user goForward - -".to_owned(),
            "user goBack - -".to_owned(),
            "user goBack - -".to_owned(),
            "agent goForward - -".to_owned(),
            "agent goBack - -".to_owned(),
        ]
    );
    bench.close_all();
}

/// What a page does that wants nobody to know, or to tell what was not so.
const HOSTILE: &str = "
    const stop = event => { event.stopImmediatePropagation(); event.preventDefault(); };
    for (const type of ['pointerdown', 'mousedown', 'click', 'keydown', 'input']) window.addEventListener(type, stop, true);
    EventTarget.prototype.addEventListener = () => {};
    Event.prototype.composedPath = () => [];
    Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true });
    Object.defineProperty(Event.prototype, 'timeStamp', { get: () => 0 });
    JSON.stringify = () => '';
    Object.keys(window).filter(name => name.startsWith('greenroom'))";

#[test]
fn a_page_can_neither_forge_nor_stop_what_is_told() {
    let Some((bench, _display)) = window(&["/workshop"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    let seen = person.sees(&format!(
        "(() => {{ {}; }})()",
        HOSTILE.replace("Object.keys", "return Object.keys")
    ));
    assert_eq!(seen, serde_json::json!([]));
    let _ = person.sees(
        "(() => { const button = document.querySelector('form button'); button.click(); \
         button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 })); \
         document.querySelector('[name=email]').focus(); document.execCommand('insertText', false, 'forged'); \
         document.querySelector('form').requestSubmit(); document.querySelector('label').click(); })()",
    );
    person.click("document.getElementById('far')");
    assert_eq!(told(&bench, 1), ["user click role:button:\"Far below\" -"]);
    // Without a window nobody acts, and nothing is watched.
    bench.done(&["open", &bench.url("/workshop"), "-s", "b", "--headless"]);
    assert_eq!(bench.state("b")["recordUserActions"], Value::Null);
    bench.close_all();
}

/// What takes the document away with the click that a person makes.
const GOES: [(&str, &str); 8] = [
    ("by a link", "<a href='/title/Next'>Go</a>"),
    (
        "by a script",
        "<button onclick=\"location.href = '/title/Next'\">Go</button>",
    ),
    (
        "to another site",
        "<button onclick=\"location.href = 'OTHER/title/Next'\">Go</button>",
    ),
    ("by a form", "<form action='/title/Next'><button>Go</button></form>"),
    ("by a reload", "<button onclick='location.reload()'>Go</button>"),
    (
        "as it is pressed",
        "<button onpointerdown=\"location.href = '/title/Next'\">Go</button>",
    ),
    (
        "as it is pressed, to another site",
        "<button onpointerdown=\"location.href = 'OTHER/title/Next'\">Go</button>",
    ),
    (
        "as it is let go",
        "<button onmouseup=\"location.href = 'OTHER/title/Next'\">Go</button>",
    ),
];

#[test]
fn a_click_that_takes_its_document_away_is_told_once() {
    let Some((bench, _display)) = window(&["/title/Start"]) else {
        return;
    };
    let mut person = Person::at(&bench, "a", "page-1");
    let start = bench.url("/title/Start");
    for (count, (how, html)) in (1..).zip(GOES) {
        let html = Value::from(html.replace("OTHER", &bench.site.other_site()));
        let _ = person.sees(&format!("(document.body.innerHTML = {html}, 0)"));
        person.click("document.querySelector('a, button')");
        // A line of ours comes after all that a person has done before.
        until(how, || {
            bench.json(&["get", "url", "-s", "a"])["result"]["value"] != *start || how == "by a reload"
        });
        bench.done(&["goto", &start, "-s", "a"]);
        let lines = told(&bench, 2 * count);
        assert_eq!(lines.len(), 2 * count, "{how}: {lines:#?}");
        let name = lines[2 * count - 2].replace("role:link", "role:button");
        assert_eq!(name, "user click role:button:\"Go\" -", "{how}");
        let line = &actions(&bench)[2 * count - 2];
        assert_eq!(line["url"], start, "{how}: {line}");
    }
    bench.close_all();
}

/// X's symbol of the tabulator key.
const TAB: u32 = 0xff09;

#[test]
fn what_a_person_does_in_firefox_is_told() {
    let firefox = ["/workshop", "--backend", "webdriver", "--browser", "firefox"];
    let Some((bench, display)) = window(&firefox) else {
        return;
    };
    let hand = Hand::at(&display);
    let inner = bench.json(&["exec", "await page.evaluate(() => [mozInnerScreenX, mozInnerScreenY])"]);
    let inner = |index: usize| inner["result"]["value"][index].as_f64().unwrap();
    let click = |selector: &str| {
        let found = bench.json(&["get", "box", selector]);
        let side = |name: &str| found["result"]["value"][name].as_f64().unwrap();
        let (x, y) = (side("x") + side("width") / 2.0, side("y") + side("height") / 2.0);
        #[expect(clippy::cast_possible_truncation, reason = "it is on the screen")]
        hand.clicks(((inner(0) + x) as i16, (inner(1) + y) as i16));
    };
    click("label:Email");
    hand.types("ab");
    hand.presses(TAB);
    hand.types("secret");
    click("role:checkbox:News");
    // Ours is told as ours.
    told(&bench, 6);
    bench.done(&["fill", "label:Email", "x@y.z"]);
    click("role:button:Order");
    bench.done(&["get", "text", "css:#result"]);
    click("role:link:\"Slow page\"");
    let lines = told(&bench, 9);
    assert_eq!(
        lines[1..],
        [
            "user click role:textbox:\"Email\" -",
            "user fill role:textbox:\"Email\" ab",
            "user press role:textbox:\"Email\" Tab",
            "user fill role:textbox:\"Password\" ***",
            "user check role:checkbox:\"News\" -",
            "agent fill role:textbox:\"Email\" x@y.z",
            "user click role:button:\"Order\" -",
            "user click role:link:\"Slow page\" -",
        ]
    );
    bench.close_all();
}
