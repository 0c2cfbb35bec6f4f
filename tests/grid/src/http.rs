//! The little of HTTP that is needed to ask a driver something and to stand before one: heads, bodies of a given
//! length, bodies in chunks.

use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use serde_json::Value;

/// The first line and the header fields of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) first: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Head {
    /// Reads a head; `None`: the other side has closed instead.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = Self::default();
        let mut line = String::new();
        while from.read_line(&mut line)? > 0 {
            let text = line.trim_end();
            if head.first.is_empty() {
                text.clone_into(&mut head.first);
            } else if text.is_empty() {
                return Ok(Some(head));
            } else if let Some((name, value)) = text.split_once(':') {
                head.fields.push((name.to_owned(), value.trim().to_owned()));
            }
            line.clear();
        }
        Ok(None)
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Gives a field another value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.fields.push((name.to_owned(), value.into()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.fields.retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    }

    /// The words of the first line.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.first.split(' ').nth(index).unwrap_or_default()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let fields = self.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        format!("{}\r\n{}\r\n", self.first, fields.collect::<String>()).into_bytes()
    }
}

/// Reads the body that a head announces.
pub(crate) fn body(head: &Head, from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let chunked = head
        .get("transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    if chunked {
        return chunks(from);
    }
    let length = head.get("content-length").and_then(|value| value.parse().ok());
    let mut bytes = vec![0; length.unwrap_or(0)];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn chunks(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let size = line.trim().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("no chunk size: `{line}`")))?;
        let begin = bytes.len();
        bytes.resize(begin + size, 0);
        from.read_exact(&mut bytes[begin..])?;
        // The end of the line behind each chunk; nobody here sends trailers.
        from.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(bytes);
        }
    }
}

/// What was answered to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, `Null` when it is no JSON.
    pub body: Value,
}

/// Asks something of a driver, as another client would: `request("DELETE", "http://127.0.0.1:4444/session/1", None, ..)`.
///
/// # Errors
/// Nobody answers there, or nothing within the time.
pub fn request(method: &str, url: &str, body: Option<&Value>, within: Duration) -> io::Result<Answer> {
    let rest = url.strip_prefix("http://").ok_or_else(|| invalid(url))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let text = body.map(ToString::to_string).unwrap_or_default();
    let mut head = Head {
        first: format!("{method} /{path} HTTP/1.1"),
        fields: Vec::new(),
    };
    head.set("Host", host);
    head.set("Connection", "close");
    if body.is_some() {
        // A Grid takes exactly this.
        head.set("Content-Type", "application/json; charset=utf-8");
        head.set("Content-Length", text.len().to_string());
    }
    let mut stream = connect(host)?;
    stream.set_read_timeout(Some(within))?;
    stream.write_all(&[head.to_bytes(), text.into_bytes()].concat())?;
    let mut reader = BufReader::new(stream);
    let head = Head::read(&mut reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let bytes = self::body(&head, &mut reader)?;
    Ok(Answer {
        status: head.word(1).parse().map_err(|_| invalid(&head.first))?,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    })
}

/// Connects to `HOST:PORT`.
pub(crate) fn connect(host: &str) -> io::Result<TcpStream> {
    let mut last = invalid(host);
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("not understood: `{what}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_changed_and_written() {
        let text = b"POST /session HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n\r\n{}rest";
        let mut from = &text[..];
        let mut head = Head::read(&mut from).unwrap().unwrap();
        assert_eq!((head.word(0), head.word(1)), ("POST", "/session"));
        assert_eq!(body(&head, &mut from).unwrap(), b"{}");
        assert_eq!(from, b"rest");
        head.set("host", "b:2");
        assert_eq!(
            head.to_bytes(),
            b"POST /session HTTP/1.1\r\nContent-Length: 2\r\nhost: b:2\r\n\r\n"
        );
        assert_eq!(Head::read(&mut &b""[..]).unwrap(), None);
    }

    #[test]
    fn chunks_are_put_together() {
        let text = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n";
        let mut from = &text[..];
        let head = Head::read(&mut from).unwrap().unwrap();
        assert_eq!(body(&head, &mut from).unwrap(), b"abcde");
        assert_eq!(from, b"");
        assert!(chunks(&mut &b"nonsense\r\n"[..]).is_err());
    }
}
