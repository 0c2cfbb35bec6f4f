//! What is left out is counted in exactly one place, and can be asked for.

use proptest::prelude::*;
use serde_json::json;

use super::model::{self, Place};
use super::{below, list, text, tree};
use crate::snapshot::{Rendered, Tree, View};

fn levels(depth: u32) -> View {
    View {
        depth: Some(depth),
        ..View::default()
    }
}

fn chars(most: usize) -> View {
    View {
        max_chars: Some(most),
        ..View::default()
    }
}

#[test]
fn levels_are_counted_from_the_top() {
    let shop = tree(json!([
        [0, "main", "", 1, {}],
        [1, "list", "Results", 2, {}],
        [2, "listitem", "", 3, {}],
        [3, "text", "Shirt"],
        [3, "button", "Buy", 4, {}],
        [1, "link", "Help", 5, { "url": "/help" }],
        [2, "img", "?", 6, {}],
        [1, "listitem", "", 7, {}],
        [2, "text", "one"],
        [2, "text", "two"],
        [1, "paragraph", "", 8, {}],
        [2, "text", "Words"],
    ]));
    let one = shop.render(&levels(1));
    assert_eq!(one.text, "- main [e1]: … 7 more (snapshot e1)\n");
    assert_eq!((one.shown, one.total, one.cut), (1, 8, 7));
    let two = text(&[
        "- main [e1]:",
        "  - list \"Results\" [e2]: … 2 more (snapshot e2)",
        "  - link \"Help\" [e5]:",
        "    - /url: /help",
        "    - … 1 more (snapshot e5)",
        "  - listitem [e7]: … more text (snapshot e7)",
        "  - paragraph [e8]: Words",
    ]);
    assert_eq!(shop.render(&levels(2)).text, two);
    assert_eq!(shop.render(&levels(0)), one);
    assert_eq!(shop.render(&levels(9)), shop.render(&View::default()));
}

#[test]
fn a_page_of_thousands_of_levels_is_cut_and_can_be_followed() {
    let rows = (0..5_000)
        .map(|depth| json!([depth, "group", "", depth + 1, {}]))
        .collect();
    let mut tree = tree(rows);
    let whole = tree.render(&View::default());
    assert_eq!((whole.shown, whole.cut), (100, 4_900));
    assert!(whole.text.ends_with("- group [e100]: … 4,900 more (snapshot e100)\n"));
    let mut looks = 1;
    while let [Place::Below { reference, .. }] = model::places(&tree.render(&View::default()).text)[..] {
        tree = below(&tree, reference);
        looks += 1;
    }
    // Each look begins at the last element of the one before.
    assert_eq!(looks, 5_000_usize.div_ceil(99));
}

#[test]
fn what_fits_is_not_cut() {
    let tree = list(3);
    let whole = tree.render(&View::default());
    assert_eq!(tree.render(&chars(whole.text.chars().count())), whole);
    assert_ne!(tree.render(&chars(whole.text.chars().count() - 1)), whole);
}

#[test]
fn a_long_list_shows_its_first_items_whole_and_counts_the_rest() {
    let rendered = list(1_000).render(&chars(700));
    let expected = text(&[
        "- main [e1]:",
        "  - list \"Results\" [e2]:",
        "    - listitem [e3]:",
        "      - link \"Result 0\" [e4]",
        "      - text: A line about it",
        "    - listitem [e5]:",
        "      - link \"Result 1\" [e6]",
        "      - text: A line about it",
        "    - listitem [e7]:",
        "      - link \"Result 2\" [e8]",
        "      - text: A line about it",
    ]);
    assert!(rendered.text.starts_with(&expected), "{}", rendered.text);
    assert!(rendered.text.ends_with(" to e2002\n"), "{}", rendered.text);
    assert_counted(&list(1_000), &rendered);
}

#[test]
fn small_parts_are_shown_beside_a_large_one() {
    let mut rows = list(2_000).rows().to_vec();
    let footer = tree(json!([
        [0, "contentinfo", "", 9001, {}],
        [1, "link", "Imprint", 9002, {}]
    ]));
    rows.extend(footer.rows().iter().cloned());
    let rendered = Tree::new(rows).render(&chars(1_000));
    assert!(
        rendered
            .text
            .ends_with("- contentinfo [e9001]:\n  - link \"Imprint\" [e9002]\n"),
        "{}",
        rendered.text
    );
}

