//! Looking at a page as a whole: its own document and those of its frames, whatever their origin, as one tree.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;

use super::live::Session;
use super::refs::RefPlace;
use crate::backend::{FrameKey, Page, Script, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::injected::{FOREIGN_FRAMES, LookAt, Place, Seen, Target, WAITING, is_unknown, stale};
use crate::snapshot::Row;

/// How long a frame may take to answer. One that hangs must not cost the rest of the page.
const FRAME_PATIENCE: Duration = Duration::from_secs(3);

/// A page as it was seen.
#[derive(Debug)]
pub(crate) struct Looked {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The tree, frames of other origins below their elements.
    pub rows: Vec<Row>,
    /// The main document as HTML, where that was asked for.
    pub html: Option<String>,
}

/// A document with the frames in it that it could not look into itself.
struct Document {
    key: Option<FrameKey>,
    seen: Seen,
    frames: Vec<Result<Document>>,
}

/// A page of a session.
#[derive(Debug)]
pub(crate) struct Onlooker<'a> {
    session: &'a Arc<Session>,
    page: Arc<dyn Page>,
    call: &'a Call,
}

impl<'a> Onlooker<'a> {
    pub(crate) fn new(session: &'a Arc<Session>, page: Arc<dyn Page>, call: &'a Call) -> Self {
        Self { session, page, call }
    }

    /// Looks at the whole page, or at the element of `at.reference`, wherever that is.
    pub(crate) async fn look(self, at: LookAt) -> Result<Looked> {
        match self.look_once(at).await {
            // The document was replaced in the middle.
            Err(error) if error.kind() == Kind::Navigation => self.look_once(at).await,
            looked => looked,
        }
    }

    async fn look_once(&self, at: LookAt) -> Result<Looked> {
        let (page, key) = match at.reference {
            Some(number) => self.document_of(number).await?,
            None => (Arc::clone(&self.page), None),
        };
        let base = self.session.lock().refs.next();
        let at = LookAt { base: Some(base), ..at };
        let seen = Place {
            page: &*page,
            frame: key.as_ref(),
        }
        .look(at, self.call)
        .await?;
        self.took(seen.next.unwrap_or(base), &page, key.clone()).await?;
        let frames = self.frames_in(&page, key.as_ref(), seen.frames, at).await;
        let mut document = Document { key, seen, frames };
        if !document.frames.is_empty() {
            self.number(&page, &mut document).await?;
        }
        let (url, title, html) = (
            document.seen.url.clone(),
            document.seen.title.clone(),
            document.seen.html.take(),
        );
        let mut rows = Vec::with_capacity(document.seen.rows.len());
        document.join(0, &mut rows);
        Ok(Looked { url, title, rows, html })
    }

    /// Reads one thing of the element that `target` means; without one, of the document.
    pub(crate) async fn read(&self, what: &str, target: Option<&Target>, name: Option<&str>) -> Result<Value> {
        let (page, key) = match target {
            Some(Target::Ref(number)) => self.document_of(*number).await?,
            _ => (Arc::clone(&self.page), None),
        };
        if key.is_some() && matches!(what, "box" | "place") {
            return Err(Error::unsupported(crate::backend::Capability::FramesCrossOrigin)
                .with_hint("where an element of a frame of another origin is in the page cannot be told yet"));
        }
        Place {
            page: &*page,
            frame: key.as_ref(),
        }
        .read(what, target, name, self.call)
        .await
    }

    /// Remembers where the refs up to `end` were given, before anybody is told of them.
    async fn took(&self, end: u32, page: &Arc<dyn Page>, frame: Option<FrameKey>) -> Result<()> {
        let place = RefPlace {
            page: page.key().clone(),
            frame,
        };
        let must_write = self.session.lock().refs.took(end, place);
        if must_write {
            self.session.save_or_fail().await
        } else {
            Ok(())
        }
    }

