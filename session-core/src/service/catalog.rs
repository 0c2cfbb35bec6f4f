//! Which sessions there are, and which one a command means.

use std::sync::Arc;

use super::Service;
use super::settings::Config;
use crate::error::{Error, Kind, Result};
use crate::journal::{Journal, JournalOptions, Masker};
use crate::op::SessionLine;
use crate::session::Session;
use crate::store::{Listed, Phase, SessionName, StateRecord};

impl Service {
    /// Takes up the sessions on disk that have not ended.
    pub(super) fn take_up(&self) {
        let listed = self.shared.store.list().unwrap_or_else(|error| {
            tracing::warn!(%error, "failed to list the sessions");
            Vec::new()
        });
        for listed in listed {
            let Listed::Session(record) = listed else { continue };
            if record.phase != Phase::Ended {
                let is_lost = record.has_open_workflow();
                let session = self.add(*record);
                if is_lost {
                    session.lose_workflow("the daemon ended");
                    tokio::spawn(async move { session.save().await });
                }
            }
        }
    }

    /// Makes a session of a record known.
    pub(super) fn add(&self, record: StateRecord) -> Arc<Session> {
        let layout = self.shared.store.layout();
        let mut options = JournalOptions {
            redact: record.redact,
            ..JournalOptions::default()
        };
        // A config.json that cannot be read is told where it decides something: here it bounds a file.
        if let Some(max) = Config::read(layout).ok().and_then(|config| config.limits?.max_log) {
            options.max_bytes = max;
        }
        let journal = Journal::open(&layout.session_dir(&record.session), options);
        for (name, value) in &record.options.headers {
            if Masker::is_secret_name(name) {
                // The page may show what it was sent: with and without the scheme (`Bearer …`).
                journal.register_secret(value);
                value
                    .split_once(' ')
                    .inspect(|(_, credentials)| journal.register_secret(credentials));
            }
        }
        let session = Session::new(Arc::clone(&self.shared), record, journal);
        self.sessions().insert(session.name().clone(), Arc::clone(&session));
        session
    }

    /// The session of that name, if it has not ended.
    pub(super) fn known(&self, name: &SessionName) -> Option<Arc<Session>> {
        self.sessions().get(name).cloned()
    }

    /// The session that a command means: the one named, or the workspace's only live one.
    ///
    /// # Errors
    /// [`Kind::NoSession`] with the nearest name and how to open it; [`Kind::SessionEnded`] with when it ended.
    pub(super) fn find(&self, named: Option<&str>) -> Result<Arc<Session>> {
        let Some(named) = named else { return self.only() };
        let name: SessionName = named.parse()?;
        if let Some(session) = self.known(&name) {
            return Ok(session);
        }
        match self.shared.store.read(&name)? {
            Some(record) => Err(ended(&record)),
            None => Err(self.unknown(&name)),
        }
    }

    fn only(&self) -> Result<Arc<Session>> {
        let sessions = self.live();
        match sessions.as_slice() {
            [session] => Ok(Arc::clone(session)),
            [] => Err(Error::new(Kind::NoSession, "the workspace has no live session").with_hint("greenroom open URL")),
            several => {
                let names: Vec<_> = several.iter().map(|session| session.name().to_string()).collect();
                Err(Error::new(
                    Kind::NoSession,
                    format!("several sessions are live: {}", names.join(", ")),
                )
                .with_hint(format!("say which: --session {}", names[0])))
            }
        }
    }

    /// The error about a name that no session has.
    pub(super) fn unknown(&self, name: &SessionName) -> Error {
        let sessions = self.live();
        let names: Vec<_> = sessions.iter().map(|session| session.name().to_string()).collect();
        let near = crate::text::nearest(name.as_ref(), names.iter().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Error::new(Kind::NoSession, format!("no session `{name}`{near}"))
            .with_hint(format!("greenroom open URL --session {name}"))
    }

    /// The sessions as `list` shows them.
    pub(super) fn lines(&self, all: bool, status: Option<&str>) -> Result<Vec<SessionLine>> {
        let mut lines = Vec::new();
        for listed in self.shared.store.list()? {
            let line = match listed {
                Listed::Session(record) => {
                    let live = self.known(&record.session);
                    line(&live.map_or(*record, |session| session.record()))
                }
                Listed::Damaged { name, error } => SessionLine {
                    session: name,
                    status: "damaged".to_owned(),
                    reason: Some(error.message().to_owned()),
                    ..SessionLine::default()
                },
            };
            let ended = line.phase.as_deref() == Some("ended");
            if status.map_or(all || !ended, |status| line.status == status) {
                lines.push(line);
            }
        }
        Ok(lines)
    }
}

/// The error about a session that has ended.
pub(super) fn ended(record: &StateRecord) -> Error {
    let name = &record.session;
    let when = record.ended_at.map(|at| format!(" at {at}")).unwrap_or_default();
    let outcome = record
        .outcome
        .map(|outcome| format!(" ({outcome})"))
        .unwrap_or_default();
    let reason = record
        .reason
        .as_deref()
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    Error::new(
        Kind::SessionEnded,
        format!("session `{name}` ended{when}{outcome}{reason}"),
    )
    .with_hint(format!("greenroom open URL --session {name}"))
}

/// A session in a list.
fn line(record: &StateRecord) -> SessionLine {
    let browser = &record.browser;
    let default = record.pages.iter().find(|page| page.active);
    SessionLine {
        session: record.session.to_string(),
        status: record.status.to_string(),
        phase: Some(record.phase.to_string()),
        outcome: record.outcome.map(|outcome| outcome.to_string()),
        reason: record.reason.clone(),
        backend: Some(record.backend.clone()),
        browser: (!browser.name.is_empty()).then(|| format!("{} {}", browser.name, browser.version)),
        access_mode: Some(record.access_mode.name().to_owned()),
        pages: record.pages.len(),
        url: default.map(|page| page.url.clone()),
        started_at: Some(record.started_at),
        last_used_at: Some(record.last_used_at),
    }
}
