//! What stands between a WebDriver client and its browser in tests: a driver ([`Driver`]), a real Selenium Grid
//! ([`Grid`]), and a proxy that fails on demand ([`Proxy`]).
//!
//! All are used from any runtime or none: their calls block for short, the proxy runs in threads of its own. All end
//! when they are dropped, with every process and connection.

mod driver;
mod free;
mod grid;
mod group;
mod http;
mod jar;
mod node;
mod proxy;

pub use driver::Driver;
pub use grid::{Grid, GridOptions, GridSession};
pub use http::{Answer, request};
pub use jar::Tools;
pub use proxy::{Fault, Proxy, Seen};
