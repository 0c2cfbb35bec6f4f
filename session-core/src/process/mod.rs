//! Processes of ours: started in groups of their own, known by pid and start time, and ended for certain.

mod identity;

pub use identity::ProcessId;
