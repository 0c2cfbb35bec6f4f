//! What is kept for somebody who wants to act.

use serde_json::{Value, json};

use super::{text, tree};
use crate::snapshot::View;

fn interactive(rows: Value) -> String {
    tree(rows)
        .render(&View {
            interactive: true,
            ..View::default()
        })
        .text
}

fn acts() -> Value {
    json!({ "interactive": true })
}

#[test]
fn what_can_be_acted_on_is_kept_with_where_it_is() {
    let rows = json!([
        [0, "banner", "", 1, {}],
        [1, "img", "Logo", 2, {}],
        [0, "main", "", 3, {}],
        [1, "paragraph", "", 4, {}],
        [2, "text", "Long words."],
        [2, "link", "More", 5, { "interactive": true, "url": "/more" }],
        [1, "group", "", 6, {}],
        [2, "group", "Delivery", 7, {}],
        [3, "radio", "Post", 8, acts()],
        [0, "contentinfo", "", 9, {}],
        [1, "text", "Small print"],
    ]);
    let expected = text(&[
        "- main [e3]:",
        "  - link \"More\" [e5]:",
        "    - /url: /more",
        "  - group \"Delivery\" [e7]:",
        "    - radio \"Post\" [e8]",
        "- … 5 more without --interactive",
    ]);
    assert_eq!(interactive(rows), expected);
}

#[test]
fn counts_tell_what_is_left_out() {
    let rows = json!([
        [0, "main", "", 1, {}],
        [1, "paragraph", "", 2, {}],
        [1, "button", "Go", 3, acts()]
    ]);
    let rendered = tree(rows).render(&View {
        interactive: true,
        ..View::default()
    });
    assert_eq!((rendered.shown, rendered.cut, rendered.total), (2, 1, 3));
    let nothing = tree(json!([[0, "paragraph", "", 1, {}]])).render(&View {
        interactive: true,
        ..View::default()
    });
    assert_eq!(nothing.text, "- … 1 more without --interactive\n");
}

#[test]
fn items_are_kept_with_what_tells_them_apart() {
    let rows = json!([
        [0, "table", "", 1, {}],
        [1, "row", "", 2, {}],
        [2, "cell", "Ann", 3, {}],
        [2, "cell", "a@b.c", 4, {}],
        [2, "cell", "Edit", 5, {}],
        [3, "button", "Edit", 6, acts()],
        [0, "list", "", 7, {}],
        [1, "listitem", "", 8, {}],
        [2, "link", "Home", 9, acts()],
        [1, "listitem", "", 10, {}],
        [2, "text", "Red shirt"],
        [2, "button", "Buy", 11, acts()],
        [1, "listitem", "", 12, {}],
        [2, "text", "sold out"],
    ]);
    let expected = text(&[
        "- row [e2]:",
        "  - cell \"Ann\" [e3]",
        "  - button \"Edit\" [e6]",
        "- link \"Home\" [e9]",
        "- listitem [e10]:",
        "  - text: Red shirt",
        "  - button \"Buy\" [e11]",
        "- … 6 more without --interactive",
    ]);
    assert_eq!(interactive(rows), expected);
}

#[test]
fn what_has_no_name_keeps_its_first_text() {
    let rows = json!([
        [0, "generic", "", 1, acts()],
        [1, "text", "Open menu"],
        [1, "text", "Ctrl M"],
        [0, "button", "Close", 2, acts()],
        [1, "text", "x"],
        [0, "generic", "", 3, acts()],
        [1, "text", "w".repeat(300)],
    ]);
    let expected = text(&["- generic [e1]: Open menu", "- button \"Close\" [e2]", "- generic [e3]"]);
    assert_eq!(interactive(rows), expected);
}

#[test]
fn headings_are_kept_over_what_can_be_acted_on() {
    let level = |level: u32| json!({ "level": level });
    let rows = json!([
        [0, "heading", "Shop", 1, level(1)],
        [0, "heading", "About us", 2, level(2)],
        [0, "text", "Words"],
        [0, "heading", "Cart", 3, level(2)],
        [0, "button", "Pay", 4, acts()],
        [0, "link", "News", 5, acts()],
        [1, "heading", "News", 6, level(3)],
        [0, "heading", "Imprint", 7, level(2)],
    ]);
    let expected = text(&[
        "- heading \"Shop\" [level=1] [e1]",
        "- heading \"Cart\" [level=2] [e3]",
        "- button \"Pay\" [e4]",
        "- link \"News\" [e5]",
        "- … 3 more without --interactive",
    ]);
    assert_eq!(interactive(rows), expected);
}

#[test]
fn alerts_and_frames_that_were_not_read_are_kept() {
    let rows = json!([
        [0, "alert", "", 1, {}],
        [1, "paragraph", "", 2, {}],
        [2, "text", "Wrong password"],
        [0, "alert", "", 3, {}],
        [0, "region", "Pay", 4, {}],
        [1, "iframe", "Card", 5, { "unavailable": "hangs" }],
    ]);
    let expected = text(&[
        "- alert [e1]: Wrong password",
        "- region \"Pay\" [e4]:",
        "  - iframe \"Card\" [unavailable=hangs] [e5]",
        "- … 2 more without --interactive",
    ]);
    assert_eq!(interactive(rows), expected);
}
