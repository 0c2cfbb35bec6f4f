//! The engine by itself: what code comes to, and how it ends when it does not.

mod bench;
mod errors;
mod faults;
mod globals;
mod repl;
mod values;