    /// Looks into the frames that a document could not look into.
    fn frames_in<'b>(
        &'b self,
        page: &'b Arc<dyn Page>,
        parent: Option<&'b FrameKey>,
        count: usize,
        at: LookAt,
    ) -> BoxFuture<'b, Vec<Result<Document>>> {
        Box::pin(async move {
            if count == 0 {
                return Vec::new();
            }
            let found = match self.find_frames(page, parent).await {
                Ok(found) => found,
                Err(error) => {
                    let again = || Err(Error::new(error.kind(), error.message().to_owned()));
                    return std::iter::repeat_with(again).take(count).collect();
                }
            };
            join_all(found.into_iter().map(|key| self.frame(page, key, at))).await
        })
    }

    async fn find_frames(&self, page: &Arc<dyn Page>, parent: Option<&FrameKey>) -> Result<Vec<Option<FrameKey>>> {
        let script = Script {
            function: FOREIGN_FRAMES.to_owned(),
            args: vec![],
            world: World::Isolated,
        };
        page.frames()?
            .find(parent, &script, &self.call.at_most(FRAME_PATIENCE))
            .await
    }

    async fn frame(&self, page: &Arc<dyn Page>, key: Option<FrameKey>, at: LookAt) -> Result<Document> {
        let key = key.ok_or_else(|| Error::new(Kind::NotFound, "it shows no document"))?;
        let at = LookAt {
            base: None,
            reference: None,
            html: false,
            ..at
        };
        let place = Place {
            page: &**page,
            frame: Some(&key),
        };
        let seen = place.look(at, &self.call.at_most(FRAME_PATIENCE)).await?;
        let frames = self.frames_in(page, Some(&key), seen.frames, at).await;
        Ok(Document {
            key: Some(key),
            seen,
            frames,
        })
    }

    /// Gives the refs of frames their numbers, in the order of the tree.
    async fn number(&self, page: &Arc<dyn Page>, document: &mut Document) -> Result<()> {
        let mut given = Vec::new();
        let mut next = self.session.lock().refs.next();
        document.number(&mut next, &mut given);
        for (key, _, end) in &given {
            self.took(*end, page, Some(key.clone())).await?;
        }
        let named = given.iter().map(|(key, base, _)| async move {
            let place = Place {
                page: &**page,
                frame: Some(key),
            };
            place.name(*base, &self.call.at_most(FRAME_PATIENCE)).await
        });
        for error in join_all(named).await.into_iter().filter_map(Result::err) {
            // Its refs answer `stale`, as those of any frame that went away.
            tracing::debug!(%error, "a frame's refs could not be numbered");
        }
        Ok(())
    }

    /// The document that a ref was given in: remembered, or, after a crash of the daemon, found.
    async fn document_of(&self, number: u32) -> Result<(Arc<dyn Page>, Option<FrameKey>)> {
        let (place, was_given) = {
            let refs = &self.session.lock().refs;
            (refs.place_of(number).cloned(), refs.was_given(number))
        };
        let name = format!("e{number}");
        if !was_given {
            return Err(stale(&name, "no element of this session has had it"));
        }
        let Some(RefPlace { page, frame }) = place else {
            return self.search(number).await;
        };
        let handle = self.session.lock().handles.get(&page).cloned();
        Ok((handle.ok_or_else(|| stale(&name, "its page is closed"))?, frame))
    }

    /// Asks every document of the session for a ref that nobody remembers.
    async fn search(&self, number: u32) -> Result<(Arc<dyn Page>, Option<FrameKey>)> {
        let pages: Vec<_> = self.session.lock().handles.values().cloned().collect();
        for page in pages {
            let mut places = vec![None];
            while let Some(frame) = places.pop() {
                if self.has(&page, frame.as_ref(), number).await {
                    return Ok((page, frame));
                }
                let inner = self.find_frames(&page, frame.as_ref()).await.unwrap_or_default();
                places.extend(inner.into_iter().flatten().map(Some));
            }
        }
        Err(stale(&format!("e{number}"), "its document is gone"))
    }

    /// Whether a document has given that ref, to an element that lives or not.
    async fn has(&self, page: &Arc<dyn Page>, frame: Option<&FrameKey>, number: u32) -> bool {
        let place = Place { page: &**page, frame };
        let target = Target::Ref(number);
        match place
            .read("count", Some(&target), None, &self.call.at_most(FRAME_PATIENCE))
            .await
        {
            Ok(_) => true,
            Err(error) => error.kind() == Kind::Stale && !is_unknown(&error),
        }
    }
}

impl Document {
    /// Numbers the refs that wait, in the frames of this document; collects whose they are: from where, up to where.
    fn number(&mut self, next: &mut u32, given: &mut Vec<(FrameKey, u32, u32)>) {
        for frame in self.frames.iter_mut().flatten() {
            let base = *next;
            for reference in frame.seen.rows.iter_mut().filter_map(|row| row.reference.as_mut()) {
                if *reference >= WAITING {
                    *reference = *reference - WAITING + base;
                }
            }
            *next += frame.seen.pending;
            if let Some(key) = frame.key.clone().filter(|_| frame.seen.pending > 0) {
                given.push((key, base, *next));
            }
            frame.number(next, given);
        }
    }

    /// Adds its rows, each frame's below the frame's own.
    fn join(self, depth: u32, rows: &mut Vec<Row>) {
        let mut frames: Vec<_> = self.frames.into_iter().map(Some).collect();
        for mut row in self.seen.rows {
            row.depth += depth;
            let frame = row.props.frame.and_then(|place| frames.get_mut(place)?.take());
            let below = row.depth + 1;
            if let Some(Err(error)) = &frame {
                row.props.states.insert("unavailable".to_owned(), why(error).into());
            }
            rows.push(row);
            if let Some(Ok(frame)) = frame {
                frame.join(below, rows);
            }
        }
    }
}

/// Why a frame's document is not in the tree, in a word or two.
fn why(error: &Error) -> &'static str {
    match error.kind() {
        Kind::Unsupported => "unsupported",
        Kind::Timeout => "hangs",
        Kind::PageCrashed => "crashed",
        Kind::NotFound => "empty",
        _ => "gone",
    }
}
