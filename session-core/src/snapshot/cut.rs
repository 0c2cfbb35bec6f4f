//! What of a tree is shown where not all of it may be: breadth before depth, and each place counted where something is left
//! out.
//!
//! Room is handed down from the top. What is directly in an element is shown first, each item in its least form; the room
//! that remains goes to the items in equal parts, those that need least first, so that what one does not need is there for
//! the others. Where not even the least forms fit, the last items are left out.
//!
//! The least form of an element is its line, if that tells something: a name, a value, or a role such as `main` or `list`.
//! A bare `listitem` tells nothing: its least form shows the first that is in it, and each is given room for more than that,
//! since ten whole items say more of a list than a hundred beginnings.

use super::outline::Outline;
use super::plan::Plan;
use super::text::Pen;

/// How much of a name, text or value is written where all may have so many characters.
pub(super) fn clip(most: usize) -> usize {
    (most / 20).clamp(40, 1000)
}

/// Chooses what is shown in so many characters, written with a pen that is clipped for them.
pub(super) fn fit(outline: &Outline<'_>, levels: u32, most: usize, filtered: usize) -> Plan {
    let mut planner = Planner::new(outline, levels, most);
    let note = if filtered > 0 {
        planner.cost(|pen| pen.filtered(filtered))
    } else {
        0
    };
    planner.plan(signed(most) - note);
    planner.plan
}

/// How many characters an item takes.
#[derive(Clone, Copy, Debug, Default)]
struct Costs {
    /// Its own lines, if what is in it is left out.
    closed: i64,
    /// Its own lines, if something below them is shown.
    open: i64,
    /// With all that is in it.
    full: i64,
    /// In its least form.
    least: i64,
    /// How much it should have to be shown at all.
    wanted: i64,
}

/// Spends characters on items.
#[derive(Debug)]
struct Planner<'a> {
    outline: &'a Outline<'a>,
    /// What is shown if there is room.
    whole: Plan,
    plan: Plan,
    costs: Vec<Costs>,
    scratch: Pen,
    /// How often an item was looked at.
    looks: usize,
}

impl<'a> Planner<'a> {
    fn new(outline: &'a Outline<'a>, levels: u32, most: usize) -> Self {
        let mut planner = Self {
            outline,
            whole: Plan::levels(outline, levels),
            plan: Plan::closed(outline),
            costs: vec![Costs::default(); outline.len()],
            scratch: Pen::clipped(clip(most)),
            looks: 0,
        };
        // What is below an item comes after it.
        for item in (0..outline.len()).rev() {
            planner.costs[item] = planner.costs_of(item);
        }
        planner
    }

    fn costs_of(&mut self, item: usize) -> Costs {
        let outline = self.outline;
        let closed = self.cost(|pen| outline.write(pen, item, item + 1));
        let Some(first) = outline.siblings(item + 1..self.whole.stop(Some(item))).next() else {
            return Costs {
                closed,
                open: closed,
                full: closed,
                least: closed,
                wanted: closed,
            };
        };
        let open = self.cost(|pen| outline.write(pen, item, outline.end(item)));
        let full = open
            + outline
                .siblings(outline.below(Some(item)))
                .map(|below| self.costs[below].full)
                .sum::<i64>();
        if outline.tells(item) {
            let least = closed.min(full);
            return Costs {
                closed,
                open,
                full,
                least,
                wanted: least,
            };
        }
        let least = full.min(open + self.costs[first].least + self.gap(Some(item), outline.end(first)));
        Costs {
            closed,
            open,
            full,
            least,
            wanted: full.min(2 * least),
        }
    }

    fn plan(&mut self, budget: i64) {
        let all = self.outline.below(None);
        let is_one = self.outline.siblings(all.clone()).nth(1).is_none();
        if self.fill(None, budget).is_none() && is_one {
            self.plan.top = all.end;
        }
    }

    /// Shows an item, for which there is room in its least form at least. Answers what was spent.
    fn show(&mut self, item: usize, budget: i64) -> i64 {
        let Costs { closed, open, full, .. } = self.costs[item];
        if full <= budget {
            let inner = item..self.outline.end(item);
            self.plan.stops[inner.clone()].copy_from_slice(&self.whole.stops[inner]);
            return full;
        }
        if self.whole.stop(Some(item)) == item + 1 {
            return closed;
        }
        self.fill(Some(item), budget - open)
            .map_or(closed, |spent| open + spent)
    }

    /// Shows what is directly below an item, as far as there is room for it and for the count of the rest. Answers what was
    /// spent; nothing, if there is no room at all.
    fn fill(&mut self, parent: Option<usize>, budget: i64) -> Option<i64> {
        let outline = self.outline;
        let items: Vec<usize> = outline.siblings(outline.below(parent)).collect();
        let mut count = self.count(parent, &items, budget)?;
        let mut gap = self.gap(parent, outline.end(items[count - 1]));
        let mut left = budget - gap - items[..count].iter().map(|item| self.costs[*item].least).sum::<i64>();
        left = self.share(&items[..count], left);
        while let Some(item) = items.get(count) {
            let (least, next) = (self.costs[*item].least, self.gap(parent, outline.end(*item)));
            if least + next - gap > left {
                break;
            }
            left -= next - gap;
            left -= self.show(*item, left);
            (count, gap) = (count + 1, next);
        }
        self.plan.set_stop(parent, outline.end(items[count - 1]));
        Some(budget - left)
    }

    /// How many of the items are shown: as many as find what they want, but one in its least form if there is room for that.
    fn count(&mut self, parent: Option<usize>, items: &[usize], budget: i64) -> Option<usize> {
        let mut sums = Vec::new();
        for item in items {
            let sum = sums.last().unwrap_or(&0) + self.costs[*item].wanted;
            if sum > budget {
                break;
            }
            sums.push(sum);
        }
        while let Some(sum) = sums.last() {
            if sum + self.gap(parent, self.outline.end(items[sums.len() - 1])) <= budget {
                return Some(sums.len());
            }
            sums.pop();
        }
        let first = *items.first()?;
        let fits = self.costs[first].least + self.gap(parent, self.outline.end(first)) <= budget;
        fits.then_some(1)
    }

    /// Gives what is left to items that have room for their least forms; answers what remains.
    fn share(&mut self, items: &[usize], mut left: i64) -> i64 {
        let mut items = items.to_vec();
        items.sort_by_key(|item| self.costs[*item].full - self.costs[*item].least);
        let mut waiting = signed(items.len());
        for item in items {
            let least = self.costs[item].least;
            left -= self.show(item, least + left / waiting) - least;
            waiting -= 1;
        }
        left
    }

    /// What it costs to say that the items below one are left out from a place on.
    fn gap(&mut self, parent: Option<usize>, from: usize) -> i64 {
        let outline = self.outline;
        let rest = from..outline.below(parent).end;
        if rest.is_empty() {
            0
        } else {
            self.cost(|pen| outline.write_rest(pen, parent, rest))
        }
    }

    fn cost(&mut self, write: impl FnOnce(&mut Pen)) -> i64 {
        self.looks += 1;
        self.scratch.out.clear();
        write(&mut self.scratch);
        signed(self.scratch.out.chars().count())
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
        planner.plan(signed(most));
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
