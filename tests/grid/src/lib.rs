//! What stands between a WebDriver client and its browser in tests: a real Selenium Grid ([`Grid`]), and a proxy that
//! fails on demand ([`Proxy`]).
//!
//! Both are used from any runtime or none: their calls block for short, the proxy runs in threads of its own. Both end
//! when they are dropped, with every process and connection.

mod free;
mod grid;
mod group;
mod http;
mod jar;
mod node;
mod proxy;

pub use grid::{Grid, GridOptions, GridSession};
pub use http::{Answer, request};
pub use jar::Tools;
pub use proxy::{Fault, Proxy, Seen};
