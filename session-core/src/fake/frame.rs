//! Frames of fake pages: found by the ids of their elements, each with a document and a renderer of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;
use url::Url;

use super::engine::{BLANK, Engine, blank};
use super::site::{FakeFetch, FakeFrame, FakePage, Loading};
use super::state::{Document, Renderer, State, Tab};
use crate::backend::{FrameKey, PageKey};

/// A frame in a document.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) key: FrameKey,
    /// The `id` of its element.
    pub(super) element: String,
    pub(super) document: Document,
    /// The renderer of its document, with which it goes.
    renderer: watch::Sender<Renderer>,
}

impl Document {
    /// A page that has arrived; its frames are still empty. `next` gives numbers that were not there before.
    pub(super) fn new(url: &str, page: FakePage, mut next: impl FnMut() -> u64) -> Self {
        let mut number = || next();
        let empty = |frame: &FakeFrame| Frame {
            key: FrameKey(format!("frame-{}", number())),
            element: frame.id.clone(),
            document: blank(0),
            renderer: watch::Sender::default(),
        };
        let frames = page.frames.iter().map(empty).collect();
        Self {
            id: next(),
            url: url.to_owned(),
            title: page.title.clone(),
            main: page.globals.clone().into_iter().collect(),
            frames,
            page,
            ..Self::default()
        }
    }

    /// The ids of the elements that hold its frames.
    pub(super) fn frame_elements(&self) -> Vec<String> {
        self.frames.iter().map(|frame| frame.element.clone()).collect()
    }

    /// The frame that an element holds.
    pub(super) fn frame_of(&self, element: &str) -> Option<&Frame> {
        self.frames.iter().find(|frame| frame.element == element)
    }

    fn frame_mut(&mut self, key: &FrameKey) -> Option<&mut Frame> {
        let mut inside = Vec::new();
        for frame in &mut self.frames {
            if frame.key == *key {
                return Some(frame);
            }
            inside.push(&mut frame.document);
        }
        inside.into_iter().find_map(|document| document.frame_mut(key))
    }

    fn frame(&self, key: &FrameKey) -> Option<&Frame> {
        let inside = || self.frames.iter().find_map(|frame| frame.document.frame(key));
        self.frames.iter().find(|frame| frame.key == *key).or_else(inside)
    }
}

impl Tab {
    /// The document of a frame; `None`: of the main frame.
    pub(super) fn document_in(&self, frame: Option<&FrameKey>) -> Option<&Document> {
        match frame {
            None => Some(&self.document),
            Some(key) => self.document.frame(key).map(|frame| &frame.document),
        }
    }

    pub(super) fn document_in_mut(&mut self, frame: Option<&FrameKey>) -> Option<&mut Document> {
        match frame {
            None => Some(&mut self.document),
            Some(key) => self.document.frame_mut(key).map(|frame| &mut frame.document),
        }
    }
}

impl Engine {
    /// The renderer of what a frame shows; its end is the end of that document.
    pub(super) fn frame_renderer(&self, page: &PageKey, frame: &FrameKey) -> Option<watch::Receiver<Renderer>> {
        let state = self.state();
        let frame = state.pages.get(page)?.document.frame(frame)?;
        Some(frame.renderer.subscribe())
    }

    /// A script in a frame runs for ever.
    pub(super) fn loop_frame(&self, page: &PageKey, frame: &FrameKey) {
        let state = self.state();
        if let Some(frame) = state.pages.get(page).and_then(|tab| tab.document.frame(frame)) {
            frame.renderer.send_replace(Renderer::Looping);
        }
    }

    /// Loads what the frames of a document show, and the frames inside.
    pub(super) fn load_frames<'a>(
        self: &'a Arc<Self>,
        page: &'a PageKey,
        parent: Option<&'a FrameKey>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        let wanted = self.state().pages.get(page).and_then(|tab| {
            let document = tab.document_in(parent)?;
            let keys = document.frames.iter().map(|frame| frame.key.clone());
            Some(keys.zip(document.page.frames.clone()).collect::<Vec<_>>())
        });
        Box::pin(async move {
            for (key, frame) in wanted.unwrap_or_default() {
                self.load_frame(page, &key, &frame.url).await;
            }
        })
    }

    /// Loads a document in a frame. One that cannot be loaded leaves an empty one.
    pub(super) async fn load_frame(self: &Arc<Self>, page: &PageKey, frame: &FrameKey, url: &str) {
        let here = self.url_of(page).unwrap_or_default();
        let resolved = Url::parse(&here).and_then(|here| here.join(url));
        let url = resolved.map_or_else(|_| url.to_owned(), String::from);
        let (url, answer) = if url == BLANK {
            (url, FakePage::default())
        } else {
            self.fetch_frame(page, url).await
        };
        self.show_in_frame(page, frame, &url, answer);
        self.load_frames(page, Some(frame)).await;
    }

    /// Requests a frame's document, through redirects; answers where it came from.
    async fn fetch_frame(self: &Arc<Self>, page: &PageKey, mut url: String) -> (String, FakePage) {
        for _ in 0..=20 {
            let fetch = FakeFetch::get(url.clone(), "document");
            let Ok(answer) = self.request(page, &fetch, None).await else {
                break;
            };
            let target = answer
                .redirect
                .as_deref()
                .and_then(|to| Url::parse(&url).ok()?.join(to).ok());
            match target {
                Some(target) => url = target.into(),
                None => return (url, answer),
            }
        }
        (url, FakePage::default())
    }

    fn show_in_frame(&self, page: &PageKey, frame: &FrameKey, url: &str, answer: FakePage) {
        let mut state = self.state();
        let state = &mut *state;
        let renderer = match answer.loading {
            Loading::Loops => Renderer::Looping,
            _ => Renderer::Well,
        };
        let document = Document::new(url, answer, || State::count(&mut state.counter));
        let found = state.pages.get_mut(page).and_then(|tab| tab.document.frame_mut(frame));
        if let Some(frame) = found {
            frame.document = document;
            frame.renderer = watch::Sender::new(renderer);
        }
    }
}
