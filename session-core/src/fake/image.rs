//! Images of one colour, made by hand: valid files of the right size, without an image library.

use crate::backend::{ImageFormat, Size};

/// An image file of that size.
pub(super) fn encode(format: ImageFormat, size: Size) -> Vec<u8> {
    match format {
        ImageFormat::Png => png(size),
        ImageFormat::Jpeg => jpeg(size),
        ImageFormat::Webp => webp(size),
    }
}

/// A white PNG: one bit a pixel, in stored deflate blocks.
fn png(size: Size) -> Vec<u8> {
    let row_bytes = size.width.div_ceil(8) as usize;
    let mut pixels = Vec::with_capacity((row_bytes + 1) * size.height as usize);
    for _ in 0..size.height {
        pixels.push(0);
        pixels.resize(pixels.len() + row_bytes, 0xff);
    }
    let mut header = Vec::new();
    header.extend(size.width.to_be_bytes());
    header.extend(size.height.to_be_bytes());
    // One bit of grey, deflate, no filter method but the usual, not interlaced.
    header.extend([1, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &zlib(&pixels));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend(length(data).to_be_bytes());
    let start = file.len();
    file.extend(name);
    file.extend(data);
    let sum = crc32(&file[start..]);
    file.extend(sum.to_be_bytes());
}

fn length(data: &[u8]) -> u32 {
    u32::try_from(data.len()).unwrap_or(u32::MAX)
}

/// Wraps `data` in a zlib stream without compressing it.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16) | a
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

/// A grey baseline JPEG: each block is "as the one before" and "nothing more", one bit each.
fn jpeg(size: Size) -> Vec<u8> {
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX).to_be_bytes();
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xdb, &[&[0][..], &[1; 64]].concat());
    segment(
        &mut file,
        0xc0,
        &[&[8][..], &side(size.height), &side(size.width), &[1, 1, 0x11, 0]].concat(),
    );
    // One code of one bit for a difference of zero, and one for the end of a block.
    let one_code = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    segment(&mut file, 0xc4, &[&[0x00][..], &one_code].concat());
    segment(&mut file, 0xc4, &[&[0x10][..], &one_code].concat());
    segment(&mut file, 0xda, &[1, 1, 0, 0, 63, 0]);
    let blocks = size.width.div_ceil(8) as usize * size.height.div_ceil(8) as usize;
    file.resize(file.len() + blocks / 4, 0);
    // The last byte is filled up with ones.
    if !blocks.is_multiple_of(4) {
        file.push(0xff >> (2 * (blocks % 4)));
    }
    file.extend([0xff, 0xd9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    let length = u16::try_from(data.len() + 2).unwrap_or(u16::MAX);
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(data);
}

/// A lossless WebP: codes of one symbol, so that pixels take no bits at all.
fn webp(size: Size) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(size.width - 1, 14);
    bits.put(size.height - 1, 14);
    // No alpha, version 0, no transform, no colour cache, no meta codes.
    bits.put(0, 1 + 3 + 1 + 1 + 1);
    for symbol in [0xff, 0xff, 0xff, 0xff] {
        // A simple code of one symbol of eight bits: green, red, blue, alpha.
        bits.put(0b101, 3);
        bits.put(symbol, 8);
    }
    // Distances: one symbol of one bit.
    bits.put(0b001, 3);
    bits.put(0, 1);
    let mut data = bits.0;
    let exact = length(&data);
    if data.len() % 2 == 1 {
        data.push(0);
    }
    let mut file = b"RIFF".to_vec();
    file.extend((length(&data) + 12).to_le_bytes());
    file.extend(b"WEBPVP8L");
    file.extend(exact.to_le_bytes());
    file.extend(data);
    file
}

/// Bits, lowest first.
#[derive(Default)]
struct Bits(Vec<u8>, u32);

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.1.is_multiple_of(8) {
                self.0.push(0);
            }
            if let Some(last) = self.0.last_mut() {
                *last |= u8::from(value >> bit & 1 == 1) << (self.1 % 8);
            }
            self.1 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_long_stream_has_one_last_block() {
        let stream = zlib(&vec![7; 0x1_0000]);
        assert_eq!(stream[2], 0);
        assert_eq!(stream[2 + 5 + 0xffff], 1);
        assert_eq!(&stream[3..5], &[0xff, 0xff]);
    }
}
