//! Images: of what the viewport shows, and parts cut out of that.
//!
//! Anything else would have to be scrolled to, which a page notices: it answers that `full-page-screenshot` is missing.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use greenroom_session_core::backend::{Area, Capability, Image, ImageFormat, Rect, Shot};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;

use super::command::Command;
use super::error::Native;
use super::page::{ClassicPage, usage};

const DOING: &str = "make the image";

/// How often an image is made anew because the page was scrolled meanwhile.
const TRIES: usize = 5;

/// Scroll position and size of the viewport.
const MEASURE: &str = "return [scrollX, scrollY, innerWidth, innerHeight]";

impl ClassicPage {
    /// Makes an image.
    pub(crate) async fn shoot(self: &Arc<Self>, shot: &Shot, call: &Call) -> Result<Image> {
        if shot.format != ImageFormat::Png {
            return Err(Error::unsupported(Capability::ScreenshotFormats));
        }
        let work = async {
            let bytes = match shot.area {
                Area::Viewport => self.viewport_image().await?,
                Area::Part(part) => self.part(part).await?,
                Area::FullPage => return Err(Error::unsupported(Capability::FullPageScreenshot)),
            };
            Ok(Image {
                bytes,
                format: ImageFormat::Png,
            })
        };
        call.bound("the image", work).await
    }

    async fn viewport_image(self: &Arc<Self>) -> Result<Vec<u8>> {
        let answer = self.ask(Command::screenshot()).await;
        let answer = answer.map_err(|native| native.into_error(DOING))?;
        let bytes = answer.as_str().and_then(|text| STANDARD.decode(text).ok());
        bytes.ok_or_else(|| Native::Malformed(String::from("it is no image")).into_error(DOING))
    }

    async fn part(self: &Arc<Self>, part: Rect) -> Result<Vec<u8>> {
        let is_area = part.width >= 1.0 && part.height >= 1.0 && part.x.is_finite() && part.y.is_finite();
        if !is_area {
            return Err(usage(format!(
                "failed to {DOING}: {}x{} is no area",
                part.width, part.height
            )));
        }
        for _ in 0..TRIES {
            let before = self.measure().await?;
            let [x, y, width, height] = before;
            let (left, top) = (part.x - x, part.y - y);
            if left < 0.0 || top < 0.0 || left + part.width > width || top + part.height > height {
                return Err(Error::unsupported(Capability::FullPageScreenshot));
            }
            let bytes = self.viewport_image().await?;
            if self.measure().await? == before {
                let seen = Rect {
                    x: left,
                    y: top,
                    ..part
                };
                return crop(&bytes, seen, width);
            }
        }
        let message = format!("failed to {DOING}: the page is scrolled all the time");
        Err(Error::new(Kind::Protocol, message).with_retry(true))
    }

    async fn measure(self: &Arc<Self>) -> Result<[f64; 4]> {
        let answer = self.ask(Command::execute(MEASURE.to_owned())).await;
        let sizes = answer.and_then(|answer: Value| {
            serde_json::from_value(answer).map_err(|error| Native::Malformed(error.to_string()))
        });
        sizes.map_err(|native| native.into_error(DOING))
    }
}

/// Cuts a part out of an image of the viewport, which is `width` CSS pixels wide.
fn crop(bytes: &[u8], part: Rect, width: f64) -> Result<Vec<u8>> {
    let broken = |error: &dyn std::fmt::Display| Native::Malformed(error.to_string()).into_error(DOING);
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| broken(&error))?;
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| broken(&"the image is too large"))?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels).map_err(|error| broken(&error))?;
    let scale = f64::from(info.width) / width;
    let left = to_pixels(part.x * scale).min(info.width.saturating_sub(1));
    let top = to_pixels(part.y * scale).min(info.height.saturating_sub(1));
    let wide = to_pixels(part.width * scale).clamp(1, info.width - left);
    let high = to_pixels(part.height * scale).clamp(1, info.height - top);
    let samples = info.color_type.samples();
    let mut cut = Vec::with_capacity(samples * wide as usize * high as usize);
    for line in pixels
        .chunks_exact(info.line_size)
        .skip(top as usize)
        .take(high as usize)
    {
        let from = left as usize * samples;
        cut.extend_from_slice(&line[from..from + wide as usize * samples]);
    }
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, wide, high);
    encoder.set_color(info.color_type);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| broken(&error))?;
    writer.write_image_data(&cut).map_err(|error| broken(&error))?;
    writer.finish().map_err(|error| broken(&error))?;
    Ok(image)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size within an image that is there"
)]
fn to_pixels(length: f64) -> u32 {
    length.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_the_pixels_of_its_place() {
        let mut image = Vec::new();
        let mut encoder = png::Encoder::new(&mut image, 4, 3);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let pixels: Vec<u8> = (0..36).collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        let part = Rect {
            x: 1.0,
            y: 1.0,
            width: 2.0,
            height: 2.0,
        };
        let cut = crop(&image, part, 4.0).unwrap();
        let mut reader = png::Decoder::new(Cursor::new(&cut)).read_info().unwrap();
        let mut seen = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut seen).unwrap();
        assert_eq!((info.width, info.height), (2, 2));
        assert_eq!(seen, [15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32]);
    }
}
