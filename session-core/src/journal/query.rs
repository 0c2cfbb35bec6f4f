//! What is asked of a log, and whether a line answers it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Glob, Log};
use crate::error::{Error, Kind, Result};
use crate::store::{Timestamp, words};

/// A question to one log; a line has to meet all that is set. A line without the key that is asked for does not.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which log.
    pub log: Log,
    /// Only the last so many of what matches.
    pub last: Option<usize>,
    /// Only from this time on.
    pub since: Option<Timestamp>,
    /// The request's method, in any case.
    pub method: Option<String>,
    /// The address.
    pub url: Option<Glob>,
    /// The HTTP status.
    pub status: Option<StatusFilter>,
    /// network: the resource type or the kind of message; console: the type; actions: the action; logs: the target.
    pub kind: Option<String>,
    /// Only what failed: a request without an answer or with 4xx or 5xx, an action without success, an error.
    pub failed: bool,
    /// `user` or `agent`.
    pub source: Option<String>,
    /// At least as severe as this.
    pub level: Option<Level>,
    /// The page's id.
    pub page: Option<String>,
}

words! {
    /// How severe a line is, the most severe first.
    Level("level") {
        /// Something has failed; console: also `assert` and uncaught errors.
        Error = "error",
        /// Something may be wrong.
        Warn = "warn",
        /// For information; console: `log` and every other type.
        Info = "info",
        /// For those who look for a fault.
        Debug = "debug",
        /// Each step.
        Trace = "trace",
    }
}

/// A status to look for: `404`, or a class, `4xx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// This one.
    Code(u16),
    /// All of this hundred.
    Class(u16),
}

impl FromStr for StatusFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
        let parsed = match class {
            Some(class) => class
                .parse()
                .ok()
                .filter(|class| (1..=5).contains(class))
                .map(Self::Class),
            None => text
                .parse()
                .ok()
                .filter(|code| (100..=599).contains(code))
                .map(Self::Code),
        };
        parsed.ok_or_else(|| {
            let shown: String = text.chars().take(20).flat_map(char::escape_default).collect();
            Error::new(Kind::Usage, format!("`{shown}` is no HTTP status")).with_hint("write it as `404` or `4xx`")
        })
    }
}

impl StatusFilter {
    fn takes(self, status: u64) -> bool {
        match self {
            Self::Code(code) => status == u64::from(code),
            Self::Class(class) => status / 100 == u64::from(class),
        }
    }
}

impl Query {
    /// Asks for all lines of a log.
    pub fn new(log: Log) -> Self {
        Self {
            log,
            last: None,
            since: None,
            method: None,
            url: None,
            status: None,
            kind: None,
            failed: false,
            source: None,
            level: None,
            page: None,
        }
    }

