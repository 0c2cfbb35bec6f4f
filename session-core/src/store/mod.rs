//! The files of a workspace (spec: files): names, layout, state records, and changes to them that no crash can tear.
//!
//! Everything here is blocking and short; callers in async code run it where blocking is allowed. Reading takes no lock,
//! since every file is replaced as a whole; writing takes the lock of its session, across processes.

pub mod atomic;

mod confine;
mod layout;
mod lock;
mod mode;
mod name;
mod numbered;
mod prune;
mod random;
mod record;
mod sessions;
mod timestamp;

pub(crate) use confine::Purpose;
pub use layout::Layout;
pub use lock::Lock;
pub(crate) use mode::words;
pub use mode::{OnDormant, Outcome, Ownership, Phase, Status, StorageMode};
pub use name::{ProfileName, SessionName};
pub use numbered::{Numbered, SnapshotRecord};
pub use prune::PruneReport;
pub use record::{LaunchRecord, MAJOR, MINOR, PageRecord, StateRecord, Timeouts, WorkflowRecord};
pub use sessions::{Listed, SessionFiles, Store};
pub use timestamp::Timestamp;

#[cfg(test)]
pub(crate) mod golden;
#[cfg(test)]
mod tests;
