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

/// Whether the driver says that there is no such session; false: there is, or nothing can be known.
pub(super) async fn is_denied(socket: &str) -> bool {
    let Some((host, port, path)) = place(socket) else {
        return false;
    };
    timeout(ANSWERS, ask(&host, port, &path))
        .await
        .is_ok_and(|answer| answer.is_ok_and(|answer| denies(&answer)))
}

/// Where the classic protocol asks for something of a session that no page can delay. Firefox listens for BiDi itself, where nobody
/// answers that.
fn place(socket: &str) -> Option<(String, u16, String)> {
    let url = Url::parse(socket).ok()?;
    let (before, rest) = url.path().split_once("/session/")?;
    let id = rest.split('/').next().filter(|id| !id.is_empty())?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    Some((
        host,
        url.port_or_known_default()?,
        format!("{before}/session/{id}/timeouts"),
    ))
}

async fn ask(host: &str, port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(READ).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A 404 of a proxy is none of the driver's.
fn denies(answer: &str) -> bool {
    let status = answer.split(' ').nth(1);
    status == Some("404") && answer.contains("\"invalid session id\"")
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
            "grid 4444 /session/a-b/timeouts"
        );
        assert_eq!(found("ws://[::1]:9/session/a").unwrap(), "::1 9 /session/a/timeouts");
        assert_eq!(found("ws://127.0.0.1:9/session/"), None);
        assert_eq!(found("nonsense"), None);
    }

    #[tokio::test]
    async fn only_the_driver_itself_denies_a_session() {
        for (answer, denied) in [
            (
                "404 Not Found\r\n\r\n{\"value\":{\"error\":\"invalid session id\"}}",
                true,
            ),
            ("404 Not Found\r\n\r\n<html>not here</html>", false),
            ("200 OK\r\n\r\n{\"value\":{\"script\":30000}}", false),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let socket = format!("ws://{}/session/s/se/bidi", listener.local_addr().unwrap());
            let answering = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await.unwrap();
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await.unwrap();
            };
            let (is_denied, ()) = tokio::join!(is_denied(&socket), answering);
            assert_eq!(is_denied, denied, "{answer}");
        }
        assert!(!is_denied("ws://127.0.0.1:1/session/s").await);
    }
}
