//! What changed between two trees, as text.

use similar::{Algorithm, DiffOp, capture_diff_slices};

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
/// Takes time in proportion to the lines, more or less, whatever they are: where they have little in common, the changes
/// that are told may be more than the fewest possible.
pub fn diff(before: &str, after: &str) -> Diff {
    if before == after {
        return Diff::default();
    }
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let mut writer = Writer {
        told: vec![false; before.len()],
        ..Writer::default()
    };
    for op in ops {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            for (index, line) in old.clone().zip(&before[old]) {
                writer.keep(line, index);
            }
        } else {
            before[old].iter().for_each(|line| writer.remove(line));
            after[new].iter().for_each(|line| writer.add(line));
        }
    }
    writer.diff
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
    fn keep(&mut self, line: &'a str, place: usize) {
        enter(&mut self.before, line, Some(place));
        enter(&mut self.after, line, Some(place));
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
