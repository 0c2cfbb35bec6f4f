//! Looking at a page as a whole: its own document and those of its frames, whatever their origin, as one tree.

use std::ops::Range;
use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;

use super::live::Session;
use super::person::Hand;
use super::refs::RefPlace;
use crate::backend::{FrameKey, Page};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::injected::{FRAME_PATIENCE, LEASE, LISTED, LookAt, Place, Question, Seen, WAITING, is_unknown, stale};
use crate::locator::{Locator, TestIdAttribute};
use crate::snapshot::Row;
use crate::store::StateRecord;

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

/// What a session is called in pages.
pub(super) fn owner(record: &StateRecord) -> String {
    match record.page_key.as_str() {
        // Of a session that an older greenroom opened.
        "" => format!("{} {}", record.session, record.started_at),
        key => key.to_owned(),
    }
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
    pub(super) session: &'a Arc<Session>,
    pub(super) page: Arc<dyn Page>,
    pub(super) call: &'a Call,
    /// What the session is called in pages: another one of that name, before or after it, is another one.
    owner: String,
    test_id: TestIdAttribute,
}

impl<'a> Onlooker<'a> {
    pub(crate) fn new(session: &'a Arc<Session>, page: Arc<dyn Page>, call: &'a Call) -> Self {
        let (owner, test_id) = {
            let record = &session.lock().record;
            (owner(record), record.test_id_attribute.clone())
        };
        Self {
            session,
            page,
            call,
            owner,
            test_id,
        }
    }

    /// A gesture of ours begins in a page.
    pub(super) fn hand(&self, page: &Arc<dyn Page>) -> Hand {
        self.session.hand(page.key())
    }

    /// The page that is looked at where no ref says otherwise.
    pub(super) fn page(&self) -> &Arc<dyn Page> {
        &self.page
    }

