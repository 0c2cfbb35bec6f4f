//! A WebSocket that goes through the proxy: what the client sends is looked at, message by message.

use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use serde_json::Value;

use super::Seen;
use super::state::State;
use crate::http::{Head, connect};

/// Passes a request for a WebSocket on, and all that comes after it, until either side closes.
pub(super) fn pass(
    state: &Arc<State>,
    head: &Head,
    mut from_client: BufReader<TcpStream>,
    client: &TcpStream,
) -> io::Result<()> {
    let path = head.word(1).to_owned();
    let target = state.target(&path);
    let mut driver = connect(&target)?;
    let key = state.open(&driver);
    let mut head = head.clone();
    head.set("Host", target);
    driver.write_all(&head.to_bytes())?;
    let back = back(driver.try_clone()?, client.try_clone()?);
    let done = messages(state, &path, &mut from_client, &mut driver);
    state.close(key);
    // The other direction ends with its two streams.
    let _ = client.shutdown(Shutdown::Both);
    if let Some(back) = back {
        let _ = back.join();
    }
    done
}

/// What the driver sends goes back as it is, its answer to the request included.
fn back(mut driver: TcpStream, mut client: TcpStream) -> Option<std::thread::JoinHandle<()>> {
    let work = move || {
        // Who has closed first makes no difference.
        let _ = io::copy(&mut driver, &mut client);
        let _ = client.shutdown(Shutdown::Both);
        let _ = driver.shutdown(Shutdown::Both);
    };
    std::thread::Builder::new().name("proxy-back".into()).spawn(work).ok()
}

/// Passes the client's messages on, and writes each down.
fn messages(state: &State, path: &str, from: &mut impl BufRead, to: &mut TcpStream) -> io::Result<()> {
    let mut text = Vec::new();
    while let Some(frame) = Frame::read(from)? {
        to.write_all(&frame.raw)?;
        if frame.opcode > 2 {
            continue;
        }
        text.extend_from_slice(&frame.payload);
        if frame.last {
            state.saw(Seen {
                method: method(&std::mem::take(&mut text)),
                path: path.to_owned(),
                message: true,
            });
        }
    }
    Ok(())
}

fn method(message: &[u8]) -> String {
    let message: Value = serde_json::from_slice(message).unwrap_or_default();
    message["method"].as_str().unwrap_or_default().to_owned()
}

/// A frame of a message (RFC 6455, 5.2).
struct Frame {
    /// As it came.
    raw: Vec<u8>,
    /// 0: goes on with the message before; 1, 2: begins one; above: is about the connection.
    opcode: u8,
    /// Whether its message ends with it.
    last: bool,
    payload: Vec<u8>,
}

impl Frame {
    /// Reads a frame; `None`: the client has closed.
    fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        if from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut raw = Vec::new();
        let begin = take(from, &mut raw, 2)?;
        let (first, second) = (begin[0], begin[1]);
        let length = match second & 0x7f {
            126 => number(&take(from, &mut raw, 2)?),
            127 => number(&take(from, &mut raw, 8)?),
            short => u64::from(short),
        };
        let mask = if second & 0x80 == 0 {
            vec![0; 4]
        } else {
            take(from, &mut raw, 4)?
        };
        let length = usize::try_from(length).map_err(io::Error::other)?;
        let mut payload = take(from, &mut raw, length)?;
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        Ok(Some(Self {
            raw,
            opcode: first & 0x0f,
            last: first & 0x80 != 0,
            payload,
        }))
    }
}

/// Reads so many bytes, and keeps them in `raw`, too.
fn take(from: &mut impl BufRead, raw: &mut Vec<u8>, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes)?;
    raw.extend_from_slice(&bytes);
    Ok(bytes)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_of_any_length_and_unmasked() {
        let masked = [0x81, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3];
        let mut long = vec![0x01, 126, 0x01, 0x00];
        long.extend([b'x'; 256]);
        let all = [&masked[..], &long].concat();
        let mut from = &all[..];
        let frame = Frame::read(&mut from).unwrap().unwrap();
        assert_eq!((frame.opcode, frame.last, &frame.payload[..]), (1, true, &b"abc"[..]));
        assert_eq!(frame.raw, masked);
        let frame = Frame::read(&mut from).unwrap().unwrap();
        assert_eq!((frame.opcode, frame.last, frame.payload.len()), (1, false, 256));
        assert!(Frame::read(&mut from).unwrap().is_none());
        assert!(Frame::read(&mut &masked[..4]).is_err());
    }
}
