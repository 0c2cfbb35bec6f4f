//! What a person does in a session's window: told by the watchers of its documents, kept apart from what we do, and written
//! into actions.jsonl.
//!
//! Watchers tell every event that a hand can have made, ours too: the page cannot know whose hand it was. We do: an event that
//! lies within the time of a gesture of ours in its page is ours.

mod lines;
mod told;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use lines::{Lines, Taken, Way, Where};
use told::{Event, Word};

use super::live::Session;
use super::machine::Input;
use crate::backend::{FrameKey, Page, PageKey, Steered, Target, Told};
use crate::call::Call;
use crate::error::Result;
use crate::injected::Around;
use crate::journal::Point;
use crate::session::look::Onlooker;

/// How long the way to a frame is looked for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How exact the clock of an event is.
const EXACT: Duration = Duration::from_millis(2);

/// How long after an action a page that goes to and fro in its history is taken to do so because of it.
const CAUSES: Duration = Duration::from_secs(1);

/// How many gestures of ours are remembered.
const REMEMBERED: usize = 64;

/// A person, as far as the session has to do with one.
#[derive(Debug, Default)]
pub(crate) struct Person {
    lines: Lines,
    hands: VecDeque<Span>,
    count: u64,
    /// The last action, and in which page.
    last: Option<(PageKey, SystemTime)>,
}

/// The time of a gesture of ours.
#[derive(Debug)]
struct Span {
    number: u64,
    page: PageKey,
    from: SystemTime,
    to: Option<SystemTime>,
}

impl Person {
    /// Whether it was our hand.
    fn was_ours(&self, page: &PageKey, at: SystemTime) -> bool {
        self.hands
            .iter()
            .any(|span| span.page == *page && span.from <= at + EXACT && span.to.is_none_or(|to| at <= to + EXACT))
    }

    /// Whether something was done in a page just before.
    fn has_just_acted(&self, page: &PageKey, at: SystemTime) -> bool {
        let since = |then: SystemTime| at.duration_since(then).is_ok_and(|since| since <= CAUSES);
        let we = self
            .hands
            .iter()
            .any(|span| span.page == *page && span.from <= at && span.to.is_none_or(since));
        we || self.last.as_ref().is_some_and(|(of, then)| of == page && since(*then))
    }
}

/// A gesture of ours that is under way.
#[derive(Debug)]
pub(crate) struct Hand {
    session: Arc<Session>,
    number: u64,
}

impl Drop for Hand {
    fn drop(&mut self) {
        let mut person = self.session.person();
        if let Some(span) = person.hands.iter_mut().find(|span| span.number == self.number) {
            span.to = Some(SystemTime::now());
        }
    }
}

impl Session {
    fn person(&self) -> std::sync::MutexGuard<'_, Person> {
        self.person.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A gesture of ours begins in a page; it ends with the guard.
    pub(crate) fn hand(self: &Arc<Self>, page: &PageKey) -> Hand {
        let mut person = self.person();
        let number = person.count;
        person.count += 1;
        if person.hands.len() == REMEMBERED {
            person.hands.pop_front();
        }
        person.hands.push_back(Span {
            number,
            page: page.clone(),
            from: SystemTime::now(),
            to: None,
        });
        Hand {
            session: Arc::clone(self),
            number,
        }
    }

    /// A watcher has told something.
    pub(super) fn told(self: &Arc<Self>, told: Told) {
        let Some(event) = Event::read(&told.text) else { return };
        let at = event.time(SystemTime::now());
        let Some(place) = self.place_of(told.page, told.frames, at) else {
            return;
        };
        if event.kind == Word::Here {
            return;
        }
        let mut person = self.person();
        if person.was_ours(&place.page, at) {
            person.lines.know(&event);
            return;
        }
        person.last = Some((place.page.clone(), at));
        let (page, frames) = (place.page.clone(), place.frames.clone());
        let taken = person.lines.take(place, &event);
        self.write_ready(&mut person, false);
        drop(person);
        if let Some(taken) = taken {
            self.see_to(taken, page, frames);
        }
        self.acts();
    }

