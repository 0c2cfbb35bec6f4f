//! Processes of ours: started in groups of their own, known by pid and start time, and ended for certain.

mod filter;
mod folder;
mod identity;
mod lock;
mod program;
mod spawn;
mod starting;
mod stop;

pub use filter::filter;
pub use folder::{make_folder, private_folder, remove_folder};
pub use identity::ProcessId;
pub use lock::remove_stale;
pub use program::{find_program, is_program};
pub use spawn::{GIVES_MEMORY_BACK, Spawn, Spawned, spawn};
pub use starting::Starting;
pub use stop::{Ended, ask_to_end, members, stop, stop_all};
