//! That the comparison sees differences: a test that finds everything equal would be green, too.

use serde_json::{Value, json};

use crate::compare::{Verdict, compare};
use crate::known;
use crate::ours::{Ours, Told};
use crate::report::PageReport;
use crate::theirs::Theirs;

fn ours(told: Value) -> Ours {
    let mut all =
        json!({ "tag": "div", "path": "#it", "parent": -1, "isRoot": false, "isEmpty": false, "isSkipped": false });
    if let (Value::Object(all), Value::Object(told)) = (&mut all, told) {
        all.extend(told);
    }
    serde_json::from_value(all).unwrap()
}

fn theirs(node: Value) -> Theirs {
    Theirs {
        node: serde_json::from_value(node).unwrap(),
        ..Theirs::default()
    }
}

fn exposed(role: &str, name: &str) -> Theirs {
    theirs(json!({ "role": { "value": role }, "name": { "value": name } }))
}

fn ignored(reason: &str) -> Theirs {
    theirs(json!({ "ignored": true, "ignoredReasons": [{ "name": reason, "value": { "value": true } }] }))
}

/// `field: ours -> theirs`, `equal` or `nothing`.
fn verdict(told: Value, theirs: &Theirs) -> String {
    match compare(&ours(told), theirs) {
        Verdict::Nothing => String::from("nothing"),
        Verdict::Equal => String::from("equal"),
        Verdict::Different(found) => {
            let shown = found
                .iter()
                .map(|one| format!("{}: {} -> {}", one.field, one.ours, one.theirs));
            shown.collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn roles_names_and_states_are_compared() {
    let button = exposed("button", "Go on");
    assert_eq!(
        verdict(json!({ "role": "button", "name": "Go  on " }), &button),
        "equal"
    );
    assert_eq!(
        verdict(json!({ "role": "button", "name": "Go" }), &button),
        "name: Go -> Go on"
    );
    assert_eq!(
        verdict(json!({ "role": "link", "name": "Go on" }), &button),
        "role: link -> button"
    );
    let pressed = json!({ "role": "button", "name": "Go on", "states": { "pressed": true } });
    assert_eq!(verdict(pressed, &button), "pressed: true -> -");
    assert_eq!(
        verdict(json!({ "failed": "TypeError" }), &button),
        "engine: TypeError -> "
    );
}

#[test]
fn what_is_hidden_is_compared() {
    let button = json!({ "role": "button", "name": "Go", "hidden": true });
    assert_eq!(
        verdict(button.clone(), &exposed("button", "Go")),
        "hidden: hidden -> button"
    );
    assert_eq!(verdict(button.clone(), &ignored("notRendered")), "nothing");
    assert_eq!(
        verdict(button, &ignored("uninteresting")),
        "hidden: hidden -> uninteresting"
    );
    let shown = json!({ "role": "generic" });
    assert_eq!(
        verdict(shown.clone(), &ignored("ariaHiddenSubtree")),
        "hidden: shown -> ariaHiddenSubtree"
    );
    assert_eq!(verdict(shown.clone(), &ignored("uninteresting")), "nothing");
    let in_hidden_frame = Theirs {
        is_frame_hidden: true,
        ..exposed("generic", "")
    };
    assert_eq!(verdict(shown, &in_hidden_frame), "hidden: shown -> in a hidden frame");
    let paragraph = json!({ "role": "paragraph" });
    for nothing in ["isEmpty", "isSkipped"] {
        let paragraph = json!({ "role": "paragraph", nothing: true });
        assert_eq!(verdict(paragraph, &ignored("uninteresting")), "nothing");
    }
    assert_eq!(
        verdict(paragraph, &ignored("uninteresting")),
        "role: paragraph \"\" -> ignored uninteresting"
    );
}

#[test]
fn what_chromium_alone_tells_is_filled_in_and_nothing_else() {
    let slider = |orientation: &str| {
        let property = json!({ "name": "orientation", "value": { "value": orientation } });
        theirs(json!({ "role": { "value": "slider" }, "properties": [property] }))
    };
    assert_eq!(verdict(json!({ "role": "slider" }), &slider("horizontal")), "equal");
    assert_eq!(
        verdict(json!({ "role": "slider" }), &slider("vertical")),
        "orientation: - -> vertical"
    );
    let required = |value: bool| {
        let property = json!({ "name": "required", "value": { "value": value } });
        theirs(json!({ "role": { "value": "textbox" }, "properties": [property] }))
    };
    let said = json!({ "role": "textbox", "states": { "required": true } });
    assert_eq!(verdict(said.clone(), &exposed("textbox", "")), "equal");
    assert_eq!(verdict(said, &required(false)), "required: true -> -");
    assert_eq!(
        verdict(json!({ "role": "textbox" }), &required(true)),
        "required: - -> true"
    );
}

#[test]
fn the_list_of_known_differences_is_exact() {
    let told = Told {
        order: Vec::new(),
        took: 0.0,
        elements: vec![ours(json!({ "role": "button", "name": "Go" }))],
    };
    let report = [PageReport::of("page", &told, &[exposed("button", "Go on")])];
    let known = |line: &str| [known::parse(line)];
    let listed = known("page | #it | name | Go | Go on | a reason");
    assert_eq!(known::complaints(&listed, &report), [""; 0]);
    assert_eq!(
        known::complaints(&[], &report),
        ["differs: page | #it | name | Go | Go on"]
    );
    let gone = known("page | #it | role | link | button | a reason");
    assert_eq!(known::complaints(&gone, &report).len(), 2);
    let elsewhere = known("other | #it | role | link | button | a reason");
    assert_eq!(known::complaints(&elsewhere, &report).len(), 1);
}
