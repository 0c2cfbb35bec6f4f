//! Waiting that belongs to navigations, and the words of one that was waited for in vain.

use std::time::Duration;

use greenroom_session_core::backend::WaitUntil;
use greenroom_session_core::{Applied, Error, Kind};
use tokio::time::timeout;

use super::facts::{Facts, rank};
use super::page::BidiPage;

/// How long records of requests that have ended are waited for after the document is loaded.
const SETTLES: Duration = Duration::from_millis(250);

/// How long no request may be open for an idle network.
const IDLE: Duration = Duration::from_millis(500);

/// How long a navigation that was given up may take to stop before the next is sent all the same.
const STOPS: Duration = Duration::from_secs(1);

impl BidiPage {
    /// Waits a moment for the records of requests that have ended.
    pub(crate) async fn settled(&self) {
        let mut facts = self.facts.subscribe();
        let _ = timeout(SETTLES, facts.wait_for(|facts| facts.settling == 0 || facts.is_over())).await;
    }

    /// Waits until no request has been open for a while.
    pub(crate) async fn idle(&self) {
        let mut facts = self.facts.subscribe();
        loop {
            let _ = facts.wait_for(|facts| facts.open == 0 || facts.is_over()).await;
            let busy = facts.wait_for(|facts| facts.open > 0);
            if timeout(IDLE, busy).await.is_err() || self.facts.borrow().is_over() {
                return;
            }
        }
    }

    /// Waits a moment for a navigation that was given up to be stopped: it would take the next one with it.
    pub(crate) async fn stopped(&self) {
        let mut facts = self.facts.subscribe();
        let _ = timeout(STOPS, facts.wait_for(|facts| !facts.stopping || facts.is_over())).await;
    }

    /// The error at the deadline: what was waited for, and what was last seen.
    pub(crate) fn expired(&self, what: &str, until: WaitUntil) -> Error {
        let facts = self.facts.borrow();
        let message = format!(
            "deadline passed while waiting for {} of {what} ({})",
            name(until),
            last_seen(&facts, until)
        );
        Error::new(Kind::Timeout, message).with_applied(Applied::Unknown)
    }
}

fn name(until: WaitUntil) -> &'static str {
    match until {
        WaitUntil::Commit => "the answer",
        WaitUntil::DomContentLoaded => "the DOMContentLoaded event",
        WaitUntil::Load => "the load event",
        WaitUntil::NetworkIdle => "an idle network",
    }
}

fn last_seen(facts: &Facts, until: WaitUntil) -> String {
    let open = match facts.open {
        0 => String::from("no request is open"),
        1 => String::from("1 request is open"),
        many => format!("{many} requests are open"),
    };
    let state = match facts.current().map(|document| document.reached) {
        Some(reached) if rank(reached) >= rank(until) && until != WaitUntil::NetworkIdle => {
            "the former document still shows"
        }
        Some(WaitUntil::Commit) => "it is not parsed yet",
        Some(WaitUntil::DomContentLoaded) => "it is parsed",
        Some(_) => "it is loaded",
        None => "it has not answered",
    };
    format!("{state}, {open}")
}
