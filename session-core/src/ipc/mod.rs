//! Both ends of the daemon's socket.
//!
//! A message is a frame: its length in four bytes, little endian, then so many bytes of JSON. A connection carries requests
//! one after another, each answered by one response; a client that hangs up cancels the request that runs. The version is
//! part of each request, so that a warm command costs one round trip.

mod address;
mod client;
mod frame;
mod message;
mod server;

pub use address::Address;
pub use client::{Client, ConnectError};
pub use message::{EventNote, PROTOCOL, Request, Response, Restored, Surroundings};
pub use server::{Handler, serve};
