//! Events as Chromium 156 sends them, and what they leave.

use greenroom_session_core::backend::{ContextOptions, DialogAnswer, DialogOpened, FileChooserOpened, FrameKey, World};
use serde_json::{Value, json};
use std::path::PathBuf;

use super::*;
use crate::connection::Orders;

#[derive(Debug)]
struct Deaf;

impl EventSink for Deaf {
    fn event(&self, _: Event) {}

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        Some(DialogAnswer::Dismiss)
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// A browser with one page, `P` in the session `p`, which nobody answers.
struct Silent {
    hub: Arc<Hub>,
    /// Kept, so that commands can be sent.
    _orders: Orders,
}

impl Silent {
    fn new() -> Self {
        let (wire, orders) = Wire::new();
        let hub = Hub::new(wire, true, true);
        let setup = Setup {
            options: ContextOptions::default(),
            emulates: false,
        };
        let context = Context::new(setup, Arc::new(Deaf));
        hub.lock().contexts.insert(ContextKey(DEFAULT.to_owned()), context);
        let silent = Self { hub, _orders: orders };
        silent.attached("", "p", "page", "P");
        silent.world("p", "P", "main");
        silent
    }

    fn event(&self, session: &str, method: &str, params: Value) {
        self.hub.lock().event(Incoming {
            method: method.to_owned(),
            session: Some(session.to_owned()).filter(|session| !session.is_empty()),
            params,
        });
    }

    fn attached(&self, parent: &str, session: &str, kind: &str, target: &str) {
        let info = json!({ "targetId": target, "type": kind, "url": "" });
        let params = json!({ "sessionId": session, "targetInfo": info, "waitingForDebugger": true });
        self.event(parent, "Target.attachedToTarget", params);
    }

    fn detached(&self, parent: &str, session: &str) {
        self.event(parent, "Target.detachedFromTarget", json!({ "sessionId": session }));
    }

    fn world(&self, session: &str, frame: &str, id: &str) {
        let of = json!({ "frameId": frame, "isDefault": true });
        let params = json!({ "context": { "uniqueId": id, "name": "", "auxData": of } });
        self.event(session, "Runtime.executionContextCreated", params);
    }

    fn frame(&self, session: &str, method: &str, frame: &str, reason: &str) {
        self.event(session, method, json!({ "frameId": frame, "reason": reason }));
    }

    fn page(&self) -> Arc<CdpPage> {
        Arc::clone(&self.hub.lock().pages["P"])
    }

    /// The session and the main world of a frame.
    fn place(&self, frame: &str) -> Option<(String, Option<String>)> {
        let page = self.page();
        let facts = page.facts.borrow();
        let frame = facts.frames.get(frame)?;
        Some((
            frame.session.to_string(),
            frame.worlds.id(World::Main).map(str::to_owned),
        ))
    }
}

fn place(session: &str, world: &str) -> (String, Option<String>) {
    (session.to_owned(), Some(world.to_owned()))
}

#[test]
fn a_frame_is_followed_from_process_to_process() {
    let browser = Silent::new();
    browser.frame("p", "Page.frameAttached", "F", "");
    browser.world("p", "F", "1");
    assert_eq!(browser.place("F"), Some(place("p", "1")));
    // Another site.
    browser.attached("p", "f", "iframe", "F");
    browser.event("f", "Runtime.executionContextsCleared", json!({}));
    browser.frame("p", "Page.frameDetached", "F", "swap");
    browser.event(
        "p",
        "Runtime.executionContextDestroyed",
        json!({ "executionContextUniqueId": "1" }),
    );
    browser.world("f", "F", "2");
    assert_eq!(browser.place("F"), Some(place("f", "2")));
    assert_eq!(browser.page().session_of(Some(&FrameKey("F".into()))), "f".into());
    // And back.
    browser.detached("p", "f");
    assert_eq!(browser.place("F"), Some(("p".to_owned(), None)));
    browser.frame("p", "Page.frameAttached", "F", "");
    browser.world("p", "F", "3");
    assert_eq!(browser.place("F"), Some(place("p", "3")));
    assert_eq!(browser.page().facts.borrow().worlds.id(World::Main), Some("main"));
}

#[test]
fn a_crashed_frame_takes_nothing_else_along() {
    let browser = Silent::new();
    browser.frame("p", "Page.frameAttached", "F", "");
    browser.attached("p", "f", "iframe", "F");
    browser.world("f", "F", "1");
    browser.event("f", "Inspector.targetCrashed", json!({}));
    let page = browser.page();
    assert!(page.facts.borrow().frames.get("F").unwrap().crashed);
    assert!(!page.facts.borrow().crashed);
    assert_eq!(page.facts.borrow().worlds.id(World::Main), Some("main"));
}

#[test]
fn frames_that_come_and_go_leave_nothing() {
    let browser = Silent::new();
    for round in 0..500 {
        let name = |part: &str| format!("{part}{round}");
        let (near, far, own, inside) = (name("near"), name("far"), name("own"), name("inside"));
        for frame in [&near, &far] {
            browser.frame("p", "Page.frameAttached", frame, "");
            browser.world("p", frame, &name(frame));
        }
        browser.attached("p", &own, "iframe", &far);
        browser.frame("p", "Page.frameDetached", &far, "swap");
        browser.frame(&own, "Page.frameAttached", &inside, "");
        if round % 2 == 0 {
            // Their elements are removed.
            browser.frame("p", "Page.frameDetached", &near, "remove");
            browser.frame("p", "Page.frameDetached", &far, "remove");
            browser.detached("p", &own);
        } else {
            // The page shows another document.
            browser.detached("p", &own);
            browser.event("p", "Runtime.executionContextsCleared", json!({}));
        }
    }
    let router = browser.hub.lock();
    assert_eq!(
        (router.sessions.len(), router.targets.len(), router.pages.len()),
        (1, 1, 1)
    );
    drop(router);
    assert!(browser.page().facts.borrow().frames.is_empty());
}
