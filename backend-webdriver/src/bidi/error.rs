//! The one map from what drivers and the connection say to [`Kind`]s.

use greenroom_session_core::{Applied, Error, Kind};

/// Why a command got no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    /// The connection is closed, for this reason.
    Lost(String),
    /// The page's renderer crashed while it was pending.
    Crashed,
    /// The page went away while it was pending.
    Gone,
    /// The document went away while it was pending.
    Replaced,
    /// The driver refused it.
    Refused {
        /// The error code, for example `no such frame`.
        code: String,
        /// What it says.
        message: String,
    },
    /// The answer has not the form that the protocol gives it.
    Malformed(String),
}

/// What drivers' messages mean, whatever code they come with; the first that is contained counts.
const MESSAGES: &[(&str, Kind)] = &[
    ("Target crashed", Kind::PageCrashed),
    ("Inspected target navigated or closed", Kind::Navigation),
    ("Execution context was destroyed", Kind::Navigation),
    ("Cannot find context with specified id", Kind::Navigation),
    ("AbortError", Kind::Navigation),
    ("DiscardedBrowsingContextError", Kind::PageGone),
    ("Execution was terminated", Kind::Script),
    ("Promise was collected", Kind::Script),
];

/// What the protocol's error codes mean.
const CODES: &[(&str, Kind)] = &[
    ("no such frame", Kind::PageGone),
    ("no such handle", Kind::Navigation),
    ("no such node", Kind::Stale),
    ("no such user context", Kind::BrowserLost),
    ("invalid session id", Kind::BrowserLost),
    ("invalid argument", Kind::Usage),
    ("unable to set cookie", Kind::Usage),
    ("unsupported operation", Kind::Unsupported),
];

impl Native {
    /// What it means to a caller.
    pub(crate) fn kind(&self) -> Kind {
        let find = |map: &[(&str, Kind)], is: &dyn Fn(&str) -> bool| {
            map.iter().find(|(part, _)| is(part)).map(|(_, kind)| *kind)
        };
        match self {
            Self::Lost(_) => Kind::BrowserLost,
            Self::Crashed => Kind::PageCrashed,
            Self::Gone => Kind::PageGone,
            Self::Replaced => Kind::Navigation,
            Self::Malformed(_) => Kind::Protocol,
            Self::Refused { code, message } => find(MESSAGES, &|part| message.contains(part))
                .or_else(|| find(CODES, &|name| code == name))
                .unwrap_or(Kind::Protocol),
        }
    }

    /// Whether the driver refused it with this error code.
    pub(crate) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    /// Drivers refuse before they act; whatever went away in the meantime may have acted.
    fn applied(&self, kind: Kind) -> Applied {
        match self {
            Self::Refused { .. } if kind != Kind::Navigation => Applied::No,
            _ => Applied::Unknown,
        }
    }

    /// The error of a call that was `doing` something.
    pub(crate) fn into_error(self, doing: &str) -> Error {
        let kind = self.kind();
        let why = match &self {
            Self::Lost(reason) => format!("the browser is lost ({reason})"),
            Self::Crashed => String::from("the page has crashed"),
            Self::Gone => String::from("the page is gone"),
            Self::Replaced => String::from("the page shows another document now"),
            Self::Refused { code, message } if message.is_empty() => code.clone(),
            Self::Refused { message, .. } => message.trim_end_matches('.').to_owned(),
            Self::Malformed(what) => format!("the browser's answer makes no sense: {what}"),
        };
        let error = Error::new(kind, format!("failed to {doing}: {why}")).with_applied(self.applied(kind));
        match self {
            Self::Refused { code, .. } => error.with_context("bidi error", code),
            _ => error,
        }
    }
}

