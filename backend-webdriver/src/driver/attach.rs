//! What can be known of a driver session that somebody else has asked for: no command of the protocol tells it.

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use greenroom_session_core::backend::BrowserIdentity;
use greenroom_session_core::{Call, Error, Kind, Result};
use http::Method;
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use url::{ParseError, Url};

use super::Session;
use super::capabilities::Granted;

/// A list of a driver's or a Grid's that is nobody's session.
#[derive(Debug)]
struct List(&'static str);

impl WebDriverCompatibleCommand for List {
    fn endpoint(&self, base: &Url, _: Option<&str>) -> Result<Url, ParseError> {
        base.join(self.0)
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

/// Looks whether anybody listens where a driver is said to be.
///
/// # Errors
/// [`Kind::BrowserLost`] when nobody does.
pub(crate) async fn answers(driver: &str, call: &Call) -> Result<()> {
    let url = Url::parse(driver).ok();
    let place = url
        .as_ref()
        .and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    let Some((host, port)) = place else {
        return Ok(());
    };
    call.bound("the driver", async {
        match TcpStream::connect((host.trim_matches(['[', ']']), port)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::new(
                Kind::BrowserLost,
                format!("no driver answers at `{driver}`: {error}"),
            )),
        }
    })
    .await
}

impl Session {
    /// What was granted to this session; nothing where nobody tells.
    ///
    /// # Errors
    /// [`Kind::BrowserLost`] when no driver answers, or it has no such session.
    pub(crate) async fn look(&self, call: &Call) -> Result<(Granted, BrowserIdentity)> {
        let looking = async {
            let client = self.client().await?;
            client.windows().await.map_err(|error| self.not_there(&error))?;
            // chromedriver lists its sessions, a Grid those of its nodes.
            let mut granted = None;
            for list in ["sessions", "status"] {
                let told = client.issue_cmd(List(list)).await.unwrap_or_default();
                granted = granted.or_else(|| find(&told, &self.id).cloned());
            }
            let granted = Granted(granted.unwrap_or_default());
            let agent = client.execute("return navigator.userAgent", Vec::new()).await;
            let agent = agent.ok().and_then(|agent| agent.as_str().map(str::to_owned));
            let identity = identity(&granted, agent.as_deref().unwrap_or_default());
            Ok((granted, identity))
        };
        call.bound("the driver", looking).await
    }

    fn not_there(&self, error: &CmdError) -> Error {
        let (id, driver) = (&self.id, &self.driver);
        let message = match error {
            CmdError::Standard(told) => format!("the driver at `{driver}` has no session `{id}`: {}", told.message),
            other => format!("no driver answers at `{driver}`: {other}"),
        };
        Error::new(Kind::BrowserLost, message)
    }
}

/// The capabilities beside a session's id, wherever in an answer.
fn find<'a>(told: &'a Value, id: &str) -> Option<&'a Map<String, Value>> {
    match told {
        Value::Array(all) => all.iter().find_map(|told| find(told, id)),
        Value::Object(told) => {
            let is_its = ["id", "sessionId"]
                .iter()
                .any(|key| told.get(*key).is_some_and(|value| value == id));
            let own = told.get("capabilities").and_then(Value::as_object).filter(|_| is_its);
            own.or_else(|| told.values().find_map(|told| find(told, id)))
        }
        _ => None,
    }
}

/// Which browser it is: by what was granted, or by what it says to pages.
fn identity(granted: &Granted, agent: &str) -> BrowserIdentity {
    let version = |of: &str| {
        let (_, rest) = agent.split_once(of)?;
        Some(rest.split([' ', ';', ')']).next().unwrap_or_default().to_owned())
    };
    let name = match granted.browser_name() {
        "chrome" | "chromium" | "chrome-headless-shell" => "chromium",
        "MiniBrowser" => "webkit",
        "" if agent.contains("Firefox/") => "firefox",
        "" if agent.contains("Chrome/") => "chromium",
        "" if agent.contains("AppleWebKit/") => "webkit",
        "" => "unknown",
        other => other,
    };
    let mut identity = granted.identity(name, None);
    if identity.version.is_empty() {
        let told = ["Firefox/", "Chrome/", "Version/"].iter().find_map(|of| version(of));
        identity.version = told.unwrap_or_else(|| String::from("unknown"));
    }
    identity
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_session_is_found_in_the_lists_of_drivers_and_grids() {
        let capabilities = json!({ "browserName": "chrome", "webSocketUrl": "ws://127.0.0.1:1/session/a" });
        let driver = json!([{ "id": "b", "capabilities": {} }, { "id": "a", "capabilities": capabilities }]);
        let grid = json!({ "ready": true, "nodes": [{ "id": "a-node", "slots": [
            { "session": null, "id": { "id": "x" } },
            { "session": { "sessionId": "a", "capabilities": capabilities } },
        ] }] });
        for told in [driver, grid] {
            assert_eq!(find(&told, "a"), capabilities.as_object(), "{told}");
            assert_eq!(find(&told, "c"), None);
        }
    }

    #[test]
    fn a_browser_is_known_by_its_own_words_where_its_driver_says_nothing() {
        let none = Granted(Map::new());
        for (agent, name, version) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                "firefox",
                "153.0",
            ),
            (
                "Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "webkit",
                "26.0",
            ),
            (
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "chromium",
                "156.0.0.0",
            ),
            ("", "unknown", "unknown"),
        ] {
            let found = identity(&none, agent);
            assert_eq!(
                (found.name.as_str(), found.version.as_str()),
                (name, version),
                "{agent}"
            );
        }
    }
}
