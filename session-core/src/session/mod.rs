//! A session: a named, isolated browser state that outlives the processes that use it.
//!
//! `Session` holds what is known of it; opening, adopting, restoring and ending it are in files of their own.
//! The pure parts are [`machine`] (phases), [`book`] (pages) and [`deadline`].

pub mod book;
pub mod deadline;
pub mod machine;

pub(crate) mod act;
mod bring;
pub(crate) mod dialogs;
mod end;
mod extract;
mod lift;
mod live;
pub(crate) mod look;
pub(crate) mod notes;
pub(crate) mod person;
pub(crate) mod pool;
pub(crate) mod refs;
mod routes;
mod scripts;
mod sink;
pub(crate) mod taps;
mod timeline;
mod uploads;

pub(crate) use bring::Start;
pub(crate) use live::{Session, Shared, on_disk};
pub(crate) use scripts::PausedWorkflow;
