//! Finding, configuring and ending sessions, and the daemon itself.

use std::sync::Arc;

use async_trait::async_trait;
use greenroom_policy::AccessMode;

use crate::error::{Error, Kind, Result};
use crate::journal::Masker;
use crate::op::{
    Access, Close, CloseResult, ClosedSession, DaemonStatus, DaemonStatusResult, DaemonStop, DaemonStopped, List,
    ListResult, Mode, Prune, Pruned, SessionMode, Status, StatusResult,
};
use crate::service::dispatch::{Run, Stage};
use crate::session::Session;
use crate::session::machine::Input;
use crate::store::SessionName;

/// The values of `list --status`.
const STATUSES: [&str; 6] = ["active", "paused", "completed", "failed", "exited", "damaged"];

#[async_trait]
impl Run for List {
    async fn run(self, stage: &mut Stage) -> Result<ListResult> {
        if let Some(status) = self.status.as_deref().filter(|status| !STATUSES.contains(status)) {
            let near = crate::text::nearest(status, STATUSES)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            return Err(Error::new(Kind::Usage, format!("no status `{status}`{near}"))
                .with_hint(format!("there are: {}", STATUSES.join(", "))));
        }
        Ok(ListResult {
            sessions: stage.service.lines(self.all, self.status.as_deref())?,
        })
    }
}

#[async_trait]
impl Run for Status {
    async fn run(self, stage: &mut Stage) -> Result<StatusResult> {
        let layout = stage.service.shared.store.layout();
        let mut result = StatusResult {
            workspace: layout.workspace().to_owned(),
            folder: None,
            state: None,
            capabilities: Vec::new(),
            pages: Vec::new(),
            options: None,
            shared_by: None,
            sessions: Vec::new(),
        };
        let live = stage.service.sessions().len();
        if stage.named.is_none() && live != 1 {
            result.sessions = stage.service.lines(false, None)?;
            return Ok(result);
        }
        let record = match stage.service.find(stage.named.as_deref()) {
            Ok(session) => {
                stage.about = Some(session.name().to_string());
                let inner = session.lock();
                result.pages = inner.book.infos();
                result.shared_by = inner
                    .hold
                    .as_ref()
                    .and_then(|hold| hold.lease.as_ref())
                    .map(crate::session::pool::Lease::users);
                inner.snapshot()
            }
            Err(error) if error.kind() == Kind::SessionEnded => {
                let name: SessionName = stage.named.as_deref().unwrap_or_default().parse()?;
                stage.service.shared.store.read(&name)?.ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        result.folder = Some(stage.service.shared.store.layout().session_dir(&record.session));
        result.capabilities.clone_from(&record.capabilities);
        let mut record = record;
        record.page_key.clear();
        for (name, value) in &mut record.options.headers {
            *value = Masker::new().mask_named(name, value).into_owned();
        }
        result.options = Some(record.options.clone());
        result.state = Some(Box::new(record));
        Ok(result)
    }
}

#[async_trait]
impl Run for SessionMode {
    async fn run(self, stage: &mut Stage) -> Result<Mode> {
        let session = stage.session()?;
        let before = session.access_mode();
        let after = self.mode.map_or(before, AccessMode::from);
        if after != before {
            session.lock().record.access_mode = after;
            session.save_or_fail().await?;
            session.log(
                "info",
                "the access mode was changed",
                serde_json::json!({ "from": before, "to": after }),
            );
        }
        Ok(Mode {
            access_mode: access(after),
            changed: after != before,
        })
    }
}

/// The mode as a parameter has it.
pub(in crate::service) fn access(mode: AccessMode) -> Access {
    match mode {
        AccessMode::ReadOnly => Access::ReadOnly,
        AccessMode::WriteAccess => Access::WriteAccess,
    }
}

#[async_trait]
impl Run for Close {
    async fn run(self, stage: &mut Stage) -> Result<CloseResult> {
        let bulk = self.all || self.prefix.is_some() || self.idle.is_some();
        if bulk && stage.named.is_some() {
            return Err(Error::new(
                Kind::Usage,
                "`--session` does not go with `--all`, `--prefix` and `--idle`",
            ));
        }
        let sessions = if bulk { self.select(stage) } else { self.one(stage)? };
        if let [session] = sessions.as_slice() {
            stage.about = Some(session.name().to_string());
        }
        // It is carried out also when the caller goes away in the middle: a half-closed session helps nobody.
        let force = self.force;
        let closing: Vec<_> = sessions
            .into_iter()
            .map(|session| tokio::spawn(close(session, force)))
            .collect();
        let mut closed = Vec::new();
        for task in closing {
            closed.push(
                task.await
                    .map_err(|error| Error::new(Kind::Internal, "failed to close a session").with_source(error))?,
            );
        }
        Ok(CloseResult { closed })
    }
}

impl Close {
    fn select(&self, stage: &Stage) -> Vec<Arc<Session>> {
        let idle_since = self
            .idle
            .and_then(|idle| std::time::SystemTime::now().checked_sub(idle.0));
        let matches = |session: &Arc<Session>| {
            let prefix = self
                .prefix
                .as_ref()
                .is_none_or(|prefix| session.name().as_ref().starts_with(prefix.as_str()));
            let idle =
                self.idle.is_none() || idle_since.is_some_and(|since| session.record().last_used_at <= since.into());
            prefix && idle
        };
        stage.service.live().into_iter().filter(matches).collect()
    }

    fn one(&self, stage: &mut Stage) -> Result<Vec<Arc<Session>>> {
        match stage.service.find(stage.named.as_deref()) {
            Ok(session) => Ok(vec![session]),
            Err(error) if self.if_exists && matches!(error.kind(), Kind::NoSession | Kind::SessionEnded) => {
                stage.notes.push(error.message().to_owned());
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }
}

async fn close(session: Arc<Session>, force: bool) -> ClosedSession {
    let end = session.finish(Input::Closed, "closed by its owner", force).await;
    ClosedSession {
        session: session.name().to_string(),
        browser: end.word().to_owned(),
    }
}

#[async_trait]
impl Run for Prune {
    async fn run(self, stage: &mut Stage) -> Result<Pruned> {
        let report = stage.service.shared.store.prune()?;
        let sessions = report.sessions.iter().map(ToString::to_string).collect();
        Ok(Pruned {
            sessions,
            archived: report.archived.len(),
        })
    }
}

#[async_trait]
impl Run for DaemonStatus {
    async fn run(self, stage: &mut Stage) -> Result<DaemonStatusResult> {
        let service = &stage.service;
        Ok(DaemonStatusResult {
            running: true,
            pid: Some(std::process::id()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            started_at: Some(service.started_at),
            sessions: service.live().len(),
            browsers: service.shared.pool.len(),
        })
    }
}

#[async_trait]
impl Run for DaemonStop {
    async fn run(self, stage: &mut Stage) -> Result<DaemonStopped> {
        let service = Arc::clone(&stage.service);
        let hibernated = service.shelve_all().await;
        service.stop.cancel();
        Ok(DaemonStopped {
            running: true,
            hibernated,
        })
    }
}
