//! A session of a driver: made, ended, and asked what only the classic protocol tells.

use fantoccini::{Client, ClientBuilder};
use greenroom_session_core::{Call, Error, Kind, Result};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use url::Url;

use super::capabilities::Granted;
use super::refusal;

/// How long the end of a session may take that nobody wants any more.
const UNWANTED: std::time::Duration = std::time::Duration::from_secs(30);

/// A session that a driver holds.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The driver's address, with a slash at its end.
    pub(crate) driver: String,
    pub(crate) id: String,
}

/// A session that was just made. Unless it is kept, it is ended when this is dropped, wherever that is: nobody else knows of
/// it, and a Grid would hold its place for long.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) session: Session,
    /// What the driver says of it.
    pub(crate) granted: Granted,
    /// Its first window.
    pub(crate) first: Option<String>,
    is_wanted: bool,
}

impl Made {
    /// From now on it is its owner's business.
    pub(crate) fn keep(&mut self) {
        self.is_wanted = true;
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if self.is_wanted {
            return;
        }
        let unwanted = self.session.clone();
        // A caller that was cancelled does not wait: the runtime carries it out.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = unwanted.end(&Call::within(UNWANTED)).await {
                    tracing::warn!(session = unwanted.id, %error, "a session that nobody wants may be left");
                }
            });
        }
    }
}

/// The address of a driver as others are joined to it.
pub(crate) fn base(address: &str) -> Result<String> {
    let mut url = Url::parse(address).map_err(|error| no_address(address, &error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(no_address(address, "write http://HOST:PORT"));
    }
    if url.scheme() == "https" {
        return Err(no_address(
            address,
            "only `http` is spoken, on a network that is trusted",
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url.to_string())
}

fn no_address(address: &str, why: &str) -> Error {
    Error::new(Kind::Usage, format!("`{address}` is no address of a driver: {why}"))
}

impl Session {
    /// Asks the driver at `driver` for a session.
    ///
    /// A Grid that is full makes the session later, also for who has given up: so the answer is waited for in any case, and a
    /// session that nobody wants any more is ended.
    pub(crate) async fn make(driver: &str, capabilities: Map<String, Value>, call: &Call) -> Result<Made> {
        let (sender, made) = tokio::sync::oneshot::channel();
        let driver = driver.to_owned();
        tokio::spawn(async move {
            // It may be left in the channel, too.
            let _ = sender.send(Self::ask(&driver, capabilities).await);
        });
        let making = async {
            let gone = |_| Error::new(Kind::Internal, "nobody asks the driver any more");
            made.await.map_err(gone)?
        };
        call.bound("the driver to start the browser", making).await
    }

    async fn ask(driver: &str, capabilities: Map<String, Value>) -> Result<Made> {
        let client = ClientBuilder::new(connector())
            .capabilities(capabilities)
            .connect(driver)
            .await
            .map_err(|error| refusal::of(error, driver))?;
        let granted = Granted(client.capabilities().cloned().unwrap_or_default());
        let id = client.session_id().await.ok().flatten().unwrap_or_default();
        let first = client.window().await.ok().map(String::from);
        // What is dropped before this ends the session: nobody else knows of it.
        let _ = client.persist().await;
        let session = Self {
            driver: driver.to_owned(),
            id,
        };
        Ok(Made {
            session,
            granted,
            first,
            is_wanted: false,
        })
    }

    /// A client of this session; the session outlives it.
    pub(crate) async fn client(&self) -> Result<Client> {
        let lost =
            |error: &dyn std::fmt::Display| Error::new(Kind::BrowserLost, format!("no client of the driver: {error}"));
        let client = Client::with_existing_session(&self.driver, &self.id, connector())
            .await
            .map_err(|error| lost(&error))?;
        client.persist().await.map_err(|error| lost(&error))?;
        Ok(client)
    }

    /// Ends it, and with it the browser.
    pub(crate) async fn end(&self, call: &Call) -> Result<()> {
        let ending = async {
            let client = self.client().await?;
            client.close().await.map_err(|error| {
                Error::new(
                    Kind::BrowserLost,
                    format!("the driver did not end the session: {error}"),
                )
            })
        };
        call.bound("the driver to end the session", ending).await
    }
}

fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_be_joined_to() {
        assert_eq!(base("http://127.0.0.1:4444").unwrap(), "http://127.0.0.1:4444/");
        assert_eq!(base("http://grid:4444/wd/hub").unwrap(), "http://grid:4444/wd/hub/");
        for bad in ["", "grid", "ws://127.0.0.1:1", "https://grid"] {
            assert_eq!(base(bad).unwrap_err().kind(), Kind::Usage, "{bad}");
        }
    }
}
