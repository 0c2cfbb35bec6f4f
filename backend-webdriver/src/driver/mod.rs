//! Drivers: found, started on a free port in a group of their own, and asked for a session.
//!
//! A driver belongs to the session that it was started for and ends with it; a Grid, or whatever else runs already, is
//! somebody else's.

mod attach;
mod capabilities;
mod display;
mod find;
mod port;
mod refusal;
mod session;
mod start;
mod versions;

pub(crate) use attach::answers;
pub(crate) use capabilities::{Asked, Granted, asked};
pub(crate) use find::{Make, NAMES, browser, driver_of, find, install, make_of};
pub(crate) use session::{Made, Session, base};
pub(crate) use start::{Started, start};
pub(crate) use versions::{display_program, major, version};
