//! Trees as hostile as a page can make them, and what can be read out of their text.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use crate::snapshot::{Props, Row, Tree};

/// Trees of up to so many rows.
pub(super) fn trees(most: usize) -> impl Strategy<Value = Tree> {
    proptest::collection::vec(row(), 0..most).prop_map(|mut rows| {
        for (number, row) in (1..).zip(&mut rows) {
            row.reference = row.reference.map(|gap| number * 5 + gap);
        }
        Tree::new(rows)
    })
}

fn row() -> impl Strategy<Value = Row> {
    let text = (0_u32..8, hostile()).prop_map(|(depth, name)| Row {
        depth,
        role: "text".to_owned(),
        name,
        ..Row::default()
    });
    let roles = [
        "button", "heading", "list", "listitem", "main", "row", "cell", "alert", "textbox", "text",
    ];
    let element = (0_u32..8, select(roles.to_vec()), hostile(), 0_u32..5, props());
    let element = element.prop_map(|(depth, role, name, gap, props)| Row {
        depth,
        role: role.to_owned(),
        name,
        reference: Some(gap),
        props,
    });
    prop_oneof![1 => text, 2 => element]
}

fn props() -> impl Strategy<Value = Props> {
    let some = || proptest::option::weighted(0.2, hostile());
    (some(), some(), some(), any::<bool>(), states()).prop_map(|(value, description, url, interactive, states)| Props {
        value,
        description,
        url,
        interactive,
        states,
        ..Props::default()
    })
}

fn states() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..7).prop_map(Value::from),
        hostile().prop_map(Value::from),
    ];
    let state = (
        select(vec!["checked", "expanded", "level", "roledescription", "valuetext"]),
        value,
    );
    let state = state.prop_map(|(key, value)| (key.to_owned(), value));
    proptest::collection::vec(state, 0..3).prop_map(Map::from_iter)
}

/// Text made of what is special in YAML, in JSON, in a terminal, or in our own lines.
pub(super) fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "word",
        " ",
        "  ",
        ":",
        ": ",
        "#",
        " #",
        "-",
        "- ",
        "?",
        "\"",
        "'",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "~",
        "null",
        "true",
        "No",
        "12",
        "1.5",
        "0x1f",
        ".nan",
        "=",
        "<<",
        "---",
        "...",
        "…",
        "… 3 more (snapshot e5)",
        "[e5]",
        " [e10]:",
        "\" [e5]\n- button \"",
        "\u{0}",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{202e}",
        "\u{200d}",
        "\u{feff}",
        "\u{fffe}",
        "\u{e000}",
        "\u{e0041}",
        "\u{10ffff}",
        "ü",
        "漢",
        "😀",
    ];
    let piece = prop_oneof![
        8 => select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (1_usize..500).prop_map(|count| "long '".repeat(count / 6)),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A place that counts what is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Below { reference: u32, count: usize },
    Rest { count: usize, first: u32, last: u32 },
    Text,
}

impl Place {
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Below { count, .. } | Self::Rest { count, .. } => *count,
            Self::Text => 0,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let reference = |text: &str| text.strip_prefix('e')?.parse().ok();
        if text == "more text" || text.starts_with("more text (snapshot e") {
            return Some(Self::Text);
        }
        let (count, rest) = text.split_once(" more")?;
        let count = count.replace(',', "").parse().ok()?;
        if let Some(whose) = rest.strip_prefix(" (snapshot ").and_then(|rest| rest.strip_suffix(')')) {
            return Some(Self::Below {
                reference: reference(whose)?,
                count,
            });
        }
        let range = rest.strip_prefix(", ")?;
        let (first, last) = range.split_once(" to ").unwrap_or((range, range));
        Some(Self::Rest {
            count,
            first: reference(first)?,
            last: reference(last)?,
        })
    }
}

/// The places in a text: what follows `… ` without quotes, as a line's content or after its key.
pub(super) fn places(text: &str) -> Vec<Place> {
    let after = |line: &str| {
        let content = line.trim_start_matches(' ').strip_prefix("- ")?.to_owned();
        let place = content
            .strip_prefix("… ")
            .or_else(|| content.rsplit_once(": … ").map(|(_, place)| place));
        Place::parse(place?)
    };
    text.lines().filter_map(after).collect()
}

/// What reads as a ref in a text, wherever it is.
pub(super) fn refs(text: &str) -> Vec<u32> {
    let number = |rest: &str| rest.split_once(']')?.0.parse().ok();
    text.split("[e").skip(1).filter_map(number).collect()
}
