//! What of a tree is shown where not all of it may be: breadth before depth, and each place counted where something is left
//! out.
//!
//! Level after level the elements are opened that still fit with all that is directly in them. One that would take more than
//! half of what is left gets that half for its first items, so that a list of thousands leaves room for what is in its
//! items, and for the rest of the page. What is left in the end goes to those that are not complete, in the same order.

use super::outline::Outline;
use super::text::Pen;

/// How far each item is opened: where those below it stop being shown.
#[derive(Debug)]
pub(super) struct Plan {
    top: usize,
    stops: Vec<usize>,
}

impl Plan {
    /// Shows so many levels.
    pub(super) fn levels(outline: &Outline<'_>, levels: u32) -> Self {
        let is_open = |item: &usize| outline.depth(*item) + 1 < levels;
        let stop = |item: usize| if is_open(&item) { outline.end(item) } else { item + 1 };
        Self {
            top: outline.len(),
            stops: (0..outline.len()).map(stop).collect(),
        }
    }

    /// Shows nothing.
    fn closed(outline: &Outline<'_>) -> Self {
        Self {
            top: 0,
            stops: (1..=outline.len()).collect(),
        }
    }

    /// Where the items below an item stop being shown; without an item, those of the first level.
    pub(super) fn stop(&self, item: Option<usize>) -> usize {
        item.map_or(self.top, |item| self.stops[item])
    }

    fn set_stop(&mut self, item: Option<usize>, stop: usize) {
        match item {
            Some(item) => self.stops[item] = stop,
            None => self.top = stop,
        }
    }
}

/// How much of a name, text or value is written where all may have so many characters.
pub(super) fn clip(most: usize) -> usize {
    (most / 20).clamp(40, 1000)
}

/// Chooses what is shown in so many characters, written with a pen that is clipped for them.
pub(super) fn fit(outline: &Outline<'_>, levels: u32, most: usize, filtered: usize) -> Plan {
    let mut planner = Planner::new(outline, levels, most);
    if filtered > 0 {
        planner.left -= planner.cost(|pen| pen.filtered(filtered));
    }
    planner.plan();
    planner.plan
}

/// Spends a number of characters on items.
#[derive(Debug)]
struct Planner<'a> {
    outline: &'a Outline<'a>,
    plan: Plan,
    scratch: Pen,
    levels: u32,
    /// How many characters may still be written.
    left: i64,
    /// How often an item was looked at.
    looks: usize,
}

impl<'a> Planner<'a> {
    fn new(outline: &'a Outline<'a>, levels: u32, most: usize) -> Self {
        let (plan, scratch) = (Plan::closed(outline), Pen::clipped(clip(most)));
        Self {
            outline,
            plan,
            scratch,
            levels,
            left: signed(most),
            looks: 0,
        }
    }

    fn plan(&mut self) {
        self.left -= self.gap_cost(None, 0);
        let mut incomplete = Vec::new();
        let mut level = vec![None];
        while !level.is_empty() {
            self.open_level(&level);
            incomplete.extend(level.iter().copied().filter(|item| !self.is_complete(*item)));
            level = self.next_level(&level);
        }
        for item in incomplete {
            self.open_part(item, self.left);
        }
        let is_one = self.outline.siblings(self.outline.below(None)).nth(1).is_none();
        if is_one && !self.is_complete(None) {
            self.plan.top = self.outline.len();
        }
    }

    /// Opens what is on one level, as far as there is room.
    fn open_level(&mut self, level: &[Option<usize>]) {
        let costs: Vec<i64> = level.iter().map(|item| self.opening_cost(*item)).collect();
        let mut rest: i64 = costs.iter().sum();
        for (item, cost) in level.iter().zip(costs) {
            if cost <= self.left / 2 || rest <= self.left {
                self.plan.set_stop(*item, self.outline.below(*item).end);
                self.left -= cost;
            } else {
                self.open_part(*item, self.left / 2);
            }
            rest -= cost;
        }
    }

