//! Which items of an outline are opened, and how far.

use super::outline::Outline;

/// How far each item is opened: where those below it stop being shown.
#[derive(Debug)]
pub(super) struct Plan {
    /// Where the items of the first level stop being shown.
    pub top: usize,
    /// The same below each item.
    pub stops: Vec<usize>,
}

impl Plan {
    /// Shows so many levels.
    pub(super) fn levels(outline: &Outline<'_>, levels: u32) -> Self {
        let stop = |item: usize| {
            if is_open(outline, item, levels) {
                outline.end(item)
            } else {
                item + 1
            }
        };
        Self {
            top: outline.len(),
            stops: (0..outline.len()).map(stop).collect(),
        }
    }

    /// Shows nothing.
    pub(super) fn closed(outline: &Outline<'_>) -> Self {
        Self {
            top: 0,
            stops: (1..=outline.len()).collect(),
        }
    }

    /// Where the items below an item stop being shown; without an item, those of the first level.
    pub(super) fn stop(&self, item: Option<usize>) -> usize {
        item.map_or(self.top, |item| self.stops[item])
    }

    pub(super) fn set_stop(&mut self, item: Option<usize>, stop: usize) {
        match item {
            Some(item) => self.stops[item] = stop,
            None => self.top = stop,
        }
    }
}

/// Whether what is below an item is within so many levels.
fn is_open(outline: &Outline<'_>, item: usize, levels: u32) -> bool {
    outline.depth(item) + 1 < levels
}
