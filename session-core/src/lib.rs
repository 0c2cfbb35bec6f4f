//! The core of greenroom: sessions and their lifecycle, their files and logs, the gate, and the seam to browsers.
//!
//! It never prints, exits, reads the environment or the current folder: only the command line does.
//!
//! A program that embeds sessions makes a [`service::Service`] with the backends of its choice and performs operations on
//! it, as typed values. They go through the same gate, queue and logs as a command does:
//!
//! ```
//! use std::sync::Arc;
//!
//! use greenroom_session_core::fake::{FakeBackend, FakePage, FakeWorld};
//! use greenroom_session_core::op::{Close, Get, Open, Property};
//! use greenroom_session_core::service::{Defaults, Service, ServiceOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let world = FakeWorld::new();
//! world.serve("http://shop.test/", FakePage::titled("Shop"));
//! let service = Service::new(ServiceOptions {
//!     workspace: folder.path().to_owned(),
//!     scratch: folder.path().join("scratch"),
//!     backends: vec![Arc::new(FakeBackend::new(&world))],
//!     scripts: None,
//!     defaults: Defaults::default(),
//! });
//! let open = Open { url: Some("http://shop.test/".to_owned()), ..Open::default() };
//! service.perform(Some("shop"), None, &open, None).await?;
//! let title = service.perform(Some("shop"), None, &Get { what: Property::Title, ..Get::default() }, None).await?;
//! assert_eq!(title.result.value, "Shop");
//! service.perform(Some("shop"), None, &Close::default(), None).await?;
//! # Ok(())
//! # })
//! # }
//! ```

pub mod backend;
pub mod extract;
pub mod fake;
mod http;
pub mod injected;
pub mod ipc;
pub mod journal;
pub mod layer;
pub mod locator;
pub mod op;
pub mod process;
pub mod script;
pub mod service;
pub mod session;
pub mod snapshot;
pub mod store;
pub mod text;

mod call;
mod error;

pub use call::Call;
pub use error::{Applied, Error, Kind, Result, WireError};
