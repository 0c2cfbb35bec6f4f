//! Images of pages, which change neither scroll position, size nor focus, and which pages do not notice.

mod plan;
mod still;
mod stitch;

use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::page::{
    BringToFrontParams, CaptureScreenshotFormat, CaptureScreenshotParams, GetLayoutMetricsParams, Viewport,
};
use greenroom_session_core::backend::{Area, Image, ImageFormat, Rect, Shot};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::connection::read;
use crate::page::CdpPage;
use plan::{Plan, Scale};
use still::Still;

/// How long a window that somebody sees may take to draw a page.
const DRAWS: Duration = Duration::from_millis(1500);

/// How long Chromium may take for one image, and a page may stand still for it.
const LONGEST: Duration = Duration::from_secs(20);

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
    zoom: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Shown {
    data: String,
}

impl CdpPage {
    /// Makes an image. The page's size is what it is at the beginning, though it may grow meanwhile.
    ///
    /// When the caller goes away, what Chromium is at is brought to its end: it changes the page for each image and puts
    /// it back behind it, and two at once would put it back to each other's state.
    pub(crate) async fn shoot(self: &Arc<Self>, shot: &Shot, call: &Call) -> Result<Image> {
        let gone = call.cancellation().child_token();
        let inner = Call::new(call.op(), call.deadline(), gone.clone());
        let _gone = gone.drop_guard();
        let (page, shot) = (Arc::clone(self), *shot);
        let work = tokio::spawn(async move {
            let turn = async { Ok(page.camera.lock().await) };
            let _turn = inner.bound("the image before", turn).await?;
            page.take(&shot, &inner).await
        });
        let result = call.bound("the browser to make the image", async { joined(work.await) });
        let result = result.await;
        if result.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            self.wire.suspect();
        }
        result.map(|bytes| Image {
            bytes,
            format: shot.format,
        })
    }

    async fn take(self: &Arc<Self>, shot: &Shot, call: &Call) -> Result<Vec<u8>> {
        if shot.area == Area::Viewport {
            return self.take_shown(shot.format, None, call).await;
        }
        let metrics = self.metrics(call).await?;
        let rect = match shot.area {
            Area::Part(rect) => rect,
            _ => metrics.css_content_size,
        };
        let view = &metrics.css_visual_viewport;
        if !view.holds(&rect) {
            return self.take_hidden(rect, view.zoom(), shot.format, call).await;
        }
        let part = plan::part(rect, view.zoom())?;
        let part = Some(part).filter(|_| rect != view.rect());
        self.take_shown(shot.format, part, call).await
    }

    /// An image of the viewport, or of a part that it shows. Chromium draws only the tab in front of its window: where
    /// nobody sees the window, the page is brought there; elsewhere the other way is tried.
    async fn take_shown(self: &Arc<Self>, format: ImageFormat, part: Option<Viewport>, call: &Call) -> Result<Vec<u8>> {
        let ask = params(format, part, false);
        if self.headless {
            self.wire.post(Some(&self.session), BringToFrontParams::default());
            return stitch::decode(&self.capture(ask, LONGEST).await?);
        }
        let part = ask.clip.clone();
        match self.capture(ask, DRAWS).await {
            Err(error) if error.kind() == Kind::Timeout => {}
            plain => return stitch::decode(&plain?),
        }
        let view = self.metrics(call).await?.css_visual_viewport;
        let rect = part.map_or_else(|| view.rect(), |part| unzoomed(&part, view.zoom()));
        self.take_hidden(rect, view.zoom(), format, call).await
    }

    /// An image of what the viewport does not show.
    async fn take_hidden(self: &Arc<Self>, rect: Rect, zoom: f64, format: ImageFormat, call: &Call) -> Result<Vec<u8>> {
        let ratio = still::pixel_ratio(self).await.unwrap_or(zoom);
        let plan = plan::plan(rect, Scale { zoom, ratio }, format)?;
        wanted(call)?;
        let still = Still::new(self).await;
        let taken = match &plan.strips[..] {
            [whole] => self.capture(params(format, Some(whole.clone()), true), LONGEST).await,
            _ => return self.take_strips(&plan, still, call).await,
        };
        self.go_on(still).await;
        stitch::decode(&taken?)
    }

    /// An image in strips; each is put to the others while Chromium draws the next.
    async fn take_strips(self: &Arc<Self>, plan: &Plan, still: Still, call: &Call) -> Result<Vec<u8>> {
        let (sender, strips) = mpsc::channel(1);
        let size = plan.size;
        let whole = tokio::task::spawn_blocking(move || stitch::stitch(size, strips));
        let taken = self.send_strips(plan, sender, call).await;
        self.go_on(still).await;
        taken?;
        joined(whole.await)
    }

    async fn send_strips(&self, plan: &Plan, sender: mpsc::Sender<String>, call: &Call) -> Result<()> {
        for strip in &plan.strips {
            wanted(call)?;
            let strip = self
                .capture(params(ImageFormat::Png, Some(strip.clone()), true), LONGEST)
                .await?;
            if sender.send(strip).await.is_err() {
                // Who puts them together says why it has ended.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Lets the page go on. Scrollbars, which Chromium hides for the image, are laid out again before.
    async fn go_on(&self, still: Still) {
        still.let_go().await;
        if !self.headless {
            let _ = self.capture(params(ImageFormat::Jpeg, None, false), DRAWS).await;
        }
        drop(still);
    }

    async fn metrics(&self, call: &Call) -> Result<Metrics> {
        let ask = GetLayoutMetricsParams::default();
        self.wire.call(Some(&self.session), ask, DOING, call).await
    }

    /// Waits for Chromium's answer, whether the caller does or not.
    async fn capture(&self, ask: CaptureScreenshotParams, limit: Duration) -> Result<String> {
        let Ok(answer) = timeout(limit, self.wire.ask(Some(&self.session), ask)).await else {
            return Err(Call::expired("the browser to make the image"));
        };
        let shown: Shown = answer.and_then(read).map_err(|native| native.into_error(DOING))?;
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

/// An error when nobody waits for the image any more.
fn wanted(call: &Call) -> Result<()> {
    if call.is_cancelled() || call.remaining().is_some_and(|left| left.is_zero()) {
        return Err(Call::expired("the browser to make the image"));
    }
    Ok(())
}

/// What a task came to.
fn joined<T>(task: Result<Result<T>, tokio::task::JoinError>) -> Result<T> {
    task.unwrap_or_else(|error| Err(Error::new(Kind::Internal, format!("failed to {DOING}")).with_source(error)))
}

fn unzoomed(part: &Viewport, zoom: f64) -> Rect {
    Rect {
        x: part.x / zoom,
        y: part.y / zoom,
        width: part.width / zoom,
        height: part.height / zoom,
    }
}

impl VisualViewport {
    /// How many of the protocol's pixels a CSS pixel has.
    fn zoom(&self) -> f64 {
        self.zoom.filter(|zoom| *zoom > 0.0).unwrap_or(1.0)
    }

    fn rect(&self) -> Rect {
        Rect {
            x: self.page_x,
            y: self.page_y,
            width: self.client_width,
            height: self.client_height,
        }
    }

    fn holds(&self, rect: &Rect) -> bool {
        rect.x >= self.page_x
            && rect.y >= self.page_y
            && rect.x + rect.width.ceil() <= self.page_x + self.client_width
            && rect.y + rect.height.ceil() <= self.page_y + self.client_height
    }
}
