//! What the pages came to, for people.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::compare::{self, Difference, Verdict};
use crate::ours::{Ours, Told};
use crate::theirs::Theirs;

/// How many examples of a group are shown.
const EXAMPLES: usize = 6;

/// What one page came to.
#[derive(Debug)]
pub(crate) struct PageReport {
    pub(crate) page: String,
    elements: usize,
    pub(crate) compared: usize,
    pub(crate) equal: usize,
    took: f64,
    pub(crate) differences: Vec<Difference>,
}

impl PageReport {
    pub(crate) fn of(page: &str, ours: &Told, theirs: &[Theirs]) -> Self {
        let mut report = Self {
            page: page.to_owned(),
            elements: theirs.len(),
            compared: 0,
            equal: 0,
            took: ours.took,
            differences: Vec::new(),
        };
        for (ours, theirs) in ours.elements.iter().zip(theirs) {
            report.count(compare::compare(ours, theirs));
        }
        report
    }

    fn count(&mut self, verdict: Verdict) {
        self.compared += usize::from(!matches!(verdict, Verdict::Nothing));
        self.equal += usize::from(matches!(verdict, Verdict::Equal));
        if let Verdict::Different(differences) = verdict {
            self.differences.extend(differences);
        }
    }
}

/// What all pages came to.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) pages: Vec<PageReport>,
}

impl Report {
    /// The share of elements that are equal.
    pub(crate) fn percent(&self) -> f64 {
        let sum = |count: fn(&PageReport) -> usize| self.pages.iter().map(count).sum::<usize>();
        percent(sum(|page| page.equal), sum(|page| page.compared))
    }
}

fn percent(equal: usize, compared: usize) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    100.0 * count(equal) / count(compared.max(1))
}

/// Writes what Chromium says of each element of a page into the folder `GREENROOM_AX_TRUTH`, if there is one.
pub(crate) fn keep_truth(page: &str, ours: &[Ours], theirs: &[Theirs]) {
    let Some(folder) = std::env::var_os("GREENROOM_AX_TRUTH") else {
        return;
    };
    let lines: Vec<String> = ours
        .iter()
        .zip(theirs)
        .map(|(ours, theirs)| format!("{} | {theirs}\n", ours.path))
        .collect();
    let file = Path::new(&folder).join(page.replace('/', "-")).with_extension("txt");
    std::fs::write(file, lines.concat()).expect("the folder can be written to");
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<44} elements compared  equal  percent     ms", "page")?;
        for page in &self.pages {
            let percent = percent(page.equal, page.compared);
            writeln!(
                f,
                "{:<44} {:>8} {:>8} {:>6} {percent:>8.2} {:>6.1}",
                page.page, page.elements, page.compared, page.equal, page.took
            )?;
        }
        for (group, examples) in self.groups() {
            writeln!(f, "\n{:>5} x {group}", examples.len())?;
            let shown = if self.pages.len() == 1 { usize::MAX } else { EXAMPLES };
            for example in examples.iter().take(shown) {
                writeln!(f, "        {example}")?;
            }
        }
        write!(f, "\n{:.2} % of the elements are equal", self.percent())
    }
}

impl Report {
    /// The differences, those of one kind together, the most frequent kind first.
    fn groups(&self) -> Vec<(String, Vec<String>)> {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for page in &self.pages {
            for difference in &page.differences {
                let example = format!("{} | {difference}", page.page);
                groups.entry(group(difference)).or_default().push(example);
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, examples)| std::cmp::Reverse(examples.len()));
        groups
    }
}

/// What differs, without the texts, so that one mistake is one group.
fn group(difference: &Difference) -> String {
    let Difference {
        tag,
        field,
        ours,
        theirs,
        ..
    } = difference;
    match field.as_str() {
        "engine" | "name" | "description" | "value" | "valuenow" => format!("{field} of {tag}"),
        "role" => {
            let ours = ours.split(' ').next().unwrap_or_default();
            format!("role of {tag}: {ours} -> {theirs}")
        }
        _ => format!("{field} of {tag}: {ours} -> {theirs}"),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {} | {} | {}", self.path, self.field, self.ours, self.theirs)
    }
}
