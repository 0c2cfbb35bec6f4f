//! The client's end: blocking, one connection, no runtime.

use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::frame;
use super::message::{Request, Response};
use crate::error::{Applied, Error, Kind, Result};
use crate::ipc::Address;

/// A connection to the daemon.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
}

/// Why there is no connection.
#[derive(Debug)]
pub enum ConnectError {
    /// No daemon listens there.
    NoDaemon,
    /// It cannot be reached for another reason.
    Failed(Error),
}

impl Client {
    /// Connects to the daemon of a workspace.
    ///
    /// # Errors
    /// [`ConnectError::NoDaemon`] when there is none (no socket, or one that nobody listens on).
    pub fn connect(address: &Address) -> Result<Self, ConnectError> {
        let path = address.socket();
        match UnixStream::connect(&path) {
            Ok(stream) => match check_owner(&stream) {
                Ok(()) => Ok(Self { stream }),
                Err(error) => Err(ConnectError::Failed(error)),
            },
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                Err(ConnectError::NoDaemon)
            }
            Err(error) => Err(ConnectError::Failed(lost(
                &format!("connect to the daemon at `{}`", path.display()),
                error,
            ))),
        }
    }

    /// Limits how long an answer may take; the daemon keeps the deadline itself, so this only guards against its death.
    pub fn set_patience(&self, patience: Option<Duration>) -> Result<()> {
        self.stream
            .set_read_timeout(patience)
            .map_err(|error| lost("set the socket's timeout", error))
    }

    /// Sends a request and reads its answer as the bytes of a [`Response`].
    ///
    /// # Errors
    /// [`Kind::DaemonLost`], with `applied: unknown` once the request was sent.
    pub fn call_raw(&mut self, request: &Request) -> Result<Vec<u8>> {
        let body = serde_json::to_vec(request)
            .map_err(|error| Error::new(Kind::Internal, "failed to write the request").with_source(error))?;
        frame::write(&mut self.stream, &body).map_err(|error| lost("send the request to the daemon", error))?;
        match frame::read(&mut self.stream, frame::RESPONSE_LIMIT) {
            Ok(Some(body)) => Ok(body),
            Ok(None) => {
                Err(lost("read the daemon's answer", io::ErrorKind::UnexpectedEof.into())
                    .with_applied(Applied::Unknown))
            }
            Err(error) => Err(lost("read the daemon's answer", error).with_applied(Applied::Unknown)),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// As [`Client::call_raw`]; an operation that failed is an answer, not an error.
    pub fn call(&mut self, request: &Request) -> Result<Response> {
        parse(&self.call_raw(request)?)
    }
}

/// The folder of temporary files is everybody's: somebody else may have been there first.
fn check_owner(stream: &UnixStream) -> Result<()> {
    let peer = rustix::net::sockopt::socket_peercred(stream)
        .map_err(|error| lost("look at who listens on the daemon's socket", error.into()))?;
    let own = rustix::process::geteuid();
    if peer.uid == own {
        return Ok(());
    }
    let message = format!(
        "a process of user {} listens on the socket of this user's daemon",
        peer.uid.as_raw()
    );
    Err(Error::new(Kind::Denied, message).with_hint("set XDG_RUNTIME_DIR to a folder that only you can enter"))
}

fn parse(body: &[u8]) -> Result<Response> {
    serde_json::from_slice(body).map_err(|error| {
        Error::new(Kind::DaemonLost, format!("the daemon's answer cannot be read: {error}"))
            .with_hint("greenroom daemon stop    # it may be of another version")
    })
}

fn lost(doing: &str, error: io::Error) -> Error {
    Error::new(Kind::DaemonLost, format!("failed to {doing}: {error}"))
        .with_hint("greenroom list    # starts a new daemon where one is needed")
        .with_source(error)
}
