//! The command line of greenroom, for its own program and for programs that bring a backend of their own.
//!
//! A command is a thin client: it reads its arguments, asks the workspace's daemon over a socket, and prints the answer.
//! The daemon is the same program. This is the only crate that reads the environment, prints, and names backends.

mod args;
mod backends;
mod client;
mod command;
mod daemon;
mod env;
mod exit_code;
mod output;
mod runner;
mod workspace;

pub use runner::CliRunner;
