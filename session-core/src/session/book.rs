//! The pages of a session by their ids: which there are, which is the default, which ids were used. Pure.

use crate::backend::PageKey;
use crate::op::PageInfo;
use crate::store::PageRecord;

/// The page book. Ids are `page-1`, `page-2`, … and never used again.
#[derive(Clone, Debug, Default)]
pub struct PageBook {
    pages: Vec<Entry>,
    /// Ids by their last use, the most recent last; that one is the default.
    recent: Vec<String>,
    next: u32,
    /// Ids that the next pages opened by us get, instead of new ones: those of restored pages.
    expected: Vec<String>,
}

/// A page in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its identity in the browser.
    pub key: PageKey,
    /// Its address, as last seen.
    pub url: String,
    /// Its title, as last seen.
    pub title: String,
    /// Its renderer crashed.
    pub crashed: bool,
}

impl PageBook {
    /// The book of a state record.
    pub fn of(records: &[PageRecord], next: u32) -> Self {
        let pages: Vec<_> = records
            .iter()
            .map(|page| Entry {
                id: page.id.clone(),
                key: page.key.clone(),
                url: page.url.clone(),
                title: page.title.clone(),
                crashed: false,
            })
            .collect();
        let mut recent: Vec<_> = pages.iter().rev().map(|page| page.id.clone()).collect();
        if let Some(active) = records.iter().find(|page| page.active) {
            recent.retain(|id| *id != active.id);
            recent.push(active.id.clone());
        }
        Self {
            pages,
            recent,
            next,
            expected: Vec::new(),
        }
    }

    /// The pages for a state record.
    pub fn records(&self) -> Vec<PageRecord> {
        self.infos()
            .into_iter()
            .zip(&self.pages)
            .map(|(info, entry)| PageRecord {
                id: info.id,
                key: entry.key.clone(),
                url: info.url,
                title: info.title,
                active: info.active,
            })
            .collect()
    }

    /// The number of the next id.
    pub fn next(&self) -> u32 {
        self.next.max(1)
    }

    /// The pages for people.
    pub fn infos(&self) -> Vec<PageInfo> {
        let active = self.default_page().map(|page| page.id.clone());
        self.pages
            .iter()
            .map(|page| PageInfo {
                id: page.id.clone(),
                url: page.url.clone(),
                title: page.title.clone(),
                active: active.as_ref() == Some(&page.id),
                dialog: None,
                crashed: page.crashed,
            })
            .collect()
    }

    /// The page that commands without `--page` work on.
    pub fn default_page(&self) -> Option<&Entry> {
        self.recent.last().and_then(|id| self.by_id(id))
    }

    /// The page of that id.
    pub fn by_id(&self, id: &str) -> Option<&Entry> {
        self.pages.iter().find(|page| page.id == id)
    }

    /// The page of that identity.
    pub fn by_key(&self, key: &PageKey) -> Option<&Entry> {
        self.pages.iter().find(|page| page.key == *key)
    }

    /// All pages, in the order in which they were opened.
    pub fn pages(&self) -> &[Entry] {
        &self.pages
    }

    /// The next page that we open gets this id.
    pub fn expect(&mut self, id: String) {
        self.expected.push(id);
    }

    /// Takes in a page that is there, and answers its id and whether it is new. A popup, which has an opener, never
    /// becomes the default by itself.
    pub fn opened(&mut self, key: &PageKey, url: &str, popup: bool) -> (String, bool) {
        if let Some(known) = self.pages.iter_mut().find(|page| page.key == *key) {
            url.clone_into(&mut known.url);
            known.crashed = false;
            return (known.id.clone(), false);
        }
        let id = if popup || self.expected.is_empty() {
            let number = self.next();
            self.next = number + 1;
            format!("page-{number}")
        } else {
            self.expected.remove(0)
        };
        self.pages.push(Entry {
            id: id.clone(),
            key: key.clone(),
            url: url.to_owned(),
            title: String::new(),
            crashed: false,
        });
        self.recent.insert(0, id.clone());
        (id, true)
    }

    /// A page takes the place of another: the id is the same.
    pub fn replaced(&mut self, old: &PageKey, new: &PageKey) {
        if let Some(page) = self.entry(old) {
            page.key = new.clone();
            page.crashed = false;
        }
    }

