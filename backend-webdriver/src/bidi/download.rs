//! Downloads: saved by the browser below the folder that was given, or refused.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io, iter};

use greenroom_session_core::backend::{ContextOptions, DownloadRecord, Event, PageKey};
use serde_json::json;

use super::hub::{DEFAULT, Router};
use super::leaving::Leaving;
use super::protocol::browser::{DownloadBehavior, SetDownloadBehavior};
use super::protocol::browsing_context::DownloadInfo;
use super::protocol::goog::SendCommand;

/// The longest file name that is told, in characters.
const LONGEST: usize = 200;

/// A download under way.
#[derive(Debug)]
pub(crate) struct Download {
    user_context: String,
    page: PageKey,
    url: String,
    name: String,
}

/// Lets Chromium give each download a name of its own, which we then change: the protocol's own way would write one over
/// the other. `None`: they are refused, or the driver sees to that.
pub(crate) fn unique(user_context: &str, options: &ContextOptions) -> Option<SendCommand> {
    let folder = options.downloads.as_ref()?;
    let mut params = json!({ "behavior": "allowAndName", "downloadPath": folder, "eventsEnabled": true });
    if user_context != DEFAULT {
        params["browserContextId"] = json!(user_context);
    }
    Some(SendCommand {
        method: "Browser.setDownloadBehavior",
        params,
        session: None,
    })
}

/// What a context does with downloads; they are told in any case.
pub(crate) fn behaviour(user_context: &str, options: &ContextOptions) -> SetDownloadBehavior {
    let download_behavior = match &options.downloads {
        Some(folder) => DownloadBehavior::Allowed {
            destination_folder: folder.clone(),
        },
        None => DownloadBehavior::Denied,
    };
    SetDownloadBehavior {
        download_behavior,
        user_contexts: vec![user_context.to_owned()],
    }
}

impl Router {
    /// `browsingContext.downloadWillBegin`.
    pub(crate) fn download_begins(&mut self, info: &DownloadInfo) {
        let Some(page) = self.page_of(&info.context) else {
            return;
        };
        page.facts.send_modify(|facts| {
            facts.downloads += 1;
            facts.leaving = Leaving::No;
        });
        let download = Download {
            user_context: page.user_context.clone(),
            page: page.page_key().clone(),
            url: info.url.clone(),
            name: safe_name(&info.suggested_filename),
        };
        if self.folder(&download).is_some() {
            self.tell_download(&download, "started", None);
        }
        self.downloads.insert(id(info), download);
    }

    /// `browsingContext.downloadEnd`.
    pub(crate) fn download_ends(&mut self, info: DownloadInfo) {
        let Some(download) = self.downloads.remove(&id(&info)) else {
            return;
        };
        let Some(folder) = self.folder(&download) else {
            self.tell_download(&download, "refused", None);
            return;
        };
        match info.filepath.filter(|_| info.status == "complete") {
            Some(path) if path.parent() == Some(&folder) => {
                let is_unnamed =
                    info.download.is_some() && path.file_name() == info.download.as_deref().map(OsStr::new);
                let path = if is_unnamed {
                    named(path, &folder, &download.name)
                } else {
                    path
                };
                self.tell_download(&download, "completed", Some(path));
            }
            path => {
                if let Some(path) = path {
                    tracing::warn!(path = %path.display(), "a download was saved elsewhere");
                }
                self.tell_download(&download, "cancelled", None);
            }
        }
    }

    fn folder(&self, download: &Download) -> Option<PathBuf> {
        self.contexts.get(&download.user_context)?.options.downloads.clone()
    }

    fn tell_download(&self, download: &Download, state: &'static str, path: Option<PathBuf>) {
        let Some(context) = self.contexts.get(&download.user_context) else {
            return;
        };
        context.sink.event(Event::Download(DownloadRecord {
            page: Some(download.page.clone()),
            url: download.url.clone(),
            suggested_name: download.name.clone(),
            state,
            path,
        }));
    }
}

/// A download under its name, or one with a number where that is taken.
fn named(saved: PathBuf, folder: &Path, name: &str) -> PathBuf {
    let (stem, suffix) = match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => (stem, format!(".{suffix}")),
        _ => (name, String::new()),
    };
    let names = (1..10_000).map(|number| format!("{stem} ({number}){suffix}"));
    for name in iter::once(name.to_owned()).chain(names) {
        let path = folder.join(name);
        // A link never replaces what is there, as a renaming would.
        match fs::hard_link(&saved, &path).and_then(|()| fs::remove_file(&saved)) {
            Ok(()) => return path,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "a download could not be given its name");
                break;
            }
        }
    }
    saved
}

/// What a download is known by, from its beginning to its end.
fn id(info: &DownloadInfo) -> String {
    let ids = [&info.download, &info.navigation];
    ids.into_iter().flatten().next().unwrap_or(&info.url).clone()
}

/// The name that a server or page suggests, as one that leads nowhere.
fn safe_name(suggested: &str) -> String {
    let last = suggested.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .take(LONGEST)
        .collect();
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
            ("a\nb\0c", "a_b_c"),
        ] {
            assert_eq!(safe_name(suggested), safe, "{suggested:?}");
        }
        assert_eq!(safe_name(&"é".repeat(500)).chars().count(), LONGEST);
    }

    #[test]
    fn nothing_that_is_there_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["a.txt", "a (1).txt", "a (2).txt"] {
            let saved = folder.path().join("guid");
            fs::write(&saved, expected).unwrap();
            let path = named(saved, folder.path(), "a.txt");
            assert_eq!(path, folder.path().join(expected));
            assert_eq!(fs::read_to_string(path).unwrap(), expected);
        }
        assert!(!folder.path().join("guid").exists());
    }

    #[test]
    fn a_download_is_known_by_the_best_id_there_is() {
        let mut info: DownloadInfo =
            serde_json::from_str(r#"{"context":"c","navigation":"n","download":"d","url":"u"}"#).unwrap();
        assert_eq!(id(&info), "d");
        info.download = None;
        assert_eq!(id(&info), "n");
        info.navigation = None;
        assert_eq!(id(&info), "u");
    }
}
