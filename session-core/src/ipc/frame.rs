//! Frames: a length and so many bytes.

use std::io::{self, Read, Write};

/// The largest request that the daemon reads, in bytes.
pub(super) const REQUEST_LIMIT: usize = 16 << 20;

/// The largest answer that a client reads, in bytes.
pub(super) const RESPONSE_LIMIT: usize = 1 << 30;

/// The frame of `body`, ready to be written at once.
pub(super) fn encode(body: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(body.len()).map_err(|_| too_long(body.len()))?;
    let mut frame = Vec::with_capacity(body.len() + 4);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(body);
    Ok(frame)
}

/// The length that a frame's first bytes announce, if it is within `limit`.
pub(super) fn length(head: [u8; 4], limit: usize) -> io::Result<usize> {
    let length = u32::from_le_bytes(head) as usize;
    if length > limit {
        Err(too_long(length))
    } else {
        Ok(length)
    }
}

/// Writes a frame with one system call where the socket takes it.
pub(super) fn write(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    to.write_all(&encode(body)?)
}

/// Reads a frame; `None` at the end of the stream.
pub(super) fn read(from: &mut impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let length = length(head, limit)?;
    // The announced length is not believed: memory grows with what arrives.
    let mut body = Vec::with_capacity(length.min(1 << 16));
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() == length {
        Ok(Some(body))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn too_long(length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a message of {length} bytes is over the limit"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_whole() {
        let mut wire = Vec::new();
        write(&mut wire, b"one").unwrap();
        write(&mut wire, b"").unwrap();
        let mut from = wire.as_slice();
        assert_eq!(read(&mut from, 10).unwrap().unwrap(), b"one");
        assert_eq!(read(&mut from, 10).unwrap().unwrap(), b"");
        assert_eq!(read(&mut from, 10).unwrap(), None);
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_it_is_read() {
        let mut from: &[u8] = &[255, 255, 255, 255, 1];
        assert_eq!(read(&mut from, 1000).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_cut_frame_is_an_error() {
        let mut from: &[u8] = &[5, 0, 0, 0, b'a'];
        assert_eq!(read(&mut from, 1000).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
