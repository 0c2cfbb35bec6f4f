//! Images of pages, which change neither scroll position, size nor focus.

use std::time::Duration;

use base64::Engine;
use chromiumoxide::cdp::browser_protocol::page::{
    BringToFrontParams, CaptureScreenshotFormat, CaptureScreenshotParams, GetLayoutMetricsParams, Viewport,
};
use greenroom_session_core::backend::{Area, Image, ImageFormat, Rect, Shot};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;

use crate::page::CdpPage;

/// The longest side that Chromium's textures have; beyond it, images repeat their beginning.
const MAX_SIDE: f64 = 16_384.0;

/// How long a window that somebody sees may take to draw a page.
const DRAWS: Duration = Duration::from_millis(1500);

const QUALITY: i64 = 80;

const DOING: &str = "make the image";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    css_content_size: Rect,
    css_visual_viewport: VisualViewport,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VisualViewport {
    page_x: f64,
    page_y: f64,
    client_width: f64,
    client_height: f64,
}

#[derive(Debug, Deserialize)]
struct Shown {
    data: String,
}

impl CdpPage {
    /// Makes an image.
    pub(crate) async fn shoot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        let format = shot.format;
        let data = match shot.area {
            Area::Viewport => self.shoot_shown(format, None, call).await?,
            Area::Part(rect) => {
                let clip = clip(rect)?;
                if self.metrics(call).await?.css_visual_viewport.holds(&clip) {
                    self.shoot_shown(format, Some(clip), call).await?
                } else {
                    self.capture(params(format, Some(clip), true), call).await?
                }
            }
            Area::FullPage => {
                let clip = clip(self.metrics(call).await?.css_content_size)?;
                self.capture(params(format, Some(clip), true), call).await?
            }
        };
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(data)
            .map_err(|error| {
                Error::new(Kind::Protocol, "failed to read the image from the browser").with_source(error)
            })?;
        Ok(Image { bytes, format })
    }

    /// An image of the viewport, or of a part that it shows. Chromium draws only the tab in front of its window: where
    /// nobody sees the window, the page is brought there; elsewhere the other way is tried, by which the page sees a
    /// resize event.
    async fn shoot_shown(&self, format: ImageFormat, part: Option<Viewport>, call: &Call) -> Result<String> {
        if self.headless {
            self.wire.post(Some(&self.session), BringToFrontParams::default());
            return self.capture(params(format, part, false), call).await;
        }
        let plain = self
            .capture(params(format, part.clone(), false), &call.at_most(DRAWS))
            .await;
        if !plain.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            return plain;
        }
        let part = match part {
            Some(part) => part,
            None => clip(self.metrics(call).await?.css_visual_viewport.rect())?,
        };
        self.capture(params(format, Some(part), true), call).await
    }

    async fn metrics(&self, call: &Call) -> Result<Metrics> {
        let ask = GetLayoutMetricsParams::default();
        self.wire.call(Some(&self.session), ask, DOING, call).await
    }

    async fn capture(&self, ask: CaptureScreenshotParams, call: &Call) -> Result<String> {
        let shown: Shown = self.wire.call(Some(&self.session), ask, DOING, call).await?;
        Ok(shown.data)
    }
}

fn params(format: ImageFormat, clip: Option<Viewport>, beyond: bool) -> CaptureScreenshotParams {
    CaptureScreenshotParams {
        format: Some(match format {
            ImageFormat::Png => CaptureScreenshotFormat::Png,
            ImageFormat::Jpeg => CaptureScreenshotFormat::Jpeg,
            ImageFormat::Webp => CaptureScreenshotFormat::Webp,
        }),
        quality: (format != ImageFormat::Png).then_some(QUALITY),
        clip,
        from_surface: None,
        capture_beyond_viewport: Some(beyond),
        optimize_for_speed: Some(true),
    }
}

impl VisualViewport {
    fn rect(&self) -> Rect {
        Rect {
            x: self.page_x,
            y: self.page_y,
            width: self.client_width,
            height: self.client_height,
        }
    }

    fn holds(&self, clip: &Viewport) -> bool {
        clip.x >= self.page_x
            && clip.y >= self.page_y
            && clip.x + clip.width <= self.page_x + self.client_width
            && clip.y + clip.height <= self.page_y + self.client_height
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
