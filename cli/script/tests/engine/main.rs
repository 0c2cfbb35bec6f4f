//! The engine by itself: what code comes to, and how it ends when it does not.

#![expect(clippy::unwrap_used, reason = "this is a test from its first line to its last")]

mod acts;
mod api;
mod bench;
mod declared;
mod errors;
mod events;
mod faults;
mod fetch;
mod globals;
mod needs;
mod repl;
mod types;
mod values;
mod workflow;
