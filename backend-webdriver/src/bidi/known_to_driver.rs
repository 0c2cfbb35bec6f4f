//! Whether the driver still knows the session: asked by the classic protocol, which tells at once what a connection behind
//! a Grid does not tell at all.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

/// How long an answer is waited for. A driver that is busy with a page does not answer, and proves nothing.
const ANSWERS: Duration = Duration::from_secs(5);

/// How much of an answer is read: the error stands in its first lines, in whatever order a Grid writes them.
const READ: u64 = 64 << 10;

/// What the driver says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is there, or who was asked is none who could know.
    Known,
    /// There is no such session.
    Denied,
    /// Nothing: it does not answer, or cannot reach where the session is.
    Nothing,
}

/// Asks the driver of the session whose socket this is.
pub(super) async fn ask(socket: &str) -> Said {
    let Some((host, port, path)) = place(socket) else {
        return Said::Known;
    };
    match timeout(ANSWERS, get(&host, port, &path)).await {
        Ok(Ok(answer)) => said(&answer),
        _ => Said::Nothing,
    }
}

/// Where the classic protocol asks for something of a session that its browser has to answer and no page can delay. Firefox listens for BiDi itself, where nobody
/// answers that.
fn place(socket: &str) -> Option<(String, u16, String)> {
    let url = Url::parse(socket).ok()?;
    let (before, rest) = url.path().split_once("/session/")?;
    let id = rest.split('/').next().filter(|id| !id.is_empty())?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    Some((
        host,
        url.port_or_known_default()?,
        format!("{before}/session/{id}/window/handles"),
    ))
}

async fn get(host: &str, port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(READ).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A 404 of a proxy is none of the driver's.
fn said(answer: &str) -> Said {
    match answer.split(' ').nth(1) {
        Some("404") if answer.contains("\"invalid session id\"") => Said::Denied,
        Some(status) if !status.starts_with('5') => Said::Known,
        _ => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_session_is_found_in_the_address_of_its_socket() {
        let found = |socket| place(socket).map(|(host, port, path)| format!("{host} {port} {path}"));
        assert_eq!(
            found("ws://grid:4444/session/a-b/se/bidi").unwrap(),
            "grid 4444 /session/a-b/window/handles"
        );
        assert_eq!(
            found("ws://[::1]:9/session/a").unwrap(),
            "::1 9 /session/a/window/handles"
        );
        assert_eq!(found("ws://127.0.0.1:9/session/"), None);
        assert_eq!(found("nonsense"), None);
    }

    #[tokio::test]
    async fn only_the_driver_itself_denies_a_session() {
        for (answer, wanted) in [
            (
                "404 Not Found\r\n\r\n{\"value\":{\"error\":\"invalid session id\"}}",
                Said::Denied,
            ),
            ("404 Not Found\r\n\r\n<html>not here</html>", Said::Known),
            ("200 OK\r\n\r\n{\"value\":{\"script\":30000}}", Said::Known),
            ("500 Server Error\r\n\r\n{}", Said::Nothing),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let socket = format!("ws://{}/session/s/se/bidi", listener.local_addr().unwrap());
            let answering = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await.unwrap();
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await.unwrap();
            };
            let (said, ()) = tokio::join!(ask(&socket), answering);
            assert_eq!(said, wanted, "{answer}");
        }
        assert_eq!(ask("ws://127.0.0.1:1/session/s").await, Said::Nothing);
    }
}