    /// Makes a page the default, because it was used or chosen.
    pub fn used(&mut self, id: &str) {
        if self.recent.last().is_some_and(|last| last == id) {
            return;
        }
        let before = self.recent.len();
        self.recent.retain(|known| known != id);
        if self.recent.len() < before {
            self.recent.push(id.to_owned());
        }
    }

    /// Notes where a page is now.
    pub fn moved(&mut self, key: &PageKey, url: &str) {
        if let Some(page) = self.entry(key) {
            url.clone_into(&mut page.url);
            page.crashed = false;
        }
    }

    /// Notes a page's title.
    pub fn titled(&mut self, key: &PageKey, title: &str) {
        if let Some(page) = self.entry(key).filter(|page| page.title != title) {
            title.clone_into(&mut page.title);
        }
    }

    /// Notes that a page's renderer crashed.
    pub fn crashed(&mut self, key: &PageKey) {
        if let Some(page) = self.entry(key) {
            page.crashed = true;
        }
    }

    /// Takes a page out, and answers its id.
    pub fn closed(&mut self, key: &PageKey) -> Option<String> {
        let place = self.pages.iter().position(|page| page.key == *key)?;
        let id = self.pages.remove(place).id;
        self.recent.retain(|known| *known != id);
        Some(id)
    }

    /// Takes all pages out and answers them, with the id of the default one: to open them anew in another browser.
    pub fn take_all(&mut self) -> (Vec<Entry>, Option<String>) {
        let default = self.recent.pop();
        self.recent.clear();
        (std::mem::take(&mut self.pages), default)
    }

    /// Takes out the pages that are not among `keys`.
    pub fn keep_only(&mut self, keys: &[PageKey]) {
        let gone: Vec<_> = self
            .pages
            .iter()
            .filter(|page| !keys.contains(&page.key))
            .map(|page| page.key.clone())
            .collect();
        for key in gone {
            self.closed(&key);
        }
    }

    fn entry(&mut self, key: &PageKey) -> Option<&mut Entry> {
        self.pages.iter_mut().find(|page| page.key == *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> PageKey {
        PageKey(name.into())
    }

    fn default_id(book: &PageBook) -> &str {
        &book.default_page().unwrap().id
    }

    #[test]
    fn a_popup_never_becomes_the_default_by_itself() {
        let mut book = PageBook::default();
        assert_eq!(book.opened(&key("a"), "u", false), ("page-1".into(), true));
        book.used("page-1");
        book.opened(&key("b"), "u", true);
        assert_eq!(default_id(&book), "page-1");
    }

    #[test]
    fn the_most_recently_used_page_follows_a_closed_default() {
        let mut book = PageBook::default();
        for name in ["a", "b", "c"] {
            let (id, _) = book.opened(&key(name), "u", false);
            book.used(&id);
        }
        book.used("page-1");
        book.closed(&key("a"));
        assert_eq!(default_id(&book), "page-3");
    }

    #[test]
    fn ids_are_never_used_again() {
        let mut book = PageBook::default();
        book.opened(&key("a"), "u", false);
        book.closed(&key("a"));
        assert_eq!(book.opened(&key("a"), "u", false).0, "page-2");
    }

    #[test]
    fn the_record_keeps_ids_and_the_default() {
        let mut book = PageBook::default();
        book.opened(&key("a"), "u", false);
        book.opened(&key("b"), "v", false);
        book.used("page-2");
        let again = PageBook::of(&book.records(), book.next());
        assert_eq!(default_id(&again), "page-2");
        assert_eq!(again.records(), book.records());
        assert_eq!(again.clone().opened(&key("c"), "w", false).0, "page-3");
    }

    #[test]
    fn a_page_that_takes_anothers_place_has_its_id() {
        let mut book = PageBook::default();
        book.opened(&key("a"), "u", false);
        book.crashed(&key("a"));
        book.replaced(&key("a"), &key("b"));
        assert_eq!(book.opened(&key("b"), "u", false), ("page-1".into(), false));
        assert!(!book.by_id("page-1").unwrap().crashed);
    }

    #[test]
    fn restored_pages_get_their_ids_back() {
        let mut book = PageBook::default();
        book.opened(&key("a"), "u", false);
        book.opened(&key("b"), "v", false);
        book.used("page-2");
        let (pages, default) = book.take_all();
        assert_eq!(default.as_deref(), Some("page-2"));
        book.expect(pages[0].id.clone());
        assert_eq!(book.opened(&key("popup"), "w", true).0, "page-3");
        assert_eq!(book.opened(&key("x"), "v", false).0, "page-1");
    }
}
