//! The core of greenroom: sessions and their lifecycle, their files and logs, the gate, and the seam to browsers.
//!
//! It never prints, exits, reads the environment or the current folder: only the command line does.

pub mod backend;
pub mod fake;
pub mod ipc;
pub mod journal;
pub mod layer;
pub mod op;
pub mod process;
pub mod service;
pub mod session;
pub mod store;
pub mod text;

mod call;
mod error;

pub use call::Call;
pub use error::{Applied, Error, Kind, Result, WireError};
