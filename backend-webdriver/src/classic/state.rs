//! What a page is asked again and again: which document it shows, and how far that has come.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::command::Command;
use super::error::Native;
use super::page::ClassicPage;

/// Answers a [`State`]. A page can put its elements behind `document.readyState`, and not behind the platform's getter.
pub(crate) const ASK: &str = "const ready = Object.getOwnPropertyDescriptor(Document.prototype, 'readyState').get; \
    return [location.href, performance.timeOrigin, ready.call(document), \
    performance.getEntriesByType('resource').length]";

/// What a page shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct State {
    /// The address of its document.
    pub(crate) url: String,
    /// When the document began: what tells it from another one at the same address.
    pub(crate) origin: f64,
    /// `loading`, `interactive` or `complete`.
    pub(crate) ready: String,
    /// How many requests it has made that have ended.
    pub(crate) requests: u64,
}

impl State {
    /// Of a document that nothing else is known of.
    pub(crate) fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it is another document. One that nothing was known of may be the same.
    pub(crate) fn is_other(&self, before: &Self) -> bool {
        let is_known = before.origin > 0.0;
        if is_known {
            (self.origin - before.origin).abs() > f64::EPSILON
        } else {
            without_fragment(&self.url) != without_fragment(&before.url)
        }
    }
}

/// An address up to its fragment.
pub(crate) fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(before, _)| before)
}

/// What the script answers.
pub(crate) fn read(answer: Value) -> Result<State, Native> {
    serde_json::from_value(answer).map_err(|error| Native::Malformed(error.to_string()))
}

impl ClassicPage {
    /// What it shows now.
    pub(crate) async fn state(self: &Arc<Self>) -> Result<State, Native> {
        let state = read(self.ask(Command::execute(ASK.to_owned())).await?)?;
        Ok(state)
    }

    /// Tells what it shows, when that is something else than what was told last.
    pub(crate) fn saw(&self, state: &State) {
        let mut told = None;
        self.facts.send_if_modified(|facts| {
            let is_other = state.is_other(&facts.told);
            let is_news = is_other || state.url != facts.told.url;
            if is_news {
                told = Some(!is_other);
            }
            facts.told = state.clone();
            false
        });
        if let (Some(same_document), Ok(hub)) = (told, self.hub()) {
            hub.navigated(self, &state.url, same_document);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_known_by_when_it_began() {
        let read = |url: &str, origin: f64| read(json!([url, origin, "complete", 0])).unwrap();
        let first = read("http://a.test/#x", 1.0);
        assert!(!read("http://a.test/pushed", 1.0).is_other(&first));
        assert!(read("http://a.test/#x", 2.5).is_other(&first));
        assert!(
            !first.is_other(&State::at("http://a.test/")),
            "only the address was known"
        );
        assert!(first.is_other(&State::at("about:blank")));
    }
}
