//! The fake page as the seam sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::control::Method;
use super::engine::Engine;
use super::guard::{self, Needs, guarded};
use super::image;
use super::script::{FakeAnswer, FakeScope};
use super::site::FakeFetch;
use super::state::Renderer;
use crate::backend::{
    Area, Capability, DialogAnswer, FrameKey, Frames, Image, ImageFormat, Input, Loaded, Navigation, Page, PageKey,
    Script, Shot, Size, Target, WaitUntil,
};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// A page of a fake browser.
#[derive(Debug)]
pub(super) struct FakeTab {
    engine: Arc<Engine>,
    key: PageKey,
}

impl FakeTab {
    pub(super) fn new(engine: Arc<Engine>, key: PageKey) -> Self {
        Self { engine, key }
    }

    async fn settle(&self, frame: Option<&FrameKey>, answer: FakeAnswer) -> Result<Value> {
        match answer {
            FakeAnswer::Value(value) => Ok(value),
            FakeAnswer::Throw(message) => Err(Error::new(Kind::Script, message)),
            FakeAnswer::Later(time, value) => {
                self.engine.shared.clock.sleep(time).await;
                Ok(value)
            }
            FakeAnswer::Never => std::future::pending().await,
            FakeAnswer::Loop => {
                match frame {
                    None => self.engine.set_renderer(&self.key, Renderer::Looping),
                    Some(frame) => self.engine.loop_frame(&self.key, frame),
                }
                std::future::pending().await
            }
            FakeAnswer::Fetch(fetch) => self.fetch(&fetch).await,
            // What JSON makes of elements.
            FakeAnswer::Elements(elements) => Ok(elements.iter().map(|_| json!({})).collect()),
            FakeAnswer::LoadFrame { element, url } => {
                let held = self.held(frame, &element);
                if let Some(frame) = held {
                    Box::pin(self.engine.load_frame(&self.key, &frame, &url)).await;
                }
                Ok(Value::Null)
            }
        }
    }

    /// The frame that an element of a document holds.
    fn held(&self, parent: Option<&FrameKey>, element: &str) -> Option<FrameKey> {
        let state = self.engine.state();
        let document = state.pages.get(&self.key)?.document_in(parent)?;
        document.frame_of(element).map(|frame| frame.key.clone())
    }

    /// Calls a function that this browser knows.
    fn answer(&self, frame: Option<&FrameKey>, script: &Script) -> Result<FakeAnswer> {
        let function = self.engine.shared.scripts.find(&script.function).ok_or_else(|| {
            Error::new(
                Kind::Script,
                format!("the fake browser does not know the function `{}`", script.function),
            )
        })?;
        let scope = FakeScope {
            engine: &self.engine,
            page: &self.key,
            frame,
            world: script.world,
        };
        Ok(function(&scope, &script.args))
    }

    /// Does something in the document that a frame shows (`None`: the main frame), as long as it shows that.
    async fn in_document<T>(&self, frame: Option<&FrameKey>, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(frame) = frame else {
            return tokio::select! {
                biased;
                result = work => result,
                error = self.replaced() => Err(error),
            };
        };
        let gone = || Error::new(Kind::Stale, "the frame is gone");
        let renderer = || self.engine.frame_renderer(&self.key, frame);
        let mut healthy = renderer().ok_or_else(gone)?;
        let mut there = healthy.clone();
        let ends = async { while there.changed().await.is_ok() {} };
        let work = async {
            // An error means that the document is gone, which `ends` tells.
            let _ = healthy.wait_for(|now| *now != Renderer::Looping).await;
            work.await
        };
        tokio::select! {
            biased;
            () = ends => Err(renderer().map_or_else(gone, |_| {
                Error::new(Kind::Navigation, "the frame's document was replaced while its script ran")
            })),
            result = work => result,
        }
    }

    async fn fetch(&self, fetch: &FakeFetch) -> Result<Value> {
        let answer = self.engine.request(&self.key, fetch, None).await;
        let answer =
            answer.map_err(|reason| Error::new(Kind::Script, format!("TypeError: Failed to fetch ({reason})")))?;
        Ok(answer.status.into())
    }

    /// The document that is there; a script of another one has nobody to answer.
    async fn replaced(&self) -> Error {
        let load = self
            .engine
            .state()
            .pages
            .get(&self.key)
            .map(|tab| (tab.document.id, tab.load.subscribe()));
        let Some((document, mut load)) = load else {
            return guard::gone();
        };
        let other = || {
            self.engine
                .state()
                .pages
                .get(&self.key)
                .is_none_or(|tab| tab.document.id != document)
        };
        // An error means that the tab is gone, which the guard tells.
        while load.changed().await.is_ok() {
            if other() {
                return Error::new(Kind::Script, "the document was replaced while its script ran");
            }
        }
        std::future::pending().await
    }

    /// Whether the viewport shows all of that area; of no other than a part, it is not asked.
    fn shows(&self, area: Area) -> bool {
        let state = self.engine.state();
        let (Area::Part(part), Some(tab)) = (area, state.pages.get(&self.key)) else {
            return true;
        };
        let (left, top) = tab.document.scroll;
        let (width, height) = (f64::from(tab.viewport.width), f64::from(tab.viewport.height));
        part.x >= left && part.y >= top && part.x + part.width <= left + width && part.y + part.height <= top + height
    }

