//! The flaws of frames.

use async_trait::async_trait;
use greenroom_session_core::backend::{FrameKey, Frames, Script, World};
use greenroom_session_core::{Call, Kind, Result};
use serde_json::Value;

use super::{Flaw, FlawedPage};

#[async_trait]
impl Frames for FlawedPage {
    async fn find(&self, parent: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Vec<Option<FrameKey>>> {
        let parent = parent.filter(|_| self.flaw != Flaw::StaysInTheMainFrame);
        let found = self.sound.frames()?.find(parent, script, call).await?;
        let keeps = |frame: Option<FrameKey>| frame.filter(|_| self.flaw != Flaw::LosesFrames);
        Ok(found.into_iter().map(keeps).collect())
    }

    async fn evaluate(&self, frame: &FrameKey, script: &Script, call: &Call) -> Result<Value> {
        let mut script = script.clone();
        if self.flaw == Flaw::RunsInTheFramesPage {
            script.world = World::Main;
        }
        match self.sound.frames()?.evaluate(frame, &script, call).await {
            Err(error) if self.flaw == Flaw::WaitsForLostFrames && error.kind() == Kind::Stale => {
                std::future::pending().await
            }
            result => result,
        }
    }
}
