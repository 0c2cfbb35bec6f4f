//! Browsers over classic WebDriver: what a driver without BiDi can do, which is WebKit's.
//!
//! The protocol is one request after the other for one current window, and tells nothing by itself. So `desk` lets one
//! command at a time go to the window it means, `watch` looks for what nobody tells, and much is not declared at all.
//! Why it is like that, and what was tried, is in `docs/design/0001-the-seam.md`.

mod browser;
mod command;
mod context;
mod desk;
mod error;
mod evaluate;
mod evaluate_on;
mod files;
mod find;
mod hub;
mod input;
mod navigate;
mod page;
mod revive;
mod screenshot;
mod state;
#[cfg(test)]
mod tests;
mod viewport;
mod watch;
mod wire;

pub(crate) use browser::{BEST, Classic, Known};