    fn size_of(&self, area: Area) -> Result<Size> {
        let state = self.engine.state();
        let tab = state.pages.get(&self.key).ok_or_else(guard::gone)?;
        match area {
            Area::Viewport => Ok(tab.viewport),
            Area::FullPage => Ok(Size {
                width: tab.viewport.width,
                height: tab.document.page.height.max(tab.viewport.height),
            }),
            Area::Part(rect) => part(rect.width)
                .zip(part(rect.height))
                .map(|(width, height)| Size { width, height })
                .ok_or_else(|| {
                    Error::new(
                        Kind::Usage,
                        format!("failed to make an image of {} by {} pixels", rect.width, rect.height),
                    )
                }),
        }
    }
}

/// A side of an image.
fn part(side: f64) -> Option<u32> {
    let side = side.round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
    (1.0..=16_384.0).contains(&side).then_some(side as u32)
}

#[async_trait]
impl Page for FakeTab {
    fn key(&self) -> &PageKey {
        &self.key
    }

    async fn url(&self, call: &Call) -> Result<String> {
        let work = async { self.engine.url_of(&self.key).ok_or_else(guard::gone) };
        guarded(&self.engine, Needs::Page(&self.key), Method::Url, call, work).await
    }

    async fn navigate(&self, to: &Navigation, call: &Call) -> Result<Loaded> {
        self.engine.navigate(&self.key, to, call).await
    }

    async fn evaluate(&self, script: &Script, call: &Call) -> Result<Value> {
        let work = Box::pin(self.in_document(None, async { self.settle(None, self.answer(None, script)?).await }));
        guarded(&self.engine, Needs::Renderer(&self.key), Method::Evaluate, call, work).await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        self.engine.capabilities().require(Capability::FramesCrossOrigin)?;
        Ok(self)
    }

    fn input(&self) -> Result<&dyn Input> {
        Err(Error::unsupported(Capability::TrustedInput))
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        let work = async {
            let capabilities = self.engine.capabilities();
            capabilities.require(match shot.area {
                Area::FullPage => Capability::FullPageScreenshot,
                Area::Viewport | Area::Part(_) => Capability::Screenshot,
            })?;
            if !self.shows(shot.area) {
                capabilities.require(Capability::FullPageScreenshot)?;
            }
            if shot.format != ImageFormat::Png {
                capabilities.require(Capability::ScreenshotFormats)?;
            }
            let size = self.size_of(shot.area)?;
            Ok(Image {
                bytes: image::encode(shot.format, size),
                format: shot.format,
            })
        };
        guarded(&self.engine, Needs::Renderer(&self.key), Method::Screenshot, call, work).await
    }

    async fn set_viewport(&self, size: Size, call: &Call) -> Result<()> {
        let work = async {
            self.engine.capabilities().require(Capability::Viewport)?;
            if let Some(tab) = self.engine.state().pages.get_mut(&self.key) {
                tab.viewport = size;
            }
            Ok(())
        };
        guarded(&self.engine, Needs::Page(&self.key), Method::SetViewport, call, work).await
    }

    async fn answer_dialog(&self, _: &DialogAnswer, _: &Call) -> Result<()> {
        Err(Error::unsupported(Capability::DialogsHeld))
    }

    async fn revive(&self, call: &Call) -> Result<()> {
        // A page that makes place for another is gone when this is done: what is waited for is the browser's.
        let work = async {
            let url = self.engine.url_of(&self.key).ok_or_else(guard::gone)?;
            let (key, target) = if self.engine.shared.revives_by_replacing.load(Ordering::Relaxed) {
                (self.engine.replace(&self.key)?, Target::Url(url))
            } else {
                (self.key.clone(), Target::Reload)
            };
            let until = WaitUntil::Load;
            Box::pin(self.engine.navigate(&key, &Navigation { target, until }, call))
                .await
                .map(drop)
        };
        guarded(&self.engine, Needs::Browser, Method::Revive, call, work).await
    }

    async fn close(&self, call: &Call) -> Result<()> {
        // Done after the guard: it would take the end of the page for the failure of the call.
        guarded(&self.engine, Needs::Page(&self.key), Method::ClosePage, call, async {
            Ok(())
        })
        .await?;
        self.engine.close_page(&self.key);
        Ok(())
    }
}

#[async_trait]
impl Frames for FakeTab {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        let work = Box::pin(self.in_document(parent, async {
            let elements = match self.answer(parent, script)? {
                FakeAnswer::Elements(elements) => elements,
                other => {
                    self.settle(parent, other).await?;
                    return Err(Error::new(Kind::Script, "the function answers no array of elements"));
                }
            };
            Ok(elements
                .into_iter()
                .map(|element| self.held(parent, &element?))
                .collect())
        }));
        guarded(&self.engine, Needs::Renderer(&self.key), Method::FindFrames, call, work).await
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        let frame = Some(frame);
        let work = Box::pin(self.in_document(frame, async { self.settle(frame, self.answer(frame, script)?).await }));
        guarded(
            &self.engine,
            Needs::Renderer(&self.key),
            Method::EvaluateInFrame,
            call,
            work,
        )
        .await
    }
}
