//! Processes of ours: started in groups of their own, known by pid and start time, and ended for certain.

mod filter;
mod folder;
mod identity;
mod spawn;
mod stop;

pub use filter::filter;
pub use folder::remove_folder;
pub use identity::ProcessId;
pub use spawn::{Spawn, Spawned, spawn};
pub use stop::{Ended, stop, stop_all};
