//! Images of pages, which change neither scroll position, size nor focus.

use base64::Engine;
use greenroom_session_core::backend::{Area, Image, ImageFormat, Rect, Script, Shot, World};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;

use super::page::BidiPage;
use super::protocol::browsing_context::{BoxClip, CaptureScreenshot, Format, Origin};

/// The longest side that Chromium's textures have; beyond it, images repeat their beginning.
const MAX_SIDE: f64 = 16_384.0;

const DOING: &str = "make the image";

/// The size of the document.
const SIZE: &str = "() => [document.documentElement, document.body].reduce(([width, height], element) =>
    [Math.max(width, element?.scrollWidth ?? 0), Math.max(height, element?.scrollHeight ?? 0)], [1, 1])";

impl BidiPage {
    /// Makes an image.
    pub(crate) async fn shoot(self: &std::sync::Arc<Self>, shot: &Shot, call: &Call) -> Result<Image> {
        let (origin, clip) = match shot.area {
            Area::Viewport => (Origin::Viewport, None),
            Area::Part(rect) => (Origin::Document, Some(clip(rect)?)),
            Area::FullPage => {
                clip(self.document(call).await?)?;
                (Origin::Document, None)
            }
        };
        let ask = CaptureScreenshot {
            context: &self.page_key().0,
            origin,
            format: format(shot.format),
            clip,
        };
        let captured = self.wire.call(ask, DOING, call).await?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(captured.data)
            .map_err(|error| {
                Error::new(Kind::Protocol, "failed to read the image from the browser").with_source(error)
            })?;
        Ok(Image {
            bytes,
            format: shot.format,
        })
    }

    async fn document(self: &std::sync::Arc<Self>, call: &Call) -> Result<Rect> {
        let size = Script {
            function: SIZE.to_owned(),
            args: Vec::new(),
            world: World::Isolated,
        };
        let size = self.run(None, &size, call).await?;
        let side = |index: usize| size.get(index).and_then(Value::as_f64).unwrap_or(1.0);
        Ok(Rect {
            x: 0.0,
            y: 0.0,
            width: side(0),
            height: side(1),
        })
    }
}

fn format(format: ImageFormat) -> Format {
    let (r#type, quality) = match format {
        ImageFormat::Png => ("image/png", None),
        ImageFormat::Jpeg => ("image/jpeg", Some(0.8)),
        ImageFormat::Webp => ("image/webp", Some(0.8)),
    };
    Format { r#type, quality }
}

/// The part in whole pixels.
fn clip(rect: Rect) -> Result<BoxClip> {
    let numbers = [rect.x, rect.y, rect.width, rect.height];
    let text = format!("{}x{}", rect.width, rect.height);
    if numbers.iter().any(|number| !number.is_finite()) || rect.width < 1.0 || rect.height < 1.0 {
        return Err(Error::new(
            Kind::Usage,
            format!("failed to {DOING}: {text} has no area"),
        ));
    }
    if rect.width > MAX_SIDE || rect.height > MAX_SIDE {
        let message = format!("failed to {DOING}: {text} is too large; each side has at most 16384 pixels");
        return Err(Error::new(Kind::Usage, message));
    }
    Ok(BoxClip {
        x: rect.x,
        y: rect.y,
        width: rect.width.ceil(),
        height: rect.height.ceil(),
    })
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

    #[test]
    fn a_part_is_a_box() {
        let part = clip(Rect {
            x: 1.0,
            y: 2.0,
            width: 3.2,
            height: 4.0,
        });
        let json = serde_json::to_value(part.unwrap()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"type": "box", "x": 1.0, "y": 2.0, "width": 4.0, "height": 4.0})
        );
    }
}
