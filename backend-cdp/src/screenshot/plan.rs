//! What an image is to show: which part of the page, how many pixels that is, and in which strips Chromium gives them.

use chromiumoxide::cdp::browser_protocol::page::Viewport;
use greenroom_session_core::backend::{ImageFormat, Rect};
use greenroom_session_core::{Error, Kind, Result};

use super::DOING;

/// The longest side of a texture. In one image, what lies beyond it is blank or repeats the beginning.
const TEXTURE: f64 = 16_384.0;

/// The longest side that a WebP can have.
const WEBP: f64 = 16_383.0;

/// The tallest image that is put together of strips.
const TALLEST: f64 = 100_000.0;

/// The height of a strip: small enough that Chromium draws it in a moment.
const STRIP: f64 = 8_192.0;

/// Strips are a multiple of this high, so that they end at whole pixels at every scale of whole percents.
const STEP: f64 = 100.0;

/// How large a CSS pixel is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// In pixels of the protocol: the page's zoom.
    pub(super) zoom: f64,
    /// In pixels of the image: `devicePixelRatio`.
    pub(super) ratio: f64,
}

/// An image to make.
#[derive(Debug)]
pub(super) struct Plan {
    /// One below the other; only a PNG has more than one.
    pub(super) strips: Vec<Viewport>,
    /// Width and height in pixels of the image.
    pub(super) size: (u32, u32),
}

/// The part of the page as the protocol wants it: zoomed, in whole pixels.
pub(super) fn part(rect: Rect, zoom: f64) -> Result<Viewport> {
    let numbers = [rect.x, rect.y, rect.width, rect.height];
    if numbers.iter().any(|number| !number.is_finite()) || rect.width < 1.0 || rect.height < 1.0 {
        let message = format!("failed to {DOING}: {}x{} has no area", rect.width, rect.height);
        return Err(Error::new(Kind::Usage, message));
    }
    Ok(Viewport {
        x: rect.x * zoom,
        y: rect.y * zoom,
        width: (rect.width * zoom).ceil(),
        height: (rect.height * zoom).ceil(),
        scale: 1.0,
    })
}

/// How to make the image; what would come out wrong is refused.
pub(super) fn plan(rect: Rect, scale: Scale, format: ImageFormat) -> Result<Plan> {
    let whole = part(rect, scale.zoom)?;
    let density = scale.ratio / scale.zoom;
    let (width, height) = ((whole.width * density).round(), (whole.height * density).round());
    let side = if format == ImageFormat::Webp { WEBP } else { TEXTURE };
    let tallest = if format == ImageFormat::Png { TALLEST } else { side };
    if width > side || height > tallest {
        let message = format!(
            "failed to {DOING}: {width}x{height} pixels are too many; a {} has at most {side}x{tallest}",
            name(format)
        );
        return Err(Error::new(Kind::Usage, message));
    }
    let strips = if height <= side {
        vec![whole]
    } else {
        strips(&whole, density)
    };
    let height = strips.iter().map(|strip| pixels(strip.height * density)).sum();
    Ok(Plan {
        strips,
        size: (pixels(width), height),
    })
}

fn strips(whole: &Viewport, density: f64) -> Vec<Viewport> {
    let step = ((STRIP / density / STEP).floor() * STEP).max(STEP);
    let tops = std::iter::successors(Some(0.0), |top| Some(top + step)).take_while(|top| *top < whole.height);
    let strip = |top| Viewport {
        y: whole.y + top,
        height: step.min(whole.height - top),
        ..whole.clone()
    };
    tops.map(strip).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is positive and has been compared to the limits"
)]
fn pixels(number: f64) -> u32 {
    number.round() as u32
}

fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Webp => "WebP",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Scale = Scale { zoom: 1.0, ratio: 1.0 };

    fn rect(width: f64, height: f64) -> Rect {
        Rect {
            x: 0.0,
            y: 0.0,
            width,
            height,
        }
    }

    fn refusal(rect: Rect, scale: Scale, format: ImageFormat) -> String {
        let error = plan(rect, scale, format).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        error.message().to_owned()
    }

    #[test]
    fn what_has_no_area_is_refused() {
        for (width, height) in [(0.0, 5.0), (f64::NAN, 5.0), (f64::INFINITY, 5.0)] {
            assert!(part(rect(width, height), 1.0).is_err());
        }
    }

    #[test]
    fn what_fits_a_texture_is_one_strip() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let plan = plan(rect(799.5, 16_384.0), PLAIN, format).unwrap();
            assert_eq!((plan.strips.len(), plan.size), (1, (800, 16_384)));
        }
    }

    #[test]
    fn what_is_taller_is_put_together() {
        let plan = plan(rect(800.0, 40_000.5), PLAIN, ImageFormat::Png).unwrap();
        assert_eq!(plan.size, (800, 40_001));
        let mut below = 0.0;
        for strip in &plan.strips {
            assert!(
                strip.y.total_cmp(&below).is_eq() && strip.height <= STRIP && strip.width.total_cmp(&800.0).is_eq()
            );
            below += strip.height;
        }
        assert!(below.total_cmp(&40_001.0).is_eq());
    }

    #[test]
    fn strips_end_at_whole_pixels_at_every_scale() {
        for (zoom, ratio) in [(1.0, 1.25), (1.5, 1.5), (1.1, 2.2), (1.0, 3.0), (0.67, 0.67)] {
            let plan = plan(rect(500.0, 20_000.0), Scale { zoom, ratio }, ImageFormat::Png).unwrap();
            let density = ratio / zoom;
            assert!(plan.strips.len() > 1 || zoom < 1.0);
            for strip in &plan.strips {
                let top = strip.y * density;
                assert!((top - top.round()).abs() < 1e-6, "{zoom} {ratio}: {top}");
                assert!(strip.height * density <= TEXTURE);
            }
        }
    }

    #[test]
    fn what_would_be_wrong_is_refused_with_its_size_and_the_limit() {
        let tall = rect(800.0, 50_001.0);
        let dense = Scale { zoom: 1.0, ratio: 2.0 };
        assert!(plan(tall, PLAIN, ImageFormat::Png).is_ok());
        let told = refusal(tall, dense, ImageFormat::Png);
        assert!(
            told.contains("1600x100002 pixels") && told.contains("16384x100000"),
            "{told}"
        );
        assert!(refusal(rect(16_385.0, 5.0), PLAIN, ImageFormat::Png).contains("16385x5"));
        assert!(refusal(rect(800.0, 16_385.0), PLAIN, ImageFormat::Jpeg).contains("a JPEG has at most 16384x16384"));
        assert!(refusal(rect(800.0, 16_384.0), PLAIN, ImageFormat::Webp).contains("a WebP has at most 16383x16383"));
    }
}
