//! Events of documents and script worlds, turned into the facts of their page.

use std::sync::Arc;

use greenroom_session_core::backend::{ContextKey, Event, PageKey, WaitUntil, World};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::facts::{Facts, Leaving, Steering};
use crate::frame::Worlds;
use crate::hub::Router;
use crate::page::CdpPage;
use crate::setup::WORLD;

#[derive(Debug, Deserialize)]
struct FrameNavigated {
    frame: Frame,
    #[serde(default)]
    r#type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    parent_id: Option<String>,
    #[serde(default)]
    loader_id: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    url_fragment: String,
    unreachable_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FrameChange {
    frame_id: String,
    /// The frame around one that was attached.
    #[serde(default)]
    parent_frame_id: String,
    /// Why it was detached: `remove`, or `swap` when it goes on in another process.
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithinDocument {
    frame_id: String,
    url: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lifecycle {
    frame_id: String,
    loader_id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Navigating {
    frame_id: String,
    disposition: Option<String>,
    navigation_type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WorldCreated {
    context: Context,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    #[serde(default)]
    id: i64,
    unique_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    aux_data: ContextOf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContextOf {
    frame_id: String,
    is_default: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorldDestroyed {
    #[serde(default)]
    execution_context_id: i64,
    execution_context_unique_id: String,
}

impl Router {
    /// Takes a `Page.` event.
    pub(crate) fn page_event(&mut self, id: &SessionId, method: &str, params: Value) {
        match method {
            "Page.javascriptDialogOpening" => self.dialog_opening(id, params),
            "Page.javascriptDialogClosed" => self.dialog_closed(id, params),
            "Page.fileChooserOpened" => self.chooser_opened(id, params),
            "Page.frameAttached" => self.frame_attached(id, params),
            "Page.frameDetached" => self.frame_detached(id, params),
            "Page.documentOpened" => self.document_opened(id, &params),
            "Page.frameNavigated" => self.frame_navigated(id, params),
            "Page.navigatedWithinDocument" => self.moved_within(id, params),
            "Page.lifecycleEvent" => self.lifecycle(id, params),
            "Page.frameRequestedNavigation" | "Page.frameScheduledNavigation" => {
                self.leaves(id, params, Leaving::Asked);
            }
            "Page.frameStartedNavigating" => {
                self.starts_navigating(id, &params);
                self.leaves(id, params, Leaving::Begun);
            }
            "Page.frameStoppedLoading" => self.leaves(id, params, Leaving::No),
            "Page.frameClearedScheduledNavigation" => self.stays(id, params),
            _ => {}
        }
        self.asks_again(id, method);
    }

    fn frame_attached(&mut self, id: &SessionId, params: Value) {
        if let (Ok(change), Some((page, _))) = (read::<FrameChange>(params), self.page_of_frame(id)) {
            page.facts
                .send_modify(|facts| facts.frames.attached(&change.frame_id, &change.parent_frame_id, id));
        }
    }

    fn frame_detached(&mut self, id: &SessionId, params: Value) {
        let (Ok(change), Some((page, _))) = (read::<FrameChange>(params), self.page_of_frame(id)) else {
            return;
        };
        if change.reason != "swap" {
            page.facts.send_modify(|facts| facts.frames.removed(&change.frame_id));
        }
    }

    fn frame_navigated(&mut self, id: &SessionId, params: Value) {
        let Ok(FrameNavigated { frame, r#type }) = read(params) else {
            return;
        };
        let Some((page, context)) = self.page_of_main(id).filter(|_| frame.parent_id.is_none()) else {
            return;
        };
        let is_error = frame.unreachable_url.is_some();
        let url = frame
            .unreachable_url
            .unwrap_or_else(|| frame.url.clone() + &frame.url_fragment);
        let is_restored = r#type == "BackForwardCacheRestore";
        let mut steering = None;
        page.facts.send_modify(|facts| {
            if is_restored {
                // Of these Chromium does not tell that they begin.
                facts.steers(Steering::in_history());
            }
            steering = facts.steered();
            facts.committed(&frame.loader_id, &url, is_error, is_restored);
        });
        context.sink.event(Event::PageNavigated {
            page: page.page_key().clone(),
            url,
            same_document: false,
        });
        self.network_document_replaced(id, &frame.loader_id);
        self.arrived(id, steering);
    }

    fn moved_within(&mut self, id: &SessionId, params: Value) {
        let Ok(WithinDocument { frame_id, url }) = read(params) else {
            return;
        };
        let Some((page, context)) = self.page_of_main(id).filter(|(page, _)| page.page_key().0 == frame_id) else {
            return;
        };
        let mut steering = None;
        page.facts.send_modify(|facts| {
            steering = facts.steered_within();
            facts.moved(&url);
        });
        context.sink.event(Event::PageNavigated {
            page: page.page_key().clone(),
            url,
            same_document: true,
        });
        self.arrived(id, steering);
    }

    /// How far a navigation of the main frame is.
    fn leaves(&mut self, id: &SessionId, params: Value, leaving: Leaving) {
        let Ok(change) = read::<Navigating>(params) else { return };
        let elsewhere = change
            .disposition
            .is_some_and(|disposition| disposition != "currentTab");
        let within = change
            .navigation_type
            .is_some_and(|kind| kind.ends_with("sameDocument") || kind.ends_with("SameDocument"));
        if let Some((page, _)) = self
            .page_of_main(id)
            .filter(|(page, _)| page.page_key().0 == change.frame_id)
            && !elsewhere
            && !within
        {
            page.facts.send_modify(|facts| facts.leaves(leaving));
        }
    }

    /// A navigation that was asked for is not any more.
    fn stays(&mut self, id: &SessionId, params: Value) {
        let Ok(change) = read::<Navigating>(params) else { return };
        if let Some((page, _)) = self
            .page_of_main(id)
            .filter(|(page, _)| page.page_key().0 == change.frame_id)
        {
            page.facts.send_modify(Facts::stays);
        }
    }

    fn lifecycle(&mut self, id: &SessionId, params: Value) {
        let Ok(Lifecycle {
            frame_id,
            loader_id,
            name,
        }) = read(params)
        else {
            return;
        };
        let until = match name.as_str() {
            "DOMContentLoaded" => WaitUntil::DomContentLoaded,
            "load" => WaitUntil::Load,
            "networkIdle" => WaitUntil::NetworkIdle,
            _ => return,
        };
        if let Some((page, context)) = self.page_of_main(id).filter(|(page, _)| page.page_key().0 == frame_id) {
            page.facts.send_modify(|facts| facts.reach(&loader_id, until));
            if until != WaitUntil::NetworkIdle {
                let page = page.page_key().clone();
                context.sink.event(Event::PageReached { page, until });
            }
        }
    }

    /// Takes a `Runtime.executionContext…` event.
    pub(crate) fn world_event(&mut self, id: &SessionId, method: &str, params: Value) {
        self.keep_documents(id, method, &params);
        let Some((page, top)) = self.page_of_frame(id) else {
            return;
        };
        match method {
            "Runtime.executionContextCreated" => {
                if let Ok(WorldCreated { context }) = read(params) {
                    page.facts.send_modify(|facts| world_came(facts, page, id, context));
                }
            }
            "Runtime.executionContextDestroyed" => {
                if let Ok(WorldDestroyed {
                    execution_context_unique_id: gone,
                    ..
                }) = read(params)
                {
                    page.facts.send_modify(|facts| {
                        facts.worlds.go(&gone);
                        facts.frames.world_went(&gone);
                    });
                }
            }
            _ => page.facts.send_modify(|facts| {
                if page.session == *id {
                    facts.worlds = Worlds::default();
                }
                facts.frames.cleared(id, top);
            }),
        }
    }

    /// Keeps which frame's document each world of ours is in.
    fn keep_documents(&mut self, id: &SessionId, method: &str, params: &Value) {
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.kind.is_frame()) else {
            return;
        };
        match method {
            "Runtime.executionContextCreated" => {
                if let Ok(WorldCreated { context }) = WorldCreated::deserialize(params)
                    && context.name == WORLD
                {
                    session.documents.insert(context.id, context.aux_data.frame_id);
                }
            }
            "Runtime.executionContextDestroyed" => {
                if let Ok(gone) = WorldDestroyed::deserialize(params) {
                    session.documents.remove(&gone.execution_context_id);
                }
            }
            _ => session.documents.clear(),
        }
    }

    /// A renderer crashed: whatever was asked of it fails at once.
    pub(crate) fn crashed(&mut self, id: &SessionId) {
        self.wire.fail(id, Native::Crashed);
        if let Some((page, top)) = self.page_of_frame(id) {
            page.facts.send_modify(|facts| {
                facts.frames.crashed(id, top);
                if page.session == *id {
                    facts.crash();
                }
            });
        }
        if let Some((page, context)) = self.page_of_main(id) {
            context.sink.event(Event::PageCrashed {
                page: page.page_key().clone(),
            });
        }
    }

    /// The page that a session shows, or a part of, with the id of the session's topmost frame.
    pub(crate) fn page_of_frame(&self, id: &SessionId) -> Option<(&Arc<CdpPage>, &str)> {
        let session = self.sessions.get(id).filter(|session| session.kind.is_frame())?;
        Some((session.page.as_ref()?, &session.target))
    }

    /// The context and page that a frame belongs to.
    pub(crate) fn owner_of_frame(&self, frame: &str) -> Option<(ContextKey, Option<PageKey>)> {
        let above = || {
            self.pages
                .values()
                .find(|page| page.facts.borrow().frames.get(frame).is_some())
        };
        let session = self.targets.get(frame).or_else(|| Some(&above()?.session))?;
        let session = self.sessions.get(session)?;
        Some((
            session.context.clone(),
            session.page.as_ref().map(|page| page.page_key().clone()),
        ))
    }

    /// The page whose main frame a session is, with its context.
    pub(crate) fn page_of_main(&self, id: &SessionId) -> Option<(&Arc<CdpPage>, &crate::hub::Context)> {
        let session = self.sessions.get(id).filter(|session| session.kind.is_page())?;
        Some((session.page.as_ref()?, self.contexts.get(&session.context)?))
    }
}

fn world_came(facts: &mut Facts, page: &CdpPage, session: &SessionId, context: Context) {
    let world = match &context.aux_data {
        of if of.is_default => World::Main,
        _ if context.name == WORLD => World::Isolated,
        _ => return,
    };
    let frame = context.aux_data.frame_id;
    if frame == page.page_key().0 {
        facts.worlds.come(world, context.unique_id);
    } else {
        facts.frames.world_came(&frame, session, world, context.unique_id);
    }
}
