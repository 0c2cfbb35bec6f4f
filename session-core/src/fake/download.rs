//! Downloads: saved as a real browser does, or refused.

use super::engine::Engine;
use super::site::FakeDownload;
use crate::backend::{DownloadRecord, Event, PageKey};

impl Engine {
    /// Saves a file where the context wants its downloads, and tells it.
    pub(super) fn save(&self, page: &PageKey, url: &str, download: &FakeDownload) {
        let folder = {
            let state = self.state();
            state
                .context_of(page)
                .and_then(|context| context.options.downloads.clone())
        };
        let tell = |state: &'static str, path| {
            let record = DownloadRecord {
                page: Some(page.clone()),
                url: url.to_owned(),
                suggested_name: file_name(&download.name),
                state,
                path,
            };
            self.say(page, Event::Download(record));
        };
        let Some(folder) = folder else {
            return tell("refused", None);
        };
        tell("started", None);
        let saved = std::fs::create_dir_all(&folder).and_then(|()| {
            let path = free_path(&folder, &file_name(&download.name));
            std::fs::write(&path, &download.bytes).map(|()| path)
        });
        match saved {
            Ok(path) => tell("completed", Some(path)),
            Err(_) => tell("cancelled", None),
        }
    }
}

/// A path that nothing has yet, by that name or a numbered one.
fn free_path(folder: &std::path::Path, name: &str) -> std::path::PathBuf {
    let numbered = (1..).map(|number: u32| folder.join(format!("{number}-{name}")));
    let mut paths = std::iter::once(folder.join(name)).chain(numbered);
    paths.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

/// A name that cannot lead out of its folder.
fn file_name(suggested: &str) -> String {
    let name: String = suggested
        .chars()
        .map(|c| {
            if c == '/' || c == '\\' || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    if name.trim_matches('.').is_empty() {
        "download".to_owned()
    } else {
        name
    }
}
