//! The one error of greenroom: what failed, whether a retry may help, whether the action was applied, what to do next.
//!
//! Backends map their native errors to a [`Kind`] in one place each; everything above only adds context.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::backend::Capability;

/// The result of anything in greenroom that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as a caller can act on it. The command line derives its exit code from this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The request itself is malformed: a bad name, URL, option or argument.
    Usage,
    /// No session of that name is known, or none could be chosen.
    NoSession,
    /// The session is known, and has ended.
    SessionEnded,
    /// A session of that name has not ended.
    NameInUse,
    /// The policy forbids it.
    Denied,
    /// The backend or the browser cannot do this; [`Error::capability`] names what is missing.
    Unsupported,
    /// The deadline passed.
    Timeout,
    /// The caller went away or asked to stop.
    Cancelled,
    /// The page could not be loaded: refused, unresolved, TLS, aborted.
    Navigation,
    /// Script in the page threw.
    Script,
    /// No element matches.
    NotFound,
    /// Several elements match where one is needed.
    Ambiguous,
    /// The element that was meant is gone.
    Stale,
    /// The page was closed, or is not of this session.
    PageGone,
    /// The page's renderer crashed.
    PageCrashed,
    /// A dialog of the page waits for its answer, and holds everything up.
    DialogOpen,
    /// The browser could not be started.
    NotStarted,
    /// The browser or its driver died, or its connection was lost.
    BrowserLost,
    /// The daemon cannot be reached, or speaks another version.
    DaemonLost,
    /// A file of ours is damaged, or was written by a newer version.
    Damaged,
    /// A file could not be read or written.
    Io,
    /// The browser answered something that it should not.
    Protocol,
    /// A fault in greenroom itself.
    Internal,
}

impl Kind {
    /// The kind's name as it stands in JSON, for example `browser-lost`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::NoSession => "no-session",
            Self::SessionEnded => "session-ended",
            Self::NameInUse => "name-in-use",
            Self::Denied => "denied",
            Self::Unsupported => "unsupported",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Navigation => "navigation",
            Self::Script => "script",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::Stale => "stale",
            Self::PageGone => "page-gone",
            Self::PageCrashed => "page-crashed",
            Self::DialogOpen => "dialog-open",
            Self::NotStarted => "not-started",
            Self::BrowserLost => "browser-lost",
            Self::DaemonLost => "daemon-lost",
            Self::Damaged => "damaged",
            Self::Io => "io",
            Self::Protocol => "protocol",
            Self::Internal => "internal",
        }
    }

    /// Whether the same call may succeed when it is made again, unless the error says otherwise.
    const fn retry_by_default(self) -> bool {
        matches!(
            self,
            Self::Timeout | Self::BrowserLost | Self::DaemonLost | Self::PageCrashed | Self::Io
        )
    }
}

/// Whether the action that failed had an effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Applied {
    /// Nothing was changed.
    #[default]
    No,
    /// It may have been carried out.
    Unknown,
    /// It was carried out; what failed came after.
    Yes,
}

/// The error of every fallible call; cheap to move, since its parts are boxed.
pub struct Error(Box<Parts>);

struct Parts {
    kind: Kind,
    message: Cow<'static, str>,
    hint: Option<String>,
    retry: bool,
    applied: Applied,
    capability: Option<Capability>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Makes an error of `kind`; `message` is a lowercase fragment that says what failed.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            hint: None,
            retry: kind.retry_by_default(),
            applied: Applied::No,
            capability: None,
            context: Vec::new(),
            source: None,
        }))
    }

    /// The answer of everything that a browser does not declare: [`Kind::Unsupported`], with the capability's name.
    pub fn unsupported(capability: Capability) -> Self {
        let mut error = Self::new(
            Kind::Unsupported,
            format!("this browser has no `{}` ({})", capability.name(), capability.doc()),
        );
        error.0.capability = Some(capability);
        error.with_hint("greenroom status --json    # lists the capabilities in effect")
    }

    /// An error about a file or folder; the path is always told.
    pub fn io(doing: &str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::new(Kind::Io, format!("failed to {doing} `{}`: {source}", path.display())).with_source(source)
    }

    /// The same error with another message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Sets the next command to run.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets the next command to run where none is set yet.
    #[must_use]
    pub fn or_hint(mut self, hint: impl FnOnce() -> String) -> Self {
        self.0.hint.get_or_insert_with(hint);
        self
    }

    /// Sets whether making the same call again may help.
    #[must_use]
    pub fn with_retry(mut self, retry: bool) -> Self {
        self.0.retry = retry;
        self
    }

    /// Sets whether the action had an effect.
    #[must_use]
    pub fn with_applied(mut self, applied: Applied) -> Self {
        self.0.applied = applied;
        self
    }

    /// Adds a key and value that [`fmt::Debug`] and the logs show.
    #[must_use]
    pub fn with_context(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.0.context.push((key, value.into()));
        self
    }

    /// Keeps the native error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What failed, in one line.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The next command to run.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether making the same call again may help.
    pub fn retry(&self) -> bool {
        self.0.retry
    }

    /// Whether the action had an effect.
    pub fn applied(&self) -> Applied {
        self.0.applied
    }

    /// What is missing, for [`Kind::Unsupported`].
    pub fn capability(&self) -> Option<Capability> {
        self.0.capability
    }

    /// Keys and values that were added on the way up.
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.0.context
    }

    /// The error as it goes over the wire and into `--json`.
    pub fn to_wire(&self) -> WireError {
        WireError {
            kind: self.kind(),
            message: self.message().to_owned(),
            hint: self.hint().map(str::to_owned),
            retry: self.retry(),
            applied: self.applied(),
            capability: self.capability().map(|c| c.name().to_owned()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, applied: {:?}, retry: {})",
            self.0.message,
            self.0.kind.name(),
            self.0.applied,
            self.0.retry
        )?;
        for (key, value) in &self.0.context {
            write!(f, "\n  {key}: {value}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        match &self.0.source {
            Some(source) => write!(f, "\n  source: {source:?}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// An [`Error`] on the wire: the `error` object of `--json` (spec: command line, `--json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WireError {
    /// What went wrong.
    pub kind: Kind,
    /// What failed, in one line.
    pub message: String,
    /// The next command to run.
    pub hint: Option<String>,
    /// Whether making the same call again may help.
    pub retry: bool,
    /// Whether the action had an effect.
    pub applied: Applied,
    /// The name of the missing capability, for `unsupported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
}

impl From<WireError> for Error {
    fn from(wire: WireError) -> Self {
        let mut error = Self::new(wire.kind, wire.message)
            .with_retry(wire.retry)
            .with_applied(wire.applied);
        error.0.hint = wire.hint;
        error.0.capability = wire.capability.as_deref().and_then(Capability::from_name);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_keeps_what_a_caller_acts_on() {
        let error = Error::unsupported(Capability::Pdf)
            .with_applied(Applied::Unknown)
            .with_retry(true);
        let wire = error.to_wire();
        let back = Error::from(wire.clone()).to_wire();
        assert_eq!(wire, back);
        assert_eq!(wire.capability.as_deref(), Some("pdf"));
    }

    #[test]
    fn a_kind_has_one_spelling() {
        for kind in [
            Kind::Usage,
            Kind::NoSession,
            Kind::BrowserLost,
            Kind::NotStarted,
            Kind::PageCrashed,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
