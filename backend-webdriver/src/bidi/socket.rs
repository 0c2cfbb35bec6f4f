//! The WebSocket itself: made, and written to by a task of its own, so that reading never waits for writing.

use std::time::Duration;

use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use greenroom_session_core::{Call, Error, Kind, Result};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

/// The largest message that is taken: an image of a long page.
const LARGEST: usize = 256 << 20;

/// How often a connection that broke is tried to be made anew, and how long is waited in between.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_millis(100);

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) type Socket = WebSocketStream<TcpStream>;

/// Why no connection could be made.
pub(super) enum Failed {
    /// Nobody listens, or it is not heard of.
    NoAnswer(String),
    /// Somebody is there who will not have us.
    Refused(String),
}

/// Makes the connection.
pub(super) async fn connect(url: &str, call: &Call) -> Result<Socket> {
    let doing = format!("failed to connect to `{url}`");
    if !url.starts_with("ws://") {
        let message = format!("{doing}: only `ws://` is supported");
        return Err(Error::new(Kind::Unsupported, message));
    }
    call.bound(&format!("`{url}` to accept a connection"), async {
        dial(url).await.map_err(|failed| {
            let (Failed::NoAnswer(why) | Failed::Refused(why)) = failed;
            Error::new(Kind::BrowserLost, format!("{doing}: {why}"))
        })
    })
    .await
}

/// Makes a connection anew that broke; `None`: there is none any more.
pub(super) async fn again(url: &str) -> Option<Socket> {
    for _ in 0..TRIES {
        match tokio::time::timeout(PATIENCE, dial(url)).await {
            Ok(Ok(socket)) => return Some(socket),
            Ok(Err(Failed::Refused(_))) => return None,
            Ok(Err(Failed::NoAnswer(_))) | Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    None
}

async fn dial(url: &str) -> Result<Socket, Failed> {
    let refused = |why: String| Failed::Refused(why);
    let parsed = Url::parse(url).map_err(|error| refused(error.to_string()))?;
    let host = parsed.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = parsed.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host, port))
        .await
        .map_err(|error| Failed::NoAnswer(error.to_string()))?;
    // Commands are small, and each is waited for.
    let _ = stream.set_nodelay(true);
    let request = url.into_client_request().map_err(|error| refused(error.to_string()))?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    match client_async_with_config(request, stream, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(error @ WsError::Http(_)) => Err(refused(error.to_string())),
        Err(error) => Err(Failed::NoAnswer(error.to_string())),
    }
}

/// Writes what comes until nobody is left who sends, then closes.
pub(super) fn writer(mut sink: SplitSink<Socket, Message>) -> mpsc::UnboundedSender<Message> {
    let (sender, mut messages) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            if sink.send(message).await.is_err() {
                return;
            }
        }
        // Who is gone already needs no goodbye.
        let _ = sink.close().await;
    });
    sender
}

/// The next text; the reason when there is none any more.
pub(super) async fn next(
    stream: &mut (impl StreamExt<Item = Result<Message, WsError>> + Unpin),
) -> Result<String, String> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
            Some(Ok(Message::Close(_))) | None => return Err(String::from("it closed the connection")),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(format!("its connection broke: {error}")),
        }
    }
}
