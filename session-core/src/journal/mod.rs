//! The logs of a session (spec: files, the logs).

mod log;

pub use log::Log;
