//! What is known of a page from its events, and waiting for it to change.

use std::collections::VecDeque;
use std::time::SystemTime;

use greenroom_session_core::backend::{DialogOpened, WaitUntil};
use serde_json::Value;
use tokio::sync::watch;

use crate::error::Native;
use crate::frame::{Frames, Worlds};
use crate::navigate::Place;

/// How many documents of a page are remembered: a navigation may be followed by others before anybody looks.
const DOCUMENTS: usize = 8;

/// The facts of a page; whoever waits for one gets every change.
pub(crate) type FactsCell = watch::Sender<Facts>;

/// What is known of a page.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The address of its document.
    pub(crate) url: String,
    /// All that is to be set up is set up, and it runs.
    pub(crate) ready: bool,
    /// Its renderer crashed, and no other document shows yet.
    pub(crate) crashed: bool,
    /// How often its renderer crashed.
    pub(crate) crashes: u64,
    /// It is gone.
    pub(crate) closed: bool,
    /// The connection is gone.
    pub(crate) lost: bool,
    /// The script worlds of its main frame.
    pub(crate) worlds: Worlds,
    /// The frames below that.
    pub(crate) frames: Frames,
    /// Requests that have ended and whose records are not out yet.
    pub(crate) settling: usize,
    /// Requests that have not ended.
    pub(crate) open: usize,
    /// How often the address changed within a document.
    pub(crate) moves: u64,
    /// How many documents there were.
    pub(crate) count: u64,
    /// The dialog that is left open.
    pub(crate) dialog: Option<DialogOpened>,
    /// What the page drags, since it was handed over.
    pub(crate) dragged: Option<Value>,
    /// How many navigations of ours are under way.
    pub(crate) ours: usize,
    /// Where in its history it is, as it was last asked.
    pub(crate) place: Option<Place>,
    /// Where in its history it is could not be told yet.
    pub(crate) unplaced: Option<Unplaced>,
    /// The navigation that is under way.
    steering: Option<Steering>,
    /// The page asked for the next document itself.
    asked: bool,
    leaving: Leaving,
    documents: VecDeque<Document>,
    /// Of answers whose document has not replaced the former one yet.
    answers: VecDeque<(String, u16)>,
    /// Of documents that could not be loaded.
    failures: VecDeque<(String, String)>,
}

/// A navigation that somebody began who may be a person.
#[derive(Clone, Debug)]
pub(crate) struct Steering {
    pub(crate) way: Way,
    pub(crate) url: String,
    pub(crate) at: SystemTime,
    /// It stays in the document.
    pub(crate) is_within: bool,
}

/// What is asked about the page's place in its history.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unplaced {
    /// When somebody began to go there, in the history.
    pub(crate) at: Option<SystemTime>,
    /// How often it was asked.
    pub(crate) asked: usize,
}

impl Steering {
    /// To and fro in the history, now.
    pub(crate) fn in_history() -> Self {
        Self {
            way: Way::History,
            url: String::new(),
            at: SystemTime::now(),
            is_within: false,
        }
    }
}

/// Which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Url,
    Reload,
    History,
}

/// How far a navigation of the main frame is that has no document yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// There is none.
    #[default]
    No,
    /// The page asked for it.
    Asked,
    /// The browser is at it.
    Begun,
}

/// A document of a page's main frame.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its place among the page's documents, from 1.
    pub(crate) number: u64,
    /// Its loader's id.
    pub(crate) loader: String,
    /// Its address; of an error page, the one that could not be loaded.
    pub(crate) url: String,
    /// The HTTP status.
    pub(crate) status: Option<u16>,
    /// What it has reached; `None`: it has only begun.
    pub(crate) reached: Option<WaitUntil>,
    /// Its network was idle before it was loaded, which Chromium does not tell again.
    was_idle: bool,
    /// It is the browser's error page.
    pub(crate) is_error: bool,
}

/// The order in which a document reaches them.
pub(crate) fn rank(until: WaitUntil) -> u8 {
    match until {
        WaitUntil::Commit => 0,
        WaitUntil::DomContentLoaded => 1,
        WaitUntil::Load => 2,
        WaitUntil::NetworkIdle => 3,
    }
}

impl Document {
    /// It has reached another stage. A frame that is slow to come leaves the network idle before the document is loaded.
    fn reach(&mut self, until: WaitUntil) {
        let until = match until {
            WaitUntil::NetworkIdle if !self.has_reached(WaitUntil::Load) => {
                self.was_idle = true;
                return;
            }
            WaitUntil::Load if self.was_idle => WaitUntil::NetworkIdle,
            until => until,
        };
        if !self.has_reached(until) {
            self.reached = Some(until);
        }
    }