    pub(super) fn place<'b>(&'b self, page: &'b Arc<dyn Page>, frame: Option<&'b FrameKey>) -> Place<'b> {
        Place {
            page: &**page,
            frame,
            owner: &self.owner,
            test_id: self.test_id.as_str(),
        }
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
        let numbers = self.reserve(LEASE).await?;
        let at = LookAt {
            base: Some(numbers.start),
            ..at
        };
        let seen = self.place(&page, key.as_ref()).look(at, self.call).await?;
        let used = seen.next.clamp(numbers.start, numbers.end);
        self.gave(numbers.start..used, &page, key.clone());
        self.session.lock().refs.give_back(used..numbers.end);
        let frames = self.frames_in(&page, key.as_ref(), seen.frames, at).await;
        let mut document = Document { key, seen, frames };
        self.number(&page, &mut document).await?;
        let (url, title, html) = (
            document.seen.url.clone(),
            document.seen.title.clone(),
            document.seen.html.take(),
        );
        let mut rows = Vec::with_capacity(document.seen.rows.len());
        document.join(0, &mut rows);
        Ok(Looked { url, title, rows, html })
    }

    /// The page that a ref's element is in.
    pub(crate) async fn page_of(&self, number: u32) -> Result<(String, Arc<dyn Page>)> {
        let (page, _) = self.document_of(number).await?;
        let id = self
            .session
            .lock()
            .book
            .by_key(page.key())
            .map(|entry| entry.id.clone());
        Ok((
            id.ok_or_else(|| stale(&format!("e{number}"), "its page is closed"))?,
            page,
        ))
    }

    /// Scrolls the page's viewport, and answers where it is then.
    pub(crate) async fn scroll_by(&self, x: f64, y: f64) -> Result<(f64, f64)> {
        self.place(&self.page, None).scroll_by(x, y, self.call).await
    }

    /// Reads one thing of the element that a locator means; without one, of the document.
    pub(crate) async fn read(&self, what: &str, locator: Option<&Locator>, name: Option<&str>) -> Result<Value> {
        let Some(locator) = locator else {
            return self.place(&self.page, None).read(what, None, name, self.call).await;
        };
        let question = Question {
            name,
            ..Question::new(what, locator)
        };
        let found = match self.ask(&question).await {
            // Asked again, so that the others cost nobody numbers: those that match are listed with refs.
            Err(error) if error.kind() == Kind::Ambiguous => {
                let numbers = self.reserve(LISTED).await?;
                self.ask(&Question { numbers, ..question }).await
            }
            answer => answer,
        }?;
        match found {
            (_, Some((page, frame))) if what == "place" => {
                // What a frame has scrolled away is no part of the way out of it.
                let (inner, _) = self.ask(&Question::new("box", locator)).await?;
                self.lift(&page, &frame, inner, true).await
            }
            (inner, Some((page, frame))) if what == "box" => self.lift(&page, &frame, inner, false).await,
            (value, _) => Ok(value),
        }
    }

    /// The ref of the element that a locator means, which may get it now.
    pub(crate) async fn ref_of(&self, locator: &Locator) -> Result<u32> {
        if let Some(number) = locator.as_ref_only() {
            return Ok(number);
        }
        let question = Question {
            numbers: self.reserve(LISTED).await?,
            ..Question::new("ref", locator)
        };
        let (number, _) = self.ask(&question).await?;
        let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| Error::new(Kind::Protocol, "the element's ref cannot be read"))
    }

    /// The refs of all elements that a locator means, in their order.
    pub(crate) async fn refs_of(&self, locator: &Locator) -> Result<Vec<u32>> {
        let question = Question {
            numbers: self.reserve(LEASE).await?,
            ..Question::new("refs", locator)
        };
        let (numbers, _) = self.ask(&question).await?;
        serde_json::from_value(numbers)
            .map_err(|error| Error::new(Kind::Protocol, "the elements' refs cannot be read").with_source(error))
    }

    /// Asks in the document where the locator begins; numbers that are not used are given back. Answers the frame of
    /// another origin, too, that it ended in.
    async fn ask(&self, question: &Question<'_>) -> Result<(Value, Option<(Arc<dyn Page>, FrameKey)>)> {
        let (value, page, frame) = self.ask_in_place(question).await?;
        Ok((value, frame.map(|frame| (page, frame))))
    }

    /// The same, with the page that it ended in.
    pub(super) async fn ask_in_place(
        &self,
        question: &Question<'_>,
    ) -> Result<(Value, Arc<dyn Page>, Option<FrameKey>)> {
        let (page, key) = match question.locator.reference() {
            Some(number) => self.document_of(number).await?,
            None => (Arc::clone(&self.page), None),
        };
        let told = self.place(&page, key.as_ref()).ask_of(question, self.call).await?;
        let unused = told.given.end..question.numbers.end;
        self.gave(told.given, &page, told.frame.clone());
        if !unused.is_empty() {
            self.session.lock().refs.give_back(unused);
        }
        Ok((told.value?, page, told.frame))
    }

    /// Sets numbers aside, which nobody else will get, whatever becomes of this look and of the daemon.
    pub(super) async fn reserve(&self, count: u32) -> Result<Range<u32>> {
        let (numbers, must_write) = {
            let refs = &mut self.session.lock().refs;
            (refs.reserve(count)?, refs.must_write())
        };
        if must_write {
            self.session.save_or_fail().await?;
        }
        Ok(numbers)
    }

    /// Remembers where refs were given.
    fn gave(&self, numbers: Range<u32>, page: &Arc<dyn Page>, frame: Option<FrameKey>) {
        let place = RefPlace {
            page: page.key().clone(),
            frame,
        };
        self.session.lock().refs.gave(numbers, place);
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
            let mut frames = join_all(found.into_iter().map(|key| self.frame(page, key, at))).await;
            // The document was replaced since: those that it had are gone.
            frames.resize_with(count, || Err(Error::new(Kind::Stale, "its document is gone")));
            frames
        })
    }

    async fn find_frames(&self, page: &Arc<dyn Page>, parent: Option<&FrameKey>) -> Result<Vec<Option<FrameKey>>> {
        let place = self.place(page, parent);
        place.foreign_frames(&self.call.at_most(FRAME_PATIENCE)).await
    }

    async fn frame(&self, page: &Arc<dyn Page>, key: Option<FrameKey>, at: LookAt) -> Result<Document> {
        let key = key.ok_or_else(|| Error::new(Kind::NotFound, "it shows no document"))?;
        let at = LookAt {
            base: None,
            reference: None,
            html: false,
            ..at
        };
        let place = self.place(page, Some(&key));
        let seen = place.look(at, &self.call.at_most(FRAME_PATIENCE)).await?;
        let frames = self.frames_in(page, Some(&key), seen.frames, at).await;
        Ok(Document {
            key: Some(key),
            seen,
            frames,
        })
    }

    /// Gives the refs that wait their numbers, in the order of the tree.
    async fn number(&self, page: &Arc<dyn Page>, document: &mut Document) -> Result<()> {
        let waiting = document.waiting();
        if waiting == 0 {
            return Ok(());
        }
        let mut given = Vec::new();
        document.number(&mut self.reserve(waiting).await?.start, &mut given);
        for (key, numbers) in &given {
            self.gave(numbers.clone(), page, key.clone());
        }
        let named = given.iter().map(|(key, numbers)| async move {
            let place = self.place(page, key.as_ref());
            place.name(numbers.start, &self.call.at_most(FRAME_PATIENCE)).await
        });
        for error in join_all(named).await.into_iter().filter_map(Result::err) {
            // Its refs answer `stale`, as those of any frame that went away.
            tracing::debug!(%error, "a document's refs could not be numbered");
        }
        Ok(())
    }

    /// The document that a ref was given in: remembered, or, after a crash of the daemon, found.
    pub(super) async fn document_of(&self, number: u32) -> Result<(Arc<dyn Page>, Option<FrameKey>)> {
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
                let inner = self
                    .place(&page, frame.as_ref())
                    .all_foreign_frames(&self.call.at_most(FRAME_PATIENCE))
                    .await
                    .unwrap_or_default();
                places.extend(inner.into_iter().flatten().map(Some));
            }
        }
        Err(stale(&format!("e{number}"), "its document is gone"))
    }

    /// Whether a document has given that ref, to an element that lives or not.
    async fn has(&self, page: &Arc<dyn Page>, frame: Option<&FrameKey>, number: u32) -> bool {
        let place = self.place(page, frame);
        let locator = Locator::of_ref(number);
        match place
            .read("count", Some(&locator), None, &self.call.at_most(FRAME_PATIENCE))
            .await
        {
            Ok(_) => true,
            Err(error) => error.kind() == Kind::Stale && !is_unknown(&error),
        }
    }
}

impl Document {
    /// How many refs wait for their numbers, in this document and in its frames.
    fn waiting(&self) -> u32 {
        let inside = self.frames.iter().flatten().map(Self::waiting);
        inside.fold(self.seen.pending, u32::saturating_add)
    }

    /// Numbers the refs that wait; collects whose they are.
    fn number(&mut self, next: &mut u32, given: &mut Vec<(Option<FrameKey>, Range<u32>)>) {
        let base = *next;
        for reference in self.seen.rows.iter_mut().filter_map(|row| row.reference.as_mut()) {
            if *reference >= WAITING {
                *reference = base.saturating_add(*reference - WAITING);
            }
        }
        *next = base.saturating_add(self.seen.pending);
        if self.seen.pending > 0 {
            given.push((self.key.clone(), base..*next));
        }
        for frame in self.frames.iter_mut().flatten() {
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
