//! Events of documents, turned into the facts of their page.

use std::sync::Arc;

use greenroom_session_core::backend::{Event, WaitUntil};
use serde_json::value::RawValue;
use url::Url;

use super::Family;
use super::connection::read;
use super::error::Native;
use super::hub::Router;
use super::page::BidiPage;
use super::protocol::browsing_context::NavigationInfo;
use super::protocol::script::{Message, RealmDestroyed, RealmInfo};

/// The addresses of Firefox's error pages.
const ERROR_PAGES: [&str; 4] = [
    "about:neterror?",
    "about:certerror?",
    "about:httpsonlyerror?",
    "about:blocked?",
];

/// The address that could not be loaded, of Firefox's error page for it. Chromium's has that address itself.
pub(crate) fn failed_address(url: &str) -> Option<String> {
    if !ERROR_PAGES.iter().any(|page| url.starts_with(page)) {
        return None;
    }
    let parsed = Url::parse(url).ok()?;
    let asked = parsed.query_pairs().find(|(name, _)| name == "u");
    Some(asked.map_or_else(String::new, |(_, asked)| asked.into_owned()))
}

impl Router {
    /// Takes an event of a navigation.
    pub(crate) fn navigation_event(&mut self, name: &str, info: &NavigationInfo) {
        let Some(page) = self.pages.get(&info.context).cloned() else {
            return;
        };
        let navigation = info.navigation.as_deref();
        let id = navigation.unwrap_or_default();
        match name {
            "navigationStarted" => page.facts.send_modify(|facts| facts.begins(id)),
            "navigationCommitted" => self.committed(&page, id, &info.url),
            "navigationFailed" | "navigationAborted" => page.facts.send_modify(|facts| facts.failed(id, "")),
            "fragmentNavigated" => self.moved(&page, navigation, &info.url),
            "historyUpdated" => self.moved(&page, None, &info.url),
            "domContentLoaded" => self.reached(&page, info, WaitUntil::DomContentLoaded),
            "load" => self.reached(&page, info, WaitUntil::Load),
            _ => {}
        }
    }

    fn committed(&mut self, page: &Arc<BidiPage>, navigation: &str, url: &str) {
        let failed = failed_address(url);
        let is_complete = failed.is_some() || page.facts.borrow().is_restored(navigation);
        let reached = if is_complete {
            WaitUntil::Load
        } else {
            WaitUntil::Commit
        };
        let url = failed.as_deref().unwrap_or(url);
        self.shows(page, navigation, url, reached, failed.is_some());
    }

    /// Another document shows.
    pub(crate) fn shows(
        &mut self,
        page: &Arc<BidiPage>,
        navigation: &str,
        url: &str,
        reached: WaitUntil,
        is_error: bool,
    ) {
        page.facts
            .send_modify(|facts| facts.committed(navigation, url, reached, is_error));
        self.moved_out.retain(|_, of| *of != page.page_key().0);
        self.tell_navigated(page, url, false);
        self.network_document_replaced(page, navigation);
    }

    fn moved(&self, page: &BidiPage, navigation: Option<&str>, url: &str) {
        page.facts.send_modify(|facts| facts.moved(navigation, url));
        self.tell_navigated(page, url, true);
    }

    fn tell_navigated(&self, page: &BidiPage, url: &str, same_document: bool) {
        if let Some(context) = self.context_of(page) {
            context.sink.event(Event::PageNavigated {
                page: page.page_key().clone(),
                url: url.to_owned(),
                same_document,
            });
        }
    }

    fn reached(&mut self, page: &Arc<BidiPage>, info: &NavigationInfo, until: WaitUntil) {
        let navigation = info.navigation.as_deref().unwrap_or_default();
        let mut has_shown = false;
        page.facts
            .send_modify(|facts| has_shown = facts.reach(navigation, until));
        if has_shown && let Some(context) = self.context_of(page) {
            let page = page.page_key().clone();
            context.sink.event(Event::PageReached { page, until });
        }
        // Chromium tells of its error page only that it is there.
        let has_failed = page.facts.borrow().failure(navigation).is_some();
        if !has_shown && has_failed && !info.url.is_empty() {
            self.shows(page, navigation, &info.url, WaitUntil::Load, true);
        }
    }

    /// `script.message`: a watcher tells something, or a script runs on after its first turn.
    pub(crate) fn script_message(&mut self, params: &RawValue) -> Result<(), Native> {
        let message: Message = read(params)?;
        if message.channel == self.channel {
            if let (Some(id), Some(text)) = (message.source.context.as_deref(), message.data.value.as_str()) {
                self.told(id, text);
            }
            return Ok(());
        }
        let page = message.source.context.and_then(|context| self.page_of(&context));
        if let Some(page) = page {
            page.facts.send_modify(|facts| {
                facts.running.insert(message.channel);
            });
        }
        Ok(())
    }

    /// `script.realmCreated`.
    pub(crate) fn realm_created(&mut self, params: &RawValue) -> Result<(), Native> {
        let realm: RealmInfo = read(params)?;
        if let Some(page) = realm.context.as_deref().and_then(|context| self.page_of(context)) {
            page.facts.send_modify(|facts| facts.learn(&realm));
        }
        Ok(())
    }

    /// `script.realmDestroyed`.
    pub(crate) fn realm_destroyed(&mut self, params: &RawValue) -> Result<(), Native> {
        let gone: RealmDestroyed = read(params)?;
        let is_firefox = self.known.family == Family::Firefox;
        let mut alone = None;
        for page in self.pages.values() {
            page.facts.send_if_modified(|facts| {
                if is_firefox && facts.is_alone(&page.page_key().0, &gone.realm) {
                    facts.suspected = true;
                    alone = Some(Arc::clone(page));
                }
                facts.realm_went(&gone.realm)
            });
        }
        if let Some(page) = alone {
            self.ask_for_document(&page);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_has_the_address_that_was_asked_for() {
        let page = "about:neterror?e=connectionFailure&u=http%3A//127.0.0.1%3A1/%3Fa%3Db&c=UTF-8&d=no";
        assert_eq!(failed_address(page).as_deref(), Some("http://127.0.0.1:1/?a=b"));
        for other in ["about:blank", "http://a.test/about:neterror?u=x", "about:neterrors"] {
            assert_eq!(failed_address(other), None);
        }
    }
}
