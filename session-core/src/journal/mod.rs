//! The logs of a session (spec: files, the logs): JSON Lines that are whole at every moment, masked before they reach a
//! file, bounded in size, and never short of a line without saying so.
//!
//! Everything here is blocking. Writing costs one system call or two; reading takes no lock and needs no daemon.

mod entry;
mod file;
mod follow;
mod glob;
mod log;
mod mask;
mod query;
mod read;
pub mod replay;
mod schema;
mod secret;
mod writer;

pub use entry::{ActionEntry, LogEntry, Origin, Point};
pub use follow::Follow;
pub use glob::Glob;
pub use log::Log;
pub use mask::Masker;
pub use query::{Level, Query, StatusFilter};
pub use read::{Lines, read};
pub use schema::schema;
pub use writer::{Journal, JournalOptions};

#[cfg(test)]
mod tests;
