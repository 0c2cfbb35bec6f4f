//! What of a tree is told, as a flat list in which each item knows where those below it end.

use std::ops::Range;

use super::role;
use super::row::Row;
use super::text::{Below, Pen};

/// An element or a run of text that has lines of its own.
#[derive(Clone, Copy, Debug)]
struct Item {
    row: usize,
    depth: u32,
    /// The place after the last item below it.
    end: usize,
    /// How many elements come before it.
    before: usize,
    /// The row of the text that is all that is in it.
    text: Option<usize>,
}

/// The items of a view of the tree.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    rows: &'a [Row],
    items: Vec<Item>,
    /// The items that are elements.
    elements: Vec<usize>,
}

impl<'a> Outline<'a> {
    /// Makes items of rows; only of those that `kept` says, if it is given. Takes the depths to be straight.
    pub(super) fn new(rows: &'a [Row], kept: Option<&[bool]>) -> Self {
        let mut outline = Self {
            rows,
            items: Vec::with_capacity(rows.len()),
            elements: Vec::new(),
        };
        let mut open: Vec<usize> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            while let Some(item) = open.pop_if(|item| rows[outline.items[*item].row].depth >= row.depth) {
                outline.close(item);
            }
            if kept.is_some_and(|kept| !kept[index]) {
                continue;
            }
            let item = outline.items.len();
            let depth = u32::try_from(open.len()).unwrap_or(u32::MAX);
            let before = outline.elements.len();
            outline.items.push(Item {
                row: index,
                depth,
                end: item + 1,
                before,
                text: None,
            });
            if !row.is_text() {
                outline.elements.push(item);
                open.push(item);
            }
        }
        while let Some(item) = open.pop() {
            outline.close(item);
        }
        outline
    }

    /// An item is complete; text that is all that is in it is told on its line.
    fn close(&mut self, item: usize) {
        if let [only] = self.items[item + 1..]
            && self.rows[only.row].is_text()
        {
            self.items.truncate(item + 1);
            self.items[item].text = Some(only.row);
        }
        self.items[item].end = self.items.len();
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// How many elements there are.
    pub(super) fn elements(&self) -> usize {
        self.elements.len()
    }

    /// How many items are above an item.
    pub(super) fn depth(&self, item: usize) -> u32 {
        self.items[item].depth
    }

    /// Whether an item is an element.
    pub(super) fn is_element(&self, item: usize) -> bool {
        !self.rows[self.items[item].row].is_text()
    }

    /// Whether an item's own line tells something.
    pub(super) fn tells(&self, item: usize) -> bool {
        let row = &self.rows[self.items[item].row];
        !row.name.is_empty() || row.props.value.is_some() || role::is_place(row) || role::is_collection(row)
    }

    /// The items below an item; without one, all.
    pub(super) fn below(&self, item: Option<usize>) -> Range<usize> {
        item.map_or(0..self.items.len(), |item| item + 1..self.items[item].end)
    }

    /// Those in a range of items that are not below others in it: siblings, if it begins at one and ends after one.
    pub(super) fn siblings(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let next = move |at: usize| (at < range.end).then_some(at);
        std::iter::successors(next(range.start), move |at| next(self.items[*at].end))
    }

    /// The place after an item and those below it.
    pub(super) fn end(&self, item: usize) -> usize {
        self.items[item].end
    }

    /// Writes the lines of an item; its items from `stop` on are left out.
    pub(super) fn write(&self, pen: &mut Pen, item: usize, stop: usize) {
        let Item {
            row, depth, end, text, ..
        } = self.items[item];
        let row = &self.rows[row];
        if row.is_text() {
            return pen.text(depth, &row.name);
        }
        let below = match text {
            Some(text) => Below::Text(&self.rows[text].name),
            None if end == item + 1 => Below::Nothing,
            None if stop == item + 1 => Below::Hidden(self.count(item + 1..end)),
            None => Below::Rows,
        };
        pen.element(depth, row, below);
    }

    /// Writes the line for the last items below `parent` that are left out, if there are any.
    pub(super) fn write_rest(&self, pen: &mut Pen, parent: Option<usize>, rest: Range<usize>) {
        if rest.is_empty() {
            return;
        }
        let depth = parent.map_or(0, |parent| self.items[parent].depth + 1);
        let whose = parent.and_then(|parent| self.rows[self.items[parent].row].reference);
        pen.rest(depth, self.count(rest.clone()), self.ends(rest), whose);
    }

    /// How many elements are in a range of items.
    fn count(&self, range: Range<usize>) -> usize {
        self.before(range.end) - self.before(range.start)
    }

    /// The refs of the first and the last element in a range of items.
    fn ends(&self, range: Range<usize>) -> Option<[u32; 2]> {
        let elements = &self.elements[self.before(range.start)..self.before(range.end)];
        let reference = |item: usize| self.rows[self.items[item].row].reference;
        Some([reference(*elements.first()?)?, reference(*elements.last()?)?])
    }

    fn before(&self, item: usize) -> usize {
        self.items.get(item).map_or(self.elements.len(), |item| item.before)
    }
}
