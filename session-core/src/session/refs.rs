//! The session's refs: which numbers were given, and in which document each one is. Pure.
//!
//! Documents bind the numbers to their elements; here is only where to look for one. A number is never given twice, not
//! even by the daemon after a crash: state.json holds a bound that no number has reached, and what comes after a crash
//! begins there.

use std::collections::BTreeMap;

use crate::backend::{FrameKey, PageKey};

/// How far the bound in state.json is ahead.
const AHEAD: u32 = 10_000;

/// How many ranges are remembered. What is forgotten is looked for in every document.
const RANGES: usize = 4096;

/// The refs of a session.
#[derive(Clone, Debug)]
pub(crate) struct RefBook {
    next: u32,
    /// No number from here on has been given.
    bound: u32,
    /// The bound in state.json as it lies on the disk.
    written: u32,
    /// The first number of a range, and the range.
    ranges: BTreeMap<u32, Range>,
}

#[derive(Clone, Debug)]
struct Range {
    end: u32,
    place: RefPlace,
}

/// The document that a ref was given in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefPlace {
    /// The page.
    pub page: PageKey,
    /// The frame; `None`: the page's main frame.
    pub frame: Option<FrameKey>,
}

impl RefBook {
    /// The book of a session whose state says that the next number is `next`.
    pub(crate) fn from(next: u32) -> Self {
        let next = next.max(1);
        Self {
            next,
            bound: next.saturating_add(AHEAD),
            written: 0,
            ranges: BTreeMap::new(),
        }
    }

    /// The next number to give.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// What state.json is to say: a number that no ref has.
    pub(crate) fn bound(&self) -> u32 {
        self.bound
    }

    /// state.json on the disk says `bound`.
    pub(crate) fn is_written(&mut self, bound: u32) {
        self.written = bound;
    }

    /// No number will be given until state.json is written again: the bound need not be ahead.
    pub(crate) fn rest(&mut self) {
        self.bound = self.next;
    }

    /// The numbers up to `end` were given in `place`. Answers whether state.json must be written before anybody is told.
    pub(crate) fn took(&mut self, end: u32, place: RefPlace) -> bool {
        if end <= self.next {
            return false;
        }
        let before = self
            .ranges
            .last_entry()
            .filter(|last| last.get().end == self.next && last.get().place == place);
        match before {
            Some(mut last) => last.get_mut().end = end,
            None => drop(self.ranges.insert(self.next, Range { end, place })),
        }
        if self.ranges.len() > RANGES {
            self.ranges.pop_first();
        }
        self.next = end;
        if self.next > self.bound {
            self.bound = self.next.saturating_add(AHEAD);
        }
        self.next > self.written
    }

    /// Where that ref was given.
    pub(crate) fn place_of(&self, number: u32) -> Option<&RefPlace> {
        let (_, range) = self.ranges.range(..=number).next_back()?;
        (number < range.end).then_some(&range.place)
    }

    /// Whether that number may have been given at all.
    pub(crate) fn was_given(&self, number: u32) -> bool {
        number < self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(page: &str) -> RefPlace {
        RefPlace {
            page: PageKey(page.to_owned()),
            frame: None,
        }
    }

    #[test]
    fn a_ref_is_found_where_it_was_given() {
        let mut book = RefBook::from(0);
        assert!(book.took(5, place("a")));
        book.is_written(book.bound());
        assert!(!book.took(5, place("b")), "nothing was given");
        assert!(!book.took(9, place("b")));
        assert!(!book.took(12, place("b")));
        assert_eq!(book.place_of(4), Some(&place("a")));
        assert_eq!(
            (book.place_of(5), book.place_of(11)),
            (Some(&place("b")), Some(&place("b")))
        );
        assert_eq!(
            (book.place_of(0), book.place_of(12), book.ranges.len()),
            (None, None, 2)
        );
        assert!(book.was_given(11) && !book.was_given(12));
    }

    #[test]
    fn a_crash_never_gives_a_number_again() {
        let mut book = RefBook::from(1);
        book.is_written(book.bound());
        assert!(!book.took(9_999, place("a")));
        assert!(book.took(30_000, place("a")), "the bound on the disk was passed");
        let after_the_crash = RefBook::from(book.bound());
        assert!(after_the_crash.next() > 30_000);
        assert_eq!(after_the_crash.place_of(29_999), None);
        assert!(after_the_crash.was_given(29_999));
    }

    #[test]
    fn a_session_at_rest_loses_no_numbers() {
        let mut book = RefBook::from(1);
        book.is_written(book.bound());
        assert!(!book.took(5, place("a")));
        book.rest();
        book.is_written(book.bound());
        assert_eq!(RefBook::from(book.bound()).next(), 5);
        assert!(book.took(6, place("a")), "it must be written before anybody is told");
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let mut book = RefBook::from(1);
        for number in 2..20_000 {
            book.took(number, place(if number % 2 == 0 { "a" } else { "b" }));
        }
        assert_eq!(book.ranges.len(), RANGES);
        assert_eq!(book.place_of(1), None);
    }
}
