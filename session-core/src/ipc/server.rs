//! The daemon's end: takes connections of the same user only, and cancels the request of a client that hangs up.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use super::frame;
use super::message::{PROTOCOL, Request, Response};
use crate::error::{Error, Kind, Result};

/// How long a client may take to send a request that it has begun.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// How long a client that was connected when the daemon stops may take to send a request.
const STOP_GRACE: Duration = Duration::from_millis(500);

/// Answers requests.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one request; `cancel` is cancelled when the client has gone.
    async fn handle(&self, request: Request, cancel: CancellationToken) -> Response;
}

/// Takes connections until `stop` is cancelled, then those that are already waiting, and returns when all are answered.
///
/// `before_stop` runs between: it removes the socket, so that no connection is made that nobody would take.
pub async fn serve(
    listener: UnixListener,
    handler: Arc<dyn Handler>,
    stop: CancellationToken,
    before_stop: impl FnOnce(),
) {
    let connections = tokio_util::task::TaskTracker::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, Arc::clone(&handler), stop.clone())); }
                Err(error) => {
                    tracing::warn!(%error, "failed to accept a connection");
                    // Out of file descriptors, most likely: without a pause this would spin.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = stop.cancelled() => break,
        }
    }
    before_stop();
    while let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::ZERO, listener.accept()).await {
        connections.spawn(connection(stream, Arc::clone(&handler), stop.clone()));
    }
    connections.close();
    connections.wait().await;
}

async fn connection(stream: UnixStream, handler: Arc<dyn Handler>, stop: CancellationToken) {
    if let Err(error) = check_owner(&stream) {
        tracing::warn!(%error, "refused a connection");
        return;
    }
    if let Err(error) = converse(stream, &*handler, &stop).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Only the daemon's own user may talk to it, whatever the folder's mode says.
fn check_owner(stream: &UnixStream) -> Result<()> {
    let peer = stream
        .peer_cred()
        .map_err(|error| Error::new(Kind::Denied, format!("a client of unknown user: {error}")))?;
    let own = rustix::process::geteuid().as_raw();
    if peer.uid() == own {
        Ok(())
    } else {
        Err(Error::new(
            Kind::Denied,
            format!("a client of user {} at the daemon of user {own}", peer.uid()),
        ))
    }
}

async fn converse(stream: UnixStream, handler: &dyn Handler, stop: &CancellationToken) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let Some(body) = (tokio::select! {
            body = read_request(&mut read) => body?,
            () = stopped(stop) => None,
        }) else {
            return Ok(());
        };
        let response = match parse(&body) {
            Ok(request) => {
                let cancel = CancellationToken::new();
                let _gone = cancel.clone().drop_guard();
                tokio::select! {
                    biased;
                    response = handler.handle(request, cancel.clone()) => response,
                    () = hung_up(&mut read) => return Ok(()),
                }
            }
            Err(error) => Response::failed(None, &error),
        };
        respond(&mut write, &response).await?;
    }
}

async fn stopped(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(STOP_GRACE).await;
}

async fn read_request(read: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Vec<u8>>> {
    // Between requests a client may be silent as long as it likes; within one it may not.
    if read.fill_buf().await?.is_empty() {
        return Ok(None);
    }
    let request = async {
        let mut head = [0; 4];
        read.read_exact(&mut head).await?;
        let length = frame::length(head, frame::REQUEST_LIMIT)?;
        let mut body = Vec::new();
        (&mut *read).take(length as u64).read_to_end(&mut body).await?;
        if body.len() == length {
            Ok(Some(body))
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    };
    tokio::time::timeout(REQUEST_TIME, request)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Waits until the client has closed its end. A next request that has already arrived waits its turn.
async fn hung_up(read: &mut BufReader<OwnedReadHalf>) {
    match read.fill_buf().await {
        Ok(buffered) if !buffered.is_empty() => std::future::pending().await,
        _ => {}
    }
}

fn parse(body: &[u8]) -> Result<Request> {
    let request: Request = serde_json::from_slice(body)
        .map_err(|error| Error::new(Kind::Usage, format!("a request that cannot be read: {error}")))?;
    if request.protocol == PROTOCOL {
        return Ok(request);
    }
    Err(Error::new(
        Kind::DaemonLost,
        format!(
            "the daemon speaks protocol {PROTOCOL}, this client {}: they are of different versions",
            request.protocol
        ),
    )
    .with_retry(false)
    .with_hint("greenroom daemon stop    # the next command starts one of its own version"))
}

async fn respond(write: &mut OwnedWriteHalf, response: &Response) -> io::Result<()> {
    let body = serde_json::to_vec(response).map_err(io::Error::other)?;
    write.write_all(&frame::encode(&body)?).await
}

#[cfg(test)]
mod tests;
