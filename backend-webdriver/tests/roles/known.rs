//! Differences that are known, each with its reason.

use std::path::Path;

use crate::compare::Difference;

/// One line: `page | element | field | ours | theirs | reason`; a `*` at the end of a part stands for whatever follows.
#[derive(Debug)]
pub(crate) struct Known {
    parts: [String; 5],
}

/// Reads the list; a line without a reason ends the test.
pub(crate) fn read(file: &Path) -> Vec<Known> {
    let text = std::fs::read_to_string(file).expect("the list of known differences");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(parse).collect()
}

fn parse(line: &str) -> Known {
    let parts: Vec<&str> = line.splitn(6, " |").map(str::trim).collect();
    let [page, path, field, ours, theirs, reason] = parts[..] else {
        panic!("not `page | element | field | ours | theirs | reason`: {line}");
    };
    assert!(!reason.is_empty(), "no reason: {line}");
    Known {
        parts: [page, path, field, ours, theirs].map(str::to_owned),
    }
}

impl Known {
    fn is(&self, found: &Difference) -> bool {
        let Difference {
            page,
            path,
            field,
            ours,
            theirs,
        } = found;
        let values = [page.as_str(), path, field, ours, theirs];
        self.parts
            .iter()
            .zip(values)
            .all(|(part, value)| match part.strip_suffix('*') {
                Some(begin) => value.starts_with(begin),
                None => part == value,
            })
    }
}

/// Differences that are not on the list, and, of all pages, lines that fit none.
pub(crate) fn complaints(known: &[Known], found: &[Difference], all: bool) -> Vec<String> {
    let news = found.iter().filter(|found| !known.iter().any(|known| known.is(found)));
    let news = news.map(|found| format!("differs: {found}"));
    let gone = known
        .iter()
        .filter(|known| all && !found.iter().any(|found| known.is(found)));
    let gone = gone.map(|known| format!("differs no more: {}", known.parts.join(" | ")));
    news.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_exact() {
        let found = Difference {
            page: "page".to_owned(),
            path: "#it".to_owned(),
            field: "role",
            ours: "link".to_owned(),
            theirs: String::new(),
        };
        let found = [found];
        for line in ["page | #it | role | link |  | why", "* | #* | role | link | * | why"] {
            assert_eq!(complaints(&[parse(line)], &found, true), [""; 0], "{line}");
        }
        assert_eq!(complaints(&[], &found, true), ["differs: page | #it | role | link | "]);
        let other = [parse("other | #it | role | link |  | why")];
        assert_eq!(complaints(&other, &found, true).len(), 2);
        assert_eq!(complaints(&other, &found, false).len(), 1);
    }
}
