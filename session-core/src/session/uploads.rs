//! Files for the choosers that a command is about to open.

use std::path::PathBuf;

use tokio::sync::watch;

use crate::backend::{FileChooserOpened, PageKey};

/// Files that wait for a chooser.
#[derive(Clone, Debug)]
struct Upload {
    page: PageKey,
    files: Vec<PathBuf>,
    state: State,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    /// The chooser takes one file, and there are several.
    Refused,
    Given,
    Done,
}

/// The upload of a session, at most one: commands run one after another.
#[derive(Debug)]
pub(crate) struct Uploads(watch::Sender<Option<Upload>>);

impl Default for Uploads {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

/// Files that wait, until this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting<'a>(&'a Uploads);

impl Uploads {
    /// The next chooser of a page gets these files.
    pub(crate) fn wait(&self, page: &PageKey, files: Vec<PathBuf>) -> Waiting<'_> {
        self.0.send_replace(Some(Upload {
            page: page.clone(),
            files,
            state: State::Waiting,
        }));
        Waiting(self)
    }

    /// The files of a chooser that has opened.
    pub(super) fn take(&self, chooser: &FileChooserOpened) -> Vec<PathBuf> {
        let mut files = Vec::new();
        self.0.send_if_modified(|upload| {
            let wanted = |upload: &&mut Upload| upload.page == chooser.page && upload.state == State::Waiting;
            let Some(upload) = upload.as_mut().filter(wanted) else {
                return false;
            };
            if upload.files.len() > 1 && !chooser.multiple {
                upload.state = State::Refused;
            } else {
                upload.state = State::Given;
                files.clone_from(&upload.files);
            }
            true
        });
        files
    }

    /// A chooser of a page has got its files.
    pub(super) fn done(&self, page: &PageKey) {
        self.0.send_if_modified(|upload| {
            let given = |upload: &&mut Upload| upload.page == *page && upload.state == State::Given;
            let upload = upload.as_mut().filter(given);
            upload.map(|upload| upload.state = State::Done).is_some()
        });
    }
}

impl Waiting<'_> {
    /// Waits until a chooser has got the files; false: it takes one, and there are several.
    pub(crate) async fn given(&self) -> bool {
        let mut upload = self.0.0.subscribe();
        let over = |upload: &Option<Upload>| {
            let state = upload.as_ref().map(|upload| upload.state);
            matches!(state, None | Some(State::Done | State::Refused))
        };
        match upload.wait_for(over).await {
            Ok(upload) => upload.as_ref().is_some_and(|upload| upload.state == State::Done),
            Err(_) => false,
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.0.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooser(page: &str, multiple: bool) -> FileChooserOpened {
        FileChooserOpened {
            page: PageKey(page.to_owned()),
            multiple,
        }
    }

    #[tokio::test]
    async fn files_go_to_the_chooser_of_their_page_once() {
        let uploads = Uploads::default();
        let page = PageKey("p".to_owned());
        let waiting = uploads.wait(&page, vec!["a".into(), "b".into()]);
        assert!(uploads.take(&chooser("q", true)).is_empty());
        assert_eq!(uploads.take(&chooser("p", true)).len(), 2);
        assert!(uploads.take(&chooser("p", true)).is_empty());
        uploads.done(&page);
        assert!(waiting.given().await);
        drop(waiting);
        assert!(uploads.take(&chooser("p", true)).is_empty());
    }

    #[tokio::test]
    async fn several_files_are_no_answer_to_a_chooser_of_one() {
        let uploads = Uploads::default();
        let waiting = uploads.wait(&PageKey("p".to_owned()), vec!["a".into(), "b".into()]);
        assert!(uploads.take(&chooser("p", false)).is_empty());
        assert!(!waiting.given().await);
    }
}
