//! Downloads: saved under a name that cannot lead anywhere else, or refused.

use std::fs;
use std::path::{Path, PathBuf};

use chromiumoxide::cdp::browser_protocol::browser::{SetDownloadBehaviorBehavior, SetDownloadBehaviorParams};
use greenroom_session_core::backend::{ContextKey, DownloadRecord, Event, PageKey};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::read;
use crate::hub::{DEFAULT, Router};
use crate::setup::Setup;

/// The longest file name that is kept, in bytes.
const LONGEST: usize = 200;

/// A download under way.
#[derive(Debug)]
pub(crate) struct Download {
    context: ContextKey,
    page: Option<PageKey>,
    url: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begins {
    guid: String,
    #[serde(default)]
    frame_id: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    suggested_filename: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Progress {
    guid: String,
    state: String,
}

/// What a context does with downloads; they are told in any case.
pub(crate) fn behaviour(key: &ContextKey, setup: &Setup) -> SetDownloadBehaviorParams {
    let folder = setup.options.downloads.as_ref();
    SetDownloadBehaviorParams {
        behavior: match folder {
            Some(_) => SetDownloadBehaviorBehavior::AllowAndName,
            None => SetDownloadBehaviorBehavior::Deny,
        },
        browser_context_id: (key.0 != DEFAULT).then(|| key.0.clone().into()),
        download_path: folder.map(|folder| folder.display().to_string()),
        events_enabled: Some(true),
    }
}

impl Router {
    /// `Browser.downloadWillBegin`.
    pub(crate) fn download_begins(&mut self, params: Value) {
        let Ok(begins) = read::<Begins>(params) else { return };
        let Some((context, page)) = self.owner_of_frame(&begins.frame_id) else {
            tracing::debug!(url = begins.url, "a download of no page of ours");
            return;
        };
        let download = Download {
            context,
            page,
            url: begins.url,
            name: safe_name(&begins.suggested_filename),
        };
        if self.folder(&download.context).is_some() {
            self.tell_download(&download, "started", None);
        }
        self.downloads.insert(begins.guid, download);
    }

    /// `Browser.downloadProgress`.
    pub(crate) fn download_progress(&mut self, params: Value) {
        let Ok(Progress { guid, state }) = read(params) else {
            return;
        };
        if state == "inProgress" {
            return;
        }
        let Some(download) = self.downloads.remove(&guid) else {
            return;
        };
        let Some(folder) = self.folder(&download.context) else {
            self.tell_download(&download, "refused", None);
            return;
        };
        if state != "completed" {
            self.tell_download(&download, "cancelled", None);
            return;
        }
        let path = match keep(&folder, &guid, &download.name) {
            Ok(path) => path,
            Err(error) => {
                tracing::warn!(%error, name = download.name, "a download could not be given its name");
                folder.join(&guid)
            }
        };
        self.tell_download(&download, "completed", Some(path));
    }

    fn folder(&self, context: &ContextKey) -> Option<PathBuf> {
        self.contexts.get(context)?.setup.options.downloads.clone()
    }

    fn tell_download(&self, download: &Download, state: &'static str, path: Option<PathBuf>) {
        let Some(context) = self.contexts.get(&download.context) else {
            return;
        };
        context.sink.event(Event::Download(DownloadRecord {
            page: download.page.clone(),
            url: download.url.clone(),
            suggested_name: download.name.clone(),
            state,
            path,
        }));
    }
}

/// Gives a download its name, or one with a number where that is taken.
fn keep(folder: &Path, guid: &str, name: &str) -> std::io::Result<PathBuf> {
    let (stem, suffix) = match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => (stem, format!(".{suffix}")),
        _ => (name, String::new()),
    };
    let saved = folder.join(guid);
    for number in 0..10_000 {
        let path = match number {
            0 => folder.join(name),
            _ => folder.join(format!("{stem} ({number}){suffix}")),
        };
        // A link never replaces what is there, as a renaming would.
        match fs::hard_link(&saved, &path) {
            Ok(()) => {
                fs::remove_file(&saved)?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::Error::other("every name is taken"))
}

/// The name that a server or page suggests, as one that stays in its folder.
fn safe_name(suggested: &str) -> String {
    let last = suggested.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last
        .chars()
        .map(|c| {
            if c.is_control() || "<>:\"|?*".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    while name.len() > LONGEST {
        name.pop();
    }
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() {
        String::from("download")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for (suggested, safe) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("..", "download"),
            ("", "download"),
            (".hidden", "hidden"),
            ("a\nb\0c", "a_b_c"),
        ] {
            assert_eq!(safe_name(suggested), safe, "{suggested:?}");
        }
        assert!(safe_name(&"é".repeat(500)).len() <= LONGEST);
    }

    #[test]
    fn nothing_that_is_there_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["a.txt", "a (1).txt", "a (2).txt"] {
            fs::write(folder.path().join("guid"), expected).unwrap();
            let path = keep(folder.path(), "guid", "a.txt").unwrap();
            assert_eq!(path, folder.path().join(expected));
            assert_eq!(fs::read_to_string(path).unwrap(), expected);
        }
        assert!(!folder.path().join("guid").exists());
    }
}
