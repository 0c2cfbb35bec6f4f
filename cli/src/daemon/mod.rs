//! The daemon: started on first need, found by its socket, gone when it holds nothing.

pub(crate) mod log;
pub(crate) mod nearby;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod start;
pub(crate) mod stop;