    /// Whether it has reached `until`.
    pub(crate) fn has_reached(&self, until: WaitUntil) -> bool {
        self.reached.is_some_and(|reached| rank(reached) >= rank(until))
    }
}

impl Facts {
    /// Whether a navigation of the main frame has begun that has no document yet.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving != Leaving::No
    }

    /// A navigation of the main frame has come so far.
    pub(crate) fn leaves(&mut self, leaving: Leaving) {
        // Until the next document: better a person's navigation is not told than one that is not.
        self.asked |= leaving == Leaving::Asked;
        // What was asked for is let go of when the browser is at it, too.
        if !(leaving == Leaving::Asked && self.leaving == Leaving::Begun) {
            self.leaving = leaving;
        }
    }

    /// A navigation has begun. Of ours, and of the first document, nothing is to be told.
    pub(crate) fn steers(&mut self, steering: Steering) {
        self.steering = (self.ours == 0 && self.count > 0).then_some(steering);
    }

    /// The navigation that a person began, whose document has come; asked once for each document.
    pub(crate) fn steered(&mut self) -> Option<Steering> {
        let asked = std::mem::take(&mut self.asked);
        let steering = self.steering.take().filter(|_| !asked && self.ours == 0);
        steering.filter(|steering| !steering.is_within)
    }

    /// The navigation that a person began, whose place in the same document is reached; asked once for each.
    pub(crate) fn steered_within(&mut self) -> Option<Steering> {
        let steering = self.steering.take_if(|steering| steering.is_within);
        steering.filter(|_| !self.asked && self.ours == 0)
    }

    /// What the page asked for is not asked for any more.
    pub(crate) fn stays(&mut self) {
        if self.leaving == Leaving::Asked {
            self.leaving = Leaving::No;
        }
    }

    /// Another document shows. `restored`: as it was, from the back/forward cache.
    pub(crate) fn committed(&mut self, loader: &str, url: &str, is_error: bool, restored: bool) {
        url.clone_into(&mut self.url);
        self.crashed = false;
        self.leaving = Leaving::No;
        if restored {
            self.forget(loader);
        }
        let status = self.take_answer(loader);
        let document = self.document(loader);
        url.clone_into(&mut document.url);
        document.is_error = is_error;
        document.status = status.or(document.status);
        document.reach(WaitUntil::Commit);
        if restored {
            document.reached = Some(WaitUntil::NetworkIdle);
        }
    }

    /// Its renderer crashed.
    pub(crate) fn crash(&mut self) {
        self.crashed = true;
        self.crashes += 1;
        self.leaving = Leaving::No;
        self.worlds = Worlds::default();
    }

    /// The address changed within the document.
    pub(crate) fn moved(&mut self, url: &str) {
        url.clone_into(&mut self.url);
        self.moves += 1;
        self.leaving = Leaving::No;
    }

    /// A document has reached another stage.
    pub(crate) fn reach(&mut self, loader: &str, until: WaitUntil) {
        self.document(loader).reach(until);
    }

    /// The answer to a navigation has arrived.
    pub(crate) fn answered(&mut self, loader: &str, status: u16) {
        match self.documents.iter_mut().find(|document| document.loader == loader) {
            Some(document) => document.status = Some(status),
            None => push(&mut self.answers, (loader.to_owned(), status)),
        }
    }

    /// A navigation's request failed.
    pub(crate) fn failed(&mut self, loader: &str, why: &str) {
        push(&mut self.failures, (loader.to_owned(), why.to_owned()));
    }

    /// Why a document could not be loaded.
    pub(crate) fn failure(&self, loader: &str) -> Option<&str> {
        self.failures
            .iter()
            .rev()
            .find(|(of, _)| of == loader)
            .map(|(_, why)| why.as_str())
    }

    /// The document that shows.
    pub(crate) fn current(&self) -> Option<&Document> {
        self.documents.back()
    }

    /// The newest document after number `after` that has reached `until`.
    pub(crate) fn reached_after(&self, after: u64, until: WaitUntil) -> Option<&Document> {
        self.documents
            .iter()
            .rev()
            .find(|document| document.number > after && document.has_reached(until))
    }

    /// The number of the document before that of `loader`, if that has shown.
    pub(crate) fn number_before(&self, loader: &str) -> Option<u64> {
        let document = self.documents.iter().find(|document| document.loader == loader)?;
        Some(document.number - 1)
    }

    /// Whether nothing more can be expected of it.
    pub(crate) fn is_over(&self) -> bool {
        self.closed || self.crashed || self.lost
    }

    /// Why nothing more can be expected of it.
    pub(crate) fn over(&self) -> Option<Native> {
        if self.closed {
            Some(Native::Gone)
        } else if self.lost {
            Some(Native::Lost(String::from("its connection is closed")))
        } else {
            self.crashed.then_some(Native::Crashed)
        }
    }

    /// The same for something that began when it had crashed `crashes` times.
    pub(crate) fn is_over_since(&self, crashes: u64) -> bool {
        self.closed || self.lost || self.crashes > crashes
    }

    fn document(&mut self, loader: &str) -> &mut Document {
        let found = self.documents.iter().position(|document| document.loader == loader);
        let index = found.unwrap_or_else(|| {
            self.count += 1;
            let document = Document {
                number: self.count,
                loader: loader.to_owned(),
                url: self.url.clone(),
                status: None,
                reached: None,
                was_idle: false,
                is_error: false,
            };
            push(&mut self.documents, document);
            self.documents.len() - 1
        });
        &mut self.documents[index]
    }

    fn forget(&mut self, loader: &str) {
        self.documents.retain(|document| document.loader != loader);
    }

    fn take_answer(&mut self, loader: &str) -> Option<u16> {
        let index = self.answers.iter().position(|(of, _)| of == loader)?;
        self.answers.remove(index).map(|(_, status)| status)
    }
}

