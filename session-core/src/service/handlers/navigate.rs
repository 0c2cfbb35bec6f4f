//! Loading documents.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::backend::{Loaded, Navigation, Page, Script, Target, WaitUntil, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::op::{Back, Forward, Goto, Reload, Visit};
use crate::service::dispatch::{Run, Stage};

/// How long a loaded page may take to tell its title: a script that hangs must not cost the whole command.
const TITLE_TIME: Duration = Duration::from_secs(1);

#[async_trait]
impl Run for Goto {
    async fn run(self, stage: &mut Stage) -> Result<Visit> {
        let url = web_address(&self.url)?;
        navigate(stage, Target::Url(url), self.wait_until).await
    }
}

#[async_trait]
impl Run for Back {
    async fn run(self, stage: &mut Stage) -> Result<Visit> {
        navigate(stage, Target::Back, self.wait_until).await
    }
}

#[async_trait]
impl Run for Forward {
    async fn run(self, stage: &mut Stage) -> Result<Visit> {
        navigate(stage, Target::Forward, self.wait_until).await
    }
}

#[async_trait]
impl Run for Reload {
    async fn run(self, stage: &mut Stage) -> Result<Visit> {
        navigate(stage, Target::Reload, self.wait_until).await
    }
}

/// Loads what `target` says.
pub(super) async fn navigate(stage: &mut Stage, target: Target, until: Option<WaitUntil>) -> Result<Visit> {
    let (id, page) = stage.page()?;
    let crashed = stage
        .session()?
        .lock()
        .book
        .by_key(page.key())
        .is_some_and(|entry| entry.crashed);
    if crashed {
        page.revive(&stage.call).await?;
    }
    let (id, page) = if crashed {
        stage.session()?.page(Some(&id))?
    } else {
        (id, page)
    };
    let loaded = if crashed && target == Target::Reload {
        Loaded {
            url: page.url(&stage.call).await?,
            moved: true,
            ..Loaded::default()
        }
    } else {
        page.navigate(
            &Navigation {
                target: target.clone(),
                until: until.unwrap_or_default(),
            },
            &stage.call,
        )
        .await?
    };
    if !loaded.moved {
        let way = if target == Target::Back { "back" } else { "forward" };
        return Err(
            Error::new(Kind::Navigation, format!("there is no page to go {way} to")).with_hint("greenroom get url")
        );
    }
    visit(stage, id, &*page, loaded).await
}

/// The answer about a page that was loaded.
pub(in crate::service) async fn visit(stage: &mut Stage, id: String, page: &dyn Page, loaded: Loaded) -> Result<Visit> {
    let title = match title(page, &stage.call.at_most(TITLE_TIME)).await {
        Ok(title) => title,
        Err(error) => {
            stage
                .notes
                .push(format!("the page is loaded, but did not tell its title: {error}"));
            String::new()
        }
    };
    stage.session()?.lock().book.titled(page.key(), &title);
    if let Some(status) = loaded.status.filter(|status| *status >= 400) {
        stage.notes.push(format!("the server answered {status}"));
    }
    Ok(Visit {
        page: id,
        url: loaded.url,
        title,
        status: loaded.status,
        same_document: loaded.same_document,
    })
}

/// The title of a page's document.
pub(in crate::service) async fn title(page: &dyn Page, call: &Call) -> Result<String> {
    let script = Script {
        function: "() => document.title".to_owned(),
        args: Vec::new(),
        world: World::Isolated,
    };
    let title = page.evaluate(&script, call).await?;
    Ok(title.as_str().unwrap_or_default().to_owned())
}

/// The address that a person means: without a scheme it gets `https://`, or `http://` for localhost and IP addresses.
///
/// # Errors
/// [`Kind::Usage`] when it is none.
pub(in crate::service) fn web_address(written: &str) -> Result<String> {
    let written = written.trim();
    let bad = |why: &str| {
        Error::new(Kind::Usage, format!("`{written}` is no URL: {why}")).with_hint("write it as https://HOST/PATH")
    };
    if written.is_empty() {
        return Err(bad("it is empty"));
    }
    let url = if has_scheme(written) {
        Url::parse(written)
    } else {
        let host = host_of(written);
        let local = host == "localhost"
            || host.ends_with(".localhost")
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        Url::parse(&format!("{}://{written}", if local { "http" } else { "https" }))
    };
    let url = url.map_err(|error| bad(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(url.into()),
        "http" | "https" => Err(bad("it has no host")),
        "file" => {
            Err(Error::new(Kind::Denied, "`file:` addresses are refused")
                .with_hint("serve the file on http://localhost"))
        }
        "javascript" => Err(bad("`javascript:` is a script, not a page")),
        // `about:`, `data:`, `blob:`, and the browser's own pages (`chrome://…`), are its business.
        _ => Ok(url.into()),
    }
}

/// Whether it begins with a scheme: `host:port` does not.
fn has_scheme(written: &str) -> bool {
    let Some((scheme, rest)) = written.split_once(':') else {
        return false;
    };
    let word = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let port = rest
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    word && !port
}

/// The host of an address without a scheme.
fn host_of(written: &str) -> &str {
    let authority = written.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.rfind(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        for (written, url) in [
            ("example.com", "https://example.com/"),
            ("example.com:8080/a?b", "https://example.com:8080/a?b"),
            ("localhost:3000", "http://localhost:3000/"),
            ("127.0.0.1:80/x", "http://127.0.0.1/x"),
            ("[::1]:8080", "http://[::1]:8080/"),
            ("app.localhost", "http://app.localhost/"),
            ("http://example.com/ä", "http://example.com/%C3%A4"),
            ("about:blank", "about:blank"),
            (" https://a.b ", "https://a.b/"),
        ] {
            assert_eq!(web_address(written).unwrap(), url, "{written}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for written in [
            "",
            "   ",
            "http://",
            "https://:80",
            "http://a b/",
            "javascript:alert(1)",
            "http://[::1",
        ] {
            assert_eq!(web_address(written).unwrap_err().kind(), Kind::Usage, "{written}");
        }
        assert_eq!(web_address("file:///etc/passwd").unwrap_err().kind(), Kind::Denied);
    }
}
