//! What is known of a page from its events, and waiting for it to change.

use std::collections::{HashMap, HashSet, VecDeque};

use greenroom_session_core::backend::{DialogOpened, WaitUntil, World};
use tokio::sync::watch;

use super::error::Native;
use super::leaving::Leaving;
use super::protocol::script::RealmInfo;

/// How much of what comes again and again is remembered: a navigation may be followed by others before anybody looks.
const REMEMBERED: usize = 8;

/// The facts of a page; whoever waits for one gets every change.
pub(crate) type FactsCell = watch::Sender<Facts>;

/// What is known of a page.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The address of its document.
    pub(crate) url: String,
    /// Its renderer crashed, and no other document shows yet.
    pub(crate) crashed: bool,
    /// How often its renderer crashed.
    pub(crate) crashes: u64,
    /// It is gone.
    pub(crate) closed: bool,
    /// The connection is gone.
    pub(crate) lost: bool,
    /// A navigation that was given up is being stopped.
    pub(crate) stopping: bool,
    /// Where a navigation led that was given up, if none was begun since.
    pub(crate) gave_up: Option<String>,
    /// Its document went without another one: whether its process crashed is being asked.
    pub(crate) suspected: bool,
    /// The frames below its main frame.
    pub(crate) frames: HashSet<String>,
    /// The frames that the driver has lost track of.
    pub(crate) forgotten: HashSet<String>,
    /// Scripts that run for longer than their first turn, by the channels that said so.
    pub(crate) running: HashSet<String>,
    /// Requests that have ended and whose records are not out yet.
    pub(crate) settling: usize,
    /// Requests that have not ended.
    pub(crate) open: usize,
    /// How often the address changed within a document.
    pub(crate) moves: u64,
    /// The dialog that is left open.
    pub(crate) dialog: Option<DialogOpened>,
    /// How many downloads began in it.
    pub(crate) downloads: u64,
    /// How many documents there were.
    pub(crate) count: u64,
    /// How far a navigation is that has no document yet.
    pub(crate) leaving: Leaving,
    documents: VecDeque<Document>,
    /// Navigations that have begun.
    started: VecDeque<String>,
    /// Navigations that came to another address of the same document.
    within: VecDeque<String>,
    /// Of answers whose document has not replaced the former one yet.
    answers: VecDeque<(String, u16)>,
    /// Of documents that could not be loaded.
    failures: VecDeque<(String, String)>,
    realms: HashMap<(String, Option<&'static str>), Realm>,
}

/// A document of a page's main frame.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its place among the page's documents, from 1.
    pub(crate) number: u64,
    /// The navigation that it came by.
    pub(crate) navigation: String,
    /// Its address; of an error page, the one that could not be loaded.
    pub(crate) url: String,
    /// The HTTP status.
    pub(crate) status: Option<u16>,
    /// What it has reached.
    pub(crate) reached: WaitUntil,
    /// It is the browser's error page.
    pub(crate) is_error: bool,
}

/// The script world of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Realm {
    /// Its id.
    pub(crate) id: String,
    /// An object that lives in no other one, where one was asked for.
    pub(crate) handle: Option<String>,
}

/// The name of the sandbox that is our world.
pub(crate) const SANDBOX: &str = "greenroom";

/// The name of the sandbox that a world is; `None`: the page's own world.
pub(crate) fn sandbox(world: World) -> Option<&'static str> {
    match world {
        World::Isolated => Some(SANDBOX),
        World::Main => None,
    }
}

/// The order in which a document reaches them. An idle network is looked for when it has loaded.
pub(crate) fn rank(until: WaitUntil) -> u8 {
    match until {
        WaitUntil::Commit => 0,
        WaitUntil::DomContentLoaded => 1,
        WaitUntil::Load | WaitUntil::NetworkIdle => 2,
    }
}

impl Document {
    /// Whether it has reached `until`.
    pub(crate) fn has_reached(&self, until: WaitUntil) -> bool {
        rank(self.reached) >= rank(until)
    }
}

impl Facts {
    /// A navigation has begun.
    pub(crate) fn begins(&mut self, navigation: &str) {
        push(&mut self.started, navigation.to_owned());
        self.leaving = Leaving::Begun(navigation.to_owned());
    }

    /// Whether a document that shows came by no navigation that began: it is as it was, from the back/forward cache.
    pub(crate) fn is_restored(&self, navigation: &str) -> bool {
        !self.started.iter().any(|started| started == navigation)
    }

