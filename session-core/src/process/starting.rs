//! What has been started and is nobody's yet: whatever goes wrong, nothing of it is left.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::stop::kill;
use super::{ProcessId, Spawned, remove_folder, remove_stale, stop};

/// Processes with their folder. Unless they are kept, they are killed and the folder is removed when this is dropped.
#[derive(Debug)]
pub struct Starting {
    folder: Option<TempDir>,
    processes: Vec<ProcessId>,
    locks: Vec<PathBuf>,
}

impl Starting {
    /// Nothing but a folder yet.
    pub fn new(folder: TempDir) -> Self {
        Self {
            folder: Some(folder),
            processes: Vec::new(),
            locks: Vec::new(),
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), TempDir::path)
    }

    /// Takes responsibility for a process and its group.
    pub fn add(&mut self, spawned: &Spawned) {
        self.processes.push(spawned.id());
    }

    /// Takes responsibility for files that a process leaves when it is killed, see [`remove_stale`].
    pub fn add_locks(&mut self, locks: impl IntoIterator<Item = PathBuf>) {
        self.locks.extend(locks);
    }

    /// From now on processes and folder are their owner's business.
    pub fn keep(mut self) {
        self.processes.clear();
        let _ = self.folder.take().map(TempDir::keep);
    }

    /// Ends what is there.
    fn end(&mut self) -> impl Future<Output = ()> + 'static {
        let (processes, locks) = (std::mem::take(&mut self.processes), std::mem::take(&mut self.locks));
        let folder = self.folder.take();
        async move {
            // The last that was started leans on those before it.
            for process in processes.into_iter().rev() {
                stop(process, Duration::ZERO, true).await;
            }
            for lock in locks {
                remove_stale(&lock);
            }
            if let Some(folder) = folder {
                remove_folder(folder.path()).await;
            }
        }
    }

    /// Ends the processes; nothing of it is left when this returns.
    pub async fn abandon(mut self) {
        self.end().await;
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if self.processes.is_empty() {
            return;
        }
        // At once, since the runtime may be about to end. The last that was started leans on those before it.
        self.processes.iter().rev().copied().for_each(kill);
        let ending = self.end();
        // A caller that was cancelled does not wait: the runtime looks that nothing is left.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(ending);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Spawn, spawn};

    fn started() -> (Starting, Spawned) {
        let mut starting = Starting::new(tempfile::tempdir().unwrap());
        let args = ["-c", "sleep 1000"].map(String::from);
        let spawned = spawn(&Spawn {
            program: Path::new("/bin/sh"),
            args: &args,
            env: &[],
            output: &starting.folder().join("out"),
        })
        .unwrap();
        starting.add(&spawned);
        (starting, spawned)
    }

    #[tokio::test]
    async fn what_is_dropped_ends_with_its_folder() {
        let (starting, spawned) = started();
        let folder = starting.folder().to_owned();
        drop(starting);
        spawned.ended().await;
        while folder.exists() {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn what_is_dropped_ends_with_a_runtime_that_ends_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let id = runtime.block_on(async {
            let (_starting, spawned) = started();
            spawned.id()
        });
        drop(runtime);
        let ended = std::time::Instant::now() + Duration::from_secs(10);
        while id.is_alive() {
            assert!(std::time::Instant::now() < ended, "it runs on");
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn what_is_kept_stays_and_what_is_abandoned_is_gone() {
        let (starting, spawned) = started();
        let folder = starting.folder().to_owned();
        starting.keep();
        assert!(folder.exists() && spawned.id().is_alive());
        stop(spawned.id(), Duration::ZERO, true).await;
        remove_folder(&folder).await;
        let (starting, spawned) = started();
        let folder = starting.folder().to_owned();
        starting.abandon().await;
        assert!(!folder.exists() && !spawned.id().is_alive());
    }
}
