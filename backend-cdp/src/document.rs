//! Events of documents and script worlds, turned into the facts of their page.

use greenroom_session_core::backend::{Event, WaitUntil};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{SessionId, read};
use crate::error::Native;
use crate::hub::Router;
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
struct FrameOf {
    frame_id: String,
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
struct WorldCreated {
    context: World,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct World {
    unique_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    aux_data: WorldOf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WorldOf {
    frame_id: String,
    is_default: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorldDestroyed {
    execution_context_unique_id: String,
}

impl Router {
    /// Takes a `Page.` event.
    pub(crate) fn page_event(&mut self, id: &SessionId, method: &str, params: Value) {
        match method {
            "Page.javascriptDialogOpening" => self.dialog_opening(id, params),
            "Page.frameAttached" => self.frame_attached(id, params),
            "Page.frameDetached" => self.frame_detached(params),
            "Page.frameNavigated" => self.frame_navigated(id, params),
            "Page.navigatedWithinDocument" => self.moved_within(id, params),
            "Page.lifecycleEvent" => self.lifecycle(id, params),
            _ => {}
        }
    }

    fn frame_attached(&mut self, id: &SessionId, params: Value) {
        if let Ok(FrameOf { frame_id }) = read(params) {
            self.frames.insert(frame_id, SessionId::clone(id));
        }
    }

    fn frame_detached(&mut self, params: Value) {
        if let Ok(FrameOf { frame_id }) = read(params) {
            self.frames.remove(&frame_id);
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
        page.facts.send_modify(|facts| {
            facts.committed(&frame.loader_id, &url, is_error, r#type == "BackForwardCacheRestore");
        });
        context.sink.event(Event::PageNavigated {
            page: page.page_key().clone(),
            url,
            same_document: false,
        });
        self.network_document_replaced(id, &frame.loader_id);
    }

    fn moved_within(&mut self, id: &SessionId, params: Value) {
        let Ok(WithinDocument { frame_id, url }) = read(params) else {
            return;
        };
        let Some((page, context)) = self.page_of_main(id).filter(|(page, _)| page.page_key().0 == frame_id) else {
            return;
        };
        page.facts.send_modify(|facts| facts.moved(&url));
        context.sink.event(Event::PageNavigated {
            page: page.page_key().clone(),
            url,
            same_document: true,
        });
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
        if let Some((page, _)) = self.page_of_main(id).filter(|(page, _)| page.page_key().0 == frame_id) {
            page.facts.send_modify(|facts| facts.reach(&loader_id, until));
        }
    }

    /// Takes a `Runtime.executionContext…` event: only the worlds of a page's main frame matter here.
    pub(crate) fn world_event(&mut self, id: &SessionId, method: &str, params: Value) {
        let Some((page, _)) = self.page_of_main(id) else { return };
        match method {
            "Runtime.executionContextCreated" => {
                let Ok(WorldCreated { context }) = read(params) else {
                    return;
                };
                if context.aux_data.frame_id != page.page_key().0 {
                    return;
                }
                page.facts.send_modify(|facts| {
                    if context.aux_data.is_default {
                        facts.main = Some(context.unique_id);
                    } else if context.name == WORLD {
                        facts.isolated = Some(context.unique_id);
                    }
                });
            }
            "Runtime.executionContextDestroyed" => {
                let Ok(gone) = read::<WorldDestroyed>(params) else {
                    return;
                };
                let gone = Some(gone.execution_context_unique_id);
                page.facts.send_modify(|facts| {
                    facts.main.take_if(|main| Some(&*main) == gone.as_ref());
                    facts.isolated.take_if(|isolated| Some(&*isolated) == gone.as_ref());
                });
            }
            _ => page.facts.send_modify(|facts| {
                facts.main = None;
                facts.isolated = None;
            }),
        }
    }

    /// A renderer crashed: whatever was asked of it fails at once.
    pub(crate) fn crashed(&mut self, id: &SessionId) {
        self.wire.fail(id, Native::Crashed);
        let Some((page, context)) = self.page_of_main(id) else {
            return;
        };
        page.facts.send_modify(|facts| {
            facts.crashed = true;
            facts.crashes += 1;
            facts.main = None;
            facts.isolated = None;
        });
        context.sink.event(Event::PageCrashed {
            page: page.page_key().clone(),
        });
    }

    /// The page whose main frame a session is, with its context.
    pub(crate) fn page_of_main(
        &self,
        id: &SessionId,
    ) -> Option<(&std::sync::Arc<crate::page::CdpPage>, &crate::hub::Context)> {
        let session = self.sessions.get(id).filter(|session| session.kind.is_page())?;
        Some((session.page.as_ref()?, self.contexts.get(&session.context)?))
    }
}
