//! Starting a browser: finding it, its arguments, waiting for it.

mod args;
mod find;
mod folder;
mod lock;
mod start;

pub(crate) use args::proxy;
pub(crate) use find::{Found, NAMES, find};
pub(crate) use start::start;
