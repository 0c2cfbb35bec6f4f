//! The whole program over the in-memory browser: real processes, a real daemon, a real socket.

mod answers;
mod daemon;
mod logs;
mod sandbox;
