//! The session's refs: which numbers were given, and in which document each one is. Pure.
//!
//! Documents bind the numbers to their elements; here is only where to look for one. A number is never given twice, not
//! even by the daemon after a crash: state.json holds a bound that no number has reached, and what comes after a crash
//! begins there.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::backend::{FrameKey, PageKey};
use crate::error::{Error, Kind, Result};
use crate::injected::WAITING;

/// How far the bound in state.json is ahead: some looks' worth, so that most need not write it.
const AHEAD: u32 = 50_000;

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
    ranges: BTreeMap<u32, Given>,
}

#[derive(Clone, Debug)]
struct Given {
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

    /// Sets numbers aside. They count as given even if nobody hears what became of them: who is cut off in the middle of a
    /// look may have named elements all the same.
    ///
    /// # Errors
    /// There are not so many left.
    pub(crate) fn reserve(&mut self, count: u32) -> Result<Range<u32>> {
        let from = self.next;
        let end = from.checked_add(count).filter(|end| *end < WAITING).ok_or_else(|| {
            Error::new(Kind::Internal, "the session has no refs left")
                .with_hint("greenroom open URL --session NEW-NAME")
        })?;
        self.next = end;
        if self.next > self.bound {
            self.bound = self.next.saturating_add(AHEAD);
        }
        Ok(from..end)
    }

    /// Whether state.json must be written before any of the numbers is used.
    pub(crate) fn must_write(&self) -> bool {
        self.next > self.written
    }

    /// These numbers were given in `place`.
    pub(crate) fn gave(&mut self, numbers: Range<u32>, place: RefPlace) {
        if numbers.is_empty() {
            return;
        }
        let before = self
            .ranges
            .last_entry()
            .filter(|last| last.get().end == numbers.start && last.get().place == place);
        match before {
            Some(mut last) => last.get_mut().end = numbers.end,
            None => drop(self.ranges.insert(
                numbers.start,
                Given {
                    end: numbers.end,
                    place,
                },
            )),
        }
        if self.ranges.len() > RANGES {
            self.ranges.pop_first();
        }
    }

    /// These numbers were set aside, and certainly not used.
    pub(crate) fn give_back(&mut self, numbers: Range<u32>) {
        if self.next == numbers.end {
            self.next = numbers.start;
        }
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

    /// A look that gives so many of its numbers.
    fn look(book: &mut RefBook, count: u32, used: u32, place: RefPlace) -> Range<u32> {
        let Range { start, end } = book.reserve(count).unwrap();
        book.gave(start..start + used, place);
        book.give_back(start + used..end);
        start..start + used
    }

    #[test]
    fn a_ref_is_found_where_it_was_given() {
        let mut book = RefBook::from(0);
        assert_eq!(look(&mut book, 100, 4, place("a")), 1..5);
        assert_eq!(look(&mut book, 100, 0, place("b")), 5..5);
        assert_eq!(look(&mut book, 100, 4, place("b")), 5..9);
        assert_eq!(look(&mut book, 100, 3, place("b")), 9..12);
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
    fn what_nobody_heard_of_is_not_given_again() {
        let mut book = RefBook::from(1);
        let lost = book.reserve(100).unwrap();
        let numbers = look(&mut book, 100, 10, place("a"));
        assert_eq!(numbers.start, lost.end);
        assert_eq!(book.place_of(lost.start), None);
        assert!(book.was_given(lost.start));
        book.give_back(lost);
        assert!(book.was_given(numbers.end - 1), "others were given since");
    }

    #[test]
    fn a_crash_never_gives_a_number_again() {
        let mut book = RefBook::from(1);
        book.is_written(book.bound());
        let mut end = 0;
        while !book.must_write() {
            end = book.reserve(10_000).unwrap().end;
        }
        assert!(end > 40_000, "most looks need not write: {end}");
        let after_the_crash = RefBook::from(book.bound());
        assert!(after_the_crash.next >= end);
        assert_eq!(after_the_crash.place_of(end - 1), None);
        assert!(after_the_crash.was_given(end - 1));
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let mut book = RefBook::from(1);
        for number in 1..20_000 {
            look(&mut book, 10, 1, place(if number % 2 == 0 { "a" } else { "b" }));
        }
        assert_eq!(book.ranges.len(), RANGES);
        assert_eq!(book.place_of(1), None);
    }

    #[test]
    fn numbers_end_before_those_that_wait_begin() {
        let mut book = RefBook::from(WAITING - 10);
        assert_eq!(book.reserve(5).unwrap().end, WAITING - 5);
        assert_eq!(book.reserve(5).unwrap_err().kind(), Kind::Internal);
        book.reserve(4).unwrap();
    }
}
