//! What changed between two trees, as text.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// After so long whatever has not been compared is told as changed. No pair of real pages gets near it: a search that
/// becomes expensive is cut short before.
const MOST_TIME: Duration = Duration::from_secs(1);

/// The changes from one text to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changed lines, `- ` or `+ ` before each, and above them the unchanged lines that they are in, two spaces before
    /// each. Empty if nothing changed.
    pub text: String,
    /// How many lines were added.
    pub added: usize,
    /// How many lines were removed.
    pub removed: usize,
}

/// Compares two trees line by line. A line that changed is removed and added.
///
/// Where the two have little in common, the changes that are told may be more than the fewest possible.
pub fn diff(before: &str, after: &str) -> Diff {
    diff_by(before, after, identity)
}

/// The same of other lines; `identity` answers what makes a line the same one though it changed.
pub(super) fn diff_by(before: &str, after: &str, identity: impl Fn(&str) -> &str) -> Diff {
    if before == after {
        return Diff::default();
    }
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let [old, new] = [&before, &after].map(|lines| lines.iter().map(|line| identity(line)).collect::<Vec<_>>());
    let deadline = Instant::now().checked_add(MOST_TIME);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    let mut writer = Writer {
        told: vec![false; before.len()],
        ..Writer::default()
    };
    for op in ops {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            old.zip(new)
                .for_each(|(old, new)| writer.change(old, before[old], after[new]));
        } else {
            before[old].iter().for_each(|line| writer.remove(line));
            after[new].iter().for_each(|line| writer.add(line));
        }
    }
    writer.diff
}

/// What makes a line the same one though it changed: the ref of its element. Other lines are what they say.
fn identity(line: &str) -> &str {
    let reference = |start: usize| {
        let rest = &line[start + 2..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0 && rest[digits..].starts_with(']')).then_some(&rest[..digits])
    };
    line.rmatch_indices("[e")
        .find_map(|(start, _)| reference(start))
        .unwrap_or(line)
}

/// A line that others may be in.
#[derive(Clone, Copy, Debug)]
struct Above<'a> {
    line: &'a str,
    indent: usize,
    /// Its place among the lines before; `None` for a changed line, that is told anyway.
    place: Option<usize>,
}

#[derive(Debug, Default)]
struct Writer<'a> {
    diff: Diff,
    /// The lines that the next one may be in, before and after.
    before: Vec<Above<'a>>,
    after: Vec<Above<'a>>,
    /// Which unchanged lines have been written.
    told: Vec<bool>,
}

impl<'a> Writer<'a> {
    /// A line that was there and still is, changed or not.
    fn change(&mut self, place: usize, old: &'a str, new: &'a str) {
        if old == new {
            enter(&mut self.before, old, Some(place));
            enter(&mut self.after, new, Some(place));
        } else {
            self.remove(old);
            self.add(new);
        }
    }

    fn remove(&mut self, line: &'a str) {
        enter(&mut self.before, line, None);
        tell(&mut self.diff.text, &mut self.told, &self.before);
        push(&mut self.diff.text, "- ", line);
        self.diff.removed += 1;
    }

    fn add(&mut self, line: &'a str) {
        enter(&mut self.after, line, None);
        tell(&mut self.diff.text, &mut self.told, &self.after);
        push(&mut self.diff.text, "+ ", line);
        self.diff.added += 1;
    }
}

fn enter<'a>(open: &mut Vec<Above<'a>>, line: &'a str, place: Option<usize>) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    while open.pop_if(|above| above.indent >= indent).is_some() {}
    open.push(Above { line, indent, place });
}

/// Writes the unchanged lines above the last one of `open` that have not been written.
fn tell(text: &mut String, told: &mut [bool], open: &[Above<'_>]) {
    for above in &open[..open.len() - 1] {
        if let Some(place) = above.place
            && !std::mem::replace(&mut told[place], true)
        {
            push(text, "  ", above.line);
        }
    }
}

fn push(text: &mut String, sign: &str, line: &str) {
    text.push_str(sign);
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(before: &[&str], after: &[&str]) -> Diff {
        diff(&before.join("\n"), &after.join("\n"))
    }

    #[test]
    fn equal_trees_have_no_changes() {
        assert_eq!(diff("- main [e1]\n", "- main [e1]\n"), Diff::default());
        assert_eq!(diff("", ""), Diff::default());
    }

    #[test]
    fn changes_stand_below_what_they_are_in() {
        let before = [
            "- banner [e1]:",
            "  - link \"Home\" [e2]",
            "- main [e3]:",
            "  - heading \"Cart\" [e4]",
            "  - list [e5]:",
            "    - listitem [e6]: Shirt",
            "    - listitem [e7]: Hat",
            "  - button \"Pay\" [disabled] [e8]",
        ];
        let after = [
            "- banner [e1]:",
            "  - link \"Home\" [e2]",
            "- main [e3]:",
            "  - heading \"Cart\" [e4]",
            "  - list [e5]:",
            "    - listitem [e6]: Shirt",
            "    - listitem [e9]:",
            "      - link \"Socks\" [e10]",
            "  - button \"Pay\" [e8]",
        ];
        let expected = [
            "  - main [e3]:",
            "    - list [e5]:",
            "-     - listitem [e7]: Hat",
            "+     - listitem [e9]:",
            "+       - link \"Socks\" [e10]",
            "-   - button \"Pay\" [disabled] [e8]",
            "+   - button \"Pay\" [e8]",
        ];
        let diff = changes(&before, &after);
        assert_eq!(diff.text.lines().collect::<Vec<_>>(), expected);
        assert_eq!((diff.removed, diff.added), (2, 3));
    }

    #[test]
    fn what_is_above_is_told_once_and_only_where_something_changed() {
        let before = ["- a:", "  - b:", "    - c", "  - d:", "    - e", "- f:", "  - g"];
        let after = ["- a:", "  - b:", "    - C", "  - d:", "    - E", "- f:", "  - g", "- h"];
        let expected = [
            "  - a:",
            "    - b:",
            "-     - c",
            "+     - C",
            "    - d:",
            "-     - e",
            "+     - E",
            "+ - h",
        ];
        assert_eq!(changes(&before, &after).text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_removed_does_not_hide_where_something_is_added() {
        let before = ["- a:", "  - b", "- c:", "  - d"];
        let after = ["- a:", "  - b", "  - x"];
        let expected = ["- - c:", "-   - d", "  - a:", "+   - x"];
        assert_eq!(changes(&before, &after).text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn elements_that_changed_stay_beside_themselves() {
        let before = ["- a [e1]: x", "- b [e2]:", "  - c [checked] [e3]", "- d [e4]"];
        let after = ["- b [busy] [e2]:", "  - c [e3]", "- d [e4]: [else]", "- f \"a\" [e5]"];
        let expected = [
            "- - a [e1]: x",
            "- - b [e2]:",
            "+ - b [busy] [e2]:",
            "-   - c [checked] [e3]",
            "+   - c [e3]",
            "- - d [e4]",
            "+ - d [e4]: [else]",
            "+ - f \"a\" [e5]",
        ];
        assert_eq!(changes(&before, &after).text.lines().collect::<Vec<_>>(), expected);
    }
}
