//! The lines of `observe`: one an element, the ref first.

use super::row::Row;
use super::scalar::write_scalar;
use super::text::Pen;

/// Writes an element as one line without its end: `e12 button "Add to cart" [disabled]`, a value after `: `.
///
/// Names, states and values are quoted as in the tree.
pub fn observe_line(row: &Row) -> String {
    let mut pen = Pen::new();
    pen.observed(row);
    pen.out
}

/// Where a link leads, as it stands behind its line.
pub(super) fn leads_to(url: &str) -> String {
    let mut text = " -> ".to_owned();
    write_scalar(&mut text, url);
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn line(row: serde_json::Value) -> String {
        observe_line(&from_value(row).unwrap())
    }

    #[test]
    fn lines_have_ref_role_name_states_place_and_value() {
        let button = json!([0, "button", "Add to cart", 12, { "disabled": true, "interactive": true }]);
        assert_eq!(line(button), r#"e12 button "Add to cart" [disabled]"#);
        let field = json!([0, "textbox", "Email", 5, { "value": "a@b.c", "required": true, "offscreen": true }]);
        assert_eq!(line(field), r#"e5 textbox "Email" [required] (off screen): a@b.c"#);
        assert_eq!(line(json!([0, "generic", "", 7, {}])), "e7 generic");
    }

    #[test]
    fn nothing_of_the_page_makes_a_line() {
        let hostile = json!([0, "button", "a\ne9 link \"b\" [e3]", 1, { "value": "x\u{1b}[2J\n", "level": "2] [e4]" }]);
        let expected = "e1 button \"a\\ne9 link \\\"b\\\" \\u005be3]\" [level=\"2] \\u005be4]\"]: \"x\\u001b[2J\\n\"";
        assert_eq!(line(hostile), expected);
    }
}
