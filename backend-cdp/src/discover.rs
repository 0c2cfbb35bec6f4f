//! From what a person types after `connect` to the browser's WebSocket.

use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// The longest answer that is read.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Deserialize)]
struct Version {
    #[serde(rename = "webSocketDebuggerUrl")]
    url: String,
}

/// The WebSocket of the browser at `http://HOST:PORT` or `ws://…`.
pub(crate) async fn websocket(endpoint: &str, call: &Call) -> Result<String> {
    let url = Url::parse(endpoint).map_err(|_| malformed(endpoint))?;
    match url.scheme() {
        "ws" if url.path().len() > 1 => Ok(endpoint.to_owned()),
        "ws" | "http" => {
            call.bound(&format!("`{endpoint}` to answer"), ask(&url, endpoint))
                .await
        }
        _ => Err(malformed(endpoint)),
    }
}

fn malformed(endpoint: &str) -> Error {
    Error::new(
        Kind::Usage,
        format!("`{endpoint}` is no DevTools endpoint; write it as `http://127.0.0.1:9222` or `ws://…`"),
    )
}

/// Asks `/json/version`, and answers the WebSocket with the host and port that were given: the browser may be behind a
/// forwarded port, and does not know.
async fn ask(url: &Url, endpoint: &str) -> Result<String> {
    let lost = |why: String| {
        Error::new(
            Kind::BrowserLost,
            format!("failed to reach a browser at `{endpoint}`: {why}"),
        )
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(malformed(endpoint));
    };
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port))
        .await
        .map_err(|error| lost(error.to_string()))?;
    let request = format!("GET /json/version HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .map_err(|error| lost(error.to_string()))?;
    let body = answer(&mut stream).await.map_err(|error| lost(error.to_string()))?;
    let version: Version =
        serde_json::from_slice(&body).map_err(|_| lost(String::from("it does not speak the DevTools protocol")))?;
    let mut found = Url::parse(&version.url).map_err(|_| lost(String::from("it names no WebSocket")))?;
    if found.scheme() != "ws" || found.set_host(Some(host)).is_err() || found.set_port(Some(port)).is_err() {
        return Err(lost(String::from("it names no WebSocket")));
    }
    Ok(found.into())
}

/// The body of an HTTP answer: as long as its length says, since Chromium keeps the connection open.
async fn answer(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut stream = stream.take(LONGEST);
    let mut bytes = Vec::new();
    loop {
        let read = stream.read_buf(&mut bytes).await?;
        if let Some(body) = body(&bytes) {
            return Ok(body.to_vec());
        }
        if read == 0 {
            let end = find(&bytes, b"\r\n\r\n").map_or(bytes.len(), |end| end + 4);
            return Ok(bytes.split_off(end));
        }
    }
}

/// The body, if all of it is there.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let end = find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    bytes.get(end + 4..(end + 4).checked_add(length)?)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_as_long_as_its_length_says() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length:2\r\n\r\n{}rest";
        assert_eq!(body(whole), Some(&b"{}"[..]));
        assert_eq!(body(&whole[..whole.len() - 5]), None);
        assert_eq!(
            body(b"HTTP/1.1 200 OK\r\nContent-Length:99999999999999999999\r\n\r\n"),
            None
        );
    }

    #[tokio::test]
    async fn only_devtools_endpoints_are_taken() {
        let call = Call::within(std::time::Duration::from_secs(5));
        for bad in ["", "127.0.0.1:9222", "ftp://a/", "file:///etc/passwd"] {
            assert_eq!(websocket(bad, &call).await.unwrap_err().kind(), Kind::Usage, "{bad}");
        }
        let ws = "ws://127.0.0.1:1/devtools/browser/x";
        assert_eq!(websocket(ws, &call).await.unwrap(), ws);
    }

    #[tokio::test]
    async fn nobody_there_is_a_lost_browser() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let call = Call::within(std::time::Duration::from_secs(5));
        assert_eq!(websocket(&endpoint, &call).await.unwrap_err().kind(), Kind::BrowserLost);
    }
}