#[test]
fn long_texts_are_clipped_and_counted() {
    let tree = tree(json!([
        [0, "paragraph", "", 1, {}],
        [1, "text", "t".repeat(5_000)],
        [0, "textbox", "Notes", 2, { "value": "v".repeat(1_000) }],
        [0, "button", "n".repeat(1_041), 3, { "url": "u".repeat(41) }],
    ]));
    let cut = |letter: &str| letter.repeat(40);
    let expected = text(&[
        "- paragraph [e1]:",
        &format!("  - text [… 4,960 more characters]: {}", cut("t")),
        "- textbox \"Notes\" [e2]:",
        &format!("  - /value [… 960 more characters]: {}", cut("v")),
        &format!("- button \"{}\" [… 1,001 more characters] [e3]:", cut("n")),
        &format!("  - /url [… 1 more characters]: {}", cut("u")),
    ]);
    assert_eq!(tree.render(&chars(800)).text, expected);
}

#[test]
fn where_nothing_fits_the_rest_is_counted_or_the_one_element_shown() {
    let two = tree(json!([
        [0, "button", "A", 1, {}],
        [0, "button", "B", 2, {}],
        [1, "img", "", 3, {}]
    ]));
    assert_eq!(two.render(&chars(0)).text, "- … 3 more, e1 to e3\n");
    assert_eq!(
        two.render(&chars(45)).text,
        "- button \"A\" [e1]\n- … 2 more, e2 to e3\n"
    );
    assert_eq!(
        below(&two, 2).render(&chars(0)).text,
        "- button \"B\" [e2]: … 1 more (snapshot e2)\n"
    );
    let texts = tree(json!([[0, "text", "A"], [0, "text", "B"]]));
    assert_eq!(texts.render(&chars(0)).text, "- … more text\n");
}

/// Each element is either shown or in exactly one of the places that count what is left out.
fn assert_counted(tree: &Tree, rendered: &Rendered) {
    let mut seen = model::refs(&rendered.text);
    assert_eq!(seen.len(), rendered.shown);
    let all: Vec<u32> = tree.rows().iter().filter_map(|row| row.reference).collect();
    for place in model::places(&rendered.text) {
        let (count, inside) = match place {
            Place::Below { reference, count } => (
                count,
                below(tree, reference).rows()[1..]
                    .iter()
                    .filter_map(|row| row.reference)
                    .collect(),
            ),
            Place::Rest { count, first, last } => {
                let at = |reference| all.iter().position(|other| *other == reference).unwrap();
                (count, all[at(first)..=at(last)].to_vec())
            }
            Place::Text => (0, Vec::new()),
        };
        assert_eq!(count, inside.len());
        seen.extend(inside);
    }
    seen.sort_unstable();
    assert_eq!(seen, all);
    assert_eq!(
        (rendered.shown + rendered.cut, rendered.total),
        (rendered.total, all.len())
    );
}

proptest! {
    #[test]
    fn every_element_is_shown_or_counted_once(tree in model::trees(60), depth in 1_u32..8, most in 0_usize..3_000) {
        for depth in [None, Some(depth)] {
            let whole = tree.render(&View { depth, ..View::default() });
            assert_counted(&tree, &whole);
            let rendered = tree.render(&View { depth, max_chars: Some(most), ..View::default() });
            assert_counted(&tree, &rendered);
            let size = rendered.text.chars().count();
            let is_least = rendered.shown <= 1 || rendered.text.lines().count() == 1;
            prop_assert!(size <= most || is_least, "{size} of {most}:\n{}", rendered.text);
            prop_assert!(size == whole.text.chars().count() || whole.text.chars().count() > most);
        }
    }

    #[test]
    fn the_interactive_view_counts_too(tree in model::trees(60), most in 100_usize..2_000) {
        let whole = tree.render(&View { interactive: true, ..View::default() });
        let acts = tree.rows().iter().filter(|row| row.props.interactive);
        let refs = model::refs(&whole.text);
        prop_assert!(acts.filter_map(|row| row.reference).all(|reference| refs.contains(&reference)));
        prop_assert_eq!(refs.len(), whole.shown);
        let rendered = tree.render(&View { interactive: true, max_chars: Some(most), ..View::default() });
        let counted: usize = model::places(&rendered.text).iter().map(Place::count).sum();
        prop_assert_eq!(rendered.shown + counted, whole.shown);
        prop_assert!(rendered.text.chars().count() <= most || rendered.shown <= 1);
    }
}
