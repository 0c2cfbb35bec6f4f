//! The folder of a process that has ended goes with it.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// Between two attempts: nothing tells when the last file of a process that is being killed has been written.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the removal is tried.
const ATTEMPTS: usize = 20;

/// Removes the folder of a process that has ended; one that is not there is as good.
///
/// A process that was killed is gone for others before a write of its threads has ended: then once more. A folder that
/// cannot be removed at all is logged and left.
pub async fn remove_folder(folder: &Path) {
    for _ in 0..ATTEMPTS {
        match tokio::fs::remove_dir_all(folder).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::debug!(%error, folder = %folder.display(), "failed to remove a process's folder");
                tokio::time::sleep(PAUSE).await;
            }
            _ => return,
        }
    }
    tracing::warn!(folder = %folder.display(), "the folder of a process that has ended is left behind");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_goes_though_something_is_still_written_into_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("b-1");
        std::fs::create_dir(&folder).unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let late = folder.clone();
        let writer = std::thread::spawn(move || {
            let files = (0..2_000).map(|number| late.join(number.to_string()));
            let mut written = files.map_while(|file| std::fs::write(file, "late").ok());
            assert!(written.next().is_some());
            begun.send(()).unwrap();
            written.count()
        });
        begins.await.unwrap();
        remove_folder(&folder).await;
        writer.join().unwrap();
        assert!(!folder.exists());
        remove_folder(&folder).await;
    }
}
