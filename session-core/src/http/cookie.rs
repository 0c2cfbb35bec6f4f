//! Cookies as values: read from storage states and from answers, and which of them an address gets (RFC 6265, 5.1 and 5.3).

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use url::{Host, Url};

use crate::backend::Cookie;
use crate::error::{Error, Kind, Result};

impl Cookie {
    /// A cookie of a storage state, as a browser reads it.
    ///
    /// # Errors
    /// [`Kind::Protocol`] when it is none.
    pub(crate) fn read(value: &serde_json::Value) -> Result<Self> {
        Self::deserialize(value)
            .map_err(|error| Error::new(Kind::Protocol, "a cookie cannot be read").with_source(error))
    }

    /// Reads a `Set-Cookie` line of an answer from `url`; `None` for what a browser would not keep either.
    pub(crate) fn parse(line: &str, url: &Url, now: SystemTime) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let host = url.host_str()?.to_owned();
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: host.clone(),
            path: folder_of(url.path()).to_owned(),
            expires: NO_END,
            same_site: Some("Lax".to_owned()),
            ..Self::default()
        };
        let mut max_age = None;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "domain" if !value.trim_start_matches('.').is_empty() => {
                    let parent = value.trim_start_matches('.').to_ascii_lowercase();
                    // An IP address has no subdomains, and a single label none that share cookies.
                    let has_subdomains = matches!(url.host(), Some(Host::Domain(_))) && parent.contains('.');
                    cookie.domain = match has_subdomains {
                        true if is_within(&host, &parent) => format!(".{parent}"),
                        false if host == parent => parent,
                        _ => return None,
                    };
                }
                "httponly" => cookie.http_only = true,
                "secure" => cookie.secure = true,
                "samesite" => cookie.same_site = Some(same_site(value)),
                "max-age" => max_age = value.parse::<f64>().ok(),
                "expires" => cookie.expires = seconds_of(value).unwrap_or(cookie.expires),
                _ => {}
            }
        }
        if let Some(age) = max_age {
            cookie.expires = if age > 0.0 { since_1970(now) + age } else { OVER };
        }
        (!cookie.secure || is_trustworthy(url)).then_some(cookie)
    }

    /// Whether its time is over.
    pub(crate) fn is_over(&self, now: SystemTime) -> bool {
        self.expires >= 0.0 && self.expires <= since_1970(now)
    }

    /// Whether a request to `url` carries it.
    pub(crate) fn is_sent_to(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_host = match self.domain.strip_prefix('.') {
            Some(parent) => is_within(host, parent),
            None => host == self.domain,
        };
        let path = self.path.trim_end_matches('/');
        let rest = url.path().strip_prefix(path);
        let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_host && is_below && (!self.secure || is_trustworthy(url))
    }

    /// How long its path is: the longest stand first in a request.
    pub(crate) fn depth(&self) -> usize {
        self.path.len()
    }

    /// As it stands in a `Cookie` header.
    pub(crate) fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    /// Whether it takes the other one's place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }
}

/// It ends with the browser.
const NO_END: f64 = -1.0;

/// A time that is over, and that no browser takes for none.
const OVER: f64 = 1.0;

fn same_site(word: &str) -> String {
    let known = ["Strict", "Lax", "None"];
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(word));
    (*found.unwrap_or(&"Lax")).to_owned()
}

fn is_within(host: &str, parent: &str) -> bool {
    host == parent || host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// Where cookies that are for TLS only may go and come from: browsers take this machine as safe.
fn is_trustworthy(url: &Url) -> bool {
    let is_local = match url.host() {
        Some(Host::Domain(name)) => is_within(name, "localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || is_local
}

/// A path up to its last `/`, without that unless it is all (RFC 6265, 5.1.4).
fn folder_of(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(end) => &path[..end],
    }
}

/// The date of an `Expires`, in seconds since 1970.
fn seconds_of(date: &str) -> Option<f64> {
    let date = date.replace('-', " ");
    let zoned = jiff::fmt::rfc2822::parse(&date).ok()?;
    Some(zoned.timestamp().as_duration().as_secs_f64().max(OVER))
}

fn since_1970(now: SystemTime) -> f64 {
    now.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn an_address_gets_the_cookies_of_its_host_and_path() {
        let cookie = |domain: &str, path: &str, secure| Cookie {
            domain: domain.into(),
            path: path.into(),
            secure,
            ..Cookie::default()
        };
        for (cookie, address, is_sent) in [
            (cookie("a.test", "/", false), "http://a.test/x", true),
            (cookie("a.test", "/", false), "http://b.a.test/x", false),
            (cookie(".a.test", "/", false), "http://b.a.test/x", true),
            (cookie(".a.test", "/", false), "http://ba.test/x", false),
            (cookie("a.test", "/x", false), "http://a.test/x", true),
            (cookie("a.test", "/x", false), "http://a.test/x/y", true),
            (cookie("a.test", "/x/", false), "http://a.test/x", true),
            (cookie("a.test", "/x", false), "http://a.test/xy", false),
            (cookie("a.test", "/", true), "http://a.test/", false),
            (cookie("a.test", "/", true), "https://a.test/", true),
            (cookie("127.0.0.1", "/", true), "http://127.0.0.1:8080/", true),
        ] {
            assert_eq!(cookie.is_sent_to(&url(address)), is_sent, "{cookie:?} {address}");
        }
    }

    #[test]
    fn what_an_answer_sets_is_read_as_browsers_do() {
        let from = url("http://www.a.test/x/y");
        let read = |line: &str| Cookie::parse(line, &from, at(100));
        let plain = read("a=b=c").unwrap();
        assert_eq!(
            (
                plain.name.as_str(),
                plain.value.as_str(),
                plain.domain.as_str(),
                plain.path.as_str()
            ),
            ("a", "b=c", "www.a.test", "/x")
        );
        assert_eq!((plain.expires, plain.same_site.as_deref()), (-1.0, Some("Lax")));
        let whole = read(
            "a=1; Domain=A.test; Path=/; HttpOnly; SameSite=none; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:05 GMT",
        );
        let whole = whole.unwrap();
        assert_eq!((whole.domain.as_str(), whole.expires), (".a.test", 110.0));
        assert_eq!((whole.http_only, whole.same_site.as_deref()), (true, Some("None")));
        for (line, is_over) in [
            ("a=; Max-Age=0", true),
            ("a=; Expires=Thu, 01-Jan-1970 00:00:05 GMT", true),
            ("a=; Expires=Wed, 21 Oct 2099 07:28:00 GMT", false),
            ("a=; Expires=nonsense", false),
        ] {
            assert_eq!(read(line).unwrap().is_over(at(100)), is_over, "{line}");
        }
        for refused in [
            "a",
            "a=1; Domain=b.test",
            "a=1; Domain=w.a.test",
            "a=1; Domain=test",
            "a=1; Secure",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
