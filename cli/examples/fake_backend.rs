//! The command line over the in-memory browser of `greenroom_session_core::fake`: for tests of the program itself.
//!
//! Its browsers live in the daemon's memory and end with it.

use std::process::ExitCode;

use greenroom::CliRunner;
use greenroom_session_core::fake::{FakeBackend, FakePage, FakeWorld};

fn main() -> ExitCode {
    let world = FakeWorld::new();
    world.serve("http://shop.test/", FakePage::titled("Shop"));
    world.serve("http://shop.test/cart", FakePage::titled("Cart"));
    CliRunner::without_built_in()
        .register_backend(FakeBackend::new(&world))
        .run()
}
