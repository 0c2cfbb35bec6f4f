//! How each kind of line is written.

use serde_json::json;

use super::{text, whole};

#[test]
fn an_element_has_role_name_states_and_ref() {
    let rows = json!([[0, "checkbox", "I agree", 7, { "checked": true, "required": true }]]);
    assert_eq!(whole(rows), "- checkbox \"I agree\" [checked] [required] [e7]\n");
    assert_eq!(whole(json!([[0, "generic", "", 8, {}]])), "- generic [e8]\n");
}

#[test]
fn an_empty_page_is_an_empty_list() {
    assert_eq!(whole(json!([])), "[]\n");
}

#[test]
fn what_is_in_an_element_is_below_it() {
    let rows = json!([
        [0, "main", "", 1, {}],
        [1, "heading", "Account", 2, { "level": 1 }],
        [1, "paragraph", "", 3, {}],
        [2, "text", "All changes are saved."],
        [1, "listitem", "", 4, {}],
        [2, "text", "First"],
        [2, "button", "Edit", 5, {}],
        [2, "text", "last"],
        [0, "contentinfo", "", 6, {}],
    ]);
    let expected = text(&[
        "- main [e1]:",
        "  - heading \"Account\" [level=1] [e2]",
        "  - paragraph [e3]: All changes are saved.",
        "  - listitem [e4]:",
        "    - text: First",
        "    - button \"Edit\" [e5]",
        "    - text: last",
        "- contentinfo [e6]",
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn depths_are_straightened() {
    let rows = json!([
        [3, "main", "", 1, {}],
        [9, "list", "", 2, {}],
        [9, "text", "beside the list"],
        [12, "button", "not in the text", 3, {}],
        [0, "footer", "", 4, {}],
    ]);
    let expected = text(&[
        "- main [e1]:",
        "  - list [e2]",
        "  - text: beside the list",
        "  - button \"not in the text\" [e3]",
        "- footer [e4]",
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn values_are_on_the_line_or_above_what_is_in_the_element() {
    let rows = json!([
        [0, "textbox", "Email", 1, { "value": "a@b.c", "required": true }],
        [0, "textbox", "Empty", 2, { "value": "" }],
        [0, "combobox", "Size", 3, { "value": "M", "expanded": false }],
        [1, "option", "S", 4, { "selected": false }],
        [1, "option", "M", 5, { "selected": true }],
        [0, "textbox", "Notes", 6, { "value": "one" }],
        [1, "text", "one"],
    ]);
    let expected = text(&[
        "- textbox \"Email\" [required] [e1]: a@b.c",
        "- textbox \"Empty\" [e2]",
        "- combobox \"Size\" [expanded=false] [e3]:",
        "  - /value: M",
        "  - option \"S\" [e4]",
        "  - option \"M\" [selected] [e5]",
        "- textbox \"Notes\" [e6]:",
        "  - /value: one",
        "  - text: one",
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn addresses_and_descriptions_have_lines() {
    let rows = json!([
        [0, "link", "Docs", 1, { "url": "https://a.b/c" }],
        [0, "link", "", 2, { "url": "https://a.b/", "description": "opens: a window" }],
        [1, "text", "only text"],
        [0, "textbox", "Pin", 3, { "value": "12", "description": "four digits" }],
    ]);
    let expected = text(&[
        "- link \"Docs\" [e1]:",
        "  - /url: https://a.b/c",
        "- link [e2]:",
        "  - /url: https://a.b/",
        "  - /description: \"opens: a window\"",
        "  - text: only text",
        "- textbox \"Pin\" [e3]:",
        "  - /description: four digits",
        "  - /value: \"12\"",
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn states_are_told_where_they_tell_something() {
    let table = [
        (json!({ "checked": false, "selected": false, "disabled": false }), ""),
        (
            json!({ "expanded": false, "pressed": false }),
            " [expanded=false] [pressed=false]",
        ),
        (
            json!({ "checked": "mixed", "haspopup": "menu", "level": 2 }),
            " [checked=mixed] [haspopup=menu] [level=2]",
        ),
        (
            json!({ "current": "page", "keyshortcuts": "Control+A" }),
            " [current=page] [keyshortcuts=Control+A]",
        ),
        (
            json!({ "roledescription": "my slide] [e9]" }),
            " [roledescription=\"my slide] \\u005be9]\"]",
        ),
        (
            json!({ "valuenow": 5, "valuemax": 10, "value": "5" }),
            " [valuemax=10] [e1]: \"5\"",
        ),
        (json!({ "valuenow": 5, "value": "five" }), " [valuenow=5] [e1]: five"),
        (json!({ "unavailable": "hangs", "busy": null }), " [unavailable=hangs]"),
        (json!({ "offscreen": true, "interactive": true, "frame": 0 }), ""),
        (json!({ "odd] [e2": [1] }), " [odde2=\"[1]\"]"),
    ];
    for (props, states) in table {
        let line = whole(json!([[0, "slider", "", 1, props]]));
        let expected = if states.contains("[e1]") {
            format!("- slider{states}\n")
        } else {
            format!("- slider{states} [e1]\n")
        };
        assert_eq!(line, expected);
    }
}

#[test]
fn keys_that_yaml_would_misread_are_quoted() {
    let rows = json!([
        [0, "button", "a: b", 1, {}],
        [0, "button", "it's #1 #2", 2, {}],
        [1, "text", "x"],
        [0, "button", "a:b#c - [d] {e}", 3, {}],
        [0, "group", "", 4, { "roledescription": "x: y" }],
        [1, "button", "", 5, {}],
    ]);
    let expected = text(&[
        "- 'button \"a: b\" [e1]'",
        "- 'button \"it''s #1 #2\" [e2]': x",
        "- button \"a:b#c - [d] {e}\" [e3]",
        "- 'group [roledescription=\"x: y\"] [e4]':",
        "  - button [e5]",
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn what_is_too_long_for_a_key_has_a_line() {
    let name = "n".repeat(299);
    let state = "s t".repeat(200);
    let rows = json!([
        [0, "button", "n".repeat(297), 1, {}],
        [0, "button", name, 2, {}],
        [1, "text", "x"],
        [0, "button", "short", 3, { "roledescription": state, "busy": true }],
    ]);
    let expected = text(&[
        &format!("- button \"{}\" [e1]", "n".repeat(297)),
        "- button [e2]:",
        &format!("  - /name: {name}"),
        "  - text: x",
        "- button \"short\" [busy] [e3]:",
        &format!("  - /roledescription: {state}"),
    ]);
    assert_eq!(whole(rows), expected);
}

#[test]
fn nothing_of_a_page_makes_a_line_or_a_ref() {
    let rows = json!([
        [0, "button", "a\" [e9]\n- button \"b", 1, {}],
        [1, "text", "- button \"c\" [e8]\u{1b}[0m"],
        [0, "- x: y\n", "", 2, {}],
        [1, "text", "… 3 more (snapshot e7)"],
    ]);
    let expected = text(&[
        "- button \"a\\\" \\u005be9]\\n- button \\\"b\" [e1]: \"- button \\\"c\\\" \\u005be8]\\u001b[0m\"",
        "- xy [e2]: \"… 3 more (snapshot e7)\"",
    ]);
    assert_eq!(whole(rows), expected);
}
