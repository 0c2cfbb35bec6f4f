//! What of a tree is shown to somebody who wants to act: what can be acted on, and what says where it is and which of
//! several it is.
//!
//! Beside interactive elements these are kept where one is in them: landmarks, dialogs and frames; groups with a name; items
//! of lists and tables with a name or a label. Also headings with something interactive in their section, alerts, frames
//! that could not be read, and the label of an item, an alert, or an interactive element without a name: the first short
//! text or named element in it that is not itself interactive.

use super::role;
use super::row::Row;

/// A longer text is no label.
const LABEL_MOST: usize = 200;

/// The level of a heading that does not say it.
const USUAL_LEVEL: u64 = 2;

/// Which rows are kept.
pub(super) fn kept(rows: &[Row]) -> Vec<bool> {
    let mut walk = Walk {
        rows,
        kept: vec![false; rows.len()],
        open: Vec::new(),
        labelled: Vec::new(),
        headings: Vec::new(),
    };
    for (index, row) in rows.iter().enumerate() {
        walk.leave(row.depth);
        walk.enter(index);
    }
    walk.leave(0);
    walk.kept
}

#[derive(Debug)]
struct Walk<'a> {
    rows: &'a [Row],
    kept: Vec<bool>,
    /// The elements that the walk is in.
    open: Vec<Open>,
    /// Those of them that can have a label: where they are in `open`, and their label.
    labelled: Vec<(usize, Option<usize>)>,
    /// The headings that the walk is under: level and row.
    headings: Vec<(u64, usize)>,
}

#[derive(Debug)]
struct Open {
    row: usize,
    /// Something interactive is in it.
    holds: bool,
    /// It is in something interactive, or is so itself.
    acts: bool,
}

impl Walk<'_> {
    fn enter(&mut self, index: usize) {
        let row = &self.rows[index];
        if row.is_text() {
            return self.label(index);
        }
        let acts = row.props.interactive || self.open.last().is_some_and(|open| open.acts);
        if row.props.interactive || row.props.states.contains_key("unavailable") {
            self.mark(index);
        } else if row.role == "heading" && !acts {
            self.head(index);
        }
        if row.props.interactive || role::is_item(row) || row.role == "alert" {
            self.labelled.push((self.open.len(), None));
        }
        self.open.push(Open {
            row: index,
            holds: false,
            acts,
        });
    }

    /// Keeps a row to act on; tells what it is in, and the headings above it.
    fn mark(&mut self, index: usize) {
        self.kept[index] = true;
        for open in self.open.iter_mut().rev().take_while(|open| !open.holds) {
            open.holds = true;
        }
        for (_, row) in self.headings.iter().rev() {
            if std::mem::replace(&mut self.kept[*row], true) {
                break;
            }
        }
    }

    /// A heading ends the sections of its level and below.
    fn head(&mut self, index: usize) {
        let level = self.rows[index]
            .props
            .states
            .get("level")
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(USUAL_LEVEL);
        while self.headings.pop_if(|(above, _)| *above >= level).is_some() {}
        self.headings.push((level, index));
    }

    /// Makes a row the label of what it is in, if that needs one.
    fn label(&mut self, index: usize) {
        let name = &self.rows[index].name;
        if let Some((_, label @ None)) = self.labelled.last_mut()
            && name.len() <= LABEL_MOST
            && name.contains(char::is_alphanumeric)
        {
            *label = Some(index);
        }
    }

    fn leave(&mut self, depth: u32) {
        while let Some(open) = self.open.pop_if(|open| self.rows[open.row].depth >= depth) {
            let label = self
                .labelled
                .pop_if(|(place, _)| *place == self.open.len())
                .and_then(|(_, label)| label);
            self.decide(&open, label);
        }
    }

    /// Decides over an element when all that is in it is known.
    fn decide(&mut self, open: &Open, label: Option<usize>) {
        let row = &self.rows[open.row];
        let is_named = !row.name.is_empty();
        let is_item = role::is_item(row) && (is_named || label.is_some());
        let is_place = role::is_place(row) || is_named && role::is_group(row) || is_item;
        let is_alert = row.role == "alert" && (is_named || label.is_some());
        if !row.props.interactive && (is_alert || open.holds && is_place) {
            self.kept[open.row] = true;
        }
        if self.kept[open.row]
            && !is_named
            && let Some(label) = label
        {
            self.kept[label] = true;
        }
        if !open.holds && !open.acts && role::is_label(row) {
            self.label(open.row);
        }
    }
}
