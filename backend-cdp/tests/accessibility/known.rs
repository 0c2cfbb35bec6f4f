//! Differences on written pages that are meant to be, each with its reason.

use std::path::Path;

use crate::compare::Difference;
use crate::report::PageReport;

/// One line of `known.txt`: `page | element | field | ours | chromium | reason`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    page: String,
    path: String,
    field: String,
    ours: String,
    theirs: String,
}

/// Reads the list; a line without a reason ends the test.
pub(crate) fn read(file: &Path) -> Vec<Known> {
    let text = std::fs::read_to_string(file).expect("the list of known differences");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(parse).collect()
}

/// Reads one line.
pub(crate) fn parse(line: &str) -> Known {
    let parts: Vec<&str> = line.splitn(6, " | ").map(str::trim).collect();
    let [page, path, field, ours, theirs, reason] = parts[..] else {
        panic!("not `page | element | field | ours | chromium | reason`: {line}");
    };
    assert!(!reason.is_empty(), "no reason: {line}");
    let [page, path, field, ours, theirs] = [page, path, field, ours, theirs].map(str::to_owned);
    Known {
        page,
        path,
        field,
        ours,
        theirs,
    }
}

/// What is wrong with the pages or the list: differences that are not in it, and lines that no longer differ.
pub(crate) fn complaints(known: &[Known], pages: &[PageReport]) -> Vec<String> {
    let news = pages.iter().flat_map(|page| {
        let news = page
            .differences
            .iter()
            .filter(|found| !known.iter().any(|known| known.is(&page.page, found)));
        news.map(|found| format!("differs: {} | {found}", page.page))
    });
    let is_gone = |known: &&Known| {
        let page = pages.iter().find(|page| page.page == known.page);
        page.is_some_and(|page| !page.differences.iter().any(|found| known.is(&page.page, found)))
    };
    let gone = known.iter().filter(is_gone);
    let gone = gone.map(|known| format!("differs no more: {} | {} | {}", known.page, known.path, known.field));
    news.chain(gone).collect()
}

impl Known {
    fn is(&self, page: &str, found: &Difference) -> bool {
        let Difference {
            path,
            field,
            ours,
            theirs,
            ..
        } = found;
        let [ours, theirs] = [ours, theirs].map(|text| text.trim());
        (&*self.page, &self.path, &self.field, &*self.ours, &*self.theirs) == (page, path, field, ours, theirs)
    }
}
