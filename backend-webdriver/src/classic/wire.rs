//! The connection to a driver: clients of the library, each with a queue of its own.
//!
//! A client works its commands off one after the other, and one that is given up is still waited for. So a command has a
//! client of its own while it runs; a client is used again when its command was answered.

use std::sync::{Arc, Mutex, PoisonError};

use fantoccini::Client;
use fantoccini::error::CmdError;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::sync::watch;
use url::Url;

use super::command::Command;
use super::error::Native;

/// The connection to a driver session. It goes on when this is dropped.
#[derive(Debug)]
pub(crate) struct Wire {
    driver: Url,
    session: String,
    connector: HttpConnector,
    idle: Mutex<Vec<Client>>,
    lost: watch::Sender<Option<String>>,
}

impl Wire {
    pub(crate) fn new(driver: Url, session: String) -> Arc<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Arc::new(Self {
            driver,
            session,
            connector,
            idle: Mutex::default(),
            lost: watch::Sender::new(None),
        })
    }

    /// Sends a command and waits for its answer, or until the session is lost.
    pub(crate) async fn send(&self, command: Command) -> Result<Value, Native> {
        let mut lost = self.lost.subscribe();
        tokio::select! {
            biased;
            reason = lost.wait_for(Option::is_some) => Err(lost_for(reason.ok().and_then(|reason| reason.clone()))),
            answer = self.exchange(command) => answer,
        }
    }

    async fn exchange(&self, command: Command) -> Result<Value, Native> {
        let client = self.client().await?;
        let answer = client.issue_cmd(command).await;
        match answer {
            Ok(value) => {
                self.put_back(client);
                Ok(value)
            }
            Err(CmdError::Standard(refused)) => {
                self.put_back(client);
                let native = Native::Refused {
                    code: refused.error(),
                    message: refused.message.to_string(),
                };
                if native.is("invalid session id") {
                    self.lose("the driver has ended the session");
                    return Err(lost_for(self.lost_reason()));
                }
                Err(native)
            }
            Err(error) => Err(self.broken(&error).await),
        }
    }

    /// A command without an answer of the protocol: the driver may be gone, or only the connection.
    async fn broken(&self, error: &CmdError) -> Native {
        let is_connection = matches!(error, CmdError::Failed(_) | CmdError::FailedC(_) | CmdError::Lost(_));
        if !is_connection {
            return Native::Malformed(error.to_string());
        }
        let reason = match self.client().await {
            Ok(client) => match client.issue_cmd(Command::windows()).await {
                Err(CmdError::Failed(_) | CmdError::FailedC(_) | CmdError::Lost(_)) => "the driver is gone",
                _ => return Native::Malformed(format!("the connection to the driver broke off ({error})")),
            },
            Err(native) => return native,
        };
        self.lose(reason);
        lost_for(self.lost_reason())
    }

    async fn client(&self) -> Result<Client, Native> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(client) = idle {
            return Ok(client);
        }
        let made = Client::with_existing_session(self.driver.as_str(), &self.session, self.connector.clone()).await;
        let client = made.map_err(|error| Native::Malformed(error.to_string()))?;
        // Else the session ends with the client. There is no await between the two.
        let kept = client.persist().await;
        kept.map_err(|error| Native::Malformed(error.to_string()))?;
        Ok(client)
    }

    fn put_back(&self, client: Client) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(client);
    }

    /// Takes note that the session is gone; the first reason stays.
    pub(crate) fn lose(&self, reason: &str) {
        self.lost.send_if_modified(|lost| {
            let is_first = lost.is_none();
            if is_first {
                *lost = Some(reason.to_owned());
            }
            is_first
        });
    }

    /// Why it was lost; `None`: it is not.
    pub(crate) fn lost_reason(&self) -> Option<String> {
        self.lost.borrow().clone()
    }

    /// Waits until it is lost.
    pub(crate) async fn lost(&self) -> String {
        let mut lost = self.lost.subscribe();
        let reason = lost.wait_for(Option::is_some).await;
        reason.ok().and_then(|reason| reason.clone()).unwrap_or_default()
    }
}

fn lost_for(reason: Option<String>) -> Native {
    Native::Lost(reason.unwrap_or_default())
}