    /// Another document shows.
    pub(crate) fn committed(&mut self, navigation: &str, url: &str, reached: WaitUntil, is_error: bool) {
        url.clone_into(&mut self.url);
        self.crashed = false;
        self.suspected = false;
        self.leaving = Leaving::No;
        self.frames.clear();
        self.forgotten.clear();
        self.count += 1;
        let document = Document {
            number: self.count,
            navigation: navigation.to_owned(),
            url: url.to_owned(),
            status: self.take_answer(navigation),
            reached,
            is_error,
        };
        push(&mut self.documents, document);
    }

    /// The address changed within the document.
    pub(crate) fn moved(&mut self, navigation: Option<&str>, url: &str) {
        url.clone_into(&mut self.url);
        self.moves += 1;
        self.leaving.stays();
        if let Some(navigation) = navigation {
            push(&mut self.within, navigation.to_owned());
        }
    }

    /// Whether a navigation came to another address of the same document.
    pub(crate) fn is_within(&self, navigation: &str) -> bool {
        self.within.iter().any(|within| within == navigation)
    }

    /// A document has reached another stage; false: it has not shown.
    pub(crate) fn reach(&mut self, navigation: &str, until: WaitUntil) -> bool {
        self.leaving.ends(navigation);
        let mut documents = self.documents.iter_mut().rev();
        let Some(document) = documents.find(|document| document.navigation == navigation) else {
            return false;
        };
        if !document.has_reached(until) {
            document.reached = until;
        }
        true
    }

    /// The answer to a navigation has arrived.
    pub(crate) fn answered(&mut self, navigation: &str, status: u16) {
        let mut documents = self.documents.iter_mut().rev();
        match documents.find(|document| document.navigation == navigation) {
            Some(document) => document.status = Some(status),
            None => push(&mut self.answers, (navigation.to_owned(), status)),
        }
    }

    /// A navigation failed, for this reason where there is a word for it.
    pub(crate) fn failed(&mut self, navigation: &str, why: &str) {
        self.leaving.ends(navigation);
        if why.is_empty() && self.failure(navigation).is_some() {
            return;
        }
        push(&mut self.failures, (navigation.to_owned(), why.to_owned()));
    }

    /// Why a document could not be loaded.
    pub(crate) fn failure(&self, navigation: &str) -> Option<&str> {
        let mut failures = self.failures.iter().rev();
        failures.find(|(of, _)| of == navigation).map(|(_, why)| why.as_str())
    }

    /// Its renderer crashed.
    pub(crate) fn crash(&mut self) {
        self.crashed = true;
        self.crashes += 1;
        self.leaving = Leaving::No;
        self.frames.clear();
        self.realms.clear();
    }

    /// The document that shows.
    pub(crate) fn current(&self) -> Option<&Document> {
        self.documents.back()
    }

    /// The newest document after number `after` that has reached `until`.
    pub(crate) fn reached_after(&self, after: u64, until: WaitUntil) -> Option<&Document> {
        let mut documents = self.documents.iter().rev();
        documents.find(|document| document.number > after && document.has_reached(until))
    }

    /// The document that came by a navigation, if that has shown.
    pub(crate) fn of_navigation(&self, navigation: &str) -> Option<&Document> {
        let mut documents = self.documents.iter().rev();
        documents.find(|document| document.navigation == navigation)
    }

    /// The number of the document before that of `navigation`, if that has shown.
    pub(crate) fn number_before(&self, navigation: &str) -> Option<u64> {
        Some(self.of_navigation(navigation)?.number - 1)
    }

    /// The realm of a page's or frame's world, where it is known.
    pub(crate) fn realm(&self, context: &str, world: World) -> Option<&Realm> {
        self.realms.get(&(context.to_owned(), sandbox(world)))
    }

    /// Whether a realm is still there. Two calls that are the first in it may have asked for an object each.
    pub(crate) fn has_realm(&self, realm: &Realm) -> bool {
        self.realms.values().any(|known| known.id == realm.id)
    }

    /// A realm is known.
    pub(crate) fn realm_came(&mut self, context: &str, world: World, realm: Realm) {
        self.realms.insert((context.to_owned(), sandbox(world)), realm);
    }

    /// A realm is told of.
    pub(crate) fn learn(&mut self, realm: &RealmInfo) {
        let world = match realm.sandbox.as_deref() {
            None => World::Main,
            Some(SANDBOX) => World::Isolated,
            Some(_) => return,
        };
        if let Some(context) = realm.context.as_deref().filter(|_| realm.r#type == "window") {
            let id = realm.realm.clone();
            self.realm_came(context, world, Realm { id, handle: None });
        }
    }

    /// A realm is gone; whether it was known.
    pub(crate) fn realm_went(&mut self, id: &str) -> bool {
        let before = self.realms.len();
        self.realms.retain(|_, realm| realm.id != id);
        self.realms.len() != before
    }

