//! What goes wrong between us and a browser behind a driver: with the driver, with what stands before it, with a Grid.
//! Each is told, none is waited for without end, and nothing is left behind.

#![expect(clippy::print_stderr, reason = "a skip is told there")]

mod driver;
mod grid;
mod proxy;
mod shared;
mod support;
