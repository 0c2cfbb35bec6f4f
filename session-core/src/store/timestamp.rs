//! The one form of time in files: ISO 8601, UTC, milliseconds, and so of one width that sorts as text.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};

/// A moment by the wall clock, in milliseconds, between the years 0 and 9999; written `2026-11-21T06:13:00.123Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Timestamp(i64);

/// The first millisecond of the year 0, before which a year would need a sign.
const FIRST: i64 = -62_167_219_200_000;
/// The last one that every offset can still show in the year 9999.
const LAST: i64 = 253_402_207_199_999;

impl Timestamp {
    /// The moment of the call.
    pub fn now() -> Self {
        Self::from(SystemTime::now())
    }

    /// The moment so many milliseconds after 1970 began; beyond what can be written, the nearest that can.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(FIRST, LAST))
    }

    /// The milliseconds since 1970 began.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// The time since `earlier`; zero when the clock has been set back meanwhile.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment `span` later.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self::from_millis(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The form for file names, without colons: `20261121T061300.123Z`.
    pub fn compact(self) -> String {
        self.to_string().replace(['-', ':'], "")
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration()),
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let at = jiff::tz::Offset::UTC.to_datetime(instant);
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second, millis) = (at.hour(), at.minute(), at.second(), at.millisecond());
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Reads any RFC 3339 time; what is finer than a millisecond is dropped.
    fn from_str(text: &str) -> Result<Self> {
        let parsed = text.parse::<jiff::Timestamp>();
        parsed
            .map(|at| Self::from_millis(at.as_millisecond()))
            .map_err(|source| {
                let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
                Error::new(
                    Kind::Usage,
                    format!("`{shown}` is no time; write it as `2026-11-21T06:13:00.123Z`"),
                )
                .with_source(source)
            })
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "description": "ISO 8601, UTC, milliseconds." })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_has_one_form() {
        let at: Timestamp = "2026-11-21T07:13:00.1239+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-21T06:13:00.123Z");
        assert_eq!(at.compact(), "20261121T061300.123Z");
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-11-21T06:13:00.123Z\"");
        for bad in ["", "yesterday", "2026-11-21", "2026-13-01T00:00:00Z", "\u{0}"] {
            assert_eq!(bad.parse::<Timestamp>().unwrap_err().kind(), Kind::Usage, "{bad:?}");
        }
    }

    #[test]
    fn clocks_that_jump_do_not_overflow() {
        let far = Timestamp::from(UNIX_EPOCH + Duration::from_secs(u64::MAX / 1_000_000_000));
        assert_eq!(far.to_string().len(), 24);
        assert_eq!(far.after(Duration::MAX).to_string(), "9999-12-30T21:59:59.999Z");
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_millis(0).since(Timestamp::now()), Duration::ZERO);
        assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_millis(1)).as_millis(), -1);
    }

    proptest! {
        #[test]
        fn text_sorts_like_time(a in -70_000_000_000_000..260_000_000_000_000_i64, b in any::<i64>()) {
            let (a, b) = (Timestamp::from_millis(a), Timestamp::from_millis(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(a.to_string().parse::<Timestamp>().unwrap(), a);
        }
    }
}
