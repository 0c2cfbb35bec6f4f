//! What is rendered reads as the same locator again, and no text makes the reader fail in another way than by an error.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::locator::{Locator, Match, RoleQuery, Step};

/// Any text that is not blank.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-z]{1,4}",
        Just(" ".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just(" >> ".to_owned()),
        Just("/".to_owned()),
        Just("[x]".to_owned()),
        Just("שלום".to_owned()),
        Just("e\u{301}👩‍👧".to_owned()),
        Just("\u{200f}".to_owned()),
    ];
    prop::collection::vec(pieces, 1..6).prop_map(|pieces| format!("x{}", pieces.concat()))
}

fn matching() -> impl Strategy<Value = Match> {
    prop_oneof![
        text().prop_map(Match::Part),
        text().prop_map(Match::Exact),
        Just(Match::Exact(String::new())),
        (r"([a-z. ]|\\/|\[/\]|\\d|>>){1,6}", "i?m?s?u?").prop_map(|(source, flags)| Match::Regex { source, flags }),
    ]
}

fn role() -> impl Strategy<Value = Step> {
    let state = prop_oneof![
        Just(("checked", "mixed")),
        Just(("pressed", "false")),
        Just(("level", "2")),
        Just(("required", "true")),
        Just(("roledescription", "a \"b\" ]c")),
    ];
    let role = prop::sample::select(vec!["button", "heading", "doc-toc", "img"]);
    (
        role,
        prop::option::of(matching()),
        prop::collection::vec(state, 0..3),
        any::<bool>(),
    )
        .prop_map(|(role, name, states, hidden)| {
            let states: BTreeMap<_, _> = states.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            Step::Role(RoleQuery {
                role: role.to_owned(),
                name,
                states,
                hidden,
            })
        })
}

fn css() -> impl Strategy<Value = Step> {
    let sources = vec![
        "#a",
        "a > b",
        "e12",
        "label:hover",
        "text:x",
        "css:a",
        "a:has-text('x >> y')",
        ":visible",
        "a, b:is(c, :text(\"d\"))",
        ":nth-match(a, 2)",
        "[x='>>']",
        "li:not(:has(> b)):visible",
        r"#\31 2",
        "role",
        "title:is(a)",
        ":scope > a",
        "a:right-of(b, 20)",
        "input:near(:text('x >> (y'))",
    ];
    prop::sample::select(sources).prop_map(|source| {
        let parsed = Locator::parse(&format!("css:{source}")).unwrap();
        parsed.steps()[0].clone()
    })
}

fn source() -> impl Strategy<Value = Step> {
    prop_oneof![
        role(),
        css(),
        matching().prop_map(|text| Step::Text { text }),
        text().prop_map(|text| Step::Run { text }),
        matching().prop_map(|text| Step::Label { text }),
        matching().prop_map(|text| Step::Placeholder { text }),
        matching().prop_map(|text| Step::Alt { text }),
        matching().prop_map(|text| Step::Title { text }),
        prop_oneof![
            text().prop_map(Match::Exact),
            Just(Match::Exact(String::new())),
            Just(Match::Exact("\u{200b}".to_owned())),
        ]
        .prop_map(|text| Step::TestId { text }),
        (
            prop::sample::select(vec!["id", "data-testid", "data-test-id", "data-test"]),
            text()
        )
            .prop_map(|(name, value)| Step::Attribute {
                name: name.to_owned(),
                value
            }),
        prop::sample::select(vec![
            "//a[text()='x >> y']",
            "(//a)[1]",
            "..",
            "id(\"x\")",
            "//a[text()=')']"
        ])
        .prop_map(|source| {
            Step::Xpath {
                source: source.to_owned(),
            }
        }),
    ]
}

/// What goes on from what was found, with chains in chains up to that depth.
fn choice(depth: u32) -> BoxedStrategy<Step> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(|index| Step::Nth { index }),
        any::<bool>().prop_map(|visible| Step::Visible { visible }),
        matching().prop_map(|text| Step::HasText { text }),
        matching().prop_map(|text| Step::HasNotText { text }),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let more = prop_oneof![source(), choice(depth - 1)];
    let chain = (source(), prop::collection::vec(more, 0..3))
        .prop_map(|(first, more)| std::iter::once(first).chain(more).collect::<Vec<_>>());
    let nested = (0..4, chain).prop_map(|(which, steps)| match which {
        0 => Step::Has { steps },
        1 => Step::HasNot { steps },
        2 => Step::And { steps },
        _ => Step::Or { steps },
    });
    prop_oneof![leaf, nested].boxed()
}

fn locator() -> impl Strategy<Value = Vec<Step>> {
    let first = prop_oneof![
        4 => source(),
        1 => (1_u32..100_000).prop_map(|number| Step::Ref { number }),
        1 => (-1e6..1e6_f64, -1e6..1e6_f64).prop_map(|(x, y)| Step::Coords { x, y }),
    ];
    let more = prop_oneof![
        1 => source().prop_map(|step| vec![step]),
        2 => choice(2).prop_map(|step| vec![step]),
        1 => source().prop_map(|step| vec![Step::Frame, step]),
    ];
    (first, prop::collection::vec(more, 0..5))
        .prop_map(|(first, more)| std::iter::once(first).chain(more.into_iter().flatten()).collect())
}

/// Pieces of the language in any order.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "text",
        "role",
        "button",
        ":",
        "=",
        "\"",
        "'",
        "/",
        ">>",
        " ",
        "[",
        "]",
        "(",
        ")",
        "e1",
        "css",
        "frame",
        "nth",
        "-1",
        "a",
        ">",
        ",",
        ":has(",
        ":visible",
        ":text(",
        "\\",
        "é",
        "👩‍👧",
        "!",
        "i",
        "name",
        "//",
        "*",
        "{",
        ":nth-match(",
        "2",
        "/*",
        "*/",
        "coords",
        "1,2",
        "\n",
        "\u{a0}",
        "label",
        "testid",
        "xpath",
        "..",
        "has=",
        "or=(",
        " >> and=(",
        "has-not-text=",
        ":near(",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_rendered_is_the_same_locator(steps in locator()) {
        let locator = Locator::of_steps(steps.clone()).unwrap();
        prop_assert_eq!(locator.steps(), &steps[..], "{}", locator);
    }

    #[test]
    fn whatever_can_be_read_is_rendered_so_that_it_reads_the_same(text in pieces()) {
        if let Ok(locator) = Locator::parse(&text) {
            let rendered = locator.to_string();
            prop_assert_eq!(&Locator::parse(&rendered).unwrap(), &locator, "{} as {}", text, rendered);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Err(error) = Locator::parse(&text) {
            prop_assert!(error.hint().is_some());
        }
    }
}
