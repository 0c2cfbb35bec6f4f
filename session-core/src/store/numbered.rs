//! The numbered files in a session's `snapshots` folder: `snapshot-001.png`, `.html`, `.yaml`, `.json`, `screenshot-001.png`.
//! Only the daemon writes there, and one command of a session at a time.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Timestamp, atomic};
use crate::error::{Error, Result};

/// What `snapshot-NNN.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotRecord {
    /// The page's id.
    pub page: String,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// When it was taken.
    pub time: Timestamp,
    /// The element that the tree begins at; absent for the whole page.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How many elements the tree has.
    pub elements: usize,
    /// What was wanted of the page.
    #[serde(default)]
    pub objective: Option<String>,
    /// What was known already.
    #[serde(default)]
    pub context: Option<String>,
}

/// The numbered files of a folder.
#[derive(Clone, Debug)]
pub struct Numbered {
    folder: PathBuf,
}

impl Numbered {
    /// The numbered files of this folder; it is made when it is not there.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::Kind::Io).
    pub fn new(folder: PathBuf) -> Result<Self> {
        atomic::folder(&folder)?;
        Ok(Self { folder })
    }

    /// The first number that no file named `STEM-NNN.*` has.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::Kind::Io) when the folder cannot be read.
    pub fn next(&self, stem: &str) -> Result<u32> {
        Ok(self.numbers(stem)?.into_iter().max().unwrap_or(0).saturating_add(1))
    }

    /// The path of one file.
    pub fn path(&self, stem: &str, number: u32, ending: &str) -> PathBuf {
        self.folder.join(format!("{stem}-{number:03}.{ending}"))
    }

    /// The newest tree of that page that begins at `reference`; `None`: the newest whole one. Its file, and its text.
    pub fn latest_tree(&self, page: &str, reference: Option<&str>) -> Option<(PathBuf, String)> {
        let mut numbers = self.numbers("snapshot").ok()?;
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.dedup();
        numbers.into_iter().find_map(|number| {
            let record: SnapshotRecord = atomic::read_json(&self.path("snapshot", number, "json")).ok()??;
            let tree = self.path("snapshot", number, "yaml");
            let text = atomic::read(&tree)
                .ok()
                .flatten()
                .filter(|_| record.page == page && record.reference.as_deref() == reference)?;
            Some((tree, String::from_utf8(text).ok()?))
        })
    }

    fn numbers(&self, stem: &str) -> Result<Vec<u32>> {
        let entries = std::fs::read_dir(&self.folder).map_err(|error| Error::io("read", &self.folder, error))?;
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        Ok(names
            .filter_map(|name| number(Path::new(&name).to_str()?, stem))
            .collect())
    }
}

/// 12 for `STEM-012.ENDING`.
fn number(name: &str, stem: &str) -> Option<u32> {
    let (number, _) = name.strip_prefix(stem)?.strip_prefix('-')?.split_once('.')?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(page: &str, reference: Option<&str>) -> SnapshotRecord {
        SnapshotRecord {
            page: page.to_owned(),
            url: "http://a.test/".to_owned(),
            title: String::new(),
            time: Timestamp::now(),
            reference: reference.map(str::to_owned),
            elements: 1,
            objective: None,
            context: None,
        }
    }

    #[test]
    fn numbers_go_on_after_the_highest_of_their_stem() {
        let folder = tempfile::tempdir().unwrap();
        let files = Numbered::new(folder.path().join("snapshots")).unwrap();
        assert_eq!(files.next("snapshot").unwrap(), 1);
        for name in [
            "snapshot-001.png",
            "snapshot-041.html",
            "screenshot-100.png",
            "snapshot-x.png",
            "snapshot-9",
        ] {
            std::fs::write(folder.path().join("snapshots").join(name), "").unwrap();
        }
        assert_eq!(
            (files.next("snapshot").unwrap(), files.next("screenshot").unwrap()),
            (42, 101)
        );
        assert!(files.path("snapshot", 1000, "png").ends_with("snapshot-1000.png"));
    }

    #[test]
    fn the_newest_whole_tree_of_the_page_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let files = Numbered::new(folder.path().to_owned()).unwrap();
        let trees = [
            ("page-1", None, "old"),
            ("page-1", None, "new"),
            ("page-2", None, "other"),
            ("page-1", Some("e1"), "part"),
        ];
        for (number, (page, reference, text)) in (1..).zip(trees) {
            std::fs::write(files.path("snapshot", number, "yaml"), text).unwrap();
            atomic::write_json(&files.path("snapshot", number, "json"), &record(page, reference)).unwrap();
        }
        std::fs::write(files.path("snapshot", 9, "json"), "damaged").unwrap();
        let (path, text) = files.latest_tree("page-1", None).unwrap();
        assert_eq!((path, text.as_str()), (files.path("snapshot", 2, "yaml"), "new"));
        assert_eq!(files.latest_tree("page-3", None), None);
        let (path, _) = files.latest_tree("page-1", Some("e1")).unwrap();
        assert_eq!(path, files.path("snapshot", 4, "yaml"));
        assert_eq!(files.latest_tree("page-1", Some("e2")), None);
    }
}
