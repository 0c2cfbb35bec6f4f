//! The one map from what Chromium and the connection say to [`Kind`]s.

use greenroom_session_core::{Applied, Error, Kind};

/// Why a command got no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    /// The connection is closed, for this reason.
    Lost(String),
    /// The page's renderer crashed while it was pending.
    Crashed,
    /// The page, frame or worker went away while it was pending.
    Gone,
    /// Chromium refused it.
    Refused {
        /// The JSON-RPC code.
        code: i64,
        /// What it says.
        message: String,
    },
    /// The answer has not the form that the protocol gives it.
    Malformed(String),
}

/// What Chromium's messages mean; the first that is contained counts.
const MESSAGES: &[(&str, Kind)] = &[
    ("Target crashed", Kind::PageCrashed),
    ("Session with given id not found", Kind::PageGone),
    ("No target with given id found", Kind::PageGone),
    ("Not attached to an active page", Kind::PageGone),
    ("Target closed", Kind::PageGone),
    ("Inspected target navigated or closed", Kind::Navigation),
    ("Execution context was destroyed", Kind::Navigation),
    ("Could not find object with given id", Kind::Navigation),
    ("Cannot find context with specified id", Kind::Navigation),
    ("uniqueContextId not found", Kind::Navigation),
    ("Cannot navigate to invalid URL", Kind::Usage),
    ("Failed to find browser context", Kind::BrowserLost),
    ("Execution was terminated", Kind::Script),
    ("Promise was collected", Kind::Script),
    ("Object reference chain is too long", Kind::Script),
    ("Object couldn't be returned by value", Kind::Script),
    ("Invalid timezone", Kind::Usage),
    ("Invalid locale", Kind::Usage),
];

impl Native {
    /// What it means to a caller.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Lost(_) => Kind::BrowserLost,
            Self::Crashed => Kind::PageCrashed,
            Self::Gone => Kind::PageGone,
            Self::Malformed(_) => Kind::Protocol,
            Self::Refused { message, .. } => MESSAGES
                .iter()
                .find(|(part, _)| message.contains(part))
                .map_or(Kind::Protocol, |(_, kind)| *kind),
        }
    }

    /// Whether the script's context was gone before the script could begin.
    pub(crate) fn is_context_missing(&self) -> bool {
        matches!(self, Self::Refused { message, .. }
            if message.contains("Cannot find context with specified id") || message.contains("uniqueContextId not found"))
    }

    /// Chromium refuses before it acts; whatever went away in the meantime may have acted.
    fn applied(&self, kind: Kind) -> Applied {
        match self {
            Self::Refused { .. } if kind != Kind::Navigation => Applied::No,
            _ => Applied::Unknown,
        }
    }

    /// Whether the session was gone before the command could reach it.
    pub(crate) fn is_session_missing(&self) -> bool {
        matches!(self, Self::Refused { message, .. } if message.contains("Session with given id not found"))
    }

    /// The error of a call that was `doing` something.
    pub(crate) fn into_error(self, doing: &str) -> Error {
        let kind = self.kind();
        let why = match &self {
            Self::Lost(reason) => format!("the browser is lost ({reason})"),
            Self::Crashed => String::from("the page has crashed"),
            Self::Gone => String::from("the page is gone"),
            Self::Refused { message, .. } => message.trim_end_matches('.').to_owned(),
            Self::Malformed(what) => format!("the browser's answer makes no sense: {what}"),
        };
        let applied = self.applied(kind);
        let error = Error::new(kind, format!("failed to {doing}: {why}")).with_applied(applied);
        match self {
            Self::Refused { code, .. } => error.with_context("cdp code", code.to_string()),
            _ => error,
        }
    }
}

