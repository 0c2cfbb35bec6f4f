//! The tree and how it is rendered.

use super::cut;
use super::keep::kept;
use super::outline::Outline;
use super::plan::Plan;
use super::row::Row;
use super::text::Pen;

/// How many levels are written into one another. What is deeper is counted, as with [`View::depth`]: parsers have limits,
/// and a page of thousands of levels would be nothing but indentation.
const MOST_LEVELS: u32 = 100;

/// The accessibility tree of a page, frames included.
#[derive(Clone, Debug)]
pub struct Tree {
    rows: Vec<Row>,
    total: usize,
}

/// What of a tree is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// How many levels; at least one is shown.
    pub depth: Option<u32>,
    /// Only what can be acted on, and what says where it is: landmarks, dialogs, named groups, headings, and what labels an
    /// item of a list or table.
    pub interactive: bool,
    /// How many characters the text may have. More only if not even the first element fits.
    pub max_chars: Option<usize>,
}

/// A tree as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// YAML; each line ends with a line feed.
    pub text: String,
    /// How many elements the text shows.
    pub shown: usize,
    /// How many elements the tree has.
    pub total: usize,
    /// How many elements are not shown, but counted in the text.
    pub cut: usize,
}

impl Rendered {
    /// The text without the refs: a ref is written as it is for elements only, whatever a page's own texts hold.
    pub fn without_refs(&self) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once(" [e") {
            text.push_str(before);
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            rest = match after[digits..].strip_prefix(']') {
                Some(behind) if digits > 0 => behind,
                _ => {
                    text.push_str(" [e");
                    after
                }
            };
        }
        text.push_str(rest);
        text
    }
}

impl Tree {
    /// Makes a tree of rows in the order in which they are read, each below the nearest one before it of less depth.
    pub fn new(mut rows: Vec<Row>) -> Self {
        straighten(&mut rows);
        let total = rows.iter().filter(|row| !row.is_text()).count();
        Self { rows, total }
    }

    /// The rows; their depths have no gaps.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many elements there are.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Writes the tree, or a part of it, as text.
    pub fn render(&self, view: &View) -> Rendered {
        let kept = view.interactive.then(|| kept(&self.rows));
        let outline = Outline::new(&self.rows, kept.as_deref());
        let levels = view.depth.unwrap_or(MOST_LEVELS).clamp(1, MOST_LEVELS);
        let filtered = self.total - outline.elements();
        let most = view.max_chars.unwrap_or(usize::MAX);
        let mut pen = Pen::new();
        let mut shown = draw(&outline, &Plan::levels(&outline, levels), &mut pen, filtered, most);
        if pen.out.len() > most && pen.out.chars().nth(most).is_some() {
            let plan = cut::fit(&outline, levels, most, filtered);
            pen = Pen::clipped(cut::clip(most));
            shown = draw(&outline, &plan, &mut pen, filtered, usize::MAX);
        }
        if pen.out.is_empty() {
            pen.out.push_str("[]\n");
        }
        Rendered {
            text: pen.out,
            shown,
            total: self.total,
            cut: self.total - shown,
        }
    }
}

/// Makes each row's depth the number of elements above it.
fn straighten(rows: &mut [Row]) {
    let mut open: Vec<u32> = Vec::new();
    for row in rows {
        while open.pop_if(|depth| *depth >= row.depth).is_some() {}
        let depth = u32::try_from(open.len()).unwrap_or(u32::MAX);
        if !row.is_text() {
            open.push(row.depth);
        }
        row.depth = depth;
    }
}

/// Writes what a plan shows, and answers how many elements that were. Stops early once there are more than `most` characters.
fn draw(outline: &Outline<'_>, plan: &Plan, pen: &mut Pen, filtered: usize, most: usize) -> usize {
    let mut shown = 0;
    let mut open = vec![None];
    let mut item = 0;
    while let Some(&parent) = open.last() {
        if item < plan.stop(parent) {
            let stop = plan.stop(Some(item));
            outline.write(pen, item, stop);
            shown += usize::from(outline.is_element(item));
            // No character has more than four bytes.
            if pen.out.len() / 4 > most {
                return shown;
            }
            if stop > item + 1 {
                open.push(Some(item));
                item += 1;
            } else {
                item = outline.end(item);
            }
        } else {
            open.pop();
            item = outline.below(parent).end;
            outline.write_rest(pen, parent, plan.stop(parent)..item);
        }
    }
    if filtered > 0 {
        pen.filtered(filtered);
    }
    shown
}
