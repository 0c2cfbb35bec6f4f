//! Puts strips together to one PNG, row by row: a tall image is never in memory as pixels.

use std::io::Cursor;

use base64::Engine;
use greenroom_session_core::{Error, Kind, Result};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Reader, StreamWriter, Transformations, Writer};
use tokio::sync::mpsc;

type Strip = Reader<Cursor<Vec<u8>>>;

type Rows<'a, 'b> = StreamWriter<'a, &'b mut Vec<u8>>;

/// The bytes of an image as the protocol sends them.
pub(super) fn decode(data: &str) -> Result<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(data).map_err(broken)
}

/// The whole image of the strips, which come from top to bottom; it must become `size`. Blocks.
pub(super) fn stitch(size: (u32, u32), mut strips: mpsc::Receiver<String>) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    let Some(first) = strips.blocking_recv() else {
        return Err(other_size(0, size.1));
    };
    let mut strip = open(&first)?;
    let kind = strip.output_color_type();
    let mut writer = start(&mut whole, size, kind).map_err(broken)?;
    let mut rows = writer.stream_writer().map_err(broken)?;
    let mut height = 0;
    loop {
        if strip.info().width != size.0 || strip.output_color_type() != kind {
            return Err(other_size(strip.info().width, size.0));
        }
        height += copy(&mut strip, &mut rows)?;
        match strips.blocking_recv() {
            Some(next) if height < size.1 => strip = open(&next)?,
            None if height == size.1 => break,
            _ => return Err(other_size(height, size.1)),
        }
    }
    rows.finish().map_err(broken)?;
    writer.finish().map_err(broken)?;
    Ok(whole)
}

fn open(data: &str) -> Result<Strip> {
    let mut decoder = Decoder::new(Cursor::new(decode(data)?));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.read_info().map_err(broken)
}

fn start(
    into: &mut Vec<u8>,
    (width, height): (u32, u32),
    (color, depth): (ColorType, BitDepth),
) -> Result<Writer<&mut Vec<u8>>, png::EncodingError> {
    let mut encoder = Encoder::new(into, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(Compression::Fast);
    encoder.write_header()
}

/// Copies a strip's rows; answers how many they are.
fn copy(strip: &mut Strip, rows: &mut Rows<'_, '_>) -> Result<u32> {
    use std::io::Write;
    let mut count = 0;
    while let Some(row) = strip.next_row().map_err(broken)? {
        rows.write_all(row.data()).map_err(broken)?;
        count += 1;
    }
    Ok(count)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Kind::Protocol, "failed to read the image from the browser").with_source(error)
}

fn other_size(got: u32, wanted: u32) -> Error {
    let message = format!("failed to read the image from the browser: it has {got} pixels instead of {wanted}");
    Error::new(Kind::Protocol, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A strip of the color type whose rows are counted up from `top`.
    fn strip(color: ColorType, width: u32, top: u8, height: u8) -> String {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, u32::from(height));
        encoder.set_color(color);
        let row = usize::try_from(width).unwrap() * color.samples();
        let data: Vec<u8> = (top..top + height).flat_map(|value| vec![value; row]).collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&data).unwrap();
        writer.finish().unwrap();
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    fn put_together(size: (u32, u32), strips: Vec<String>) -> Result<Vec<u8>> {
        let (sender, receiver) = mpsc::channel(strips.len().max(1));
        for strip in strips {
            sender.try_send(strip).unwrap();
        }
        drop(sender);
        stitch(size, receiver)
    }

    #[test]
    fn rows_follow_each_other() {
        for color in [ColorType::Rgb, ColorType::Rgba] {
            let strips = vec![
                strip(color, 7, 0, 100),
                strip(color, 7, 100, 100),
                strip(color, 7, 200, 3),
            ];
            let whole = put_together((7, 203), strips).unwrap();
            let mut reader = Decoder::new(Cursor::new(whole)).read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (7, 203));
            for value in 0..203 {
                let row = reader.next_row().unwrap().unwrap();
                assert_eq!(row.data(), vec![value; 7 * color.samples()]);
            }
            assert!(reader.next_row().unwrap().is_none());
        }
    }

    #[test]
    fn what_does_not_fit_together_is_no_image() {
        let rgb = |width, top, height| strip(ColorType::Rgb, width, top, height);
        for (what, strips) in [
            ("nothing", vec![]),
            ("too few rows", vec![rgb(7, 0, 5)]),
            ("too many rows", vec![rgb(7, 0, 5), rgb(7, 5, 6)]),
            ("a strip too many", vec![rgb(7, 0, 10), rgb(7, 10, 1)]),
            ("another width", vec![rgb(7, 0, 5), rgb(8, 5, 5)]),
            ("another kind", vec![rgb(7, 0, 5), strip(ColorType::Rgba, 7, 5, 5)]),
            ("no PNG", vec![String::from("AAAA")]),
            ("no base64", vec![String::from("?")]),
        ] {
            let error = put_together((7, 10), strips).expect_err(what);
            assert_eq!(error.kind(), Kind::Protocol, "{what}");
        }
    }
}
