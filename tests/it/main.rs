//! greenroom as a whole: the real program, real browsers, real files, real sockets. Each test has a workspace of its own
//! and checks that nothing is left of it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::unused_self,
    reason = "this is a test from its first line to its last"
)]

mod act;
mod attacks;
mod basics;
mod bench;
mod browsers;
mod daemon;
mod dialogs;
mod disk;
mod errors;
mod examples;
mod extract;
mod get;
mod hand;
mod logs;
mod look;
mod observe;
mod pages;
mod person;
mod policy;
mod script;
mod script_api;
mod script_context;
mod script_events;
mod script_fetch;
mod script_files;
mod script_routes;
mod snapshot;
mod survival;
mod traps;
mod user;
mod user_sessions;
mod workflow;