/// The names of Chromium's network errors, and how to say them.
const NETWORK: &[(&str, &str)] = &[
    ("ERR_CONNECTION_REFUSED", "the connection was refused"),
    ("ERR_CONNECTION_RESET", "the connection was reset"),
    ("ERR_CONNECTION_CLOSED", "the server closed the connection"),
    ("ERR_CONNECTION_TIMED_OUT", "the server did not answer in time"),
    ("ERR_TIMED_OUT", "the server did not answer in time"),
    ("ERR_EMPTY_RESPONSE", "the server sent nothing"),
    ("ERR_NAME_NOT_RESOLVED", "the host name is unknown"),
    ("ERR_NAME_RESOLUTION_FAILED", "the host name is unknown"),
    ("ERR_ADDRESS_UNREACHABLE", "the host is unreachable"),
    ("ERR_INTERNET_DISCONNECTED", "there is no network"),
    ("ERR_PROXY_CONNECTION_FAILED", "the proxy cannot be reached"),
    ("ERR_TUNNEL_CONNECTION_FAILED", "the proxy refuses to reach the host"),
    ("ERR_CERT_", "the certificate is not trusted"),
    ("ERR_SSL_", "the TLS connection could not be made"),
    ("ERR_TOO_MANY_REDIRECTS", "it redirects in a circle"),
    ("ERR_UNKNOWN_URL_SCHEME", "nothing handles such URLs"),
    ("ERR_FILE_NOT_FOUND", "there is no such file"),
    ("ERR_ACCESS_DENIED", "access is denied"),
    ("ERR_UNSAFE_PORT", "browsers refuse that port"),
    ("ERR_INVALID_URL", "the URL is invalid"),
    ("ERR_BLOCKED_BY_CLIENT", "it was blocked"),
    ("ERR_BLOCKED_BY_RESPONSE", "the server forbids to show it here"),
    (
        "ERR_ABORTED",
        "it was aborted: the answer has no document, or another navigation came in between",
    ),
];

/// The error of a navigation to `url` that Chromium gave up with `text`, for example `net::ERR_CONNECTION_REFUSED`.
pub(crate) fn navigation(url: &str, text: &str) -> Error {
    let why = NETWORK
        .iter()
        .find(|(name, _)| text.contains(name))
        .map_or("the browser could not load it", |(_, why)| *why);
    let error =
        Error::new(Kind::Navigation, format!("failed to load `{url}`: {why} ({text})")).with_applied(Applied::Unknown);
    if text.contains("ERR_CERT_") {
        return error.with_hint("greenroom open URL --ignore-https-errors    # if you trust that server");
    }
    error
}

/// The error of a navigation whose answer is a download.
pub(crate) fn download(url: &str) -> Error {
    Error::new(
        Kind::Navigation,
        format!("failed to show `{url}`: it is a download, and the page stays as it was"),
    )
    .with_applied(Applied::Yes)
}

/// Why nothing came of what was asked of a frame; `is_there`: the page has it still.
pub(crate) fn frame(native: Native, is_there: bool, doing: &str) -> Error {
    let (kind, why) = match &native {
        Native::Lost(_) => return native.into_error(doing),
        _ if !is_there => (Kind::Stale, "the frame is gone"),
        Native::Crashed => (Kind::PageCrashed, "the frame has crashed"),
        // Its session has ended: the next document is in another process.
        Native::Gone => (Kind::Navigation, "the frame shows another document now"),
        _ => return native.into_error(doing),
    };
    Error::new(kind, format!("failed to {doing}: {why}")).with_applied(native.applied(kind))
}

/// The error of whatever was asked of a page that has crashed.
pub(crate) fn crashed(doing: &str) -> Error {
    Native::Crashed
        .into_error(doing)
        .with_applied(Applied::No)
        .with_hint("greenroom reload    # brings the page back")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(message: &str) -> Native {
        Native::Refused {
            code: -32000,
            message: message.to_owned(),
        }
    }

    #[test]
    fn each_message_has_its_kind_and_no_other() {
        for (part, kind) in MESSAGES {
            let native = refused(&format!("{part}."));
            assert_eq!(native.kind(), *kind, "{part}");
            assert_eq!(native.into_error("do it").kind(), *kind);
        }
        assert_eq!(refused("something new").kind(), Kind::Protocol);
    }

    #[test]
    fn what_went_away_may_have_acted() {
        for (native, kind) in [
            (Native::Lost("closed".into()), Kind::BrowserLost),
            (Native::Crashed, Kind::PageCrashed),
            (Native::Gone, Kind::PageGone),
        ] {
            let error = native.into_error("click");
            assert_eq!((error.kind(), error.applied()), (kind, Applied::Unknown));
            assert!(error.message().starts_with("failed to click: "));
        }
        assert_eq!(refused("Invalid parameters").into_error("x").applied(), Applied::No);
    }

    #[test]
    fn network_errors_are_said_in_words() {
        for (name, why) in NETWORK {
            let error = navigation("http://a.test/", &format!("net::{name}"));
            assert_eq!(error.kind(), Kind::Navigation);
            assert!(error.message().contains(why), "{error}");
        }
        assert!(
            navigation("http://a.test/", "net::ERR_NEW")
                .message()
                .contains("net::ERR_NEW")
        );
        assert!(
            navigation("https://a.test/", "net::ERR_CERT_DATE_INVALID")
                .hint()
                .is_some()
        );
    }
}