    /// A person has used the browser's own controls.
    pub(super) fn steered(self: &Arc<Self>, steered: Steered) {
        let (action, value) = match &steered.to {
            Target::Url(url) => ("goto", Some(url.clone())),
            Target::Back => ("goBack", None),
            Target::Forward => ("goForward", None),
            Target::Reload => ("reload", None),
        };
        let is_history = matches!(steered.to, Target::Back | Target::Forward);
        let Some(mut place) = self.place_of(steered.page, Vec::new(), steered.at) else {
            return;
        };
        if let Some(url) = &value {
            place.url = Some(url.clone());
        }
        let mut person = self.person();
        // Of going to and fro, the browser does not say whether the page asked for it.
        if is_history && person.has_just_acted(&place.page, place.at) {
            return;
        }
        person.lines.steer(action, place, value);
        // What was done before was done in another document.
        person.last = None;
        self.write_ready(&mut person, false);
        drop(person);
        self.acts();
    }

    /// A page shows another document, or is gone: what was done in it is complete.
    pub(super) fn person_left(&self, page: &PageKey) {
        let mut person = self.person();
        person.lines.close_page(page, SystemTime::now());
        self.write_ready(&mut person, false);
    }

    /// Writes what a person did until now: something else comes next.
    pub(crate) fn write_person(&self) {
        self.write_ready(&mut self.person(), true);
    }

    fn write_ready(&self, person: &mut Person, all: bool) {
        for entry in person.lines.ready(all) {
            self.journal.action(&entry);
        }
    }

    fn place_of(&self, page: PageKey, frames: Vec<FrameKey>, at: SystemTime) -> Option<Where> {
        let inner = self.lock();
        inner.hold.as_ref()?;
        let entry = inner.book.by_key(&page);
        let (page_id, url) = entry.map(|entry| (entry.id.clone(), entry.url.clone())).unzip();
        Some(Where {
            page,
            page_id,
            url,
            frames,
            at,
        })
    }

    /// Closes a line in its time, and finds the way to its frame.
    fn see_to(self: &Arc<Self>, taken: Taken, page: PageKey, frames: Vec<FrameKey>) {
        if let Some(after) = taken.closes {
            let session = Arc::downgrade(self);
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                if let Some(session) = session.upgrade() {
                    let mut person = session.person();
                    person.lines.close(taken.number);
                    session.write_ready(&mut person, false);
                }
            });
        }
        if taken.waits {
            let session = Arc::clone(self);
            tokio::spawn(async move {
                let way = session.way_to(&page, &frames, taken.point).await.ok();
                let mut person = session.person();
                person.lines.arrived(taken.number, way);
                session.write_ready(&mut person, false);
            });
        }
    }

    /// The way to the innermost of frames of other origins, and where a point in it is in the page.
    async fn way_to(self: &Arc<Self>, page: &PageKey, frames: &[FrameKey], point: Option<Point>) -> Result<Way> {
        let call = Call::within(PATIENCE);
        let page: Arc<dyn Page> = self
            .lock()
            .handles
            .get(page)
            .cloned()
            .ok_or_else(|| crate::injected::stale("frame", "its page is closed"))?;
        let onlooker = Onlooker::new(self, Arc::clone(&page), &call);
        let mut ways: Vec<(Option<FrameKey>, usize)> = Vec::new();
        let mut here: Option<FrameKey> = None;
        let mut from = 0;
        loop {
            let found = onlooker.place(&page, here.as_ref()).frames_around(&call).await?;
            let next = frames.iter().enumerate().skip(from).find_map(|(depth, frame)| {
                let index = found.iter().position(|found| found.as_ref() == Some(frame))?;
                Some((depth, index, frame.clone()))
            });
            let Some((depth, index, frame)) = next else { break };
            ways.push((here.replace(frame), index));
            from = depth + 1;
        }
        if ways.is_empty() {
            return Err(crate::injected::stale("frame", "it is not there"));
        }
        let mut way = Way {
            point,
            ..Way::default()
        };
        for (around, index) in ways.into_iter().rev() {
            let place = onlooker.place(&page, around.as_ref());
            let Around { steps, point } = place.around(index, way.point, &call).await?;
            way.point = point;
            way.steps.splice(0..0, steps);
        }
        Ok(way)
    }

    /// A person's own clicks and keys count as use.
    fn acts(&self) {
        self.lock().advance(Input::Used);
        self.used.notify_one();
    }
}
