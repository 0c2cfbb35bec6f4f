//! The one map from what a classic driver says to [`Kind`]s.

use greenroom_session_core::{Applied, Error, Kind};

/// Why a command got no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    /// The driver or its session is gone, for this reason.
    Lost(String),
    /// The page went away while it was pending.
    Gone,
    /// A dialog opened, and the answer was lost over it.
    Dialog(String),
    /// The page cannot be reached: its renderer answers nothing.
    Hangs,
    /// The driver refused it.
    Refused {
        /// The error code, for example `no such window`.
        code: String,
        /// What it says.
        message: String,
    },
    /// The answer has not the form that the protocol gives it.
    Malformed(String),
}

/// What the protocol's error codes mean.
const CODES: &[(&str, Kind)] = &[
    ("no such window", Kind::PageGone),
    ("no such frame", Kind::Navigation),
    ("stale element reference", Kind::Stale),
    ("no such element", Kind::Stale),
    ("invalid session id", Kind::BrowserLost),
    ("javascript error", Kind::Script),
    ("script timeout", Kind::Timeout),
    ("timeout", Kind::Timeout),
    ("invalid argument", Kind::Usage),
    ("unsupported operation", Kind::Unsupported),
];

impl Native {
    /// What it means to a caller.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Lost(_) => Kind::BrowserLost,
            Self::Gone => Kind::PageGone,
            Self::Dialog(_) => Kind::Script,
            Self::Hangs => Kind::Timeout,
            Self::Malformed(_) => Kind::Protocol,
            Self::Refused { code, .. } => CODES
                .iter()
                .find(|(name, _)| name == code)
                .map_or(Kind::Protocol, |(_, kind)| *kind),
        }
    }

    /// Whether the driver refused it with this error code.
    pub(crate) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    /// The driver refuses before it acts, but tells of scripts when they have run.
    fn applied(&self, kind: Kind) -> Applied {
        match self {
            Self::Refused { .. } if !matches!(kind, Kind::Navigation | Kind::Script | Kind::Timeout) => Applied::No,
            _ => Applied::Unknown,
        }
    }

    /// The error of a call that was `doing` something.
    pub(crate) fn into_error(self, doing: &str) -> Error {
        let kind = self.kind();
        let why = match &self {
            Self::Lost(reason) => format!("the browser is lost ({reason})"),
            Self::Gone => String::from("the page is gone"),
            Self::Dialog(text) => {
                format!("it opened a dialog (`{text}`), which was dismissed, and what it came to is not known")
            }
            Self::Hangs => String::from("the page answers nothing"),
            Self::Refused { code, message } if message.is_empty() => code.clone(),
            Self::Refused { message, .. } => message.trim_end_matches('.').to_owned(),
            Self::Malformed(what) => format!("the driver's answer makes no sense: {what}"),
        };
        let error = Error::new(kind, format!("failed to {doing}: {why}")).with_applied(self.applied(kind));
        match self {
            Self::Refused { code, .. } => error.with_context("webdriver error", code),
            Self::Hangs => error.with_hint("greenroom reload    # opens it anew in another window"),
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, message: &str) -> Native {
        Native::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn each_code_has_its_kind_and_no_other() {
        for (code, kind) in CODES {
            assert_eq!(refused(code, "anything").into_error("do it").kind(), *kind, "{code}");
        }
        assert_eq!(refused("unknown error", "something new").kind(), Kind::Protocol);
        assert_eq!(Native::Gone.kind(), Kind::PageGone);
        assert_eq!(
            Native::Lost("it went".into()).into_error("look").kind(),
            Kind::BrowserLost
        );
    }

    #[test]
    fn what_may_have_acted_is_not_told_as_undone() {
        assert_eq!(refused("no such window", "").into_error("look").applied(), Applied::No);
        assert_eq!(
            refused("no such frame", "").into_error("look").applied(),
            Applied::Unknown
        );
        assert_eq!(
            Native::Dialog("sure?".into()).into_error("look").applied(),
            Applied::Unknown
        );
    }
}
