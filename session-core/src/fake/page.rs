//! The fake page as the seam sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use serde_json::Value;

use super::control::Method;
use super::engine::Engine;
use super::guard::{self, Needs, guarded};
use super::image;
use super::script::{FakeAnswer, FakeScope};
use super::site::FakeFetch;
use super::state::Renderer;
use crate::backend::{
    Area, Capability, Frames, Image, ImageFormat, Loaded, Navigation, Page, PageKey, Script, Shot, Size, Target,
    WaitUntil,
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

    async fn settle(&self, answer: FakeAnswer) -> Result<Value> {
        match answer {
            FakeAnswer::Value(value) => Ok(value),
            FakeAnswer::Throw(message) => Err(Error::new(Kind::Script, message)),
            FakeAnswer::Later(time, value) => {
                self.engine.shared.clock.sleep(time).await;
                Ok(value)
            }
            FakeAnswer::Never => std::future::pending().await,
            FakeAnswer::Loop => {
                self.engine.set_renderer(&self.key, Renderer::Looping);
                std::future::pending().await
            }
            FakeAnswer::Fetch(fetch) => self.fetch(&fetch).await,
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
        let work = async {
            let function = self.engine.shared.scripts.find(&script.function).ok_or_else(|| {
                Error::new(
                    Kind::Script,
                    format!("the fake browser does not know the function `{}`", script.function),
                )
            })?;
            let replaced = self.replaced();
            tokio::pin!(replaced);
            let run = async {
                let scope = FakeScope {
                    engine: &self.engine,
                    page: &self.key,
                    world: script.world,
                };
                self.settle(function(&scope, &script.args)).await
            };
            tokio::select! {
                biased;
                result = run => result,
                error = &mut replaced => Err(error),
            }
        };
        guarded(&self.engine, Needs::Renderer(&self.key), Method::Evaluate, call, work).await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        Err(Error::unsupported(Capability::FramesCrossOrigin))
    }

    async fn screenshot(&self, shot: &Shot, call: &Call) -> Result<Image> {
        let work = async {
            let capabilities = self.engine.capabilities();
            capabilities.require(match shot.area {
                Area::FullPage => Capability::FullPageScreenshot,
                Area::Viewport | Area::Part(_) => Capability::Screenshot,
            })?;
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