/// The names of network errors, Chromium's and Firefox's, and how to say them.
const NETWORK: &[(&str, &str)] = &[
    ("CONNECTION_REFUSED", "the connection was refused"),
    ("CONNECTION_RESET", "the connection was reset"),
    ("NET_RESET", "the connection was reset"),
    ("CONNECTION_CLOSED", "the server closed the connection"),
    ("NET_INTERRUPT", "the server closed the connection"),
    ("TIMED_OUT", "the server did not answer in time"),
    ("NET_TIMEOUT", "the server did not answer in time"),
    ("EMPTY_RESPONSE", "the server sent nothing"),
    ("NAME_NOT_RESOLVED", "the host name is unknown"),
    ("NAME_RESOLUTION_FAILED", "the host name is unknown"),
    ("UNKNOWN_PROXY_HOST", "the proxy cannot be reached"),
    ("UNKNOWN_HOST", "the host name is unknown"),
    ("ADDRESS_UNREACHABLE", "the host is unreachable"),
    ("INTERNET_DISCONNECTED", "there is no network"),
    ("ERROR_OFFLINE", "there is no network"),
    ("PROXY_CONNECTION", "the proxy cannot be reached"),
    ("TUNNEL_CONNECTION_FAILED", "the proxy refuses to reach the host"),
    ("ERR_CERT_", "the certificate is not trusted"),
    ("SEC_ERROR_", "the certificate is not trusted"),
    ("MOZILLA_PKIX_ERROR_", "the certificate is not trusted"),
    ("nssBadCert", "the certificate is not trusted"),
    ("ERR_SSL_", "the TLS connection could not be made"),
    ("SSL_ERROR_", "the TLS connection could not be made"),
    ("nssFailure", "the TLS connection could not be made"),
    ("TOO_MANY_REDIRECTS", "it redirects in a circle"),
    ("REDIRECT_LOOP", "it redirects in a circle"),
    ("UNKNOWN_URL_SCHEME", "nothing handles such URLs"),
    ("UNKNOWN_PROTOCOL", "nothing handles such URLs"),
    ("is not allowed in this context", "nothing handles such URLs"),
    ("FILE_NOT_FOUND", "there is no such file"),
    ("ACCESS_DENIED", "access is denied"),
    ("UNSAFE_PORT", "browsers refuse that port"),
    ("PORT_ACCESS_NOT_ALLOWED", "browsers refuse that port"),
    ("deniedPortAccess", "browsers refuse that port"),
    ("INVALID_URL", "the URL is invalid"),
    ("BLOCKED_BY_CLIENT", "it was blocked"),
    ("BLOCKED_BY_RESPONSE", "the server forbids to show it here"),
    (
        "ABORT",
        "it was aborted: the answer has no document, or another navigation came in between",
    ),
];

/// Whether a navigation was given up without an error of the network: its answer may be a download.
pub(crate) fn is_aborted(text: &str) -> bool {
    text.contains("ABORT")
}

/// The error of a navigation to `url` that the browser gave up with `text`, for example `net::ERR_CONNECTION_REFUSED`.
pub(crate) fn navigation(url: &str, text: &str) -> Error {
    let text = text.trim_start_matches("Error: ");
    let known = NETWORK.iter().find(|(name, _)| text.contains(name));
    let why = known.map_or("the browser could not load it", |(_, why)| *why);
    let error =
        Error::new(Kind::Navigation, format!("failed to load `{url}`: {why} ({text})")).with_applied(Applied::Unknown);
    if why == "the certificate is not trusted" {
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

/// Why nothing came of what was asked of a frame.
pub(crate) fn frame(native: Native, doing: &str) -> Error {
    let (kind, why) = match &native {
        Native::Gone => (Kind::Stale, "the frame is gone"),
        native if native.kind() == Kind::PageGone => (Kind::Stale, "the frame is gone"),
        Native::Crashed => (Kind::PageCrashed, "the frame has crashed"),
        Native::Replaced => (Kind::Navigation, "the frame shows another document now"),
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

    fn refused(code: &str, message: &str) -> Native {
        Native::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn each_code_and_message_has_its_kind_and_no_other() {
        for (code, kind) in CODES {
            assert_eq!(refused(code, "anything").into_error("do it").kind(), *kind, "{code}");
        }
        for (part, kind) in MESSAGES {
            let native = refused("unknown error", &format!("so: {part}."));
            assert_eq!(native.into_error("do it").kind(), *kind, "{part}");
        }
        assert_eq!(refused("unknown error", "something new").kind(), Kind::Protocol);
    }

    #[test]
    fn what_went_away_may_have_acted() {
        for (native, kind) in [
            (Native::Lost("closed".into()), Kind::BrowserLost),
            (Native::Crashed, Kind::PageCrashed),
            (Native::Gone, Kind::PageGone),
            (Native::Replaced, Kind::Navigation),
        ] {
            let error = native.into_error("click");
            assert_eq!((error.kind(), error.applied()), (kind, Applied::Unknown));
            assert!(error.message().starts_with("failed to click: "));
        }
        assert_eq!(refused("invalid argument", "no").into_error("x").applied(), Applied::No);
    }

    #[test]
    fn a_frame_that_is_gone_is_no_page_that_is_gone() {
        assert_eq!(frame(Native::Gone, "look").kind(), Kind::Stale);
        assert_eq!(frame(refused("no such frame", ""), "look").kind(), Kind::Stale);
        assert_eq!(frame(Native::Lost(String::new()), "look").kind(), Kind::BrowserLost);
    }

    #[test]
    fn network_errors_are_said_in_words() {
        for (name, why) in NETWORK {
            let error = navigation("http://a.test/", &format!("Error: {name}"));
            assert_eq!(error.kind(), Kind::Navigation);
            assert!(error.message().contains(why), "{error}");
        }
        let new = navigation("http://a.test/", "NS_ERROR_NEW");
        assert!(new.message().contains("NS_ERROR_NEW"));
        assert!(
            navigation("https://a.test/", "SEC_ERROR_UNKNOWN_ISSUER")
                .hint()
                .is_some()
        );
    }
}
