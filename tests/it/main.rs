//! greenroom as a whole: the real program, real browsers, real files, real sockets. Each test has a workspace of its own
//! and checks that nothing is left of it.

mod bench;

mod basics;
mod daemon;
mod disk;
mod errors;
mod logs;
mod pages;
mod policy;
mod survival;
