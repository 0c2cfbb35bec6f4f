//! The whole program over the in-memory browser: real processes, a real daemon, a real socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod daemon;
mod logs;
mod sandbox;
