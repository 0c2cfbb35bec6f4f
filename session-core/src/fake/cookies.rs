//! The cookie jar of a context.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use url::Url;

/// A cookie, with the names of the storage state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host; with a leading dot, subdomains too.
    pub domain: String,
    /// The path below which it is sent.
    #[serde(default = "root")]
    pub path: String,
    /// Seconds since 1970; -1: until the browser ends.
    #[serde(default = "session")]
    pub expires: f64,
    /// Out of scripts' reach.
    #[serde(default)]
    pub http_only: bool,
    /// Sent over TLS only.
    #[serde(default)]
    pub secure: bool,
    /// `Strict`, `Lax` or `None`.
    #[serde(default = "lax")]
    pub same_site: String,
}

fn root() -> String {
    "/".to_owned()
}

fn session() -> f64 {
    -1.0
}

fn lax() -> String {
    "Lax".to_owned()
}

impl Cookie {
    /// Reads a `Set-Cookie` line of an answer from `url`.
    fn parse(line: &str, url: &Url) -> Option<Self> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: url.host_str()?.to_owned(),
            path: root(),
            expires: session(),
            http_only: false,
            secure: false,
            same_site: lax(),
        };
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.to_ascii_lowercase().as_str() {
                "path" => value.clone_into(&mut cookie.path),
                "domain" => cookie.domain = format!(".{}", value.trim_start_matches('.')),
                "httponly" => cookie.http_only = true,
                "secure" => cookie.secure = true,
                "samesite" => value.clone_into(&mut cookie.same_site),
                _ => {}
            }
        }
        Some(cookie)
    }

    fn is_sent_to(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host_matches = match self.domain.strip_prefix('.') {
            Some(parent) => host == parent || host.ends_with(&self.domain),
            None => host == self.domain,
        };
        let path = self.path.trim_end_matches('/');
        let path_matches = url
            .path()
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        host_matches && path_matches && (!self.secure || url.scheme() == "https")
    }
}

/// Cookies by their age.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

impl Jar {
    pub(super) fn all(&self) -> &[Cookie] {
        &self.0
    }

    /// Sets a cookie in place of the one of the same name, domain and path; one whose time is over only takes that away.
    pub(super) fn set(&mut self, cookie: Cookie) {
        let same = |old: &Cookie| (&old.name, &old.domain, &old.path) == (&cookie.name, &cookie.domain, &cookie.path);
        self.0.retain(|old| !same(old));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if cookie.expires < 0.0 || cookie.expires > now.as_secs_f64() {
            self.0.push(cookie);
        }
    }

    /// Takes a `Set-Cookie` line, or what a script gives `document.cookie`.
    pub(super) fn take(&mut self, line: &str, url: &str) {
        if let Some(cookie) = Url::parse(url).ok().and_then(|url| Cookie::parse(line, &url)) {
            self.set(cookie);
        }
    }

    /// The `Cookie` header for `url`, empty where there is none; `script`: what `document.cookie` shows.
    pub(super) fn header(&self, url: &str, script: bool) -> String {
        let Ok(url) = Url::parse(url) else {
            return String::new();
        };
        let sent = self
            .0
            .iter()
            .filter(|cookie| cookie.is_sent_to(&url) && !(script && cookie.http_only));
        sent.map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect::<Vec<_>>()
            .join("; ")
    }
}