    /// The shown items of a level that have others below them which may be shown.
    fn next_level(&self, level: &[Option<usize>]) -> Vec<Option<usize>> {
        let can_open = |item: &usize| self.outline.has_items(*item) && self.outline.depth(*item) + 1 < self.levels;
        let shown = |item: &Option<usize>| self.outline.below(*item).start..self.plan.stop(*item);
        level
            .iter()
            .flat_map(|item| self.outline.siblings(shown(item)))
            .filter(can_open)
            .map(Some)
            .collect()
    }

    /// Shows as many more of the items directly below one as fit into so many characters.
    fn open_part(&mut self, item: Option<usize>, budget: i64) {
        let outline = self.outline;
        let from = self.plan.stop(item);
        let mut lines = -self.gap_cost(item, from);
        let mut best = None;
        for below in outline.siblings(from..outline.below(item).end) {
            lines += self.line_cost(below);
            if lines > budget {
                break;
            }
            let stop = outline.end(below);
            let cost = lines + self.gap_cost(item, stop);
            if cost <= budget {
                best = Some((stop, cost));
            }
        }
        if let Some((stop, cost)) = best {
            self.plan.set_stop(item, stop);
            self.left -= cost;
        }
    }

    /// What it costs to show all items directly below one of which none is shown.
    fn opening_cost(&mut self, item: Option<usize>) -> i64 {
        let below = self.outline.below(item);
        let gap = self.gap_cost(item, below.start);
        self.outline
            .siblings(below)
            .map(|below| self.line_cost(below))
            .sum::<i64>()
            - gap
    }

    /// What it costs to say that the items below one are left out from a place on.
    fn gap_cost(&mut self, item: Option<usize>, from: usize) -> i64 {
        let outline = self.outline;
        let below = outline.below(item);
        match item {
            _ if from == below.end => 0,
            Some(item) if from == below.start => {
                self.line_cost(item) - self.cost(|pen| outline.write(pen, item, below.end))
            }
            _ => self.cost(|pen| outline.write_rest(pen, item, from..below.end)),
        }
    }

    /// What the lines of an item cost of which nothing is opened.
    fn line_cost(&mut self, item: usize) -> i64 {
        let outline = self.outline;
        self.cost(|pen| outline.write(pen, item, item + 1))
    }

    fn cost(&mut self, write: impl FnOnce(&mut Pen)) -> i64 {
        self.looks += 1;
        self.scratch.out.clear();
        write(&mut self.scratch);
        signed(self.scratch.out.chars().count())
    }

    fn is_complete(&self, item: Option<usize>) -> bool {
        self.plan.stop(item) == self.outline.below(item).end
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::row::Row;
    use super::*;

    fn row(depth: u32, number: usize) -> Row {
        let reference = u32::try_from(number).ok();
        Row {
            depth,
            role: "group".to_owned(),
            name: format!("number {number}"),
            reference,
            ..Row::default()
        }
    }

    /// How often each item is looked at, in trees of so many rows.
    fn looks(rows: usize, depth: impl Fn(usize) -> u32, most: usize) -> usize {
        let rows: Vec<Row> = (0..rows).map(|number| row(depth(number), number)).collect();
        let outline = Outline::new(&rows, None);
        let mut planner = Planner::new(&outline, 100, most);
        planner.plan();
        planner.looks.div_ceil(rows.len())
    }

    #[test]
    fn the_work_grows_with_the_rows_and_no_faster() {
        for rows in [100, 1_000, 20_000] {
            for most in [200, 20 * rows, 40 * rows] {
                assert!(looks(rows, |_| 0, most) <= 6, "flat");
                assert!(looks(rows, |number| u32::from(number > 0), most) <= 6, "one list");
                assert!(
                    looks(rows, |number| u32::try_from(number % 90).unwrap_or(0), most) <= 6,
                    "chains"
                );
                assert!(
                    looks(rows, |number| u32::from(number % 10 > 0) + u32::from(number > 0), most) <= 6,
                    "lists"
                );
            }
        }
    }
}
