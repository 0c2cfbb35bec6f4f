//! A browser that lives in memory: a real backend whose pages, faults and clock are scripted.
//!
//! It carries the tests that would be slow, flaky or impossible with a real browser: faults in the middle of a call, a
//! browser that starts slowly, a page that never loads. It passes the conformance suite as every other backend does.
//!
//! ```
//! use greenroom_session_core::fake::{FakeBackend, FakePage, FakeWorld, Fault, Method};
//!
//! let world = FakeWorld::new();
//! world.serve("http://shop.test/", FakePage::titled("Shop"));
//! let backend = FakeBackend::new(&world);
//! world.control().fault(Method::Navigate, 1, Fault::Hang);
//! # drop(backend);
//! ```
//!
//! # Scripts
//! There is no JavaScript engine. [`evaluate`](crate::backend::Page::evaluate) finds the function by its text (blanks do
//! not count) or by the name in a leading comment (`/* scroll-to */ …`), among the built-in ones (`script` lists them) and
//! those that [`FakeWorld::define`] added; anything else throws.
//!
//! # What outlives what
//! Browsers live in the [`FakeWorld`]: a second [`FakeBackend`] over the same world adopts those of the first one by their
//! endpoint, as a new daemon does. [`FakeControl::disconnect`] is the death of the old daemon.

mod backend;
mod browser;
mod builtin;
mod clock;
mod contexts;
mod control;
mod cookies;
mod download;
mod engine;
mod frame;
mod guard;
mod image;
mod load;
mod look;
mod navigate;
mod network;
mod page;
mod script;
mod site;
mod state;
mod storage;
mod world;

#[cfg(test)]
mod tests;

pub use backend::FakeBackend;
pub use control::{FakeControl, Fault, Method};
pub use cookies::Cookie;
pub use script::{FakeAnswer, FakeFunction, FakeScope};
pub use site::{FakeConsole, FakeDialog, FakeDownload, FakeFetch, FakeFrame, FakePage, FakeRequest, Loading};
pub use world::FakeWorld;

/// Locks, whatever happened to the thread that held it before: the state is whole between statements.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