    /// Whether a realm is that of the page's document, while no other document is on its way.
    pub(crate) fn is_alone(&self, page: &str, realm: &str) -> bool {
        let is_its = self
            .realms
            .iter()
            .any(|((context, _), known)| context == page && known.id == realm);
        let going = self.started.back();
        let has_come = |navigation: &String| {
            let documents = self.documents.iter().any(|document| document.navigation == *navigation);
            documents || self.is_within(navigation) || self.failure(navigation).is_some()
        };
        is_its && !self.suspected && going.is_none_or(has_come)
    }

    /// What realms there are is not known any more.
    pub(crate) fn forget_realms(&mut self) {
        self.realms.clear();
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

    fn take_answer(&mut self, navigation: &str) -> Option<u16> {
        let index = self.answers.iter().position(|(of, _)| of == navigation)?;
        self.answers.remove(index).map(|(_, status)| status)
    }
}

/// Adds to a queue that keeps only the newest.
fn push<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() == REMEMBERED {
        queue.pop_front();
    }
    queue.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(facts: &mut Facts, navigation: &str) {
        facts.begins(navigation);
        facts.committed(navigation, "http://a.test/", WaitUntil::Commit, false);
    }

    #[test]
    fn a_status_finds_its_document_whichever_comes_first() {
        let mut facts = Facts::default();
        facts.answered("A", 200);
        committed(&mut facts, "A");
        committed(&mut facts, "B");
        facts.answered("B", 404);
        assert_eq!(facts.reached_after(0, WaitUntil::Commit).unwrap().status, Some(404));
        assert!(facts.reached_after(1, WaitUntil::Load).is_none());
        assert!(facts.reach("B", WaitUntil::Load));
        facts.reach("B", WaitUntil::DomContentLoaded);
        assert!(facts.current().unwrap().has_reached(WaitUntil::Load));
        assert_eq!(facts.number_before("B"), Some(1));
    }

    #[test]
    fn a_realm_is_there_whatever_object_was_asked_for_in_it() {
        let realm = |id: &str, handle: &str| Realm {
            id: id.to_owned(),
            handle: Some(handle.to_owned()),
        };
        let mut facts = Facts::default();
        facts.realm_came("page", World::Main, realm("A", "one"));
        facts.realm_came("page", World::Main, realm("A", "another"));
        assert!(facts.has_realm(&realm("A", "one")));
        facts.realm_came("page", World::Main, realm("B", "one"));
        assert!(!facts.has_realm(&realm("A", "one")));
    }

    #[test]
    fn a_document_that_goes_for_another_one_is_not_alone() {
        let realm = || Realm {
            id: "R".to_owned(),
            handle: None,
        };
        let mut facts = Facts::default();
        committed(&mut facts, "A");
        facts.realm_came("page", World::Main, realm());
        facts.realm_came("frame", World::Isolated, realm());
        assert!(facts.is_alone("page", "R"));
        assert!(!facts.is_alone("page", "another"));
        assert!(!facts.is_alone("another", "R"));
        facts.begins("B");
        assert!(!facts.is_alone("page", "R"));
        facts.failed("B", "");
        assert!(facts.is_alone("page", "R"));
        facts.suspected = true;
        assert!(!facts.is_alone("page", "R"));
    }

    #[test]
    fn what_was_never_begun_is_restored() {
        let mut facts = Facts::default();
        facts.begins("A");
        assert!(!facts.is_restored("A"));
        // Going back, Chromium tells the navigation that the document once came by.
        for number in 0..REMEMBERED {
            facts.begins(&number.to_string());
        }
        assert!(facts.is_restored("A"));
    }

    #[test]
    fn a_document_that_has_not_shown_reaches_nothing() {
        let mut facts = Facts::default();
        committed(&mut facts, "A");
        assert!(!facts.reach("B", WaitUntil::Load));
        assert!(facts.reached_after(0, WaitUntil::Load).is_none());
    }

    #[test]
    fn a_reason_is_not_forgotten_for_none() {
        let mut facts = Facts::default();
        facts.failed("A", "net::ERR_FAILED");
        facts.failed("A", "");
        assert_eq!(facts.failure("A"), Some("net::ERR_FAILED"));
    }

    #[test]
    fn endless_reloads_do_not_grow_it() {
        let mut facts = Facts::default();
        for number in 0..1000 {
            facts.answered(&format!("pending {number}"), 200);
            facts.failed(&format!("failed {number}"), "why");
            committed(&mut facts, &number.to_string());
        }
        let sizes = [facts.documents.len(), facts.answers.len(), facts.failures.len()];
        assert_eq!((sizes, facts.count), ([REMEMBERED; 3], 1000));
    }
}
