//! Rules of the text by example, and what holds for whatever a page contains.

use serde_json::{Value, from_value};

use super::{Row, Tree, View};

mod changes;
mod cuts;
mod interactive;
mod lines;
mod model;
mod yaml;

fn tree(rows: Value) -> Tree {
    Tree::new(from_value(rows).unwrap())
}

fn whole(rows: Value) -> String {
    tree(rows).render(&View::default()).text
}

/// Lines without the indentation of the test's source.
fn text(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

/// The element with that ref and all that is in it, as a look at it answers.
fn below(tree: &Tree, reference: u32) -> Tree {
    let mut rows = tree.rows().iter().skip_while(|row| row.reference != Some(reference));
    let top = rows.next().unwrap();
    let inner = rows.take_while(|row| row.depth > top.depth);
    Tree::new(std::iter::once(top).chain(inner).cloned().collect())
}

/// A list of so many items, each with a link and a text.
fn list(items: u32) -> Tree {
    let row = |depth, role: &str, name: &str, reference| Row {
        depth,
        role: role.to_owned(),
        name: name.to_owned(),
        reference,
        ..Row::default()
    };
    let mut rows = vec![row(0, "main", "", Some(1)), row(1, "list", "Results", Some(2))];
    for item in 0..items {
        rows.push(row(2, "listitem", "", Some(3 + 2 * item)));
        rows.push(row(3, "link", &format!("Result {item}"), Some(4 + 2 * item)));
        rows.push(row(3, "text", "A line about it", None));
    }
    Tree::new(rows)
}
