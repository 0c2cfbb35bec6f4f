//! Navigations as Chromium 156 tells them, and which of them are a person's.

use std::path::PathBuf;
use std::sync::Mutex;

use greenroom_session_core::backend::{
    ContextKey, ContextOptions, DialogAnswer, DialogOpened, EventSink, FileChooserOpened,
};
use serde_json::json;

use super::*;
use crate::connection::{Answer, Incoming, Orders, Wire};
use crate::error::Native;
use crate::hub::{Context, DEFAULT, Hub};
use crate::setup::Setup;

#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Target>>);

impl EventSink for Heard {
    fn event(&self, event: Event) {
        if let Event::Steered(steered) = event {
            self.0.lock().unwrap().push(steered.to);
        }
    }

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        None
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// A browser with one watched page, `P` in the session `p`, at the second of three entries of its history.
struct Browser {
    hub: Arc<Hub>,
    orders: Orders,
    heard: Arc<Heard>,
}

impl Browser {
    fn new() -> Self {
        let (wire, orders) = Wire::new();
        let hub = Hub::new(wire, true, false);
        let heard = Arc::new(Heard::default());
        let options = ContextOptions {
            watcher: Some(Watcher("tell => {}".into())),
            ..ContextOptions::default()
        };
        let setup = Setup {
            options,
            emulates: true,
        };
        let context = Context::new(setup, Arc::clone(&heard) as Arc<dyn EventSink>);
        hub.lock().contexts.insert(ContextKey(DEFAULT.to_owned()), context);
        let mut browser = Self { hub, orders, heard };
        let info = json!({ "targetId": "P", "type": "page", "url": "" });
        let attached = json!({ "sessionId": "p", "targetInfo": info, "waitingForDebugger": true });
        browser.event("", "Target.attachedToTarget", attached);
        browser.committed("1");
        assert!(browser.answers(Ok(at(1))));
        browser
    }

    fn event(&self, session: &str, method: &str, params: Value) {
        self.hub.lock().event(Incoming {
            method: method.to_owned(),
            session: Some(session.to_owned()).filter(|session| !session.is_empty()),
            params,
        });
    }

    /// The browser begins a navigation to an entry.
    fn begins(&self, entry: &str, way: &str) {
        let params = json!({ "frameId": "P", "url": url(entry), "navigationType": way });
        self.event("p", "Page.frameStartedNavigating", params);
    }

    fn committed(&self, entry: &str) {
        let frame = json!({ "id": "P", "loaderId": format!("L{entry}"), "url": url(entry) });
        self.event(
            "p",
            "Page.frameNavigated",
            json!({ "frame": frame, "type": "Navigation" }),
        );
    }

    fn moved(&self, entry: &str) {
        let params = json!({ "frameId": "P", "url": url(entry) });
        self.event("p", "Page.navigatedWithinDocument", params);
    }

    fn loaded(&self) {
        self.event("p", "Page.domContentEventFired", json!({ "timestamp": 1 }));
    }

    /// Answers where in its history the page is, if that is asked.
    fn answers(&mut self, answer: Answer) -> bool {
        let mut router = self.hub.lock();
        self.orders.answer(&mut router, "Page.getNavigationHistory", answer)
    }

    fn heard(&self) -> Vec<Target> {
        std::mem::take(&mut *self.heard.0.lock().unwrap())
    }
}

fn url(entry: &str) -> String {
    format!("http://a.test/{entry}")
}

fn at(index: usize) -> Value {
    of(3, index)
}

fn of(count: usize, index: usize) -> Value {
    let entries: Vec<_> = (0..count)
        .map(|entry| json!({ "id": entry, "url": url(&entry.to_string()) }))
        .collect();
    json!({ "currentIndex": index, "entries": entries })
}

fn refused() -> Answer {
    Err(Native::Refused {
        code: -32000,
        message: "Not attached to an active page".to_owned(),
    })
}

#[test]
fn the_way_through_the_history_is_told() {
    let mut browser = Browser::new();
    for (entry, index, to) in [("0", 0, Target::Back), ("1", 1, Target::Forward)] {
        browser.begins(entry, "historyDifferentDocument");
        browser.committed(entry);
        assert!(browser.answers(Ok(at(index))));
        assert_eq!(browser.heard(), [to]);
    }
    browser.loaded();
    assert!(!browser.answers(Ok(at(0))), "it is asked once");
}

#[test]
fn a_document_that_tells_before_the_browser_counts_it_in_is_asked_again() {
    let mut browser = Browser::new();
    // It goes on to the last entry. Refused, or told of the entry before.
    browser.begins("2", "differentDocument");
    browser.committed("2");
    assert!(browser.answers(refused()));
    browser.loaded();
    assert!(browser.answers(Ok(at(1))));
    browser.loaded();
    assert!(browser.answers(Ok(at(2))));
    assert_eq!(browser.heard(), [Target::Url(url("2"))]);
    browser.begins("1", "historyDifferentDocument");
    browser.committed("1");
    assert!(browser.answers(refused()));
    assert!(browser.heard().is_empty());
    browser.loaded();
    assert!(browser.answers(Ok(at(1))));
    assert_eq!(browser.heard(), [Target::Back]);
}

#[test]
fn a_page_whose_place_is_not_to_be_told_is_not_asked_for_ever() {
    let mut browser = Browser::new();
    browser.begins("0", "historyDifferentDocument");
    browser.committed("0");
    let mut asked = 0;
    while browser.answers(refused()) {
        asked += 1;
        browser.loaded();
    }
    assert_eq!(asked, ASKS + 1);
}

#[test]
fn places_within_a_document_are_told_but_for_those_that_the_page_makes() {
    let mut browser = Browser::new();
    browser.begins("2", "sameDocument");
    browser.moved("2");
    assert!(browser.answers(Ok(at(2))));
    browser.begins("1", "historySameDocument");
    browser.moved("1");
    assert!(browser.answers(Ok(at(1))));
    assert_eq!(browser.heard(), [Target::Url(url("2")), Target::Back]);
    // By `pushState`: it only counts.
    browser.moved("2");
    assert!(browser.answers(Ok(at(2))));
    assert!(browser.heard().is_empty());
    browser.begins("1", "historyDifferentDocument");
    // While a person's navigation is under way.
    browser.moved("2");
    assert!(browser.answers(Ok(at(2))));
    browser.committed("1");
    assert!(browser.answers(Ok(at(1))));
    assert_eq!(browser.heard(), [Target::Back]);
}

#[test]
fn who_goes_back_before_the_place_was_told_has_gone_back() {
    let mut browser = Browser::new();
    // By `pushState`, and back before the answer: it is at the same place as before, and was at one that is new.
    browser.moved("3");
    browser.begins("1", "historySameDocument");
    assert!(browser.answers(Ok(of(4, 1))));
    browser.moved("1");
    assert!(browser.answers(Ok(of(4, 1))));
    assert_eq!(browser.heard(), [Target::Back]);
    browser.begins("2", "historySameDocument");
    browser.moved("2");
    assert!(browser.answers(Ok(of(4, 2))));
    assert_eq!(browser.heard(), [Target::Forward]);
}

#[tokio::test]
async fn a_place_in_the_same_document_that_is_not_counted_in_is_asked_again_in_time() {
    let mut browser = Browser::new();
    browser.begins("0", "historySameDocument");
    browser.moved("0");
    assert!(browser.answers(Ok(at(1))));
    let due = browser.hub.lock().due().unwrap();
    tokio::time::sleep_until(due).await;
    browser.hub.lock().tick();
    assert!(browser.answers(Ok(at(0))));
    assert_eq!(browser.heard(), [Target::Back]);
}
