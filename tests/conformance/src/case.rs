//! The cases, by area.

mod act;
mod act_fill;
mod act_force;
mod adjust;
mod adopt;
mod choosers;
mod console;
mod contexts;
mod dialog;
mod download;
mod evaluate;
mod extract;
mod extract_data;
mod extract_frames;
mod extract_hostile;
mod fault;
mod frames;
mod input;
mod input_pause;
mod intercept;
mod launch;
mod locate;
mod locate_choices;
mod locate_describe;
mod locate_frames;
mod locate_handed;
mod locate_many;
mod look;
mod look_boxes;
mod look_documents;
mod look_frames;
mod look_hidden;
mod look_hostile;
mod look_parts;
mod look_read;
mod look_refs;
mod look_size;
mod look_trace;
mod look_tree;
mod lost_frames;
mod navigate;
mod network;
mod options;
mod pages;
mod screenshot;
mod storage;
mod touch;
mod watch;

use std::future::Future;
use std::pin::Pin;

use greenroom_session_core::backend::Capability;

use crate::check::Checked;
use crate::context::Context;

/// `Some`: it could not be tried, and why.
pub(crate) type Tried = Checked<Option<String>>;

pub(crate) type Run = for<'a> fn(&'a Context<'a>) -> Pin<Box<dyn Future<Output = Tried> + Send + 'a>>;

/// One thing that a backend must do.
#[derive(Clone, Copy)]
pub struct Case {
    /// `area::what`.
    pub name: &'static str,
    /// The capabilities that it needs; what happens without the first of them is its other half.
    pub needs: &'static [Capability],
    pub(crate) run: Run,
    pub(crate) otherwise: Option<Run>,
}

impl Case {
    /// Whether it says what must happen without the first capability that it needs.
    pub fn has_negative_half(&self) -> bool {
        self.otherwise.is_some()
    }
}

/// Every case, in the order in which they run.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    let areas = [
        launch::CASES,
        contexts::CASES,
        pages::CASES,
        navigate::CASES,
        evaluate::CASES,
        frames::CASES,
        lost_frames::CASES,
        look_tree::CASES,
        look_documents::CASES,
        look_refs::CASES,
        look_parts::CASES,
        look_read::CASES,
        look_boxes::CASES,
        look_frames::CASES,
        look_hostile::CASES,
        look_hidden::CASES,
        look_size::CASES,
        look_trace::CASES,
        locate::CASES,
        locate_choices::CASES,
        locate_frames::CASES,
        locate_handed::CASES,
        locate_many::CASES,
        locate_describe::CASES,
        extract::CASES,
        extract_data::CASES,
        extract_frames::CASES,
        extract_hostile::CASES,
        act::CASES,
        act_fill::CASES,
        act_force::CASES,
        input::CASES,
        input_pause::CASES,
        touch::CASES,
        watch::CASES,
        screenshot::CASES,
        network::CASES,
        console::CASES,
        dialog::CASES,
        choosers::CASES,
        download::CASES,
        storage::CASES,
        options::CASES,
        adjust::CASES,
        intercept::CASES,
        adopt::CASES,
        fault::CASES,
    ];
    areas.into_iter().flatten()
}

/// What an async function of a case answers, as [`Tried`].
pub(crate) trait IntoTried {
    fn into_tried(self) -> Tried;
}

impl IntoTried for Checked {
    fn into_tried(self) -> Tried {
        self.map(|()| None)
    }
}

impl IntoTried for Tried {
    fn into_tried(self) -> Tried {
        self
    }
}

macro_rules! run {
    ($function:path) => {
        |context| Box::pin(async move { $crate::case::IntoTried::into_tried($function(context).await) })
    };
}

/// `case!("area::what", [Needs], function, else other_half)`.
macro_rules! case {
    ($name:literal, [$($needs:ident),*], $function:path) => {
        $crate::case::Case {
            name: $name,
            needs: &[$(greenroom_session_core::backend::Capability::$needs),*],
            run: $crate::case::run!($function),
            otherwise: None,
        }
    };
    ($name:literal, [$($needs:ident),+], $function:path, else $otherwise:path) => {
        $crate::case::Case {
            otherwise: Some($crate::case::run!($otherwise)),
            ..$crate::case::case!($name, [$($needs),+], $function)
        }
    };
}

pub(crate) use {case, run};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use greenroom_session_core::fake::FakeBackend;

    use super::*;

    #[test]
    fn names_are_areas_and_unique() {
        let mut seen = BTreeSet::new();
        for case in cases() {
            assert!(
                case.name
                    .split_once("::")
                    .is_some_and(|(area, what)| !area.is_empty() && !what.is_empty())
            );
            assert!(seen.insert(case.name), "{} stands there twice", case.name);
        }
    }

    #[test]
    fn every_capability_that_the_seam_can_show_has_both_halves() {
        for capability in FakeBackend::ALL.iter() {
            let both = |case: &&Case| case.needs.first() == Some(&capability) && case.has_negative_half();
            assert!(
                cases().any(|case| both(&case)),
                "{capability} has no case with a negative half"
            );
        }
    }
}
