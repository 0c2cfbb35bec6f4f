//! One connection of a client, in a thread: requests one after another, until one becomes a WebSocket.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use serde_json::Value;

use super::state::State;
use super::websocket;
use super::{Fault, Seen};
use crate::http::{Head, body, connect};

/// An address where nobody listens, as nobody may.
const NOBODY: &str = "127.0.0.1:1";

/// Serves a connection in a thread of its own; it ends when either side closes it, and with the proxy.
pub(super) fn serve(state: &Arc<State>, stream: TcpStream) {
    let state = Arc::clone(state);
    let key = state.open(&stream);
    let work = move || {
        // What goes wrong with a connection is the client's to notice.
        let _ = requests(&state, stream);
        state.close(key);
    };
    // Without a thread, the connection is dropped, and the client told so.
    let _ = std::thread::Builder::new().name("proxy-connection".into()).spawn(work);
}

fn requests(state: &Arc<State>, mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client.try_clone()?);
    while let Some(head) = Head::read(&mut reader)? {
        let bytes = body(&head, &mut reader)?;
        let upgrade = head.get("upgrade").is_some();
        state.saw(Seen {
            method: head.word(0).to_owned(),
            path: head.word(1).to_owned(),
            message: false,
        });
        match state.fault() {
            Fault::NotFound => client.write_all(&page("404 Not Found"))?,
            Fault::BadGateway => client.write_all(&page("502 Bad Gateway"))?,
            Fault::RefuseWebSocket if upgrade => client.write_all(&page("403 Forbidden"))?,
            Fault::Cut => return Ok(()),
            // Until the client gives up, or the proxy ends.
            Fault::Hang => return reader.read_to_end(&mut Vec::new()).map(drop),
            _ if upgrade => return websocket::pass(state, &head, reader, &client),
            _ => client.write_all(&pass(state, head, &bytes)?)?,
        }
    }
    Ok(())
}

/// An answer as one of a proxy that knows nothing of WebDriver.
fn page(status: &str) -> Vec<u8> {
    let text = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1>proxy</body></html>");
    let length = text.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{text}").into_bytes()
}

/// Asks the driver, and answers what it has answered.
fn pass(state: &State, mut head: Head, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let is_new_session = head.word(0) == "POST" && head.word(1).ends_with("/session");
    head.set("Host", &state.upstream);
    head.set("Connection", "close");
    let Ok(mut driver) = connect(&state.upstream) else {
        return Ok(page("502 Bad Gateway"));
    };
    let key = state.open(&driver);
    let answer = (|| {
        driver.write_all(&[&head.to_bytes(), bytes].concat())?;
        let mut reader = BufReader::new(driver.try_clone()?);
        let head = Head::read(&mut reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let bytes = body(&head, &mut reader)?;
        Ok::<_, io::Error>((head, bytes))
    })();
    state.close(key);
    let (mut head, mut bytes) = answer?;
    if is_new_session {
        bytes = lead_through(state, bytes);
    }
    head.remove("Transfer-Encoding");
    head.set("Connection", "keep-alive");
    head.set("Content-Length", bytes.len().to_string());
    Ok([head.to_bytes(), bytes].concat())
}

/// The answer to a new session, with a WebSocket that leads through the proxy.
fn lead_through(state: &State, bytes: Vec<u8>) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else {
        return bytes;
    };
    let Some(url) = answer.pointer_mut("/value/capabilities/webSocketUrl") else {
        return bytes;
    };
    let old = url.as_str().unwrap_or_default();
    let Some((host, path)) = old.strip_prefix("ws://").and_then(|rest| rest.split_once('/')) else {
        return bytes;
    };
    state.leads(&format!("/{path}"), host);
    let new = match state.fault() {
        Fault::UnreachableWebSocket => format!("ws://{NOBODY}/{path}"),
        _ => format!("ws://{}/{path}", state.address),
    };
    *url = new.into();
    answer.to_string().into_bytes()
}