    /// Whether a line, as it stands in the file, answers the question. What is no JSON object is no line of ours.
    pub fn takes(&self, line: &[u8]) -> bool {
        if self.takes_all() {
            return line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}");
        }
        serde_json::from_slice::<Value>(line).is_ok_and(|line| line.is_object() && self.takes_value(&line))
    }

    fn takes_all(&self) -> bool {
        let Self {
            log: _,
            last: _,
            since,
            method,
            url,
            status,
            kind,
            failed,
            source,
            level,
            page,
        } = self;
        since.is_none()
            && method.is_none()
            && url.is_none()
            && status.is_none()
            && kind.is_none()
            && !failed
            && source.is_none()
            && level.is_none()
            && page.is_none()
    }

    fn takes_value(&self, line: &Value) -> bool {
        let text = |key: &str| line[key].as_str();
        let is = |wanted: &Option<String>, key: &str| {
            wanted
                .as_deref()
                .is_none_or(|wanted| text(key).is_some_and(|have| have.eq_ignore_ascii_case(wanted)))
        };
        let since = |since| {
            text("ts")
                .and_then(|ts| ts.parse::<Timestamp>().ok())
                .is_some_and(|ts| ts >= since)
        };
        self.since.is_none_or(since)
            && is(&self.method, "method")
            && is(&self.source, "source")
            && is(&self.page, "pageId")
            && self.kind_keys().iter().any(|key| is(&self.kind, key))
            && self
                .url
                .as_ref()
                .is_none_or(|url| text("url").is_some_and(|have| url.matches(have)))
            && self
                .status
                .is_none_or(|status| line["status"].as_u64().is_some_and(|have| status.takes(have)))
            && self.level.is_none_or(|level| self.severity(line) <= level as u8)
            && (!self.failed || self.has_failed(line))
    }

    fn kind_keys(&self) -> &'static [&'static str] {
        match self.log {
            Log::Logs => &["target"],
            Log::Network => &["resourceType", "kind"],
            Log::Actions => &["action"],
            Log::Console => &["type"],
        }
    }

    fn has_failed(&self, line: &Value) -> bool {
        match self.log {
            Log::Network => {
                line["error"].is_string()
                    || line["status"].as_u64().is_some_and(|status| status >= 400)
                    || line["kind"].as_str().is_some_and(|kind| kind.ends_with("-error"))
            }
            Log::Actions => line["success"] == false,
            Log::Logs | Log::Console => self.severity(line) == Level::Error as u8,
        }
    }

    /// The lower, the more severe.
    fn severity(&self, line: &Value) -> u8 {
        let console = self.log == Log::Console;
        let level = match line[if console { "type" } else { "level" }]
            .as_str()
            .unwrap_or_default()
        {
            "error" | "pageerror" | "assert" => Level::Error,
            "warn" | "warning" => Level::Warn,
            "debug" | "verbose" => Level::Debug,
            // `console.trace()` is a message with a stack.
            "trace" if !console => Level::Trace,
            _ => Level::Info,
        };
        level as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = r#"{"ts":"2026-01-01T00:00:01.000Z","pageId":"page-2","method":"POST","url":"https://a/api/x","status":404,"resourceType":"fetch","error":null}"#;

    fn takes(line: &str, log: Log, change: impl FnOnce(&mut Query)) -> bool {
        let mut query = Query::new(log);
        change(&mut query);
        query.takes(line.as_bytes())
    }

    #[test]
    fn requests_are_chosen() {
        let network = |change: fn(&mut Query)| takes(REQUEST, Log::Network, change);
        assert!(network(|_| ()));
        assert!(network(|query| query.method = Some("post".into())));
        assert!(!network(|query| query.method = Some("GET".into())));
        assert!(network(|query| query.url = Some("**/api/*".parse().unwrap())));
        assert!(!network(|query| query.url = Some("https://a/*".parse().unwrap())));
        assert!(network(|query| query.status = Some("4xx".parse().unwrap())));
        assert!(!network(|query| query.status = Some("403".parse().unwrap())));
        assert!(network(|query| query.kind = Some("fetch".into())));
        assert!(network(|query| query.failed = true));
        assert!(network(|query| query.page = Some("page-2".into())));
        assert!(!network(|query| query.page = Some("page-1".into())));
        assert!(network(
            |query| query.since = Some("2026-01-01T00:00:01Z".parse().unwrap())
        ));
        assert!(!network(
            |query| query.since = Some("2026-01-01T00:00:02Z".parse().unwrap())
        ));
        assert!(!network(|query| query.source = Some("user".into())));
        let frame =
            r#"{"ts":"2026-01-01T00:00:01.000Z","kind":"websocket-error","url":"wss://a","data":"","binary":false}"#;
        assert!(takes(frame, Log::Network, |query| query.failed = true));
        assert!(takes(frame, Log::Network, |query| query.kind = Some("websocket-error".into())));
        assert!(!takes(frame, Log::Network, |query| query.status = Some(StatusFilter::Class(4))));
    }

    #[test]
    fn levels_mean_at_least_so_severe() {
        for (line, level, taken) in [
            ("warning", "warn", true),
            ("log", "warn", false),
            ("pageerror", "error", true),
            ("debug", "info", false),
        ] {
            let line = format!(r#"{{"type":"{line}"}}"#);
            assert_eq!(
                takes(&line, Log::Console, |query| query.level = Some(level.parse().unwrap())),
                taken,
                "{line} {level}"
            );
        }
        assert!(takes(r#"{"level":"error"}"#, Log::Logs, |query| query.failed = true));
        assert!(takes(r#"{"success":false,"source":"agent"}"#, Log::Actions, |query| {
            query.failed = true;
        }));
    }

    #[test]
    fn what_is_no_line_is_left_out() {
        for line in ["", "{\"half", "text", "\0\0\0", "[]"] {
            assert!(!takes(line, Log::Logs, |_| ()), "{line}");
            assert!(!takes(line, Log::Logs, |query| query.failed = true), "{line}");
        }
    }

    #[test]
    fn statuses_are_checked() {
        for bad in ["", "xx", "9xx", "99", "600", "-1", "4x", "4xxx"] {
            assert_eq!(bad.parse::<StatusFilter>().unwrap_err().kind(), Kind::Usage, "{bad}");
        }
    }
}
