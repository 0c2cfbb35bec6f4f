//! What is told of the changes between any two trees.

use proptest::prelude::*;

use super::model;
use crate::snapshot::{Diff, View, diff};

/// The lines of a diff with that sign.
fn signed<'a>(diff: &'a Diff, signs: &[&str]) -> Vec<&'a str> {
    let content = |line: &'a str| {
        line.split_at_checked(2)
            .filter(|(sign, _)| signs.contains(sign))
            .map(|(_, line)| line)
    };
    diff.text.lines().filter_map(content).collect()
}

/// Whether one list has all the lines of another, in the same order.
fn has_all<'a>(all: impl IntoIterator<Item = &'a str>, some: &[&str]) -> bool {
    let mut some = some.iter().peekable();
    all.into_iter().for_each(|line| {
        some.next_if(|next| **next == line);
    });
    some.next().is_none()
}

fn assert_sound(before: &str, after: &str) {
    let diff = diff(before, after);
    let (removed, added) = (signed(&diff, &["- "]), signed(&diff, &["+ "]));
    assert_eq!((removed.len(), added.len()), (diff.removed, diff.added));
    assert!(has_all(before.lines(), &removed) && has_all(after.lines(), &added));
    let without = |all: &str, some: &[&str]| {
        let mut rest: Vec<String> = all.lines().map(str::to_owned).collect();
        rest.sort();
        for line in some {
            let place = rest.binary_search_by(|other| other.as_str().cmp(line)).unwrap();
            rest.remove(place);
        }
        rest
    };
    assert_eq!(without(before, &removed), without(after, &added));
}

/// Whether above each line stands the one that it is in.
fn assert_in_place(lines: &[&str]) {
    let indent = |line: &str| line.len() - line.trim_start().len();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| indent(line) > 0) {
        let above = lines[..index].iter().rev().find(|above| indent(above) < indent(line));
        assert_eq!(above.map(|above| indent(above) + 2), Some(indent(line)), "{lines:#?}");
    }
}

proptest! {
    #[test]
    fn changes_lead_from_one_tree_to_the_other(before in model::trees(30), after in model::trees(30), kept in 0_usize..30) {
        let mut rows = before.rows().to_vec();
        rows.truncate(kept);
        rows.extend(after.rows().iter().skip(kept).cloned());
        let texts = [before, crate::snapshot::Tree::new(rows)].map(|tree| tree.render(&View::default()).text);
        assert_sound(&texts[0], &texts[1]);
        let diff = diff(&texts[0], &texts[1]);
        prop_assert_eq!(diff.text.is_empty(), texts[0] == texts[1]);
        assert_in_place(&signed(&diff, &["  ", "+ "]));
    }
}

#[test]
fn large_trees_with_little_in_common_are_compared() {
    let text = |numbers: &mut dyn Iterator<Item = u64>| {
        let lines: Vec<String> = numbers.map(|number| format!("- text: {number}")).collect();
        lines.join("\n")
    };
    let random = |seed: u64| {
        let next = |state: &u64| {
            Some(
                state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407),
            )
        };
        text(
            &mut std::iter::successors(Some(seed), next)
                .map(|state| (state >> 33) % 300)
                .take(20_000),
        )
    };
    assert_sound(&random(1), &random(2));
    assert_sound(&text(&mut (0..20_000)), &text(&mut (0..20_000).rev()));
}
