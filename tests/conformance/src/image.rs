//! The size of an image, from the header of its file.

use greenroom_session_core::backend::{Image, ImageFormat};

use crate::check::{Checked, Failure};

/// Width and height in pixels; the file must be of the format that it is said to be.
pub(crate) fn size(image: &Image) -> Checked<(u32, u32)> {
    let read = match image.format {
        ImageFormat::Png => png(&image.bytes),
        ImageFormat::Jpeg => jpeg(&image.bytes),
        ImageFormat::Webp => webp(&image.bytes),
    };
    read.ok_or_else(|| Failure(format!("{image:?} is no file of its format")))
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    bytes.ends_with(b"IEND\xae\x42\x60\x82").then_some(())?;
    Some((big(header.get(..4)?), big(header.get(4..8)?)))
}

fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let (&[0xff, marker, high, low], tail) = rest.split_first_chunk::<4>()? else {
            return None;
        };
        let length = big(&[high, low]) as usize - 2;
        // The frame headers, without the tables that share their range.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((big(tail.get(3..5)?), big(tail.get(1..3)?)));
        }
        rest = tail.get(length..)?;
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let chunk = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WEBP")?;
    let (kind, data) = (chunk.get(..4)?, chunk.get(8..)?);
    match kind {
        b"VP8 " => Some((little(data.get(6..8)?) & 0x3fff, little(data.get(8..10)?) & 0x3fff)),
        b"VP8L" => {
            let bits = little(data.get(1..5)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(data.get(4..7)?) + 1, little(data.get(7..10)?) + 1)),
        _ => None,
    }
}

fn big(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn little(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_image_has_no_size() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Webp] {
            for bytes in [&b""[..], b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"<html>"] {
                let bytes = bytes.to_vec();
                assert!(size(&Image { bytes, format }).is_err());
            }
        }
    }
}