/// Adds to a queue that keeps only the newest.
fn push<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() == DOCUMENTS {
        queue.pop_front();
    }
    queue.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_finds_its_document_whichever_comes_first() {
        let mut facts = Facts::default();
        facts.answered("A", 200);
        facts.committed("A", "http://a.test/", false, false);
        facts.committed("B", "http://b.test/", false, false);
        facts.answered("B", 404);
        assert_eq!(facts.reached_after(0, WaitUntil::Commit).unwrap().status, Some(404));
        assert_eq!(
            facts.reached_after(1, WaitUntil::Load).map(|document| document.number),
            None
        );
        facts.reach("B", WaitUntil::Load);
        facts.reach("B", WaitUntil::DomContentLoaded);
        assert!(facts.current().unwrap().has_reached(WaitUntil::Load));
        assert_eq!(facts.number_before("B"), Some(1));
    }

    #[test]
    fn a_restored_document_is_a_new_one_that_is_complete() {
        let mut facts = Facts::default();
        facts.committed("A", "http://a.test/", false, false);
        facts.committed("B", "http://b.test/", false, false);
        facts.committed("A", "http://a.test/", false, true);
        let current = facts.current().unwrap();
        assert_eq!((current.loader.as_str(), current.number), ("A", 3));
        assert!(current.has_reached(WaitUntil::NetworkIdle));
    }

    #[test]
    fn only_what_neither_the_page_nor_we_began_is_a_persons() {
        let begins = |facts: &mut Facts| {
            facts.steers(Steering {
                way: Way::Url,
                url: "http://a.test/".to_owned(),
                at: SystemTime::UNIX_EPOCH,
                is_within: false,
            });
        };
        let mut facts = Facts::default();
        begins(&mut facts);
        assert!(facts.steered().is_none(), "the first document");
        facts.committed("A", "http://a.test/", false, false);
        // The page's word may come before or after the browser's.
        facts.leaves(Leaving::Asked);
        begins(&mut facts);
        assert!(facts.steered().is_none());
        begins(&mut facts);
        facts.leaves(Leaving::Asked);
        assert!(facts.steered().is_none());
        facts.ours = 1;
        begins(&mut facts);
        assert!(facts.steered().is_none());
        facts.ours = 0;
        begins(&mut facts);
        assert!(facts.steered().is_some());
        assert!(facts.steered().is_none(), "once");
    }

    #[test]
    fn an_idle_network_does_not_mean_that_all_is_loaded() {
        let mut facts = Facts::default();
        facts.committed("A", "http://a.test/", false, false);
        for (until, then) in [
            (WaitUntil::DomContentLoaded, WaitUntil::DomContentLoaded),
            (WaitUntil::NetworkIdle, WaitUntil::DomContentLoaded),
            (WaitUntil::Load, WaitUntil::NetworkIdle),
        ] {
            facts.reach("A", until);
            assert_eq!(facts.current().unwrap().reached, Some(then));
        }
    }

    #[test]
    fn endless_reloads_do_not_grow_it() {
        let mut facts = Facts::default();
        for number in 0..1000 {
            facts.answered(&format!("pending {number}"), 200);
            facts.committed(&format!("{number}"), "http://a.test/", false, false);
        }
        assert_eq!(
            (facts.documents.len(), facts.answers.len(), facts.count),
            (DOCUMENTS, DOCUMENTS, 1000)
        );
    }
}
