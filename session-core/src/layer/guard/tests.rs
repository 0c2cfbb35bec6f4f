//! What the guard keeps although the backend does not.

use std::time::Duration;

use super::*;
use crate::backend::World;
use crate::error::Kind;
use crate::fake::{FakeBackend, FakeWorld};

/// A page that has everything, and never answers, whatever the deadline.
#[derive(Debug)]
struct Silent(PageKey);

#[async_trait]
impl Page for Silent {
    fn key(&self) -> &PageKey {
        &self.0
    }

    async fn url(&self, _: &Call) -> Result<String> {
        std::future::pending().await
    }

    async fn navigate(&self, _: &Navigation, _: &Call) -> Result<Loaded> {
        std::future::pending().await
    }

    async fn evaluate(&self, _: &Script, _: &Call) -> Result<Value> {
        std::future::pending().await
    }

    fn frames(&self) -> Result<&dyn Frames> {
        Ok(self)
    }

    fn input(&self) -> Result<&dyn Input> {
        Err(crate::Error::unsupported(Capability::TrustedInput))
    }

    async fn screenshot(&self, _: &Shot, _: &Call) -> Result<Image> {
        std::future::pending().await
    }

    async fn set_viewport(&self, _: Size, _: &Call) -> Result<()> {
        std::future::pending().await
    }

    async fn answer_dialog(&self, _: &DialogAnswer, _: &Call) -> Result<()> {
        std::future::pending().await
    }

    async fn revive(&self, _: &Call) -> Result<()> {
        std::future::pending().await
    }

    async fn close(&self, _: &Call) -> Result<()> {
        std::future::pending().await
    }
}

#[async_trait]
impl Frames for Silent {
    async fn find(&self, _: Option<&FrameKey>, _: &Script, _: &Call) -> Result<Vec<Option<FrameKey>>> {
        std::future::pending().await
    }

    async fn evaluate(&self, _: &FrameKey, _: &Script, _: &Call) -> Result<Value> {
        std::future::pending().await
    }
}

/// That page, in a browser that declares `capabilities`.
async fn silent(capabilities: CapabilitySet) -> GuardedPage {
    let backend = FakeBackend::new(&FakeWorld::new()).with_capabilities(capabilities);
    let call = Call::within(Duration::from_secs(5));
    GuardedPage {
        inner: Arc::new(Silent(PageKey("silent".to_owned()))),
        browser: backend.launch(&LaunchOptions::default(), &call).await.unwrap(),
    }
}

#[tokio::test(start_paused = true)]
async fn frames_keep_to_the_deadline() {
    let page = silent(FakeBackend::ALL).await;
    let (frame, call) = (FrameKey("F".to_owned()), Call::within(Duration::from_secs(1)));
    let script = Script {
        function: "() => 1".to_owned(),
        args: Vec::new(),
        world: World::Isolated,
    };
    let frames = page.frames().unwrap();
    let found = frames.find(None, &script, &call).await;
    assert_eq!(found.unwrap_err().kind(), Kind::Timeout);
    let answered = frames.evaluate(&frame, &script, &call).await;
    assert_eq!(answered.unwrap_err().kind(), Kind::Timeout);
}

#[tokio::test]
async fn frames_that_are_not_declared_are_not_there() {
    let page = silent(FakeBackend::ALL.without(Capability::FramesCrossOrigin)).await;
    let error = page.frames().map(drop).unwrap_err();
    assert_eq!(error.capability(), Some(Capability::FramesCrossOrigin));
}
