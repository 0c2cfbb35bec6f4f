//! Images of pages, which change neither scroll position, size nor focus.

use base64::Engine;
use chromiumoxide::cdp::browser_protocol::page::{
    CaptureScreenshotFormat, CaptureScreenshotParams, GetLayoutMetricsParams, Viewport,
};
use greenroom_session_core::backend::{Area, Image, ImageFormat, Rect, Shot};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;

use crate::page::CdpPage;

/// The longest side that Chromium's textures have; beyond it, images repeat their beginning.
const MAX_SIDE: f64 = 16_384.0;

const QUALITY: i64 = 80;

const DOING: &str = "make the image";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    css_content_size: Rect,
}

#[derive(Debug, Deserialize)]
struct Shown {
    data: String,
}

impl CdpPage {
    /// Makes an image.
    pub(crate) async fn shoot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        let rect = match shot.area {
            Area::Viewport => None,
            Area::Part(rect) => Some(rect),
            Area::FullPage => {
                let ask = GetLayoutMetricsParams::default();
                let metrics: Metrics = self.wire.call(Some(&self.session), ask, DOING, call).await?;
                Some(metrics.css_content_size)
            }
        };
        let clip = rect.map(clip).transpose()?;
        let ask = CaptureScreenshotParams {
            format: Some(match shot.format {
                ImageFormat::Png => CaptureScreenshotFormat::Png,
                ImageFormat::Jpeg => CaptureScreenshotFormat::Jpeg,
                ImageFormat::Webp => CaptureScreenshotFormat::Webp,
            }),
            quality: (shot.format != ImageFormat::Png).then_some(QUALITY),
            capture_beyond_viewport: clip.as_ref().map(|_| true),
            clip,
            from_surface: None,
            optimize_for_speed: Some(true),
        };
        let shown: Shown = self.wire.call(Some(&self.session), ask, DOING, call).await?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(shown.data)
            .map_err(|error| {
                Error::new(Kind::Protocol, "failed to read the image from the browser").with_source(error)
            })?;
        Ok(Image {
            bytes,
            format: shot.format,
        })
    }
}

/// The part in whole pixels.
fn clip(rect: Rect) -> Result<Viewport> {
    let numbers = [rect.x, rect.y, rect.width, rect.height];
    if numbers.iter().any(|number| !number.is_finite()) || rect.width < 1.0 || rect.height < 1.0 {
        return Err(Error::new(
            Kind::Usage,
            format!("failed to {DOING}: {} has no area", text(rect)),
        ));
    }
    if rect.width > MAX_SIDE || rect.height > MAX_SIDE {
        let message = format!(
            "failed to {DOING}: {} is too large; each side has at most 16384 pixels",
            text(rect)
        );
        return Err(Error::new(Kind::Usage, message));
    }
    Ok(Viewport {
        x: rect.x,
        y: rect.y,
        width: rect.width.ceil(),
        height: rect.height.ceil(),
        scale: 1.0,
    })
}

fn text(rect: Rect) -> String {
    format!("{}x{}", rect.width, rect.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_wrong_is_refused() {
        let rect = |width, height| Rect {
            x: 0.0,
            y: 0.0,
            width,
            height,
        };
        assert!(clip(rect(800.0, 16_384.0)).is_ok());
        assert!(clip(rect(800.0, 16_385.0)).unwrap_err().message().contains("800x16385"));
        for (width, height) in [(0.0, 5.0), (f64::NAN, 5.0), (f64::INFINITY, 5.0)] {
            assert!(clip(rect(width, height)).is_err());
        }
    }
}
